"""The people whom a programme names are registrants with their roles."""

from dataclasses import replace

import pytest

from orchestrator.access.model import Grant, Role
from orchestrator.registration.model import Origin
from tests.orchestrator.registration.meeting import (
    CARLA,
    DUNES,
    EVENING,
    INA,
    MORNING,
    ORGANISER,
    SVEN,
    TIDES,
    meeting,
    session,
    talk,
)

ORGANISES = Grant(Role.ORGANISER)
CHAIRS_MORNING = Grant(Role.CHAIR, session=MORNING)
CHAIRS_EVENING = Grant(Role.CHAIR, session=EVENING)
SPEAKS_OF_TIDES = Grant(Role.SPEAKER, talk=TIDES)
SPEAKS_OF_DUNES = Grant(Role.SPEAKER, talk=DUNES)


def grants(people):
    return {name: set(one.grants) for name, one in people.items()}


def two(*, chairs=(), ina=INA, sven=SVEN, **options):
    return meeting(
        session(MORNING, "Water", talk(TIDES, "On tides", ina), chairs=chairs),
        session(EVENING, "Sand", talk(DUNES, "On dunes", sven)),
        **options,
    )


async def test_everybody_named_is_a_registrant_with_his_roles(follow, told):
    people = await follow(two(chairs=(CARLA,)))

    assert grants(people) == {
        "Odile Organ": {ORGANISES, CHAIRS_EVENING},
        "Carla Chair": {CHAIRS_MORNING},
        "Ina Tides": {SPEAKS_OF_TIDES},
        "Sven Dunes": {SPEAKS_OF_DUNES},
    }
    assert {one.origin for one in people.values()} == {Origin.PROGRAMME}
    assert people["Ina Tides"].email == ""
    assert people["Odile Organ"].affiliation == "Lab O"
    assert told.touched == [people["Ina Tides"].event]


async def test_one_person_in_several_roles_is_one_registrant(follow):
    odile = replace(ORGANISER, name="O. Organ")

    people = await follow(two(ina=odile, sven=replace(ORGANISER, email="")))

    assert grants(people) == {
        "Odile Organ": {
            ORGANISES,
            CHAIRS_MORNING,
            CHAIRS_EVENING,
            SPEAKS_OF_TIDES,
            SPEAKS_OF_DUNES,
        }
    }


async def test_one_name_with_two_addresses_is_two_people(registration, follow):
    event = two(ina=replace(SVEN, email="other@example.org"), organisers=())

    await follow(event)

    found = await registration.people(event.id)
    assert {(one.name, one.email) for one in found} == {
        ("Sven Dunes", "sven@example.org"),
        ("Sven Dunes", "other@example.org"),
    }


async def test_the_same_programme_again_changes_nothing(follow, told):
    before = await follow(two())

    after = await follow(two())

    assert after == before
    assert len(told.touched) == 1


async def test_who_is_named_no_more_keeps_his_registration_and_no_role(follow):
    before = await follow(two())

    after = await follow(
        meeting(session(MORNING, "Water", talk(TIDES, "On tides", INA)), organisers=())
    )

    assert {name: one.id for name, one in after.items()} == {
        name: one.id for name, one in before.items()
    }
    assert grants(after) == {
        "Odile Organ": set(),
        "Ina Tides": {SPEAKS_OF_TIDES},
        "Sven Dunes": set(),
    }


async def test_a_role_given_by_a_list_goes_with_its_talk(follow, imported):
    event = two()
    await follow(event)
    await imported(
        event,
        "name,email,role,session,talk\n"
        "Ada,ada@example.org,speaker,,On dunes\n"
        "Ada,ada@example.org,chair,Water,\n",
    )

    people = await follow(
        meeting(session(MORNING, "Water", talk(TIDES, "On tides", INA)))
    )

    assert grants(people)["Ada"] == {CHAIRS_MORNING}


async def test_a_chair_named_by_a_list_takes_the_place_of_the_organisers(
    follow, imported, registration
):
    event = two()
    before = await follow(event)

    await imported(event, "name,email,role,session\nAda,ada@example.org,chair,Water\n")

    after = {one.name: one for one in await registration.people(event.id)}
    assert CHAIRS_MORNING in before["Odile Organ"].grants
    assert grants(after)["Odile Organ"] == {ORGANISES, CHAIRS_EVENING}
    assert grants(after)["Ada"] == {CHAIRS_MORNING}


async def test_what_a_list_said_survives_the_next_programme(follow, imported):
    event = two()
    await follow(event)
    await imported(
        event,
        "name,email,affiliation,role\nI. M. Tides,ina@example.org,New lab,organiser\n"
        "Odile Organum,odile@example.org,Own lab,\n",
        accept=True,
    )

    people = await follow(two(ina=replace(INA, email="old@example.org")))

    assert set(people) == {"I. M. Tides", "Odile Organum", "Sven Dunes"}
    assert people["Odile Organum"].affiliation == "Own lab"
    assert people["I. M. Tides"].email == "ina@example.org"
    assert grants(people)["I. M. Tides"] == {ORGANISES, SPEAKS_OF_TIDES}


