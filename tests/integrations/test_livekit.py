"""Rooms on a real LiveKit server, entered by real clients with our tokens."""

import asyncio
import functools
from dataclasses import replace
from datetime import timedelta

import pytest
from aiohttp import ClientSession
from livekit import api as livekit_api

from integrations.errors import Unreachable
from integrations.http import Wire
from integrations.video.choose import choose
from integrations.video.events import Came, Closed, Went
from integrations.video.livekit import provider as livekit
from integrations.video.livekit import tokens
from integrations.video.provider import Capabilities, Guest, How, Role
from integrations.video.setup import Around, UnusableSetting
from orchestrator.clock import utc_now
from tests.contracts.video import ADA, GRACE, VideoContract, go_in, told
from tests.integrations.livekit_bench import CALLBACK, PLACE, livekit_bench
from tests.livekit_people import NotLetIn
from tests.livekit_server import KEY, SECRET
from tests.waiting import until

EMMY = Guest(id="5bcdfghjkmnp", name="Emmy Noether")
MARY = Guest(id="6bcdfghjkmnp", name="Mary Somerville")
SPEAKER = replace(EMMY, speaks=True)
OFFLINE = {
    "provider": "livekit",
    "url": "wss://video.example.org",
    "key": KEY,
    "secret": SECRET,
}


@pytest.fixture
async def bench(start_livekit, aiohttp_server, people):
    async with livekit_bench(start_livekit, aiohttp_server, people) as bench:
        yield bench


class TestLiveKit(VideoContract):
    """With the fixture ``bench`` of this file."""


def offline(clock=utc_now, **settings):
    """A provider that asks nobody."""
    return choose(OFFLINE | settings, Around(Wire(), CALLBACK, clock))


def token(guest, place=PLACE, clock=utc_now):
    return tokens.entry_token(tokens.ApiKey(KEY, SECRET, clock), place, guest)


async def test_it_can_do_everything_but_record_without_a_store(bench):
    assert bench.provider.capabilities == Capabilities(
        how=How.LIVEKIT,
        origin=bench.provider.url,
        presence=True,
        listing=True,
        beside=True,
        stage=True,
        removal=True,
        embedded=True,
    )


@pytest.mark.parametrize(
    ("guest", "speaks"),
    [
        (ADA, False),
        (SPEAKER, True),
        (replace(ADA, role=Role.CHAIR), True),
    ],
)
async def test_another_reader_finds_in_a_token_what_the_guest_may(guest, speaks):
    claims = livekit_api.TokenVerifier(KEY, SECRET).verify(token(guest))

    assert (claims.identity, claims.name) == (guest.id, guest.name)
    assert claims.room_config.max_participants == PLACE.capacity
    assert claims.video == livekit_api.VideoGrants(
        room_join=True,
        room=PLACE.name,
        can_publish=speaks,
        can_publish_data=speaks,
        can_subscribe=True,
        can_update_own_metadata=False,
    )


async def test_entry_tells_the_page_where_to_connect(bench):
    entry = await bench.provider.entry(bench.place, ADA)

    assert (entry.how, entry.url, entry.room) == (
        How.LIVEKIT,
        bench.server.url,
        bench.place.name,
    )


async def test_name_longer_than_the_server_takes_is_cut_between_letters(bench):
    wordy = replace(ADA, name="é" * 127 + "a😀")

    await go_in(bench, wordy)

    (present,) = await bench.provider.participants(bench.place)
    assert present.name == "é" * 127 + "a"


async def test_token_leads_into_its_own_room_only(bench):
    annex = replace(bench.place, name="annex2bcdfghjkmnp")
    entry = await bench.provider.entry(annex, ADA)

    asking = replace(entry, url=f"{entry.url}?room={bench.place.name}")
    await bench.come(ADA, asking)

    assert await bench.provider.participants(bench.place) == ()
    assert [one.id for one in await bench.provider.participants(annex)] == [ADA.id]


@pytest.mark.parametrize("late", [timedelta(minutes=5), timedelta(0)])
async def test_server_refuses_an_expired_token(bench, late):
    entry = await bench.provider.entry(bench.place, ADA)
    old = token(ADA, clock=lambda: utc_now() - late)

    if late:
        with pytest.raises(NotLetIn, match="token is expired"):
            await bench.people.come(replace(entry, token=old))
    else:
        await bench.come(ADA, replace(entry, token=old))


async def test_server_refuses_a_token_that_another_key_signed(bench):
    entry = await bench.provider.entry(bench.place, ADA)
    other = tokens.ApiKey(KEY, SECRET[::-1], utc_now)

    with pytest.raises(NotLetIn, match="signature is invalid"):
        await bench.people.come(
            replace(entry, token=tokens.entry_token(other, PLACE, ADA))
        )


