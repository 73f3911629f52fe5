"""A personal calendar: what is its owner's, the door, and no secret."""

import asyncio
from dataclasses import replace
from datetime import UTC, timedelta
from itertools import pairwise

import pytest
from icalendar import Calendar

from orchestrator.access.errors import TokenRefused
from orchestrator.access.feed_keys.model import FeedChoice, Per
from orchestrator.clock import utc_now
from orchestrator.feeds import personal
from orchestrator.feeds.errors import NoSuchFeed
from orchestrator.programme.model import Reading
from tests.orchestrator.app_client import (
    CAMILLE,
    CHAIR,
    DANA,
    ORGANISER,
    SLUG,
    SPEAKER,
    application,
    reading,
)
from tests.orchestrator.pages import made_up
from tests.orchestrator.pages.made_up import at

UNTIL = utc_now() + timedelta(days=200)

EVENT = " – Réseaux profonds, preuves courtes"
DOOR = f"http://localhost:8080/e/{SLUG}/room"
# Before the meeting, when its calendars still say what was called off.
WEEK_BEFORE = at(10) - timedelta(days=7)


@pytest.fixture
async def served(upgraded_sqlite_url, tmp_path):
    async with application(upgraded_sqlite_url, tmp_path, now=WEEK_BEFORE) as one:
        yield one


async def identity(served, email):
    token = (await served.link(email)).rpartition("/")[2]
    return await served.services.access.holder(token)


async def subscribed(served, email, **choice):
    """The secret part of the address of somebody's calendar."""
    keys, who = served.services.feed_keys, await identity(served, email)
    key = await keys.make(who)
    if choice:
        key = await keys.choose(who, FeedChoice(**choice), until=UNTIL)
    return keys.text(key)


async def fetched(served, key):
    return (await served.services.personal.feed(key)).plain.body


def events(body):
    """The entries by their titles, those of sessions without that of the event."""
    found = Calendar.from_ical(body).events
    return {str(one["SUMMARY"]).removesuffix(EVENT): one for one in found}


async def calendar(served, email, **choice):
    """The entries of somebody's calendar by their titles."""
    return events(await fetched(served, await subscribed(served, email, **choice)))


async def public(served):
    return (await served.services.feeds.feed(SLUG)).plain.body


def agreed(one):
    """What every file and mail says of an entry alike."""
    names = ("SEQUENCE", "DTSTAMP", "LAST-MODIFIED", "CREATED", "STATUS", "SUMMARY")
    told = [one[name].to_ical() for name in names]
    return (*told, one.start.astimezone(UTC), one.end.astimezone(UTC), one["URL"])


async def without_talk(served, number):
    """Import the programme without that talk."""
    store = served.services.programmes.store
    served.event = await store(reading(timetable=without(number)))


@pytest.mark.promise("personal")
async def test_registrant_has_the_sessions_with_the_door_and_a_reminder(served):
    mine = await calendar(served, CAMILLE)

    assert list(mine) == ["Session 1", "Session 2"]
    one = mine["Session 1"]
    assert one["SUMMARY"] == f"Session 1{EVENT}"
    joining = one["CONFERENCE"]
    assert (str(joining), dict(joining.params)) == (
        DOOR,
        {
            "VALUE": "URI",
            "FEATURE": ["AUDIO", "VIDEO"],
            "LABEL": "Entrer dans la salle",
        },
    )
    assert one["LOCATION"] == DOOR
    # The place has to be somewhere too: some come there.
    assert one["DESCRIPTION"].splitlines()[:3] == [DOOR, "", "Visioconférence"]
    assert one["TRANSP"] == "OPAQUE"
    (alarm,) = one.walk("VALARM")
    assert (alarm["ACTION"], alarm["TRIGGER"].dt) == ("DISPLAY", -timedelta(minutes=10))


async def test_speaker_has_his_talk_as_well(served):
    mine = await calendar(served, SPEAKER)

    assert list(mine) == ["Session 1", "Session 2", "Two descents, one curve"]
    assert mine["Two descents, one curve"]["TRANSP"] == "OPAQUE"


async def test_chair_leads_his_session(served):
    mine = await calendar(served, CHAIR)

    features = {
        title: one["CONFERENCE"].params["FEATURE"] for title, one in mine.items()
    }
    assert features == {
        "Session 1": ["AUDIO", "VIDEO"],
        "Session 2": ["AUDIO", "VIDEO", "MODERATOR"],
    }


async def test_organiser_leads_every_session(served):
    mine = await calendar(served, ORGANISER)

    assert all("MODERATOR" in e["CONFERENCE"].params["FEATURE"] for e in mine.values())


