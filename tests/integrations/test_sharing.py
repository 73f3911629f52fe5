"""Who comes while something is asked is told the answer to that."""

import asyncio

import pytest

from integrations.errors import Unreachable
from integrations.sharing import Shared


class Question:
    """Answered when ``answer`` is set; ``asked`` counts."""

    def __init__(self):
        self.asked, self.answer = 0, asyncio.get_running_loop().create_future()

    async def ask(self):
        self.asked += 1
        return await asyncio.shield(self.answer)


@pytest.fixture
async def question():
    return Question()


async def test_answer_is_everybodys(question):
    shared = Shared()
    three = [asyncio.create_task(shared.of("room", question.ask)) for _ in range(3)]
    await asyncio.sleep(0)

    question.answer.set_result("there")

    assert await asyncio.gather(*three) == ["there"] * 3
    assert question.asked == 1


async def test_failure_is_everybodys_and_the_next_asks_anew(question):
    shared = Shared()
    two = [asyncio.create_task(shared.of("room", question.ask)) for _ in range(2)]
    await asyncio.sleep(0)

    question.answer.set_exception(Unreachable("silent"))
    told = await asyncio.gather(*two, return_exceptions=True)
    another = Question()
    another.answer.set_result("there")

    assert list(map(type, told)) == [Unreachable, Unreachable]
    assert await shared.of("room", another.ask) == "there"


async def test_who_goes_away_takes_nobodys_answer(question):
    shared = Shared()
    first, other = (
        asyncio.create_task(shared.of("room", question.ask)) for _ in range(2)
    )
    await asyncio.sleep(0)

    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    question.answer.set_result("there")

    assert await other == "there"


async def test_other_questions_do_not_wait(question):
    shared, another = Shared(), Question()
    waiting = asyncio.create_task(shared.of("room", question.ask))
    another.answer.set_result("there")

    assert await shared.of("other room", another.ask) == "there"
    assert not waiting.done()
    waiting.cancel()


async def test_nothing_is_asked_any_more_after_the_end(question):
    shared, before = Shared(), asyncio.all_tasks()
    waits = asyncio.create_task(shared.of("room", question.ask))
    await asyncio.sleep(0)

    await shared.close()
    await asyncio.gather(waits, return_exceptions=True)

    assert waits.cancelled()
    assert asyncio.all_tasks() == before
