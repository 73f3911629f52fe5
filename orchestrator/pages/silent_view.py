"""Values of the page that stands where a video room would, while it is silent."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import ClassVar

from orchestrator.pages.frame import Frame, utc_iso
from orchestrator.pages.meeting import event_frame
from orchestrator.pages.moment import moment_of
from orchestrator.pages.times import times_for
from orchestrator.pages.words import words
from orchestrator.programme.model import Event

SECONDS_BETWEEN_TRIES = 10

# What a page presses by itself it presses up to 3 s later, not all in one instant.
_SPREAD = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class SilentPage:
    """``again`` is where the form goes that asks anew, by itself ``at`` an instant of
    the event; ``fallback`` is the organisers' other address, empty for none.
    """

    template: ClassVar[str] = "room_silent.html"

    frame: Frame
    again: str
    at: str
    every: int
    fallback: str = field(repr=False)


def silent_page(
    event: Event, *, now: datetime, language: str, again: str, fallback: str
) -> SilentPage:
    """The page of ``event`` at ``now``."""
    times = times_for(language, event.programme.zone, None)
    title = words(language).gettext("The video room does not answer")
    wait = timedelta(seconds=SECONDS_BETWEEN_TRIES - _SPREAD)
    return SilentPage(
        frame=event_frame(event, moment_of(event, now), times, title=title),
        again=again,
        at=utc_iso(now + wait),
        every=SECONDS_BETWEEN_TRIES,
        fallback=fallback,
    )
