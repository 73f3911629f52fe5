"""A database that falls silent, or restarts, under a service that goes on."""

import asyncio
import time

import aiohttp
import pytest
import structlog
from sqlalchemy import text

from orchestrator.app import wiring
from orchestrator.database import Database, DatabaseUnavailable, run
from orchestrator.database.postgres import Idle
from tests.orchestrator.app_client import CAMILLE, SLUG, application
from tests.proxy import Proxy
from tests.waiting import PATIENCE, until

pytestmark = [pytest.mark.drill, pytest.mark.postgres]

SEAT = f"/api/v1/events/{SLUG}/seat"
PATHS = {"program": "/readyz", "page": "/"}
IN_TIME = 3
AT_ONCE = 40  # more than a pool has connections


@pytest.fixture(autouse=True)
def _log():
    """Kept: what structlog prints unless configured takes half a second a failure."""
    with structlog.testing.capture_logs() as lines:
        yield lines


@pytest.fixture
async def proxy(postgres):
    async with Proxy(postgres.socket) as between:
        yield between


@pytest.fixture
async def served(proxy, upgraded_postgres_url, tmp_path):
    """The application behind the proxy, with the limit that ``serve`` sets."""
    url = proxy.url(upgraded_postgres_url)
    within = wiring._SECONDS_A_TRANSACTION
    async with application(url, tmp_path, within=within) as running:
        yield running


async def warm(database, number=8):
    """Have that many connections idle in the pool."""

    async def failed(meet):
        try:
            async with database.reading() as session:
                await run(session, text("SELECT 1"))
                await meet.wait()
        except DatabaseUnavailable:
            return True  # a busy machine takes longer than the limit to connect
        return False

    async def try_once():
        barrier = asyncio.Barrier(number)
        return await asyncio.gather(*(failed(barrier) for _ in range(number)))

    async with asyncio.timeout(PATIENCE):
        while any(await try_once()):
            pass


async def asked(browser, path, **options):
    """Status, headers and duration of an answer."""
    begun = time.monotonic()
    method = "POST" if path == SEAT else "GET"
    async with browser.request(method, path, **options) as answer:
        await answer.read()
        return answer.status, answer.headers, time.monotonic() - begun


async def good_answer(browser):
    """Ask until it is good; how long that took."""
    begun = time.monotonic()
    async with asyncio.timeout(PATIENCE):
        while (await asked(browser, SEAT))[0] != 200:
            pass
    return time.monotonic() - begun


def borrowed(served):
    """How many connections of the pool are in use."""
    return served.services.database.engine.pool.checkedout()


def test_service_gives_up_on_a_silent_database_in_time():
    assert wiring._SECONDS_A_TRANSACTION < IN_TIME


@pytest.mark.parametrize("pool", ["idle", "empty"])
async def test_silence_is_told_in_time_and_over_as_soon_as_it_is(
    served, proxy, count, promised, pool
):
    browser = await served.known(CAMILLE)
    await warm(served.services.database)
    if pool == "empty":
        await served.services.database.engine.dispose()

    for _ in range(count(50)):
        proxy.blackhole()
        paths = [SEAT, *PATHS.values()] * (AT_ONCE // 3)
        answers = await asyncio.gather(*(asked(browser, path) for path in paths))
        # All were told by now, while the silence went on.
        proxy.release()
        back = await good_answer(browser)

        assert {status for status, _, _ in answers} == {503}
        assert all("Retry-After" in headers for _, headers, _ in answers)
        assert max(took for _, _, took in answers) < promised(IN_TIME)
        assert back < promised(IN_TIME)
        # But for a look, all are given back: those who look wake up as well.
        await until(lambda: borrowed(served) <= 1)


async def test_programs_are_told_in_a_problem_document_and_people_on_a_page(
    served, proxy
):
    browser = await served.browser()
    proxy.blackhole()

    program = await asked(browser, "/readyz", headers={"Accept": "*/*"})
    page = await asked(browser, "/")

    proxy.release()
    assert program[1]["Content-Type"].startswith("application/problem+json")
    assert page[1]["Content-Type"].startswith("text/html")


async def test_without_the_limit_a_silent_database_keeps_people_waiting(
    proxy, upgraded_postgres_url, tmp_path
):
    url = proxy.url(upgraded_postgres_url)
    async with application(url, tmp_path) as served:
        browser = await served.known(CAMILLE)
        proxy.blackhole()

        with pytest.raises(TimeoutError):
            await asked(browser, SEAT, timeout=aiohttp.ClientTimeout(IN_TIME))

        proxy.release()


async def refusals_of_idle_connections_gone_silent(proxy, url):
    """How many of those who come one by one are refused, two at most.

    Nothing but they use the database: the loops of an application would each ask
    a silent connection in passing.
    """
    # Enough to connect anew on a busy machine.
    database = Database(proxy.url(url), within=5)
    try:
        await warm(database)
        proxy.forget()
        for refused in range(2):
            try:
                async with database.reading() as session:
                    await run(session, text("SELECT 1"))
            except DatabaseUnavailable:
                continue
            return refused
        return 2
    finally:
        await database.close()


async def test_connections_that_stay_silent_are_asked_once(
    proxy, upgraded_postgres_url
):
    url = upgraded_postgres_url

    assert await refusals_of_idle_connections_gone_silent(proxy, url) == 1


async def test_without_dropping_the_idle_ones_each_is_waited_for(
    proxy, upgraded_postgres_url, monkeypatch
):
    monkeypatch.setattr(Idle, "drop", lambda _self: None)
    url = upgraded_postgres_url

    assert await refusals_of_idle_connections_gone_silent(proxy, url) == 2


async def test_a_transaction_that_was_cut_off_gives_its_locks_back(
    proxy, upgraded_postgres_url
):
    lock = text("LOCK TABLE installation")
    cut_off = Database(proxy.url(upgraded_postgres_url), within=0.5)
    other = Database(upgraded_postgres_url)

    async def fall_silent():
        async with cut_off.transaction() as session:
            await run(session, lock)
            proxy.blackhole()
            await run(session, text("SELECT 1"))

    with pytest.raises(DatabaseUnavailable):
        await fall_silent()
    async with asyncio.timeout(PATIENCE), other.transaction() as session:
        await run(session, lock)

    proxy.release()
    await cut_off.close()
    await other.close()


async def test_a_server_that_crashed_and_restarts_is_used_again_at_once(
    postgres, upgraded_postgres_url, tmp_path, count, promised
):
    within = wiring._SECONDS_A_TRANSACTION
    async with application(upgraded_postgres_url, tmp_path, within=within) as served:
        browser = await served.known(CAMILLE)
        for _ in range(count(50)):
            await warm(served.services.database)
            over, statuses = asyncio.Event(), set()

            async def press(over=over, statuses=statuses):
                while not over.is_set():
                    statuses.add((await asked(browser, SEAT))[0])

            presses = [asyncio.create_task(press()) for _ in range(4)]
            await asyncio.to_thread(postgres.stop, mode="immediate")
            await asyncio.to_thread(postgres.start)
            took = await good_answer(browser)
            over.set()
            await asyncio.gather(*presses)

            assert took < promised(IN_TIME)
            assert statuses <= {200, 503}
