"""Rooms at their providers: the way in, who is there, what is kept."""

import asyncio
from dataclasses import replace

import pytest

from integrations.errors import Gone, Rejected, Unreachable
from integrations.sharing import Shared
from integrations.video.link import LinkProvider
from integrations.video.provider import Capabilities, Entry, Guest, Participant
from integrations.video.setup import UnusableSetting
from orchestrator.ids import RegistrantId
from orchestrator.rooms.errors import RoomNotSet, RoomSilent
from orchestrator.rooms.service import Rooms
from orchestrator.rooms.video import making, store
from orchestrator.rooms.video import service as video_service
from tests.orchestrator.attendance.made import ADA, EMMY, GRACE, HALL, room
from tests.orchestrator.attendance.stored import with_people
from tests.waiting import until
from tests.zoom_server import ZoomServer

PLACE = "https://video.example/salle"
GUEST = Guest(id=ADA, name="Ada")


class Server:
    """A provider that makes rooms, keeps something of each guest and lists them."""

    capabilities = Capabilities(
        presence=True, listing=True, keeps=True, stage=True, removal=True
    )

    def __init__(self):
        self.made, self.inside, self.speaking, self.gone = [], [], [], ()
        self.fails = None

    def leads(self, _place):
        return True

    async def ensure(self, place):
        self._answer()
        self.made.append(place.name)
        return f"number {len(self.made)}"

    async def entry(self, place, guest):
        self._answer()
        if place.reference in self.gone:
            raise Gone("there is no such room")
        number = guest.kept or f"{guest.id} at {place.reference}"
        self.inside.append(guest.id)
        return Entry(url=PLACE, kept=number)

    async def participants(self, _place):
        self._answer()
        return tuple(Participant(id=one) for one in self.inside)

    async def remove(self, _place, guest):
        self._answer()
        self.inside = [one for one in self.inside if one != guest.id]
        self.removed = guest.kept

    async def let_speak(self, _place, guest, *, speaks):
        self._answer()
        self.speaking = [*self.speaking, guest] if speaks else []

    def _answer(self):
        if self.fails is not None:
            raise self.fails


@pytest.fixture
async def event(database):
    return await with_people(database, [ADA], rooms=[room(HALL, "Hall")])


@pytest.fixture
def server(monkeypatch):
    one = Server()
    monkeypatch.setattr(video_service, "choose", lambda _settings, _around: one)
    return one


@pytest.fixture
def video(database, server):
    return Rooms(database, {}).video


@pytest.fixture
def hall():
    return room(HALL, "Hall")


async def test_a_room_of_which_only_the_address_is_known(database, event, hall):
    video, there = Rooms(database, {}).video, replace(hall, url=PLACE)

    assert (video.is_set(hall), video.is_set(there)) == (False, True)
    assert await video.way_in(event, there, GUEST) == Entry(url=PLACE)
    assert await video.present(event, there) is None
    with pytest.raises(RoomNotSet, match="Your seat is kept"):
        await video.way_in(event, hall, GUEST)


async def test_way_in_may_come_from_the_connection(database, event, hall):
    video = Rooms(database, {"main": {"provider": "link", "url": PLACE}}).video

    assert (await video.way_in(event, hall, GUEST)).url == PLACE


async def test_settings_of_no_use_lead_nowhere(database, event, hall, monkeypatch):
    def refuse(_settings, _around):
        raise UnusableSetting("url", "It is missing.")

    monkeypatch.setattr(video_service, "choose", refuse)
    video = Rooms(database, {}).video

    assert not video.is_set(hall)
    assert video.can(hall) == Capabilities()
    with pytest.raises(RoomNotSet):
        await video.way_in(event, hall, GUEST)


async def test_a_connection_of_that_name_cannot_be_taken_by_settings(database, hall):
    video = Rooms(database, {"rehearsal": {"url": PLACE}}).video

    assert video.on("rehearsal") == LinkProvider("https://rehearsal.invalid/", True)
    assert "rehearsal" not in video.names


async def test_who_is_listed_by_what_was_kept_of_him_is_recognised(
    event, hall, server, video
):
    kept = (await video.way_in(event, hall, GUEST)).kept
    listed = (
        Participant(id="7", mark=kept),
        Participant(id="8", mark="of the host"),
        Participant(id="9"),
    )

    async def participants(_place):
        return listed

    server.participants = participants

    there = await video.present(event, hall)

    assert [one.id for one in there] == [ADA, "8", "9"]


