"""Raised hands, and the floor that a chair gives: in the database, on both kinds."""

from dataclasses import replace

import pytest

from orchestrator.admission.model import Visitor
from orchestrator.ids import EventId
from orchestrator.stage.errors import ChairsOnly
from orchestrator.stage.floor import store
from orchestrator.stage.floor.errors import NoSuchHand, NotInRoom
from orchestrator.stage.parties import NotOfThisMeeting
from tests.orchestrator.app_client import CAMILLE, CHAIR, DANA, ORGANISER, SPEAKER
from tests.orchestrator.pages.made_up import at
from tests.orchestrator.stage.people import meeting


@pytest.fixture
async def day(database, tmp_path):
    day = await meeting(database, tmp_path, now=at(16, 5))
    await day.services.clock.measure(database)
    return day


@pytest.fixture
def floors(day):
    return day.services.floors


@pytest.fixture
async def room(day):
    (room,) = await day.services.rooms.of(day.event)
    return room


def now(day):
    return day.services.programmes.now(day.event)


@pytest.fixture
def enter(day):
    async def entered(email):
        who = await day.who(email)
        visitor = Visitor(registrant=who.registrant, version=who.version)
        await day.services.admission.enter(day.event, visitor, now(day))
        return who

    return entered


@pytest.fixture
def leave(day):
    async def left(who):
        await day.services.admission.leave(day.event, who.registrant, now(day))

    return left


@pytest.fixture
def up(day, floors, room, enter):
    async def raised(email):
        who = await enter(email)
        await floors.raise_hand(day.event, room, who)
        return who

    return raised


async def shown(floors, day):
    """The hands: whose, and whether they have the floor."""
    hands = await floors.hands(day.event)
    return [(one.name, one.given is not None) for one in hands]


async def test_hands_are_in_the_order_in_which_they_were_raised(day, floors, up):
    for email in (DANA, CAMILLE):
        await up(email)

    assert await shown(floors, day) == [("Dana Reed", False), ("Camille Dupré", False)]
    assert day.told == [day.event.slug] * 2


async def test_hand_that_is_up_stays_where_it_is(day, floors, room, up):
    first = await up(DANA)
    await up(CAMILLE)
    day.told.clear()

    await floors.raise_hand(day.event, room, first)

    assert [name for name, _ in await shown(floors, day)] == [
        "Dana Reed",
        "Camille Dupré",
    ]
    assert day.told == []


async def test_only_who_has_a_seat_raises_his_hand(day, floors, room, enter, leave):
    who = await day.who(CAMILLE)
    with pytest.raises(NotInRoom):
        await floors.raise_hand(day.event, room, who)

    await leave(await enter(CAMILLE))
    with pytest.raises(NotInRoom):
        await floors.raise_hand(day.event, room, who)

    assert await shown(floors, day) == []


async def test_nobody_raises_a_hand_by_a_link_that_was_withdrawn(
    day, floors, room, enter
):
    who = await enter(CAMILLE)
    stranger = replace(who, event=EventId("another"))

    for one in (stranger, replace(who, version=who.version + 1)):
        with pytest.raises(NotOfThisMeeting):
            await floors.raise_hand(day.event, room, one)


async def test_hand_is_lowered_and_may_be_raised_again(day, floors, room, up):
    who = await up(DANA)
    await up(CAMILLE)

    await floors.lower(day.event, room, who.registrant)
    await floors.lower(day.event, room, who.registrant)
    between = await shown(floors, day)
    await floors.raise_hand(day.event, room, who)

    assert between == [("Camille Dupré", False)]
    assert [name for name, _ in await shown(floors, day)] == [
        "Camille Dupré",
        "Dana Reed",
    ]


@pytest.mark.parametrize("by", [CHAIR, ORGANISER])
async def test_chair_gives_the_floor_and_takes_it_back(day, floors, room, up, by):
    who, chair = await up(DANA), await day.who(by)
    before = await floors.speaks(day.event, room, who, now(day))

    for _ in range(2):
        await floors.give(day.event, room, who.registrant, chair)
    given = await floors.speaks(day.event, room, who, now(day))
    speaking = await floors.speaking(day.event, room)
    seen = await shown(floors, day)
    await floors.take(day.event, room, who.registrant, chair)

    assert (before, given, seen) == (False, True, [("Dana Reed", True)])
    assert who.registrant in speaking
    assert not await floors.speaks(day.event, room, who, now(day))
    assert await shown(floors, day) == []