async def test_server_refuses_a_listener_who_publishes(bench):
    await go_in(bench, ADA)

    refused = asyncio.create_task(bench.inside[ADA.id].speak())
    await until(lambda: bench.server.said("no permission to publish track"))

    assert await shown(bench) == {ADA.id: 0}
    refused.cancel()


async def test_listener_would_publish_if_the_token_did_not_say_no(bench, monkeypatch):
    monkeypatch.setattr(tokens, "_rights", lambda *, speaks: {})
    await go_in(bench, ADA)
    await go_in(bench, GRACE)

    await bench.inside[ADA.id].speak()

    await until(lambda: bench.inside[GRACE.id].hears == {ADA.id})


async def test_taking_the_floor_ends_what_is_shown(bench):
    await go_in(bench, GRACE)
    await go_in(bench, ADA)
    ada, grace = bench.inside[ADA.id], bench.inside[GRACE.id]

    await bench.provider.let_speak(bench.place, ADA.id, speaks=True)
    await until(lambda: ada.may_speak)
    await ada.speak()
    await until(lambda: grace.hears == {ADA.id})
    await bench.provider.let_speak(bench.place, ADA.id, speaks=False)
    await until(lambda: not ada.may_speak and grace.hears == set())

    assert await shown(bench) == {ADA.id: 0, GRACE.id: 0}


async def test_giving_the_floor_leaves_listening_as_it_was(bench):
    await go_in(bench, ADA)
    await go_in(bench, GRACE)

    for speaks in (True, False):
        await bench.provider.let_speak(bench.place, ADA.id, speaks=speaks)
    await bench.inside[GRACE.id].speak()

    await until(lambda: bench.inside[ADA.id].hears == {GRACE.id})


async def test_room_takes_as_many_as_it_holds_and_no_more(bench):
    for guest in (ADA, GRACE, EMMY):
        await go_in(bench, guest)

    with pytest.raises(NotLetIn):
        await bench.people.come(await bench.provider.entry(bench.place, MARY))

    assert bench.server.said("room has exceeded its max participants")


async def test_second_device_takes_the_place_of_the_first(bench):
    for guest in (ADA, GRACE, EMMY):
        await go_in(bench, guest)
    first = bench.inside[ADA.id]

    await go_in(bench, ADA)

    await until(lambda: first.went)
    assert first.why == "DUPLICATE_IDENTITY"
    assert {went.stream for went in told(bench, Went, ADA)} == {first.stream}
    assert len(await bench.provider.participants(bench.place)) == 3


async def test_room_that_was_deleted_has_its_limit_when_it_is_entered_again(bench):
    small = replace(bench.place, capacity=1)
    entry = await bench.provider.entry(small, ADA)
    await bench.provider.end(small)

    await bench.come(ADA, entry)

    with pytest.raises(NotLetIn):
        await bench.people.come(replace(entry, token=token(EMMY, small)))


async def test_deleted_room_would_have_no_limit_if_the_token_named_none(
    bench, monkeypatch
):
    monkeypatch.setattr(tokens, "most", lambda _place: 0)
    small = replace(bench.place, capacity=1)
    entry = await bench.provider.entry(small, ADA)
    await bench.provider.end(small)

    await bench.come(ADA, entry)
    await bench.come(EMMY, replace(entry, token=token(EMMY, small)))


async def test_who_was_put_out_may_come_again_and_is_told_of_again(bench):
    """No token can be withdrawn: the service sees him, and puts him out again."""
    entry = await go_in(bench, ADA)

    for _ in range(2):
        await bench.provider.remove(bench.place, ADA)
        await until(lambda: bench.inside[ADA.id].went)
        assert bench.inside[ADA.id].why == "PARTICIPANT_REMOVED"
        await bench.come(ADA, entry)

    await until(lambda: len(told(bench, Came, ADA)) == 3)


async def test_end_puts_everybody_out_and_tells_it(bench):
    await go_in(bench, ADA)

    await bench.provider.end(bench.place)

    await until(lambda: bench.inside[ADA.id].went)
    await until(lambda: [one for one in news(bench) if isinstance(one, Closed)])
    assert bench.inside[ADA.id].why == "ROOM_DELETED"
    assert await bench.provider.participants(bench.place) == ()


async def test_who_is_let_in_to_speak_is_told_so(bench):
    for guest in (ADA, SPEAKER):
        await go_in(bench, guest)

    (listens,), (speaks,) = told(bench, Came, ADA), told(bench, Came, SPEAKER)
    assert (listens.speaks, listens.name) == (False, ADA.name)
    assert (speaks.speaks, speaks.name) == (True, SPEAKER.name)


