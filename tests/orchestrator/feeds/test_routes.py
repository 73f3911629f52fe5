"""Calendars over HTTP: conditional, compressed, read only."""

import gzip
from email.utils import format_datetime

import pytest
from aiohttp import web

from orchestrator.feeds.kept import disposition
from orchestrator.feeds.routes import FEEDS, routes, takes_gzip
from orchestrator.feeds.service import Feeds
from orchestrator.web.headers import completed, install
from orchestrator.web.problem import BASE_URL as PROBLEM_URL
from orchestrator.web.problem import problem_details
from tests.orchestrator.feeds.meeting import (
    BASE_URL,
    BEFORE,
    INSTALL,
    REVISED,
    Programmes,
    meeting,
)

FEED, TALK = "/e/jour.ics", "/e/jour/t/t1.ics"
PATHS = pytest.mark.parametrize("path", [FEED, TALK])
PLAIN = {"Accept-Encoding": "identity"}
MODIFIED = format_datetime(REVISED.replace(microsecond=0), usegmt=True)


@pytest.fixture
def feeds():
    return Feeds(
        Programmes(meeting()).find,
        base_url=BASE_URL,
        install=INSTALL,
        clock=lambda: BEFORE,
    )


@pytest.fixture
async def client(aiohttp_client, feeds):
    app = web.Application(middlewares=[problem_details])
    app[FEEDS] = feeds
    app[PROBLEM_URL] = BASE_URL
    install(app, https=BASE_URL.startswith("https:"))
    app.add_routes(routes)
    return await aiohttp_client(app, auto_decompress=False)


@PATHS
async def test_file_with_its_headers(client, feeds, path):
    kept = await feeds.feed("jour") if path == FEED else await feeds.talk("jour", "t1")
    names = {
        FEED: 'inline; filename="jour.ics"; '
        "filename*=UTF-8''Journ%C3%A9e%20d%E2%80%99%C3%A9t%C3%A9.ics",
        TALK: "inline; filename=\"jour-t1.ics\"; filename*=UTF-8''Expos%C3%A9%20t1.ics",
    }

    response = await client.get(path, headers=PLAIN)

    headers = {name.lower(): value for name, value in response.headers.items()}
    del headers["date"]
    described = {
        "Content-Type": "text/calendar; charset=utf-8",
        "Content-Length": str(len(kept.plain.body)),
        "Content-Disposition": names[path],
        "ETag": kept.plain.etag,
        "Last-Modified": MODIFIED,
        "Cache-Control": "public, max-age=300",
        "Access-Control-Allow-Origin": "*",
        "Vary": "Accept-Encoding",
    }
    assert (response.status, await response.read()) == (200, kept.plain.body)
    every = completed(described, https=BASE_URL.startswith("https:"))
    assert headers == {name.lower(): value for name, value in every.items()}


@PATHS
async def test_gzip_is_another_form_of_the_same(client, path):
    plain = await client.get(path, headers=PLAIN)

    zipped = await client.get(path, headers={"Accept-Encoding": "br, gzip;q=0.5"})

    assert zipped.headers["Content-Encoding"] == "gzip"
    assert zipped.headers["Vary"] == plain.headers["Vary"] == "Accept-Encoding"
    assert zipped.headers["ETag"] == plain.headers["ETag"].removesuffix('"') + '-gz"'
    assert gzip.decompress(await zipped.read()) == await plain.read()


@PATHS
@pytest.mark.parametrize("encoding", ["identity", "gzip"])
async def test_head_is_get_without_a_body(client, path, encoding):
    got = await client.get(path, headers={"Accept-Encoding": encoding})

    head = await client.head(path, headers={"Accept-Encoding": encoding})

    assert (head.status, await head.read()) == (200, b"")
    assert {**head.headers, "Date": ""} == {**got.headers, "Date": ""}


