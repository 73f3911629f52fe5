"""``orchestrator serve`` with guards taken out: what the drills must catch.

A process of its own: ``python -m tests.drills.patched GUARD…``.
"""

import asyncio
import sys
from dataclasses import replace

from sqlalchemy import bindparam, update

from orchestrator.admission import store
from orchestrator.cli import main
from orchestrator.database import run


async def _no_lock(_session, _event):
    """Nobody has to wait for anybody."""


def lock():
    """The lock of the event, and the second look when a seat is given."""
    store.lock = _no_lock
    store._FREE = store._FREE._clone()
    store._FREE._for_update_arg = None
    blind = update(store.SeatRow).where(
        store._room == bindparam("in_room"), store._number == bindparam("at")
    )

    async def give(session, seats):
        # Long enough for another process to look meanwhile.
        await asyncio.sleep(0.005)
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

    async def free(session, room, most):
        more = room.capacity + 1
        await store.provide(session, room.id, more)
        return await honest(session, replace(room, capacity=more), most)

    store.free = free


_GUARDS = {"lock": lock, "rows": rows}


if __name__ == "__main__":
    for name in sys.argv[1:]:
        _GUARDS[name]()
    sys.argv = ["orchestrator", "serve"]
    main()
