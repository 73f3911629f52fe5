"""What runs beside the answering of requests, as long as the application does."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress

from aiohttp import web

from orchestrator.attendance.polling import poll
from orchestrator.hub.relay import of_seats, slug_of
from orchestrator.operations.services import Services


def background(
    services: Services,
) -> Callable[[web.Application], AsyncIterator[None]]:
    """Follow what other processes store and what goes on in the rooms, hear other
    instances, and ask providers who is in their rooms.
    """
    programmes, live = services.programmes, services.live

    def heard(told: str) -> None:
        """Something changed elsewhere: at one event, at any, or in seats and queues."""
        slug = slug_of(told)
        if not of_seats(told):
            # At 10:00 seats change all the time, programmes do not.
            programmes.wake(slug)
        live.changed(slug)

    async def lifetime(_app: web.Application) -> AsyncIterator[None]:
        await programmes.begin()
        asking = poll(
            services.attendance,
            services.rooms,
            programmes.all,
            services.admission.present,
        )
        async with (
            _running(programmes.watch()),
            _running(live.run()),
            _running(asking),
            _running(services.relay.run(heard)),
        ):
            yield

    return lifetime


@asynccontextmanager
async def _running(work: Coroutine[None, None, None]) -> AsyncIterator[None]:
    """``work`` beside what is inside, cancelled at its end."""
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
