"""Real streams: what goes over the wire, how it ends, and what is left then."""

import asyncio
import socket
from contextlib import suppress

import pytest
from aiohttp import web

from orchestrator.hub import routes
from orchestrator.hub.hub import Hub
from orchestrator.hub.routes import CHANNELS, HUB, MISSED
from orchestrator.programme.events import ProgrammeChanged, RevisionMissed
from orchestrator.web import headers
from orchestrator.web.problem import BASE_URL, problem_details
from tests.orchestrator.app_client import CAMILLE, CHAIR, SLUG, application
from tests.waiting import PATIENCE, until

OURS = "https://conf.example"
LIVE = "/api/v1/events/day/live"


@pytest.fixture
async def client(aiohttp_client):
    """The stream alone; who sends the header ``X-Channels`` hears those."""

    async def channels(request):
        return tuple(request.headers.get("X-Channels", "day").split())

    async def missed(request):
        revision = request.query.get("revision")
        return RevisionMissed(event="day", revision=revision) if revision else None

    async def stop(app):
        app[HUB].close()

    app = web.Application(middlewares=[problem_details])
    headers.install(app, https=True)
    app[HUB], app[BASE_URL] = Hub(), OURS
    app[CHANNELS], app[MISSED] = channels, missed
    app.on_shutdown.append(stop)
    app.add_routes(routes.routes)
    return await aiohttp_client(app)


@pytest.fixture
def hub(client):
    return client.app[HUB]


def changed(revision=1):
    return ProgrammeChanged(event="day", revision=revision)


class Large(ProgrammeChanged):
    """An update with so many bytes that they fill what the system buffers."""

    @property
    def channel(self):
        return "day"


LARGE = Large(event="x" * 64 * 1024, revision=1)


@pytest.fixture
async def connect(client):
    """Connections that read nothing by themselves: reader, writer, head."""
    opened = []

    async def connected(request=f"GET {LIVE} HTTP/1.1\r\nHost: day\r\n\r\n"):
        reader, writer = await asyncio.open_connection(client.host, client.port)
        opened.append(writer)
        writer.write(request.encode())
        async with asyncio.timeout(PATIENCE):
            return reader, writer, await reader.readuntil(b"\r\n\r\n")

    yield connected
    for writer in opened:
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()


async def lines(response, number):
    async with asyncio.timeout(PATIENCE):
        return [await response.content.readline() for _ in range(number)]


async def test_stream_says_when_to_come_back_and_then_what_changed(client, hub):
    async with client.get(LIVE) as response:
        retry, _ = await lines(response, 2)
        hub.publish(changed(7))
        event = await lines(response, 4)

    name, _, wait = retry.decode().strip().partition(": ")
    assert (name, 2000 <= int(wait) <= 4000) == ("retry", True)
    assert event == [
        b"id: 1\n",
        b"event: programme\n",
        b'data: {"event":"day","revision":7}\n',
        b"\n",
    ]


async def test_one_whose_page_is_older_is_told_before_anything_else(client, hub):
    async with client.get(LIVE, params={"revision": "7"}) as response:
        await lines(response, 2)
        hub.publish(changed(8))
        told = await lines(response, 8)

    assert [one for one in told if one.startswith((b"event", b"data"))] == [
        b"event: missed\n",
        b'data: {"event":"day","revision":7}\n',
        b"event: programme\n",
        b'data: {"event":"day","revision":8}\n',
    ]


async def test_head_is_that_of_a_stream_with_what_protects_every_answer(client):
    async with client.get(LIVE) as response:
        told = response.headers

    assert response.status == 200
    assert told["Content-Type"] == "text/event-stream"
    assert told["Cache-Control"] == "no-store"
    assert told["X-Content-Type-Options"] == "nosniff"
    assert told["Connection"] == "close"
    assert "Server" not in told


async def test_aiohttp_lets_go_of_a_stream(client, connect):
    """Otherwise each one would keep a request, a parser and two tasks."""
    before = asyncio.all_tasks()

    for _ in range(10):
        await connect()
    await until(lambda: len(client.app[HUB]) == 10)
    await until(lambda: not client.server.runner.server.connections)

    assert asyncio.all_tasks() == before


async def test_without_letting_go_aiohttp_would_end_it(connect, monkeypatch):
    """Twin: it is the handing over that keeps the connection."""
    monkeypatch.setattr(routes, "detached", lambda request: request.transport)

    reader, _, _ = await connect()

    async with asyncio.timeout(PATIENCE):
        assert (await reader.read()).endswith(b"0\r\n\r\n")


async def test_who_leaves_is_noticed(connect, hub):
    _, writer, _ = await connect()
    await until(lambda: hub.has("day"))

    writer.close()

    await until(lambda: not hub.has("day"))


