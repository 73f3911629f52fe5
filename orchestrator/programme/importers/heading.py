"""A line that announces a talk: its title, who gives it, of which kind.

``Title by Name (Lab)``, ``Title, par Name (Lab)``, ``Name (Lab) : Title``,
``Title — Name``, ``« Title », Name``: the words that say who decide first,
then quotation marks, then which side looks more like a name.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from orchestrator.programme.importers.inline import (
    depths_of,
    fold,
    parenthesis_at,
    plain,
    split_outside,
)
from orchestrator.programme.importers.kinds import is_unannounced, take_invited
from orchestrator.programme.importers.names import LIKELY, SURE, is_institution
from orchestrator.programme.importers.people import (
    is_person,
    person_score,
    read_names,
    read_people,
)
from orchestrator.programme.model import Person

_BY = re.compile(
    r"(?:^|(?<=[\s,;:(|–—-]))(?:presente(?:e)?s? par|presented by|given by|propose(?:e)? par"
    r"|donne(?:e)? par|anime(?:e)? par|par|by|speakers?\s?:|orat(?:eur|rice)s?\s?:"
    r"|intervenante?s?\s?:)\s+"
)
_WITH = re.compile(
    r"[,(\[]?\s*(?:(?:this is )?(?:a )?(?:joint work |joint |in collaboration "
    r"|work |cowork )with|travail (?:commun|joint) avec|en collaboration avec"
    r"|en commun avec|avec|with)\s+"
)
_GIVEN = re.compile(
    r"(?:(?:expose|conference|presentation|intervention|cours) (?:invitee?|pleniere?)"
    r"|(?:invited|keynote|plenary)(?: (?:talk|lecture|speaker))?)\s+"
    r"(de |d'|par |of |by )?"
)
_QUOTED = re.compile(r"[«“„]\s*([^«»“”„]{3,300}?)\s*[»”]|\"([^\"]{3,300})\"")
_SEPARATORS = (
    re.compile(r"\n"),
    re.compile(r"\s[–—|]\s|\s-{1,3}\s|[—|]"),
    re.compile(r"\s?[:\uff1a]\s"),
    re.compile(r",\s|;\s|–"),
)
_CLOSED = re.compile(r"\)\s*(?:,\s+|[–—]\s*|-\s+)(?=\S)")
"""What ends a person when a lab in parentheses does, and a title follows."""
_INNER_MARK = re.compile(r"[,;:–—\n]|\s-\s")
_EDGES = " \n\t,;:–—|/-."
_QUOTES = "«»“”„\"'’\u2018 \u00a0"
_LENGTH_NOTE = re.compile(
    r"\s*\(\s*\d{1,3}\s?(?:min\w*|mn|['’])\s*(?:\+[^()]{0,20})?\)"
    r"|(?<=\)),\s*\d{1,3}\s?(?:min\w*|mn)\.?\s*$"
)

_LONGEST = 600
"""Characters of a line that announces a talk; a longer one is prose."""


class Order(StrEnum):
    """Which comes first on the lines of a list."""

    TITLE = "title"
    NAME = "name"


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """What a line says of its talk; ``sure`` when words, not guesses, say who."""

    title: str
    speakers: tuple[Person, ...] = ()
    coauthors: tuple[str, ...] = ()
    invited: bool = False
    sure: bool = False
    order: Order | None = None


def read_heading(
    text: str, *, order: Order | None = None, whole: bool = False
) -> Heading:
    """The talk that ``text`` announces; ``order`` decides what looks alike.

    ``whole`` when the speaker stands elsewhere and all of ``text`` is title.
    """
    if len(text) > _LONGEST:
        return Heading(title=_title(plain(text)))
    text = _LENGTH_NOTE.sub("", plain(text)).strip(" \n\t;|")
    text, invited = take_invited(text)
    text, given = _take_given(text)
    invited = invited or given
    text, coauthors = _take_coauthors(text)
    found = None if whole else _divided(text.strip(" \n\t"), order)
    if found is None:
        return Heading(title=_title(text), coauthors=coauthors, invited=invited)
    title, who, sure, first = found
    title, marked = take_invited(title)
    return Heading(
        title=_title(title),
        speakers=read_people(who),
        coauthors=coauthors,
        invited=invited or marked,
        sure=sure,
        order=first,
    )


_Found = tuple[str, str, bool, Order | None]
"""Title, speaker, whether that is sure, and which of the two came first."""


def _divided(text: str, order: Order | None) -> _Found | None:
    """Title and speaker, by the first of the rules that applies."""
    found = _said(text) or _quoted(text) or _sided(text, order) or _enclosed(text)
    likely = LIKELY if order is Order.NAME else LIKELY + 1
    if found is None and is_person(text, likely=likely):
        return "", text, False, None
    return found


def _said(text: str) -> _Found | None:
    """``Title by Name``: the last "by" or "par" that somebody's name follows."""
    depths = depths_of(text)
    for found in reversed(list(_BY.finditer(fold(text)))):
        before, who = text[: found.start()], text[found.end() :]
        if depths[found.start()] and before.rstrip().endswith("("):
            before, who = before.rstrip()[:-1], who.rstrip().removesuffix(")")
        elif depths[found.start()]:
            continue
        rest = None if before.strip(_EDGES) else _sided(who, Order.NAME)
        if rest is not None:
            return rest[0], rest[1], True, Order.NAME
        if person_score(who) >= LIKELY:
            return before, who, True, Order.TITLE
    return None