async def test_one_entry_per_talk_can_be_chosen(served):
    of_camille = await calendar(served, CAMILLE, per=Per.TALK)
    of_the_chair = await calendar(served, CHAIR, per=Per.TALK)

    assert len(of_camille) == 11
    assert not {"Session 1", "Session 2"} & of_camille.keys()
    assert of_the_chair.keys() - of_camille.keys() == {"Session 2"}
    # His talks are beside it: he is not busy twice.
    assert of_the_chair["Session 2"]["TRANSP"] == "TRANSPARENT"


@pytest.mark.parametrize(("minutes", "alarms"), [(0, 0), (10, 1), (60, 1)])
async def test_reminder_can_be_chosen(served, minutes, alarms):
    mine = await calendar(served, CAMILLE, alarm=minutes)

    found = [alarm for one in mine.values() for alarm in one.walk("VALARM")]
    assert len(found) == alarms * len(mine)
    assert {one["TRIGGER"].dt for one in found} <= {-timedelta(minutes=minutes)}


@pytest.mark.promise("personal")
@pytest.mark.promise("uid")
async def test_no_secret_and_nobody_else_is_in_it(served):
    key = await subscribed(served, CAMILLE)
    body = (await fetched(served, key)).replace(b"\r\n ", b"")

    for secret in (key, "/j/", "@lac.example", "@sea.example", "Camille", "video."):
        assert secret.encode() not in body
    for name in (b"SOURCE", b"ATTENDEE", b"ORGANIZER"):
        assert name not in body


@pytest.mark.promise("personal")
async def test_personal_link_is_in_it_where_it_is_chosen(served):
    key = await subscribed(served, CAMILLE, with_link=True)

    first = events(await fetched(served, key))["Session 1"]
    link = str(first["LOCATION"])
    served.services.personal._files.clear()
    again = events(await fetched(served, key))["Session 1"]

    assert link.startswith("http://localhost:8080/j/")
    assert link == first["CONFERENCE"] == first["DESCRIPTION"].splitlines()[0]
    assert first == again
    holder = await served.services.access.holder(link.rpartition("/")[2])
    assert holder.name == "Camille Dupré"


async def linked(served, key):
    """The personal link in a calendar, as a token."""
    one = events(await fetched(served, key))["Session 1"]
    return str(one["LOCATION"]).rpartition("/")[2]


async def test_link_in_a_calendar_ends_when_it_is_taken_out(served):
    key = await subscribed(served, CAMILLE, with_link=True)
    token = await linked(served, key)
    await subscribed(served, CAMILLE, with_link=False)

    with pytest.raises(TokenRefused):
        await served.services.access.holder(token)
    # Nor is it good again when another one is put in.
    await subscribed(served, CAMILLE, with_link=True)
    with pytest.raises(TokenRefused):
        await served.services.access.holder(token)
    assert await served.services.access.holder(await linked(served, key))


async def test_link_in_a_calendar_ends_when_the_address_is_renewed(served):
    key = await subscribed(served, CAMILLE, with_link=True)
    token = await linked(served, key)
    keys, who = served.services.feed_keys, await identity(served, CAMILLE)
    renewed = keys.text(await keys.renew(who, until=UNTIL))

    with pytest.raises(TokenRefused):
        await served.services.access.holder(token)
    again = await served.services.access.holder(await linked(served, renewed))
    assert again.registrant == who.registrant


@pytest.mark.parametrize("how", ["taken out", "renewed"])
async def test_browser_that_came_by_such_a_link_goes_with_it(served, how):
    """Else it could open the page that shows the new address."""
    key = await subscribed(served, CAMILLE, with_link=True)
    strangers = await served.browser()
    path = f"/j/{await linked(served, key)}"
    async with strangers.post(path, data={"to": "me"}, allow_redirects=False) as came:
        assert came.status == 303
    own = await served.known(CAMILLE)
    statuses = [await status(one, f"/e/{SLUG}/me") for one in (strangers, own)]
    who = await identity(served, CAMILLE)
    keys = served.services.feed_keys

    if how == "renewed":
        await keys.renew(who, until=UNTIL)
    else:
        await keys.choose(who, FeedChoice(), until=UNTIL)

    statuses += [await status(one, f"/e/{SLUG}/me") for one in (strangers, own)]
    assert statuses == [200, 200, 401, 200]


async def test_browser_of_who_has_his_own_link_is_not_made_less_by_the_other(served):
    own = await served.known(CAMILLE)
    key = await subscribed(served, CAMILLE, with_link=True)
    path = f"/j/{await linked(served, key)}"
    async with own.post(path, data={"to": "me"}, allow_redirects=False):
        pass
    await subscribed(served, CAMILLE, with_link=False)

    assert await status(own, f"/e/{SLUG}/me") == 200


async def status(browser, path):
    async with browser.get(path) as response:
        return response.status


