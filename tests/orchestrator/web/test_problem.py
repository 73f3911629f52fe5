"""Errors become HTTP in one place, each kind with its status."""

import pytest
from aiohttp import web

from orchestrator import errors
from orchestrator.web import headers
from orchestrator.web.problem import BASE_URL, ERROR_PAGE, problem_details


class Missing(errors.NotFound):
    slug = "missing"
    title = "It is not there"


class Closed(errors.Unavailable):
    slug = "closed"
    title = "Closed"


class Often(errors.TooOften):
    slug = "often"
    title = "Too often"


@pytest.fixture
async def client(aiohttp_client):
    async def missing(_request):
        raise Missing("Look elsewhere.", thing="key")

    async def closed(_request):
        raise Closed("Later.")

    async def often(request):
        again = request.query.get("again")
        raise Often("Later.", again=again and float(again))

    async def broken(_request):
        raise ZeroDivisionError

    app = web.Application(middlewares=[problem_details])
    app[BASE_URL] = "https://conf.example"
    app[ERROR_PAGE] = lambda _request, status, slug, _detail: f"page {status} {slug}"
    headers.install(app, https=True)
    app.router.add_get("/missing", missing)
    app.router.add_get("/closed", closed)
    app.router.add_get("/often", often)
    app.router.add_get("/broken", broken)
    return await aiohttp_client(app)


async def test_an_expected_failure_is_a_problem_document(client):
    response = await client.get("/missing")

    assert (response.status, response.content_type) == (404, "application/problem+json")
    assert await response.json() == {
        "type": "https://conf.example/problems/missing",
        "title": "It is not there",
        "status": 404,
        "detail": "Look elsewhere.",
        "thing": "key",
    }


async def test_a_browser_gets_a_page(client):
    response = await client.get("/missing", headers={"Accept": "text/html,*/*"})

    assert (response.status, await response.text()) == (404, "page 404 missing")


async def test_what_cannot_be_had_now_says_when_to_ask_again(client):
    response = await client.get("/closed")

    assert (response.status, response.headers["Retry-After"]) == (503, "5")


@pytest.mark.parametrize(("again", "told"), [("?again=2.5", "3"), ("", None)])
async def test_who_asks_too_often_is_told_when_to_ask_again(client, again, told):
    response = await client.get(f"/often{again}")

    assert (response.status, response.headers.get("Retry-After")) == (429, told)


async def test_a_bug_tells_nothing_of_itself(client):
    response = await client.get("/broken")

    assert response.status == 500
    assert "ZeroDivision" not in await response.text()


async def test_a_wrong_method_says_which_are_right(client):
    response = await client.post("/missing")

    assert (response.status, response.headers["Allow"]) == (405, "GET,HEAD")


@pytest.mark.parametrize("path", ["/missing", "/closed", "/broken", "/nowhere"])
async def test_every_answer_carries_the_protecting_headers(client, path):
    response = await client.get(path)

    told = {
        name: response.headers.get(name)
        for name in (
            "X-Content-Type-Options",
            "Referrer-Policy",
            "Cache-Control",
            "Strict-Transport-Security",
        )
    }
    assert told == {
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cache-Control": "no-store",
        "Strict-Transport-Security": "max-age=31536000",
    }
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_a_page_may_add_sources_without_losing_others():
    assert "media-src 'self'" in headers.policy(media_src="'self'")
    assert "connect-src 'self' wss://room.example;" in headers.policy(
        connect_src="wss://room.example"
    )
