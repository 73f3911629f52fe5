"""The way in to a room at Zoom: one registration, or one invitation, for each guest."""

from dataclasses import dataclass, replace

from integrations.errors import Rejected
from integrations.video.provider import Guest, Role
from integrations.video.zoom.calls import Calls, objects, suppress_absent, text
from integrations.video.zoom.guests import Addresses, Kept, names
from integrations.video.zoom.rooms import Kind


@dataclass(frozen=True, slots=True)
class Door:
    """Who speaks in a webinar, and its chair, is a panelist of it; everybody else, and
    everybody in a meeting, is a registrant.
    """

    calls: Calls
    kind: Kind
    addresses: Addresses

    def suits(self, guest: Guest, kept: Kept) -> bool:
        """Whether ``guest`` can do with the link that was kept of him."""
        return bool(kept.panelist) or not self._on_stage(guest)

    async def open(self, guest: Guest, kept: Kept) -> Kept:
        """A link for ``guest``, with what else was ``kept`` of him."""
        opened = self._invited if self._on_stage(guest) else self._registered
        kept = await opened(guest, kept)
        if not kept.url.startswith("https://"):
            raise Rejected("Zoom gave no link: does it wait for somebody's approval?")
        return kept

    async def close(self, guest: Guest, kept: Kept) -> None:
        """Have no link of ``guest`` lead in any more, also where none was kept."""
        if kept.panelist:
            with suppress_absent():
                await self._ask("DELETE", kept, "panelists", kept.panelist)
        if kept.registrant or not kept.panelist:
            one = {"id": kept.registrant, "email": self.addresses.of(guest)}
            known = {name: value for name, value in one.items() if value}
            wanted = {"action": "cancel", "registrants": [known]}
            # One of whom nothing was kept was, most likely, never registered.
            with suppress_absent(idle=not kept.registrant):
                await self._ask("PUT", kept, "registrants", "status", payload=wanted)

    def _on_stage(self, guest: Guest) -> bool:
        speaks = guest.speaks or guest.role is Role.CHAIR
        return speaks and self.kind is Kind.WEBINAR

    async def _registered(self, guest: Guest, kept: Kept) -> Kept:
        """The same address gives the same registrant, however often it is sent."""
        first, last = names(guest)
        wanted: dict[str, object] = {
            "email": self.addresses.of(guest),
            "first_name": first,
            "last_name": last,
        }
        if self.kind is Kind.MEETING:
            wanted["auto_approve"] = True
        answer = await self._ask("POST", kept, "registrants", payload=wanted)
        registrant = text(answer, "registrant_id")
        return replace(kept, url=text(answer, "join_url"), registrant=registrant)

    async def _invited(self, guest: Guest, kept: Kept) -> Kept:
        """Zoom tells the links of panelists in the list of them alone."""
        address = self.addresses.of(guest)
        if (found := await self._panelist(kept, address)) is None:
            wanted = {"name": " ".join(names(guest)).strip(), "email": address}
            await self._ask("POST", kept, "panelists", payload={"panelists": [wanted]})
            found = await self._panelist(kept, address)
        if found is None:
            raise Rejected("Zoom did not make a panelist of a guest.")
        return replace(kept, url=found["join_url"], panelist=found["id"])

    async def _panelist(self, kept: Kept, address: str) -> dict[str, str] | None:
        for one in objects(await self._ask("GET", kept, "panelists"), "panelists"):
            if text(one, "email").lower() == address.lower():
                return {name: text(one, name) for name in ("join_url", "id")}
        return None

    async def _ask(
        self, method: str, kept: Kept, *path: str, payload: object = None
    ) -> dict[str, object]:
        room = self.kind.path, kept.meeting
        return await self.calls.ask(method, *room, *path, payload=payload)
