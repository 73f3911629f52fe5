"""10:00: everybody presses at once, and the room holds exactly as many as it has seats."""

import time
from collections import Counter
from itertools import cycle

import pytest
from sqlalchemy import text

from tests.drills.history import violations
from tests.drills.world import (
    Log,
    all_at_once,
    clients,
    meeting,
    percentile,
    serving,
)
from tests.waiting import unless_busy

pytestmark = pytest.mark.drill

AT_ONCE = 600


async def test_rush_fills_every_seat_once(
    tmp_path, upgraded_url, count, seats, processes, full, promised
):
    people = count(10_000)
    world = await meeting(
        tmp_path,
        upgraded_url,
        confirmed=people - people // 10,
        standby=people // 10,
        capacity=seats,
    )
    seconds, statuses = [], Counter()

    async with serving(world, processes) as servers, clients() as client:
        turn = cycle(servers)

        async def press(person):
            began = time.perf_counter()
            await pressed(client, turn, person, statuses)
            seconds.append(time.perf_counter() - began)

        began = time.perf_counter()
        # Staff in the middle of the crowd, standby people before most of it.
        crowd = sorted(world.people, key=lambda one: hash(one.id))
        await all_at_once(
            [lambda one=one: press(one) for one in crowd], at_once=AT_ONCE
        )
        lasted = time.perf_counter() - began
        held, queue = await world.seats(), await world.queue()

    p99 = percentile(seconds, 99)
    print(
        f"R1: {len(world.people)} presses, {processes} processes, {seats} seats: "
        f"{len(held)} inside, {len(queue)} in the queue, {lasted:.1f} s, "
        f"{len(seconds) / lasted:.0f}/s, p99 {p99:.2f} s"
    )
    assert statuses[303] == len(world.people)
    assert set(statuses) <= ({303} if full else {303, 503})
    assert sorted(held) == list(range(1, seats + 1))
    assert len({*held.values()}) == seats
    assert {one.id for one in world.staff} <= {*held.values()}
    assert not {one.id for one in world.people if one.standby} & {*held.values()}
    assert Counter([*held.values(), *queue]) == Counter(one.id for one in world.people)
    assert lasted <= promised(20)
    assert p99 <= promised(5)


async def pressed(client, turn, person, statuses):
    """Press a link until something else than 503 is said; ``statuses`` counts all."""

    async def press():
        url = next(turn).url + person.link
        async with client.post(url, allow_redirects=False) as response:
            statuses[response.status] += 1
            return response.status

    await unless_busy(press, lambda status: status == 503)


async def race(world, processes, *, guards=()):
    """Everybody asks for a seat at once; the log of it, and who is inside then."""
    async with serving(world, processes, guards=guards) as servers, clients() as client:
        log, turn = Log(client, world.event), cycle(servers)
        await all_at_once(
            [lambda one=one: log.answered(log.enter, one, turn) for one in world.plain],
            at_once=AT_ONCE,
        )
        return log, await world.inside()


def small(folder, url, *, confirmed=300):
    return meeting(folder, url, confirmed=confirmed, capacity=60, staff_seats=0)


async def test_race_has_a_history_that_can_be_true(
    tmp_path, upgraded_url, processes, full
):
    world = await small(tmp_path, upgraded_url)

    log, inside = await race(world, processes)

    answers = Counter(log.statuses)
    if not full:
        del answers[503]
    assert answers == {200: 60, 409: 240}
    assert violations(log.history, seats=60, inside=inside) == []


async def test_race_without_the_lock_is_caught(tmp_path, upgraded_postgres_url):
    # So few that each process has seats for all who ask it at once: the queue, whose
    # numbers are unique, would stop the others.
    world = await small(tmp_path, upgraded_postgres_url, confirmed=80)

    log, inside = await race(world, 4, guards=["look", "lock"])

    assert violations(log.history, seats=60, inside=inside) != []


async def test_race_with_one_row_too_many_is_caught(tmp_path, upgraded_url, processes):
    world = await small(tmp_path, upgraded_url)

    log, inside = await race(world, processes, guards=["rows"])

    assert violations(log.history, seats=60, inside=inside) != []


async def copies(world, processes, number, *, people=100, guards=()):
    """Each link pressed so many times at once, from another browser each time."""
    chosen = world.plain[:people]
    async with serving(world, processes, guards=guards) as servers, clients() as client:
        turn, statuses = cycle(servers), Counter()
        presses = [
            lambda one=one: pressed(client, turn, one, statuses)
            for one in chosen
            for _ in range(number)
        ]
        await all_at_once(presses, at_once=AT_ONCE)
        return chosen, statuses, await world.seats(), await world.queue()


async def test_each_link_is_worth_one_seat(
    tmp_path, upgraded_url, count, processes, full
):
    number = max(4, count(200))
    world = await meeting(tmp_path, upgraded_url, confirmed=100, staff_seats=0)

    began = time.perf_counter()
    chosen, statuses, held, queue = await copies(world, processes, number)

    print(
        f"R2: 100 links x {number} copies, {processes} processes: {len(held)} seats, "
        f"{time.perf_counter() - began:.1f} s"
    )
    # The door asks whoever presses thirty times at once to wait a little.
    assert set(statuses) <= ({303, 429} if full else {303, 429, 503})
    assert statuses[303] >= 100 * min(number, 30)
    assert Counter(held.values()) == Counter(one.id for one in chosen)
    assert queue == []


async def test_links_pressed_twice_without_lock_and_constraint_are_caught(
    tmp_path, upgraded_postgres_url
):
    world = await meeting(tmp_path, upgraded_postgres_url, confirmed=100, staff_seats=0)
    await without_unique(world)

    _, _, held, _ = await copies(world, 4, 6, people=30, guards=["lock"])

    assert max(Counter(held.values()).values()) > 1


async def test_links_pressed_twice_without_the_lock_take_one_seat_each(
    tmp_path, upgraded_postgres_url
):
    world = await meeting(tmp_path, upgraded_postgres_url, confirmed=100, staff_seats=0)

    _, _, held, _ = await copies(world, 4, 6, people=30, guards=["lock"])

    assert max(Counter(held.values()).values()) == 1


async def without_unique(world):
    """Take away that somebody holds one seat of a room at most."""
    async with (
        world.place.services() as services,
        services.database.transaction() as session,
    ):
        rows = await session.exec(
            text(
                "SELECT conname FROM pg_constraint "
                "WHERE conrelid = 'seat'::regclass AND contype = 'u'"
            )
        )
        for (name,) in rows.all():
            await session.exec(text(f'ALTER TABLE seat DROP CONSTRAINT "{name}"'))
