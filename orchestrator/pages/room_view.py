"""Values of ``/e/{slug}/room``: the room, or the door and why it is closed.

The page is one person's and is never kept. Its state is decided by the routes
(admission knows it); here it is put into words.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial
from typing import ClassVar

from orchestrator.admission.doors import Door, door_at
from orchestrator.admission.model import Place, Standing
from orchestrator.ids import TalkId
from orchestrator.pages.frame import Frame, utc_iso
from orchestrator.pages.join_view import (
    AgendaLine,
    Wait,
    agenda,
    next_change,
    other_day,
    wait_until,
)
from orchestrator.pages.lobby_view import Lobby, lobby
from orchestrator.pages.meeting import Meeting, event_frame, meeting
from orchestrator.pages.moment import Moment, moment_of
from orchestrator.pages.room_stage_view import (
    EVERYBODY,
    NOTHING,
    Asked,
    Reader,
    RoomStage,
    room_query,
    room_stage,
)
from orchestrator.pages.room_video_view import NO_VIDEO, VideoView
from orchestrator.pages.stage_floor_view import RoomFloor
from orchestrator.pages.times import Times, When, times_for
from orchestrator.pages.words import words
from orchestrator.programme.model import Event


class RoomState(StrEnum):
    """How a person stands to the room."""

    HELD = "held"
    """He holds a seat; the doors are open."""
    BEFORE = "before"
    """The doors have not opened yet."""
    BETWEEN = "between"
    """The doors are closed until the next session."""
    FREE = "free"
    """The doors are open; he is known and holds no seat (he left, or is new)."""
    ELSEWHERE = "elsewhere"
    """He holds a seat on another device."""
    FULL = "full"
    """The doors are open, no seat is free for him, and he waits."""
    WITHDRAWN = "withdrawn"
    """The organisers have withdrawn his access."""
    OVER = "over"
    """The event is over."""
    NOBODY = "nobody"
    """The browser is unknown: the personal link is asked for."""


_TOLD_AS = {
    RoomState.HELD: Standing.INSIDE,
    RoomState.ELSEWHERE: Standing.ELSEWHERE,
    RoomState.FULL: Standing.WAITING,
    RoomState.FREE: Standing.OUTSIDE,
    RoomState.WITHDRAWN: Standing.WITHDRAWN,
}
_CLOSED = (RoomState.BEFORE, RoomState.BETWEEN)
_ALIVE = (RoomState.HELD, RoomState.FULL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Signs:
    """What the script compares with what it hears, and where it gives signs of life.

    ``here`` is the mark of the page's own device, ``room`` empty for the only one.
    ``renew`` and ``unload`` are empty where there is nothing to keep.
    """

    standing: Standing
    here: str
    room: str
    renew: str
    unload: str
    watch: str


class Done(StrEnum):
    """What somebody has just left by a button of the page, or asked."""

    ROOM = "left"
    QUEUE = "queue"
    ASKED = "asked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Seats of the room: how many there are, how many are taken, how many of the
    others are kept for staff, and how many people wait for one.
    """

    capacity: int
    taken: int
    kept: int = 0
    waiting: int = 0

    @property
    def is_full(self) -> bool:
        return self.taken + self.kept >= self.capacity


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherRoom:
    """Another room of the event, and the address of its page."""

    name: str
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """A question that was not taken, as it was typed, and why not."""

    talk: TalkId
    text: str
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomPage:
    """Everything that the room page shows.

    ``video`` is the way into the video room, empty unless a seat is held.
    ``enters_at`` is the instant at which the script presses *Enter* for the person
    who waits. ``room`` is named when there are several, ``others`` lead to the others.
    ``given_back`` is how many seconds after the page was closed a seat goes to
    others, 0 where it depends on no page. ``done`` tells of what he has just left,
    empty for nothing. ``desks`` are roles (of ``join_view.STAFF``) whose pages he may
    open. ``lobby`` is the place of somebody who waits, ``overflow`` the stream that he
    may follow meanwhile. ``stage`` is what everybody in the room sees, ``floor`` who
    asks to speak, None where the ``reader`` holds no seat. ``signs`` is None where the
    door is closed.
    """

    template: ClassVar[str] = "room.html"

    frame: Frame
    meeting: Meeting
    state: RoomState
    name: str
    video: VideoView
    enters_at: str
    opens: When | None
    opens_day: str
    resumes: When | None
    wait: Wait | None
    stage: RoomStage
    floor: RoomFloor | None
    reader: Reader
    typed: Typed | None
    agenda: tuple[AgendaLine, ...]
    places: Places | None
    lobby: Lobby | None
    overflow: str
    signs: Signs | None
    room: str
    others: tuple[OtherRoom, ...]
    desks: tuple[str, ...]
    given_back: int
    done: str

    @property
    def enter(self) -> str:
        """Where the form goes that takes a seat."""
        return f"{self.meeting.room}{room_query(self.room)}"

    @property
    def leave(self) -> str:
        """Where the form goes that gives the seat back."""
        return f"{self.meeting.room}/leave"

    @property
    def leased(self) -> bool:
        """Whether he holds a seat that lapses without signs of life."""
        return self.state is RoomState.HELD and self.given_back > 0


