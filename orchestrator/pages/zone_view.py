"""Values of ``/zone``: which clock shall stand beside the event's."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from orchestrator.pages import zones
from orchestrator.pages.frame import Frame
from orchestrator.pages.words import words

# Only an event's public pages: never another site, never a personal link.
_BACK = re.compile(r"/e/[a-z0-9-]+(/t/[a-z0-9-]+)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class ZonePage:
    """A form (GET) that leads to ``back`` with ``?tz=`` of the choice."""

    template: ClassVar[str] = "zone.html"

    frame: Frame
    back: str
    choices: tuple[zones.ZoneChoice, ...]


def zone_page(
    *, now: datetime, language: str, back: str = "/", zone: str | None = None
) -> ZonePage:
    """The chooser; ``zone`` is the present choice, ``back`` where to return.

    A ``back`` that is not a public page of an event becomes the list of events.
    """
    known = zones.zone_of(zone)
    return ZonePage(
        frame=Frame(
            language=language, title=words(language).gettext("Your time zone"), now=now
        ),
        back=back if _BACK.fullmatch(back) else "/",
        choices=zones.choices(
            language,
            now,
            chosen=known.key if known else "Europe/Paris",
            also=(known.key,) if known else (),
        ),
    )
