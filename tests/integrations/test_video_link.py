"""A room of which only the address is known."""

import re
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.errors import Rejected
from integrations.http import Wire
from integrations.video import link as linking
from integrations.video.choose import choose
from integrations.video.link import checked, unguessable_room
from integrations.video.provider import Capabilities, Guest, Place
from integrations.video.setup import Around, UnusableSetting, server
from orchestrator.clock import utc_now
from tests.contracts.video import VideoContract

ADDRESS = "https://rooms.example.org/l/19%3ameeting?context=%7b%22a%22%7d#config"
ADA = Guest(id="reg-7", name="Ada")
AROUND = Around(Wire(), "https://us.example/webhooks/main", utc_now)
PLACE = Place(name="hall", title="Hall", capacity=600, address=ADDRESS)


class Bench:
    """A room somewhere; nobody tells who goes there."""

    secrets = ("l/19",)
    asks = False
    wire = AROUND.wire

    def __init__(self):
        self.provider = choose({"provider": "link"}, AROUND)
        self.place = PLACE
        self.deliveries = []

    async def come(self, _guest, entry):
        assert entry.url == ADDRESS

    async def go(self, _guest):
        pass

    @asynccontextmanager
    async def silent(self):
        yield

    @asynccontextmanager
    async def saying(self, _body, _status):
        yield


class TestLink(VideoContract):
    @pytest.fixture
    def bench(self):
        return Bench()


def test_link_promises_nothing_it_cannot_do():
    assert choose({}, AROUND).capabilities == Capabilities()
    beside = choose({"presence": "page"}, AROUND)
    assert beside.capabilities == Capabilities(beside=True)


async def test_room_without_an_address_leads_nowhere():
    provider, nowhere = choose({}, AROUND), replace(PLACE, address="")

    assert (provider.leads(PLACE), provider.leads(nowhere)) == (True, False)
    with pytest.raises(Rejected, match="needs an address"):
        await provider.entry(nowhere, ADA)


async def test_link_records_nothing():
    provider = choose({}, AROUND)

    assert await provider.recordings(PLACE) == ()
    with pytest.raises(Rejected):
        await provider.start_recording(PLACE)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "rooms.example.org/a",
        "http://rooms.example.org/a",
        "javascript:alert(1)",
        "https://",
        "https:///a",
        "https://me:word@rooms.example.org/a",
        "https://@rooms.example.org/a",
        "https://rooms.example.org:port/a",
        "https://[rooms/a",
        "https://rooms.example.org/a,b",
        "https://rooms.example.org/a;b",
        "https://rooms.example.org/a b",
        "https://rooms.example.org/a\r\nb",
        "https://rooms.example.org/\u202e",
        "https://rooms.example.org/é",
        " https://rooms.example.org/a",
        "https://rooms.example.org/" + "a" * 2000,
    ],
)
def test_address_that_cannot_lead_to_a_room_is_refused(address):
    with pytest.raises(Rejected):
        checked(address)


@pytest.mark.parametrize(
    ("own", "address"),
    [
        ("https://us.example", "https://us.example/j/token"),
        ("https://us.example", "https://US.example.:443/e/day/room"),
        ("https://us.example:8443", "https://us.example:8443/"),
        ("http://us.example", "https://us.example/j/token"),
    ],
)
def test_address_of_the_service_itself_is_refused(own, address):
    with pytest.raises(Rejected, match="personal links"):
        checked(address, own=own)


def test_other_servers_beside_the_service_are_not():
    own = "https://us.example"

    for other in ("https://us.example:8443/room", "https://meet.us.example/room"):
        assert checked(other, own=own) == other


def test_connection_of_links_leads_elsewhere():
    with pytest.raises(UnusableSetting) as refused:
        choose({"provider": "link", "url": "https://us.example/j/token"}, AROUND)

    assert refused.value.key == "url"


def test_refusal_names_the_character_and_what_to_write():
    with pytest.raises(Rejected) as refused:
        checked("https://rooms.example.org/a,b")

    assert str(refused.value) == (
        "The address of a room cannot hold ',' (character 28). Copy it from the "
        "browser's address bar; a comma is written %2C, a semicolon %3B, a blank %20."
    )


def test_comma_would_pass_without_the_guard(monkeypatch):
    monkeypatch.setattr(linking, "_UNFIT", re.compile(r"(?!)"))

    assert checked("https://rooms.example.org/a,b") == "https://rooms.example.org/a,b"


@given(st.text(max_size=60).map("https://rooms.example.org/".__add__) | st.text())
def test_any_address_is_kept_byte_for_byte_or_refused(address):
    try:
        kept = checked(address)
    except Rejected:
        return

    assert kept == address
    assert kept.isascii()
    assert not set(kept) & set(" ,;\r\n")


def test_unguessable_room_has_128_random_bits_and_is_new_each_time():
    rooms = {unguessable_room() for _ in range(100)}

    name = re.compile(r"https://meet\.jit\.si/[0-9a-f]{32,}")
    assert len(rooms) == 100
    assert all(name.fullmatch(checked(room)) for room in rooms)
    assert unguessable_room(host="rooms.example.org").startswith(
        "https://rooms.example.org/"
    )


async def test_connection_may_hold_the_address_of_its_only_room():
    provider = choose({"provider": "LINK", "url": ADDRESS}, AROUND)

    entry = await provider.entry(replace(PLACE, address=""), ADA)

    assert entry.url == ADDRESS


@pytest.mark.parametrize(
    ("settings", "key", "said"),
    [
        ({"provider": "telephone"}, "provider", "There is no video provider"),
        ({"url": "http://rooms.example.org"}, "url", "https://"),
        ({"presence": "often"}, "presence", "write page"),
    ],
)
def test_setting_with_which_no_room_can_be_had_is_named(settings, key, said):
    with pytest.raises(UnusableSetting, match=said) as refused:
        choose(settings, AROUND)

    assert refused.value.key == key


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://video.example.org/", "https://video.example.org"),
        ("https://video.example.org:8443/bbb", "https://video.example.org:8443/bbb"),
        ("http://127.0.0.1:7880", "http://127.0.0.1:7880"),
        ("http://video.example.org", None),
        ("video.example.org", None),
        ("https://me@video.example.org", None),
        ("https://video.example.org/?a=b", None),
        ("https://[video", None),
        ("https://video:port", None),
        ("", None),
    ],
)
def test_server_is_given_by_an_https_address_or_is_here(url, kept):
    if kept is None:
        with pytest.raises(UnusableSetting):
            server({"url": url}, "url")
    else:
        assert server({"url": url}, "url") == kept