async def test_a_room_is_made_once_by_whoever_is_first(database, event, hall, server):
    one, other = Rooms(database, {}).video, Rooms(database, {}).video

    first = await one.place(event, hall)
    again = [await one.place(event, hall), await other.place(event, hall)]

    assert [server.made, first.reference] == [[HALL], "number 1"]
    assert again == [first, first]
    assert (first.name, first.title) == (HALL, f"{event.programme.title}, Hall")


async def test_of_two_that_make_a_room_at_once_the_first_counts(
    database, event, hall, server
):
    one, other = Rooms(database, {}).video, Rooms(database, {}).video
    ensure = server.ensure

    async def slowly(place):
        given = await ensure(place)
        if len(server.made) == 1:
            await other.place(event, hall)
        return given

    server.ensure = slowly

    place = await one.place(event, hall)

    assert len(server.made) == 2
    assert place == await other.place(event, hall)
    assert place.reference == "number 2"


async def test_of_two_that_make_a_room_anew_the_first_counts(
    database, event, hall, server
):
    one, other = Rooms(database, {}).video, Rooms(database, {}).video
    for video in (one, other):
        await video.place(event, hall)
    server.gone, ensure = ("number 1",), server.ensure

    async def slowly(place):
        given = await ensure(place)
        if len(server.made) == 2:
            await other.way_in(event, hall, GUEST)
        return given

    server.ensure = slowly

    entry = await one.way_in(event, hall, replace(GUEST, kept=""))

    assert len(server.made) == 3
    assert entry.kept == f"{ADA} at number 3"
    assert await one.place(event, hall) == await other.place(event, hall)


async def test_provider_that_loses_each_room_is_not_filled_with_rooms(
    video, event, hall, server
):
    server.gone = [f"number {number}" for number in range(1, 9)]

    for _ in range(3):
        with pytest.raises(RoomSilent):
            await video.way_in(event, hall, GUEST)

    assert len(server.made) == 2


@pytest.fixture
async def zoom(aiohttp_server):
    return await ZoomServer().started(aiohttp_server)


async def test_meeting_that_zoom_has_no_more_is_made_anew_for_all(database, hall, zoom):
    people = [ADA, GRACE, EMMY]
    event = await with_people(database, people, rooms=[hall])
    ada, *others = (Guest(id=one, name=one) for one in people)
    one, other = (Rooms(database, {"main": zoom.settings}).video for _ in range(2))
    try:
        former = await one.way_in(event, hall, ada)
        await other.place(event, hall)
        zoom.meetings.clear()

        entries = await asyncio.gather(
            *(one.way_in(event, hall, guest) for guest in others)
        )
        entries += [await each.way_in(event, hall, ada) for each in (one, other)]
    finally:
        await one.close()
        await other.close()

    ((number, meeting),) = zoom.meetings.items()
    assert {one.url for one in entries} == {one.url for one in meeting.everybody}
    assert former not in entries
    assert (await other.find("main", str(number))).id == HALL


async def test_what_is_kept_of_a_guest_is_given_back(video, database, event, hall):
    first = await video.way_in(event, hall, GUEST)
    later = await Rooms(database, {}).video.way_in(event, hall, GUEST)

    assert first.kept == later.kept == f"{ADA} at number 1"


async def test_what_was_kept_by_a_revoked_link_is_ended_before_another(
    video, database, event, hall, server
):
    first = await video.way_in(event, hall, GUEST)
    async with database.transaction() as session:
        await store.keep(session, HALL, "main", ADA, "leaked", 1)

    server.fails = Unreachable("it does not answer")
    with pytest.raises(RoomSilent):
        await video.way_in(event, hall, GUEST, version=2)
    server.fails = None
    entry = await video.way_in(event, hall, GUEST, version=2)

    assert (server.removed, entry.kept) == ("leaked", first.kept)
    assert (await video.way_in(event, hall, GUEST, version=2)).kept == entry.kept


async def test_what_he_got_meanwhile_is_not_forgotten_with_what_was_ended(
    video, database, event, hall, server, monkeypatch
):
    await video.way_in(event, hall, GUEST)
    honest = server.remove

    async def overtaken(place, guest):
        await honest(place, guest)
        async with database.transaction() as session:
            await store.keep(session, HALL, "main", ADA, "newer", 2)

    monkeypatch.setattr(server, "remove", overtaken)
    await video.put_out(event, hall, ADA)

    async with database.transaction() as session:
        assert await store.kept(session, HALL, "main", ADA) == ("newer", 2)


