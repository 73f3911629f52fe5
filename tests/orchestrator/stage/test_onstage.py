"""Providers are told who has the floor: by who pressed, at once, whatever they answer."""

import asyncio
from dataclasses import replace
from time import monotonic

import pytest

from integrations.errors import Unreachable
from integrations.video.provider import Capabilities, Participant
from orchestrator.admission.model import Visitor
from orchestrator.app import wire
from orchestrator.database import Database
from orchestrator.ids import RegistrantId
from orchestrator.rooms.video import service as video_service
from orchestrator.stage.floor import onstage as onstage_module
from orchestrator.stage.schemas import Finish, Next
from orchestrator.web.runner import beside
from tests.orchestrator.app_client import (
    CHAIR,
    DANA,
    INSTALL,
    ORGANISER,
    SPEAKER,
    settings,
)
from tests.orchestrator.pages.made_up import at
from tests.orchestrator.stage.people import meeting
from tests.waiting import until

INVITED = 9
"""The talk of ``SPEAKER``, by its place in the day."""


class Server:
    """A provider that takes the right to speak; ``told`` is all that it took."""

    capabilities = Capabilities(presence=True, listing=True, stage=True)

    def __init__(self):
        self.inside, self.told, self.tries = [], [], 0
        self.fails = 0
        self.listed = 0

    def leads(self, _place):
        return True

    async def participants(self, _place):
        self.listed += 1
        return tuple(self.inside)

    async def let_speak(self, _place, guest, *, speaks):
        self.tries += 1
        if self.fails:
            self.fails -= 1
            raise Unreachable("it does not answer")
        self.told.append((guest, speaks))

    def last(self, who):
        """What it was told last of somebody."""
        return next((one for guest, one in self.told[::-1] if guest == who), None)


@pytest.fixture
def server(monkeypatch):
    one = Server()
    monkeypatch.setattr(video_service, "choose", lambda _settings, _around: one)
    return one


@pytest.fixture
async def day(database, tmp_path, server):
    """At 16:30, its workers running."""
    day = await meeting(database, tmp_path, now=at(16, 30))
    onstage = day.services.onstage
    day.services.stage.tell(onstage.pressed)
    onstage._pauses = (0.01, 0.01, 0.01)
    await day.services.clock.measure(database)
    async with beside(onstage.run()):
        yield day


@pytest.fixture
def press(day):
    async def pressed(action=None, services=None):
        services = services or day.services
        event = await services.programmes.find(day.event.slug)
        session = event.timetable.sessions[1].session.id
        who = await day.who(CHAIR)
        await services.stage.act(event, session, action or Next(do="next"), by=who)

    return pressed


@pytest.fixture
async def room(day):
    (room,) = await day.services.rooms.of(day.event)
    return room


@pytest.fixture
async def speaker(day):
    return (await day.who(SPEAKER)).registrant


def is_quiet(day):
    """Whether nothing is left to be told."""
    onstage = day.services.onstage
    at_work = (onstage._pressed, onstage._looking, onstage._due, onstage._going)
    return not any(at_work)


def index(day):
    """How many presses bring the invited talk on."""
    second = day.event.timetable.sessions[1]
    ids = [slot.talk.id for slot in second.slots]
    return ids.index(day.talk(INVITED)) + 1


@pytest.fixture
def brought_on(day, press, server, speaker):
    """The invited speaker is on."""

    async def bring():
        for _ in range(index(day)):
            await press()
        await until(lambda: server.last(speaker) is True and is_quiet(day))

    return bring


async def test_next_gives_the_floor_and_takes_it_within_a_second(
    day, press, server, speaker, brought_on
):
    await brought_on()
    began = monotonic()
    await press()
    await until(lambda: server.last(speaker) is False)

    assert monotonic() - began < 1


async def test_press_does_not_wait_for_the_provider(day, press, server, monkeypatch):
    reached = asyncio.Event()

    async def silent(_place, _guest, *, speaks):
        reached.set()
        await asyncio.Event().wait()

    monkeypatch.setattr(server, "let_speak", silent)

    async with asyncio.timeout(2):
        await press()
        await press()
        await reached.wait()


async def test_provider_that_fails_is_told_again_what_is_true_by_then(
    day, press, server, speaker, brought_on
):
    await brought_on()
    server.fails = 2
    server.told.clear()

    await press(Finish(do="finish"))
    await until(lambda: server.last(speaker) is False)

    assert (speaker, True) not in server.told