async def test_link_that_was_handed_out_outlives_the_calendar(served):
    handed = (await served.link(CAMILLE)).rpartition("/")[2]
    await subscribed(served, CAMILLE, with_link=True)
    await subscribed(served, CAMILLE, with_link=False)

    assert (await served.services.access.holder(handed)).name == "Camille Dupré"


async def test_taking_the_personal_link_in_or_out_is_a_change_of_the_entries(served):
    seen = []
    for with_link in (False, True, False):
        key = await subscribed(served, CAMILLE, with_link=with_link)
        one = events(await fetched(served, key))["Session 1"]
        seen.append((int(one["SEQUENCE"]), "/j/" in one["LOCATION"]))

    assert seen == [(0, False), (1, True), (2, False)]


async def test_another_reminder_is_no_change_of_the_entries(served):
    before = await calendar(served, CAMILLE)
    after = await calendar(served, CAMILLE, alarm=60)

    assert [agreed(one) for one in before.values()] == [
        agreed(one) for one in after.values()
    ]


@pytest.mark.promise("agree")
@pytest.mark.promise("uid")
@pytest.mark.parametrize("per", Per)
async def test_personal_and_public_calendar_agree_on_each_entry(served, per):
    await without_talk(served, 3)
    shared = {str(e["UID"]): e for e in Calendar.from_ical(await public(served)).events}

    for email in (CAMILLE, SPEAKER, CHAIR, ORGANISER):
        for one in (await calendar(served, email, per=per)).values():
            assert agreed(one) == agreed(shared[str(one["UID"])])


async def test_speaker_of_a_talk_that_is_called_off_is_told_so(served):
    key = await subscribed(served, "speaker3@lab.example")
    title = made_up.SPEAKERS[2][2]
    before = events(await fetched(served, key))[title]
    await without_talk(served, 3)

    after = events(await fetched(served, key))[f"Annulé : {title}"]

    assert (after["UID"], after["STATUS"]) == (before["UID"], "CANCELLED")
    assert int(after["SEQUENCE"]) == int(before["SEQUENCE"]) + 1
    assert not after.walk("VALARM")


@pytest.mark.promise("cancelled")
async def test_speaker_who_is_replaced_is_told_so(served):
    key = await subscribed(served, SPEAKER)
    await served.services.programmes.store(reading(timetable=replaced()))

    mine = events(await fetched(served, key))

    title = "Two descents, one curve"
    assert (mine[f"Plus à votre nom : {title}"]["STATUS"], title in mine) == (
        "CANCELLED",
        False,
    )
    # The talk is on: for everybody else it is confirmed.
    assert events(await public(served))[title]["STATUS"] == "CONFIRMED"
    # Its speaker again.
    await served.services.programmes.store(reading())
    again = events(await fetched(served, key))[title]
    assert int(again["SEQUENCE"]) > int(mine[f"Plus à votre nom : {title}"]["SEQUENCE"])


@pytest.mark.promise("cancelled")
async def test_no_sequence_falls_when_a_talk_is_put_on_again(served):
    """After its speaker lost it and got it back; its cancelled self is his too."""
    key = await subscribed(served, SPEAKER)
    title, seen = "Two descents, one curve", []
    for programme in (None, replaced(), None, without(9), None, without(9), None):
        store = served.services.programmes.store
        await store(reading(**({"timetable": programme} if programme else {})))
        found = Calendar.from_ical(await fetched(served, key)).events
        seen.append(
            {
                str(one["UID"]): int(one["SEQUENCE"])
                for one in found
                if title in one["SUMMARY"]
            }
        )

    for before, after in pairwise(seen):
        assert before.keys() <= after.keys()
        assert all(after[uid] >= number for uid, number in before.items())
    assert [len(one) for one in seen] == [1, 1, 1, 1, 2, 2, 3]


def replaced():
    """The programme with another speaker of the ninth talk."""
    first, second = made_up.sessions()
    other = made_up.Person(name="Zoé Marchal", email="zoe@lab.example")
    talks = tuple(
        replace(t, speakers=(other,)) if t.id == "talk9" else t
        for t in second.session.talks
    )
    return first, replace(second, session=replace(second.session, talks=talks))


def without(number):
    """The programme without that talk."""
    return tuple(
        replace(
            timed,
            session=replace(
                timed.session,
                talks=tuple(t for t in timed.session.talks if t.id != f"talk{number}"),
            ),
        )
        for timed in made_up.sessions()
    )


