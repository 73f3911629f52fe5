"""One token for an account, renewed in time; calls that Zoom refuses."""

import asyncio
from dataclasses import replace

import pytest

from integrations.errors import Gone, Rejected, Unreachable
from integrations.video.provider import Guest, Place
from integrations.video.zoom import oauth
from tests.zoom_server import SECRET

PLACE = Place(name="hall", title="Hall A", capacity=600)
GRANT = ("POST", "token")


async def test_many_at_once_share_one_token(zoom, provider):
    guests = [Guest(id=f"g{n}", name="Somebody") for n in range(50)]

    await asyncio.gather(*(provider.entry(PLACE, one) for one in guests))

    assert zoom.calls.count(GRANT) == 1
    assert len(zoom.meetings) == 1


@pytest.mark.parametrize(("lives", "given"), [(60, 3), (59, 3), (3600, 1)])
async def test_token_is_renewed_a_minute_early(zoom, connect, hall, lives, given):
    zoom.token_seconds = lives
    provider = connect()
    before = zoom.calls.count(GRANT)

    for _ in range(3):
        await provider.end(hall)

    assert zoom.calls.count(GRANT) - before == given


async def test_without_the_minute_the_token_is_used_to_its_end(
    zoom, connect, hall, monkeypatch
):
    """The twin of the test above."""
    monkeypatch.setattr(oauth, "_EARLY", 0)
    zoom.token_seconds = 60
    provider = connect()
    before = zoom.calls.count(GRANT)

    for _ in range(3):
        await provider.end(hall)

    assert zoom.calls.count(GRANT) - before == 1


async def test_token_that_was_taken_back_is_renewed_once(zoom, provider, hall):
    zoom.tokens.clear()

    await asyncio.gather(*(provider.end(hall) for _ in range(10)))

    assert zoom.calls.count(GRANT) == 2


async def test_second_refusal_of_a_token_is_told(zoom, provider, hall):
    refused = b'{"code": 124, "message": "Invalid access token."}'

    async with zoom.saying(refused, 401):
        with pytest.raises(Rejected):
            await provider.end(hall)


async def test_wrong_keys_are_named_and_not_shown(zoom, connect):
    provider = connect(client_secret="wrong-secret")

    with pytest.raises(Rejected, match="client_secret") as refused:
        await provider.ensure(PLACE)

    assert "wrong-secret" not in str(refused.value)
    assert SECRET not in repr(provider)


@pytest.mark.parametrize(
    "body",
    [b"<html>", b"{}", b"[]", b'{"access_token": 1}', b'{"access_token": "a"}'],
)
async def test_answer_without_a_token_is_refused(zoom, provider, body):
    async with zoom.saying(body):
        with pytest.raises(Rejected):
            await provider.ensure(PLACE)


@pytest.mark.parametrize("knows_us", [False, True])
async def test_zoom_that_fails_is_asked_once_for_all_who_wait(zoom, provider, knows_us):
    """For the token, and for the meeting."""
    if knows_us:
        await provider.ensure(replace(PLACE, name="another"))
    before = len(zoom.calls)

    async with zoom.saying(b"", 500):
        told = await asyncio.gather(
            *(provider.entry(PLACE, Guest(id=f"g{n}", name="")) for n in range(5)),
            return_exceptions=True,
        )

    assert list(map(type, told)) == [Unreachable] * 5
    assert len(zoom.calls) - before == 1


async def test_zoom_that_is_away_is_told(connect, unused_tcp_port):
    nowhere = f"http://127.0.0.1:{unused_tcp_port}"
    provider = connect(url=nowhere, oauth_url=nowhere)

    with pytest.raises(Unreachable):
        await provider.entry(PLACE, Guest(id="g", name="Somebody"))


async def test_room_whose_meeting_is_gone_is_told(zoom, provider, hall):
    zoom.meetings.clear()

    with pytest.raises(Gone, match="Meeting does not exist"):
        await provider.entry(hall, Guest(id="g", name="Somebody"))
    await provider.end(hall)
