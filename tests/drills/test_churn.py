"""People come and go for an hour, processes and databases die, and it all adds up."""

import asyncio
import random
import time
from itertools import cycle, repeat

import pytest

from tests.drills.history import Told, violations
from tests.drills.world import Log, all_at_once, clients, meeting, serving

pytestmark = pytest.mark.drill

AT_ONCE = 100


async def test_churn_has_a_history_that_can_be_true(
    tmp_path, upgraded_url, count, processes, seats, request
):
    operations, people = count(200_000), max(200, count(2_000))
    world = await meeting(
        tmp_path, upgraded_url, confirmed=people, capacity=seats, staff_seats=0
    )
    choose = random.Random(request.node.name)

    async with serving(world, processes) as servers, clients() as client:
        log = Log(client, world.event)

        async def live(person, number):
            for _ in range(number):
                server = choose.choice(servers)
                if await log.enter(person, server) is Told.IN or choose.random() < 0.3:
                    await log.leave(person, server)

        began = time.perf_counter()
        each = operations // len(world.plain)
        await all_at_once(
            [lambda one=one: live(one, each) for one in world.plain], at_once=AT_ONCE
        )
        lasted = time.perf_counter() - began
        inside = await world.inside()

    told = [one.told for one in log.history]
    print(
        f"R3: {len(told)} operations of {len(world.plain)} people on {seats} seats, "
        f"{processes} processes: {len(told) / lasted:.0f}/s, "
        f"{told.count(Told.WAITS)} refused, {told.count(Told.UNKNOWN)} unknown"
    )
    assert Told.WAITS in told
    # On a machine that is too busy the database may be given up on.
    assert {status for status, _ in log.odd} <= {503}, log.odd
    assert violations(log.history, seats=seats, inside=inside) == []


async def rush_with(world, servers, client, fault, *, after):
    """Everybody asks until he is answered; ``fault`` comes after some answers."""
    log, turn, done = Log(client, world.event), cycle(servers), asyncio.Event()

    async def press(person):
        while await log.enter(person, next(turn)) is Told.UNKNOWN:  # noqa: ASYNC110
            await asyncio.sleep(0.05)  # as a browser that tries again
        if len(log.history) >= after:
            done.set()

    async def break_it():
        await done.wait()
        await fault()

    broken = asyncio.create_task(break_it())
    await all_at_once(
        [lambda one=one: press(one) for one in world.plain], at_once=AT_ONCE
    )
    await broken
    return log


async def test_rush_goes_on_when_a_process_is_killed(
    tmp_path, upgraded_postgres_url, count, seats
):
    people = max(300, count(10_000))
    world = await meeting(
        tmp_path, upgraded_postgres_url, confirmed=people, capacity=seats, staff_seats=0
    )

    async with serving(world, 4) as servers, clients() as client:

        async def kill():
            servers[0].kill()

        log = await rush_with(world, servers, client, kill, after=people // 4)
        inside, held = await world.inside(), await world.seats()

    unknown = [one.told for one in log.history].count(Told.UNKNOWN)
    print(
        f"R4: {people} people, one of 4 processes killed: {unknown} unknown, {len(held)} inside"
    )
    assert unknown > 0
    assert len(held) == len(inside) == seats
    assert violations(log.history, seats=seats, inside=inside) == []


async def test_rush_goes_on_when_the_database_restarts(
    tmp_path, postgres, upgraded_postgres_url, count, seats
):
    people = max(300, count(10_000))
    world = await meeting(
        tmp_path, upgraded_postgres_url, confirmed=people, capacity=seats, staff_seats=0
    )

    async with serving(world, 2) as servers, clients() as client:

        async def restart():
            await asyncio.to_thread(postgres.stop, mode="immediate")
            await asyncio.to_thread(postgres.start)

        log = await rush_with(world, servers, client, restart, after=people // 4)
        alive = [one.process.poll() for one in servers]
        inside, held = await world.inside(), await world.seats()

    unknown = [one.told for one in log.history].count(Told.UNKNOWN)
    print(
        f"R4: {people} people, PostgreSQL crashed: {unknown} unknown, {len(held)} inside"
    )
    assert alive == [None, None]
    assert len(held) == len(inside) == seats
    assert violations(log.history, seats=seats, inside=inside) == []


async def test_queue_keeps_its_order_when_a_process_is_killed(
    tmp_path, upgraded_postgres_url, count
):
    waiting = max(12, count(50))
    world = await meeting(
        tmp_path,
        upgraded_postgres_url,
        confirmed=waiting + waiting,
        capacity=waiting,
        staff_seats=0,
    )
    holders, line = world.plain[:waiting], world.plain[waiting:]

    async with serving(world, 2) as servers, clients() as client:
        log = Log(client, world.event)
        for one in (*holders, *line):
            await log.answered(log.enter, one, repeat(servers[0]))
        assert await world.queue() == [one.id for one in line]
        servers[0].kill()
        came = []
        for one in holders:
            before = await world.inside()
            await log.answered(log.leave, one, repeat(servers[1]))
            came.append(await world.inside() - before)
        queue = await world.queue()

    print(f"R4: queue of {waiting}, one of 2 processes killed: all came in, in order")
    assert came == [{one.id} for one in line]
    assert queue == []
