"""The demo: the model day, as many made-up people as came, and the clock at its time."""

from collections import Counter
from datetime import datetime, time
from zoneinfo import ZoneInfo

import pytest

from orchestrator.access.model import Role
from orchestrator.app import wire
from orchestrator.database import Database
from orchestrator.operations.demo import (
    MEMBERS,
    NON_MEMBERS,
    Demo,
    prepare,
    settings_in,
    told,
)
from orchestrator.operations.made_up import people
from orchestrator.programme.importers.yaml_out import write_yaml
from orchestrator.programme.model import Counts
from tests.orchestrator.app_client import reading
from tests.orchestrator.programme.made import times

PARIS = ZoneInfo("Europe/Paris")


@pytest.fixture
async def services(upgraded_sqlite_url, tmp_path):
    database = Database(upgraded_sqlite_url)
    yield wire(settings_in(tmp_path, 8080), database, "tests")
    await database.close()


def wanted(programme=None, at=time(10, 5), room=None):
    return Demo(programme=programme, at=at, room=room)


async def test_model_day_is_laid_out_and_its_clock_set(services):
    event = await prepare(services, wanted())

    now = services.programmes.now(event).astimezone(PARIS)
    lengths = [len(session) for session in times(event.timetable)]
    assert f"{now:%Y-%m-%d %H:%M}" == "2021-06-28 10:05"
    assert (event.slug, lengths) == ("theorie-du-deep-learning", [7, 6])
    assert [slot.talk.title for slot in event.timetable.slots][11:] == ["", ""]


async def test_people_are_those_who_registered_and_the_staff(services):
    event = await prepare(services, wanted())

    counts = await services.registration.counts(event.id)
    everybody = await services.registration.people(event.id)
    assert counts == Counts(members=MEMBERS, non_members=NON_MEMBERS)
    assert {Role.CHAIR, Role.SPEAKER, Role.ORGANISER} <= {
        grant.role for one in everybody for grant in one.grants
    }


def test_made_up_people_are_the_same_each_time_and_all_different():
    once, again = (list(people(members=5, others=3)) for _ in range(2))
    everybody = list(people(members=MEMBERS, others=NON_MEMBERS))

    assert once == again
    assert Counter(one.member for one in everybody) == {True: 282, False: 262}
    assert len({one.email for one in everybody}) == 544


async def test_room_is_the_one_given_or_one_that_nobody_guesses(services):
    event = await prepare(services, wanted())
    (unguessable,) = await services.rooms.of(event)

    event = await prepare(services, wanted(room="https://video.example/mine"))
    (given,) = await services.rooms.of(event)

    assert unguessable.url.startswith("https://meet.jit.si/")
    assert len(unguessable.url) > len("https://meet.jit.si/") + 20
    assert given.url == "https://video.example/mine"


async def test_another_programme_is_shown_at_its_own_day(services, tmp_path):
    file = tmp_path / "other.yaml"
    file.write_text(write_yaml(reading().programme), encoding="utf-8")

    event = await prepare(services, wanted(programme=file, at=time(16, 20)))

    now = services.programmes.now(event)
    expected = datetime(2021, 6, 28, 16, 20, tzinfo=PARIS)
    assert event.slug == "reseaux-profonds"
    assert abs((now - expected).total_seconds()) < 5


async def test_it_tells_where_everything_is(services):
    event = await prepare(services, wanted())

    lines = [line async for line in told(services, event)]

    origin = "http://localhost:8080"
    begin = [line.split()[:2] for line in lines if origin in line]
    assert lines[0] == (
        "Théorie du deep learning: it is 10:05 on 28 June 2021 at the meeting."
    )
    assert begin[:2] == [
        ["Programme", f"{origin}/e/{event.slug}"],
        ["Calendar", f"{origin}/e/{event.slug}.ics"],
    ]
    assert [name for name, _ in begin[2:]] == [
        "Registrant",
        "Speaker",
        "Chair",
        "Organiser",
    ]
    assert len({link for _, link in begin[2:]}) == 4
