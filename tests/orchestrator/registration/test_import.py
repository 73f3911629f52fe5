"""A list of people becomes registrants: all of it, or nothing."""

import asyncio

import pytest
from sqlalchemy import text

from orchestrator.access.model import Grant, Role
from orchestrator.database import run
from orchestrator.programme.model import Counts, Person
from orchestrator.registration.errors import BadLines
from orchestrator.registration.model import BadLine, Origin, Standing
from tests.orchestrator.registration.meeting import (
    DUNES,
    EVENING,
    MORNING,
    TIDES,
    meeting,
    session,
    stored,
    talk,
)


def people(registrants):
    return {one.name: one for one in registrants}


async def test_a_list_becomes_registrants(listed, registration, imported, event):
    outcome = await imported(
        event,
        "name,email,affiliation,member,language\n"
        "Ada Mare,ada@example.org,Lab A,yes,fr\n"
        "Bo Litoral,bo@example.org,,no,en\n"
        "Cy Delta,cy@example.org,,,\n",
    )

    found = await listed(event)
    assert [one.name for one in found] == ["Ada Mare", "Bo Litoral", "Cy Delta"]
    assert [(one.email, one.member, one.language) for one in found] == [
        ("ada@example.org", True, "fr"),
        ("bo@example.org", False, "en"),
        ("cy@example.org", None, ""),
    ]
    assert {one.origin for one in found} == {Origin.CSV}
    assert outcome.added == found
    assert await registration.counts(event.id) == Counts(
        members=1, non_members=1, unknown=1
    )


async def test_there_are_no_counts_before_anybody_registers(
    registration, follow, event
):
    await follow(event)

    assert await registration.counts(event.id) is None


async def test_the_same_list_again_changes_nothing(listed, imported, event):
    text = "name,email,role\nAda Mare,ada@example.org,organiser\nBo,bo@example.org,\n"
    await imported(event, text)
    before = await listed(event)

    outcome = await imported(event, text)

    assert (outcome.added, outcome.updated, outcome.unchanged) == ((), (), 2)
    assert await listed(event) == before


async def test_a_known_address_is_an_update_and_empty_cells_erase_nothing(
    listed, imported, event
):
    await imported(
        event,
        "name,email,affiliation,member,language\n"
        "Ada Mare,ada@example.org,Lab A,yes,fr\n",
    )

    outcome = await imported(
        event,
        "name,email,affiliation,member,language\n"
        "Ada Mare-Nostrum,Ada@Example.org,,,en\n",
    )

    (ada,) = await listed(event)
    assert outcome.updated == (ada,)
    assert (ada.name, ada.affiliation, ada.member, ada.language) == (
        "Ada Mare-Nostrum",
        "Lab A",
        True,
        "en",
    )


async def test_nothing_is_imported_when_a_line_is_bad(listed, imported, event):
    text = (
        "name,email,member\n"
        "Ada Mare,ada@example.org,yes\n"
        "Bo Litoral,bo at example.org,no\n"
        "Cy Delta,ada@example.org,no\n"
        "Di Port,di@example.org,perhaps\n"
        "Ed Port,,\n"
    )

    with pytest.raises(BadLines) as refusal:
        await imported(event, text)

    assert [one["line"] for one in refusal.value.facts["lines"]] == [3, 4, 5, 6]
    assert "Line 3: email 'bo at example.org': has no @." in refusal.value.detail
    assert await listed(event) == ()


async def test_bad_lines_can_be_left_out(listed, imported, event):
    text = "name,email\nAda,ada@example.org\nBo,nothing\nCy,ada@example.org\n"

    outcome = await imported(event, text, skip_bad=True)

    assert [one.name for one in await listed(event)] == ["Ada"]
    assert outcome.skipped == (
        BadLine(line=3, text="email 'nothing': has no @"),
        BadLine(line=4, text="the same address as on line 2; keep one of them"),
    )


