"""HTTP face of admission: one's own seat, and the state of the rooms."""

from collections.abc import Awaitable, Callable, Sequence

from aiohttp import web
from pydantic import TypeAdapter

from orchestrator.access.model import Identity, Role, allows
from orchestrator.access.service import digest_of
from orchestrator.admission.entrance.service import Entrance
from orchestrator.admission.live.service import Live
from orchestrator.admission.model import Entry, Seat, Standing, Tally, Visitor, Waiting
from orchestrator.admission.refusals import refusal
from orchestrator.admission.schemas import RoomState, SeatState, State, Waits
from orchestrator.admission.service import Admission
from orchestrator.admission.tally import mark
from orchestrator.attendance.routes import ACCESS
from orchestrator.errors import Denied
from orchestrator.programme.model import Event
from orchestrator.programme.routes import PROGRAMMES
from orchestrator.rooms.model import Room
from orchestrator.web.body import answer, plain
from orchestrator.web.identity import presented

ADMISSION = web.AppKey("admission", Admission)
LIVE = web.AppKey("live", Live)
ENTRANCE = web.AppKey("entrance", Entrance)

Sessions = Callable[[Event], Awaitable[list[dict[str, object]]]]
"""What was pressed in each session of an event; the stage, which is above, has it."""

# A callable has no class that AppKey could check at run time.
SESSIONS: web.AppKey[Sessions] = web.AppKey("sessions")

_STATE: TypeAdapter[object] = TypeAdapter(State)

routes = web.RouteTableDef()


class OrganisersOnly(Denied):
    """Only organisers may read this."""

    slug = "organisers-only"
    title = "This is for organisers"


@routes.post("/api/v1/events/{slug}/seat")
async def take(request: web.Request) -> web.Response:
    """Take a seat, or keep the one held; 409 when one has to wait.

    ``?room=`` names a room, ``?here`` takes the seat over from another device.
    """
    event, who = await _visitor(request)
    now = request.app[PROGRAMMES].now(event)
    request.app[LIVE].touch(event.slug)
    entry = await request.app[ADMISSION].enter(
        event,
        who,
        now,
        room=request.query.get("room"),
        take_over="here" in request.query,
    )
    if entry.standing is Standing.WAITING:
        entry = await request.app[ADMISSION].look(event, who, now, room=entry.room.name)
    return plain(_held(entry))


@routes.post("/api/v1/events/{slug}/seat/renew")
async def renew(request: web.Request) -> web.Response:
    """A sign of life: keeps the seat, or the place in the queue.

    Pages send it every twenty seconds, so it is answered from memory whenever this
    process knows the device; the lease itself is renewed with those of others. Once a
    minute it is asked whether the browser is still known.
    """
    event = await request.app[PROGRAMMES].find(request.match_info["slug"])
    cookie = presented(request)
    if cookie is not None and await _is_trusted(request, event, cookie):
        known = request.app[LIVE].beat(event, digest_of(cookie))
        if known is not None:
            return plain(await _alive(request, event, known))
    _, who = await _visitor(request)
    request.app[LIVE].touch(event.slug)
    now = request.app[PROGRAMMES].now(event)
    entry = await request.app[ADMISSION].look(
        event, who, now, room=request.query.get("room")
    )
    if entry.standing in (Standing.INSIDE, Standing.WAITING):
        beat = (entry.room.id, who.registrant, who.device)
        await request.app[ADMISSION].hear(event, now, beats=[beat])
        request.app[LIVE].changed(event.slug)
        request.app[LIVE].trust.give(event.id, who.device)
        return plain(await _alive(request, event, entry.seat))
    return plain(_held(entry))


async def _is_trusted(request: web.Request, event: Event, cookie: str) -> bool:
    """Whether this process knows whose browser it is; 401 once that has ended."""
    live, device = request.app[LIVE], digest_of(cookie)
    whose = live.whose(event, device)
    if whose is None:
        return False
    if not live.trust.holds(event.id, device):
        identity = await request.app[ACCESS].identify(cookie, event.id)
        if identity is None:
            raise web.HTTPUnauthorized
        if identity.registrant != whose:
            return False
        live.trust.give(event.id, device)
    return True


@routes.post("/api/v1/events/{slug}/seat/unload")
async def unload(request: web.Request) -> web.Response:
    """The page was closed or is being loaded anew: the seat is kept for 20 s, or
    for 60 s where the room's provider tells who is in it.

    The page's signs of life may have gone to other processes so far.
    """
    event = await request.app[PROGRAMMES].find(request.match_info["slug"])
    cookie = presented(request)
    if cookie is None:
        raise web.HTTPUnauthorized
    known = request.app[LIVE].beat(event, digest_of(cookie))
    if known is None:
        _, who = await _visitor(request)
        known = await request.app[ADMISSION].seat_on(event, who.registrant, who.device)
    if isinstance(known, Seat):
        request.app[LIVE].close_page(event, known)
    return web.Response(status=204)


