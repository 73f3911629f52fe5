"""The personal link: a page with one button, and what the press does."""

from datetime import datetime
from functools import cache
from http import HTTPStatus

from aiohttp import web

from orchestrator.access.errors import TokenRefused
from orchestrator.access.model import Identity, Role
from orchestrator.access.retention import good_until
from orchestrator.access.service import Browser
from orchestrator.access.tokens import JoinClaim
from orchestrator.admission.model import Entry, Standing, Visitor
from orchestrator.admission.routes import visitor
from orchestrator.pages.join_view import LandingParts, landing_parts
from orchestrator.pages.kept import HTML, SERVER_TIMING, minute, timing
from orchestrator.pages.site import SITE, Site
from orchestrator.programme.model import Event
from orchestrator.web.body import form, has_body
from orchestrator.web.identity import presented, remember, written
from orchestrator.web.limits import within
from orchestrator.web.packed import Packed, pack, packable, takes_packed
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
    # From memory, as the holder of the link is.
    withdrawn = (await site.admission.glance(event, now)).withdrawn
    out = identity.registrant in withdrawn
    parts = _parts(site, event, identity, now, language, zone, out=out)
    body = parts.page(name=identity.name, action=f"/j/{token}")
    if packable(request):
        more = f"{SERVER_TIMING}: {timing(now)}\r\nContent-Length: {len(body)}\r\n"
        return Packed(_head(https=site.https), body, more=more.encode())
    return web.Response(body=body, headers={**_PRIVATE, SERVER_TIMING: timing(now)})


@routes.post("/j/{token}")
async def join(request: web.Request) -> web.StreamResponse:
    """Know the browser, try to enter, and go to the room whatever came of it."""
    site, token = request.app[SITE], request.match_info["token"]
    cookie = presented(request)
    if cookie is None and not has_body(request):
        claim = site.access.claim(token)
        if not claim.calendar:
            within(site.presses, (claim.registrant, claim.version))
            return await _first_press(request, site, claim)
    identity = await site.access.holder(token)
    # By version: who presses a link that was replaced is in nobody's way.
    within(site.presses, (identity.registrant, identity.version))
    event = await site.programmes.by_id(identity.event)
    wanted = (await form(request)).get("to") if has_body(request) else None
    until = good_until(event, site.clock())
    cookie = await site.access.know(cookie, identity, until)
    desk = await _desk(site, event, identity, wanted)
    if desk is None:
        await _enter(site, event, visitor(identity, cookie))
    response = web.Response(
        status=303, headers={"Location": desk or f"/e/{event.slug}/room"}
    )
    remember(request, response, cookie, lasts=until - site.clock())
    return response


async def _first_press(
    request: web.Request, site: Site, claim: JoinClaim
) -> web.StreamResponse:
    """Know a new browser and take a seat for it, in one transaction.

    At 10:00 everybody comes so. Who has which role is in memory, and that the link
    has not been withdrawn is looked at in the transaction itself.
    """
    event = await site.programmes.by_id(claim.event)
    roll, now = await site.admission.roll(event), site.clock()
    until = good_until(event, now)
    cookie, browser = site.access.new_browser(claim, now, until)
    who = Visitor(
        registrant=claim.registrant,
        device=browser[0][0],
        staff=claim.registrant in roll.staff,
        standby=claim.registrant in roll.standby,
        version=claim.version,
    )
    entry = await _enter(site, event, who, browser)
    if entry.standing is Standing.OUTSIDE:
        raise TokenRefused("revoked")
    room, lasts = f"/e/{event.slug}/room", until - now
    if not takes_packed(request):
        response = web.Response(status=303, headers={"Location": room})
        remember(request, response, cookie, lasts=lasts)
        return response
    more = f"Location: {room}\r\nSet-Cookie: {written(request, cookie, lasts)}\r\n"
    head = _head(https=site.https, status=HTTPStatus.SEE_OTHER)
    return Packed(
        head,
        more=f"{more}Content-Length: 0\r\n".encode(),
        status=HTTPStatus.SEE_OTHER,
    )


async def _enter(
    site: Site, event: Event, who: Visitor, browser: Browser | None = None
) -> Entry:
    site.live.touch(event.slug)
    now = site.programmes.now(event)
    return await site.admission.enter(event, who, now, browser=browser)


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
def _head(*, https: bool, status: HTTPStatus = HTTPStatus.OK) -> bytes:
    return pack(_PRIVATE, https=https, status=status)


_DESKS = {Role.CHAIR: "chair", Role.SPEAKER: "speaker", Role.ORGANISER: "organise"}


def _parts(
    site: Site,
    event: Event,
    identity: Identity,
    now: datetime,
    language: str,
    zone: str | None,
    *,
    out: bool,
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
            withdrawn=out,
        )

    key = (
        event.id,
        event.revision,
        language,
        zone,
        roles,
        identity.standby,
        out,
        minute(now),
    )
    return site.landings.get(key, make)
