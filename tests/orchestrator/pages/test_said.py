"""What was said at a meeting, as long as there is that meeting."""

from orchestrator.operations.removal import remove
from orchestrator.pages.said import Said, Sayings
from tests.orchestrator.app_client import CAMILLE, reading


async def test_meeting_that_takes_the_address_of_another_knows_nothing_of_it(site):
    services, event = site.services, site.event
    said = Said(services.programmes.find, services.questions, services.messages)
    (one,) = await services.registration.links(event, email=CAMILLE)
    camille = await services.access.holder(one.link.rpartition("/")[2])
    talk = event.timetable.slots[0].talk.id
    await services.questions.ask(event, talk, camille, "Why?")
    assert len((await said.of(event)).questions) == 1

    await remove(services.database, event)
    await services.programmes.look()
    after = await services.programmes.store(reading())

    assert after.slug == event.slug
    assert await said.of(after) == Sayings()


async def test_what_was_said_goes_with_its_meeting(site):
    services, event = site.services, site.event
    said = Said(services.programmes.find, services.questions, services.messages)
    await said.of(event)

    said.forget(event.id)

    assert said._kept == {}
