"""Providers are told who has the floor: by who pressed, at once, whatever they answer."""

import asyncio
from dataclasses import replace

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
from tests.waiting import PATIENCE, until

FIRST = "speaker7@lab.example"
"""Who speaks first in the session."""

HOUR = 3600.0

INVITED = 9
"""The talk of ``SPEAKER``, by its place in the day."""


class Server:
    """A provider that takes the right to speak; ``told`` is all that it took."""

    capabilities = Capabilities(presence=True, listing=True, stage=True)

    def __init__(self):
        self.inside, self.told, self.tries = [], [], 0
        self.fails = self.hides = 0
        self.listed = 0

    def leads(self, _place):
        return True

    async def participants(self, _place):
        self.listed += 1
        if self.hides:
            self.hides -= 1
            raise Unreachable("it does not answer")
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
        # Nobody is interrupted while he asks the database.
        await until(lambda: is_quiet(day.services))


@pytest.fixture
async def other(day, database, tmp_path):
    """Another process of the same service, its workers running."""
    own = Database(database.url)
    services = wire(settings(database.url, tmp_path), own, INSTALL)
    services.stage.tell(services.onstage.pressed)
    await services.programmes.begin()
    await services.news.look()
    # As if it followed what others store, and its next look were far away.
    services.programmes._watching = True
    async with beside(services.onstage.run()):
        yield services
        await until(lambda: is_quiet(services))
    await services.rooms.video.close()
    await own.close()


@pytest.fixture
def press(day):
    async def pressed(action=None, services=None):
        services = services or day.services
        await services.programmes.look()
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


def is_quiet(process):
    """Whether nothing is left to be told."""
    onstage = process.onstage
    at_work = (onstage._pressed, onstage._looking, onstage._due, onstage._going)
    return not any(at_work)


def index(day):
    """How many presses bring the invited talk on."""
    second = day.event.timetable.sessions[1]
    ids = [slot.talk.id for slot in second.slots]
    return ids.index(day.talk(INVITED)) + 1


@pytest.fixture
def brought_on(day, press, server, speaker):
    """The invited speaker is on; ``before`` are told of who is before him."""

    async def bring(before=None):
        for _ in range(index(day) - 1):
            await press(services=before)
        await until(lambda: is_quiet(before or day.services))
        await press()
        await until(lambda: server.last(speaker) is True and is_quiet(day.services))

    return bring


async def test_next_gives_the_floor_and_takes_it_at_once(
    day, press, server, speaker, brought_on
):
    """Nothing but the press itself tells: whatever comes later comes in an hour."""
    await brought_on()
    day.services.onstage._pauses = (HOUR,)

    await press()

    await until(lambda: server.last(speaker) is False)


async def test_press_does_not_wait_for_the_provider(day, press, server, monkeypatch):
    reached, over = asyncio.Event(), asyncio.Event()

    async def silent(_place, _guest, *, speaks):
        reached.set()
        await over.wait()

    monkeypatch.setattr(server, "let_speak", silent)

    async with asyncio.timeout(PATIENCE):
        await press()
        await press()
        await reached.wait()
    over.set()


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
    await until(lambda: server.tries == 4 and is_quiet(day.services))
    assert server.last(speaker) is True

    listed = [Participant(id=speaker, speaks=True)]
    await day.services.onstage.heard(day.event, room, listed)
    await until(lambda: server.last(speaker) is False)


async def test_list_that_is_right_changes_nothing(day, room, press, server, brought_on):
    await brought_on()
    listener = (await day.who(DANA)).registrant
    onstage, floors = day.services.onstage, day.services.floors
    event = await day.services.programmes.find(day.event.slug)
    speaking = await floors.speaking(event, room)
    server.told.clear()

    listed = [Participant(id=one, speaks=True) for one in speaking]
    others = [Participant(id=listener, speaks=False), Participant(id=listener)]
    await onstage.heard(event, room, [*listed, *others])

    assert (server.told, onstage._due) == ([], set())


async def test_telephone_on_the_list_keeps_what_it_may(day, room):
    telephone = Participant(id="sip33123456789", speaks=True)

    await day.services.onstage.heard(day.event, room, [telephone])

    assert is_quiet(day.services)


async def test_who_comes_with_a_right_that_is_over_loses_it(day, room, server):
    onstage, who = day.services.onstage, (await day.who(DANA)).registrant

    for speaks in (None, False):
        await onstage.check(day.event, room, who, speaks)
    assert is_quiet(day.services)
    await onstage.check(day.event, room, who, True)

    await until(lambda: server.told == [(who, False)])


