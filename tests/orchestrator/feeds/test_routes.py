"""Calendars over HTTP: conditional, compressed, read only."""

import gzip
from email.utils import format_datetime

import pytest
from aiohttp import web
from icalendar import Calendar
from multidict import CIMultiDict

from orchestrator.feeds.errors import NoSuchFeed
from orchestrator.feeds.kept import PERSONAL as PERSONAL_HEADERS
from orchestrator.feeds.kept import disposition, keep
from orchestrator.feeds.routes import FEEDS, PERSONAL, routes
from orchestrator.feeds.service import Feeds
from orchestrator.web.headers import completed, install
from orchestrator.web.problem import BASE_URL as PROBLEM_URL
from orchestrator.web.problem import problem_details
from tests.orchestrator.feeds.meeting import (
    BASE_URL,
    BEFORE,
    PUBLISHER,
    REVISED,
    Programmes,
    meeting,
)

FEED, TALK, SESSION = "/e/jour.ics", "/e/jour/t/t1.ics", "/e/jour/s/s1.ics"
MINE = "/c/mine.ics"
PATHS = pytest.mark.parametrize("path", [FEED, TALK, SESSION, MINE])
PLAIN = {"Accept-Encoding": "identity"}
MODIFIED = format_datetime(REVISED.replace(microsecond=0), usegmt=True)


@pytest.fixture
def feeds():
    return Feeds(
        Programmes(meeting()).find,
        PUBLISHER,
        clock=lambda: BEFORE,
    )


class Personal:
    """Knows one key; what is behind it has tests of its own."""

    def __init__(self, file):
        self.file = file

    async def feed(self, key):
        if key != "mine":
            raise NoSuchFeed("Take the address from your own page.")
        return self.file