async def test_an_older_link_does_not_replace_what_a_newer_one_got(
    video, database, event, hall
):
    await video.way_in(event, hall, GUEST, version=2)

    async with database.transaction() as session:
        await store.keep(session, HALL, "main", ADA, "late", 1)
        kept = await store.kept(session, HALL, "main", ADA)

    assert kept == (f"{ADA} at number 1", 2)


async def test_a_provider_that_fails_costs_nothing(video, event, hall, server):
    for failure in (Unreachable("it does not answer"), Rejected("it refuses")):
        server.fails = failure

        with pytest.raises(RoomSilent, match="Your seat is kept"):
            await video.way_in(event, hall, GUEST)
        with pytest.raises(RoomSilent):
            await video.present(event, hall)
        assert not await video.put_out(event, hall, RegistrantId(ADA))

    server.fails = None
    assert (await video.way_in(event, hall, GUEST)).url == PLACE
    assert server.made == [HALL]


class Hanging(Server):
    """It answers nothing until ``fails`` is set, or it ``wakes``; ``asked`` counts."""

    capabilities = Capabilities()

    def __init__(self):
        super().__init__()
        self.asked, self.wakes = 0, asyncio.Event()

    async def ensure(self, place):
        self.asked += 1
        await self.wakes.wait()
        return await super().ensure(place)


@pytest.fixture
async def hanging(monkeypatch):
    one = Hanging()
    monkeypatch.setattr(video_service, "choose", lambda _settings, _around: one)
    return one


@pytest.mark.parametrize(("shares", "questions"), [(True, 1), (False, 20)])
async def test_all_at_the_door_of_a_silent_provider_are_told_by_one_question(
    database, event, hall, hanging, monkeypatch, shares, questions
):
    """Else the last of 600 would wait until 599 questions before his had failed."""
    if not shares:
        monkeypatch.setattr(Shared, "of", lambda _self, _key, ask: ask())
    video = Rooms(database, {}).video
    pressed = [asyncio.create_task(video.way_in(event, hall, GUEST)) for _ in range(20)]
    await until(lambda: hanging.asked == questions)
    hanging.fails = Unreachable("it does not answer")

    hanging.wakes.set()
    told = await asyncio.gather(*pressed, return_exceptions=True)

    assert set(map(type, told)) == {RoomSilent}
    assert hanging.asked == questions


async def test_provider_that_never_answers_keeps_nobody_at_the_door(
    database, event, hall, hanging, monkeypatch
):
    """What they began goes on, and lets in who comes later."""
    video = Rooms(database, {}).video
    with monkeypatch.context() as patched:
        patched.setattr(video_service, "_SECONDS_AT_THE_DOOR", 0.05)
        for _ in range(2):
            with pytest.raises(RoomSilent, match="Your seat is kept"):
                await video.way_in(event, hall, GUEST)

    hanging.wakes.set()

    assert (await video.way_in(event, hall, GUEST)).url == PLACE
    assert hanging.asked == 1


async def test_room_that_is_not_made_in_time_is_asked_for_anew(
    database, event, hall, hanging, monkeypatch
):
    video = Rooms(database, {}).video
    with monkeypatch.context() as patched:
        patched.setattr(making, "_SECONDS_TO_MAKE", 0.05)
        with pytest.raises(RoomSilent):
            await video.place(event, hall)
    hanging.wakes.set()

    place = await video.place(event, hall)

    assert place.reference == "number 1"


async def test_who_is_there_and_who_is_put_out(video, event, hall, server):
    entry = await video.way_in(event, hall, GUEST)
    before = await video.present(event, hall)

    assert before == (Participant(id=ADA),)
    assert await video.put_out(event, hall, RegistrantId(ADA))
    assert await video.present(event, hall) == ()
    assert server.removed == entry.kept


async def test_floor_goes_to_where_it_can_be_given(video, event, hall, server):
    assert await video.let_speak(event, hall, RegistrantId(ADA), speaks=True)
    assert server.speaking == [ADA]

    server.capabilities, server.speaking = Capabilities(), []
    assert await video.let_speak(event, hall, RegistrantId(ADA), speaks=True)
    assert server.speaking == []


async def test_a_provider_names_a_room_by_our_name_or_by_its_own(
    video, event, hall, server
):
    await video.place(event, hall)

    found = [await video.find("main", word) for word in (HALL, "number 1", "x", "")]

    assert [one and one.id for one in found] == [HALL, HALL, None, None]
    assert await video.find("other", HALL) is None
