"""Chromium for tests: pages in both languages and widths, watched for errors."""

import os
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Error, async_playwright, expect

from tests.journeys.chromium import AXE, HOW_TO_INSTALL, find_chromium

WIDE, NARROW = 1280, 390

# As root there is no sandbox. The rest keeps Chromium from calling home; the
# last one answers every other name than this machine's with "not found".
_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
)
# A page lives a little longer than the server of its test, and asks for it.
_AT_THE_END = ("net::ERR_CONNECTION_REFUSED",)
_RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
# What is said to who asks a page that goes elsewhere.
_LEFT = ("context was destroyed", "navigat")
# Playwright's own 5 s are too few for a machine that does other things as well.
expect.set_options(timeout=30_000)

_REGIONS = {"fr": "fr-FR", "en": "en-GB"}


@asynccontextmanager
async def launched(chromium, *flags):
    """A Playwright ``Browser`` on the ``Chromium`` given, closed at the end."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=chromium.path,
            args=[*_FLAGS, *flags],
            env=os.environ | chromium.environment,
        )
        yield browser
        await browser.close()


async def new_reader(browser, *, language="fr", width=WIDE, height=900, **options):
    """A context of its own: somebody in Paris, with that language and screen."""
    return await browser.new_context(
        locale=_REGIONS[language],
        timezone_id=options.pop("timezone_id", "Europe/Paris"),
        viewport={"width": width, "height": height},
        **options,
    )


@pytest.fixture
async def browser():
    """A Playwright ``Browser``; skips where no Chromium can be had."""
    chromium = find_chromium()
    if chromium is None:
        pytest.skip(HOW_TO_INSTALL)
    async with launched(chromium) as browser:
        yield browser


@pytest.fixture
async def new_page(browser):
    """``await new_page(language="fr", width=WIDE, …)``: a page of a new reader.

    Each call is another person: nothing is shared, cookies neither. At the end
    of the test every page must have run without a script error, a refused
    resource (CSP) or an error on its console; ``allow`` names, by a part of
    its text, what a test provokes. Further options go to ``new_context``.
    """
    watched = []

    async def open_page(*, allow=(), **options):
        context = await new_reader(browser, **options)
        troubles = Troubles(allow)
        troubles.watch(context)
        watched.append((context, troubles))
        return await context.new_page()

    yield open_page
    for context, _ in watched:
        await context.close()
    assert [one for _, troubles in watched for one in troubles.heard] == []


@pytest.fixture
async def page(new_page):
    """A French reader at a desk."""
    return await new_page()


class Troubles:
    """Errors that a context's pages report, less the allowed ones."""

    def __init__(self, allow):
        self._allow = (*allow, *_AT_THE_END)
        self.heard = []

    def watch(self, context):
        context.on("console", self._said)
        context.on("weberror", lambda error: self._note(str(error.error)))

    def _said(self, message):
        if message.type == "error":
            self._note(f"{message.text} ({message.location.get('url', '')})")

    def _note(self, text):
        if not any(part in text for part in self._allow):
            self.heard.append(text)


@asynccontextmanager
async def answered(page, *, timeout=30_000):  # noqa: ASYNC109 -- Playwright's, in ms
    """Press something at a desk, and wait for the answer to it: until then it sends nothing
    else, while the stream may show already what came of it.
    """
    async with page.expect_response(
        lambda one: one.request.method == "POST", timeout=timeout
    ) as told:
        yield
    await (await told.value).finished()
    await page.wait_for_selector("html:not([data-sending])", state="attached")


async def axe(page):
    """What axe-core finds wrong on the page, one line each: rule, why, where."""
    for tries_left in (2, 1, 0):
        try:
            return await _found_by_axe(page)
        except Error as error:
            # A page may load itself anew meanwhile.
            if not tries_left or not any(one in str(error) for one in _LEFT):
                raise
            await page.wait_for_load_state()
    raise AssertionError


async def _found_by_axe(page):
    # Evaluated, not added as a script: the page's own policy stays in force.
    await page.evaluate(AXE.read_text())
    # A room's frame is its provider's page.
    found = await page.evaluate(
        "rules => axe.run(document,"
        " {runOnly: {type: 'tag', values: rules}, iframes: false})",
        list(_RULES),
    )
    return [
        f"{one['id']}: {one['help']} {node['target']}"
        for one in found["violations"]
        for node in one["nodes"]
    ]
