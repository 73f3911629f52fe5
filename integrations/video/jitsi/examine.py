"""What the set-up of a Jitsi server has and lacks.

It is asked as a browser asks it: for its script, and to be let in once without a token
and once with one of ours. Where the door is right, rooms are looked into (``visit.py``).
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from yarl import URL

from integrations.errors import IntegrationError
from integrations.http import Wire
from integrations.video.jitsi.bosh import Bosh, NoSuchDomain
from integrations.video.jitsi.tokens import AUDIENCE, EARLIER
from integrations.video.jitsi.visit import visit
from integrations.video.provider import Finding, Guest, Place

if TYPE_CHECKING:  # the provider asks here
    from integrations.video.jitsi.provider import JitsiProvider

# No room of ours has such a name: they are letters and digits.
_ROOM = "set-up-check"
_WHOSE_ADDRESS = "Is url the address of a Jitsi Meet server?"
_TOKENS_ONLY = (
    'In the VirtualHost of Prosody, set authentication = "token" and '
    "allow_empty_token = false."
)
_GUESTS = "It has no door for guests"
_NO_GUESTS = (
    "Remove the VirtualHost {} of Prosody, and anonymousdomain in config.js: whoever has "
    "the name of a room enters it by them."
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
        if (told := answer.date) is not None:
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


@dataclass(frozen=True, slots=True)
class _Try:
    """Somebody at the door of ``domain``, with ``token``; what should become of him."""

    what: str
    domain: str
    token: str
    wanted: tuple[_Door, ...]
    advice: str


async def _tries(provider: "JitsiProvider") -> tuple[_Try, ...]:
    guest = Guest(id="set-up-check", name="")
    entry = await provider.entry(Place(name=_ROOM, title="", capacity=1), guest)
    domain, guests = provider.domain, f"guest.{provider.domain}"
    without, ours = "It lets nobody in without a token", "It takes our tokens"
    nobody = (_Door.SHUT, _Door.NO_SUCH_DOMAIN)
    return (
        _Try(without, domain, "", (_Door.SHUT,), _TOKENS_ONLY),
        _Try(ours, domain, entry.token, (_Door.OPEN,), _ours(provider)),
        _Try(_GUESTS, guests, "", nobody, _NO_GUESTS.format(guests)),
    )


async def _doors(provider: "JitsiProvider", wire: Wire) -> AsyncIterator[Finding]:
    enters = True
    for one in await _tries(provider):
        try:
            door = await _try(provider, wire, one)
        except IntegrationError as error:
            tried = f"It could not be tried by {provider.url}/http-bind: {error}"
            yield _finding(one.what, tried)
            enters = False
            continue
        good = door in one.wanted
        if door is _Door.NO_SUCH_DOMAIN and not good:
            yield _finding(one.what, _DOMAIN.format(provider.domain, provider.url))
            return
        yield _finding(one.what, "" if good else one.advice)
        enters = enters and (good or not one.token)
    if enters:
        async for finding in visit(provider):
            yield finding


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


async def _try(provider: "JitsiProvider", wire: Wire, one: _Try) -> _Door:
    """Ask to be let in, and go again. Raises ``IntegrationError``."""
    address = URL(f"{provider.url}/http-bind").with_query(room=_ROOM)
    if one.token:
        address = address.update_query(token=one.token)
    bosh = Bosh(wire, address, one.domain)
    try:
        return _Door.OPEN if await bosh.log_in() else _Door.SHUT
    except NoSuchDomain:
        return _Door.NO_SUCH_DOMAIN
    finally:
        await bosh.close()
