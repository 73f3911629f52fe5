"""Decks and recordings over HTTP: fixed type, no script, parts, versions."""

import pytest
from aiohttp import web

from orchestrator.archive import routes as archive_routes
from orchestrator.archive.model import AttachmentKind
from orchestrator.archive.routes import ARCHIVE, FIND, routes
from orchestrator.errors import NotFound
from orchestrator.web import headers
from orchestrator.web.problem import BASE_URL, problem_details
from tests.orchestrator.archive import samples
from tests.orchestrator.archive.conftest import GRAPHS, KERNELS

SLIDES, VIDEO = AttachmentKind.SLIDES, AttachmentKind.VIDEO
DECK = "/e/day/t/kernels/slides"
RECORDING = "/e/day/t/kernels/video"


class NoSuchDay(NotFound):
    slug = "no-such-event"
    title = "There is no such event"


@pytest.fixture
async def client(small_world, aiohttp_client):
    async def find(slug):
        if (event := await small_world.event(slug)) is None:
            raise NoSuchDay(slug)
        return event

    app = web.Application(middlewares=[problem_details])
    app[BASE_URL] = "https://day.example.org"
    app[ARCHIVE] = small_world.archive
    app[FIND] = find
    headers.install(app, https=False)
    app.add_routes(routes)
    return await aiohttp_client(app)


async def test_deck_is_downloaded_and_runs_nothing(client, small_world):
    deck = await small_world.attach(KERNELS, SLIDES, samples.PDF, "Théorie.pdf")

    answer = await client.get(DECK)

    assert answer.status == 200
    assert await answer.read() == samples.PDF
    told = {
        name: answer.headers.get(name)
        for name in (
            "Content-Type",
            "Content-Disposition",
            "Content-Security-Policy",
            "X-Content-Type-Options",
            "Cache-Control",
            "ETag",
            "Accept-Ranges",
            "Last-Modified",
            "Content-Encoding",
        )
    }
    assert told == {
        "Content-Type": "application/pdf",
        "Content-Disposition": 'attachment; filename="Theorie.pdf"; '
        "filename*=UTF-8''Th%C3%A9orie.pdf",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-cache",
        "ETag": f'"{deck.digest}"',
        "Accept-Ranges": "bytes",
        "Last-Modified": None,
        "Content-Encoding": None,
    }


async def test_recording_plays_in_the_page(client, small_world):
    await small_world.attach(KERNELS, VIDEO, samples.MP4, "k.mp4")

    answer = await client.get(RECORDING)

    assert answer.content_type == "video/mp4"
    assert answer.headers["Content-Disposition"] == 'inline; filename="k.mp4"'
    assert await answer.read() == samples.MP4


@pytest.mark.parametrize(
    ("asked", "status", "part", "told"),
    [
        ("bytes=0-3", 206, samples.MP4[:4], f"bytes 0-3/{len(samples.MP4)}"),
        ("bytes=-5", 206, samples.MP4[-5:], None),
        ("bytes=5-", 206, samples.MP4[5:], None),
        (f"bytes={len(samples.MP4)}-", 416, b"", f"bytes */{len(samples.MP4)}"),
        ("bytes=0-1,4-5", 416, b"", f"bytes */{len(samples.MP4)}"),
    ],
)
async def test_recording_is_sent_in_parts(
    client, small_world, asked, status, part, told
):
    await small_world.attach(KERNELS, VIDEO, samples.MP4)

    answer = await client.get(RECORDING, headers={"Range": asked})

    assert answer.status == status
    assert await answer.read() == part
    assert told in (None, answer.headers["Content-Range"])


async def test_head_tells_without_sending(client, small_world):
    await small_world.attach(KERNELS, SLIDES, samples.PDF)

    answer = await client.head(DECK)

    assert answer.status == 200
    assert answer.headers["Content-Length"] == str(len(samples.PDF))
    assert await answer.read() == b""


async def test_deck_that_the_browser_has_is_not_sent_again(client, small_world):
    deck = await small_world.attach(KERNELS, SLIDES, samples.PDF)

    same = await client.get(DECK, headers={"If-None-Match": f'W/"{deck.digest}"'})
    other = await client.get(DECK, headers={"If-None-Match": '"another"'})

    assert (same.status, await same.read()) == (304, b"")
    assert same.headers["ETag"] == f'"{deck.digest}"'
    assert (other.status, await other.read()) == (200, samples.PDF)


