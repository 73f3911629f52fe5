"""The room: the way in, the opening hours, or that it is full."""

from datetime import timedelta

from aiohttp import web

from orchestrator.access.model import Identity, Role
from orchestrator.admission.doors import DoorState
from orchestrator.admission.model import Entry, Standing
from orchestrator.admission.routes import visitor
from orchestrator.admission.tally import mark
from orchestrator.admission.terms import is_leased, kept_unloaded
from orchestrator.pages.room_asked import room_asked
from orchestrator.pages.room_floor import floor_of
from orchestrator.pages.room_live import asked_at
from orchestrator.pages.room_stage_view import EVERYBODY, NOTHING, Asked, Reader
from orchestrator.pages.room_video import headers_for, video_of
from orchestrator.pages.room_view import (
    Done,
    Places,
    RoomPage,
    RoomState,
    Typed,
    room_page,
)
from orchestrator.pages.site import (
    SITE,
    Site,
    answer,
    event_of,
    identity_of,
    known,
    room_query,
)
from orchestrator.pages.stage_floor_view import RoomFloor
from orchestrator.programme.model import Event
from orchestrator.rooms.model import Room
from orchestrator.web.body import form, has_body
from orchestrator.web.identity import presented
from orchestrator.web.reader import language_of, zone_of

routes = web.RouteTableDef()

_AT_THE_DOOR = {
    DoorState.BEFORE: RoomState.BEFORE,
    DoorState.BETWEEN: RoomState.BETWEEN,
    DoorState.OVER: RoomState.OVER,
}
_OPEN = {
    Standing.INSIDE: RoomState.HELD,
    Standing.ELSEWHERE: RoomState.ELSEWHERE,
    Standing.WAITING: RoomState.FULL,
    Standing.WITHDRAWN: RoomState.WITHDRAWN,
    Standing.OUTSIDE: RoomState.FREE,
}


@routes.get("/e/{slug}/room")
async def show(request: web.Request) -> web.Response:
    """Where the person stands with the room; changes nothing."""
    site, event = request.app[SITE], await event_of(request)
    identity = await identity_of(request, event)
    if identity is None:
        return answer(request, unknown_page(request, site, event), status=401)
    return room_answer(request, await room_page_of(request, site, event, identity))


def room_answer(
    request: web.Request, page: RoomPage, *, status: int = 200
) -> web.Response:
    """``page``, with what its video room needs."""
    headers = headers_for(request.app[SITE], page.video)
    return answer(request, page, status=status, headers=headers)


@routes.post("/e/{slug}/room")
async def enter(request: web.Request) -> web.Response:
    """Take a seat if one can be had; the page then says what came of it."""
    site, event, identity = await known(request)
    now = site.programmes.now(event)
    room = room_asked(request, event)
    site.live.touch(event.slug)
    wanted = (await form(request)).get("to") if has_body(request) else None
    await site.admission.enter(
        event,
        visitor(identity, presented(request)),
        now,
        room=room,
        take_over=wanted == "here",
    )
    raise web.HTTPSeeOther(f"/e/{event.slug}/room{room_query(room or '')}")


@routes.post("/e/{slug}/room/leave")
async def leave(request: web.Request) -> web.Response:
    """Give the seat back at once."""
    site, event, identity = await known(request)
    now = site.programmes.now(event)
    site.live.leave_page(event, visitor(identity, presented(request)).device)
    await site.admission.leave(event, identity.registrant, now)
    left = (await form(request)).get("left") if has_body(request) else None
    done = Done.QUEUE if left == Done.QUEUE else Done.ROOM
    raise web.HTTPSeeOther(f"/e/{event.slug}/room?done={done}")


def unknown_page(request: web.Request, site: Site, event: Event) -> RoomPage:
    """What a browser is told that nobody is known by: open the personal link."""
    return room_page(
        event,
        state=RoomState.NOBODY,
        now=site.programmes.now(event),
        language=language_of(request),
        zone=zone_of(request),
    )


async def room_page_of(
    request: web.Request,
    site: Site,
    event: Event,
    identity: Identity,
    *,
    typed: Typed | None = None,
) -> RoomPage:
    """The page of the room as it is for the person; ``typed`` was not taken."""
    entry, here = await _look(request, site, event, identity)
    state = _state(entry)
    asked, reader, floor = await _said(site, event, identity, entry.room, state)
    rooms = await site.rooms.of(event)
    named = entry.room.name if len(rooms) > 1 else None
    return room_page(
        event,
        state=state,
        now=site.programmes.now(event),
        door=entry.door,
        language=language_of(request, default=identity.language or "fr"),
        zone=zone_of(request),
        name=identity.name,
        video=await video_of(
            site, event, identity, entry.room, named, held=state is RoomState.HELD
        ),
        room=named,
        other_rooms=tuple(room.name for room in rooms if room.id != entry.room.id),
        places=await _places(site, event, identity, entry, state),
        place=entry.place,
        given_back=_given_back(site, entry),
        done=request.query.get("done", ""),
        overflow=entry.room.overflow,
        here=here,
        asked=asked,
        reader=reader,
        floor=floor,
        typed=typed,
        desks=tuple(role.value for role in _DESKS if role in identity.roles),
    )


def _given_back(site: Site, entry: Entry) -> timedelta | None:
    """How long a seat is kept for a closed page, where it depends on one."""
    can = site.rooms.video.can(entry.room)
    return kept_unloaded(can) if is_leased(can) else None


async def _look(
    request: web.Request, site: Site, event: Event, identity: Identity
) -> tuple[Entry, str]:
    """How he stands to the room, and the mark of his device."""
    now = site.programmes.now(event)
    site.live.touch(event.slug)
    who = visitor(identity, presented(request))
    entry = await site.admission.look(event, who, now, room=room_asked(request, event))
    return entry, mark(who.device)


async def _said(
    site: Site, event: Event, identity: Identity, room: Room, state: RoomState
) -> tuple[Asked, Reader, RoomFloor | None]:
    """What is said in the room, for who is in it, which questions he supports, and who
    has the floor or asks for it.
    """
    if state is not RoomState.HELD:
        return NOTHING, EVERYBODY, None
    asked = await asked_at(site, event)
    who, several = identity.registrant, len(await site.rooms.of(event)) > 1
    voted = await site.questions.voted(event, who) if asked.questions else ()
    floor = await floor_of(site, event, room, several=several)
    return asked, Reader(registrant=who, voted=voted), floor


def _state(entry: Entry) -> RoomState:
    """The door's, unless he is kept from it for good."""
    state = _AT_THE_DOOR.get(entry.door.state)
    if entry.standing is Standing.WITHDRAWN and state is not RoomState.OVER:
        return RoomState.WITHDRAWN
    return state or _OPEN[entry.standing]


async def _places(
    site: Site, event: Event, identity: Identity, entry: Entry, state: RoomState
) -> Places | None:
    """The seats of a full room for those who wait, and for those who may have to: at
    an opening hundreds look at the door at once, so that these are told from memory.
    """
    waits = state is RoomState.FULL
    if not waits and (state is not RoomState.FREE or identity.staff):
        return None
    now = site.programmes.now(event)
    seen = (await site.admission.glance(event, now, fresh=waits)).rooms
    if (one := seen.get(entry.room.id)) is None:
        return None
    return Places(
        capacity=one.capacity, taken=one.inside, kept=one.reserved, waiting=one.waiting
    )


_DESKS = (Role.CHAIR, Role.SPEAKER, Role.ORGANISER)
