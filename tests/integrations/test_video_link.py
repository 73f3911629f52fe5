"""A room of which only the address is known."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.errors import Rejected
from integrations.video import link as linking
from integrations.video.choose import choose
from integrations.video.link import checked, link, unguessable_room
from integrations.video.provider import Capabilities, Guest, Role

ADDRESS = "https://rooms.example.org/l/19%3ameeting?context=%7b%22a%22%7d#config"
ADA = Guest(id="reg-7", name="Ada")


async def test_every_guest_is_given_the_address_as_it_was_pasted():
    provider = choose({"provider": "link"}, address=ADDRESS)

    assert await provider.entry(ADA) == ADDRESS
    assert await provider.entry(Guest(id="x", name="", role=Role.CHAIR)) == ADDRESS


def test_link_promises_nothing_it_cannot_do():
    nothing = Capabilities(presence=False, stage=False, removal=False, recording=False)

    assert link(ADDRESS).capabilities == nothing


async def test_link_lists_nobody():
    assert await link(ADDRESS).participants() == ()


def test_address_is_not_printed_with_the_provider():
    assert "rooms.example.org" not in repr(link(ADDRESS))


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
    provider = choose({"provider": "LINK", "url": ADDRESS})

    assert await provider.entry(ADA) == ADDRESS


@pytest.mark.parametrize(
    ("connection", "said"),
    [
        ({"provider": "link"}, "needs the address of the room"),
        ({}, "needs the address of the room"),
        ({"provider": "telephone"}, "There is no video provider 'telephone'"),
        ({"url": "http://rooms.example.org"}, "https://"),
    ],
)
def test_connection_that_leads_to_no_room_is_refused(connection, said):
    with pytest.raises(Rejected, match=said):
        choose(connection)
