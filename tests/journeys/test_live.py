"""An open page asks again when something changed, or may have."""

import pytest

from orchestrator.programme.events import ProgrammeChanged
from tests.orchestrator.app_client import SLUG, application
from tests.waiting import until

pytestmark = pytest.mark.journey

# The browser comes back after 4 s at most, and asks within 3.2 s of being told; of
# itself it asks after five minutes. A busy machine takes its time.
MOST_MS = 60_000


@pytest.fixture
async def site(upgraded_sqlite_url, tmp_path):
    async with application(upgraded_sqlite_url, tmp_path) as site:
        yield site


def told(hub):
    hub.publish(ProgrammeChanged(event=SLUG, revision=99))


def cut_off(hub):
    hub.part("")


@pytest.mark.parametrize("happens", [told, cut_off])
async def test_open_page_asks_again(page, site, happens):
    address, hub = f"{site.url}/e/{SLUG}", site.services.hub
    await page.goto(address)
    await until(lambda: hub.has(SLUG))

    async with page.expect_response(address, timeout=MOST_MS) as asked:
        happens(hub)

    assert (await asked.value).status == 200
    await until(lambda: hub.has(SLUG))


async def test_open_page_listens_again_after_an_answer_that_is_no_stream(
    new_page, site
):
    """A browser gives such a stream up for good; as when the database is away."""
    address, hub = f"{site.url}/e/{SLUG}", site.services.hub
    page, refused = await new_page(allow=["503"]), []

    async def refuse(route):
        refused.append(route.request.url)
        await route.fulfill(status=503)

    await page.route(f"{site.url}/api/v1/events/{SLUG}/live", refuse, times=1)
    await page.goto(address)
    await until(lambda: refused)

    # It also reads what it may have missed.
    async with page.expect_response(address, timeout=MOST_MS) as asked:
        await until(lambda: hub.has(SLUG))

    assert (await asked.value).status == 200
