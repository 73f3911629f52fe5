"""Which session or talk a cell of a list means, and how to name one."""

from collections.abc import Iterable, Mapping
from typing import TypeVar

from orchestrator.ids import SessionId, TalkId
from orchestrator.programme.model import Event
from orchestrator.registration.likeness import name_key

Id = TypeVar("Id", SessionId, TalkId)

_PREFIXES = ("session ", "seance ", "talk ", "expose ", "n ", "no ")


class Places:
    """The sessions and talks of ``event``, by every name they go by.

    Numbers are in time order, from 1; breaks and discussions have none.
    """

    def __init__(self, event: Event) -> None:
        sessions = [timed.session for timed in event.timetable.sessions]
        talks = [s.talk for s in event.timetable.slots if s.talk.kind.is_talk]
        self._sessions = {one.id: one.title for one in sessions}
        self._talks = {one.id: one.title for one in talks}
        self._speakers = {
            talk.id: frozenset(name_key(person.name) for person in talk.speakers)
            for talk in talks
        }

    def session(self, text: str) -> SessionId:
        """By title, number ("2", "Session 2") or id. Raises ValueError."""
        return _find(text, self._sessions, "session")

    def talk(self, text: str, speaker: str) -> TalkId:
        """By title, number, id, or its speaker's name. Raises ValueError.

        ``speaker`` is the name of the line, which decides between two talks of
        one title or one speaker.
        """
        key = name_key(text)
        try:
            return _find(text, self._talks, "talk")
        except ValueError:
            given = [one for one, names in self._speakers.items() if key in names]
            titled = [
                one
                for one in self._talks_like(key)
                if name_key(speaker) in self._speakers[one]
            ]
            for found in (given, titled):
                if len(found) == 1:
                    return found[0]
            raise

    def name_session(self, session: SessionId) -> str:
        """What ``session`` reads back as that session."""
        return _name(session, self._sessions)

    def name_talk(self, talk: TalkId) -> str:
        """What ``talk`` reads back as that talk, whoever's line it is on."""
        return _name(talk, self._talks)

    def _talks_like(self, key: str) -> Iterable[TalkId]:
        return (one for one, title in self._talks.items() if name_key(title) == key)


def _name(one: Id, titles: Mapping[Id, str]) -> str:
    candidates = (titles.get(one, ""), str(_number(one, titles)))
    for text in candidates:
        try:
            if text and _find(text, titles, "") == one:
                return text
        except ValueError:
            continue
    return str(one)


def _number(one: Id, titles: Mapping[Id, str]) -> int:
    return [*titles, one].index(one) + 1


def _find(text: str, titles: Mapping[Id, str], what: str) -> Id:
    """The one of ``titles`` that ``text`` means; whole titles before beginnings."""
    key = name_key(text)
    numbered = (f"{n} {title}".strip() for n, title in enumerate(titles.values(), 1))
    known = "; ".join(numbered)
    if not key:
        raise ValueError(f"{what} {text!r} names none of: {known}")
    whole = [one for one, title in titles.items() if name_key(title) == key]
    by_id = [one for one in titles if one == text.strip()]
    begun = [one for one, title in titles.items() if name_key(title).startswith(key)]
    for found in (whole, by_id, _by_number(key, titles), begun):
        if len(found) == 1:
            return found[0]
        if found:
            break
    raise ValueError(f"{what} {text!r} is not one of: {known}")


def _by_number(key: str, titles: Mapping[Id, str]) -> list[Id]:
    for prefix in _PREFIXES:
        key = key.removeprefix(prefix)
    # More digits are no number of a session, and int() refuses thousands.
    if not key.isascii() or not key.isdigit() or len(key) > 4:  # noqa: PLR2004
        return []
    return list(titles)[int(key) - 1 : int(key)] if int(key) else []
