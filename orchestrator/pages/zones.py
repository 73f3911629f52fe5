"""Time zones as people name them: by a city, never by an abbreviation."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel.dates import get_timezone_location

from orchestrator.pages.words import words

# One zone for each offset and region from which people come to a European
# meeting, overseas France included; the reader's own is added if it is another.
_CITIES = {
    "Europe": "London Dublin Lisbon Paris Brussels Madrid Berlin Rome Zurich Vienna "
    "Warsaw Prague Stockholm Athens Bucharest Helsinki Kyiv Istanbul Moscow",
    "Africa": "Dakar Abidjan Casablanca Algiers Tunis Lagos Kinshasa Cairo "
    "Johannesburg Nairobi",
    "America": "Anchorage Los_Angeles Vancouver Denver Phoenix Chicago Mexico_City "
    "New_York Toronto Bogota Lima Havana Caracas Halifax Guadeloupe Martinique "
    "Santiago St_Johns Cayenne Sao_Paulo Montevideo Miquelon Argentina/Buenos_Aires",
    "Asia": "Jerusalem Beirut Riyadh Tehran Dubai Karachi Kolkata Kathmandu Dhaka "
    "Bangkok Ho_Chi_Minh Jakarta Shanghai Hong_Kong Singapore Taipei Seoul Tokyo",
    "Atlantic": "Azores Reykjavik",
    "Australia": "Perth Brisbane Sydney",
    "Indian": "Antananarivo Mayotte Reunion Mauritius",
    "Pacific": "Tahiti Marquesas Honolulu Noumea Auckland Wallis",
}
COMMON = tuple(
    f"{area}/{name}" for area, names in _CITIES.items() for name in names.split()
)

# French words of this list elide before h ("d’Helsinki"); other cities do not.
_MUTE_H = ("Helsinki", "Honolulu")


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneChoice:
    """A zone that a reader may choose: its name, and now and UTC offset there."""

    name: str
    city: str
    offset: str
    chosen: bool


@cache
def zone_of(name: str | None) -> ZoneInfo | None:
    """The zone that a cookie or query names; None for nothing or nonsense."""
    if not name or not re.fullmatch(r"[A-Za-z][\w+-]*(/[\w+-]+){0,2}", name):
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, OSError, ValueError):
        return None


@cache
def city(zone: str, language: str) -> str:
    """The city that stands for ``zone``: "Le Caire", "Cairo"; "UTC" for UTC."""
    name = get_timezone_location(zone, locale=language, return_city=True)
    return str(name).rpartition("/")[2]


@cache
def zone_words(zone: str, language: str) -> str:
    """The times of ``zone`` in words: "Heures de Paris", "Paris time"."""
    name = city(zone, language)
    text = words(language).gettext("%(city)s time")
    return text % {"city": of_city(name) if language == "fr" else name}


@cache
def clock_words(zone: str, language: str) -> str:
    """What a clock of ``zone`` shows: "Heure de Paris", "Time in Paris"."""
    name = city(zone, language)
    text = words(language).gettext("Time in %(city)s")
    return text % {"city": of_city(name) if language == "fr" else name}


@cache
def at_city(zone: str, language: str) -> str:
    """Where ``zone`` is: "à Paris", "au Caire", "in Paris"."""
    name = city(zone, language)
    if language != "fr":
        return f"in {name}"
    return name.replace("Le ", "au ", 1) if name.startswith("Le ") else f"à {name}"


def of_city(name: str) -> str:
    """French genitive: "de Paris", "d’Abidjan", "du Caire", "UTC"."""
    if name.startswith(("UTC", "GMT")):
        return name
    if name.startswith("Le "):
        return f"du {name[3:]}"
    first = unicodedata.normalize("NFD", name)[:1].upper()
    return f"d’{name}" if first in "AEIOU" or name in _MUTE_H else f"de {name}"


def choices(
    language: str, moment: datetime, *, chosen: str, also: tuple[str, ...] = ()
) -> tuple[ZoneChoice, ...]:
    """The zones of the chooser, by city; ``also`` joins them if it is another."""
    names = {*COMMON, *(name for name in also if name)}
    found = (
        ZoneChoice(
            name=name,
            city=city(name, language),
            offset=offset_words(moment.astimezone(ZoneInfo(name)).utcoffset()),
            chosen=name == chosen,
        )
        for name in names
    )
    return tuple(sorted(found, key=lambda choice: _plain(choice.city)))


def offset_words(offset: timedelta | None) -> str:
    """An offset from UTC: "UTC+2", "UTC+5:30", "UTC"."""
    minutes = round((offset or timedelta()).total_seconds() / 60)
    if not minutes:
        return "UTC"
    hours, rest = divmod(abs(minutes), 60)
    sign = "+" if minutes > 0 else "\u2212"
    return f"UTC{sign}{hours}" + (f":{rest:02}" if rest else "")


def _plain(name: str) -> str:
    return unicodedata.normalize("NFD", name).encode("ascii", "ignore").decode().lower()
