"""The floor in a room: a person's own hand, and what all in there are told of it."""

from collections.abc import Sequence
from functools import partial

from aiohttp import hdrs, web

from orchestrator.admission.terms import choose_room
from orchestrator.pages.fragments import Fragment, StageLive
from orchestrator.pages.kept import minute
from orchestrator.pages.render import part
from orchestrator.pages.room_asked import room_asked
from orchestrator.pages.room_live import Told
from orchestrator.pages.room_stage_view import room_key, room_query
from orchestrator.pages.site import Site, known
from orchestrator.pages.stage_floor_view import RoomFloor, room_floor
from orchestrator.programme.model import Event
from orchestrator.rooms.model import Room
from orchestrator.stage.floor.errors import NotInRoom
from orchestrator.web.body import form, plain
from orchestrator.web.limits import within

routes = web.RouteTableDef()

_PARTS = ("floor", "recording")


@routes.post("/e/{slug}/room/hand")
async def hand(request: web.Request) -> web.Response:
    """Raise one's hand (``hand=up``), or lower it and give the floor back."""
    site, event, who = await known(request)
    within(site.hands, who.registrant)
    up = (await form(request)).get("hand") == "up"
    wanted = room_asked(request, event)
    rooms, now = await site.rooms.of(event), site.programmes.now(event)
    room = choose_room(rooms, event, now, wanted)
    scripted = "application/json" in request.headers.get(hdrs.ACCEPT, "")
    try:
        if up:
            await site.floors.raise_hand(event, room, who)
        else:
            await site.floors.lower(event, room, who.registrant)
    except NotInRoom:
        if scripted:
            raise
        # The page says how he stands to the room.
    if scripted:
        floor = await floor_of(site, event, room, several=len(rooms) > 1)
        given = who.registrant in floor.given
        return plain({"number": floor.number(who.registrant), "given": given})
    raise web.HTTPSeeOther(f"/e/{event.slug}/room{room_query(wanted)}#hand")


def register(stage_live: StageLive, site: Site) -> None:
    """Have it told to those who are in."""
    stage_live.for_people(partial(floor_fragments, site, Told()))


async def floor_fragments(
    site: Site, told: Told, event: Event, language: str
) -> Sequence[Fragment]:
    """The floor of every room of ``event`` that is new."""
    rooms, found = await site.rooms.of(event), []
    now = minute(site.programmes.now(event))
    for room in rooms:
        floor = await floor_of(site, event, room, several=len(rooms) > 1)
        for name in _PARTS:
            target = f"{name}{floor.key}"
            if told.is_new((event.slug, language, target), (floor, now)):
                html = part(language, "room_floor.html", name, floor)
                found.append(Fragment(target=target, html=html, version=floor.version))
    return found


async def floor_of(site: Site, event: Event, room: Room, *, several: bool) -> RoomFloor:
    """The floor of ``room``, which is one of ``several``."""
    named = room.name if several else None
    hands = await site.floors.hands(event)
    return room_floor(
        (one for one in hands if one.room == room.id),
        key=room_key(named),
        version=event.revision,
        address=f"/e/{event.slug}/room/hand{room_query(named)}",
        recorded=room.id in await site.recordings.running(event),
    )