@PATHS
@pytest.mark.parametrize("encoding", ["identity", "gzip"])
@pytest.mark.parametrize(
    "tags", ["{}", "W/{}", '"other", {}', '"a,b",W/{} , "c"', "*", " * "]
)
async def test_known_tag_is_answered_unchanged(client, path, encoding, tags):
    accept = {"Accept-Encoding": encoding}
    got = await client.get(path, headers=accept)

    again = await client.get(
        path, headers={**accept, "If-None-Match": tags.format(got.headers["ETag"])}
    )

    assert (again.status, await again.read()) == (304, b"")
    assert {
        name: again.headers[name] for name in ("ETag", "Cache-Control", "Vary")
    } == {name: got.headers[name] for name in ("ETag", "Cache-Control", "Vary")}
    assert not {"Content-Type", "Content-Encoding", "Content-Disposition"} & set(
        again.headers
    )


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"If-Modified-Since": MODIFIED}, 304),
        ({"If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT"}, 304),
        ({"If-Modified-Since": "Sat, 06 Feb 2027 09:30:14 GMT"}, 200),
        ({"If-Modified-Since": "yesterday"}, 200),
        ({"If-Modified-Since": "Sat, 06 Feb 99999999999 09:30:14 GMT"}, 200),
        ({"If-Modified-Since": "Sat, 99 Feb 2027 09:30:14 GMT"}, 200),
        ({"If-None-Match": '"other"', "If-Modified-Since": MODIFIED}, 200),
        ({"If-None-Match": ""}, 200),
        ({"If-None-Match": "not quoted"}, 200),
    ],
)
async def test_condition(client, headers, status):
    response = await client.get(FEED, headers=headers)

    assert response.status == status


async def test_tag_of_one_form_is_not_that_of_the_other(client):
    got = await client.get(FEED, headers=PLAIN)

    again = await client.get(
        FEED, headers={"Accept-Encoding": "gzip", "If-None-Match": got.headers["ETag"]}
    )

    assert again.status == 200


@PATHS
@pytest.mark.parametrize(
    "method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND", "REPORT"]
)
async def test_other_methods_are_not_allowed(client, path, method):
    response = await client.request(method, path)

    assert response.status == 405
    assert response.headers["Allow"].replace(" ", "") == "GET,HEAD"


@pytest.mark.parametrize(
    ("path", "slug"),
    [
        ("/e/nuit.ics", "no-such-event"),
        ("/e/nuit/t/t1.ics", "no-such-event"),
        ("/e/jour/t/t9.ics", "no-such-entry"),
        ("/e/jour/t/pause.ics", "no-such-entry"),
    ],
)
async def test_unknown_is_a_problem(client, path, slug):
    response = await client.get(path)

    assert response.status == 404
    assert (await response.json(content_type=None))["type"] == (
        f"https://conf.example/problems/{slug}"
    )
    assert "max-age" not in response.headers.get("Cache-Control", "")


@pytest.mark.parametrize(
    ("accepted", "taken"),
    [
        ("gzip", True),
        ("GZIP, deflate", True),
        ("deflate, gzip;q=1.0, *;q=0.5", True),
        ("x-gzip", True),
        ("gzip;q=0", False),
        ("gzip; q=0.000", False),
        ("deflate", False),
        ("identity", False),
        ("", False),
    ],
)
def test_takes_gzip(accepted, taken):
    assert takes_gzip(accepted) is taken


@pytest.mark.parametrize(
    ("title", "encoded"),
    [
        ("a/b: c?", "a-b-%20c-.ics"),
        ("x\r\nSet-Cookie: y", "x%20Set-Cookie-%20y.ics"),
        ("é" * 300, "%C3%A9" * 80 + ".ics"),
        ("...", "jour.ics"),
    ],
)
def test_name_of_the_saved_file_is_safe(title, encoded):
    assert disposition("jour", title) == (
        f"inline; filename=\"jour.ics\"; filename*=UTF-8''{encoded}"
    )
