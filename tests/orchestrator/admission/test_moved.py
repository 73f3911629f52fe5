"""A session that is moved takes the people in its room along."""

from dataclasses import replace
from datetime import timedelta

import pytest

from orchestrator.admission.following import service
from orchestrator.admission.following.service import carry_seats
from orchestrator.admission.model import LEASE, Standing
from tests.orchestrator.admission.people import BESIDE, LINK, TEN, crowd, doorway

BEFORE_TEN = TEN - timedelta(minutes=14)
SHORT = timedelta(minutes=5)


async def people_in(database, *, now=BEFORE_TEN, **options):
    """Doors of a room of two with two people inside and one in the queue."""
    doors = await doorway(database, capacity=2, staff_seats=0, **options)
    doors.now = now
    names = await crowd(database, 3)
    for name in names:
        await doors.enter(name)
    return doors, names


async def move(doors, now, change, number=0):
    """Store the timetable with one session changed, while it is ``now`` there."""
    timed = list(doors.event.timetable.sessions)
    timed[number] = replace(
        timed[number], session=replace(timed[number].session, **change)
    )
    await stored(doors, now, tuple(timed))


async def stored(doors, now, sessions):
    before = doors.event
    async with doors.database.transaction() as session:
        offset = now - await service.moment_of(session)
        after = replace(
            before,
            revision=before.revision + 1,
            clock_offset=offset,
            timetable=replace(before.timetable, sessions=sessions),
        )
        await carry_seats(session, before, after)
    doors.event, doors.now = after, now


def later(minutes):
    """The session of 10:00, so many minutes later."""
    starts = TEN + timedelta(minutes=minutes)
    return {"starts": starts, "ends": starts + timedelta(hours=2)}


async def test_put_off_a_little_changes_nothing_for_those_inside(database):
    doors, names = await people_in(database)

    # Doors would open at 9:50 by now, and everybody came at 9:46.
    await move(doors, TEN - timedelta(minutes=9), later(5))

    assert (await doors.inside(), await doors.queue()) == ({*names[:2]}, names[2:])
    assert (await doors.look(names[0])).standing is Standing.INSIDE


@pytest.mark.parametrize("connections", [LINK, BESIDE])
async def test_put_off_long_keeps_the_seats_until_the_doors_open_again(
    database, connections
):
    doors, names = await people_in(database, connections=connections)

    await move(doors, TEN - timedelta(minutes=9), later(60))
    closed = (await doors.look(names[0])).standing
    doors.now = TEN + timedelta(minutes=46)

    assert closed is Standing.CLOSED
    assert (await doors.inside(), await doors.queue()) == ({*names[:2]}, names[2:])


async def test_opening_that_splits_keeps_those_who_are_in(database):
    # 10 to 12 and 13 to 15 o'clock: closed between 12:30 and 12:45 only.
    doors, names = await people_in(database, hours=(0, 2.5))
    noon = TEN + timedelta(hours=2, minutes=40)

    await move(doors, noon, {"closes_after": SHORT})

    assert await doors.inside() == {*names[:2]}


async def test_session_that_is_gone_keeps_no_seats_for_another(database):
    doors, names = await people_in(database, hours=(0, 6))

    await stored(doors, TEN, doors.event.timetable.sessions[1:])
    doors.now = TEN + timedelta(hours=6)

    assert await doors.inside() == frozenset()
    assert (await doors.enter(names[2])).standing is Standing.INSIDE


async def test_nobody_is_put_out_while_a_lease_could_not_be_renewed(database, time):
    """Pages give no signs while the doors are closed."""
    doors, names = await people_in(database, connections=BESIDE, counter=time)
    time.seconds += LEASE.total_seconds()
    await doors.beat(*names)
    at_nine_52 = TEN - timedelta(minutes=8)

    await move(doors, at_nine_52, later(60))
    time.seconds += 53 * 60 + LEASE.total_seconds()
    doors.now = at_nine_52 + timedelta(minutes=54)
    await doors.tidy()

    assert (await doors.inside(), await doors.queue()) == ({*names[:2]}, names[2:])


async def test_without_carrying_them_everybody_would_be_out(database, monkeypatch):
    doors, _ = await people_in(database)

    async def left(*_):
        pass

    monkeypatch.setattr("orchestrator.admission.store.carry", left)
    await move(doors, TEN - timedelta(minutes=9), later(5))

    assert await doors.inside() == frozenset()
