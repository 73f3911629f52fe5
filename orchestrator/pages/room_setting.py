"""Where the video rooms of a meeting are: shown to its organisers, changed by them."""

from collections.abc import Mapping
from dataclasses import replace

from aiohttp import web

from orchestrator.access.model import Identity, Role
from orchestrator.errors import OrchestratorError
from orchestrator.pages.desks import staff
from orchestrator.pages.people_view import times_of
from orchestrator.pages.room_setting_view import (
    Asked,
    RoomNow,
    room_setting_href,
    room_setting_page,
)
from orchestrator.pages.site import Site, answer
from orchestrator.pages.stage import texts
from orchestrator.pages.words import words
from orchestrator.programme.model import Event
from orchestrator.rooms.model import Room, Setting
from orchestrator.rooms.named import named
from orchestrator.rooms.service import usable, usable_stream
from orchestrator.web.body import form
from orchestrator.web.reader import language_of, zone_of

routes = web.RouteTableDef()

_FIELDS = ("connection", "url", "fallback", "overflow")
_UNPROCESSABLE = 422


class _Wrong(Exception):
    """What was sent in one field cannot be."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


@routes.get("/e/{slug}/organise/room")
async def show(request: web.Request) -> web.Response:
    """Where each room is."""
    site, event, who = await staff(request, Role.ORGANISER)
    return await _page(request, site, event, who)


@routes.post("/e/{slug}/organise/room")
async def change(request: web.Request) -> web.Response:
    """Put one room somewhere else; who is in it is taken along by his page."""
    site, event, who = await staff(request, Role.ORGANISER)
    fields = texts(await form(request))
    sent = {name: fields.get(name, "").strip() for name in _FIELDS}
    (room,) = named(await site.rooms.of(event), fields.get("room", ""))
    try:
        setting = _setting(site, room, sent)
    except _Wrong as wrong:
        asked = Asked(
            room=room.name,
            **sent,
            field_name=wrong.name,
            error=_error(wrong.name, language_of(request, default=who.language)),
        )
        return await _page(request, site, event, who, asked)
    await site.set_room(event, setting, name=room.name)
    raise web.HTTPSeeOther(f"{room_setting_href(event)}?saved=1")


async def _page(
    request: web.Request,
    site: Site,
    event: Event,
    who: Identity,
    asked: Asked | None = None,
) -> web.Response:
    language = language_of(request, default=who.language or "fr")
    rooms, video = await site.rooms.of(event), site.rooms.video
    _, picture = await site.live.figures(event)
    seats = [seat.room for seat in picture.seats.values()]
    page = room_setting_page(
        event,
        [
            RoomNow(room=room, is_set=video.is_set(room), inside=seats.count(room.id))
            for room in rooms
        ],
        {name: video.provider_of(name) for name in video.names},
        now=site.programmes.now(event),
        times=times_of(event, language, zone_of(request)),
        asked=asked,
        saved="saved" in request.query,
    )
    return answer(request, page, status=_UNPROCESSABLE if asked else 200)


def _setting(site: Site, room: Room, sent: Mapping[str, str]) -> Setting:
    """What ``sent`` changes; raises ``_Wrong``."""
    video = site.rooms.video
    connection = sent["connection"] or room.connection
    if connection not in video.names:
        raise _Wrong("connection")
    by_address = video.takes_address(connection)
    for name, check, wanted in (
        ("url", usable, by_address),
        ("fallback", usable, True),
        ("overflow", usable_stream, True),
    ):
        try:
            if wanted and sent[name]:
                check(sent[name], site.base_url)
        except OrchestratorError as error:
            raise _Wrong(name) from error
    url = sent["url"] if by_address else ""
    # Nobody means to leave those who are in it before a closed door.
    if not video.is_set(replace(room, connection=connection, url=url)):
        raise _Wrong("url" if by_address else "connection")
    return Setting(
        connection=connection,
        url=url,
        fallback=sent["fallback"],
        overflow=sent["overflow"],
    )


def _error(name: str, language: str | None) -> str:
    say = words(language or "fr").gettext
    if name == "connection":
        return say("Choose one of the connections.")
    return say(
        "Write a whole address that begins with https://, and none of this site."
    )
