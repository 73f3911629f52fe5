"""Rooms at Zoom, against a server that refuses what Zoom refuses."""

from dataclasses import replace
from datetime import timedelta

import pytest

from integrations.errors import Rejected
from integrations.video.provider import Capabilities, Guest, Participant, Place
from integrations.video.zoom import rooms as zoom_rooms
from tests.contracts.video import VideoContract
from tests.zoom_server import HOOK_SECRET, SECRET, now

PLACE = Place(name="hall", title="Hall A", capacity=600)
ADA = Guest(id="2bcdfghjkmnp", name="Ada Lovelace")


class Bench:
    """A room, and people's Zoom."""

    secrets = (SECRET, HOOK_SECRET)
    asks = True

    def __init__(self, zoom, provider, place):
        self.zoom, self.provider, self.place = zoom, provider, place
        self.deliveries = zoom.deliveries
        self.sign, self.saying, self.silent = zoom.sign, zoom.saying, zoom.silent
        self.wire = provider.calls._wire
        self._links = {}

    async def come(self, guest, entry):
        self._links[guest.id] = entry.url
        self.zoom.come(entry.url)

    async def go(self, guest):
        self.zoom.go(self._links[guest.id])

    def forgeries(self, one):
        signature, timestamp = "x-zm-signature", "x-zm-request-timestamp"
        signed = one.headers[signature]
        yield replace(one, body=one.body + b" ")
        yield self.sign(one.body, secret="another secret")
        yield self.sign(one.body, secret="")
        yield replace(one, headers={})
        yield changed(one, signature, "")
        yield changed(one, signature, "v0=")
        yield changed(one, signature, signed.removeprefix("v0="))
        yield changed(one, signature, signed.upper())
        yield changed(one, signature, "v0=\udce9")
        yield changed(one, timestamp, str(int(now().timestamp()) + 1))
        yield changed(one, timestamp, "")
        old = self.sign(one.body, moment=one.received - timedelta(hours=1))
        yield replace(old, received=one.received)


def changed(delivery, header, value):
    return replace(delivery, headers={**delivery.headers, header: value})


class TestMeeting(VideoContract):
    @pytest.fixture
    def bench(self, zoom, provider, hall):
        return Bench(zoom, provider, hall)


class TestListedMeeting(VideoContract):
    @pytest.fixture
    async def bench(self, zoom, connect):
        provider = connect(dashboard="yes")
        reference = await provider.ensure(PLACE)
        return Bench(zoom, provider, replace(PLACE, reference=reference))


class TestWebinar(VideoContract):
    @pytest.fixture
    async def bench(self, zoom, connect):
        provider = connect(kind="webinar", dashboard="yes")
        reference = await provider.ensure(PLACE)
        return Bench(zoom, provider, replace(PLACE, reference=reference))


def test_nothing_is_promised_that_zoom_cannot_do(connect):
    told = Capabilities(presence=True, recording=True, keeps=True)

    assert connect().capabilities == told
    assert connect(dashboard="yes").capabilities == replace(told, listing=True)
    assert connect(kind="webinar").capabilities == replace(told, recording=False)
    assert connect(webhook_secret="").capabilities == replace(told, presence=False)


async def test_room_is_open_from_now_on_and_zoom_writes_to_nobody(provider, meeting):
    assert meeting.topic == "Hall A"
    expected = {
        "join_before_host": True,
        "waiting_room": False,
        "close_registration": False,
        "registrants_confirmation_email": False,
        "registrants_email_notification": False,
        "allow_multiple_devices": False,
        "auto_recording": "none",
    }
    assert expected.items() <= meeting.settings.items()
    assert "alternative_hosts" not in meeting.settings


async def test_room_may_have_other_hosts(zoom, connect):
    number = await connect(hosts="a@lab.example, b@lab.example").ensure(PLACE)

    settings = zoom.meetings[int(number)].settings
    assert settings["alternative_hosts"] == "a@lab.example;b@lab.example"


