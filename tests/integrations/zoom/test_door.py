"""One registration for each guest, and what is kept of it."""

import asyncio
import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.errors import Rejected, Unreachable
from integrations.video.provider import Entry, Guest, Place, Role
from integrations.video.zoom import provider as providing
from integrations.video.zoom.guests import Addresses, Kept, names

ADA = Guest(id="2bcdfghjkmnp", name="Ada Lovelace")
GRACE = Guest(id="3bcdfghjkmnp", name="Grace Hopper", role=Role.CHAIR, speaks=True)
ADDRESS = "2bcdfghjkmnp@people.meeting.example"


@pytest.fixture
async def stage(zoom, connect):
    """A webinar: provider, place, and what Zoom has."""
    provider = connect(kind="webinar")
    place = Place(name="stage", title="Stage", capacity=600)
    place = replace(place, reference=await provider.ensure(place))
    return provider, place, zoom.meetings[int(place.reference)]


async def test_zoom_is_given_our_id_instead_of_an_address(zoom, provider, hall):
    await provider.entry(hall, ADA)

    assert zoom.calls[-1] == ("POST", f"meetings/{hall.reference}/registrants")
    assert zoom.asked[-1][2] == {
        "email": ADDRESS,
        "first_name": "Ada",
        "last_name": "Lovelace",
        "auto_approve": True,
    }


async def test_guest_with_a_link_is_registered_no_more(zoom, provider, hall):
    first = await provider.entry(hall, ADA)
    before = len(zoom.calls)

    again = await provider.entry(hall, replace(ADA, name="Ada", kept=first.kept))

    assert (again, len(zoom.calls)) == (first, before)
    assert first.kept == json.dumps(json.loads(first.kept), separators=(",", ":"))
    assert first.url.startswith("https://zoom.example/w/")


async def test_guest_whose_link_was_not_kept_has_the_same_again(provider, hall):
    first = await provider.entry(hall, ADA)

    assert await provider.entry(hall, ADA) == first


async def test_link_of_another_meeting_is_of_no_use(provider, hall):
    other = replace(hall, name="other", reference="")
    other = replace(other, reference=await provider.ensure(other))
    kept = (await provider.entry(hall, ADA)).kept

    entry = await provider.entry(other, replace(ADA, kept=kept))

    assert f"/w/{other.reference}?" in entry.url


@given(st.text() | st.recursive(st.none() | st.text(), st.lists).map(json.dumps))
def test_what_was_not_kept_by_us_is_nothing(kept):
    assert Kept.read(kept, "81234567890") is None


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Ada Lovelace", ("Ada", "Lovelace")),
        ("Ada\tKing  Lovelace\x00", ("Ada", "King Lovelace")),
        ("Ada", ("Ada", "")),
        ("", ("2bcdfghjkmnp", "")),
        ("\x00\u202e", ("2bcdfghjkmnp", "")),
        ("<b>Ada</b> é 😀", ("<b>Ada</b>", "é 😀")),
        ("a" * 100 + " " + "b" * 100, ("a" * 64, "b" * 64)),
    ],
)
def test_name_is_shown_in_two_parts(name, shown):
    assert names(replace(ADA, name=name)) == shown


async def test_rush_asks_zoom_for_eight_at_once(zoom, provider, hall, monkeypatch):
    monkeypatch.setattr(providing, "_SECONDS_AT_THE_DOOR", 60)
    zoom.pause = 0.01
    guests = [Guest(id=f"g{n}", name="Somebody") for n in range(100)]

    entries = await asyncio.gather(*(provider.entry(hall, one) for one in guests))

    assert len({one.url for one in entries}) == 100
    assert zoom.most_at_once == 8


async def test_without_turns_everybody_asks_at_once(zoom, connect, hall, monkeypatch):
    """The twin of the test above."""
    monkeypatch.setattr(providing, "_TURNS", 1000)
    monkeypatch.setattr(providing, "_SECONDS_AT_THE_DOOR", 60)
    zoom.pause = 0.05
    provider = connect()
    guests = [Guest(id=f"g{n}", name="Somebody") for n in range(40)]

    await asyncio.gather(*(provider.entry(hall, one) for one in guests))

    assert zoom.most_at_once > 8


async def test_who_would_wait_too_long_is_told(zoom, provider, hall, monkeypatch):
    """The first have their answers after half a second, the last would after four."""
    monkeypatch.setattr(providing, "_SECONDS_AT_THE_DOOR", 3)
    zoom.pause = 0.5
    guests = [Guest(id=f"g{n}", name="Somebody") for n in range(60)]

    tries = [provider.entry(hall, one) for one in guests]
    ends = await asyncio.gather(*tries, return_exceptions=True)

    assert {type(one) for one in ends} == {Entry, Unreachable}


async def test_limit_of_a_second_is_waited_for(zoom, provider, hall):
    zoom.refusals = [(429, {"Retry-After": "0"}), (429, {"Retry-After": "0.1"})]

    assert (await provider.entry(hall, ADA)).url


@pytest.mark.parametrize("until", ["60", "2026-11-27T00:00:00Z", "soon"])
async def test_longer_limit_is_told_at_once(zoom, provider, hall, until):
    zoom.refusals = [(429, {"Retry-After": until})] * 3

    with pytest.raises(Unreachable):
        await provider.entry(hall, ADA)

    assert len(zoom.refusals) == 2


