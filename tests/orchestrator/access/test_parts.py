"""What somebody had in an event is remembered when it ends, and how often."""

import pytest

from orchestrator.access.feed_keys import store
from orchestrator.access.feed_keys.model import EVERY, REGISTRATION, Part
from orchestrator.access.tokens import JoinTokens
from orchestrator.programme.model import Person
from orchestrator.registration.service import Registration
from tests.orchestrator.registration.meeting import (
    EVENING,
    INA,
    MORNING,
    SVEN,
    TIDES,
    meeting,
    session,
    stored,
    talk,
)

SECRET = "Xq3vN8_rT5wZ1kLb7PjYd0HsUgAe4MfC-oIiQx2n"
TALK, CHAIRED = Part(talk=TIDES), Part(session=MORNING)
ZOE = Person(name="Zoé Marsh", email="zoe@example.org")


async def nobody_told(_session, _event):
    """Nothing is kept here that would have to be forgotten."""


class World:
    """A meeting whose programme changes."""

    def __init__(self, database):
        self.database = database
        self.registration = Registration(
            database,
            JoinTokens(SECRET, "tests"),
            base_url="https://x",
            touched=nobody_told,
        )

    async def programme(self, *sessions):
        """Store the meeting with these sessions, and follow it."""
        self.event = meeting(*sessions)
        await stored(self.database, self.event)
        async with self.database.transaction() as session_:
            await self.registration.staff_of_programme(session_, self.event)

    async def person(self, name):
        people = await self.registration.people(self.event.id)
        return next(one for one in people if one.name == name)

    async def known(self, name):
        """Each part of somebody."""
        who = (await self.person(name)).id
        async with self.database.reading() as session_:
            return (await store.turns_of(session_, [who]))[who]

    async def turns(self, name):
        """Counted turns and whether it ended, of each part of somebody."""
        known = await self.known(name)
        return {part: (turn.turns, turn.ended) for part, turn in known.items()}


@pytest.fixture
def world(database):
    return World(database)


def morning(speaker=INA, *, chairs=(SVEN,), talks=True):
    own = (talk(TIDES, "On tides", speaker),) if talks else ()
    return session(MORNING, "Water", *own, chairs=chairs)


async def test_what_begins_is_noted_uncounted(world):
    await world.programme(morning())

    assert await world.turns("Ina Tides") == {TALK: (0, False)}
    assert await world.turns("Sven Dunes") == {CHAIRED: (0, False)}


async def test_following_again_changes_nothing(world):
    await world.programme(morning())
    before = await world.known("Ina Tides")
    await world.programme(morning())

    assert await world.known("Ina Tides") == before


async def test_part_that_is_given_to_somebody_else_and_back_is_counted(world):
    seen = []
    for speaker in (INA, ZOE, INA, ZOE):
        await world.programme(morning(speaker))
        seen.append((await world.turns("Ina Tides"))[TALK])

    assert seen == [(0, False), (1, True), (2, False), (3, True)]


async def test_end_of_the_talk_itself_is_not_counted(world):
    """The talk is cancelled by its own stamp: once is enough."""
    seen = []
    for talks in (True, False, True):
        await world.programme(morning(talks=talks), session(EVENING, "Sand"))
        seen.append((await world.turns("Ina Tides"))[TALK])

    assert seen == [(0, False), (0, True), (0, False)]


async def test_organiser_has_every_session_and_none_for_want_of_others(world):
    await world.programme(morning(chairs=()))

    assert await world.turns("Odile Organ") == {Part(session=EVERY): (0, False)}


async def test_registration_ends_once(world):
    await world.programme(morning())
    who = await world.person("Ina Tides")

    for _ in range(2):
        await world.registration.cancel(who.id)

    assert (await world.turns("Ina Tides"))[REGISTRATION] == (1, True)
