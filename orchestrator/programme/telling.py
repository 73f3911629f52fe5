"""A change in words, for the command line: one line each, the most telling first."""

from collections.abc import Iterator
from datetime import datetime

from orchestrator.programme.change import (
    Change,
    FactChange,
    SessionChange,
    TalkChange,
    TalkPlace,
)
from orchestrator.programme.model import Talk, TimedSession


def lines(change: Change) -> tuple[str, ...]:
    """``+`` is new, ``-`` gone, ``~`` changed. Times of the event's zone; with
    their day where the programme has several or the day changes.
    """
    return tuple(_Telling(change).lines())


class _Telling:
    """Knows whether a time needs its day to be understood."""

    def __init__(self, change: Change) -> None:
        self.change = change
        self.days = len(set(_days(change))) > 1

    def lines(self) -> Iterator[str]:
        change = self.change
        yield from map(_fact, change.facts)
        yield from (f"+ session {self.window(one)}" for one in change.sessions_added)
        yield from map(self.session_moved, change.sessions_moved)
        yield from map(_session_retitled, change.sessions_retitled)
        for session in change.sessions_edited:
            title = session.after.session.title
            yield f"~ session {title}: {_list(session.parts)} changed"
        yield from (
            f"- session gone {self.window(one)}" for one in change.sessions_withdrawn
        )
        for place in change.added:
            yield f"+ {self.at(place.starts)} {_named(place.talk)}{_in(place)}"
        yield from (self.move(one, "moved") for one in change.moved)
        yield from (self.move(one, "re-timed") for one in change.retimed)
        yield from map(_retitled, change.retitled)
        for talk in change.edited:
            yield f"~ edited {_named(talk.after.talk)}: {_list(talk.parts)}"
        for place in change.withdrawn:
            yield f"- gone {self.at(place.starts)} {_named(place.talk)}"

    def at(self, moment: datetime) -> str:
        return f"{moment:%Y-%m-%d %H:%M}" if self.days else f"{moment:%H:%M}"

    def window(self, timed: TimedSession) -> str:
        title = timed.session.title or "without title"
        return f"{title} ({timed.starts:%Y-%m-%d %H:%M}–{timed.ends:%H:%M})"

    def session_moved(self, change: SessionChange) -> str:
        old, new = change.before, change.after
        return (
            f"~ session moved {old.starts:%Y-%m-%d %H:%M}–{old.ends:%H:%M} -> "
            f"{self.window(new)}"
        )

    def move(self, change: TalkChange, verb: str) -> str:
        old, new = change.before, change.after
        where = _in(new) if old.session.id != new.session.id else ""
        if old.times[0] == new.times[0]:
            # Only the end differs, so it has to be shown.
            old_time = f"{self.at(old.starts)}–{old.ends:%H:%M}"
            new_time = f"{self.at(new.starts)}–{new.ends:%H:%M}"
        else:
            old_time, new_time = self.at(old.starts), self.at(new.starts)
        return f"~ {verb} {old_time} -> {new_time} {_named(new.talk)}{where}"


def _days(change: Change) -> Iterator[str]:
    for place in (*change.added, *change.withdrawn):
        yield f"{place.starts:%Y-%m-%d}"
    for move in (*change.moved, *change.retimed):
        yield f"{move.before.starts:%Y-%m-%d}"
        yield f"{move.after.starts:%Y-%m-%d}"


def _fact(change: FactChange) -> str:
    if not change.before:
        return f"~ {change.name} changed"
    return f"~ {change.name}: {change.before} -> {change.after}"


def _session_retitled(change: SessionChange) -> str:
    old, new = change.before.session.title, change.after.session.title
    return f"~ session retitled “{old}” -> “{new}”"


def _retitled(change: TalkChange) -> str:
    old = change.before.talk.title
    was = f"“{old}”" if old else "to be announced"
    return f"~ retitled {was} -> {_named(change.after.talk)}"


def _named(talk: Talk) -> str:
    title = talk.title or "(to be announced)"
    speakers = ", ".join(person.name for person in talk.speakers)
    return f"{title} — {speakers}" if speakers else title


def _in(place: TalkPlace) -> str:
    return f" ({place.session.title})" if place.session.title else ""


def _list(parts: tuple[str, ...]) -> str:
    return ", ".join(parts)
