"""One simulated person: he comes, presses, stays, and does what his plan says.

``away -> at the door -> (waiting ->) inside -> away``, at each of his visits. He
learns where he stands as a page does: from what his presses and his signs of life
are answered.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from time import monotonic

import aiohttp

from orchestrator.operations.rehearsal.copy import Attendee
from orchestrator.operations.rehearsal.device import Device
from orchestrator.operations.rehearsal.ledger import Act, Ledger, Told
from orchestrator.operations.rehearsal.plan import Deed, Visit, What

_SECONDS_BETWEEN_PRESSES = 1.0
"""Pages press again by themselves when the doors should be open by now."""


class Whereabouts(StrEnum):
    """Where somebody is, as the progress display counts him."""

    AWAY = "away"
    DOOR = "at the door"
    WAITING = "waiting"
    INSIDE = "inside"
    LEFT = "left"


_WHERE = {
    Told.INSIDE: Whereabouts.INSIDE,
    Told.WAITING: Whereabouts.WAITING,
    Told.CLOSED: Whereabouts.DOOR,
    Told.OUTSIDE: Whereabouts.DOOR,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a rehearsal is held: the client of the service, the slug of the copy,
    what is written down, the steady second at which it began, and how many seconds
    pass between two signs of life.
    """

    client: aiohttp.ClientSession
    slug: str
    ledger: Ledger
    began: float
    beat: float


class Simulated:
    """Somebody with a plan."""

    def __init__(self, one: Attendee, visits: tuple[Visit, ...], place: Place) -> None:
        self.where = Whereabouts.AWAY
        self._one = one
        self._visits = visits
        self._place = place
        self._devices = 0
        self._device = self._new_device()
        self._told = Told.NOTHING

    async def live(self) -> None:
        """Do all that is planned."""
        for visit in self._visits:
            await self._until(visit.arrives)
            await self._visit(visit)
            self.where = Whereabouts.LEFT

    async def _visit(self, visit: Visit) -> None:
        self.where = Whereabouts.DOOR
        if visit.scanned:
            await self._scanner()
        await self._open(twice=visit.twice)
        for deed in visit.deeds:
            if not await self._stay(min(deed.at, visit.ends), visit):
                return
            if not await _DEEDS[deed.what](self, deed):
                return
        await self._stay(visit.ends, visit)

    async def _stay(self, until: float, visit: Visit) -> bool:
        """Be there until then; False when he has given up waiting or is put out."""
        while (now := self._now()) < until:
            if self._told is Told.WAITING and now >= visit.patience:
                await self._leave()
                return False
            await self._until(min(until, now + self._pause()))
            if self._now() < until:
                await self._give_sign()
        return True

    def _pause(self) -> float:
        at_door = self._told not in (Told.INSIDE, Told.WAITING)
        return _SECONDS_BETWEEN_PRESSES if at_door else self._place.beat

    async def _give_sign(self) -> None:
        if self._told in (Told.INSIDE, Told.WAITING):
            self._stands(await self._ask(Act.RENEW, "/seat/renew"))
        else:
            self._stands(await self._ask(Act.ENTER, "/seat"))

    async def _scanner(self) -> None:
        """His mail system looks what the link is; it keeps no cookie."""
        scanner = self._new_device("scanner")
        await scanner.call(Act.OPEN, "HEAD", self._one.path)
        await scanner.call(Act.OPEN, "GET", self._one.path)

    async def _open(self, *, twice: bool = False) -> None:
        """Open the link and press its button, as everybody does."""
        await self._device.call(Act.OPEN, "GET", self._one.path)
        presses = [self._device.call(Act.PRESS, "POST", self._one.path)]
        if twice:
            presses.append(self._device.call(Act.PRESS, "POST", self._one.path))
        await asyncio.gather(*presses)
        await self._device.call(Act.PAGE, "GET", f"/e/{self._place.slug}/room")
        self._stands(await self._ask(Act.ENTER, "/seat"))
        if self._told is Told.ELSEWHERE:
            # He says that he wants to go on here.
            self._stands(await self._ask(Act.ENTER, "/seat?here"))

    async def _reload(self, _deed: Deed) -> bool:
        await self._ask(Act.UNLOAD, "/seat/unload")
        await self._device.call(Act.PAGE, "GET", f"/e/{self._place.slug}/room")
        self._stands(await self._ask(Act.RENEW, "/seat/renew"))
        return True

    async def _switch(self, _deed: Deed) -> bool:
        """Go on with another device; the former one still gives a sign of life, and
        has to be told that the seat is elsewhere.
        """
        former, self._device = self._device, self._new_device()
        await self._open()
        await self._ask(Act.RENEW, "/seat/renew", on=former)
        return True

    async def _drop(self, deed: Deed) -> bool:
        self.where = Whereabouts.AWAY
        if deed.away is None:
            return False
        await asyncio.sleep(deed.away)
        await self._open()
        return True

    async def _go(self, _deed: Deed) -> bool:
        await self._leave()
        return False

    async def _close(self, _deed: Deed) -> bool:
        await self._ask(Act.UNLOAD, "/seat/unload")
        return False

    async def _leave(self) -> None:
        await self._device.call(
            Act.LEAVE, "DELETE", f"/api/v1/events/{self._place.slug}/seat"
        )
        self._told = Told.OUTSIDE

    async def _ask(self, act: Act, path: str, *, on: Device | None = None) -> Told:
        whole = f"/api/v1/events/{self._place.slug}{path}"
        return await (on or self._device).call(act, "POST", whole)

    def _stands(self, told: Told) -> None:
        """Take what was answered; where nothing was, all is as before."""
        if told is not Told.NOTHING:
            self._told = told
            self.where = _WHERE.get(told, self.where)

    def _new_device(self, name: str = "") -> Device:
        self._devices += 1
        return Device(
            self._place.client,
            self._place.ledger,
            who=self._one.who,
            name=name or f"device {self._devices}",
        )

    def _now(self) -> float:
        return monotonic() - self._place.began

    async def _until(self, seconds: float) -> None:
        await asyncio.sleep(max(0.0, seconds - self._now()))


_DEEDS: dict[What, Callable[[Simulated, Deed], Awaitable[bool]]] = {
    What.RELOAD: Simulated._reload,  # noqa: SLF001 -- its own methods, by name
    What.SWITCH: Simulated._switch,  # noqa: SLF001
    What.DROP: Simulated._drop,  # noqa: SLF001
    What.LEAVE: Simulated._go,  # noqa: SLF001
    What.CLOSE: Simulated._close,  # noqa: SLF001
}