async def test_registering_is_limited_to_three_a_day_so_links_are_kept(provider, hall):
    kept = [(await provider.entry(hall, ADA)).kept for _ in range(3)]

    with pytest.raises(Unreachable):
        await provider.entry(hall, ADA)
    assert (await provider.entry(hall, replace(ADA, kept=kept[0]))).kept == kept[0]


async def test_account_that_approves_by_hand_is_told(provider, hall, zoom):
    waiting = b'{"registrant_id": "r1", "id": 81234567890}'

    async with zoom.saying(waiting, 201):
        with pytest.raises(Rejected, match="approval"):
            await provider.entry(hall, ADA)


@pytest.mark.parametrize("url", ["", "javascript:alert(1)", "http://zoom.us/w/1"])
async def test_only_an_address_is_a_link(provider, hall, zoom, url):
    body = json.dumps({"registrant_id": "r1", "join_url": url}).encode()

    async with zoom.saying(body, 201):
        with pytest.raises(Rejected):
            await provider.entry(hall, ADA)


async def test_chair_of_a_meeting_has_a_link_like_everybodys(provider, hall, meeting):
    entry = await provider.entry(hall, GRACE)

    (registrant,) = meeting.people.values()
    assert entry.url == registrant.url
    assert "zak" not in entry.url


async def test_who_speaks_in_a_webinar_is_a_panelist(stage):
    provider, place, webinar = stage

    listening = await provider.entry(place, ADA)
    speaking = await provider.entry(
        place, replace(ADA, speaks=True, kept=listening.kept)
    )
    afterwards = await provider.entry(place, replace(ADA, kept=speaking.kept))

    assert listening.url == webinar.people[ADDRESS].url
    assert speaking.url == afterwards.url == webinar.panel[ADDRESS].url


async def test_panelist_whose_link_was_not_kept_is_not_invited_again(stage, zoom):
    provider, place, _ = stage
    first = await provider.entry(place, GRACE)
    before = len(zoom.calls)

    assert await provider.entry(place, GRACE) == first
    assert zoom.calls[before:] == [("GET", f"webinars/{place.reference}/panelists")]


async def test_links_of_who_is_removed_lead_nobody_in(stage):
    provider, place, webinar = stage
    kept = (await provider.entry(place, ADA)).kept
    kept = (await provider.entry(place, replace(ADA, speaks=True, kept=kept))).kept

    await provider.remove(place, replace(ADA, kept=kept))

    assert webinar.people[ADDRESS].status == "cancelled"
    assert webinar.panel == {}


async def test_who_is_removed_stays_where_he_is_in(zoom, provider, hall, meeting):
    entry = await provider.entry(hall, ADA)
    zoom.come(entry.url)

    await provider.remove(hall, replace(ADA, kept=entry.kept))

    assert [one.email for one in meeting.inside] == [ADDRESS]
    with pytest.raises(AssertionError, match="nobody in"):
        zoom.come(entry.url)


async def test_who_is_let_in_again_has_another_link(zoom, provider, hall):
    entry = await provider.entry(hall, ADA)
    await provider.remove(hall, replace(ADA, kept=entry.kept))

    again = await provider.entry(hall, ADA)

    assert again.url != entry.url
    zoom.come(again.url)


async def test_link_that_was_not_kept_is_cancelled_by_its_address(
    provider, hall, meeting
):
    await provider.entry(hall, ADA)

    await provider.remove(hall, ADA)

    assert meeting.people[ADDRESS].status == "cancelled"


@pytest.mark.parametrize("code", [4711, 300])
async def test_cancelling_that_did_not_work_is_told(zoom, provider, hall, code):
    kept = (await provider.entry(hall, ADA)).kept
    refused = json.dumps({"code": code, "message": "no"}).encode()

    async with zoom.saying(refused, 400):
        with pytest.raises(Rejected, match=f"code {code}"):
            await provider.remove(hall, replace(ADA, kept=kept))


async def test_cancelling_again_changes_nothing(provider, hall, meeting):
    kept = (await provider.entry(hall, ADA)).kept
    meeting.people.clear()

    await provider.remove(hall, replace(ADA, kept=kept))


async def test_panelist_whom_zoom_does_not_list_is_told(stage, zoom):
    provider, place, _ = stage

    async with zoom.saying(b'{"panelists": [{"email": "other@example.org"}, 7]}'):
        with pytest.raises(Rejected, match="panelist"):
            await provider.entry(place, GRACE)


@pytest.mark.parametrize(
    ("address", "guest"),
    [
        (ADDRESS, "2bcdfghjkmnp"),
        ("2bcdfghjkmnp@PEOPLE.meeting.example", "2bcdfghjkmnp"),
        ("2bcdfghjkmnp@meeting.example", ""),
        ("2bcdfghjkmnp@evil.example@people.meeting.example.org", ""),
        ("ada@example.org", ""),
        ("people.meeting.example", ""),
        ("", ""),
    ],
)
def test_addresses_of_others_are_no_guests(address, guest):
    assert Addresses("people.meeting.example").guest(address) == guest
