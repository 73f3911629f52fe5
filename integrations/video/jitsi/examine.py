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

_WHOSE_ADDRESS = "Is url the address of a Jitsi Meet server?"
_TOKENS_ONLY = (
    'In the VirtualHost of Prosody, set authentication = "token" and '
    "allow_empty_token = false."
)
_DOMAIN = "It knows no domain {}: set domain to hosts.domain of {}/config.js."
_EVENTS = (
    'Install event_sync in Prosody with api_prefix = "{}", and set events_token to '
    "the bearer that it is given."
)


class _Door(StrEnum):
    """What became of somebody who asked to be let in."""

    OPEN = "open"
    SHUT = "shut"
    NO_SUCH_DOMAIN = "no such domain"


async def examine(provider: "JitsiProvider") -> tuple[Finding, ...]:
    """What there is to say of the server of ``provider``, in the order to mend it."""
    return tuple([finding async for finding in _findings(provider)])


async def _findings(provider: "JitsiProvider") -> AsyncIterator[Finding]:
    wire, shows_rooms = provider.around.wire, "The server shows rooms in other pages"
    try:
        answer = await wire.ask("GET", f"{provider.url}/external_api.js")
    except IntegrationError as error:
        yield _finding(shows_rooms, f"{error} {_WHOSE_ADDRESS}")
    else:
        script = answer.good and b"JitsiMeetExternalAPI" in answer.body
        none = f"There is no external_api.js. {_WHOSE_ADDRESS}"
        yield _finding(shows_rooms, "" if script else none)
        if (told := _date(answer)) is not None:
            yield _clock(abs(told - provider.around.clock()))
        if script:
            async for finding in _doors(provider, wire):
                yield finding
    deaf = "" if provider.events_token else _EVENTS.format(provider.around.callback)
    yield _finding("It tells who comes and who goes", deaf)


def _finding(what: str, advice: str) -> Finding:
    """All is well where there is nothing to advise."""
    return Finding(what=what, good=not advice, advice=advice)


def _clock(apart: timedelta) -> Finding:
    seconds = round(apart / timedelta(seconds=1))
    wrong = f"They are {seconds} s apart, so tokens are refused: set both by NTP."
    return _finding("Its clock agrees with ours", wrong if apart > EARLIER else "")


async def _doors(provider: "JitsiProvider", wire: Wire) -> AsyncIterator[Finding]:
    guest = Guest(id="set-up-check", name="")
    entry = await provider.entry(Place(name=_ROOM, title="", capacity=1), guest)
    for what, token, wanted, advice in (
        ("It lets nobody in without a token", "", _Door.SHUT, _TOKENS_ONLY),
        ("It takes our tokens", entry.token, _Door.OPEN, _ours(provider)),
    ):
        try:
            door = await _try(provider, wire, token)
        except IntegrationError as error:
            tried = f"It could not be tried by {provider.url}/http-bind: {error}"
            yield _finding(what, tried)
            continue
        if door is _Door.NO_SUCH_DOMAIN:
            yield _finding(what, _DOMAIN.format(provider.domain, provider.url))
            return
        yield _finding(what, "" if door is wanted else advice)


def _ours(provider: "JitsiProvider") -> str:
    """What Prosody has to be told for our tokens."""
    by = "app_secret to the secret of this connection"
    if provider.published:
        keys = f"{provider.around.callback}/keys"
        by = f'asap_key_server = "{keys}", which Prosody must reach'
    return (
        f'In the VirtualHost of Prosody, set app_id = "{provider.app}" and {by}; '
        f'asap_accepted_audiences has to hold "{AUDIENCE}".'
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
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise Rejected("it answered with something else than XML.") from error
    return element


def _date(answer: Answer) -> datetime | None:
    try:
        told = parsedate_to_datetime(answer.headers.get("Date", ""))
    except (ValueError, TypeError, OverflowError):
        return None
    return told if told.tzinfo is not None else None
