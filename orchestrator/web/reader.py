"""What a request tells of its reader: language, time zone, and whether it takes gzip."""

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from zoneinfo import available_timezones

from aiohttp import hdrs, web

LANGUAGES = ("fr", "en")
LANGUAGE_COOKIE = "lang"
ZONE_COOKIE = "tz"

_LONGEST = 500
"""Characters of an Accept-Language header that are looked at."""

_WEIGHTLESS = re.compile(r"q=0(\.0*)?")


def language_of(request: web.Request, *, default: str = "fr") -> str:
    """``fr`` or ``en``: by ``?lang=``, the cookie, then Accept-Language."""
    for choice in _choices(request, "lang", LANGUAGE_COOKIE):
        if choice in LANGUAGES:
            return choice
    return _preferred(request, default)


def zone_of(request: web.Request) -> str | None:
    """The reader's IANA zone: by ``?tz=``, then the cookie; None if unknown."""
    for choice in _choices(request, "tz", ZONE_COOKIE):
        if choice in zones():
            return choice
    return None


def choices_of(request: web.Request, *, default: str = "fr") -> tuple[str, str | None]:
    """Language and zone; most readers never chose, and that is seen at one look."""
    if not _chose(request):
        return _preferred(request, default), None
    return language_of(request, default=default), zone_of(request)


def has_query(request: web.Request) -> bool:
    """Whether the address has a query; taking it apart costs thirty times as much."""
    return "?" in request.raw_path


@lru_cache(maxsize=256)
def takes_gzip(accepted: str) -> bool:
    """Whether ``accepted``, an Accept-Encoding, names gzip with a weight."""
    for part in accepted.lower().split(","):
        coding, _, weight = part.partition(";")
        if coding.strip() in ("gzip", "x-gzip"):
            return not _WEIGHTLESS.fullmatch(weight.strip())
    return False


def _choices(request: web.Request, name: str, cookie: str) -> Iterable[str]:
    """What the reader chose, by the query and by the cookie; mostly nothing."""
    if not _chose(request):
        return ()
    chosen = request.query.get(name), request.cookies.get(cookie)
    return filter(None, chosen)


def _chose(request: web.Request) -> bool:
    return has_query(request) or hdrs.COOKIE in request.headers


def _preferred(request: web.Request, default: str) -> str:
    accepted = request.headers.get(hdrs.ACCEPT_LANGUAGE)
    return _accepted(accepted[:_LONGEST], default) if accepted else default


@cache
def zones() -> frozenset[str]:
    """Every IANA zone that this machine knows."""
    return frozenset(available_timezones())


# A few hundred browsers and settings account for all readers of a meeting.
@lru_cache(maxsize=512)
def _accepted(header: str, default: str) -> str:
    """The best known language of an Accept-Language header (RFC 9110, 12.5.4)."""
    best, weight = default, 0.0
    for part in header.split(","):
        tag, _, parameter = part.strip().partition(";")
        language = tag.split("-")[0].lower()
        quality = _quality(parameter)
        if language in LANGUAGES and quality > weight:
            best, weight = language, quality
    return best


def _quality(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    if name != "q":
        return 1.0
    try:
        return min(max(float(value), 0.0), 1.0)
    except ValueError:
        return 0.0