async def test_an_address_that_the_page_gives_later_is_taken(follow):
    before = await follow(two())

    after = await follow(two(ina=replace(INA, email="ina@example.org")))

    assert after["Ina Tides"].id == before["Ina Tides"].id
    assert after["Ina Tides"].email == "ina@example.org"


async def test_an_address_that_the_page_corrects_follows_it(follow):
    before = await follow(two())

    after = await follow(two(sven=replace(SVEN, email="s.dunes@example.org")))

    assert after["Sven Dunes"].id == before["Sven Dunes"].id
    assert after["Sven Dunes"].email == "s.dunes@example.org"


async def test_an_address_that_is_none_leaves_the_person_without(follow):
    people = await follow(two(ina=replace(INA, email="ina (at) example")))

    assert people["Ina Tides"].email == ""


async def test_a_name_alone_gives_a_stranger_no_role(follow, imported, registration):
    early = meeting(session(MORNING, "Water", talk(TIDES, "On tides")), organisers=())
    await follow(early)
    await imported(early, "name,email\nIna Tides,stranger@example.org\n")

    await follow(two())

    found = await registration.people(early.id)
    assert {one.email: set(one.grants) for one in found if one.name == "Ina Tides"} == {
        "stranger@example.org": set(),
        "": {SPEAKS_OF_TIDES},
    }


async def test_an_address_gives_the_role_to_who_registered_with_it(follow, imported):
    early = meeting(session(MORNING, "Water", talk(TIDES, "On tides")), organisers=())
    await follow(early)
    await imported(early, "name,email\nSven D.,SVEN@example.org\n")

    people = await follow(two())

    assert grants(people)["Sven D."] == {SPEAKS_OF_DUNES}
    assert "Sven Dunes" not in people


async def test_a_line_of_the_same_name_is_shown_and_changes_nobody_by_itself(
    follow, registration, imported
):
    event = two()
    ina = (await follow(event))["Ina Tides"]
    raw = b"name,email\nIna Tides,ina@example.org\n"

    plan = await registration.plan(event, raw)
    await imported(event, raw.decode())

    assert [(m.line, m.registrant, m.known_email, m.roles) for m in plan.matches] == [
        (2, ina.id, "", (Role.SPEAKER,))
    ]
    found = await registration.people(event.id)
    assert sorted(
        (one.email, one.is_staff) for one in found if one.name == ina.name
    ) == [
        ("", True),
        ("ina@example.org", False),
    ]


async def test_without_asking_a_stranger_of_that_name_would_be_the_speaker(
    follow, registration, imported, monkeypatch
):
    event = two()
    await follow(event)
    monkeypatch.setattr(
        "orchestrator.registration.service.carry_out", _accepting_everything
    )

    await imported(event, "name,email\nIna Tides,stranger@example.org\n")

    found = await registration.people(event.id)
    (ina,) = [one for one in found if one.name == "Ina Tides"]
    assert (ina.email, ina.is_staff) == ("stranger@example.org", True)


def _accepting_everything(plan, existing, _accepted, **options):
    from orchestrator.registration.importing import carry_out

    return carry_out(plan, existing, plan.matches, **options)


async def test_a_confirmed_match_gives_the_person_his_address(
    follow, registration, imported
):
    event = two()
    ina = (await follow(event))["Ina Tides"]

    await imported(
        event,
        "name,email,role,affiliation\nTIDES Ina,ina@example.org,speaker,Lab I\n",
        accept=True,
    )

    found = {one.id: one for one in await registration.people(event.id)}
    assert (found[ina.id].email, found[ina.id].affiliation) == (
        "ina@example.org",
        "Lab I",
    )
    assert set(found[ina.id].grants) == {SPEAKS_OF_TIDES}
    assert await registration.counts(event.id) is None


@pytest.mark.parametrize(
    ("name", "matched"),
    [
        ("Ina Tides", True),
        ("TIDES, Ina", True),
        ("I. Tides", True),
        ("Ina Tidess", True),
        ("Inès Tides", False),
        ("Ina Dunes", False),
        ("Ina", False),
        ("X", False),
    ],
)
async def test_which_names_are_asked_about(follow, registration, name, matched):
    event = two()
    await follow(event)
    raw = f'name,email\n"{name}",somebody@example.org\n'.encode()

    plan = await registration.plan(event, raw)

    assert bool(plan.matches) is matched


async def test_two_equal_lines_are_not_both_the_same_person(follow, registration):
    event = two()
    await follow(event)
    raw = b"name,email\nI. Tides,a@example.org\nIna Tides,b@example.org\n"

    plan = await registration.plan(event, raw)

    assert [match.email for match in plan.matches] == ["b@example.org"]


async def test_a_line_without_an_address_is_the_person_of_that_name(
    follow, registration, imported
):
    event = two()
    ina = (await follow(event))["Ina Tides"]

    outcome = await imported(event, "name,email,language\nIna Tides,,en\n")

    assert [(one.id, one.language) for one in outcome.updated] == [(ina.id, "en")]
