"""What is pressed on a desk of the room: the floor, and the recording."""

from aiohttp import web

from orchestrator.errors import Conflict, Denied, NotFound
from orchestrator.ids import RegistrantId
from orchestrator.pages.stage import (
    BadPress,
    Chair,
    Outcome,
    answered,
    chair_of,
    refused,
    texts,
)
from orchestrator.pages.words import words
from orchestrator.rooms.errors import NoSuchRoom, RoomNotSet, RoomSilent
from orchestrator.rooms.model import Room
from orchestrator.web.body import form

routes = web.RouteTableDef()


@routes.post("/e/{slug}/chair/{session}/hands")
async def hands(request: web.Request) -> web.Response:
    """Give the floor to somebody whose hand is up, or have it down: ``{id} give``."""
    chair = await chair_of(request)
    who, _, wanted = texts(await form(request)).get("hand", "").partition(" ")
    floors = chair.site.floors
    do = {"give": floors.give, "take": floors.take}.get(wanted)
    if do is None or not who.isprintable():
        raise BadPress("Press a button of the desk.")
    try:
        await do(chair.event, await _room(chair), RegistrantId(who), chair.who)
    except (Conflict, Denied, NotFound) as error:
        return await answered(request, chair, refused(chair, error))
    return await answered(request, chair, Outcome())


@routes.post("/e/{slug}/chair/{session}/recording")
async def recording(request: web.Request) -> web.Response:
    """Have the room recorded, or no more: ``start`` or ``stop``."""
    chair = await chair_of(request)
    wanted = texts(await form(request)).get("recording", "")
    recordings, say = chair.site.recordings, words(chair.language).gettext
    try:
        room = await _room(chair)
        if wanted == "start":
            await recordings.start(chair.event, room, chair.session)
            said = say("The room is being recorded")
        elif wanted == "stop":
            await recordings.stop(chair.event, room)
            said = say("The recording has ended")
        else:
            raise BadPress("Press a button of the desk.")
    except (Conflict, NotFound, RoomNotSet, RoomSilent) as error:
        return await answered(request, chair, refused(chair, error))
    return await answered(request, chair, Outcome(said=said))


async def _room(chair: Chair) -> Room:
    """The room of the session; raises ``NoSuchRoom``."""
    held = next(
        timed.session.room
        for timed in chair.event.timetable.sessions
        if timed.session.id == chair.session
    )
    for room in await chair.site.rooms.of(chair.event):
        if room.name == held:
            return room
    raise NoSuchRoom("The room of the session is not there any more.")
