"""Open screens: as whom each is known, and when that has ended.

When somebody's link is withdrawn his screens have to know at once, and those of
everybody else need not notice.
"""

from collections.abc import Mapping
from dataclasses import replace

from orchestrator.access.events import AccessChanged
from orchestrator.access.model import Identity
from orchestrator.access.service import Lookup
from orchestrator.database import Database
from orchestrator.hub.channels import is_person, person
from orchestrator.hub.hub import Hub
from orchestrator.ids import RegistrantId

# Several times what one process serves at once.
_KEPT = 20_000


class Screens:
    """The streams of known people in this process."""

    def __init__(self, database: Database, lookup: Lookup, hub: Hub) -> None:
        self._database = database
        self._lookup = lookup
        self._hub = hub
        self._known: dict[str, Identity] = {}
        """As whom, by the channel of the person."""

    def came(self, slug: str, identity: Identity) -> None:
        """A stream of the meeting ``slug`` is about to open for ``identity``."""
        channel = person(slug, identity.registrant)
        former = self._known.get(channel)
        if former is not None and _differs(former, identity):
            # The streams that he has would be taken for this one.
            self._end(slug, identity.registrant)
        if len(self._known) >= _KEPT:
            self._known = {c: i for c, i in self._known.items() if self._hub.has(c)}
        self._known[channel] = identity

    async def check(self, slug: str) -> None:
        """Tell those of ``slug`` who are not who they were, and end their streams:
        who they are is asked anew. Raises ``DatabaseUnavailable``.
        """
        listening = filter(is_person, self._hub.listening(f"{slug}/"))
        ids = [RegistrantId(one.removeprefix(f"{slug}/")) for one in listening]
        people: Mapping[RegistrantId, Identity] = {}
        if ids:
            async with self._database.reading() as session:
                people = await self._lookup(session, ids)
        for who in ids:
            former, present = self._known.get(person(slug, who)), people.get(who)
            # Whether a calendar still has its link is not among what was asked.
            if former is None or former.calendar or _differs(former, present):
                self._end(slug, who)

    def _end(self, slug: str, who: RegistrantId) -> None:
        self._known.pop(person(slug, who), None)
        self._hub.publish(AccessChanged(event=slug, registrant=who))
        self._hub.part(person(slug, who))


def _differs(former: Identity, present: Identity | None) -> bool:
    return present is None or replace(former, calendar="") != replace(
        present, calendar=""
    )
