"""Which entries a calendar file holds, before any of them is made.

An entry costs a thousand times what its ``Draft`` does. The stamp tells whether
the one that was made before is still true.
"""

from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import NamedTuple

from calendars.entry import CalendarEntry
from calendars.revision import Stamp
from orchestrator.feeds.entries import event_entry, session_entry, talk_entry
from orchestrator.feeds.publisher import Publisher
from orchestrator.ids import SessionId, TalkId
from orchestrator.programme.model import Event, Slot, TimedSession


class Only(StrEnum):
    """What a reader may restrict a feed to (``?kind=``)."""

    SESSIONS = "sessions"
    TALKS = "talks"


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What a public file holds: all that is not excluded.

    ``track`` keeps the talks of it and the sessions that hold one of them.
    ``session`` and ``talk`` are files of one thing; a session's has its talks
    unless ``only`` says otherwise.
    """

    only: Only | None = None
    track: str = ""
    session: SessionId | None = None
    talk: TalkId | None = None

    @property
    def whole(self) -> bool:
        """Whether it is of the event, and not of one thing in it."""
        return self.session is None and self.talk is None


EVERYTHING = Selection()


class Draft(NamedTuple):
    """An entry to be made by ``make``; equal under one ``key`` and ``stamp``.

    ``timed`` is its session, None for the event itself; ``slot`` its talk.
    """

    key: Hashable
    stamp: Stamp
    make: Callable[[], CalendarEntry]
    timed: TimedSession | None = None
    slot: Slot | None = None


def drafts(
    event: Event,
    publisher: Publisher,
    wanted: Selection = EVERYTHING,
    *,
    withdrawn: bool = True,
) -> Iterator[Draft]:
    """The drafts of what ``wanted`` says, in the order of the programme; then of
    the cancelled, unless ``withdrawn`` is off.

    A file of the event is never empty: while it would be, it has the event itself
    as whole days. Breaks and discussions have no entry, nor has what was never
    stored.
    """
    seen = set()
    for timed in event.timetable.sessions:
        for draft in _of_session(event, timed, publisher, wanted):
            seen.add(draft.key)
            yield draft
    if not seen and wanted.whole:
        make = partial(event_entry, event, publisher)
        yield Draft(event.stamp.uid, event.stamp, make)
    if not withdrawn:
        return
    for timed in event.withdrawn:
        for draft in _of_session(event, timed, publisher, wanted):
            # Cancelled talks stand in a session that may be on.
            if draft.stamp.cancelled and draft.key not in seen:
                seen.add(draft.key)
                yield draft


def tracks(event: Event) -> tuple[str, ...]:
    """The tracks of its talks, each once, in the order of the programme."""
    talks = (slot.talk for slot in event.timetable.slots)
    return tuple(dict.fromkeys(talk.track for talk in talks if talk.track))


def _of_session(
    event: Event, timed: TimedSession, publisher: Publisher, wanted: Selection
) -> Iterator[Draft]:
    session = timed.session
    if wanted.session not in (None, session.id, session.self_of):
        return
    slots = [slot for slot in timed.slots if _fits(slot, wanted)]
    stamp = timed.session.stamp
    if stamp and _has_session(timed, slots, wanted):
        beside = wanted.only is None
        make = partial(
            session_entry, event, timed, stamp, publisher, beside_talks=beside
        )
        yield Draft((stamp.uid, beside), stamp, make, timed)
    if wanted.only is Only.SESSIONS:
        return
    for slot in slots:
        if stamp := slot.talk.stamp:
            made = partial(talk_entry, event, timed, slot, stamp, publisher)
            yield Draft(stamp.uid, stamp, made, timed, slot)


def _fits(slot: Slot, wanted: Selection) -> bool:
    talk = slot.talk
    return (
        talk.kind.is_talk
        and (not wanted.track or talk.track == wanted.track)
        and (wanted.talk is None or talk.id == wanted.talk)
    )


def _has_session(timed: TimedSession, slots: list[Slot], wanted: Selection) -> bool:
    if wanted.talk is not None or wanted.only is Only.TALKS:
        return False
    if wanted.track and not slots:
        return False
    return bool(timed.slots or (timed.session.starts and timed.session.ends))
