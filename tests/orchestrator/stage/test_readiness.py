"""Speakers: what they tell of themselves, joined with what is seen of them."""

from datetime import timedelta

import pytest

from orchestrator.admission.model import Visitor
from orchestrator.programme.errors import NoSuchTalk
from orchestrator.stage.parties import NotOfThisMeeting, SpeakersOnly
from orchestrator.stage.readiness.errors import BadPhone
from orchestrator.stage.readiness.model import Wish
from orchestrator.stage.readiness.phones import read_phone
from tests.orchestrator.app_client import CAMILLE, CHAIR, ORGANISER, PEOPLE, SPEAKER
from tests.orchestrator.pages.made_up import SPEAKERS, at
from tests.orchestrator.stage.people import meeting

INVITED, NEXT = 9, 10
PHONE = "+1 (415) 555-0134"


@pytest.fixture
async def day(database, tmp_path):
    people = PEOPLE + (
        "Co Author,co@lab.example,Lab,yes,speaker,,en,Two descents one curve\n"
    )
    people = people.replace("language\n", "language,talk\n", 1)
    return await meeting(database, tmp_path, people=people, now=at(16, 20))


@pytest.fixture
def speakers(day):
    return day.services.speakers


@pytest.fixture
def tell(day):
    async def told(*, by=SPEAKER, talk=INVITED, **options):
        who = await day.who(by)
        await day.services.speakers.tell(day.event, day.talk(talk), who, **options)

    return told


async def his(day, name="Mina Castellan"):
    found = await day.services.speakers.of(day.event)
    (one,) = [one for one in found if one.name == name]
    return one


async def test_every_speaker_of_every_talk_is_listed_in_order(day, speakers):
    found = await speakers.of(day.event)

    names = [name for name, _, _ in SPEAKERS]
    assert [one.name for one in found] == [
        *names[:9],
        "Co Author",
        *names[9:],
        "Rémi Aubert",
    ]
    spoken = [slot.talk.id for slot in day.event.timetable.slots if slot.talk.speakers]
    assert [one.talk for one in found if one.name != "Co Author"] == spoken
    assert {one.registrant is None for one in found} == {False}


async def test_who_is_not_on_the_list_any_more_is_listed_without_a_link(day, tell):
    await tell(phone=PHONE)
    who = await day.who(SPEAKER)
    await day.services.registration.cancel(who.registrant)

    one = await his(day)

    assert (one.registrant, one.talk, one.phone) == (None, day.talk(INVITED), "")


async def test_what_is_told_is_kept_and_the_rest_stays(day, tell):
    await tell(phone=f" {PHONE} ")
    await tell(wish=Wish.DO_NOT_RECORD)
    await tell(tested=True)

    one = await his(day)

    now = day.services.programmes.now(day.event)
    assert (one.phone, one.wish) == (PHONE, Wish.DO_NOT_RECORD)
    assert timedelta() <= now - one.tested < timedelta(minutes=1)
    assert day.told == [day.event.slug] * 3


async def test_phone_is_taken_away_and_printed_nowhere(day, tell):
    await tell(phone=PHONE)
    shown = repr(await his(day))
    await tell(phone="")

    assert ("555" in shown, (await his(day)).phone) == (False, "")


@pytest.mark.parametrize(
    "phone", ["112", "06 12 34 56 78", "+33 1.23.45.67.89 poste 12", "0043/1/58801", ""]
)
def test_numbers_are_taken_as_people_write_them(phone):
    assert read_phone(phone) == phone


@pytest.mark.parametrize(
    "phone", ["12", "call me", "x" * 50, "1" * 21, "javascript:1234", "+33 <b>6 12 34"]
)
def test_what_nobody_could_call_is_refused(phone):
    with pytest.raises(BadPhone, match="with its country"):
        read_phone(phone)


@pytest.mark.parametrize("by", [CAMILLE, CHAIR, ORGANISER, "speaker1@lab.example"])
async def test_only_its_speaker_tells(day, tell, by):
    with pytest.raises(SpeakersOnly):
        await tell(by=by, phone=PHONE)

    assert day.told == []


async def test_unknown_talk_and_revoked_links_are_refused(day, speakers):
    who = await day.who(SPEAKER)
    await day.services.registration.revoke(who.registrant)

    with pytest.raises(NoSuchTalk, match="nowhere"):
        await speakers.tell(day.event, "nowhere", who, phone=PHONE)
    with pytest.raises(NotOfThisMeeting):
        await speakers.tell(day.event, day.talk(INVITED), who, phone=PHONE)


async def enter(day):
    who, now = await day.who(SPEAKER), day.services.programmes.now(day.event)
    visitor = Visitor(registrant=who.registrant, staff=True, version=who.version)
    await day.services.admission.enter(day.event, visitor, now)
    return who, now


async def test_who_has_a_seat_is_here_since_he_came(day):
    before = (await his(day)).present_since
    who, entered = await enter(day)
    await day.services.clock.measure(day.services.database)

    here = (await his(day)).present_since
    await day.services.admission.leave(day.event, who.registrant, entered)

    assert before is None
    assert abs(here - entered) < timedelta(minutes=1)
    assert (await his(day)).present_since is None


async def test_seat_that_belongs_to_a_later_opening_is_held_since_now_at_most(
    day, monkeypatch
):
    await enter(day)
    past = day.services.programmes.now(day.event) - timedelta(minutes=1)
    monkeypatch.setattr(day.services.speakers, "_now", lambda _event: past)

    assert (await his(day)).present_since == past


async def test_opened_is_when_his_present_link_was_opened(day):
    access, who = day.services.access, await day.who(SPEAKER)
    assert (await his(day)).opened is None

    await access.know(None, who, at(18) + timedelta(days=9999))
    opened = (await his(day)).opened
    await day.services.registration.revoke(who.registrant)

    now = day.services.programmes.now(day.event)
    assert abs(now - opened) < timedelta(minutes=1)
    assert (await his(day)).opened is None
