"""The difference between a stored event and a programme paired with it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, replace
from datetime import UTC, datetime

from orchestrator.ids import SessionId, TalkId
from orchestrator.programme.change import (
    Change,
    FactChange,
    SessionChange,
    TalkChange,
    places,
)
from orchestrator.programme.model import Event, Programme, TimedSession, Timetable

# Facts that fit into a line; of the others it is only said that they changed.
_SHOWN = {
    "title",
    "place",
    "capacity",
    "zone",
    "language",
    "network",
    "first_day",
    "last_day",
}
_NOT_FACTS = {"slug", "sessions", "talks", "tells_doors"}

# How the parts of a talk are called; id and stamp are no part of what is said.
_TALK_PARTS = {
    "kind": "kind",
    "speakers": "speakers",
    "coauthors": "co-authors",
    "abstract": "abstract",
    "links": "links",
    "language": "language",
    "track": "track",
    "duration": "length",
    "not_before": "earliest time",
    "starts": "given time",
    "ends": "given time",
}
_SESSION_PARTS = {
    "room": "room",
    "chairs": "chairs",
    "opens_before": "doors",
    "closes_after": "doors",
}


def compare(before: Event | None, programme: Programme, after: Timetable) -> Change:
    """What changes when ``programme``, paired and laid out as ``after``, is stored."""
    stored = before.timetable.sessions if before else ()
    former = {one.talk.id: one for one in places(stored)}
    new = places(after.sessions)
    kept = [
        TalkChange(before=former[now.talk.id], after=now)
        for now in new
        if now.talk.id in former
    ]
    ids = {one.talk.id for one in new}
    by_hand = _moved_by_hand(kept)
    moves = [one for one in kept if _is_elsewhere(one)]
    return replace(
        _sessions(stored, after.sessions),
        is_first=before is None,
        added=tuple(one for one in new if one.talk.id not in former),
        withdrawn=tuple(one for one in former.values() if one.talk.id not in ids),
        moved=tuple(one for one in moves if one.after.talk.id in by_hand),
        retimed=tuple(one for one in moves if one.after.talk.id not in by_hand),
        retitled=tuple(
            one for one in kept if one.before.talk.title != one.after.talk.title
        ),
        edited=tuple(_edited(kept)),
        facts=tuple(_facts(before.programme, programme)) if before else (),
    )


def _is_elsewhere(change: TalkChange) -> bool:
    before, after = change.before, change.after
    return before.times != after.times or before.session.id != after.session.id


def _moved_by_hand(kept: Sequence[TalkChange]) -> set[TalkId]:
    """The fewest talks whose move explains the new order."""
    moved: set[TalkId] = set()
    stayed: dict[SessionId, list[TalkChange]] = defaultdict(list)
    for change in kept:
        was, now = change.before.talk, change.after.talk
        given = now.starts is not None and _instant(now.starts) != _instant(was.starts)
        if change.before.session.id != change.after.session.id or given:
            moved.add(now.id)
        else:
            stayed[change.after.session.id].append(change)
    for changes in stayed.values():
        in_order = {changes[index].after.talk.id for index in _longest_rise(changes)}
        ids = {change.after.talk.id for change in changes}
        moved |= ids - in_order
    return moved


def _longest_rise(changes: Sequence[TalkChange]) -> list[int]:
    """The longest subsequence that was in this order before.

    Of two equally long ones, the one with more talks at their former time.
    """
    best: list[tuple[int, int, int]] = []
    for index, change in enumerate(changes):
        start = change.before.times[0]
        earlier = (
            (*best[other][:2], -other)
            for other in range(index)
            if changes[other].before.times[0] < start
        )
        length, still, other = max(earlier, default=(0, 0, 1))
        stays = change.before.times == change.after.times
        best.append((length + 1, still + stays, -other))
    rise: list[int] = []
    at = max(range(len(best)), key=lambda index: best[index][:2], default=-1)
    while at >= 0:
        rise.append(at)
        at = best[at][2]
    return rise


def _edited(kept: Iterable[TalkChange]) -> Iterator[TalkChange]:
    for change in kept:
        before, after = change.before.talk, change.after.talk
        parts = _parts(before, after, _TALK_PARTS)
        if parts:
            yield replace(change, parts=parts)


def _parts(before: object, after: object, names: Mapping[str, str]) -> tuple[str, ...]:
    differ = (
        told
        for name, told in names.items()
        if _instant(getattr(before, name)) != _instant(getattr(after, name))
    )
    return tuple(dict.fromkeys(differ))


def _instant(value: object) -> object:
    return value.astimezone(UTC) if isinstance(value, datetime) else value


def _sessions(before: Sequence[TimedSession], after: Sequence[TimedSession]) -> Change:
    former = {timed.session.id: timed for timed in before}
    ids = {timed.session.id for timed in after}
    kept = [
        SessionChange(before=former[timed.session.id], after=timed)
        for timed in after
        if timed.session.id in former
    ]
    parts = (
        (one, _parts(one.before.session, one.after.session, _SESSION_PARTS))
        for one in kept
    )
    return Change(
        sessions_added=tuple(one for one in after if one.session.id not in former),
        sessions_withdrawn=tuple(one for one in before if one.session.id not in ids),
        sessions_moved=tuple(
            one for one in kept if _window(one.before) != _window(one.after)
        ),
        sessions_retitled=tuple(
            one for one in kept if one.before.session.title != one.after.session.title
        ),
        sessions_edited=tuple(
            replace(one, parts=names) for one, names in parts if names
        ),
    )


def _window(timed: TimedSession) -> tuple[datetime, datetime]:
    return timed.starts.astimezone(UTC), timed.ends.astimezone(UTC)


def _facts(before: Programme, after: Programme) -> Iterator[FactChange]:
    for fact in fields(Programme):
        old, new = getattr(before, fact.name), getattr(after, fact.name)
        if fact.name in _NOT_FACTS or old == new:
            continue
        name = fact.name.replace("_", " ")
        if fact.name in _SHOWN:
            yield FactChange(name=name, before=_said(old), after=_said(new))
        else:
            yield FactChange(name=name)


def _said(value: object) -> str:
    return "nothing" if value in (None, "") else str(value)