@routes.post("/api/v1/events/{slug}/seat/watch")
async def watch(request: web.Request) -> web.Response:
    """Somebody in the queue follows the stream meanwhile."""
    event, who = await _visitor(request)
    admission = request.app[ADMISSION]
    now = request.app[PROGRAMMES].now(event)
    entry = await admission.look(event, who, now, room=request.query.get("room"))
    if entry.standing is Standing.WAITING and entry.room.overflow:
        await admission.watch(event, who.registrant, entry.room.id)
        request.app[LIVE].changed(event.slug)
    return web.Response(status=204)


@routes.post("/api/v1/events/{slug}/seat/video")
async def video(request: web.Request) -> web.Response:
    """What leads the holder of a seat into the video room, made now; a secret of his
    that is good for two minutes at most. 503 when the provider does not answer.

    ``how`` is ``address`` (open it), ``livekit`` (connect to it with the token) or
    ``jitsi`` (show its frame). ``mark`` is another one when the room has moved.
    """
    event, identity = await _known(request)
    way = await request.app[ENTRANCE].way_in(
        event,
        identity,
        visitor(identity, presented(request)),
        room=request.query.get("room"),
    )
    return plain(
        {
            "how": way.entry.how,
            "url": way.entry.url,
            "token": way.entry.token,
            "room": way.entry.room,
            "name": way.guest.name,
            "role": way.guest.role,
            "speaks": way.guest.speaks,
            "mark": way.room.mark,
        }
    )


@routes.delete("/api/v1/events/{slug}/seat")
async def leave(request: web.Request) -> web.Response:
    """Give the seat back, or the place in the queue up."""
    event, who = await _visitor(request)
    now = request.app[PROGRAMMES].now(event)
    request.app[LIVE].leave_page(event, who.device)
    await request.app[ADMISSION].leave(event, who.registrant, now)
    return web.Response(status=204)


@routes.get("/api/v1/events/{slug}/state")
async def state(request: web.Request) -> web.Response:
    """Seats, queues, who holds them, and what chairs pressed; for organisers."""
    event, identity = await _known(request)
    if not allows(identity, Role.ORGANISER):
        raise OrganisersOnly("Sign in with the personal link of an organiser.")
    tallies, picture = await request.app[LIVE].figures(event)
    rooms = await request.app[ADMISSION].rooms(event)
    found = State(
        capacity=sum(one.capacity for one in tallies.values()),
        taken=sum(one.inside for one in tallies.values()),
        reserved=sum(one.reserved for one in tallies.values()),
        lobby=sum(one.waiting for one in tallies.values()),
        holders=sorted(picture.seats),
        rooms=[
            _room(room, tallies[room.id], picture.queues[room.id]) for room in rooms
        ],
        sessions=await request.app[SESSIONS](event),
    )
    return answer(found, _STATE)


def _room(room: Room, one: Tally, line: Sequence[Waiting]) -> RoomState:
    return RoomState(
        name=room.name,
        capacity=one.capacity,
        taken=one.inside,
        reserved=one.reserved,
        peak=one.peak,
        watching=one.watching,
        waiting=[Waits(registrant=who.registrant, since=who.since) for who in line],
    )


def _held(entry: Entry) -> dict[str, object]:
    """The seat of ``entry``; raises what keeps him from it."""
    if entry.standing is not Standing.INSIDE:
        raise refusal(entry)
    until = (entry.seat and entry.seat.until) or entry.door.closes
    return {
        "standing": "inside",
        "room": entry.room.name,
        "until": until and until.isoformat(),
    }


async def _alive(
    request: web.Request, event: Event, known: Seat | Waiting | None
) -> SeatState:
    if not isinstance(known, Seat):
        return {"standing": "waiting", "here": "", "mark": ""}
    # In memory; a hidden page learns from here alone that its room has moved.
    rooms = await request.app[ADMISSION].rooms(event)
    where = next((room.mark for room in rooms if room.id == known.room), "")
    return {"standing": "inside", "here": mark(known.device), "mark": where}


async def _visitor(request: web.Request) -> tuple[Event, Visitor]:
    event, identity = await _known(request)
    return event, visitor(identity, presented(request))


def visitor(identity: Identity, cookie: str | None) -> Visitor:
    """``identity`` as he stands at the door, with the browser of ``cookie``."""
    return Visitor(
        registrant=identity.registrant,
        device=digest_of(cookie) if cookie else "",
        staff=identity.staff,
        standby=identity.standby,
        version=identity.version,
    )


async def _known(request: web.Request) -> tuple[Event, Identity]:
    event = await request.app[PROGRAMMES].find(request.match_info["slug"])
    identity = await request.app[ACCESS].identify(presented(request), event.id)
    if identity is None:
        raise web.HTTPUnauthorized
    return event, identity
