"""A calendar key shows itself to its owner only, and ends when it is renewed."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import text

from orchestrator.access.errors import NoFeedKey, NoSuchAlarm, NotKnown, WeakSecret
from orchestrator.access.feed_keys import store as feed_keys
from orchestrator.access.feed_keys.model import FeedChoice, Per
from orchestrator.access.feed_keys.service import FeedKeys, digest_of, is_key
from orchestrator.access.tokens import JoinTokens
from orchestrator.clock import utc_now
from orchestrator.database import run
from orchestrator.registration import store as registrants
from orchestrator.registration.service import Registration
from tests.orchestrator.registration.meeting import meeting, stored

UNTIL = utc_now() + timedelta(days=200)

SECRET = "Xq3vN8_rT5wZ1kLb7PjYd0HsUgAe4MfC-oIiQx2n"
NEWER = "Hs8wE2_pQ4xV9mJc6TkZf1NrYbDg5LaU-iXoRy3d"
NEWEST = "Bn5tG7_kW1zR3vPe9QsMh4XjCuLf8DyA-oEiTq6x"
LIST = b"name,email\nAda,ada@example.org\nBo,bo@example.org\n"


async def nobody_told(_session, _event):
    """Nothing is kept here that would have to be forgotten."""


@pytest.fixture
def registration(database):
    return Registration(
        database,
        JoinTokens(SECRET, "tests"),
        base_url="https://x",
        touched=nobody_told,
    )


@pytest.fixture
async def people(database, registration):
    """Two registrants of a meeting, as their browsers are known."""
    event = await stored(database, meeting())
    await registration.apply(event, await registration.plan(event, LIST))
    found = await registration.people(event.id)
    async with database.reading() as session:
        known = await registrants.identities(session, [one.id for one in found])
    return {one.name: one for one in known.values()}


@pytest.fixture
def ada(people):
    return people["Ada"]


@pytest.fixture
def keys(database):
    return FeedKeys(database, registrants.locked_version, SECRET)


async def looked_up(database, key):
    async with database.reading() as session:
        found = await feed_keys.by_digest(session, [digest_of(key)])
    return found.get(digest_of(key))


async def test_nobody_has_a_calendar_until_he_makes_one(keys, ada):
    assert await keys.of(ada) is None
    with pytest.raises(NoFeedKey):
        await keys.choose(ada, FeedChoice(), until=UNTIL)
    with pytest.raises(NoFeedKey):
        await keys.renew(ada, until=UNTIL)


async def test_key_is_known_again_by_its_digest(keys, database, ada):
    made = await keys.make(ada)
    text_ = keys.text(made)

    assert is_key(text_)
    assert await looked_up(database, text_) == made == await keys.of(ada)
    assert (made.registrant, made.choice) == (ada.registrant, FeedChoice())
    assert await looked_up(database, text_[:-1] + "!") is None


async def test_making_it_again_changes_nothing(keys, ada):
    first = await keys.make(ada)

    assert await keys.make(ada) == first


async def test_two_presses_at_once_make_one_key(database, ada):
    devices = [FeedKeys(database, registrants.locked_version, SECRET) for _ in range(8)]

    made = await asyncio.gather(*(one.make(ada) for one in devices))

    assert len({one.digest for one in made}) == 1


async def changes(keys, who):
    """Everything that a browser can do, each on its own."""
    yield lambda: keys.make(who)
    yield lambda: keys.choose(who, FeedChoice(alarm=60), until=UNTIL)
    yield lambda: keys.renew(who, until=UNTIL)


@pytest.mark.parametrize("put_out", ["revoke", "cancel"])
async def test_browser_of_who_was_put_out_meanwhile_changes_nothing(
    keys, database, registration, ada, put_out
):
    """Other processes believe for a second that it is still known."""
    made = await keys.make(ada)
    await getattr(registration, put_out)(ada.registrant)

    async for change in changes(keys, ada):
        with pytest.raises(NotKnown):
            await change()

    stored_key = await looked_up(database, keys.text(made))
    assert (stored_key.choice, stored_key.digest) == (made.choice, made.digest)


async def test_without_looking_twice_it_would(database, registration, ada):
    """The twin of the test above."""

    async def as_the_browser_says(_session, _registrant):
        return ada.version

    trusting = FeedKeys(database, as_the_browser_says, SECRET)
    await registration.revoke(ada.registrant)

    assert (await trusting.make(ada)).version == ada.version


async def test_revoked_key_is_none_and_its_counts_go_on(
    keys, database, registration, ada
):
    made = await keys.make(ada)
    await keys.choose(ada, FeedChoice(alarm=60, with_link=True), until=UNTIL)
    await registration.revoke(ada.registrant)
    async with database.reading() as session:
        again = (await registrants.identities(session, [ada.registrant]))[
            ada.registrant
        ]

    assert await keys.of(again) is None
    for change in (
        keys.renew(again, until=UNTIL),
        keys.choose(again, FeedChoice(), until=UNTIL),
    ):
        with pytest.raises(NoFeedKey):
            await change
    new = await keys.make(again)
    assert new.digest != made.digest
    # The reminder stays; the personal link has to be chosen once more.
    assert (new.choice, new.turns) == (FeedChoice(alarm=60), 2)
    assert await looked_up(database, keys.text(made)) is None


async def test_keys_of_two_people_are_apart(keys, people):
    made = [await keys.make(one) for one in people.values()]

    assert len({keys.text(one) for one in made}) == len(people)


@pytest.mark.promise("caching")
async def test_database_alone_holds_no_key(keys, database, ada):
    made = keys.text(await keys.make(ada))

    async with database.reading() as session:
        rows = (await run(session, text("SELECT * FROM feed_key"))).all()
    assert made not in repr(rows)
    assert (
        FeedKeys(database, registrants.locked_version, NEWER).text(await keys.of(ada))
        == ""
    )
    assert made not in repr(await keys.of(ada))


async def test_key_is_shown_after_one_change_of_the_secret(keys, database, ada):
    made = await keys.make(ada)
    later = FeedKeys(database, registrants.locked_version, NEWER, previous=SECRET)

    assert later.text(made) == keys.text(made)


async def test_after_two_changes_it_works_and_is_not_shown(keys, database, ada):
    made = await keys.make(ada)
    later = FeedKeys(database, registrants.locked_version, NEWEST, previous=NEWER)

    assert later.text(made) == ""
    assert await looked_up(database, keys.text(made)) == made
    assert is_key(later.text(await later.renew(ada, until=UNTIL)))


async def test_renewed_key_keeps_the_choice(keys, database, ada):
    chosen = FeedChoice(per=Per.TALK, alarm=60, with_link=True)
    former = await keys.make(ada)
    await keys.choose(ada, chosen, until=UNTIL)

    renewed = await keys.renew(ada, until=UNTIL)

    assert renewed.choice == chosen
    assert await looked_up(database, keys.text(former)) is None
    assert await looked_up(database, keys.text(renewed)) == renewed


async def test_choice_keeps_the_key(keys, ada):
    made = await keys.make(ada)

    chosen = await keys.choose(ada, FeedChoice(alarm=0), until=UNTIL)

    assert (chosen.digest, chosen.choice.alarm, chosen.turns) == (made.digest, 0, 0)
    assert chosen.chosen >= made.chosen
    assert await keys.choose(ada, FeedChoice(alarm=0), until=UNTIL) == chosen


async def test_putting_the_link_in_and_out_is_counted(keys, ada):
    await keys.make(ada)

    turns = [
        (
            await keys.choose(
                ada, FeedChoice(with_link=with_link, alarm=alarm), until=UNTIL
            )
        ).turns
        for with_link, alarm in ((True, 10), (True, 60), (False, 60))
    ]

    assert turns == [1, 1, 2]


async def test_link_is_renewed_by_saving_once_the_meeting_was_put_off(keys, ada):
    linked = FeedChoice(with_link=True)
    await keys.make(ada)
    first = await keys.choose(ada, linked, until=UNTIL)
    again = await keys.choose(ada, linked, until=UNTIL + timedelta(hours=1))
    later = await keys.choose(ada, linked, until=UNTIL + timedelta(days=365))

    assert again == first
    assert (later.turns, later.link_until) == (2, UNTIL + timedelta(days=365))
    assert later.mark != first.mark


@pytest.mark.parametrize("minutes", [-10, 5, 11, 10_000])
async def test_reminder_that_is_not_offered_is_refused(keys, ada, minutes):
    made = await keys.make(ada)

    with pytest.raises(NoSuchAlarm, match="0, 10, 60 minutes"):
        await keys.choose(ada, FeedChoice(alarm=minutes), until=UNTIL)

    assert await keys.of(ada) == made


def test_weak_secret_makes_no_keys(sqlite):
    with pytest.raises(WeakSecret):
        FeedKeys(sqlite, registrants.locked_version, "short")


@pytest.mark.parametrize("text_", ["", "a" * 31, "a" * 33, "é" * 32, "a" * 31 + "/"])
def test_form_of_a_key(text_):
    assert not is_key(text_)