async def test_one_that_was_cut_off_is_noticed_and_others_hear(connect, hub):
    _, cut, _ = await connect()
    reader, _, _ = await connect()
    await until(lambda: len(hub) == 2)
    linger = (1).to_bytes(4, "little") + bytes(4)
    cut.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)

    cut.transport.abort()
    for number in range(20):
        hub.publish(changed(number))

    async with asyncio.timeout(PATIENCE):
        await reader.readuntil(b'"revision":19}\n\n\r\n')
    await until(lambda: len(hub) == 1)


async def test_one_that_speaks_meanwhile_is_no_browser(connect, hub):
    reader, writer, _ = await connect()
    await until(lambda: hub.has("day"))

    writer.write(b"GET / HTTP/1.1\r\nHost: day\r\n\r\n")

    await until(lambda: not hub.has("day"))
    async with asyncio.timeout(PATIENCE):
        assert b"0\r\n\r\n" not in await reader.read()


async def test_old_proxies_get_it_without_chunks(connect, hub):
    reader, _, head = await connect(f"GET {LIVE} HTTP/1.0\r\nHost: day\r\n\r\n")
    await until(lambda: hub.has("day"))

    hub.publish(changed())
    hub.close()

    async with asyncio.timeout(PATIENCE):
        body = await reader.read()
    assert b"chunked" not in head.lower()
    assert body.partition(b"\n\n")[2] == (
        b'id: 1\nevent: programme\ndata: {"event":"day","revision":1}\n\n'
    )


@pytest.mark.parametrize("end", ["part", "close"])
async def test_an_end_is_clean(client, hub, end):
    async with client.get(LIVE, headers={"X-Channels": "day day/ada"}) as response:
        await until(lambda: hub.has("day/ada"))

        {"part": lambda: hub.part("day/"), "close": hub.close}[end]()

        async with asyncio.timeout(PATIENCE):
            body = await response.read()
    assert body.startswith(b"retry: ")
    assert len(hub) == 0


async def test_one_who_never_reads_is_dropped_and_others_are_on_time(client, hub):
    asleep = socket.socket()
    asleep.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    asleep.connect((client.host, client.port))
    asleep.sendall(f"GET {LIVE} HTTP/1.1\r\nHost: day\r\n\r\n".encode())
    await until(lambda: len(hub) == 1)
    async with client.get(LIVE) as awake:
        await until(lambda: len(hub) == 2)
        told = 0
        async with asyncio.timeout(PATIENCE):
            while len(hub) == 2:
                hub.publish(LARGE)
                told += 1
                await heard(awake, told)
        hub.publish(LARGE)
        await heard(awake, told + 1)
    asleep.close()


async def heard(response, number):
    """Read until the update of that number is complete."""
    wanted = b"id: %d\n" % number
    while await response.content.readline() != wanted:
        pass
    await response.content.readuntil(b"\n\n")


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({}, 200),
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Origin": OURS}, 200),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
    ],
)
async def test_another_sites_page_may_not_listen(client, hub, sent, status):
    async with client.get(LIVE, headers=sent) as response:
        assert response.status == status
        assert hub.has("day") == (status == 200)


async def test_without_the_check_another_sites_page_would_listen(client, monkeypatch):
    """Twin: it is the check that refuses."""
    monkeypatch.setattr(routes, "is_ours", lambda *_: True)

    async with client.get(LIVE, headers={"Origin": "https://evil.example"}) as response:
        assert response.status == 200


async def test_channels_are_those_of_whom_the_browser_is_known_as(
    upgraded_sqlite_url, tmp_path
):
    async with application(upgraded_sqlite_url, tmp_path) as site:
        hub, path = site.services.hub, f"/api/v1/events/{SLUG}/live"
        camille, chair = await site.person(CAMILLE), await site.person(CHAIR)
        wanted = {
            None: {SLUG},
            CAMILLE: {SLUG, f"{SLUG}/{camille.id}"},
            CHAIR: {SLUG, f"{SLUG}/{chair.id}", f"{SLUG}/staff"},
        }
        heard_by = {}
        for email in wanted:
            browser = await (site.known(email) if email else site.browser())
            async with browser.get(path) as response:
                assert response.status == 200
                await until(lambda: len(hub) == 1)
                heard_by[email] = set(hub.listening())
            await until(lambda: len(hub) == 0)
        unknown = await (await site.browser()).get("/api/v1/events/nowhere/live")

    assert heard_by == wanted
    assert unknown.status == 404


async def test_an_application_that_stops_ends_its_streams(
    upgraded_sqlite_url, tmp_path
):
    async with application(upgraded_sqlite_url, tmp_path) as site:
        port = int(site.url.rpartition(":")[2])
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        path = f"/api/v1/events/{SLUG}/live"
        writer.write(f"GET {path} HTTP/1.1\r\nHost: day\r\n\r\n".encode())
        await until(lambda: len(site.services.hub) == 1)

    async with asyncio.timeout(PATIENCE):
        everything = await reader.read()
    assert everything.endswith(b"\r\n0\r\n\r\n")
    writer.close()
