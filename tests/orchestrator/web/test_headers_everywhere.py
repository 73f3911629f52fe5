"""Every answer of every route carries the protecting headers, errors included.

The routes are those of the router itself: a new one is covered as it comes.
"""

import re

import pytest

from orchestrator.app import build_app
from orchestrator.web import headers
from tests.orchestrator.app_client import CAMILLE, ORGANISER, SLUG, application

HTTPS = "https://conf.example"
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": headers.permissions(),
    "Strict-Transport-Security": "max-age=31536000",
}
PERSONAL = re.compile(
    r"/j/|/e/[^/]+/(room|chair|speaker|organise|people|me)|/api/.*/seat"
)
ANY = "*"
# A route for any method is there for the strange ones.
STRANGE = "PROPFIND"


@pytest.fixture
async def served(upgraded_sqlite_url, tmp_path):
    async with application(upgraded_sqlite_url, tmp_path, base_url=HTTPS) as one:
        yield one


async def requests(served):
    """Method and path of every route, with parameters that exist and that do not."""
    token = (await served.link(CAMILLE)).removeprefix("/j/")
    session = served.event.timetable.sessions[0]
    known = {
        "slug": SLUG,
        "id": session.session.id,
        "session": session.session.id,
        "talk": session.slots[0].talk.id,
        "token": token,
        "key": await key_of(served, token),
        "path": "look.css",
        "question": "unknown",
        "message": "0",
        "recording": "unknown",
        "connection": "main",
        "tail": "events",
        "name": "key.pem",
        "registrant": (await served.person(CAMILLE)).id,
    }
    unknown = dict.fromkeys(known, "unknown")
    for route in build_app(served.services).router.routes():
        method = STRANGE if route.method == ANY else route.method
        for values in (known, unknown):
            yield method, route.resource.canonical.format_map(values)


async def key_of(served, token):
    """The key of the calendar of whose link it is."""
    keys = served.services.feed_keys
    return keys.text(await keys.make(await served.services.access.holder(token)))


def lacking(method, path, response):
    """What an answer should have said and did not."""
    told = response.headers
    wanted = ALWAYS
    if path.startswith("/c/") and response.status == 200:
        # Its address is the secret: links in it tell nobody where they were found.
        wanted = ALWAYS | {"Referrer-Policy": "no-referrer"}
    names = {name for name, value in wanted.items() if told.get(name) != value}
    policy = told.get("Content-Security-Policy", "")
    if "default-src 'none'" not in policy or "unsafe" in policy:
        names.add("Content-Security-Policy")
    cache = told.get("Cache-Control", "")
    is_private = PERSONAL.match(path) or method not in ("GET", "HEAD")
    if not cache or (is_private and "no-store" not in cache):
        names.add("Cache-Control")
    if "Server" in told:
        names.add("Server")
    return names


async def asked(browser, method, path, **options):
    """The status, and what the answer lacks."""
    options = {"allow_redirects": False, **options}
    async with browser.request(method, path, **options) as response:
        return response.status, lacking(method, path, response)


async def everything(served, browser):
    """Status and lacking headers of each route, by method and path."""
    return {
        (method, path): await asked(browser, method, path)
        async for method, path in requests(served)
    }


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
async def test_every_route_protects_its_answers(served, accept):
    nobody = await served.browser(Accept=accept)
    organiser = await served.known(ORGANISER, Accept=accept)

    answers = [await everything(served, browser) for browser in (nobody, organiser)]

    seen = [answer for each in answers for answer in each.items()]
    assert [one for one in seen if one[1][1]] == []
    assert {200, 301, 303, 401, 403, 404, 405} <= {status for _, (status, _) in seen}


@pytest.mark.parametrize(
    ("status", "method", "path", "options"),
    [
        (404, "GET", "/nothing", {}),
        (404, "GET", "/e/unknown", {}),
        (405, "POST", "/", {}),
        (405, STRANGE, f"/e/{SLUG}", {}),
        (403, "GET", "/j/forged", {}),
        (403, "POST", "/j/forged", {"headers": {"Sec-Fetch-Site": "cross-site"}}),
        (401, "POST", f"/api/v1/events/{SLUG}/seat", {}),
        (413, "POST", "/j/{token}", {"data": {"to": "x" * 100_000}}),
        (304, "GET", f"/e/{SLUG}", {"headers": {"If-None-Match": "{etag}"}}),
        (417, "GET", "/", {"headers": {"Expect": "nonsense"}}),
    ],
)
async def test_every_refusal_is_protected(served, status, method, path, options):
    browser = await served.browser()
    async with browser.get(f"/e/{SLUG}") as page:
        etag = page.headers["ETag"]
    if options.get("headers") == {"If-None-Match": "{etag}"}:
        options = {"headers": {"If-None-Match": etag}}
    if path == "/j/{token}":
        path = await served.link(CAMILLE)

    answer = await asked(browser, method, path, **options)

    assert answer == (status, set())


async def test_an_answer_to_a_bug_is_protected(served, monkeypatch):
    async def broken(_slug):
        raise ZeroDivisionError

    monkeypatch.setattr(served.services.programmes, "find", broken)
    browser = await served.browser()

    answer = await asked(browser, "GET", f"/e/{SLUG}")

    assert answer == (500, set())


async def test_without_the_hook_errors_would_go_out_bare(
    upgraded_sqlite_url, tmp_path, monkeypatch
):
    monkeypatch.setattr(headers, "install", lambda app, *, https: None)
    async with application(upgraded_sqlite_url, tmp_path, base_url=HTTPS) as served:
        browser = await served.browser()

        _, names = await asked(browser, "GET", "/nothing")

    assert names == {"Content-Security-Policy", "Cache-Control", "Server", *ALWAYS}


async def test_without_packing_them_in_kept_answers_would_go_out_bare(
    upgraded_sqlite_url, tmp_path, monkeypatch
):
    monkeypatch.setattr(headers, "_ALWAYS", {})
    monkeypatch.setattr(headers, "_HTTPS", {})
    async with application(upgraded_sqlite_url, tmp_path, base_url=HTTPS) as served:
        browser = await served.browser()

        _, names = await asked(browser, "GET", f"/e/{SLUG}.ics")

    assert names == {"Content-Security-Policy", *ALWAYS}
