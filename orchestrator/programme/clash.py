"""Two things at once: one person in two places, two sessions in one room."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise
from zoneinfo import ZoneInfo

from orchestrator.programme.errors import Overlap, SpeakerTwice
from orchestrator.programme.frames import name_of, told
from orchestrator.programme.model import Slot, TimedSession


def refuse_clashes(sessions: Sequence[TimedSession], zone: ZoneInfo) -> None:
    """Raise ``Overlap`` for a room used twice, ``SpeakerTwice`` for a person.

    Sessions in different rooms may be parallel; sessions that name no room
    share the one there is.
    """
    rooms: dict[str, list[TimedSession]] = defaultdict(list)
    people: dict[str, list[Slot]] = defaultdict(list)
    for timed in sessions:
        rooms[_plain(timed.session.room)].append(timed)
        for slot in timed.slots:
            for name in {_plain(person.name) for person in slot.talk.speakers}:
                people[name].append(slot)
    for shared in rooms.values():
        _refuse_windows(shared, zone)
        _refuse_slots(slot for timed in shared for slot in timed.slots)
    people.pop("", None)
    for name, slots in people.items():
        _refuse_twice(name, slots)


def _refuse_windows(sessions: Sequence[TimedSession], zone: ZoneInfo) -> None:
    """A session without a window is only where its talks are."""
    closed = [
        timed for timed in sessions if timed.session.starts and timed.session.ends
    ]
    closed.sort(key=lambda timed: timed.starts.timestamp())
    for one, other in pairwise(closed):
        if other.starts.timestamp() < one.ends.timestamp():
            first, second = (name_of(timed.session, zone) for timed in (one, other))
            where = f"room {one.session.room}" if one.session.room else "one room"
            raise Overlap(
                f"{first} and {second} overlap in {where}. Correct the times of one, "
                "or give them different rooms.",
                both=[one.session.title, other.session.title],
            )


def _refuse_slots(slots: Iterable[Slot]) -> None:
    if clash := _first_overlap(slots):
        one, other = clash
        raise Overlap(
            f"{_timed(one)} and {_timed(other)} overlap in one room. Correct the time "
            "of one, or give their sessions different rooms.",
            both=[one.talk.title, other.talk.title],
        )


def _refuse_twice(name: str, slots: Iterable[Slot]) -> None:
    if clash := _first_overlap(slots):
        one, other = clash
        who = next(
            person.name for person in one.talk.speakers if _plain(person.name) == name
        )
        raise SpeakerTwice(
            f"{who} would speak twice at once: {_timed(one)} and {_timed(other)}. "
            "Move one of the talks.",
            talks=[one.talk.title, other.talk.title],
        )


def _first_overlap(slots: Iterable[Slot]) -> tuple[Slot, Slot] | None:
    """Two that overlap, by their instants.

    Two times of one zone are compared as the clocks show them, which is wrong in
    the night the clocks change.
    """
    ordered = sorted(slots, key=lambda slot: slot.starts.timestamp())
    for one, other in pairwise(ordered):
        if other.starts.timestamp() < one.ends.timestamp():
            return one, other
    return None


def _timed(slot: Slot) -> str:
    return f"{told(slot.talk)} ({slot.starts:%Y-%m-%d %H:%M}–{slot.ends:%H:%M})"


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()