@pytest.mark.parametrize("condition", ["If-Modified-Since", "If-Unmodified-Since"])
@pytest.mark.parametrize("year", [1990, 2090])
async def test_age_of_the_file_decides_nothing(client, small_world, condition, year):
    await small_world.attach(KERNELS, SLIDES, samples.PDF)

    date = f"Mon, 01 Jan {year} 00:00:00 GMT"
    answer = await client.get(DECK, headers={condition: date})

    assert (answer.status, await answer.read()) == (200, samples.PDF)


async def test_part_of_a_replaced_recording_is_the_whole_new_one(client, small_world):
    old = await small_world.attach(KERNELS, VIDEO, samples.MP4)
    new = await small_world.attach(KERNELS, VIDEO, samples.WEBM)

    async def part(tag):
        asked = {"Range": "bytes=4-7", "If-Range": f'"{tag}"'}
        answer = await client.get(RECORDING, headers=asked)
        return answer.status, await answer.read()

    assert await part(old.digest) == (200, samples.WEBM)
    assert await part(new.digest) == (206, samples.WEBM[4:8])


async def test_part_of_a_replaced_recording_would_be_mixed_without_the_guard(
    client, small_world, monkeypatch
):
    old = await small_world.attach(KERNELS, VIDEO, samples.MP4)
    await small_world.attach(KERNELS, VIDEO, samples.WEBM)
    monkeypatch.setattr(archive_routes._Sent, "prepare", web.FileResponse.prepare)

    asked = {"Range": "bytes=4-7", "If-Range": f'"{old.digest}"'}
    answer = await client.get(RECORDING, headers=asked)

    assert (answer.status, await answer.read()) == (206, samples.WEBM[4:8])


async def test_strange_header_bytes_do_no_harm(client, small_world):
    await small_world.attach(KERNELS, SLIDES, samples.PDF)

    asked = {"Range": "bytes=\u00e9", "If-None-Match": "\u00e9", "X-Odd": "\u00e9"}
    answer = await client.get(DECK, headers=asked)

    assert (answer.status, await answer.read()) == (200, samples.PDF)


@pytest.mark.parametrize(
    "path",
    [
        DECK,
        RECORDING,
        "/e/day/t/graphs/slides",
        "/e/day/t/nothing/slides",
        "/e/another/t/kernels/slides",
        "/e/day/t/..%2F..%2Fetc%2Fpasswd/slides",
        "/e/day/t/kernels/other",
    ],
)
async def test_what_is_not_attached_is_not_found(client, path):
    answer = await client.get(path)

    assert answer.status == 404
    assert answer.content_type == "application/problem+json"


async def test_attached_address_is_not_redirected_to(client, small_world):
    event = await small_world.event()
    await small_world.archive.attach_url(event, KERNELS, SLIDES, "talks.example.org/k")

    answer = await client.get(DECK, allow_redirects=False)

    assert answer.status == 404


async def test_deck_is_found_by_its_own_event_only(client, small_world):
    deck = await small_world.attach(KERNELS, SLIDES, samples.PDF)

    for path in (f"/e/day/t/{GRAPHS}/slides", f"/e/day/t/{deck.digest}/slides"):
        assert (await client.get(path)).status == 404


class Bucket:
    """A store elsewhere: no local path, only signed addresses."""

    origin = "https://bucket.example.org"

    async def path(self, digest):
        return None

    async def url(self, digest, *, seconds):
        return f"{self.origin}/{digest}?for={seconds}"


async def test_file_in_a_bucket_is_sent_by_a_signed_address(client, small_world):
    video = await small_world.attach(KERNELS, VIDEO, samples.MP4)
    small_world.archive._blobs = Bucket()

    answer = await client.get(RECORDING, allow_redirects=False)
    shown = await small_world.archive.materials(await small_world.event())

    assert answer.status == 302
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Location"] == (
        f"https://bucket.example.org/{video.digest}?for=43200"
    )
    assert [one.origin for one in shown[KERNELS]] == ["", "https://bucket.example.org"]


async def test_file_lost_from_the_store_is_told(client, small_world):
    deck = await small_world.attach(KERNELS, SLIDES, samples.PDF)
    await small_world.blobs.delete(deck.digest)

    answer = await client.get(DECK)

    assert answer.status == 503
    assert answer.headers["Retry-After"] == "5"
