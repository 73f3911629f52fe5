"""Into the video room from the room page: its address, and what the page may reach."""

from collections.abc import Mapping
from http import HTTPStatus

from aiohttp import web

from integrations.video.provider import Guest, How
from orchestrator.access.model import Identity
from orchestrator.admission.routes import visitor
from orchestrator.errors import Conflict, Denied
from orchestrator.pages.room_asked import room_asked
from orchestrator.pages.room_video_view import (
    NO_VIDEO,
    Show,
    VideoView,
    link_view,
    video_view,
)
from orchestrator.pages.silent_view import silent_page
from orchestrator.pages.site import Site, answer, event_of, known, room_query
from orchestrator.programme.model import Event
from orchestrator.rooms.errors import RoomNotSet, RoomSilent
from orchestrator.rooms.model import Room
from orchestrator.web.headers import (
    CONTENT_SECURITY_POLICY,
    PERMISSIONS_POLICY,
    permissions,
    policy,
)
from orchestrator.web.identity import presented
from orchestrator.web.reader import language_of

routes = web.RouteTableDef()

_IN_FRAME = ("camera", "microphone", "display-capture", "fullscreen", "autoplay")
_IN_PAGE = ("camera", "microphone", "display-capture")


@routes.post("/e/{slug}/room/video")
async def open_room(request: web.Request) -> web.Response:
    """To the address of the video room, made for this person at this press.

    Who holds no seat by now is told so by the room page.
    """
    site, event, identity = await known(request)
    asked = room_asked(request, event)
    who, back = visitor(identity, presented(request)), room_query(asked or "")
    try:
        way = await site.entrance.way_in(event, identity, who, room=asked)
    except (Conflict, Denied):
        raise web.HTTPSeeOther(f"/e/{event.slug}/room{back}") from None
    except (RoomNotSet, RoomSilent):
        return await _silent(request, site, event, identity, asked)
    if way.entry.how is not How.ADDRESS:
        raise web.HTTPSeeOther(f"/e/{event.slug}/room{back}")
    # Byte for byte: some addresses are signed. The page that it leads to is told
    # nothing of where people came from.
    headers = {"Location": way.entry.url, "Referrer-Policy": "no-referrer"}
    return web.Response(status=HTTPStatus.SEE_OTHER, headers=headers)


@routes.get("/e/{slug}/room/video")
async def look(request: web.Request) -> web.Response:
    """Nothing is made for who only looks: the room page has the button."""
    event = await event_of(request)
    back = room_query(room_asked(request, event) or "")
    raise web.HTTPSeeOther(f"/e/{event.slug}/room{back}")


async def _silent(
    request: web.Request,
    site: Site,
    event: Event,
    identity: Identity,
    asked: str | None,
) -> web.Response:
    """That the provider does not answer, and what is safe; it asks again by itself."""
    now, who = site.programmes.now(event), visitor(identity, presented(request))
    entry = await site.admission.look(event, who, now, room=asked)
    page = silent_page(
        event,
        now=now,
        language=language_of(request, default=identity.language or "fr"),
        again=request.path_qs,
        fallback=entry.room.fallback,
    )
    response = answer(
        request, page, status=HTTPStatus.SERVICE_UNAVAILABLE, headers=_leaving(site)
    )
    response.headers["Retry-After"] = str(page.every)
    return response


async def video_of(
    site: Site,
    event: Event,
    identity: Identity,
    room: Room,
    asked: str | None,
    *,
    held: bool,
) -> VideoView:
    """The way into the video room, for the holder of a seat in it alone."""
    video = site.rooms.video
    if not held or not video.is_set(room):
        return NO_VIDEO
    if video.takes_address(room.connection):
        guest = Guest(id=identity.registrant, name=identity.name)
        return link_view(room, (await video.way_in(event, room, guest)).url)
    own = site.floors.chairs(event, room, identity, site.programmes.now(event))
    return video_view(event.slug, room, video.can(room), asked=asked, chairs=own)


def headers_for(site: Site, video: VideoView) -> Mapping[str, str]:
    """What the page may reach and use besides what every page may."""
    match video.show:
        case Show.LIVEKIT:
            # The client asks by https why a connection by wss was refused.
            plain = video.origin.replace("ws", "http", 1)
            return {
                CONTENT_SECURITY_POLICY: policy(connect_src=f"{video.origin} {plain}"),
                PERMISSIONS_POLICY: permissions(*_IN_PAGE),
            }
        case Show.JITSI:
            return {
                CONTENT_SECURITY_POLICY: policy(frame_src=video.origin),
                PERMISSIONS_POLICY: permissions(*_IN_FRAME, origin=video.origin),
            }
        case Show.PRESS:
            return _leaving(site)
        case _:
            return {}


def _leaving(site: Site) -> Mapping[str, str]:
    """A form whose answer leads elsewhere: Chromium holds ``form-action`` against
    every address on that way, and one server of BigBlueButton leads to another.
    """
    anywhere = "https:" if site.https else "https: http:"
    return {CONTENT_SECURITY_POLICY: policy(form_action=anywhere)}
