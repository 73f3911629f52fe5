"""The page of a speaker."""

from aiohttp import web

from orchestrator.access.model import Identity, Role, allows
from orchestrator.ids import TalkId
from orchestrator.pages.desks import staff
from orchestrator.pages.site import answer
from orchestrator.pages.speaker_view import speaker_page
from orchestrator.programme.model import Event
from orchestrator.web.reader import language_of, zone_of

routes = web.RouteTableDef()


@routes.get("/e/{slug}/speaker")
async def show(request: web.Request) -> web.Response:
    """When the person's talks are, and what comes before them."""
    site, event, who = await staff(request, Role.SPEAKER)
    page = speaker_page(
        event,
        talks_of(event, who),
        now=site.programmes.now(event),
        language=language_of(request, default=who.language or "fr"),
        zone=zone_of(request),
        name=who.name,
        who=who.registrant,
        done=request.query.get("done", ""),
    )
    return answer(request, page)


def talks_of(event: Event, who: Identity) -> tuple[TalkId, ...]:
    """The talks that the person gives."""
    return tuple(
        slot.talk.id
        for slot in event.timetable.slots
        if allows(who, Role.SPEAKER, talk=slot.talk.id)
    )
