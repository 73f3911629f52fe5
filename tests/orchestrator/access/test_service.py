"""A link says who it is of; a browser is known by its cookie, until it is revoked."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from orchestrator.access import service
from orchestrator.access.errors import TokenRefused
from orchestrator.access.model import Grant, Role
from orchestrator.access.service import Access, digest_of
from orchestrator.access.store import MOST_BROWSERS
from orchestrator.access.tokens import JoinClaim, JoinTokens
from orchestrator.clock import utc_now
from orchestrator.database import run
from orchestrator.registration import store as registrants
from orchestrator.registration.service import Registration
from tests.orchestrator.registration.meeting import (
    MORNING,
    meeting,
    session,
    stored,
    talk,
)

SECRET = "Xq3vN8_rT5wZ1kLb7PjYd0HsUgAe4MfC-oIiQx2n"
LIST = (
    b"name,email,member,role,session,language\n"
    b"Ada,ada@example.org,yes,chair,Water,fr\n"
    b"Bo,bo@example.org,no,,,\n"
)
HOUR = timedelta(hours=1)


class World:
    """Two meetings with the same people, and access to both."""

    def __init__(self, database):
        self.database = database
        self.now = utc_now()
        self.epoch = None
        self.lookups = 0
        self.renames = []
        self.tokens = JoinTokens(SECRET, "tests", clock=lambda: self.now)
        self.registration = Registration(
            database, self.tokens, base_url="https://x", touched=self.touched
        )
        self.access = Access(
            database,
            self.tokens,
            self.lookup,
            clock=lambda: self.now,
            epoch=lambda event: self.epoch,
            listeners=[self.renamed],
        )

    async def touched(self, _session, _event):
        if self.epoch is not None:
            self.epoch += 1

    async def renamed(self, _session, events, former, digest):
        self.renames.append((events, former, digest))

    async def lookup(self, session, ids):
        self.lookups += 1
        return await registrants.identities(session, ids)

    async def prepare(self):
        air = session("ses9999bcdfg", "Water", talk("tlk9999bcdfg", "On wind"))
        self.here = await stored(self.database, meeting())
        self.there = await stored(
            self.database, meeting(air, ident="evt9999bcdfg", slug="elsewhere")
        )
        for event in (self.here, self.there):
            plan = await self.registration.plan(event, LIST)
            await self.registration.apply(event, plan)
        return self

    async def token(self, name, event=None):
        event = event or self.here
        people = await self.registration.people(event.id)
        (one,) = [each for each in people if each.name == name]
        claim = JoinClaim(event.id, one.id, one.version)
        return self.tokens.issue(claim, self.now + 24 * HOUR)

    async def holder(self, name, event=None):
        return await self.access.holder(await self.token(name, event))

    async def open(self, identity, cookie=None, until=None):
        async with self.database.transaction() as opened:
            return await self.access.open_session(
                opened, cookie, identity, until or self.now + 24 * HOUR
            )

    async def name(self, cookie, event=None):
        found = await self.access.identify(cookie, (event or self.here).id)
        return found and found.name


@pytest.fixture
async def world(database):
    return await World(database).prepare()


async def test_a_link_tells_whose_it_is_and_what_he_may(world):
    ada = await world.holder("Ada")

    assert (ada.name, ada.event, ada.member, ada.language) == (
        "Ada",
        world.here.id,
        True,
        "fr",
    )
    assert ada.grants == (Grant(Role.CHAIR, session=MORNING),)
    assert (ada.staff, ada.standby) == (True, False)


async def test_a_revoked_link_is_refused(world):
    token = await world.token("Ada")
    ada = await world.access.holder(token)

    await world.registration.revoke(ada.registrant)

    with pytest.raises(TokenRefused) as refusal:
        await world.access.holder(token)
    assert refusal.value.reason == "revoked"
    assert (await world.holder("Ada")).version == 2


async def test_without_the_version_a_revoked_link_would_be_accepted(world, monkeypatch):
    token = await world.token("Ada")
    ada = await world.access.holder(token)
    await world.registration.revoke(ada.registrant)

    async def as_before(_event, _registrant):
        return ada

    monkeypatch.setattr(world.access, "_identity", as_before)

    assert await world.access.holder(token) == ada


async def test_the_link_of_somebody_cancelled_is_refused(world):
    token = await world.token("Ada")
    ada = await world.access.holder(token)

    await world.registration.cancel(ada.registrant)

    with pytest.raises(TokenRefused):
        await world.access.holder(token)
    with pytest.raises(TokenRefused):
        await world.holder("Ada")


async def test_a_signed_link_of_nobody_or_of_another_event_is_refused(world):
    ada = await world.holder("Ada")
    later = world.now + HOUR

    for claim in (
        JoinClaim(world.here.id, "nobody", 1),
        JoinClaim(world.there.id, ada.registrant, 1),
    ):
        with pytest.raises(TokenRefused) as refusal:
            await world.access.holder(world.tokens.issue(claim, later))
        assert refusal.value.reason == "registrant"


async def test_people_are_asked_for_once_while_the_epoch_stays(world):
    world.epoch = 1
    token = await world.token("Ada")
    ada = await world.access.holder(token)
    world.lookups = 0

    await world.access.holder(token)
    assert world.lookups == 0

    await world.registration.revoke(ada.registrant)
    with pytest.raises(TokenRefused):
        await world.access.holder(token)
    assert world.lookups == 1


async def test_what_is_kept_of_people_is_bounded(world, monkeypatch):
    monkeypatch.setattr(service, "_KEPT", 1)
    world.epoch = 1
    tokens = [await world.token("Ada"), await world.token("Bo")]
    for token in tokens:
        await world.access.holder(token)
    world.lookups = 0

    for token in tokens:
        await world.access.holder(token)

    assert world.lookups == 2


async def test_a_browser_is_known_at_its_event_only(world):
    cookie = await world.open(await world.holder("Ada"))

    assert await world.name(cookie) == "Ada"
    assert await world.name(cookie, world.there) is None


@pytest.mark.parametrize("cookie", [None, "", "x", "a" * 43, "é" * 43, "\ud800", "'"])
async def test_a_cookie_that_was_never_given_is_nobody(world, cookie):
    assert await world.name(cookie) is None


async def test_only_the_digest_of_a_cookie_is_stored(world):
    cookie = await world.open(await world.holder("Ada"))

    async with world.database.reading() as opened:
        rows = (await run(opened, text("SELECT * FROM browser_session"))).all()
    assert [row[0] for row in rows] == [digest_of(cookie)]
    assert cookie not in str(rows)


async def test_revoking_makes_every_browser_a_stranger(world):
    ada = await world.holder("Ada")
    cookies = [await world.open(ada), await world.open(ada)]

    await world.registration.revoke(ada.registrant)

    assert [await world.name(cookie) for cookie in cookies] == [None, None]


async def test_a_browser_is_forgotten_at_the_end_of_its_term(world):
    cookie = await world.open(await world.holder("Ada"), until=world.now + HOUR)

    world.now += HOUR
    assert await world.name(cookie) is None

    await world.access.forget_expired()
    world.now -= HOUR
    assert await world.name(cookie) is None


async def test_a_person_is_known_in_the_browsers_that_came_last(world):
    cookies = [await open_in_turn(world, "Ada") for _ in range(MOST_BROWSERS + 3)]
    other = await world.open(await world.holder("Bo"))
    elsewhere = await world.open(await world.holder("Ada", world.there))

    known = [await world.name(cookie) for cookie in cookies]

    assert known == [None] * 3 + ["Ada"] * MOST_BROWSERS
    assert await world.name(other) == "Bo"
    assert await world.name(elsewhere, world.there) == "Ada"


async def test_without_forgetting_every_browser_would_stay_known(world, monkeypatch):
    async def nothing(*_):
        pass

    monkeypatch.setattr(service.store, "forget_oldest", nothing)

    cookies = [await open_in_turn(world, "Ada") for _ in range(MOST_BROWSERS + 3)]

    assert await world.name(cookies[0]) == "Ada"


async def open_in_turn(world, name):
    """The cookie of a new browser, a second after the one before."""
    world.now += timedelta(seconds=1)
    return await world.open(await world.holder(name))


async def test_pressing_again_keeps_the_cookie_and_prolongs_it(world):
    ada = await world.holder("Ada")
    cookie = await world.open(ada, until=world.now + HOUR)

    again = await world.open(ada, cookie, until=world.now + 3 * HOUR)

    world.now += 2 * HOUR
    assert (again, await world.name(cookie)) == (cookie, "Ada")


async def test_pressing_again_never_shortens_the_term(world):
    ada = await world.holder("Ada")
    cookie = await world.open(ada, until=world.now + 3 * HOUR)

    await world.open(ada, cookie, until=world.now + HOUR)

    world.now += 2 * HOUR
    assert await world.name(cookie) == "Ada"


async def test_one_browser_is_known_at_two_events(world):
    cookie = await world.open(await world.holder("Ada"))

    both = await world.open(await world.holder("Bo", world.there), cookie)

    assert (await world.name(both), await world.name(both, world.there)) == (
        "Ada",
        "Bo",
    )


async def test_it_is_told_at_which_events_a_browser_has_another_cookie(world):
    ada, elsewhere = await world.holder("Ada"), await world.holder("Bo", world.there)
    first = await world.open(ada)
    await world.open(ada, first)

    second = await world.open(elsewhere, first)
    other = await world.open(await world.holder("Bo"), second)

    digests = [digest_of(one) for one in (first, second, other)]
    assert world.renames == [
        ({world.here.id}, digests[0], digests[1]),
        ({world.there.id}, digests[1], digests[2]),
    ]


async def test_it_is_told_that_the_same_person_has_another_cookie(world):
    ada = await world.holder("Ada")
    first = await world.open(ada, until=world.now + HOUR)
    world.now += HOUR

    second = await world.open(ada, first)

    assert world.renames == [({world.here.id}, digest_of(first), digest_of(second))]


async def test_a_cookie_planted_beforehand_gains_nothing(world):
    planted = await world.open(await world.holder("Bo", world.there))

    cookie = await world.open(await world.holder("Ada"), planted)

    assert cookie != planted
    assert await world.name(planted) is None
    assert await world.name(planted, world.there) is None


async def test_without_a_new_cookie_a_planted_one_would_be_the_victim(
    world, monkeypatch
):
    planted = await world.open(await world.holder("Bo", world.there))
    monkeypatch.setattr(service.secrets, "token_urlsafe", lambda _size: planted)

    await world.open(await world.holder("Ada"), planted)

    assert await world.name(planted) == "Ada"


async def test_another_person_on_the_same_browser_replaces_the_first(world):
    first = await world.open(await world.holder("Ada"))

    second = await world.open(await world.holder("Bo"), first)

    assert second != first
    assert (await world.name(first), await world.name(second)) == (None, "Bo")


async def test_a_new_link_makes_a_revoked_browser_known_again(world):
    ada = await world.holder("Ada")
    cookie = await world.open(ada)
    await world.registration.revoke(ada.registrant)

    again = await world.open(await world.holder("Ada"), cookie)

    assert again != cookie
    assert await world.name(again) == "Ada"


async def test_a_browser_can_be_forgotten_at_one_event_or_at_all(world):
    cookie = await world.open(await world.holder("Ada"))
    cookie = await world.open(await world.holder("Bo", world.there), cookie)

    async with world.database.transaction() as opened:
        await world.access.end(opened, cookie, world.there.id)
    assert (await world.name(cookie), await world.name(cookie, world.there)) == (
        "Ada",
        None,
    )

    async with world.database.transaction() as opened:
        await world.access.end(opened, cookie)
        await world.access.end(opened, None)
    assert await world.name(cookie) is None


async def test_a_browser_is_made_known_in_a_transaction_of_its_own(world):
    ada = await world.holder("Ada")

    cookie = await world.access.know(None, ada, world.now + HOUR)

    assert await world.name(cookie) == "Ada"


async def test_without_an_epoch_everybody_is_looked_up_each_time(world):
    access = Access(world.database, world.tokens, world.lookup, clock=lambda: world.now)
    token = await world.token("Ada")

    await access.holder(token)
    await access.holder(token)

    assert world.lookups == 2
