"""From the settings of a connection to rooms at Zoom."""

import re

from integrations.video.setup import Around, Settings, UnusableSetting, needed, server
from integrations.video.zoom.calls import Calls
from integrations.video.zoom.door import Door
from integrations.video.zoom.examination import Examination
from integrations.video.zoom.guests import Addresses
from integrations.video.zoom.oauth import Account, Bearer
from integrations.video.zoom.provider import ZoomProvider
from integrations.video.zoom.rooms import Kind, Rooms

_API, _OAUTH = "https://api.zoom.us/v2", "https://zoom.us"
_DOMAIN = re.compile(r"([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]")
_YES = {"yes": True, "no": False}


def make(settings: Settings, around: Around) -> ZoomProvider:
    """The provider of a connection. Raises ``UnusableSetting``."""
    bearer = Bearer(around.wire, _account(settings))
    calls = Calls(around.wire, bearer, _server(settings, "url", _API))
    rooms = Rooms(
        kind=_kind(settings),
        user=settings.get("user", "").strip() or "me",
        hosts=tuple(settings.get("hosts", "").replace(",", " ").split()),
    )
    addresses = Addresses(_domain(settings))
    secret = settings.get("webhook_secret", "").strip()
    dashboard = _dashboard(settings)
    return ZoomProvider(
        calls=calls,
        rooms=rooms,
        addresses=addresses,
        door=Door(calls, rooms.kind, addresses),
        examination=Examination(
            calls=calls,
            bearer=bearer,
            rooms=rooms,
            clock=around.clock,
            callback=around.callback,
            signed=bool(secret),
            dashboard=dashboard,
        ),
        secret=secret,
        dashboard=dashboard,
    )


def _account(settings: Settings) -> Account:
    where = "It is on the page of credentials of the server-to-server OAuth app."
    return Account(
        id=needed(settings, "account_id", where),
        client=needed(settings, "client_id", where),
        secret=needed(settings, "client_secret", where),
        url=_server(settings, "oauth_url", _OAUTH),
    )


def _server(settings: Settings, key: str, usual: str) -> str:
    return server(settings, key) if settings.get(key, "").strip() else usual


def _kind(settings: Settings) -> Kind:
    name = settings.get("kind", "").strip().lower() or Kind.MEETING
    try:
        return Kind(name)
    except ValueError as error:
        raise UnusableSetting("kind", "Write meeting or webinar.") from error


def _domain(settings: Settings) -> str:
    what = (
        "Zoom registers people by mail addresses, and theirs are not given to it: write "
        "a domain of yours (people.meeting.example.org) where nobody has mail."
    )
    domain = needed(settings, "mail_domain", what).strip().lower()
    if not _DOMAIN.fullmatch(domain):
        raise UnusableSetting("mail_domain", f"It is no domain. {what}")
    return domain


def _dashboard(settings: Settings) -> bool:
    value = settings.get("dashboard", "").strip().lower() or "no"
    if value not in _YES:
        raise UnusableSetting("dashboard", "Write yes or no.")
    return _YES[value]
