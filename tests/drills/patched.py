"""``orchestrator serve`` with guards taken out: what the drills must catch.

A process of its own: ``python -m tests.drills.patched GUARD…``.
"""

import sys
import time
from dataclasses import replace

from sqlalchemy import bindparam, update

from orchestrator.access.service import Access
from orchestrator.admission import store
from orchestrator.admission.live import service as live
from orchestrator.admission.vigil import Vigil
from orchestrator.cli import main
from orchestrator.database import run
from orchestrator.stage import service as stage

_A_DAY = 86_400.0


async def _no_lock(_session, _event):
    """Nobody has to wait for anybody."""


def lock():
    """Nobody but one changes the seats of an event at a time."""
    honest, store.lock = store.give, _no_lock
    waits = [0.6] * 5

    async def give(session, seats):
        if seats and waits:
            # Long enough for another process to look meanwhile, on a busy machine too.
            time.sleep(waits.pop())  # noqa: ASYNC251 -- the work of a round waits for nothing
        await honest(session, seats)

    store.give = give


def look():
    """Who looks for free seats has them locked, and only free ones are given."""
    store._FREE = store._FREE._clone()
    store._FREE._for_update_arg = None
    blind = update(store.SeatRow).where(
        store._room == bindparam("in_room"), store._number == bindparam("at")
    )

    async def give(session, seats):
        for one in seats:
            change = blind.values(
                registrant_id=one.registrant,
                device=one.device,
                taken=one.taken,
                until=one.until,
                seen=one.seen,
            )
            await run(session, change, {"in_room": one.room, "at": one.number})

    store.give = give


def rows():
    """A seat has a row, and there are no more rows than seats."""
    honest = store.free

    async def free(session, room, most, **options):
        more = room.capacity + 1
        await store.provide(session, room.id, more)
        return await honest(session, replace(room, capacity=more), most, **options)

    store.free = free


def first_minute():
    """A process that has just begun takes nobody's seat."""
    begin = Vigil.__init__

    def begun(self, *arguments):
        begin(self, *arguments)
        self._since -= _A_DAY

    Vigil.__init__ = begun


def vigil():
    """A process whose database was away takes nobody's seat for a minute."""
    Vigil.disturbed = lambda _self: None


def looks():
    """Each process looks at the rooms every two seconds, news or not."""
    live.SECONDS_BETWEEN_LOOKS = 10.0


def epoch():
    """Who somebody is is asked anew when anybody's entitlement changed."""

    def held(self, event, registrant):
        kept = self._kept.get(registrant)
        return kept[1] if kept and kept[1].event == event else None

    Access._held = held


def versions():
    """A press counts for the version that was seen, and for no other."""
    stage.is_stale = lambda _version, _present: False


_GUARDS = {
    "look": look,
    "lock": lock,
    "rows": rows,
    "first_minute": first_minute,
    "vigil": vigil,
    "looks": looks,
    "epoch": epoch,
    "versions": versions,
}


if __name__ == "__main__":
    for name in sys.argv[1:]:
        _GUARDS[name]()
    sys.argv = ["orchestrator", "serve"]
    main()
