"""kill -9 under load: what was confirmed is there afterwards, and nothing else is."""

import asyncio
import random
import statistics

import pytest
from sqlalchemy import bindparam, text

from orchestrator.attendance.model import SignKind, Source
from orchestrator.database import Database, UtcDateTime, run
from orchestrator.database import now as moment_of
from tests.drills.history import Told
from tests.drills.world import Log, all_at_once, clients, launch, meeting

pytestmark = pytest.mark.drill

AT_ONCE = 20
PEOPLE, SEATS = 120, 80

# p50 and most, of a machine with nothing else to do.
READY, READY_AT_LAST = 1.5, 4


async def test_what_was_confirmed_is_there_after_a_kill(
    tmp_path, upgraded_url, count, request, full
):
    world = await meeting(
        tmp_path, upgraded_url, confirmed=PEOPLE, capacity=SEATS, staff_seats=0
    )
    lines = count(100_000)
    await keep_journal(world, lines)
    choose, history, facts = random.Random(request.node.name), [], 0
    ready, worked = [], []

    server = launch(world)
    try:
        await server.answers()
        for number in range(count(1000)):
            await load_and_kill(world, server, choose, history, 10 + 7 * (number % 9))
            # It comes up while what the last one left is looked at.
            server = launch(world)
            known = sure(history)
            facts += len(known)
            _, seconds = await asyncio.gather(compare(world, known), server.answers())
            ready.append(seconds)
            worked.append(server.worked)
    finally:
        server.kill()

    print(
        f"R5: {len(ready)} kills, {facts} confirmed facts compared, 0 lost, 0 "
        f"invented; R6: ready after {statistics.median(ready):.2f} s (p50), "
        f"{max(ready):.2f} s (max), {statistics.median(worked):.2f} s of them its own "
        f"work, with {lines} lines of the journal"
    )
    assert facts > 0
    if full:
        assert statistics.median(ready) < READY
        assert max(ready) < READY_AT_LAST


async def keep_journal(world, lines):
    """Have that many signs of life stand in the journal of presence."""
    people = [one.id for one in world.plain]
    database = Database(world.place.database_url)
    try:
        async with database.transaction() as session:
            at = await moment_of(session)
            parameters = {"most": lines, "people": len(people), "at": at}
            parameters |= {"source": Source.PAGE.value, "kind": SignKind.HERE.value}
            await run(session, _LINES, {**parameters, "event": world.event.id})
    finally:
        await database.close()


_LINES = text(
    """
    WITH RECURSIVE
      number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < :most),
      person(id, n) AS (
        SELECT id, row_number() OVER (ORDER BY id) FROM registrant
        WHERE event_id = :event
      )
    INSERT INTO presence
      (source, key, event_id, room_id, registrant_id, kind, stream, at, received)
    SELECT
      :source, 'line ' || number.n, :event, room.id, person.id, :kind, '', :at, :at
    FROM number
    JOIN person ON person.n = 1 + number.n % :people
    CROSS JOIN (SELECT min(id) AS id FROM room WHERE event_id = :event) AS room
    """
).bindparams(bindparam("at", type_=UtcDateTime()))


async def load_and_kill(world, server, choose, history, after):
    """Everybody comes and goes, and ``history`` grows; the service dies once ``after``
    were answered.
    """
    answered = 0
    async with clients() as client:
        log, dead = Log(client, world.event), asyncio.Event()

        async def live(person):
            nonlocal answered
            for ask in (log.enter, log.leave, log.enter):
                if dead.is_set() or (ask == log.leave and choose.random() < 0.5):
                    return
                if await ask(person, server) is not Told.UNKNOWN:
                    answered += 1
                if answered >= after and not dead.is_set():
                    dead.set()
                    server.kill()

        crowd = choose.sample(world.plain, len(world.plain))
        await all_at_once([lambda one=one: live(one) for one in crowd], at_once=AT_ONCE)
    assert dead.is_set()
    history += log.history


def sure(history):
    """What was last confirmed to each, for whom nothing is unknown since."""
    last = {one.who: one.told for one in history}
    return {who: told for who, told in last.items() if told is not Told.UNKNOWN}


async def compare(world, known):
    """The database holds what was confirmed: seats, places, and that people left."""
    held, line, is_sound = await world.facts()
    inside, queue = set(held.values()), set(line)
    for who, told in known.items():
        match told:
            case Told.IN:
                assert who in inside
            case Told.WAITS:
                # Somebody may have left since, whose seat is his.
                assert who in inside | queue
            case Told.GONE:
                assert who not in inside | queue
    assert not inside & queue
    assert inside | queue <= {one.id for one in world.plain}
    assert len(inside) <= SEATS
    assert is_sound
