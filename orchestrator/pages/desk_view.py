"""Values of the pages of speakers and organisers, in their first form."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from orchestrator.ids import TalkId
from orchestrator.pages import zones
from orchestrator.pages.frame import Frame, utc_iso
from orchestrator.pages.gauge import Gauge, gauge
from orchestrator.pages.join_view import Wait
from orchestrator.pages.live_view import Inside, LiveView, live_view
from orchestrator.pages.meeting import Meeting, event_frame, meeting
from orchestrator.pages.moment import (
    Moment,
    SlotState,
    ends_of,
    event_bounds,
    moment_of,
    starts_of,
)
from orchestrator.pages.slot_view import Naming, SlotView, slot_view
from orchestrator.pages.strip import Strip, strip
from orchestrator.pages.times import Times, When, capital, digits, remaining, times_for
from orchestrator.pages.words import words
from orchestrator.programme.model import (
    Counts,
    Event,
    Person,
    Remark,
    Slot,
    TimedSession,
)

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
class Turn:
    """When one speaker is on: here and where he is, and who is before him.

    ``own_city`` says where he is ("à San Diego") when his clock differs.
    """

    slot: SlotView
    state: SlotState
    session: str
    day: str
    at_home: str
    own_city: str
    wait: Wait | None
    before: SlotView | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeakerPage:
    """When am I on: the turns of one speaker, the next one first."""

    template: ClassVar[str] = "speaker.html"

    frame: Frame
    meeting: Meeting
    name: str
    turns: tuple[Turn, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisePage:
    """The organiser's page: people, places, what to check, where things are.

    ``orders`` hold every talk with its id, and whether slides and video are
    there; ``remarks`` are what the import was unsure of,
    ``unset`` rooms without a video room, ``untitled`` talks whose title is to come.
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
    version: int

    @property
    def points(self) -> int:
        """How many things are to be checked."""
        return len(self.remarks) + len(self.unset) + len(self.untitled)


def speaker_page(
    event: Event,
    talks: tuple[TalkId, ...],
    *,
    now: datetime,
    language: str,
    zone: str | None = None,
    name: str = "",
) -> SpeakerPage:
    """The page of ``name`` who gives ``talks``.

    ``zone`` is where he is; without it the zone that the programme gives him.
    """
    mine = [slot for slot in event.timetable.slots if slot.talk.id in talks]
    far = next(
        (who.zone for slot in mine for who in slot.talk.speakers if who.zone), ""
    )
    times, moment = _times(event, language, zone or far), moment_of(event, now)
    turns = [_turn(event, slot, moment, times) for slot in sorted(mine, key=starts_of)]
    turns.sort(key=lambda turn: turn.state is SlotState.DONE)
    say = words(language).gettext
    return SpeakerPage(
        frame=event_frame(
            event, moment, times, title=say("My talk"), here="speaker", live=True
        ),
        meeting=meeting(event, times),
        name=name,
        turns=tuple(turns),
    )


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
) -> OrganisePage:
    """The page of an organiser.

    ``slides`` and ``videos`` are the talks with a kept file; links of the
    programme count as well. ``inside`` are the rooms as they are now,
    ``unset`` the rooms that lead nowhere yet.
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
        version=event.revision,
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


def _turn(event: Event, slot: Slot, moment: Moment, times: Times) -> Turn:
    number, timed = next(
        (number, timed)
        for number, timed in enumerate(event.timetable.sessions, start=1)
        if slot in timed.slots
    )
    earlier = [
        other
        for other in timed.slots
        if other.talk.kind.is_talk and starts_of(other) < starts_of(slot)
    ]
    state = moment.state(slot)
    return Turn(
        slot=slot_view(event, slot, moment, times),
        state=state,
        session=Naming(language=times.language).session(timed.session, number),
        day=times.day(starts_of(slot)),
        at_home=capital(zones.at_city(event.programme.zone, times.language)),
        own_city=(
            capital(zones.at_city(times.own.key, times.language)) if times.own else ""
        ),
        wait=_wait(slot, state, moment, times),
        before=slot_view(event, earlier[-1], moment, times) if earlier else None,
    )


def _wait(slot: Slot, state: SlotState, moment: Moment, times: Times) -> Wait | None:
    """The time until the talk, or what is left of it once it is on."""
    if state is SlotState.DONE:
        return None
    goal = ends_of(slot) if state is SlotState.NOW else starts_of(slot)
    left = goal - moment.now
    long = left >= _DAY
    return Wait(
        digits=remaining(left, times.language) if long else digits(left),
        until=utc_iso(goal),
        long=long,
    )