async def test_people_who_come_together_ask_the_server_once(bench):
    guests = [replace(ADA, id=f"{n}bcdfghjkmnp") for n in range(50)]

    entries = await asyncio.gather(
        *(bench.provider.entry(bench.place, guest) for guest in guests)
    )
    await bench.provider.entry(bench.place, ADA)

    assert len({entry.token for entry in entries}) == 50
    assert bench.asked("CreateRoom") == 1


async def test_room_is_looked_for_again_after_a_while(bench, monkeypatch):
    monkeypatch.setattr(livekit, "_FRESH", 0)

    for _ in range(2):
        await bench.provider.entry(bench.place, ADA)

    assert bench.asked("CreateRoom") == 2


async def test_nobody_is_let_in_while_the_server_does_not_answer(bench):
    async with bench.silent():
        entries = [bench.provider.entry(bench.place, guest) for guest in (ADA, EMMY)]
        refused = await asyncio.gather(*entries, return_exceptions=True)

    assert [type(one) for one in refused] == [Unreachable, Unreachable]
    await go_in(bench, ADA)


async def test_server_that_opens_no_rooms_by_itself_has_ours(
    start_livekit, aiohttp_server, people
):
    closed = functools.partial(start_livekit, room={"auto_create": False})
    async with livekit_bench(closed, aiohttp_server, people) as bench:
        await go_in(bench, ADA)


@pytest.mark.parametrize(
    ("settings", "key"),
    [
        ({"url": ""}, "url"),
        ({"url": "https://video.example.org"}, "url"),
        ({"url": "ws://video.example.org"}, "url"),
        ({"key": ""}, "key"),
        ({"secret": ""}, "secret"),
        ({"secret": "s" * 31}, "secret"),
        ({"api": "ftp://livekit:7880"}, "api"),
        ({"recordings": "/srv/recordings"}, "recordings"),
        ({"recordings": "s3://recordings?nonsense=1"}, "recordings"),
        ({"recordings_path": "/out"}, "recordings_path"),
    ],
)
def test_setting_that_cannot_be_used_is_named(settings, key):
    with pytest.raises(UnusableSetting) as refused:
        offline(**settings)

    assert refused.value.key == key


@pytest.mark.parametrize(
    ("settings", "address"),
    [
        ({}, "https://video.example.org"),
        ({"url": "ws://127.0.0.1:7880/"}, "http://127.0.0.1:7880"),
        ({"api": "http://livekit:7880"}, "http://livekit:7880"),
    ],
)
def test_requests_go_to_the_same_host_unless_another_is_named(settings, address):
    assert offline(**settings).api.address == address


async def test_examination_says_that_the_server_does_not_answer(bench):
    bench.server.stop()

    direct = choose(bench.server.settings, Around(bench.wire, CALLBACK, utc_now))

    (finding,) = await direct.examine()

    assert (finding.good, "not answer" in finding.advice) == (False, True)


async def test_examination_says_that_the_key_is_another(bench):
    settings = bench.server.settings | {"secret": "s" * 32}

    lacking = await lacks(choose(settings, Around(bench.wire, CALLBACK, utc_now)))

    assert lacking == {f"LiveKit accepts the key {KEY}"}


async def test_examination_says_that_the_clocks_differ(bench):
    behind = Around(bench.wire, CALLBACK, lambda: utc_now() - timedelta(seconds=100))

    lacking = await lacks(choose(bench.server.settings, behind))

    assert lacking == {"The clocks of LiveKit and of this machine agree"}


async def test_examination_says_that_nothing_can_be_recorded(bench, tmp_path):
    settings = bench.server.settings | {"recordings": tmp_path.as_uri()}

    lacking = await lacks(choose(settings, Around(bench.wire, CALLBACK, utc_now)))

    assert lacking == {"LiveKit can record"}


async def test_who_gets_no_picture_and_no_sound_never_came(bench):
    """Media ports that are closed look so to the server, which tells in the end."""
    entry = await bench.provider.entry(bench.place, ADA)
    address = f"{entry.url}/rtc?protocol=15&access_token={entry.token}"

    async with ClientSession() as client, client.ws_connect(address) as signals:
        await signals.receive()
    await until(lambda: told(bench, Went, ADA))

    assert [one.began for one in told(bench, Went, ADA)] == [False]
    assert told(bench, Came, ADA) == []


async def lacks(provider):
    return {one.what for one in await provider.examine() if not one.good}


async def shown(bench):
    """How many tracks the server has of each who is in."""
    answer = await bench.provider.api.rooms(
        "ListParticipants",
        {"roomAdmin": True, "room": bench.place.name},
        room=bench.place.name,
    )
    return {one["identity"]: len(one["tracks"]) for one in answer["participants"]}


def news(bench):
    """All that the server told so far."""
    return [
        one
        for delivery in tuple(bench.deliveries)
        for one in bench.provider.understand(bench.provider.accept(delivery).body)
    ]
