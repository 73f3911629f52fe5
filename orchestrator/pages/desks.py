"""Pages of organisers, and what the pages of those who run the meeting share."""

from aiohttp import web

from orchestrator.access.model import Identity, Role, allows
from orchestrator.archive.materials import having
from orchestrator.archive.model import AttachmentKind
from orchestrator.errors import Denied
from orchestrator.pages.desk_view import organise_page
from orchestrator.pages.live_view import Inside
from orchestrator.pages.site import Site, answer, known
from orchestrator.programme.model import Event
from orchestrator.web.reader import language_of, zone_of

routes = web.RouteTableDef()


class NotYours(Denied):
    """The page belongs to another role."""

    slug = "not-yours"
    title = "This page is not open to you"


@routes.get("/e/{slug}/organise")
async def organise(request: web.Request) -> web.Response:
    """How the meeting stands: people, seats, slides, what to check."""
    site, event, who = await staff(request, Role.ORGANISER)
    now = site.programmes.now(event)
    shown = await site.archive.materials(event)
    rooms = await site.rooms.of(event)
    page = organise_page(
        event,
        now=now,
        language=language_of(request, default=who.language or "fr"),
        zone=zone_of(request),
        name=who.name,
        counts=await site.counts(event),
        capacity=sum(room.capacity for room in rooms),
        inside=await inside(site, event, drawn=True),
        slides=having(shown, AttachmentKind.SLIDES),
        videos=having(shown, AttachmentKind.VIDEO),
        aside=await site.inbox.aside(await site.rooms.connections(event)),
        unset=tuple(room.name for room in rooms if not site.rooms.video.is_set(room)),
        recordings=await site.recordings.of(event),
    )
    return answer(request, page)


@routes.post("/e/{slug}/organise/again")
async def try_again(request: web.Request) -> web.Response:
    """Have what the meeting's video rooms told in vain handled anew."""
    site, event, _ = await staff(request, Role.ORGANISER)
    await site.inbox.again(await site.rooms.connections(event))
    raise web.HTTPSeeOther(f"/e/{event.slug}/organise")


async def inside(site: Site, event: Event, *, drawn: bool) -> Inside:
    """Who is in now, and by the minute until now if it is to be ``drawn``."""
    site.live.touch(event.slug)
    tallies, _ = await site.live.figures(event)
    rooms = await site.rooms.of(event)
    roll = await site.admission.roll(event)
    seen = {
        room.id: [(at, n) for at, n, _ in await site.admission.occupancy(room)]
        for room in rooms
        if drawn
    }
    return Inside(
        rooms=rooms,
        tallies=tallies,
        registered=len(roll.confirmed) + len(roll.standby),
        opened=await site.access.opened(event.id),
        seen=seen,
    )


async def staff(request: web.Request, role: Role) -> tuple[Site, Event, Identity]:
    """The person, if he has ``role`` in the event; 401 unknown, 403 another."""
    site, event, identity = await known(request)
    if not allows(identity, role):
        raise NotYours("Open the personal link that you received for it.")
    return site, event, identity