async def test_many_bad_lines_are_counted(imported, event):
    text = "name,email\n" + "Ada,nothing\n" * 25

    with pytest.raises(BadLines) as refusal:
        await imported(event, text)

    assert "And 5 more." in refusal.value.detail


async def test_roles_are_given_by_session_and_talk(listed, imported, event):
    await imported(
        event,
        "nom;courriel;rôle;session;exposé\n"
        "Ada;ada@example.org;présidente;Water;\n"
        "Bo;bo@example.org;orateur;;on DUNES\n"
        "Cy;cy@example.org;organisateur;;\n"
        "Di;di@example.org;chair, speaker;2;1\n"
        "Ed;ed@example.org;inscrit;;\n"
        "Flo;flo@example.org;président de séance;;\n"
        "Gus;gus@example.org;intervenant·e;;Ina Tides\n",
    )

    found = people(await listed(event))
    assert {name: one.grants for name, one in found.items()} == {
        "Ada": (Grant(Role.CHAIR, session=MORNING),),
        "Bo": (Grant(Role.SPEAKER, talk=DUNES),),
        "Cy": (Grant(Role.ORGANISER),),
        "Di": (Grant(Role.CHAIR, session=EVENING), Grant(Role.SPEAKER, talk=TIDES)),
        "Ed": (),
        "Flo": (Grant(Role.CHAIR),),
        "Gus": (Grant(Role.SPEAKER, talk=TIDES),),
    }


async def test_lines_of_one_address_may_each_add_a_role(listed, imported, event):
    await imported(
        event,
        "name,email,role,session,talk,affiliation\n"
        "Ada,ada@example.org,chair,Water,,\n"
        "Ada,ada@example.org,speaker,,On dunes,Lab A\n",
    )

    (ada,) = await listed(event)
    assert ada.affiliation == "Lab A"
    assert ada.grants == (
        Grant(Role.CHAIR, session=MORNING),
        Grant(Role.SPEAKER, talk=DUNES),
    )


async def test_a_list_with_roles_replaces_those_of_a_former_list(
    listed, imported, event
):
    await imported(event, "name,email,role\nAda,ada@example.org,organiser\n")

    await imported(event, "name,email\nAda,ada@example.org\n")
    (kept,) = await listed(event)
    await imported(event, "name,email,role\nAda,ada@example.org,\n")
    (replaced,) = await listed(event)

    assert (kept.grants, replaced.grants) == ((Grant(Role.ORGANISER),), ())


@pytest.mark.parametrize(
    ("cells", "text"),
    [
        ("chair,Wind,", "session 'Wind' is not one of: 1 Water; 2 Sand"),
        ("chair,3,", "session '3' is not one of: 1 Water; 2 Sand"),
        ("chair,!,", "session '!' names none of: 1 Water; 2 Sand"),
        ("speaker,,Tea", "talk 'Tea' is not one of: 1 On tides; 2 On dunes"),
        ("speaker,,On", "talk 'On' is not one of: 1 On tides; 2 On dunes"),
    ],
)
async def test_a_session_or_talk_that_is_not_there_is_a_bad_line(
    registration, event, cells, text
):
    raw = f"name,email,role,session,talk\nAda,ada@example.org,{cells}\n".encode()

    plan = await registration.plan(event, raw)

    assert plan.bad == (BadLine(line=2, text=text),)


async def test_a_talk_without_a_role_is_remarked(registration, event):
    raw = b"name,email,role,talk\nAda,ada@example.org,,On tides\n"

    plan = await registration.plan(event, raw)

    assert [(one.line, one.text) for one in plan.remarks] == [
        (2, "names a session or a talk but no role: a plain registrant")
    ]


async def test_those_beyond_the_capacity_are_on_standby_in_their_order(
    listed, database, registration, imported
):
    event = await stored(database, meeting(capacity=2))
    lines = "".join(f"P{n},p{n}@example.org,\n" for n in range(4))

    await imported(event, f"name,email,role\n{lines}S,s@example.org,speaker\n")

    found = await listed(event)
    assert [(one.name, one.standing.value) for one in found] == [
        ("P0", "confirmed"),
        ("P1", "confirmed"),
        ("P2", "standby"),
        ("P3", "standby"),
        ("S", "confirmed"),
    ]
    assert (await registration.counts(event.id)).total == 3