@pytest.fixture
def up(day, room):
    """Somebody in the room, his hand up."""

    async def raised(email):
        services, who = day.services, await day.who(email)
        now = services.programmes.now(day.event)
        visitor = Visitor(registrant=who.registrant, version=who.version)
        await services.admission.enter(day.event, visitor, now)
        await services.floors.raise_hand(day.event, room, who)
        return who.registrant

    return raised


async def test_hand_that_is_given_the_floor_speaks_until_its_owner_leaves(
    day, room, server, up
):
    services, who = day.services, await up(DANA)
    chair = await day.who(ORGANISER)

    await services.floors.give(day.event, room, who, chair)
    await until(lambda: server.last(who) is True)
    now = services.programmes.now(day.event)
    await services.admission.leave(day.event, who, now)
    await until(lambda: server.last(who) is False)

    assert await services.floors.hands(day.event) == ()


async def test_press_takes_the_floor_from_whom_another_process_brought_on(
    day, press, other, server, speaker, brought_on
):
    """It told of the one before him, and knows nothing of him. Nothing is tried again
    for an hour.
    """
    await brought_on(before=other)
    server.inside = [Participant(id=speaker, speaks=True)]
    other.onstage._pauses = (HOUR,)

    await press(services=other)

    await until(lambda: server.last(speaker) is False)


async def test_without_the_list_he_would_stay_on_air(
    day, press, other, server, speaker, brought_on, monkeypatch
):
    """The twin of it."""
    await brought_on(before=other)
    monkeypatch.setattr(server, "capabilities", Capabilities(stage=True))

    await press(services=other)
    await until(lambda: is_quiet(other))

    assert server.last(speaker) is True


async def test_list_that_fails_is_asked_for_again(day, press, server):
    listener = (await day.who(DANA)).registrant
    server.inside, server.hides = [Participant(id=listener, speaks=True)], 2

    await press()

    await until(lambda: server.last(listener) is False)
    assert server.listed == 3


async def test_silent_list_holds_up_no_press(
    day, press, server, speaker, brought_on, monkeypatch
):
    await brought_on()
    reached, over = asyncio.Event(), asyncio.Event()

    async def silent(_place):
        reached.set()
        await over.wait()
        return ()

    monkeypatch.setattr(server, "participants", silent)
    await press()
    await reached.wait()
    server.told.clear()

    await press(Finish(do="finish"))
    await until(lambda: server.told)
    over.set()


@pytest.fixture
def moved(day, room, press, server, up, other):
    """``await moved()``: whom a press has just brought on, by the clock too early, and
    to whom the floor was given; the other process has kept what was before.
    """

    async def move():
        await other.floors.hands(await other.programmes.find(day.event.slug))
        first, chair = await day.who(FIRST), await day.who(ORGANISER)
        both = [first.registrant, await up(DANA)]
        await press()
        await day.services.floors.give(day.event, room, both[1], chair)
        await until(lambda: all(map(server.last, both)) and is_quiet(day.services))
        return both

    return move


async def test_process_that_hears_a_list_knows_what_others_have_just_done(
    day, room, other, moved
):
    listed = [Participant(id=one, speaks=True) for one in await moved()]

    await other.onstage.heard(day.event, room, listed)

    assert is_quiet(other)


async def test_without_looking_it_would_take_the_floor_back(
    day, room, other, moved, server
):
    """The twin of it."""
    other.onstage._looks, both = (), await moved()
    listed = [Participant(id=one, speaks=True) for one in both]

    await other.onstage.heard(day.event, room, listed)
    await until(lambda: is_quiet(other))

    assert [server.last(one) for one in both] == [False, False]


async def test_who_comes_after_another_process_took_the_floor_loses_it(
    day, room, press, other, server, speaker, brought_on
):
    await brought_on()
    await other.programmes.look()
    event = await other.programmes.find(day.event.slug)
    await press()
    await until(lambda: is_quiet(day.services))
    server.told.clear()

    await other.onstage.check(event, room, speaker, True)

    await until(lambda: server.told == [(speaker, False)])


async def test_of_two_processes_the_one_that_pressed_tells(
    day, press, other, server, speaker, brought_on
):
    await brought_on()
    server.told.clear()

    await press(Finish(do="finish"))
    await until(lambda: server.last(speaker) is False)
    await other.programmes.look()
    await until(lambda: is_quiet(other))

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
    await until(lambda: is_quiet(day.services))

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
    await until(lambda: is_quiet(day.services))

    assert server.told == []


def test_pauses_are_over_before_the_next_list():
    assert sum(onstage_module.PAUSES) * 1.25 < 30
