"""A packed answer is, byte for byte, the answer that aiohttp would have made."""

import asyncio
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import pytest
from aiohttp import web

from orchestrator.web import headers
from orchestrator.web.packed import Packed, pack, packable

BODY = "<p>Théorème</p>".encode()
HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Cache-Control": "private, no-cache",
    "Content-Length": str(len(BODY)),
}
MORE = b"Server-Timing: now;dur=1\r\n"


@pytest.fixture
async def client(aiohttp_client):
    async def both(request):
        if packable(request):
            return Packed(pack(HEADERS, https=True), BODY, more=MORE)
        response = web.Response(body=BODY, headers=HEADERS)
        response.headers["Server-Timing"] = "now;dur=1"
        return response

    app = web.Application()
    headers.install(app, https=True)
    app.router.add_get("/", both)
    return await aiohttp_client(app)


async def test_packed_answer_is_the_answer_of_aiohttp(client):
    packed = await client.get("/")
    usual = await client.get("/?utm=1")

    assert (packed.status, packed.reason) == (usual.status, usual.reason) == (200, "OK")
    assert await packed.read() == await usual.read() == BODY
    assert dict(packed.headers, Date="") == dict(usual.headers, Date="")


async def test_date_is_that_of_the_answer(client):
    response = await client.get("/")

    told = parsedate_to_datetime(response.headers["Date"])
    assert abs(datetime.now(UTC) - told) < timedelta(seconds=5)


@pytest.mark.parametrize(
    ("request_line", "header", "first"),
    [
        ("GET / HTTP/1.1", "Connection: close", b"HTTP/1.1 200 OK"),
        ("GET / HTTP/1.0", "Connection: keep-alive", b"HTTP/1.0 200 OK"),
        ("HEAD / HTTP/1.1", "Connection: close", b"HTTP/1.1 200 OK"),
    ],
)
async def test_what_a_packed_answer_cannot_say_is_said_by_aiohttp(
    client, request_line, header, first
):
    reader, writer = await asyncio.open_connection(client.host, client.port)
    writer.write(f"{request_line}\r\nHost: x\r\n{header}\r\n\r\n".encode())

    head = await reader.readuntil(b"\r\n\r\n")

    writer.close()
    lines = head.split(b"\r\n")
    assert lines[0] == first
    assert header.encode() in lines


async def test_one_connection_takes_many_packed_answers(client):
    reader, writer = await asyncio.open_connection(client.host, client.port)

    for _ in range(3):
        writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        head = await reader.readuntil(b"\r\n\r\n")
        body = await reader.readexactly(len(BODY))
        assert (head.split(b"\r\n")[0], body) == (b"HTTP/1.1 200 OK", BODY)

    writer.close()


@pytest.mark.parametrize("value", ["a\nSet-Cookie: b", "a\rb"])
def test_a_value_cannot_begin_another_header(value):
    with pytest.raises(ValueError, match="X-Name"):
        pack({"X-Name": value}, https=False)