def _quoted(text: str) -> _Found | None:
    """``« Title », Name`` and ``Name: "Title"``: what is quoted is the title."""
    if (found := _QUOTED.search(text)) is None:
        return None
    before = text[: found.start()].strip(_EDGES)
    after = text[found.end() :].strip(_EDGES)
    title = found[1] or found[2]
    if after and not before and person_score(after) >= LIKELY - 1:
        return title, after, True, Order.TITLE
    if before and not after and person_score(before) >= LIKELY - 1:
        return title, before, True, Order.NAME
    return None


def _sided(text: str, order: Order | None) -> _Found | None:
    """``Name (Lab) : Title`` or ``Title — Name``: divided at the strongest mark."""
    if (closed := _closed(text, order)) is not None:
        return closed
    for separator in _SEPARATORS:
        pieces = split_outside(text, separator)
        if len(pieces) < len(("title", "name")):
            continue
        if (found := _best_side(text, pieces, order)) is not None:
            return found
    return None


def _closed(text: str, order: Order | None) -> _Found | None:
    """``Name (Lab), Title : more``: behind the lab all is title, its marks included."""
    depths = depths_of(text)
    for found in _CLOSED.finditer(text):
        who, title = text[: found.start() + 1], text[found.end() :]
        if depths[found.end()] or order is Order.TITLE:
            continue
        pieces = [piece for _, piece in split_outside(title, _INNER_MARK)]
        score = person_score(who)
        # Other people, or the rest of an affiliation, may follow as well.
        if is_institution(pieces[0]) or max(map(person_score, pieces)) >= LIKELY:
            continue
        return (title, who, score >= SURE, Order.NAME) if score >= LIKELY else None
    return None


def _best_side(
    text: str, pieces: list[tuple[str, str]], order: Order | None
) -> _Found | None:
    first, last = _front(pieces), _back(pieces)
    front, back = person_score(first), person_score(last)
    if abs(front - back) < SURE and order is Order.NAME and front >= LIKELY:
        back = min(back, front - 1)
    elif abs(front - back) < SURE and order is Order.TITLE and back >= LIKELY:
        front = min(front, back - 1)
    if max(front, back) < LIKELY:
        return None
    who, score = (first, front) if front > back else (last, back)
    side = Order.NAME if front > back else Order.TITLE
    sure = score > SURE or (score == SURE and "(" in who)
    return _rest(text, who, side), who, sure, side


