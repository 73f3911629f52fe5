"""Lines about people: name, affiliation, address; one or several on a line."""

import re
from collections.abc import Iterable
from dataclasses import replace

from orchestrator.programme.importers.inline import (
    depths_of,
    parenthesis_at,
    plain,
    split_outside,
)
from orchestrator.programme.importers.kinds import is_unannounced
from orchestrator.programme.importers.names import (
    LIKELY,
    SURE,
    clean_name,
    is_institution,
    name_score,
)
from orchestrator.programme.model import Person

_MAIL = re.compile(
    r"(?<![\w.+-])([\w.+-]{1,64})\s?(@|\(at\)|\[at\]|\{at\}|\(arobase\)|\[arobase\])\s?"
    r"([\w-]{1,63}(?:(?:\.|\s?[(\[]dot[)\]]\s?)[\w-]{1,63}){1,6})",
    re.IGNORECASE,
)
_DOT = re.compile(r"\s?[(\[]dot[)\]]\s?", re.IGNORECASE)
_EMPTY = re.compile(
    r"[(\[<]\s*(?:mailto:|e-?mail\s*:?|courriel\s*:?|,)?\s*[>\])]", re.I
)
_ADDRESS = re.compile(r"\bhttps?://\S+")
_MAIL_LABEL = re.compile(r"\b(?:e-?mail|mail|courriel|contact)\s*:?\s*(?=$|[,;])", re.I)
_BORDER = re.compile(r",| [–—-] |–|—|:|\n|;|/| \| ")
_BETWEEN = re.compile(r",|;|\n|\s+(?:et|and|&)\s+")
_LOOSE = " ,;:–—-|/"


def read_person(text: str) -> Person:
    """The person of ``Name (mail), Affiliation`` in any of its usual forms."""
    text, email = take_mail(plain(text))
    text = _ADDRESS.sub("", text).strip(_LOOSE)
    name, affiliation = _split_name(text)
    return Person(name=clean_name(name), affiliation=affiliation, email=email)


def take_mail(text: str) -> tuple[str, str]:
    """``text`` without its e-mail address, and the address (at and dot undone)."""
    if (found := _MAIL.search(text)) is None:
        return text, ""
    mail = f"{found[1]}@{_DOT.sub('.', found[3])}"
    rest = f"{text[: found.start()]} {text[found.end() :]}".replace("mailto:", "")
    rest = _EMPTY.sub(" ", rest)
    # A second pass of the brackets that held nothing but the address.
    rest = _MAIL_LABEL.sub("", re.sub(r"\s+([,;:)])", r"\1", rest))
    return re.sub(r",\s*(?=,|$)", "", rest).strip(_LOOSE), mail


def read_people(text: str, *, likely: int = SURE) -> tuple[Person, ...]:
    """Everybody in ``text``, divided at commas, semicolons, "et" and "and".

    A piece after a comma is somebody else only when it scores ``likely`` as a
    name, or is a name with its own parenthesis or address, or after one;
    otherwise it is the affiliation of the one before. An affiliation in parentheses after the
    last of several joined by "et" is everybody's.
    """
    text = plain(text).strip(_LOOSE)
    gathered: list[str] = []
    joined: list[bool] = []
    for before, piece in split_outside(text, _BETWEEN):
        sep = before.strip()
        if not piece:
            continue
        closed = gathered[-1:] and gathered[-1].endswith(")")
        if not gathered or _is_other(piece, sep, LIKELY if closed else likely):
            gathered.append(piece)
            joined.append(bool(gathered[1:]) and sep.lower() in ("et", "and", "&"))
        else:
            gathered[-1] += f", {piece}" if sep in (",", ";", "") else f" {sep} {piece}"
    people = [read_person(piece) for piece in gathered]
    shared = _shared(people, joined)
    return tuple(p for p in shared if p.name and not is_unannounced(p.name))


def read_names(text: str) -> tuple[tuple[str, ...], str]:
    """Names at the beginning of ``text``, and what follows the last of them."""
    names: list[str] = []
    rest = ""
    pieces = split_outside(plain(text), _BETWEEN)
    for place, (_, piece) in enumerate(pieces):
        bare = re.sub(r"^(?:et|and|&)\s+", "", piece)
        name = clean_name(_split_name(bare)[0])
        if not bare or (names and is_institution(bare)):
            continue
        if name_score(name) < LIKELY - 1:
            rest = ", ".join(p for _, p in pieces[place:])
            break
        names.append(name)
    return tuple(names), rest


def is_person(text: str, *, likely: int = LIKELY) -> bool:
    """Whether ``text`` is a name, alone or with its affiliation."""
    name, affiliation = _split_name(plain(take_mail(plain(text))[0]).strip(_LOOSE))
    bonus = 1 if affiliation and (is_institution(affiliation) or "(" in text) else 0
    return name_score(name) + bonus >= likely


def person_score(text: str) -> int:
    """Name score of the first person in ``text``, more with an affiliation."""
    text = plain(text).strip(_LOOSE)
    name, affiliation = _split_name(text)
    first = re.split(r"\s+(?:et|and|&)\s+", name)[0]
    score = name_score(first)
    after = text[len(name) :].lstrip()
    if after.startswith("(") and score > -SURE:
        score += 2
    return score + (1 if affiliation and is_institution(affiliation) else 0)


def _split_name(text: str) -> tuple[str, str]:
    """Name and affiliation: divided at the first border or parenthesis."""
    depths = depths_of(text)
    border = next((m for m in _BORDER.finditer(text) if depths[m.start()] == 0), None)
    opening = text.find("(")
    if opening > 0 and (border is None or opening < border.start()):
        closing = parenthesis_at(text, opening)
        if closing < 0:
            return text[:opening].strip(), text[opening + 1 :].strip(_LOOSE)
        inside, after = text[opening + 1 : closing - 1], text[closing:].strip(_LOOSE)
        parts = [part for part in (inside.strip(_LOOSE), after) if part]
        return text[:opening].strip(), ", ".join(parts)
    if border is None:
        return text.strip(), ""
    return text[: border.start()].strip(), text[border.end() :].strip(_LOOSE)


def _is_other(piece: str, separator: str, likely: int) -> bool:
    """Whether ``piece`` begins another person rather than an affiliation."""
    name = _split_name(piece)[0]
    if is_institution(name):
        return False
    score = name_score(name)
    if _MAIL.search(piece) or "(" in piece:
        return score >= LIKELY
    return score >= (likely if separator == "," else LIKELY)


def _shared(people: list[Person], joined: list[bool]) -> Iterable[Person]:
    """``A et B (Lab)``: both are of Lab."""
    for place in range(len(people) - 1, 0, -1):
        before = people[place - 1]
        if joined[place] and not before.affiliation:
            affiliation = people[place].affiliation
            people[place - 1] = replace(before, affiliation=affiliation)
    return people
