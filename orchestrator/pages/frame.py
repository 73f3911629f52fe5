"""What stands around every page: header, strip of links, footer, live clock."""

from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from orchestrator.pages import zones
from orchestrator.web.reader import LANGUAGES


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """The frame of a page; equal for all readers of one language and zone.

    ``here`` marks the current entry of the navigation. ``now`` is the event's
    present instant, from which the script ticks the clocks. ``changes`` is the
    next instant at which the page will say something else. ``state`` is kept
    in ``<html data-state>``: when a fresh copy of the page has another one,
    the whole page is taken anew. ``fixed`` pages offer no change of zone.

    A page with ``stage`` takes fragments as the stage changes (``static/stage.js``
    says what it may hold); ``revision`` is that of the event it was made from.
    ``desk`` is the session of whose desk it takes them. ``stays``: its links open
    tabs of their own, since the page holds what must go on.
    """

    language: str
    title: str
    now: datetime
    zone: str = "Europe/Paris"
    here: str = ""
    state: str = ""
    changes: datetime | None = None
    live: bool = False
    slug: str = ""
    event_title: str = ""
    event_language: str = ""
    network: str = ""
    own_zone: str = ""
    fixed: bool = False
    stage: bool = False
    revision: int = 0
    desk: str = ""
    stays: bool = False

    @property
    def other_language(self) -> str:
        """The language that the reader may change to."""
        return next(other for other in LANGUAGES if other != self.language)

    @property
    def zone_words(self) -> str:
        return zones.zone_words(self.zone, self.language)

    @property
    def clock_words(self) -> str:
        return zones.clock_words(self.zone, self.language)

    @property
    def own_city(self) -> str:
        """The reader's city when his times stand beside; else empty."""
        return zones.city(self.own_zone, self.language) if self.own_zone else ""

    @property
    def at_own_city(self) -> str:
        return zones.at_city(self.own_zone, self.language) if self.own_zone else ""

    @property
    def event_lang(self) -> str:
        """``lang`` of the event's own texts when it is not the page's."""
        return foreign(self.event_language, self.language)

    @property
    def clock(self) -> str:
        """The present time of the event's zone, as on a clock."""
        return f"{self.now.astimezone(ZoneInfo(self.zone)):%H:%M}"

    @property
    def now_iso(self) -> str:
        return utc_iso(self.now)

    @property
    def changes_iso(self) -> str:
        return utc_iso(self.changes) if self.changes else ""


def foreign(language: str, page: str) -> str:
    """``language`` if it must be marked on a page in ``page``, else empty."""
    return "" if language.partition("-")[0] in ("", page) else language


def utc_iso(moment: datetime) -> str:
    """An instant for the script, in UTC, to the second."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
