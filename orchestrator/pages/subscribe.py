"""How one calendar is added to whatever program somebody uses."""

from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from calendars import links
from orchestrator.feeds.selection import Only, tracks
from orchestrator.pages.words import words
from orchestrator.programme.model import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Excerpt:
    """A part of a calendar that has an address of its own."""

    label: str
    webcal: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """The ways to one calendar; ``download`` is from the site's root.

    ``excerpts`` are parts of it.
    """

    webcal: str
    https: str
    google: str
    outlook: str
    outlook_work: str
    download: str
    excerpts: tuple[Excerpt, ...] = ()


def subscription(
    address: str, name: str, *, excerpts: tuple[Excerpt, ...] = ()
) -> Subscription:
    """The ways to the calendar at the absolute ``address``, to be listed as ``name``."""
    from_root = urlsplit(address)._replace(scheme="", netloc="")
    return Subscription(
        webcal=links.webcal(address),
        https=address,
        google=links.google(address),
        outlook=links.outlook(address, name),
        outlook_work=links.outlook_work(address, name),
        download=from_root.geturl(),
        excerpts=excerpts,
    )


def event_subscription(event: Event, base_url: str, language: str) -> Subscription:
    """The ways to the calendar of ``event``, and to parts of it."""
    address = f"{base_url}/e/{event.slug}.ics"
    say = words(language).gettext
    parts = [
        (say("Sessions only"), {"kind": Only.SESSIONS.value}),
        (say("Talks only"), {"kind": Only.TALKS.value}),
        *((track, {"track": track}) for track in tracks(event)),
    ]
    excerpts = tuple(
        Excerpt(label=label, webcal=links.webcal(f"{address}?{urlencode(query)}"))
        for label, query in parts
    )
    return subscription(address, event.programme.title, excerpts=excerpts)
