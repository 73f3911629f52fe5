"""The page of a speaker: when he is on, what he is told, and what he tells."""

from contextlib import suppress
from dataclasses import replace

from aiohttp import hdrs, web

from orchestrator.access.model import Identity, Role
from orchestrator.ids import TalkId
from orchestrator.pages.desks import staff
from orchestrator.pages.room_live import known_of, talks_of
from orchestrator.pages.site import Site, answer
from orchestrator.pages.slot_view import Naming
from orchestrator.pages.speaker_view import Refused, SpeakerPage, as_text, speaker_page
from orchestrator.programme.model import Event
from orchestrator.stage.parties import check_speaker, session_of
from orchestrator.stage.readiness.errors import BadPhone
from orchestrator.stage.readiness.model import Wish
from orchestrator.web.body import form
from orchestrator.web.reader import language_of, zone_of

routes = web.RouteTableDef()


@routes.get("/e/{slug}/speaker")
async def show(request: web.Request) -> web.Response:
    """When the person's talks are, and what comes before them."""
    site, event, who = await staff(request, Role.SPEAKER)
    return answer(request, await _page(request, site, event, who))


@routes.post("/e/{slug}/speaker")
async def tell(request: web.Request) -> web.Response:
    """Keep what he tells of one of his talks: a number, a wish, or that he was heard."""
    site, event, who = await staff(request, Role.SPEAKER)
    fields = await form(request)
    talk = TalkId(str(fields.get("talk", "")))
    phone = str(fields["phone"]) if "phone" in fields else None
    wish = None
    with suppress(ValueError):
        wish = Wish(str(fields.get("wish")))
    tested = "tested" in fields
    try:
        await site.speakers.tell(
            event, talk, who, phone=phone, wish=wish, tested=tested
        )
    except BadPhone:
        refused = Refused(talk=talk, phone=phone or "")
        page = await _page(request, site, event, who, refused=refused)
        return answer(request, page, status=422)
    done = "tested" if tested else "phone" if phone is not None else "wish"
    raise web.HTTPSeeOther(f"/e/{event.slug}/speaker?done={done}")


@routes.get("/e/{slug}/speaker/questions")
async def questions(request: web.Request) -> web.Response:
    """What nobody has answered of his talk, as a text to keep."""
    site, event, who = await staff(request, Role.SPEAKER)
    talk = TalkId(request.query.get("talk", ""))
    timed = session_of(event, talk)
    check_speaker(event, who, talk)
    language = language_of(request, default=who.language or "fr")
    slot = next(slot for slot in timed.slots if slot.talk.id == talk)
    left = (await site.questions.left_over(event)).get(talk, ())
    name = f'attachment; filename="{event.slug}-questions.txt"'
    return web.Response(
        text=as_text(event, Naming(language=language).talk(slot.talk), left),
        headers={hdrs.CONTENT_DISPOSITION: name, hdrs.CACHE_CONTROL: "no-store"},
    )


async def _page(
    request: web.Request,
    site: Site,
    event: Event,
    who: Identity,
    *,
    refused: Refused | None = None,
) -> SpeakerPage:
    talks = talks_of(event, who)
    readiness = await site.speakers.of(event)
    return speaker_page(
        event,
        talks,
        now=site.programmes.now(event),
        language=language_of(request, default=who.language or "fr"),
        zone=zone_of(request),
        name=who.name,
        who=who.registrant,
        known=replace(await known_of(site, event, talks), readiness=readiness),
        done=request.query.get("done", ""),
        refused=refused,
    )
