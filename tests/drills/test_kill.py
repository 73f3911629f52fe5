"""kill -9 under load: what was confirmed is there afterwards, and nothing else is."""

import asyncio
import random
import statistics
import time

import pytest

from tests.drills.history import Told
from tests.drills.world import Log, all_at_once, clients, meeting, serving

pytestmark = pytest.mark.drill

AT_ONCE = 20
PEOPLE, SEATS = 120, 80


async def test_what_was_confirmed_is_there_after_a_kill(
    tmp_path, upgraded_url, count, request
):
    world = await meeting(
        tmp_path, upgraded_url, confirmed=PEOPLE, capacity=SEATS, staff_seats=0
    )
    choose, ready, history, facts = random.Random(request.node.name), [], [], 0

    for number in range(count(500)):  # and as many on the other database
        after = 10 + 7 * (number % 9)
        ready.append(await round_of(world, choose, history, after=after))
        known = sure(history)
        facts += len(known)
        await compare(world, known)

    print(
        f"R5: {len(ready)} kills, {facts} confirmed facts compared, 0 lost, 0 invented; "
        f"R6: ready after {statistics.median(ready):.2f} s (p50), {max(ready):.2f} s (max)"
    )
    assert facts > 0


async def round_of(world, choose, history, *, after):
    """Everybody comes and goes, and ``history`` grows; the service dies once ``after``
    were answered. How long it took until the service answered.
    """
    began, answered = time.perf_counter(), 0
    async with serving(world) as servers, clients() as client:
        seconds = time.perf_counter() - began
        log, dead = Log(client, world.event), asyncio.Event()

        async def live(person):
            nonlocal answered
            for ask in (log.enter, log.leave, log.enter):
                if dead.is_set() or (ask == log.leave and choose.random() < 0.5):
                    return
                if await ask(person, servers[0]) is not Told.UNKNOWN:
                    answered += 1
                if answered >= after and not dead.is_set():
                    dead.set()
                    servers[0].kill()

        crowd = choose.sample(world.plain, len(world.plain))
        await all_at_once([lambda one=one: live(one) for one in crowd], at_once=AT_ONCE)
    history += log.history
    return seconds


def sure(history):
    """What was last confirmed to each, for whom nothing is unknown since."""
    last = {one.who: one.told for one in history}
    return {who: told for who, told in last.items() if told is not Told.UNKNOWN}


async def compare(world, known):
    """The database holds what was confirmed: seats, places, and that people left."""
    inside, queue = await world.inside(), set(await world.queue())
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
    assert await world.is_sound()
