"""Only our own pages may make a browser change something."""

import pytest
from aiohttp import web

from orchestrator.web import origin
from orchestrator.web.problem import BASE_URL, problem_details

OURS = "https://conf.example"


@pytest.fixture
async def client(aiohttp_client):
    async def press(_request):
        return web.Response(text="done")

    app = web.Application(middlewares=[problem_details, origin.same_origin(OURS)])
    app[BASE_URL] = OURS
    app.router.add_route("*", "/press", press)
    return await aiohttp_client(app)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Origin": OURS}, 200),
        ({}, 200),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}, 403),
        ({"Sec-Fetch-Site": "same-site", "Origin": OURS}, 403),
        ({"Sec-Fetch-Site": "none"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
    ],
)
async def test_a_press_is_taken_from_our_pages_only(client, headers, status):
    response = await client.post("/press", headers=headers)

    assert response.status == status


async def test_reading_is_open_to_all(client):
    response = await client.get("/press", headers={"Sec-Fetch-Site": "cross-site"})

    assert response.status == 200


async def test_without_the_check_a_foreign_press_is_taken(client, monkeypatch):
    """Twin: it is the check that refuses."""
    monkeypatch.setattr(origin, "is_ours", lambda *_: True)

    response = await client.post("/press", headers={"Origin": "https://evil.example"})

    assert response.status == 200
