"""Numbers in sentences: capacity, people registered, the network of the members."""

import re

from orchestrator.programme.importers.inline import fold, plain
from orchestrator.programme.model import Counts

_NUMBER = r"(?<![\d.,/-])(\d{1,3}(?:[ .]\d{3})+|\d{1,6})(?![\d/]|[.,]\d)"
_MEMBERS = re.compile(
    rf"{_NUMBER} (?:(?!non\b)[a-z']+ ){{0,3}}?(?<!non )(?<!non-)(?:membres?|members?)\b(?! (?:du comite|of the committee))"
)
_NON_MEMBERS = re.compile(
    rf"{_NUMBER} (?:[a-z']+ ){{0,3}}?(?:non[ -]membres?|non[ -]members?)\b"
)
_REGISTERED = re.compile(
    rf"{_NUMBER} (?:[a-z']+ ){{0,4}}?(?:inscrite?s?|registered|registrants|participants?|attendees)\b"
    rf"|(?:inscrite?s?|registered|participants?)\s?: ?{_NUMBER}"
)
_CAPACITY = (
    re.compile(rf"(?:capacite|capacity)[^\d\n]{{0,60}}{_NUMBER}"),
    re.compile(
        rf"(?:limite[es]{{0,2}}|limited|jusqu'a|maximum|max\.?|up to)[^\d\n]{{0,20}}{_NUMBER} (?:places?|personnes|participants|inscrits|people|seats|attendees)"
    ),
    re.compile(rf"{_NUMBER} (?:places?|seats)\b"),
)
_NETWORK = re.compile(
    r"(?<!non )(?<!non-)(?:membres?|members?) (?:du |de la |de l'|des |of the |of )([^,.;:()\n]{2,40}?)(?=\s*(?:[,.;:()\n]|$|\bet\b|\band\b|\bsont\b|\bare\b))"
)
_GDR = re.compile(r"\bGd[RrS] [A-Z][\w-]*(?: [A-Z]{2,}[\w-]*)?")

_GATHERS = re.compile(
    r"\b(?:reunions?|journees?|rencontres?|seminaires?|assemblees?|ateliers?|ecoles?)"
    r"(?: [a-z'-]+){0,3}? du reseau (?=\S)"
)
_NETWORK_NAME = re.compile(r"[A-ZÀ-Þ][\w'’-]*(?: [A-ZÀ-Þ][\w'’-]*){0,3}")


def registered_in(text: str) -> Counts | None:
    """People registered by category, when the text counts them."""
    folded = fold(plain(text))
    members, others = _first(_MEMBERS, folded), _first(_NON_MEMBERS, folded)
    if members is not None or others is not None:
        return Counts(members=members or 0, non_members=others or 0)
    unknown = _first(_REGISTERED, folded)
    return None if unknown is None else Counts(unknown=unknown)


def capacity_in(text: str) -> int | None:
    """Places of the room, when the text says how many."""
    folded = fold(plain(text))
    found = (_first(pattern, folded) for pattern in _CAPACITY)
    return next((number for number in found if number), None)


def network_in(text: str) -> str:
    """The network whose members are counted or that meets, or the GdR named; else ""."""
    shown = plain(text)
    if found := _NETWORK.search(fold(shown)):
        name = shown[found.start(1) : found.end(1)].strip()
        return name if len(name) > len("GdR") or name.isupper() else ""
    if gdr := _GDR.search(shown):
        return gdr[0]
    gathers = _GATHERS.search(fold(shown))
    named = _NETWORK_NAME.match(shown, gathers.end()) if gathers else None
    return named[0] if named else ""


def _first(pattern: re.Pattern[str], text: str) -> int | None:
    if (found := pattern.search(text)) is None:
        return None
    number = next(group for group in found.groups() if group)
    return int(re.sub(r"\D", "", number))