async def test_tries_end_and_the_list_mends_it(
    day, room, press, server, speaker, brought_on
):
    await brought_on()
    server.fails, server.tries = 4, 0
    await press(Finish(do="finish"))
    await until(lambda: server.tries == 4 and is_quiet(day))
    assert server.last(speaker) is True

    listed = [Participant(id=speaker, speaks=True)]
    await day.services.onstage.heard(day.event, room, listed)
    await until(lambda: server.last(speaker) is False)


async def test_list_that_is_right_changes_nothing(day, room, press, server, brought_on):
    await brought_on()
    onstage, floors = day.services.onstage, day.services.floors
    event = await day.services.programmes.find(day.event.slug)
    speaking = await floors.speaking(event, room)
    server.told.clear()

    listed = [Participant(id=one, speaks=True) for one in speaking]
    others = [Participant(id="listener", speaks=False), Participant(id="untold")]
    await onstage.heard(event, room, [*listed, *others])

    assert (server.told, onstage._due) == ([], set())


async def test_who_comes_with_a_right_that_is_over_loses_it(day, room, server):
    onstage, who = day.services.onstage, (await day.who(DANA)).registrant

    for speaks in (None, False):
        await onstage.check(day.event, room, who, speaks)
    assert is_quiet(day)
    await onstage.check(day.event, room, who, True)

    await until(lambda: server.told == [(who, False)])


async def test_hand_that_is_given_the_floor_speaks_until_its_owner_leaves(
    day, room, server
):
    services, who = day.services, await day.who(DANA)
    now = services.programmes.now(day.event)
    visitor = Visitor(registrant=who.registrant, version=who.version)
    await services.admission.enter(day.event, visitor, now)
    await services.floors.raise_hand(day.event, room, who)
    chair = await day.who(ORGANISER)

    await services.floors.give(day.event, room, who.registrant, chair)
    await until(lambda: server.last(who.registrant) is True)
    await services.admission.leave(day.event, who.registrant, now)
    await until(lambda: server.last(who.registrant) is False)

    assert await services.floors.hands(day.event) == ()


async def test_first_press_of_a_process_asks_who_has_the_floor(
    day, press, server, speaker
):
    """Another one may have given it, and be gone."""
    server.inside = [Participant(id=speaker, speaks=True)]

    await press()
    await until(lambda: server.last(speaker) is False)
    listed = server.listed
    await press()
    await until(lambda: is_quiet(day))

    assert (listed, server.listed) == (1, 1)


async def test_of_two_processes_the_one_that_pressed_tells(
    day, database, tmp_path, press, server, speaker, brought_on
):
    await brought_on()
    other = Database(database.url)
    services = wire(settings(database.url, tmp_path), other, INSTALL)
    server.told.clear()
    try:
        services.stage.tell(services.onstage.pressed)
        await services.programmes.begin()
        async with beside(services.onstage.run()):
            await press(Finish(do="finish"))
            await until(lambda: server.last(speaker) is False)
            await services.programmes.look()
            await until(lambda: not services.onstage._going)
    finally:
        await services.rooms.video.close()
        await other.close()

    assert server.told.count((speaker, False)) == 1


async def test_room_whose_provider_takes_no_right_is_told_nothing(
    day, room, press, server, speaker
):
    server.capabilities = Capabilities(presence=True, listing=True)

    await press()
    await day.services.onstage.heard(
        day.event, room, [Participant(id=speaker, speaks=False)]
    )
    await day.services.onstage.check(day.event, room, speaker, False)
    await until(lambda: is_quiet(day))

    assert (server.tries, server.listed) == (0, 0)


async def test_fault_at_a_press_is_made_good_soon(
    day, press, server, speaker, brought_on, monkeypatch
):
    onstage = day.services.onstage
    find, failed = onstage._find, []

    async def fails_first(slug):
        if not failed:
            failed.append(slug)
            raise ZeroDivisionError("a bug")
        return await find(slug)

    monkeypatch.setattr(onstage, "_find", fails_first)
    await brought_on()

    assert failed == [day.event.slug]


async def test_person_of_a_room_that_has_gone_is_told_of_to_nobody(day, server, room):
    onstage = day.services.onstage
    gone = replace(room, id="gone")

    await onstage.check(day.event, gone, RegistrantId("x"), True)
    await until(lambda: is_quiet(day))

    assert server.told == []


def test_pauses_are_over_before_the_next_list():
    assert sum(onstage_module.PAUSES) * 1.25 < 30