def room_page(  # noqa: PLR0913 -- each is one independent fact about the person
    event: Event,
    *,
    state: RoomState,
    now: datetime,
    language: str,
    door: Door | None = None,
    zone: str | None = None,
    name: str = "",
    video: VideoView = NO_VIDEO,
    room: str | None = None,
    places: Places | None = None,
    place: Place | None = None,
    overflow: str = "",
    here: str = "",
    other_rooms: tuple[str, ...] = (),
    desks: tuple[str, ...] = (),
    given_back: timedelta | None = None,
    done: str = "",
    asked: Asked = NOTHING,
    reader: Reader = EVERYBODY,
    floor: RoomFloor | None = None,
    typed: Typed | None = None,
) -> RoomPage:
    """The room page of ``name`` who stands as ``state``.

    ``door`` is that of his room (by default of the whole event). ``room`` names
    it where there are several, and ``other_rooms`` the others; None shows the
    talks of all. ``video`` is the way into it, shown only to a person who holds a
    seat; ``place`` and ``overflow`` only to one who waits.
    ``here`` is the mark of his device, ``given_back`` how long a seat is kept for a closed page where it depends on one.
    ``asked`` is what is said in the room, ``reader`` what he supports; ``typed`` a question of his that was not taken.
    """
    times, moment = _times(event, language, zone), moment_of(event, now, room=room)
    door, about = door or door_at(event.timetable.sessions, now), meeting(event, times)
    shown = video if state is RoomState.HELD else NO_VIDEO
    stage = partial(room_stage, asked=asked, reader=reader, mark=shown.mark)
    return RoomPage(
        frame=_frame(event, moment, door, times, state, shown),
        meeting=about,
        state=state,
        name=name,
        video=shown,
        enters_at=utc_iso(door.opens) if state in _CLOSED and door.opens else "",
        opens=times.when(door.opens) if door.opens else None,
        opens_day=other_day(door, now, times),
        resumes=times.when(door.session.starts) if door.session else None,
        wait=wait_until(door, now, language) if state in _CLOSED else None,
        stage=stage(event, now, times, room=room),
        floor=floor,
        reader=reader,
        typed=typed,
        agenda=agenda(event, times),
        places=places,
        lobby=lobby(place, now, times) if place else None,
        overflow=overflow if state is RoomState.FULL else "",
        signs=_signs(event, state, here, room or ""),
        room=room or "",
        others=_others(about.room, other_rooms),
        desks=desks,
        given_back=int(given_back.total_seconds()) if given_back else 0,
        done=_done(state, done),
    )


def _done(state: RoomState, done: str) -> str:
    """What is still true of it: who came back in has not left."""
    inside = state in (*_ALIVE, RoomState.ELSEWHERE)
    return done if inside == (done == Done.ASKED) else ""


def _times(event: Event, language: str, zone: str | None) -> Times:
    starts = tuple(slot.starts for slot in event.timetable.slots)
    return times_for(language, event.programme.zone, zone, starts)


def _signs(event: Event, state: RoomState, here: str, room: str) -> Signs | None:
    standing = _TOLD_AS.get(state)
    if standing is None:
        return None
    seat, query = f"/api/v1/events/{event.slug}/seat", room_query(room)
    alive = state in _ALIVE
    return Signs(
        standing=standing,
        here=here,
        room=room,
        renew=f"{seat}/renew{query}" if alive else "",
        unload=f"{seat}/unload" if alive else "",
        watch=f"{seat}/watch{query}",
    )


def _others(path: str, names: tuple[str, ...]) -> tuple[OtherRoom, ...]:
    return tuple(
        OtherRoom(name=name, href=f"{path}{room_query(name)}") for name in names
    )


def _frame(
    event: Event,
    moment: Moment,
    door: Door,
    times: Times,
    state: RoomState,
    video: VideoView,
) -> Frame:
    say = words(times.language).gettext
    titles = {
        RoomState.HELD: say("In the room"),
        RoomState.FULL: say("Queue"),
        RoomState.ELSEWHERE: say("On another device"),
        RoomState.NOBODY: say("Your personal link"),
    }
    frame = event_frame(
        event,
        moment,
        times,
        title=titles.get(state, say("The room")),
        here="room",
        live=True,
        stage=state is RoomState.HELD,
        # Where the page itself is in the video room, another one is another page.
        state=f"{state.value} {video.mark}" if video.embedded else state.value,
        changes=next_change(moment, door),
    )
    return replace(frame, stays=video.embedded)
