"""Questions of one moment share one statement."""

import asyncio

import pytest

from orchestrator.database import Batch, DatabaseUnavailable


async def test_questions_asked_together_are_loaded_together():
    loads = []

    async def load(keys):
        loads.append(sorted(keys))
        return {key: key * 2 for key in keys if key != 3}

    batch = Batch(load)

    answers = await asyncio.gather(*(batch.get(key) for key in (1, 2, 2, 3)))

    assert (answers, loads) == ([2, 4, 4, None], [[1, 2, 3]])


async def test_questions_asked_during_a_load_wait_for_the_next_one():
    loads, begun, gate = [], asyncio.Event(), asyncio.Event()

    async def load(keys):
        loads.append(list(keys))
        begun.set()
        await gate.wait()
        return {key: key for key in keys}

    batch = Batch(load)
    first = asyncio.create_task(batch.get("a"))
    await begun.wait()
    second = asyncio.create_task(batch.get("b"))
    await asyncio.sleep(0)

    gate.set()

    assert (await first, await second, loads) == ("a", "b", [["a"], ["b"]])


async def test_an_error_reaches_everybody_who_waited_and_no_one_after():
    failing = [True]

    async def load(keys):
        if failing:
            failing.pop()
            raise ConnectionError
        return {key: key for key in keys}

    batch = Batch(load)

    answers = await asyncio.gather(batch.get(1), batch.get(2), return_exceptions=True)

    assert [type(answer) for answer in answers] == [ConnectionError, ConnectionError]
    assert await batch.get(1) == 1


@pytest.mark.parametrize("many", [1_200])
async def test_large_crowds_are_asked_for_in_parts(many):
    sizes = []

    async def load(keys):
        sizes.append(len(keys))
        return {key: key for key in keys}

    batch = Batch(load)

    answers = await asyncio.gather(*(batch.get(key) for key in range(many)))

    assert (answers, sizes) == (list(range(many)), [500, 500, 200])


async def test_questions_asked_while_the_database_is_silent_wait_for_no_second_load():
    begun, gate = asyncio.Event(), asyncio.Event()

    async def load(_keys):
        begun.set()
        await gate.wait()
        gate.clear()  # a second load would never end
        raise DatabaseUnavailable("")

    batch = Batch(load)
    first = asyncio.create_task(batch.get(1))
    await begun.wait()
    second = asyncio.create_task(batch.get(2))
    await asyncio.sleep(0)
    gate.set()

    async with asyncio.timeout(5):
        told = await asyncio.gather(first, second, return_exceptions=True)

    assert [type(one) for one in told] == [DatabaseUnavailable, DatabaseUnavailable]


async def loads_for_late_comers(*, gathering):
    """How many keys each load was given, when they come one after the other."""
    sizes = []

    async def load(keys):
        sizes.append(len(keys))
        return dict.fromkeys(keys, True)

    batch = Batch(load, gathering=gathering)

    async def ask(passes):
        for _ in range(passes):
            await asyncio.sleep(0)
        return await batch.get(passes)

    answers = await asyncio.gather(*map(ask, range(20)))
    assert answers == [True] * 20
    return sizes


async def test_a_gathering_batch_waits_while_more_come():
    assert await loads_for_late_comers(gathering=True) == [20]


async def test_without_gathering_many_loads_are_made():
    assert len(await loads_for_late_comers(gathering=False)) > 1


async def test_a_gathering_batch_is_full_at_some_point():
    sizes = []

    async def load(keys):
        sizes.append(len(keys))
        return {}

    batch = Batch(load, gathering=True)
    await asyncio.gather(*map(batch.get, range(1200)))

    assert sizes == [500, 500, 200]
