"""What runs beside the answering of requests, as long as the application does."""

from collections.abc import AsyncIterator, Callable

from aiohttp import web

from orchestrator.admission.doors import are_open
from orchestrator.attendance.polling import poll
from orchestrator.hub.relay import Heard, of_seats, of_stage, slug_of
from orchestrator.operations.services import Services
from orchestrator.web.runner import beside


def background(
    services: Services,
) -> Callable[[web.Application], AsyncIterator[None]]:
    """Follow what other processes store and what goes on in the rooms, hear other
    instances, ask providers who is in their rooms, and handle what they deliver.
    """
    programmes = services.programmes

    async def lifetime(_app: web.Application) -> AsyncIterator[None]:
        await programmes.begin()
        asking = poll(
            services.attendance,
            services.rooms,
            programmes.all,
            services.told.telling.listed,
            doors=are_open,
        )
        async with (
            beside(programmes.watch()),
            beside(services.live.run()),
            beside(services.news.watch()),
            beside(services.stage_live.run()),
            beside(asking),
            beside(services.told.worker.run()),
            beside(services.relay.run(_hearing(services))),
        ):
            yield

    return lifetime


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