@pytest.fixture
async def kept(feeds):
    """The files by their paths."""
    mine = keep(
        b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n",
        gzip.compress(b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"),
        modified=REVISED,
        name="jour-me",
        title="À moi",
        headers=PERSONAL_HEADERS,
        https=True,
    )
    return {
        FEED: await feeds.feed("jour"),
        TALK: await feeds.talk("jour", "t1"),
        SESSION: await feeds.session("jour", "s1"),
        MINE: mine,
    }


@pytest.fixture
async def client(aiohttp_client, feeds, kept):
    app = web.Application(middlewares=[problem_details])
    app[FEEDS] = feeds
    app[PERSONAL] = Personal(kept[MINE])
    app[PROBLEM_URL] = BASE_URL
    install(app, https=BASE_URL.startswith("https:"))
    app.add_routes(routes)
    return await aiohttp_client(app, auto_decompress=False)


NAMES = {
    FEED: 'inline; filename="jour.ics"; '
    "filename*=UTF-8''Journ%C3%A9e%20d%E2%80%99%C3%A9t%C3%A9.ics",
    TALK: "inline; filename=\"jour-t1.ics\"; filename*=UTF-8''Expos%C3%A9%20t1.ics",
    SESSION: "inline; filename=\"jour-s1.ics\"; filename*=UTF-8''Session%20s1%20%E2%80%93%20Journ%C3%A9e%20d%E2%80%99%C3%A9t%C3%A9.ics",
    MINE: "inline; filename=\"jour-me.ics\"; filename*=UTF-8''%C3%80%20moi.ics",
}
FOR_ALL = {"Cache-Control": "public, max-age=300", "Access-Control-Allow-Origin": "*"}
FOR_ONE = {
    "Cache-Control": "private, no-cache",
    "X-Robots-Tag": "noindex",
    "Referrer-Policy": "no-referrer",
}


@pytest.mark.promise("http")
@pytest.mark.promise("caching")
@PATHS
async def test_file_with_its_headers(client, kept, path):
    file = kept[path]

    response = await client.get(path, headers=PLAIN)

    headers = {name.lower(): value for name, value in response.headers.items()}
    del headers["date"]
    described = {
        "Content-Type": "text/calendar; charset=utf-8",
        "Content-Length": str(len(file.plain.body)),
        "Content-Disposition": NAMES[path],
        "ETag": file.plain.etag,
        "Last-Modified": MODIFIED,
        "Vary": "Accept-Encoding",
        **(FOR_ONE if path == MINE else FOR_ALL),
    }
    assert (response.status, await response.read()) == (200, file.plain.body)
    every = completed(described, https=BASE_URL.startswith("https:"))
    assert headers == {name.lower(): value for name, value in every.items()}


@pytest.mark.promise("http")
@PATHS
async def test_no_answer_sets_a_cookie_or_leads_elsewhere(client, path):
    response = await client.get(f"{path}?lang=en&tz=Asia/Tokyo", allow_redirects=False)

    assert (response.status, "Set-Cookie" in response.headers) == (200, False)


@PATHS
async def test_gzip_is_another_form_of_the_same(client, path):
    plain = await client.get(path, headers=PLAIN)

    zipped = await client.get(path, headers={"Accept-Encoding": "br, gzip;q=0.5"})

    assert zipped.headers["Content-Encoding"] == "gzip"
    assert zipped.headers["Vary"] == plain.headers["Vary"] == "Accept-Encoding"
    assert zipped.headers["ETag"] == plain.headers["ETag"].removesuffix('"') + '-gz"'
    assert gzip.decompress(await zipped.read()) == await plain.read()


@pytest.mark.promise("http")
@PATHS
@pytest.mark.parametrize("encoding", ["identity", "gzip"])
async def test_head_is_get_without_a_body(client, path, encoding):
    got = await client.get(path, headers={"Accept-Encoding": encoding})

    head = await client.head(path, headers={"Accept-Encoding": encoding})

    assert (head.status, await head.read()) == (200, b"")
    assert {**head.headers, "Date": ""} == {**got.headers, "Date": ""}


@pytest.mark.promise("http")
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
    told = ("ETag", "Last-Modified", "Cache-Control", "Vary")
    assert [again.headers[name] for name in told] == [
        got.headers[name] for name in told
    ]
    assert not {"Content-Type", "Content-Encoding", "Content-Disposition"} & set(
        again.headers
    )


@pytest.mark.promise("http")
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


async def test_tags_may_come_in_several_lines(client):
    got = await client.get(FEED, headers=PLAIN)
    lines = [("If-None-Match", '"other"'), ("If-None-Match", got.headers["ETag"])]

    again = await client.get(FEED, headers=CIMultiDict([*PLAIN.items(), *lines]))

    assert again.status == 304


async def test_tag_of_one_form_is_not_that_of_the_other(client):
    got = await client.get(FEED, headers=PLAIN)

    again = await client.get(
        FEED, headers={"Accept-Encoding": "gzip", "If-None-Match": got.headers["ETag"]}
    )

    assert again.status == 200


@pytest.mark.promise("http")
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
        ("/e/nuit/s/s1.ics", "no-such-event"),
        ("/e/jour/s/s9.ics", "no-such-entry"),
        ("/e/jour/s/t1.ics?talks=1", "no-such-entry"),
        ("/e/jour.ics?track=Nothing", "no-such-track"),
        ("/c/other.ics", "no-such-feed"),
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
    ("query", "uids"),
    [
        ("", ["session-s1", "talk-t1", "talk-t2"]),
        ("?kind=talks", ["talk-t1", "talk-t2"]),
        ("?kind=sessions", ["session-s1"]),
        ("?track=Calcul", ["session-s1", "talk-t2"]),
        ("?track=Calcul&kind=talks", ["talk-t2"]),
        ("?track=Calcul&kind=sessions", ["session-s1"]),
        ("?track=", ["session-s1", "talk-t1", "talk-t2"]),
        ("?other=1", ["session-s1", "talk-t1", "talk-t2"]),
    ],
)
async def test_feed_can_be_restricted(client, query, uids):
    response = await client.get(FEED + query, headers=PLAIN)

    calendar = Calendar.from_ical(await response.read())
    found = [str(one["UID"]).partition("@")[0] for one in calendar.events]
    known = query if "kind" in query or "track=C" in query else ""
    assert (found, sorted(calendar["SOURCE"].partition("?")[2].split("&"))) == (
        uids,
        sorted(known.removeprefix("?").split("&")),
    )


async def test_restricted_feed_says_so_in_its_name(client):
    response = await client.get(FEED + "?track=Calcul&kind=talks", headers=PLAIN)

    calendar = Calendar.from_ical(await response.read())
    assert str(calendar["NAME"]) == "Journée d’été – Calcul – exposés"


@pytest.mark.parametrize("kind", ["", "talk", "TALKS", "\x00"])
async def test_unknown_kind_is_told_the_known_ones(client, kind):
    response = await client.get(FEED, params={"kind": kind})

    assert response.status == 422
    assert "kind=talks" in (await response.json(content_type=None))["detail"]


@pytest.mark.parametrize(
    ("query", "uids", "busy"),
    [
        ("", ["session-s1"], "OPAQUE"),
        ("?talks=1", ["session-s1", "talk-t1", "talk-t2"], "TRANSPARENT"),
        ("?talks=0", ["session-s1"], "OPAQUE"),
    ],
)
async def test_session_is_alone_or_with_its_talks(client, query, uids, busy):
    response = await client.get(SESSION + query, headers=PLAIN)

    found = Calendar.from_ical(await response.read()).events
    assert [str(one["UID"]).partition("@")[0] for one in found] == uids
    assert found[0]["TRANSP"] == busy


@pytest.mark.promise("http")
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