@pytest.mark.parametrize("title", ["", "\x00\u202e"])
async def test_room_without_a_title_has_a_name(zoom, provider, title):
    number = await provider.ensure(replace(PLACE, title=title))

    assert zoom.meetings[int(number)].topic == "hall"


async def test_room_that_was_made_is_not_asked_for(zoom, provider, hall):
    before = zoom.calls

    assert await provider.ensure(hall) == hall.reference
    assert zoom.calls == before


async def test_who_finds_zooms_own_registration_waits_there(zoom, hall):
    assert zoom.register_past_us(hall.reference, "stranger@example.org") == ""


async def test_with_automatic_approval_he_would_have_a_link(zoom, connect, monkeypatch):
    monkeypatch.setitem(zoom_rooms._COMMON, "approval_type", 0)
    meeting = zoom_rooms._SETTINGS[zoom_rooms.Kind.MEETING]
    monkeypatch.setitem(meeting, "approval_type", 0)

    number = await connect().ensure(PLACE)

    assert zoom.register_past_us(number, "stranger@example.org")


async def test_everybody_is_listed_however_many_pages_there_are(zoom, connect):
    provider = connect(dashboard="yes")
    place = replace(PLACE, reference=await provider.ensure(PLACE))
    zoom.page = 2
    for n in range(5):
        entry = await provider.entry(place, Guest(id=f"g{n}", name=f"Guest {n}"))
        zoom.come(entry.url)

    assert await provider.participants(place) == tuple(
        Participant(id=f"g{n}", name=f"Guest {n}") for n in range(5)
    )


async def test_who_came_another_way_is_listed_by_zooms_number(zoom, connect):
    provider = connect(dashboard="yes")
    place = replace(PLACE, reference=await provider.ensure(PLACE))
    zoom.come_otherwise(place.reference, "host@lab.example")

    (host,) = await provider.participants(place)

    assert host.id == zoom.meetings[int(place.reference)].inside[0].user_id


async def test_plan_that_does_not_list_is_not_taken_for_an_empty_room(provider, hall):
    with pytest.raises(Rejected, match="dashboard=yes"):
        await provider.participants(hall)


async def test_end_puts_everybody_out(zoom, provider, hall, meeting):
    zoom.come((await provider.entry(hall, ADA)).url)

    await provider.end(hall)
    await provider.end(hall)

    assert meeting.inside == []


async def test_end_that_the_app_may_not_is_told(zoom, provider, hall):
    lacking = (
        b'{"code": 4711, "message": "Invalid access token, does not contain scopes"}'
    )

    async with zoom.saying(lacking, 400):
        with pytest.raises(Rejected, match="code 4711"):
            await provider.end(hall)


async def test_room_without_a_number_is_none(zoom, provider):
    await provider.ensure(replace(PLACE, name="first"))

    async with zoom.saying(b'{"id": true}', 201):
        with pytest.raises(Rejected):
            await provider.ensure(PLACE)


async def test_room_that_was_never_made_is_asked_about_nowhere(zoom, connect):
    provider = connect(dashboard="yes")

    await provider.end(PLACE)
    await provider.remove(PLACE, ADA)

    assert await provider.participants(PLACE) == ()
    assert zoom.calls == []


async def test_refused_listing_is_not_taken_for_an_empty_room(zoom, connect):
    provider = connect(dashboard="yes")
    place = replace(PLACE, reference=await provider.ensure(PLACE))
    no_plan = b'{"code": 200, "message": "Only available for Business accounts"}'

    async with zoom.saying(no_plan, 400):
        with pytest.raises(Rejected):
            await provider.participants(place)


async def test_listing_without_an_end_is_ended(zoom, connect):
    provider = connect(dashboard="yes")
    place = replace(PLACE, reference=await provider.ensure(PLACE))
    one = b'{"participants": [{"user_id": "1"}], "next_page_token": "again"}'

    async with zoom.saying(one):
        assert len(await provider.participants(place)) == 20


def test_people_can_always_be_led_there(provider):
    assert provider.leads(PLACE)
    assert provider.published == {}
