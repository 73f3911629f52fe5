"""What runs beside the answering of requests, as long as the application does."""

from collections.abc import AsyncIterator, Callable, Coroutine, Sequence

from aiohttp import web

from integrations.video.events import Came, Recorded
from integrations.video.provider import Participant
from orchestrator.admission.doors import are_open
from orchestrator.admission.terms import doors_closed
from orchestrator.attendance.polling import Heard as Listed
from orchestrator.attendance.polling import poll
from orchestrator.hub.relay import Heard, of_seats, of_stage, slug_of
from orchestrator.ids import RegistrantId
from orchestrator.operations.recorded import hearing
from orchestrator.operations.services import Services
from orchestrator.operations.telling import Arrived
from orchestrator.programme.model import Event
from orchestrator.rooms.model import Room
from orchestrator.rooms.recordings.fetching import ask
from orchestrator.rooms.video.ending import Days, Endings
from orchestrator.web.runner import beside


def background(
    services: Services,
) -> Callable[[web.Application], AsyncIterator[None]]:
    """Follow what other processes store and what goes on in the rooms, hear other
    instances, ask providers who is in their rooms and end those, and handle what they
    deliver.
    """
    programmes = services.programmes
    _follow(services)

    async def lifetime(_app: web.Application) -> AsyncIterator[None]:
        await programmes.begin()
        asking = poll(
            services.attendance,
            services.rooms,
            programmes.all,
            _listed(services),
            keep=services.admission.unlisted,
            doors=are_open,
        )
        async with (
            beside(programmes.watch()),
            beside(services.live.run()),
            beside(services.news.watch()),
            beside(services.stage_live.run()),
            beside(services.onstage.run()),
            beside(services.admission.exits.run(programmes.find)),
            beside(services.beside.fetching.run()),
            beside(_recordings(services)),
            beside(asking),
            beside(_endings(services).run()),
            beside(services.told.worker.run()),
            beside(services.relay.run(_hearing(services))),
        ):
            yield

    return lifetime


def _follow(services: Services) -> None:
    """Have those who tell providers, and fetch from them, hear what concerns them."""
    services.stage.tell(services.onstage.pressed)
    services.told.telling.arrived(_arrived(services))
    services.told.worker.register(hearing(services.recordings), Recorded)


def _arrived(services: Services) -> Arrived:
    async def arrived(event: Event, room: Room, came: Came) -> None:
        who = RegistrantId(came.guest)
        await services.onstage.check(event, room, who, came.speaks)

    return arrived


def _recordings(services: Services) -> Coroutine[None, None, None]:
    """Asks providers for recordings of which nobody told."""
    programmes = services.programmes
    return ask(
        services.beside.means, services.recordings, programmes.all, programmes.now
    )


def _endings(services: Services) -> Endings:
    """Ends rooms behind closed doors."""
    programmes = services.programmes
    days = Days(
        all=programmes.all,
        by_id=programmes.by_id,
        now=programmes.now,
        closed=doors_closed,
    )
    return Endings(services.database, services.rooms, days)


def _listed(services: Services) -> Listed:
    """What is done with a provider's list of who is in a room."""

    async def listed(
        event: Event, room: Room, participants: Sequence[Participant]
    ) -> None:
        await services.told.telling.listed(event, room, participants)
        await services.onstage.heard(event, room, participants)

    return listed


def _hearing(services: Services) -> Heard:
    """What is done when something changed elsewhere."""
    programmes, live, news = services.programmes, services.live, services.news

    def heard(told: str) -> None:
        """At one event, at any, in seats and queues only, or only beside rundowns."""
        slug = slug_of(told)
        if of_stage(told) or not slug:
            news.wake()
        if of_stage(told):
            return
        if not of_seats(told):
            # At 10:00 seats change all the time, programmes do not. Who shows the
            # stage is told once the new revision has been seen: before it there is
            # nothing new to show.
            programmes.wake(slug)
        live.changed(slug)

    return heard
