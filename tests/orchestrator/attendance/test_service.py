"""The journal in the database, and the figures made of it."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from integrations.video.provider import Participant
from orchestrator.attendance import store
from orchestrator.attendance.model import Interval, Source
from orchestrator.attendance.tables import PresenceRow
from orchestrator.database import Database, now, run
from orchestrator.registration.model import Standing
from orchestrator.registration.tables import RegistrantRow
from tests.orchestrator.attendance.made import (
    ADA,
    ANNEX,
    EMMY,
    GRACE,
    HALL,
    beats,
    minute,
    poll,
    provider,
    room,
    sign,
)
from tests.orchestrator.attendance.stored import attendance_of, with_people
from tests.orchestrator.registration.meeting import NINE, TIDES, meeting
from tests.waiting import PATIENCE

MINUTE = timedelta(minutes=1)
AFTERWARDS = minute(24 * 60)


@pytest.fixture
async def event(database):
    return await with_people(database, [ADA, GRACE, EMMY])


@pytest.fixture
def attendance(database):
    return attendance_of(database, now=AFTERWARDS)


async def journal(database, event):
    """Keys and moments of every line."""
    async with database.reading() as session:
        signs = await store.of_people(session, event.id, [ADA, GRACE, EMMY])
    return sorted((one.key, one.at) for one in signs)


async def test_a_sign_comes_back_as_it_was_told(database, event, attendance):
    told = [
        sign("here", minute(0)),
        provider("in", minute(1), stream="conn-1"),
        poll("out", minute(2)),
        sign("out", minute(3), source=Source.OVERFLOW),
    ]

    await attendance.record(told)

    async with database.reading() as session:
        found = await store.of_people(session, event.id, [ADA])
    assert sorted(found, key=lambda one: one.at) == told


async def test_a_line_is_stored_once_and_as_it_came_first(database, event, attendance):
    first = sign("here", minute(0), key="k")

    await attendance.record([first, first])
    await attendance.record([replace(first, at=minute(9))])
    await attendance.record([replace(first, source=Source.PROVIDER)])

    assert await journal(database, event) == [("k", minute(0)), ("k", minute(0))]


async def test_without_passing_over_a_repeated_line_it_would_be_refused(
    event, attendance, monkeypatch
):
    guarded = str(store._APPEND)
    bare = text(guarded[: guarded.index("ON CONFLICT")])
    monkeypatch.setattr(
        store, "_APPEND", bare.bindparams(*store._APPEND._bindparams.values())
    )

    with pytest.raises(IntegrityError):
        await attendance.record([sign("here", minute(0))] * 2)


async def test_strangers_and_foreign_rooms_do_not_hold_up_the_others(
    database, event, attendance
):
    other = await with_people(
        database,
        ["otto"],
        event=meeting_elsewhere(),
        rooms=[room(ANNEX)],
    )

    await attendance.record(
        [
            sign("here", minute(0), who="stranger"),
            sign("here", minute(0), who="otto"),
            sign("here", minute(0), room=ANNEX),
            sign("here", minute(0)),
        ]
    )

    async with database.reading() as session:
        lines = await run(session, select(func.count()).select_from(PresenceRow))
        assert lines.scalar_one() == 1
        assert await store.people(session, event.id) == [ADA]
        assert await store.people(session, other.id) == []


async def test_without_passing_over_strangers_all_would_be_refused(
    event, attendance, monkeypatch
):
    guarded = str(store._APPEND)
    first, last = guarded.index("WHERE"), guarded.index("ON CONFLICT")
    bare = text(f"{guarded[:first]} WHERE 1 = 1 {guarded[last:]}")
    monkeypatch.setattr(
        store, "_APPEND", bare.bindparams(*store._APPEND._bindparams.values())
    )

    with pytest.raises(IntegrityError):
        await attendance.record([sign("here", minute(0), who="stranger")])


def meeting_elsewhere():
    """Another event, without any session."""
    other = meeting(ident="evt3456bcdfg", slug="elsewhere")
    return replace(
        other,
        programme=replace(other.programme, sessions=()),
        timetable=replace(other.timetable, sessions=()),
        stamp=replace(other.stamp, uid="uid-elsewhere"),
    )


async def test_lines_say_when_they_came_by_the_database(database, event, attendance):
    async with database.reading() as session:
        before = await now(session)

    await attendance.record([sign("here", minute(0))])

    async with database.reading() as session:
        after = await now(session)
        received = (await run(session, select(PresenceRow.received))).scalar_one()
    assert before <= received <= after


async def test_figures_of_everybody_those_who_did_not_come_too(event, attendance):
    await attendance.record(beats(minute(0), minute(20)))
    await attendance.record(beats(minute(10), minute(15), who=GRACE))

    found = await attendance.of(event)

    stays = {who: one.stay / MINUTE for who, one in found.people.items()}
    assert stays == {ADA: 20, GRACE: 5, EMMY: 0}
    assert found.people[ADA].attended == {TIDES}
    assert found.peak == (minute(10), 2)
    assert await attendance.of_person(event, ADA) == found.people[ADA]
    assert await attendance.of_person(event, EMMY) == found.people[EMMY]


async def test_figures_are_the_same_in_parts_of_any_size(
    event, attendance, monkeypatch
):
    for who in (ADA, GRACE, EMMY):
        await attendance.record(beats(minute(0), minute(20), who=who))
    whole = await attendance.of(event)

    monkeypatch.setattr("orchestrator.attendance.service._PEOPLE_AT_ONCE", 2)

    assert await attendance.of(event) == whole


async def test_who_is_off_the_list_is_shown_if_he_was_there(
    database, event, attendance
):
    await attendance.record(beats(minute(0), minute(20)))
    async with database.transaction() as session:
        for who in (ADA, GRACE):
            row = await session.get(RegistrantRow, who)
            row.standing = Standing.CANCELLED.value

    assert (await attendance.of(event)).people.keys() == {ADA, EMMY}


async def test_a_plain_link_is_estimated_and_a_reporting_room_is_not(
    database, event, monkeypatch
):
    attendance = attendance_of(database, now=AFTERWARDS)
    await attendance.record(beats(minute(0), minute(20)))
    plain = await attendance.of(event)

    monkeypatch.setattr(attendance._rooms.video, "measures", lambda _room: True)
    measured = await attendance.of(event)

    assert (plain.estimated, plain.people[ADA].estimated) == (True, True)
    assert (measured.estimated, measured.people[ADA].estimated) == (False, False)


@pytest.mark.parametrize(
    ("moment", "offset", "minutes"),
    [(minute(40), 0, 40), (minute(10), 30, 40), (AFTERWARDS, 0, 0)],
)
async def test_who_is_inside_is_there_until_the_event_s_now(
    database, event, moment, offset, minutes
):
    event = replace(event, clock_offset=offset * MINUTE)
    attendance = attendance_of(database, now=moment)
    await attendance.record([provider("in", minute(0))])

    assert (await attendance.of_person(event, ADA)).stay == minutes * MINUTE


async def test_a_lost_out_is_settled_by_the_next_list(database, event, attendance):
    await attendance.record(
        [provider("in", minute(0)), provider("in", NINE, who=GRACE)]
    )

    told = await attendance.settle(
        event, room(), [Participant(id=GRACE), Participant(id=EMMY)], minute(4)
    )
    again = await attendance.settle(
        event, room(), [Participant(id=GRACE), Participant(id=EMMY)], minute(4, 30)
    )

    assert [(one.registrant, one.kind) for one in told] == [
        (ADA, "out"),
        (EMMY, "here"),
    ]
    assert again == ()
    ada = await attendance.of_person(event, ADA)
    assert ada.intervals == (Interval(minute(0), minute(4)),)


async def test_a_list_names_people_whom_the_service_does_not_know(
    database, event, attendance
):
    await attendance.settle(event, room(), [Participant(id="recorder")], minute(4))

    assert await journal(database, event) == []


async def test_pages_say_nothing_of_whom_the_provider_has(event, attendance):
    await attendance.record(beats(minute(0), minute(4)))

    assert await attendance.settle(event, room(), [], minute(4)) == ()


@pytest.fixture
async def postgres_event(upgraded_postgres_url):
    """A database in which rows are locked one by one, and the event in it."""
    database = Database(upgraded_postgres_url)
    yield database, await with_people(database, [ADA])
    await database.close()


@pytest.mark.postgres
async def test_who_stores_a_programme_holds_up_no_sign(postgres_event):
    database, event = postgres_event

    assert not await waits_for_the_event(database, within=PATIENCE)
    assert await journal(database, event) != []


@pytest.mark.postgres
async def test_with_a_foreign_key_to_the_event_signs_would_wait(postgres_event):
    database, _ = postgres_event
    key = "ALTER TABLE presence ADD FOREIGN KEY (event_id) REFERENCES event (id)"
    async with database.transaction() as session:
        await run(session, text(key))

    assert await waits_for_the_event(database, within=1)


async def waits_for_the_event(database, *, within):
    """Whether a sign is not written while somebody holds the row of the event, not even
    after so many seconds.
    """
    attendance = attendance_of(database, now=AFTERWARDS)
    async with database.transaction() as session:
        await run(session, text("SELECT * FROM event FOR UPDATE"))
        try:
            async with asyncio.timeout(within):
                await attendance.record([sign("here", minute(0))])
        except TimeoutError:
            return True
    return False


async def test_a_link_that_was_opened_is_no_presence(event, attendance):
    found = await attendance.of(event)

    assert (found.peak, {one.stay for one in found.people.values()}) == (
        None,
        {timedelta()},
    )
    assert HALL not in found.people
