"""Open screens of those who are not who they were are told so and parted."""

from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace

import pytest

from orchestrator.access.model import Grant, Role, Source
from orchestrator.access.store import set_grants
from orchestrator.database import DatabaseUnavailable
from orchestrator.programme import service as programme_service
from orchestrator.programme import store as programme_store
from tests.orchestrator.app_client import CAMILLE, DANA, SLUG, application
from tests.waiting import until


@pytest.fixture
async def site(upgraded_sqlite_url, tmp_path):
    async with application(upgraded_sqlite_url, tmp_path) as site:
        await until(lambda: site.services.programmes._watching)
        yield site


@asynccontextmanager
async def screens(site, *emails):
    """An open stream of each, once the hub has it."""
    async with AsyncExitStack() as stack:
        opened = []
        for email in emails:
            browser = await site.known(email)
            response = browser.get(f"/api/v1/events/{SLUG}/live")
            opened.append(await stack.enter_async_context(response))
            who = (await site.person(email)).id
            await until(lambda who=who: site.services.hub.has(f"{SLUG}/{who}"))
        yield opened


async def revoke(site):
    await site.services.registration.revoke((await site.person(CAMILLE)).id)


async def cancel(site):
    await site.services.registration.cancel((await site.person(CAMILLE)).id)


async def promote(site):
    who = (await site.person(CAMILLE)).id
    async with site.services.database.transaction() as session:
        await programme_store.touch_access(session, site.event.id)
        grants = {who: [Grant(Role.CHAIR, source=Source.CSV)]}
        await set_grants(session, site.event.id, grants, (Source.CSV,))


@pytest.mark.parametrize("change", [revoke, cancel, promote])
async def test_who_is_not_who_he_was_is_told_and_parted_and_nobody_else(site, change):
    async with screens(site, CAMILLE, DANA) as (changed, same):
        others = f"{SLUG}/{(await site.person(DANA)).id}"

        await change(site)

        told = await changed.content.read()
        assert b"event: access" in told
        assert site.services.hub.listening(f"{SLUG}/") == (others,)
        assert not same.content.at_eof()


async def test_without_comparing_his_screens_would_stay(site, monkeypatch):
    """Twin: nobody is compared, so nobody is parted."""

    async def nobody(*_):
        return None

    monkeypatch.setattr(site.services.programmes._doubts, "_checks", [nobody])
    async with screens(site, CAMILLE):
        before = site.services.programmes.access_epoch(site.event.id)
        await revoke(site)
        await until(
            lambda: (
                site.services.programmes.access_epoch(site.event.id) != before
                and not site.services.programmes._doubts._slugs
            )
        )

        assert len(site.services.hub) == 1


async def test_who_changed_while_the_database_was_away_is_parted_later(
    site, monkeypatch
):
    monkeypatch.setattr(programme_service, "_SECONDS_BETWEEN_LOOKS", 0.01)
    honest, refusals = site.services.screens.check, [DatabaseUnavailable("away")] * 2

    async def check(slug):
        if refusals:
            raise refusals.pop()
        await honest(slug)

    monkeypatch.setattr(site.services.programmes._doubts, "_checks", [check])
    async with screens(site, CAMILLE) as (screen,):
        await revoke(site)

        assert b"event: access" in await screen.content.read()


async def test_screens_of_a_link_that_ended_are_parted_when_a_newer_one_opens(site):
    who = (await site.person(CAMILLE)).id
    async with screens(site, CAMILLE) as (former,):
        newer = await site.services.access.holder(
            (await site.link(CAMILLE)).removeprefix("/j/")
        )
        site.services.screens.came(SLUG, replace(newer, version=newer.version + 1))

        assert b"event: access" in await former.content.read()
        assert not site.services.hub.has(f"{SLUG}/{who}")
