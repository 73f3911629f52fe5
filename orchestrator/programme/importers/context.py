"""Lines that say where and when the next talks are: days, rooms, sessions."""

import re
from dataclasses import dataclass, replace
from enum import StrEnum

from orchestrator.programme.importers.french import Day, Days, dates_in, weekday_in
from orchestrator.programme.importers.hours import Hours, leading_hours, window_in
from orchestrator.programme.importers.inline import fold, plain
from orchestrator.programme.importers.kinds import pause_of
from orchestrator.programme.importers.people import read_people
from orchestrator.programme.importers.words import Topic, topic_of
from orchestrator.programme.model import Kind, Person

_NAME = r"(?!\d{1,2}\s?h|\d{1,2}:)"
_ROOM = re.compile(
    r"(?:(?:grande? |petite? |main )?(?:salles?|rooms?|amphi(?:theatre)?s?|auditorium"
    r"|lecture hall|batiment|building)"
    rf"(?:\s+(?:n°\s?)?(?:de |du |des |d'|of )?{_NAME}[\w.'-]+(?: [a-z](?![a-z.]))?)?"
    rf"|(?:track|parcours|piste|hall)\s+{_NAME}(?:\d+[a-z]?|[a-z]\d*)(?![\w-])"
    r"|[a-z]\w+ (?:room|hall|auditorium))"
)
_SAID_ROOM = re.compile(rf"(?:^|[\s(,;:|–—-])({_ROOM.pattern})\s*(?=$|[\s),;:|–—-])")
_CHAIR = re.compile(
    r"[(,;\s–—-]*\b(?:session )?(?:chair(?:wo)?m[ae]n|chair|president(?:\.?e|\(e\))?(?: de (?:seance|session))?"
    r"|presidence|moderat(?:eur|rice|or)|animat(?:eur|rice))\s*[:=]\s*([^()]{3,120})\)?"
    r"|[(,;\s–—-]*\b(?:chaired by|presidee? par|animee? par|moderee? par|moderated by)\s+([^()]{3,120})\)?"
)
_SESSION = re.compile(
    r"(?:(?:plenary |oral |morning |afternoon |short |parallel )?sessions?|seances?)"
    r"(?=\s*(?:$|[:(–—\-.,|]|n°|#|\d|[ivx]{1,4}\b|[a-h]\b|pleniere|orale?|du |de |des |parallele|invitee|speciale))"
    r"|(?:matin(?:ee)?|apres[- ]?midi|morning|afternoon|evening|soiree|soir)(?=\s*(?:$|[:(–—\-,|]|session))"
    r"|(?:bloc|block|partie|part|volet|theme|axe)\s*(?:\d{1,2}|[ivx]{1,4})\b"
    r"|demi[- ]journee\b"
)
_WINDOWED = re.compile(
    r"(?:sessions?|seances?|atelier|workshop|matin\w*|apres[- ]?midi|morning|afternoon)\b"
)
_NUMBER = re.compile(
    r"(?:sessions?|seances?|bloc|block|partie|part|volet)\s*(?:n°\s?)?"
    r"(?:\d{1,2}[a-z]?|[a-z]\d?|[ivx]{1,4})(\s*[:.–—|-]\s*|\s*,\s*)"
)
_HELD = "\ue000"
"""Stands for ``Session 1 :`` meanwhile, lest its number be read as an hour."""
_NTH = re.compile(
    r"(?:jour(?:nee)?|day)\s*(?:n°\s?)?(\d{1,2})\b|(premier|deuxieme|second|troisieme) jour|(first|second|third) day"
)
_WORDS_NTH = {
    "premier": 1,
    "first": 1,
    "deuxieme": 2,
    "second": 2,
    "troisieme": 3,
    "third": 3,
}
_TO_DAY = re.compile(r"(?:^|(?<=[\s(]))(?:le|du|the|on)\s*$", re.IGNORECASE)
_POSTERS = re.compile(r"poster|question|discussion|affiche|demo")
_EDGES = " \n\t,;:–—|/-."
_EMPTY_PAIR = re.compile(r"[(\[]\s*[)\]]")
_DOUBLED = re.compile(r"([–—:|,-])(?:\s+[–—:|,-])+(?=\s)")
_LONGEST = 160


