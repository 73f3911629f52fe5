"""HTTP face of admission: one's own seat, for programs."""

from aiohttp import web

from orchestrator.access.model import Identity
from orchestrator.access.service import Access
from orchestrator.admission.errors import DoorsClosed, RoomFull
from orchestrator.admission.model import Seat, Standing
from orchestrator.admission.service import Admission
from orchestrator.programme.model import Event
from orchestrator.programme.routes import PROGRAMMES
from orchestrator.web.body import plain
from orchestrator.web.identity import presented

ADMISSION = web.AppKey("admission", Admission)
ACCESS = web.AppKey("access", Access)

routes = web.RouteTableDef()


@routes.post("/api/v1/events/{slug}/seat")
async def take(request: web.Request) -> web.Response:
    """Take a seat, or keep the one held."""
    return await _enter(request)


async def _enter(request: web.Request) -> web.Response:
    event, identity = await _known(request)
    now = request.app[PROGRAMMES].now(event)
    entry = await request.app[ADMISSION].enter(
        event, identity.registrant, now, room=request.query.get("room")
    )
    if entry.standing is Standing.CLOSED:
        opens = entry.door.opens
        raise DoorsClosed(
            "Come back when the doors are open.", opens=opens and opens.isoformat()
        )
    if entry.seat is None:
        raise RoomFull(
            "All seats are taken. Try again when somebody has left.",
            capacity=entry.room.capacity,
        )
    return plain(_seat(entry.seat, entry.room.name))


@routes.post("/api/v1/events/{slug}/seat/renew")
async def renew(request: web.Request) -> web.Response:
    """Keep the seat held; the same as taking it."""
    return await _enter(request)


@routes.delete("/api/v1/events/{slug}/seat")
async def leave(request: web.Request) -> web.Response:
    """Give the seat back."""
    event, identity = await _known(request)
    await request.app[ADMISSION].leave(event, identity.registrant)
    return web.Response(status=204)


def _seat(seat: Seat, room: str) -> dict[str, object]:
    return {"room": room, "until": seat.until.isoformat()}


async def _known(request: web.Request) -> tuple[Event, Identity]:
    event = await request.app[PROGRAMMES].find(request.match_info["slug"])
    identity = await request.app[ACCESS].identify(presented(request), event.id)
    if identity is None:
        raise web.HTTPUnauthorized
    return event, identity
