"""Values of the page of organisers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from orchestrator.ids import TalkId
from orchestrator.inbox.model import Aside
from orchestrator.pages.frame import Frame
from orchestrator.pages.gauge import Gauge, gauge
from orchestrator.pages.live_view import Inside, LiveView, live_view
from orchestrator.pages.meeting import Meeting, event_frame, meeting
from orchestrator.pages.moment import (
    Moment,
    event_bounds,
    moment_of,
)
from orchestrator.pages.recordings_view import RecordingLine, recording_lines
from orchestrator.pages.slot_view import Naming, SlotView, slot_view
from orchestrator.pages.strip import Strip, strip
from orchestrator.pages.times import Times, When, times_for
from orchestrator.pages.words import words
from orchestrator.programme.model import (
    Counts,
    Event,
    Person,
    Remark,
    TimedSession,
)
from orchestrator.rooms.recordings.model import Take

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningOrder:
    """A session as its chair sees it: who speaks when, until when."""

    anchor: str
    title: str
    day: str
    starts: When
    ends: When
    room: str
    chairs: tuple[Person, ...]
    slots: tuple[SlotView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unhandled:
    """Messages of a video connection that were given up: how many, why (English), and
    when the last came.
    """

    connection: str
    error: str
    number: int
    last: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisePage:
    """The organiser's page: people, places, what to check, where things are.

    ``orders`` hold every talk with its id, and whether slides and video are
    there; ``remarks`` are what the import was unsure of,
    ``unset`` rooms without a video room, ``untitled`` talks whose title is to come,
    ``unhandled`` what the video rooms told in vain.
    """

    template: ClassVar[str] = "organise.html"

    frame: Frame
    meeting: Meeting
    strip: Strip | None
    name: str
    gauge: Gauge | None
    live: LiveView | None
    remarks: tuple[Remark, ...]
    unset: tuple[str, ...]
    untitled: tuple[SlotView, ...]
    orders: tuple[RunningOrder, ...]
    talks: int
    slides: int
    videos: int
    recordings: tuple[RecordingLine, ...]
    version: int
    unhandled: tuple[Unhandled, ...] = ()

    @property
    def points(self) -> int:
        """How many things are to be checked."""
        return len(self.remarks) + len(self.unset) + len(self.untitled)


def organise_page(  # noqa: PLR0913 -- each is one independent fact of the meeting
    event: Event,
    *,
    now: datetime,
    language: str,
    zone: str | None = None,
    name: str = "",
    counts: Counts | None = None,
    capacity: int | None = None,
    inside: Inside | None = None,
    slides: frozenset[TalkId] = frozenset(),
    videos: frozenset[TalkId] = frozenset(),
    unset: tuple[str, ...] = (),
    recordings: tuple[Take, ...] = (),
    aside: Sequence[Aside] = (),
) -> OrganisePage:
    """The page of an organiser.

    ``slides`` and ``videos`` are the talks with a kept file; links of the
    programme count as well. ``inside`` are the rooms as they are now,
    ``unset`` the rooms that lead nowhere yet, ``recordings`` those of all rooms.
    ``unset`` the rooms that lead nowhere yet, ``aside`` what their providers told and
    could not be handled.
    """
    times, moment = _times(event, language, zone), moment_of(event, now)
    orders = _orders(event, moment, times, slides=slides, videos=videos)
    talks = [slot for order in orders for slot in order.slots if not slot.pause]
    programme = event.programme
    say = words(language).gettext
    return OrganisePage(
        frame=event_frame(
            event, moment, times, title=say("Organisation"), here="organise", live=True
        ),
        meeting=meeting(event, times),
        strip=strip(event, moment, times),
        name=name,
        gauge=gauge(
            counts or programme.registered, capacity or programme.capacity, language
        ),
        live=live_view(event, inside, now, times) if inside else None,
        remarks=event.remarks,
        unset=unset,
        untitled=tuple(slot for slot in talks if slot.awaited),
        orders=orders,
        talks=len(talks),
        slides=sum(slot.slides for slot in talks),
        videos=sum(slot.video for slot in talks),
        recordings=recording_lines(event, recordings, times),
        version=event.revision,
        unhandled=tuple(_unhandled(one, event, times) for one in aside),
    )


def _unhandled(aside: Aside, event: Event, times: Times) -> Unhandled:
    return Unhandled(
        connection=aside.connection,
        error=aside.error,
        number=aside.number,
        last=times.moment(aside.last + event.clock_offset),
    )


def _times(event: Event, language: str, zone: str | None) -> Times:
    starts = tuple(slot.starts for slot in event.timetable.slots)
    return times_for(language, event.programme.zone, zone, starts)


def _orders(
    event: Event,
    moment: Moment,
    times: Times,
    *,
    slides: frozenset[TalkId] = frozenset(),
    videos: frozenset[TalkId] = frozenset(),
) -> tuple[RunningOrder, ...]:
    first, last = event_bounds(event) or (moment.now, moment.now)
    days = times.days(first, first) != times.days(last, last)
    return tuple(
        RunningOrder(
            anchor=f"s{number}",
            title=Naming(language=times.language).session(timed.session, number),
            day=times.day(timed.starts, year=False) if days else "",
            starts=times.when(timed.starts),
            ends=times.when(timed.ends),
            room=timed.session.room,
            chairs=timed.session.chairs,
            slots=_slots(event, timed, moment, times, slides, videos),
        )
        for number, timed in enumerate(event.timetable.sessions, start=1)
    )


def _slots(
    event: Event,
    timed: TimedSession,
    moment: Moment,
    times: Times,
    slides: frozenset[TalkId],
    videos: frozenset[TalkId],
) -> tuple[SlotView, ...]:
    return tuple(
        slot_view(
            event,
            slot,
            moment,
            times,
            slides=slot.talk.id in slides,
            video=slot.talk.id in videos,
        )
        for slot in timed.slots
    )