async def test_who_unregisters_sees_all_of_it_cancelled(served):
    key = await subscribed(served, DANA)
    before = events(await fetched(served, key))
    person = await served.person(DANA)
    await served.services.registration.cancel(person.id)

    after = events(await fetched(served, key))

    assert list(after) == [
        "Inscription annulée : Session 1",
        "Inscription annulée : Session 2",
    ]
    for one, former in zip(after.values(), before.values(), strict=True):
        assert (one["UID"], one["STATUS"]) == (former["UID"], "CANCELLED")
        assert int(one["SEQUENCE"]) == int(former["SEQUENCE"]) + 1
        assert one["LAST-MODIFIED"].dt >= former["LAST-MODIFIED"].dt
        assert ("CONFERENCE" in one, one.walk("VALARM")) == (False, [])


@pytest.mark.promise("cancelled")
@pytest.mark.promise("never-empty")
async def test_what_was_cancelled_for_one_is_shown_for_90_days(served):
    key = await subscribed(served, DANA)
    await served.services.registration.cancel((await served.person(DANA)).id)
    await served.at(at(10) + timedelta(days=91))

    (left,) = events(await fetched(served, key)).values()

    # Never an empty file: the day itself is left, cancelled.
    assert left["UID"].startswith("event-")
    assert left["STATUS"] == "CANCELLED"


async def test_meeting_without_sessions_is_there_as_a_day(served):
    key = await subscribed(served, CAMILLE)
    await served.services.programmes.store(
        Reading(programme=made_up.programme(sessions=()))
    )
    await served.at(at(10) + timedelta(days=91))

    (only,) = events(await fetched(served, key)).values()

    assert (only["STATUS"], only["CONFERENCE"]) == ("CONFIRMED", DOOR)
    # Midnight minus ten minutes is no time to be reminded.
    assert only.walk("VALARM") == []


@pytest.mark.promise("caching")
async def test_renewed_address_is_the_only_one(served):
    key = await subscribed(served, CAMILLE)
    before = await fetched(served, key)
    keys, who = served.services.feed_keys, await identity(served, CAMILLE)
    renewed = keys.text(await keys.renew(who, until=UNTIL))

    assert events(await fetched(served, renewed)) == events(before)
    with pytest.raises(NoSuchFeed):
        await fetched(served, key)


async def test_revoked_links_take_the_calendar_with_them(served):
    key = await subscribed(served, CAMILLE)
    await served.services.registration.revoke((await served.person(CAMILLE)).id)

    with pytest.raises(NoSuchFeed):
        await fetched(served, key)


async def test_no_sequence_falls_when_links_are_revoked(served):
    for with_link in (True, False, True):
        key = await subscribed(served, CAMILLE, with_link=with_link)
    before = events(await fetched(served, key))
    await served.services.registration.revoke((await served.person(CAMILLE)).id)
    await served.services.programmes.look()

    after = await calendar(served, CAMILLE)

    assert after.keys() == before.keys()
    for title, one in after.items():
        assert int(one["SEQUENCE"]) > int(before[title]["SEQUENCE"])
        assert "/j/" not in one["LOCATION"]


async def test_who_was_cancelled_after_a_revocation_is_shown_nothing(served):
    key, person = await subscribed(served, DANA), await served.person(DANA)
    await served.services.registration.revoke(person.id)
    await served.services.registration.cancel(person.id)

    with pytest.raises(NoSuchFeed):
        await fetched(served, key)


@pytest.mark.promise("caching")
@pytest.mark.parametrize("altered", ["", "x", "é" * 32, "a" * 32, "a" * 33, "../" * 11])
async def test_altered_key_is_nobodys(served, altered):
    await subscribed(served, CAMILLE)

    with pytest.raises(NoSuchFeed):
        await fetched(served, altered)


async def test_asked_for_by_many_it_is_rendered_once(served, monkeypatch):
    key, rendered = await subscribed(served, CAMILLE), []
    real = personal.own_drafts

    def counted(*arguments, **options):
        rendered.append(1)
        return real(*arguments, **options)

    monkeypatch.setattr(personal, "own_drafts", counted)

    files = await asyncio.gather(
        *(served.services.personal.feed(key) for _ in range(50))
    )

    assert len(rendered) == 1
    assert len({id(file) for file in files}) == 1


async def test_memory_of_kept_calendars_is_bounded(served, monkeypatch):
    monkeypatch.setattr(personal, "_MOST_BYTES", 10_000)

    for email in (CAMILLE, SPEAKER, CHAIR, ORGANISER, DANA):
        await calendar(served, email)

    kept = [file for _, file in served.services.personal._files.values()]
    assert sum(file.size for file in kept) <= 10_000
    assert served.services.personal._bytes == sum(file.size for file in kept)


async def test_entries_that_nobody_else_has_are_not_kept(served):
    await calendar(served, CAMILLE)
    (shelf,) = served.services.personal._shelves.values()
    kept = len(shelf.lines._now)

    for with_link in (True, False) * 5:
        await calendar(served, DANA, with_link=with_link)

    assert len(shelf.lines._now) == kept
