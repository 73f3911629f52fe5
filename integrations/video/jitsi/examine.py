"""What the set-up of a Jitsi server has and lacks.

It is asked as a browser asks it: for its script, and to be let in by XMPP over HTTP
(BOSH, XEP-0124 and 0206) once without a token and once with one of ours.
Nobody enters a room. Who is made a moderator, and whether a token opens its room
alone, shows only inside.
"""

from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, ParseError
from xml.sax.saxutils import quoteattr

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from yarl import URL

from integrations.errors import IntegrationError, Rejected
from integrations.http import Answer, Wire
from integrations.video.jitsi.tokens import AUDIENCE, EARLIER
from integrations.video.provider import Finding, Guest, Place

if TYPE_CHECKING:  # the provider asks here
    from integrations.video.jitsi.provider import JitsiProvider

# No room of ours has such a name: they are letters and digits.
_ROOM = "set-up-check"
_SASL = "urn:ietf:params:xml:ns:xmpp-sasl"
_BODY = "<body xmlns='http://jabber.org/protocol/httpbind' {}>{}</body>"
_OPEN = (
    "rid='1' to={} ver='1.6' wait='2' hold='1' xml:lang='en' "
    "content='text/xml; charset=utf-8' xmlns:xmpp='urn:xmpp:xbosh' xmpp:version='1.0'"
)
# Prosody's word for a domain that it does not have, and that of the specification.
_UNKNOWN = ("improper-addressing", "host-unknown")
_AUTH = f"<auth xmlns='{_SASL}' mechanism='ANONYMOUS'/>"


class _Door(StrEnum):
    """What became of somebody who asked to be let in."""

    OPEN = "open"
    SHUT = "shut"
    NO_SUCH_DOMAIN = "no such domain"


async def examine(provider: "JitsiProvider") -> tuple[Finding, ...]:
    """What there is to say of the server of ``provider``, in the order to mend it."""
    return tuple([finding async for finding in _findings(provider)])


async def _findings(provider: "JitsiProvider") -> AsyncIterator[Finding]:
    wire = provider.around.wire
    try:
        answer = await wire.ask("GET", f"{provider.url}/external_api.js")
    except IntegrationError as error:
        yield _shows_rooms(good=False, why=str(error))
    else:
        script = answer.good and b"JitsiMeetExternalAPI" in answer.body
        yield _shows_rooms(good=script, why="There is no external_api.js.")
        if (told := _date(answer)) is not None:
            yield _clock(told, provider.around.clock())
        if script:
            async for finding in _doors(provider, wire):
                yield finding
    yield _events(provider)


def _shows_rooms(*, good: bool, why: str) -> Finding:
    return Finding(
        what="The server shows rooms in other pages",
        good=good,
        advice="" if good else f"{why} Is url the address of a Jitsi Meet server?",
    )


def _clock(told: datetime, now: datetime) -> Finding:
    apart = abs(told - now)
    good = apart <= EARLIER
    seconds = round(apart / timedelta(seconds=1))
    return Finding(
        what="Its clock agrees with ours",
        good=good,
        advice=""
        if good
        else f"They are {seconds} s apart, so tokens are refused: set both by NTP.",
    )


async def _doors(provider: "JitsiProvider", wire: Wire) -> AsyncIterator[Finding]:
    guest = Guest(id="set-up-check", name="")
    entry = await provider.entry(Place(name=_ROOM, title="", capacity=1), guest)
    for what, token, wanted, advice in (
        ("It lets nobody in without a token", "", _Door.SHUT, _TOKENS_ONLY),
        ("It takes our tokens", entry.token, _Door.OPEN, _advice(provider)),
    ):
        try:
            door = await _try(provider, wire, token)
        except IntegrationError as error:
            text = f"It could not be tried by {provider.url}/http-bind: {error}"
            yield Finding(what=what, good=False, advice=text)
            continue
        if door is _Door.NO_SUCH_DOMAIN:
            text = f"It knows no domain {provider.domain}: set domain to hosts.domain of {provider.url}/config.js."
            yield Finding(what=what, good=False, advice=text)
            return
        good = door is wanted
        yield Finding(what=what, good=good, advice="" if good else advice)


_TOKENS_ONLY = (
    'In the VirtualHost of Prosody, set authentication = "token" and '
    "allow_empty_token = false."
)


def _advice(provider: "JitsiProvider") -> str:
    by = (
        f'asap_key_server = "{provider.around.callback}/keys", which Prosody must reach'
        if provider.published
        else "app_secret to the secret of this connection"
    )
    return (
        f'In the VirtualHost of Prosody, set app_id = "{provider.app}" and {by}; '
        f'asap_accepted_audiences has to hold "{AUDIENCE}".'
    )


def _events(provider: "JitsiProvider") -> Finding:
    good = bool(provider.events_token)
    return Finding(
        what="It tells who comes and who goes",
        good=good,
        advice=""
        if good
        else "Install event_sync in Prosody with "
        f'api_prefix = "{provider.around.callback}", and set events_token to its bearer.',
    )


async def _try(provider: "JitsiProvider", wire: Wire, token: str) -> _Door:
    """Ask to be let in with ``token``, and go again. Raises ``IntegrationError``."""
    address = URL(f"{provider.url}/http-bind").with_query(room=_ROOM)
    if token:
        address = address.update_query(token=token)
    opened = await _post(wire, address, _OPEN.format(quoteattr(provider.domain)))
    if opened.get("condition") in _UNKNOWN:
        return _Door.NO_SUCH_DOMAIN
    if not (session := opened.get("sid")):
        return _Door.SHUT
    sid = quoteattr(session)
    answered = await _post(wire, address, f"rid='2' sid={sid}", _AUTH)
    with suppress(IntegrationError):  # it would end by itself in a minute
        await _post(wire, address, f"rid='3' sid={sid} type='terminate'")
    let_in = answered.find(f"{{{_SASL}}}success") is not None
    return _Door.OPEN if let_in else _Door.SHUT


async def _post(wire: Wire, address: URL, said: str, inside: str = "") -> Element:
    body = _BODY.format(said, inside).encode()
    kind = {"Content-Type": "text/xml; charset=utf-8"}
    answer = await wire.ask("POST", address, headers=kind, data=body, again=False)
    if not answer.good:
        raise Rejected(f"it answered {answer.status}.")
    try:
        element: Element = fromstring(answer.body, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise Rejected("it answered with something else than XML.") from error
    return element


def _date(answer: Answer) -> datetime | None:
    try:
        told = parsedate_to_datetime(answer.headers.get("Date", ""))
    except (ValueError, TypeError, OverflowError):
        return None
    return told if told.tzinfo is not None else None