def _front(pieces: list[tuple[str, str]]) -> str:
    """The first piece, with the next when that is only an affiliation."""
    first = pieces[0][1]
    if len(pieces) > len(("name", "title")) and _is_affiliation(first, pieces[1][1]):
        return first + pieces[1][0] + pieces[1][1]
    return first


def _back(pieces: list[tuple[str, str]]) -> str:
    """The last piece, with the one before when the last is an affiliation."""
    place = len(pieces) - 1
    least = max(1, place - len(("lab", "town", "country")))
    while place > least and person_score(pieces[place][1]) < LIKELY:
        place -= 1
    if person_score(pieces[place][1]) < LIKELY:
        return pieces[-1][1]
    tail = pieces[place:]
    if len(tail) > 1 and not all(_is_short(piece) for _, piece in tail[1:]):
        return pieces[-1][1]
    return tail[0][1] + "".join(before + piece for before, piece in tail[1:])


def _is_affiliation(name: str, piece: str) -> bool:
    if person_score(name) < LIKELY or "(" in name:
        return False
    return is_institution(piece) and _is_short(piece)


def _is_short(piece: str) -> bool:
    return len(piece) <= 60  # noqa: PLR2004 -- characters of an institution's name


def _rest(text: str, who: str, first: Order) -> str:
    """``text`` without the piece ``who`` at its beginning or end."""
    if first is Order.NAME:
        return text[len(who) :] if text.startswith(who) else text.replace(who, "", 1)
    place = text.rfind(who)
    return text[:place] if place >= 0 else text


def _enclosed(text: str) -> _Found | None:
    """``Title (Name, Lab)``: somebody in the parenthesis at the end."""
    text = text.rstrip(" .")
    opening = text.rfind(" (")
    if opening <= 0 or parenthesis_at(text, opening + 1) != len(text):
        return None
    inside = text[opening + 2 : -1]
    if person_score(inside) < LIKELY + 1 or is_person(text[:opening]):
        return None
    return text[:opening], inside, False, Order.TITLE


def _take_given(text: str) -> tuple[str, bool]:
    """``Exposé invité de Name : Title`` without its first words."""
    found = _GIVEN.match(fold(text))
    likely = LIKELY if found and found[1] else SURE
    if found is None or person_score(text[found.end() :]) < likely:
        return text, False
    return text[found.end() :], True


def _take_coauthors(text: str) -> tuple[str, tuple[str, ...]]:
    """``text`` without "(joint work with A and B)", and these names."""
    for found in reversed(list(_WITH.finditer(fold(text)))):
        if found.start() == 0:
            continue
        enclosed = found[0].lstrip().startswith(("(", "["))
        end = len(text)
        if enclosed:
            opening = found.start() + found[0].index(found[0].lstrip()[0])
            end = parenthesis_at(text.replace("[", "(").replace("]", ")"), opening)
        inside = text[found.end() : end - 1 if enclosed else end]
        names, rest = read_names(inside)
        if end > 0 and names and not rest:
            return f"{text[: found.start()]} {text[end:]}".strip(), names
    return text, ()


def _title(text: str) -> str:
    title = " ".join(text.split()).strip(_EDGES.replace(".", ""))
    if title.endswith(".") and not title.endswith(("..", "etc.")):
        title = title[:-1]
    inner = title.strip(_QUOTES)
    quotes = title[:1] in _QUOTES and title[-1:] in _QUOTES
    if quotes and not any(mark in inner for mark in '«»“”"'):
        title = inner
    return "" if is_unannounced(title) else title


def order_of(texts: Iterable[str]) -> Order | None:
    """Which of title and name comes first on most of the lines that say so surely."""
    votes = {Order.TITLE: 0, Order.NAME: 0}
    for text in texts:
        found = read_heading(text)
        if found.sure and found.order is not None:
            votes[found.order] += 1
        elif found.speakers and not found.title:
            votes[Order.NAME] += 1
    if votes[Order.TITLE] == votes[Order.NAME]:
        return None
    return max(votes, key=lambda order: votes[order])
