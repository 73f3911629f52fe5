"""A process keeps nothing of a meeting that was removed."""

from orchestrator.admission.model import Visitor
from orchestrator.app import build_app, wire
from orchestrator.operations.removal import remove
from orchestrator.pages.site import SITE
from tests.orchestrator.app_client import INSTALL, made, settings


def kept(services, site):
    """How much is kept by event or by room, in each place."""
    turnstile = services.admission.turnstile
    places = (
        services.admission._keeping.kept,
        turnstile._lines,
        turnstile._aside,
        services.rooms._kept,
        site.numbers,
    )
    return [len(one) for one in places]


async def test_what_was_kept_of_a_removed_meeting_is_forgotten(database, tmp_path):
    services = wire(settings(database.url, tmp_path), database, INSTALL)
    site = build_app(services)[SITE]
    event = await made(services)
    (person, *_) = await services.registration.people(event.id)
    now = services.programmes.now(event)
    await services.admission.enter(event, Visitor(registrant=person.id), now)
    await site.counts(event)
    await services.programmes.look()
    before = kept(services, site)

    await remove(database, event)
    await services.programmes.look()

    assert (before, kept(services, site)) == ([1] * 5, [0] * 5)
