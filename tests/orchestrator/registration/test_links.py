"""Personal links: one for everybody, worthless once revoked."""

from datetime import timedelta

import pytest

from orchestrator.access.model import Role
from orchestrator.access.retention import good_until
from orchestrator.registration import store
from orchestrator.registration.errors import NoSuchRegistrant
from orchestrator.registration.model import Standing
from tests.orchestrator.registration.meeting import NINE, meeting

LIST = "name,email,role,session\nAda,ada@example.org,,\nCy,cy@example.org,chair,Water\n"
BASE = "https://meet.example.org/j/"


@pytest.fixture
async def event(follow, imported):
    event = meeting()
    await follow(event)
    await imported(event, LIST)
    return event


async def test_everybody_has_a_link_staff_first(registration, event):
    links = await registration.links(event)

    assert [(one.name, one.role.value) for one in links] == [
        ("Odile Organ", "organiser"),
        ("Cy", "chair"),
        ("Ina Tides", "speaker"),
        ("Sven Dunes", "speaker"),
        ("Ada", "registrant"),
    ]


async def test_a_link_carries_its_own_person(registration, tokens, event):
    people = {one.name: one for one in await registration.people(event.id)}

    links = await registration.links(event)

    claims = {one.name: tokens.read(one.link.removeprefix(BASE)) for one in links}
    assert {name: (c.registrant, c.event, c.version) for name, c in claims.items()} == {
        name: (one.id, event.id, 1) for name, one in people.items()
    }


@pytest.mark.parametrize(
    ("role", "names"),
    [
        (Role.ORGANISER, ["Odile Organ"]),
        (Role.CHAIR, ["Odile Organ", "Cy"]),
        (Role.SPEAKER, ["Ina Tides", "Sven Dunes"]),
        (Role.REGISTRANT, ["Ada"]),
    ],
)
async def test_links_of_one_role(registration, event, role, names):
    links = await registration.links(event, role=role)

    assert sorted(one.name for one in links) == sorted(names)
    assert {one.role for one in links} == {role}


async def test_the_link_of_one_address(registration, event):
    (link,) = await registration.links(event, email="ADA@example.org")

    assert (link.name, link.email) == ("Ada", "ada@example.org")
    with pytest.raises(NoSuchRegistrant):
        await registration.links(event, email="nobody@example.org")


async def test_no_link_is_shown_by_accident(registration, event):
    (link,) = await registration.links(event, email="ada@example.org")

    assert link.link not in repr(link)
    assert "ada@" not in repr(link)


async def test_revoking_raises_the_version_and_is_told(registration, event, told):
    ada = (await registration.people(event.id))[-2]
    told.touched.clear()

    revoked = await registration.revoke(ada.id)

    assert (revoked.version, revoked.standing) == (2, Standing.CONFIRMED)
    assert (told.out, told.touched) == ([revoked], [event.id])
    assert revoked in await registration.people(event.id)


async def test_a_cancelled_registrant_has_no_link_and_stays_cancelled(
    registration, event, imported
):
    ada = next(o for o in await registration.people(event.id) if o.name == "Ada")

    cancelled = await registration.cancel(ada.id)
    await imported(event, LIST)

    assert (cancelled.version, cancelled.standing) == (2, Standing.CANCELLED)
    assert "Ada" not in {one.name for one in await registration.links(event)}
    assert await registration.counts(event.id) != cancelled


async def test_nobody_is_not_revoked(registration, event):
    with pytest.raises(NoSuchRegistrant):
        await registration.revoke("nobody")


async def test_registrants_are_looked_up_many_at_once(registration, database, event):
    people = await registration.people(event.id)

    async with database.reading() as session:
        found = await store.lookup_many(session, [one.id for one in people[:3]])
        none = await store.lookup_many(session, ["nobody"])

    assert found == {one.id: one for one in people[:3]}
    assert none == {}


def test_links_last_half_a_year_beyond_the_event_or_beyond_today():
    ends = NINE + timedelta(hours=7)
    term = timedelta(days=180)

    assert good_until(meeting(), NINE - timedelta(days=90)) == ends + term
    assert good_until(meeting(), NINE + timedelta(days=90)) == (
        NINE + timedelta(days=90) + term
    )