class Mark(StrEnum):
    """What a line of context opens."""

    DAY = "day"
    ROOM = "room"
    SESSION = "session"
    ENTRY = "entry"
    """A day, then an hour and a talk on the same line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """A day as far as the page tells it: a date, a weekday, the nth day; or nothing."""

    days: Days | None = None
    weekday: int | None = None
    nth: int | None = None

    @property
    def day(self) -> Day | None:
        return self.days.first if self.days else None

    def __bool__(self) -> bool:
        return bool(self.days) or self.weekday is not None or self.nth is not None


NO_DAY = When()
"""Nothing is said of the day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What a line of context says; ``rest`` is what it does not explain."""

    mark: Mark
    when: When = NO_DAY
    hours: Hours | None = None
    room: str = ""
    chairs: tuple[Person, ...] = ()
    title: str = ""
    rest: str = ""


def read_context(text: str, *, line: int) -> Context | None:
    """The day, room or session that ``text`` opens, or None when it is no such line.

    A line that begins with a day and goes on otherwise (``Lundi 14 mars :
    Optimisation``) is a day too; its ``rest`` is not empty.
    """
    text = plain(text).replace("\n", " ")
    if len(text) > _LONGEST:
        return None
    text, label = _hold_number(text)
    rest, chairs = _take_chairs(text)
    rest, when, first = _take_day(rest, line=line)
    if when and (entry := _entry(rest, when, line=line)) is not None:
        return entry
    if not (when or label or _may_open(rest)):
        return None
    found = _opened(rest, label, when, first=first, line=line)
    return replace(found, chairs=chairs) if found else None


def _opened(
    text: str, label: str, when: When, *, first: bool, line: int
) -> Context | None:
    """The context of a line without its chairs and its day (``first`` on the line)."""
    rest, room = _take_room(text)
    rest, hours = _take_window(rest, line=line)
    rest = _unwrapped(_DOUBLED.sub(r"\1", _EMPTY_PAIR.sub("", rest)).strip(_EDGES))
    opens = first or not rest or topic_of(rest) is Topic.PROGRAMME
    mark = _mark(rest, label, when=when if opens else When(), room=room)
    if mark is None and hours and _WINDOWED.match(fold(rest)):
        mark = None if _POSTERS.search(fold(rest)) else Mark.SESSION
    if mark is None:
        return None
    title = rest.replace(_HELD, label) if rest.strip(_HELD + _EDGES) else label
    title = _DOUBLED.sub(r"\1", title)
    return Context(
        mark=mark,
        when=when,
        hours=hours,
        room=room,
        title=_capital(" ".join(title.split()).strip(_EDGES)),
        rest="" if topic_of(rest) is Topic.PROGRAMME else rest,
    )


def is_session_line(text: str) -> bool:
    """Whether ``text`` (after its hours) names a session and no break or posters."""
    folded = fold(text).strip(_EDGES + "*_")
    if _POSTERS.search(folded) or pause_of(text) is Kind.DISCUSSION:
        return False
    return _SESSION.match(folded) is not None


def read_session(text: str, hours: Hours | None) -> Context:
    """The session of a line whose hours are taken off."""
    rest, chairs = _take_chairs(plain(text))
    rest, room = _take_room(rest)
    rest = _EMPTY_PAIR.sub("", rest).strip(_EDGES)
    title = _capital(" ".join(rest.split()))
    return Context(
        mark=Mark.SESSION, hours=hours, room=room, chairs=chairs, title=title
    )


def room_in(text: str) -> str:
    """``text`` when it names a room and nothing else, else ""."""
    text = plain(text).strip(_EDGES)
    return text if text and _ROOM.fullmatch(fold(text)) else ""


def _entry(rest: str, when: When, *, line: int) -> Context | None:
    """``Lundi 14 mars, 9h30 : Title``: a day and an entry on one line."""
    rest = rest.strip(_EDGES)
    hours = leading_hours(rest, line=line)
    if hours is None or len(rest[hours.end :].strip(_EDGES)) <= len("matin"):
        return None
    after = rest[hours.end :]
    if is_session_line(after) or _ROOM.fullmatch(fold(after).strip(_EDGES + "()")):
        return None
    return Context(mark=Mark.ENTRY, when=when, hours=hours, rest=after)


def _may_open(text: str) -> bool:
    folded = fold(text).strip(_EDGES)
    return (
        _SESSION.match(folded) is not None
        or _WINDOWED.match(folded) is not None
        or _ROOM.match(folded) is not None
    )


def _hold_number(text: str) -> tuple[str, str]:
    """``text`` with its ``Session 1 :`` put aside, and that."""
    if (found := _NUMBER.search(fold(text))) is None:
        return text, ""
    label = text[found.start() : found.end()]
    return f"{text[: found.start()]}{_HELD} {text[found.end() :]}", label


def _mark(rest: str, label: str, *, when: When, room: str) -> Mark | None:
    folded = fold(rest).strip(_EDGES)
    if label or _SESSION.match(folded):
        posters = _POSTERS.search(folded) and not label
        return None if posters else Mark.SESSION
    if when:
        return Mark.DAY
    return Mark.ROOM if room and not folded else None


def _unwrapped(text: str) -> str:
    whole = text.startswith("(") and text.endswith(")") and text.count("(") == 1
    return text[1:-1].strip(_EDGES) if whole else text


def _take_chairs(text: str) -> tuple[str, tuple[Person, ...]]:
    if (found := _CHAIR.search(fold(text))) is None:
        return text, ()
    group = 1 if found[1] else 2
    people = read_people(text[found.start(group) : found.end(group)])
    return f"{text[: found.start()]} {text[found.end() :]}".strip(), people


def _take_day(text: str, *, line: int) -> tuple[str, When, bool]:
    """``text`` without the day it names, and whether it began with that day."""
    nth = _NTH.match(fold(text).lstrip(_EDGES))
    number = None
    if nth:
        number = int(nth[1]) if nth[1] else _WORDS_NTH[nth[2] or nth[3]]
        text = text.lstrip(_EDGES)[nth.end() :]
    if found := dates_in(text, line=line):
        days = found[0]
        before = _TO_DAY.sub(" ", text[: days.start])
        first = nth is not None or not before.strip(_EDGES)
        when = When(days=days, nth=number)
        return f"{before} {text[days.end :]}".strip(), when, first
    words = text.strip(_EDGES).split(maxsplit=1)
    weekday = weekday_in(words[0]) if words and number is None else None
    if weekday is None:
        return text, When(nth=number), nth is not None
    return (words[1] if words[1:] else ""), When(weekday=weekday), True


def _take_window(text: str, *, line: int) -> tuple[str, Hours | None]:
    hours = window_in(text, line=line)
    if hours is None:
        return text, None
    return f"{text[: hours.start]} {text[hours.end :]}".strip(), hours


def _take_room(text: str) -> tuple[str, str]:
    text = _unwrapped(_EMPTY_PAIR.sub("", text).strip(_EDGES))
    if _ROOM.fullmatch(fold(text)):
        return "", text
    if (found := _SAID_ROOM.search(fold(text))) is None:
        return text, ""
    room = text[found.start(1) : found.end(1)].strip(_EDGES)
    rest = f"{text[: found.start(1)]} {text[found.end(1) :]}"
    return _EMPTY_PAIR.sub("", rest).strip(_EDGES), room


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
