"""Somebody's own page: what he is registered for, and his calendar."""

from aiohttp import web
from multidict import MultiDictProxy

from orchestrator.access.feed_keys.model import FeedChoice, Per
from orchestrator.access.model import Identity
from orchestrator.access.retention import good_until
from orchestrator.pages.me_view import OwnCalendar, me_page, own_calendar, renew_page
from orchestrator.pages.room import unknown_page
from orchestrator.pages.site import (
    SITE,
    Site,
    answer,
    event_of,
    identity_of,
    known,
)
from orchestrator.programme.model import Event
from orchestrator.web.body import form
from orchestrator.web.reader import language_of, zone_of

routes = web.RouteTableDef()


@routes.get("/e/{slug}/me")
async def show(request: web.Request) -> web.Response:
    """What the person is registered for, and his calendar; changes nothing."""
    site, event = request.app[SITE], await event_of(request)
    who = await identity_of(request, event)
    if who is None:
        return answer(request, unknown_page(request, site, event), status=401)
    language = language_of(request, default=who.language or "fr")
    page = me_page(
        event,
        who,
        now=site.programmes.now(event),
        language=language,
        zone=zone_of(request),
        calendar=await _calendar(site, event, who, language),
        done=request.query.get("done", ""),
    )
    return answer(request, page)


@routes.post("/e/{slug}/me/calendar")
async def change(request: web.Request) -> web.Response:
    """Make the calendar, choose what it holds, or give it another address."""
    site, event, who = await known(request)
    sent = await form(request)
    until = good_until(event, site.clock())
    wanted = sent.get("do")
    match wanted:
        case "make":
            await site.feed_keys.make(who)
        case "choose":
            await site.feed_keys.choose(who, _choice(sent), until=until)
        case "renew":
            await site.feed_keys.renew(who, until=until)
        case _:
            raise web.HTTPUnprocessableEntity
    raise web.HTTPSeeOther(f"/e/{event.slug}/me?done={wanted}#calendar")


@routes.get("/e/{slug}/me/calendar")
async def back(request: web.Request) -> web.Response:
    """Where one comes by reloading after a form was refused."""
    event = await event_of(request)
    raise web.HTTPSeeOther(f"/e/{event.slug}/me#calendar")


@routes.get("/e/{slug}/me/renew")
async def renew(request: web.Request) -> web.Response:
    """What another address will mean, before it is given."""
    site, event, who = await known(request)
    if await site.feed_keys.of(who) is None:
        raise web.HTTPSeeOther(f"/e/{event.slug}/me#calendar")
    page = renew_page(
        event,
        now=site.programmes.now(event),
        language=language_of(request, default=who.language or "fr"),
        zone=zone_of(request),
    )
    return answer(request, page)


async def _calendar(
    site: Site, event: Event, who: Identity, language: str
) -> OwnCalendar | None:
    key = await site.feed_keys.of(who)
    if key is None:
        return None
    return own_calendar(
        event,
        key.choice,
        site.feed_keys.text(key),
        base_url=site.base_url,
        language=language,
    )


def _choice(
    sent: MultiDictProxy[str | bytes | bytearray | web.FileField],
) -> FeedChoice:
    """What the form says; 422 where it is not this page's form."""
    per, alarm = sent.get("per"), sent.get("alarm")
    try:
        return FeedChoice(
            per=Per(str(per)), alarm=int(str(alarm)), with_link="link" in sent
        )
    except ValueError:
        raise web.HTTPUnprocessableEntity from None
