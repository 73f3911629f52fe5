"""The copy of a meeting: the same times, nobody's address, and gone at the end."""

import pytest

from orchestrator.admission.terms import is_leased
from orchestrator.app import wire
from orchestrator.operations.rehearsal import copy
from orchestrator.operations.rehearsal.copy import clear_left_over, look, make
from orchestrator.programme.errors import BadSlug
from orchestrator.rooms.model import REHEARSAL, Setting
from tests.orchestrator.app_client import (
    SLUG,
    application,
    dump,
    made,
    reading,
    settings,
)
from tests.orchestrator.pages.made_up import at


@pytest.fixture
def services(database, tmp_path, monkeypatch):
    monkeypatch.setattr(copy, "_SECONDS_OF_SILENCE", 0.0)
    return wire(settings(database.url, tmp_path), database, "tests")


def times(event):
    return [
        (slot.talk.title, slot.talk.kind, slot.starts, slot.ends)
        for slot in event.timetable.slots
    ]


async def test_copy_is_the_meeting_with_other_people(services):
    event = await made(services, capacity=30)

    held = await look(services, await make(services, event, attendees=40))

    assert held.event.programme.title == f"{event.programme.title} (répétition)"
    assert times(held.event) == times(event)
    assert [(one.opens, one.closes) for one in held.openings] == [
        (at(9, 45), at(12, 30)),
        (at(15, 45), at(18, 30)),
    ]
    assert (held.room.capacity, held.room.connection) == (30, REHEARSAL)
    assert is_leased(services.rooms.video.can(held.room))
    # Those of the programme, and Chloé, who is a chair by the list.
    staff = [one for one in held.attendees if one.staff]
    people = await services.registration.people(event.id)
    assert len(staff) == sum(one.is_staff for one in people)
    assert held.staff_seats == len(staff)
    assert len(held.attendees) == len(staff) + 40
    assert sum(one.standby for one in held.attendees) == 10


async def test_as_many_seats_are_set_aside_as_in_the_meeting(services):
    event = await made(services, staff_seats=3)

    held = await look(services, await make(services, event, attendees=5))

    assert (held.room.staff_seats, held.staff_seats) == (3, 3)


async def test_copy_has_the_limit_of_its_room(services):
    event = await made(services, capacity=30)
    await services.set_room(event, Setting(capacity=12))
    event = await services.programmes.find(event.slug)

    held = await look(services, await make(services, event, attendees=5))

    assert held.room.capacity == 12


async def test_nothing_can_be_sent_to_anybody_of_a_copy(services):
    event = await made(services)
    known = {one.email for one in await services.registration.people(event.id)}
    assert "speaker9@lab.example" in known

    made_up = await make(services, event, attendees=5)

    people = await services.registration.people(made_up.id)
    emails = {one.email for one in people} - {""}
    assert emails
    assert all(email.endswith("@example.org") for email in emails)
    written = repr([made_up, people])
    assert [email for email in known - {""} if email in written] == []


async def test_copy_is_found_by_its_address_and_listed_nowhere(database, tmp_path):
    async with application(database.url, tmp_path) as served:
        copied = await make(served.services, served.event, attendees=2)
        browser = await served.browser()
        texts = {}
        for path in ("/", "/api/v1/events", f"/e/{copied.slug}", "/robots.txt"):
            async with browser.get(path) as answer:
                assert answer.status == 200
                texts[path] = await answer.text()

    assert SLUG in texts["/"]
    assert copied.slug not in texts["/"]
    assert SLUG in texts["/api/v1/events"]
    assert copied.slug not in texts["/api/v1/events"]
    assert "Disallow: /e/*-rehearsal-\n" in texts["/robots.txt"]


async def test_left_over_copies_are_removed_and_one_that_is_held_is_not(
    services, database, monkeypatch
):
    event = await made(services)
    before = await dump(database)
    await make(services, event, attendees=3)
    held = await make(services, event, attendees=3)
    sleep = copy.asyncio.sleep

    async def clock_moves(_seconds):
        await services.programmes.move_clock(held, at(11))
        await sleep(0)

    monkeypatch.setattr(copy.asyncio, "sleep", clock_moves)
    assert await clear_left_over(services) == 1
    assert [one.slug for one in await services.programmes.rehearsals()] == [held.slug]

    monkeypatch.undo()
    monkeypatch.setattr(copy, "_SECONDS_OF_SILENCE", 0.0)
    assert await clear_left_over(services) == 1
    assert await dump(database) == before


async def test_no_meeting_can_have_the_slug_of_a_copy(services):
    for keep in (services.programmes.draft, services.programmes.store):
        given = reading() if keep == services.programmes.store else reading().programme
        with pytest.raises(BadSlug, match="kept for rehearsals"):
            await keep(given, slug="day-rehearsal-abcd")
