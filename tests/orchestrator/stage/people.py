"""The made-up day with its services, and people of it as their browsers present them."""

from dataclasses import dataclass

from orchestrator.app import wire
from orchestrator.ids import SessionId, TalkId
from orchestrator.operations.services import Services
from orchestrator.programme.model import Event
from orchestrator.registration import store as registration
from tests.orchestrator.app_client import INSTALL, made, settings


@dataclass
class Meeting:
    """One process' worth of the service; ``told`` are the slugs of what changed."""

    services: Services
    event: Event
    told: list

    async def who(self, email):
        """Somebody of that address."""
        people = await self.services.registration.people(self.event.id)
        (ident,) = [one.id for one in people if one.email == email]
        async with self.services.database.reading() as session:
            return (await registration.identities(session, [ident]))[ident]

    def talk(self, number):
        """The id of a talk, by its place in the day from 0."""
        return TalkId(self.event.timetable.slots[number].talk.id)

    def session(self, number):
        return SessionId(self.event.timetable.sessions[number].session.id)


async def meeting(database, folder, **options):
    """The day on ``database``, which has every table and no row."""
    services = wire(settings(database.url, folder), database, INSTALL)
    event = await made(services, **options)
    return beside(services, event)


def beside(services, event):
    """What is told of ``event`` in the process of ``services``."""
    told = []
    services.news.tell(told.append)
    return Meeting(services, event, told)
