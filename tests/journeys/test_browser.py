"""The watched browser notices what a person would only see as "it does not work"."""

import pytest
from aiohttp import web

from tests.journeys.browser import NARROW, Troubles, axe

pytestmark = pytest.mark.journey

PLAIN = """<!doctype html><html lang="en"><title>A page</title><link rel="icon" href="data:,">
<main><h1>A page</h1>{}</main></html>"""


@pytest.fixture
async def show(aiohttp_server):
    """``await show(html, csp=…)``: the address of a page with that in its body."""

    async def serve(body, *, csp="default-src 'self'; img-src data:"):
        async def answer(_):
            return web.Response(
                text=PLAIN.format(body),
                content_type="text/html",
                headers={"Content-Security-Policy": csp},
            )

        app = web.Application()
        app.router.add_get("/", answer)
        return (await aiohttp_server(app)).make_url("/").human_repr()

    return serve


async def test_page_reads_in_the_language_and_width_asked_for(new_page, show):
    page = await new_page(language="en", width=NARROW)
    await page.goto(await show(""))

    facts = await page.evaluate(
        "[navigator.language, innerWidth, Intl.DateTimeFormat().resolvedOptions().timeZone]"
    )

    assert facts == ["en-GB", NARROW, "Europe/Paris"]


async def test_axe_works_under_a_strict_policy_and_names_the_element(page, show):
    await page.goto(await show('<img src="data:,">'))

    found = await axe(page)

    assert found == ["image-alt: Images must have alternative text ['img']"]


@pytest.mark.parametrize(
    ("body", "heard"),
    [
        ("<script>1</script>", "Content Security Policy"),
        ("<img alt='' src='/gone.png'>", "404"),
        ("<img alt='' src='http://elsewhere.example/a.png'>", "NOT_RESOLVED"),
    ],
)
async def test_troubles_of_a_page_are_heard(browser, show, body, heard):
    troubles = Troubles(allow=())
    context = await browser.new_context()
    troubles.watch(context)
    page = await context.new_page()

    await page.goto(await show(body, csp="script-src 'self'"))
    await page.wait_for_load_state("networkidle")

    assert [heard in one for one in troubles.heard] == [True]


async def test_allowed_trouble_is_not_held_against_a_page(new_page, show):
    page = await new_page(allow=("Content Security Policy",))

    await page.goto(await show("<script>1</script>"))

    assert await page.title() == "A page"
