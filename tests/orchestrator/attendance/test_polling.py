"""Providers are asked for as long as the service runs, whatever they answer."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from integrations.errors import Rejected, Unreachable
from integrations.video.provider import Capabilities, Participant
from integrations.video.setup import UnusableSetting
from orchestrator.attendance.polling import poll
from orchestrator.database import DatabaseUnavailable
from orchestrator.rooms.service import Rooms
from orchestrator.rooms.video import service as video_service
from tests.orchestrator.attendance.made import (
    ADA,
    ANNEX,
    GRACE,
    HALL,
    minute,
    room,
)
from tests.orchestrator.attendance.stored import attendance_of, with_people
from tests.orchestrator.registration.meeting import EVENING, MORNING, meeting, session
from tests.waiting import until

TEN_PAST = minute(10)
AT_ONCE = timedelta()
# Before a provider is asked, the database is: where its room is.
PATIENCE = timedelta(seconds=2)


class Provider:
    """A room's server: what it answers, one after another, then always the last."""

    def __init__(self, *answers, presence=True):
        self.answers = list(answers)
        self.capabilities = Capabilities(presence=presence, listing=presence)
        self.asked = 0

    def leads(self, _place):
        return True

    async def participants(self, _place):
        self.asked += 1
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if answer == "silent":
            await asyncio.Event().wait()
        if isinstance(answer, Exception):
            raise answer
        return tuple(Participant(id=one) for one in answer)


async def unheard(_event, _room, _participants):
    """Nobody keeps seats here."""


@pytest.fixture
async def event(sqlite):
    sessions = (
        replace(session(MORNING, "Water"), room="Hall"),
        replace(session(EVENING, "Sand"), room="Annex"),
    )
    return await with_people(
        sqlite,
        [ADA, GRACE],
        event=meeting(*sessions),
        rooms=[
            replace(room(HALL, "Hall"), connection="hall"),
            replace(room(ANNEX, "Annex"), connection="annex"),
        ],
    )


@pytest.fixture
def polled(sqlite, event, monkeypatch):
    """Poll ``rounds`` times with these providers by the connection of the room."""

    async def run(
        rounds,
        *,
        now=TEN_PAST,
        events=None,
        patience=PATIENCE,
        doors=lambda _event, _now: False,
        keep=unheard,
        **providers,
    ):
        def choose(settings, _around):
            if (name := settings.get("provider")) not in providers:
                raise UnusableSetting("provider", "no such place")
            return providers[name]

        monkeypatch.setattr(video_service, "choose", choose)
        done, begun = asyncio.Event(), 0

        async def on():
            nonlocal begun
            begun += 1
            if begun > rounds:
                done.set()
                await asyncio.Event().wait()
            return await events() if events else [event]

        attendance = attendance_of(sqlite, now=now)
        rooms = Rooms(sqlite, {one: {"provider": one} for one in ("hall", "annex")})
        loop = poll(
            attendance,
            rooms,
            on,
            unheard,
            keep=keep,
            every=AT_ONCE,
            patience=patience,
            doors=doors,
        )
        task = asyncio.create_task(loop)
        try:
            async with asyncio.timeout(60):
                await done.wait()
            assert not task.done()
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    return run


async def told(sqlite, event):
    """Who is inside, a little later."""
    figures = await attendance_of(sqlite, now=minute(20)).of(event)
    return {who for who, one in figures.people.items() if one.intervals}


async def test_whoever_is_listed_is_inside(sqlite, event, polled):
    await polled(1, hall=Provider([ADA]), annex=Provider([GRACE]))

    assert await told(sqlite, event) == {ADA, GRACE}


@pytest.mark.parametrize(
    "trouble", ["silent", Unreachable("away"), ZeroDivisionError("a bug")]
)
async def test_one_room_in_trouble_stops_neither_the_others_nor_itself(
    sqlite, event, polled, trouble
):
    hall = Provider(trouble, [ADA])

    await polled(2, hall=hall, annex=Provider([GRACE]))

    assert hall.asked >= 2
    assert await told(sqlite, event) == {ADA, GRACE}


@pytest.mark.parametrize("trouble", ["silent", Unreachable("away"), Rejected("no")])
async def test_who_is_believed_inside_keeps_his_seat_while_nobody_answers(
    sqlite, event, polled, trouble
):
    kept = set()

    async def keep(_event, place, ids):
        kept.add((place.id, ids))

    await polled(1, hall=Provider([ADA]), patience=timedelta(seconds=10))
    await polled(1, hall=Provider(trouble), now=minute(15), keep=keep)

    assert kept == {(HALL, frozenset({ADA}))}
    assert await told(sqlite, event) == {ADA}


async def test_without_patience_a_silent_room_would_stop_all(polled):
    hall = Provider("silent", [ADA])

    polling = asyncio.create_task(polled(2, hall=hall, patience=timedelta(hours=1)))
    await until(lambda: hall.asked)
    # As long as the others would have waited, and as long again.
    await asyncio.wait([polling], timeout=2 * PATIENCE.total_seconds())

    assert (polling.done(), hall.asked) == (False, 1)
    polling.cancel()
    await asyncio.gather(polling, return_exceptions=True)


async def test_a_database_that_is_away_does_not_stop_it(sqlite, event, polled):
    asked = 0

    async def events():
        nonlocal asked
        asked += 1
        if asked == 1:
            raise DatabaseUnavailable("away")
        return [event]

    await polled(2, hall=Provider([ADA]), events=events)

    assert await told(sqlite, event) == {ADA}


async def test_a_room_that_reports_nobody_puts_nobody_out(sqlite, event, polled):
    await polled(1, hall=Provider([ADA]))

    plain = Provider([], presence=False)
    await polled(1, hall=plain, now=minute(15))

    assert plain.asked == 0
    assert await told(sqlite, event) == {ADA}


async def test_events_that_are_not_on_are_left_alone(event, polled):
    hall = Provider([ADA])

    await polled(1, hall=hall, now=minute(24 * 60))

    assert hall.asked == 0


async def test_whose_doors_are_open_is_asked_at_any_hour(event, polled):
    hall = Provider([ADA])

    await polled(1, hall=hall, now=minute(24 * 60), doors=lambda _event, _now: True)

    assert hall.asked >= 1


async def test_each_room_is_asked_by_one_process_at_a_time(database):
    hall, annex = room(HALL, "Hall"), room(ANNEX, "Annex")
    await with_people(database, [ADA], rooms=[hall, annex])
    processes = [attendance_of(database, now=TEN_PAST) for _ in range(5)]

    async def turns(every, *rooms):
        claims = [one.take_turn(each, every) for one in processes for each in rooms]
        return sum(await asyncio.gather(*claims))

    first = await turns(timedelta(hours=1), hall, annex)
    meanwhile = await turns(timedelta(hours=1), hall, annex)

    assert (first, meanwhile) == (2, 0)


async def test_next_turn_comes_when_the_time_is_over(database):
    await with_people(database, [ADA], rooms=[room(HALL, "Hall")])
    attendance = attendance_of(database, now=TEN_PAST)

    turns = [
        await attendance.take_turn(room(HALL, "Hall"), AT_ONCE),
        await attendance.take_turn(room(HALL, "Hall"), AT_ONCE),
    ]

    assert turns == [True, True]
