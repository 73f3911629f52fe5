"""What shows only inside a room of a Jitsi server.

An attendee and a chair enter a room of their own by our tokens, as browsers do, see
what they are made there, and go; with his token the attendee then tries another room.
"""

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING
from xml.sax.saxutils import quoteattr

from yarl import URL

from integrations.errors import IntegrationError, Rejected
from integrations.video.jitsi.bosh import Bosh, Refused, Seen
from integrations.video.provider import Finding, Guest, Place, Role

if TYPE_CHECKING:  # the provider asks here
    from integrations.video.jitsi.provider import JitsiProvider

_LONGEST = 30
_INFO = "<query xmlns='http://jabber.org/protocol/disco#info'/>"
_FOCUS = "<conference xmlns='http://jitsi.org/protocol/focus' room={} machine-uid={}/>"
_TRIES = 3
# So does Jitsi name the part of the server that has the rooms; Docker's images second.
_PARTS = ("conference", "muc")
# Jitsi holds people to so much of what Prosody names them.
_NAME = 8

_OPENS = "Rooms open, and can be entered"
_MODERATES = "It makes no attendee a moderator"
_CHAIRS = "It makes chairs moderators"
_NAMES = "It shows people by their tokens"
_ALONE = "A token opens its own room alone"
_LEFT_OUT = {
    _MODERATES: "Set enable-auto-owner = false in jicofo.conf and "
    "wait_for_host_disable_auto_owners = true in the conference component of Prosody, "
    "and take muc_allowners out of it.",
    _CHAIRS: "Add token_affiliation to the conference component of Prosody.",
    _NAMES: "Add presence_identity to the VirtualHost of Prosody.",
    _ALONE: "Add token_verification to the conference component of Prosody: without it "
    "each token opens every room.",
}


async def visit(provider: "JitsiProvider") -> AsyncIterator[Finding]:
    """What the two found; raises nothing, and leaves nobody behind."""
    try:
        async with asyncio.timeout(_LONGEST):
            found = await _look(provider)
    except (IntegrationError, TimeoutError) as error:
        advice = (
            f"It could not be tried: {str(error) or 'it took too long.'} Are Prosody and "
            "Jicofo running, and the name of domain that of both?"
        )
        yield Finding(what=_OPENS, good=False, advice=advice)
        return
    yield Finding(what=_OPENS, good=True)
    for what, good in found.items():
        yield Finding(what=what, good=good, advice="" if good else _LEFT_OUT[what])


async def _look(provider: "JitsiProvider") -> dict[str, bool]:
    here, elsewhere = (f"set-up-check-{secrets.token_hex(4)}" for _ in range(2))
    guests = [
        Guest(id="attendee", name=""),
        Guest(id="chair", name="", role=Role.CHAIR),
    ]
    async with (
        _connected(provider, here, guests[0]) as attendee,
        _connected(provider, here, guests[1]) as chair,
    ):
        rooms = await attendee.rooms()
        # The attendee comes first, and stays: Jicofo may make the first a moderator.
        async with (
            attendee.inside(f"{here}@{rooms}") as first,
            chair.inside(f"{here}@{rooms}") as second,
        ):
            pass
        return {
            _MODERATES: not first.moderates,
            _CHAIRS: second.moderates,
            _NAMES: first.id == guests[0].id,
            _ALONE: await attendee.is_refused(f"{elsewhere}@{rooms}"),
        }


@asynccontextmanager
async def _connected(
    provider: "JitsiProvider", room: str, guest: Guest
) -> AsyncIterator["_Visitor"]:
    entry = await provider.entry(Place(name=room, title="", capacity=2), guest)
    address = URL(f"{provider.url}/http-bind")
    address = address.with_query(room=room, token=entry.token)
    bosh = Bosh(provider.around.wire, address, provider.domain)
    try:
        if not await bosh.log_in():
            raise Rejected("it takes no token.")
        yield _Visitor(bosh, provider.domain, (await bosh.bind())[:_NAME])
    finally:
        await bosh.close()


class _Visitor:
    """Somebody who is connected."""

    def __init__(self, bosh: Bosh, domain: str, name: str) -> None:
        self._bosh, self._domain, self._name = bosh, domain, name

    async def rooms(self) -> str:
        """The domain of the rooms."""
        for part in _PARTS:
            with suppress(Refused):
                await self._bosh.ask(f"{part}.{self._domain}", "get", _INFO)
                return f"{part}.{self._domain}"
        raise Rejected(f"there is neither conference. nor muc.{self._domain}.")

    @asynccontextmanager
    async def inside(self, room: str) -> AsyncIterator[Seen]:
        """He is in ``room``, which Jicofo opens for whoever wants to enter."""
        asked = _FOCUS.format(quoteattr(room), quoteattr(secrets.token_hex(16)))
        for _ in range(_TRIES):
            answer = await self._bosh.ask(f"focus.{self._domain}", "set", asked)
            if any(one.get("ready") == "true" for one in answer):
                break
        else:
            raise Rejected("Jicofo opens no room.")
        try:
            yield await self._bosh.enter(room, self._name)
        finally:
            with suppress(IntegrationError):
                await self._bosh.leave(room, self._name)

    async def is_refused(self, room: str) -> bool:
        """Whether he is kept out of ``room``."""
        try:
            async with self.inside(room):
                return False
        except Refused:
            return True