async def test_a_free_place_goes_to_the_first_on_standby(
    listed, database, registration, imported
):
    event = await stored(database, meeting(capacity=1))
    text = "name,email\nP0,p0@example.org\nP1,p1@example.org\nP2,p2@example.org\n"
    first = (await imported(event, text)).added[0]
    await registration.cancel(first.id)

    await imported(event, f"{text}P3,p3@example.org\n")

    found = people(await listed(event))
    assert {name: one.standing for name, one in found.items()} == {
        "P0": Standing.CANCELLED,
        "P1": Standing.CONFIRMED,
        "P2": Standing.STANDBY,
        "P3": Standing.STANDBY,
    }


async def test_two_events_have_people_of_the_same_address(
    listed, database, imported, event
):
    other = await stored(database, _elsewhere())
    text = "name,email\nAda,ada@example.org\n"

    await imported(event, text)
    await imported(other, text)

    (here,), (there,) = (
        await listed(event),
        await listed(other),
    )
    assert here.id != there.id


async def test_every_import_says_that_entitlements_changed(imported, event, told):
    await imported(event, "name,email\nAda,ada@example.org\n")

    assert told.touched == [event.id]


def _elsewhere():
    air = session("ses9999bcdfg", "Air", talk("tlk9999bcdfg", "On wind"))
    return meeting(air, ident="evt9999bcdfg", slug="elsewhere", organisers=())


async def test_an_export_imported_elsewhere_gives_the_same_people(
    database, registration, imported, follow
):
    event = meeting()
    await follow(event)
    await imported(
        event,
        "name,email,affiliation,member,role,session,talk,language\n"
        "Ada,ada@example.org,Lab,yes,chair,Water,,fr\n"
        "Ada,ada@example.org,,,speaker,,On dunes,\n"
        "=Bo,bo@example.org,+Lab,no,,,,en\n",
    )
    told = await registration.export(event)
    before = await registration.people(event.id)
    async with database.transaction() as opened:
        for table in ("role_grant", "part", "registrant"):
            await run(opened, text(f"DELETE FROM {table}"))  # noqa: S608 -- three names
    await follow(event)

    await imported(event, told)

    after = await registration.people(event.id)
    assert set(map(_facts, after)) == set(map(_facts, before))


def _facts(one):
    return (
        *(one.name, one.email, one.affiliation, one.member, one.language),
        *(one.standing, one.origin, frozenset(one.grants)),
    )


async def test_two_imports_at_once_are_one_after_the_other(listed, imported, event):
    lists = [
        "name,email,role\n" + "".join(f"P{n},p{n}@example.org,chair\n" for n in numbers)
        for numbers in (range(12), range(11, -1, -1), range(6, 18))
    ]

    await asyncio.gather(*(imported(event, text) for text in lists))

    found = await listed(event)
    assert sorted(one.name for one in found) == sorted(f"P{n}" for n in range(18))
    assert {one.grants for one in found} == {(Grant(Role.CHAIR),)}


async def test_one_title_twice_is_told_apart_by_the_speaker(database, registration):
    event = await stored(
        database,
        meeting(
            session(
                MORNING,
                "Water",
                talk(TIDES, "To be announced", Person(name="Ina Tides")),
                talk(DUNES, "To be announced", Person(name="Sven Dunes")),
            ),
            organisers=(),
        ),
    )
    raw = (
        b"name,email,role,talk\n"
        b"Sven Dunes,sven@example.org,speaker,to be announced\n"
        b"Ada,ada@example.org,speaker,to be announced\n"
    )

    plan = await registration.plan(event, raw)

    assert [draft.grants for draft in plan.added] == [
        frozenset({Grant(Role.SPEAKER, talk=DUNES)})
    ]
    assert [one.line for one in plan.bad] == [3]