@pytest.mark.parametrize("by", [CAMILLE, SPEAKER])
async def test_nobody_else_gives_or_takes_the_floor(day, floors, room, up, by):
    who, other = await up(DANA), await day.who(by)

    for what in (floors.give, floors.take):
        with pytest.raises(ChairsOnly):
            await what(day.event, room, who.registrant, other)

    assert await shown(floors, day) == [("Dana Reed", False)]


async def test_chair_of_a_session_that_is_not_on_gives_nothing(day, floors, room, up):
    who, chair = await up(DANA), await day.who(CHAIR)
    morning = await day.services.programmes.set_now(day.event.slug, at(10, 5))

    with pytest.raises(ChairsOnly):
        await floors.give(morning, room, who.registrant, chair)


async def test_floor_is_given_to_nobody_whose_hand_is_down(
    day, floors, room, up, leave
):
    chair, who = await day.who(CHAIR), await up(DANA)
    await leave(who)

    for gone in (who, await day.who(CAMILLE)):
        with pytest.raises(NoSuchHand):
            await floors.give(day.event, room, gone.registrant, chair)


async def test_who_leaves_has_neither_hand_nor_floor(
    day, floors, room, up, enter, leave
):
    who = await up(DANA)
    await floors.give(day.event, room, who.registrant, await day.who(CHAIR))
    await leave(who)

    await floors.tidy(day.event)
    gone = await shown(floors, day)
    again = await enter(DANA)

    assert gone == []
    assert await shown(floors, day) == []
    assert not await floors.speaks(day.event, room, again, now(day))


async def test_another_seat_does_not_bring_the_hand_back(
    day, floors, room, up, enter, leave
):
    """Before anybody has tidied up."""
    await leave(await up(DANA))
    who = await enter(DANA)
    floors._changed(day.event.slug)

    assert await shown(floors, day) == []
    await floors.raise_hand(day.event, room, who)
    assert await shown(floors, day) == [("Dana Reed", False)]


async def test_who_had_the_floor_in_another_seat_asks_for_it_anew(
    day, floors, room, up, enter, leave
):
    """And the provider is told: he may have come back with the right to speak."""
    who = await up(DANA)
    await floors.give(day.event, room, who.registrant, await day.who(CHAIR))
    await leave(who)
    who, moved = await enter(DANA), []
    floors.tell(moved.append)

    await floors.raise_hand(day.event, room, who)

    assert await shown(floors, day) == [("Dana Reed", False)]
    assert moved == [day.event.slug]


async def test_tidying_lowers_no_hand_that_was_raised_meanwhile(
    day, floors, room, up, enter, leave, monkeypatch
):
    await leave(await up(DANA))
    who, read = await enter(DANA), store.of_rooms

    async def slow(session, rooms):
        found = await read(session, rooms)
        monkeypatch.undo()
        await floors.raise_hand(day.event, room, who)
        return found

    monkeypatch.setattr(store, "of_rooms", slow)
    await floors.tidy(day.event)

    assert await shown(floors, day) == [("Dana Reed", False)]


async def test_hands_of_an_earlier_session_are_down(day, floors, room, enter):
    day.event = await day.services.programmes.set_now(day.event.slug, at(15, 50))
    who = await enter(DANA)
    await floors.raise_hand(day.event, room, who)
    assert await shown(floors, day) == [("Dana Reed", False)]

    day.event = await day.services.programmes.set_now(day.event.slug, at(16, 5))
    down = await shown(floors, day)
    await floors.raise_hand(day.event, room, who)

    assert down == []
    assert await shown(floors, day) == [("Dana Reed", False)]


async def test_roles_speak_without_a_hand(day, floors, room):
    people = [await day.who(one) for one in (ORGANISER, CHAIR, SPEAKER, CAMILLE)]

    speak = [await floors.speaks(day.event, room, one, now(day)) for one in people]
    chair = [floors.chairs(day.event, room, one, now(day)) for one in people]

    # The room is a plain address: who speaks at some time of the day speaks.
    assert (speak, chair) == (
        [True, True, True, False],
        [True, True, False, False],
    )


async def test_people_of_another_meeting_have_no_floor(day, floors, room):
    who = replace(await day.who(ORGANISER), event=EventId("another"))

    assert not await floors.speaks(day.event, room, who, now(day))
    assert not floors.chairs(day.event, room, who, now(day))
    with pytest.raises(ChairsOnly):
        await floors.give(day.event, room, who.registrant, who)
