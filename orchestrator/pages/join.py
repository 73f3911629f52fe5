"""The personal link: a page with one button, and what the press does."""

from datetime import datetime
from functools import cache

from aiohttp import web

from orchestrator.access.model import Identity, Role
from orchestrator.access.retention import good_until
from orchestrator.access.service import Browser
from orchestrator.admission.model import Visitor
from orchestrator.admission.routes import visitor
from orchestrator.pages.join_view import LandingParts, landing_parts
from orchestrator.pages.kept import HTML, SERVER_TIMING, minute, timing
from orchestrator.pages.site import SITE, Site
from orchestrator.programme.model import Event
from orchestrator.web.body import form, has_body
from orchestrator.web.identity import presented, remember
from orchestrator.web.packed import Packed, pack, packable
from orchestrator.web.reader import choices_of

routes = web.RouteTableDef()

_PRIVATE = {
    "Content-Type": HTML,
    "Cache-Control": "no-store, private",
    "X-Robots-Tag": "noindex",
}


@routes.get("/j/{token}")
async def landing(request: web.Request) -> web.StreamResponse:
    """Whose link it is and what for. Changes nothing: mail scanners open links."""
    site = request.app[SITE]
    token = request.match_info["token"]
    identity = await site.access.holder(token)
    event = await site.programmes.by_id(identity.event)
    now = site.programmes.now(event)
    language, zone = choices_of(request, default=identity.language or "fr")
    parts = _parts(site, event, identity, now, language, zone)
    body = parts.page(name=identity.name, action=f"/j/{token}")
    if packable(request):
        more = f"{SERVER_TIMING}: {timing(now)}\r\nContent-Length: {len(body)}\r\n"
        return Packed(_head(https=site.https), body, more=more.encode())
    return web.Response(body=body, headers={**_PRIVATE, SERVER_TIMING: timing(now)})


@routes.post("/j/{token}")
async def join(request: web.Request) -> web.Response:
    """Know the browser, try to enter, and go to the room whatever came of it."""
    site = request.app[SITE]
    identity = await site.access.holder(request.match_info["token"])
    event = await site.programmes.by_id(identity.event)
    wanted = (await form(request)).get("to") if has_body(request) else None
    until = good_until(event, site.clock())
    cookie = presented(request)
    desk = await _desk(site, event, identity, wanted)
    if desk is None and cookie is None:
        cookie = await _enter_at_once(site, event, identity, until)
    else:
        cookie = await site.access.know(cookie, identity, until)
        if desk is None:
            await _enter(site, event, visitor(identity, cookie))
    response = web.Response(
        status=303, headers={"Location": desk or f"/e/{event.slug}/room"}
    )
    remember(request, response, cookie, lasts=until - site.clock())
    return response


async def _enter_at_once(
    site: Site, event: Event, identity: Identity, until: datetime
) -> str:
    """Know a new browser and take a seat for it, in one transaction: at 10:00
    everybody comes so. Returns its cookie.
    """
    cookie, browser = site.access.new_browser(identity, until)
    await _enter(site, event, visitor(identity, cookie), browser)
    return cookie


async def _enter(
    site: Site, event: Event, who: Visitor, browser: Browser | None = None
) -> None:
    site.live.touch(event.slug)
    now = site.programmes.now(event)
    await site.admission.enter(event, who, now, browser=browser)


async def _desk(
    site: Site, event: Event, identity: Identity, wanted: object
) -> str | None:
    """His own page or one of his role, if that is where the press leads."""
    if wanted == "me":
        is_new = await site.feed_keys.of(identity) is None
        await site.feed_keys.make(identity)
        return f"/e/{event.slug}/me{'?done=make' if is_new else ''}#calendar"
    for role, page in _DESKS.items():
        if wanted == role.value and role in identity.roles:
            return f"/e/{event.slug}/{page}"
    return None


@cache
def _head(*, https: bool) -> bytes:
    return pack(_PRIVATE, https=https)


_DESKS = {Role.CHAIR: "chair", Role.SPEAKER: "speaker", Role.ORGANISER: "organise"}


def _parts(
    site: Site,
    event: Event,
    identity: Identity,
    now: datetime,
    language: str,
    zone: str | None,
) -> LandingParts:
    roles = identity.roles

    def make() -> LandingParts:
        return landing_parts(
            event,
            now=now,
            language=language,
            zone=zone,
            roles=sorted(role.value for role in roles),
            standby=identity.standby,
        )

    key = (
        event.id,
        event.revision,
        language,
        zone,
        roles,
        identity.standby,
        minute(now),
    )
    return site.landings.get(key, make)
