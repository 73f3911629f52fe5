"""Everybody registered, for chairs and organisers; and sending somebody out."""

import re
from collections.abc import Mapping
from urllib.parse import urlencode

from aiohttp import web

from orchestrator.access.model import Identity, Role
from orchestrator.admission.errors import NobodyThere
from orchestrator.errors import Denied
from orchestrator.ids import RegistrantId
from orchestrator.pages.desks import staff
from orchestrator.pages.people_view import (
    Asked,
    Whereabouts,
    may_send_out,
    out_page,
    people_href,
    people_page,
    times_of,
)
from orchestrator.pages.site import Site, answer
from orchestrator.pages.times import Times
from orchestrator.programme.model import Event
from orchestrator.registration.model import Registrant
from orchestrator.web.reader import language_of, zone_of

routes = web.RouteTableDef()


_DONE = ("out", "back")
_NUMBER = re.compile("[0-9]{1,5}")


class NotToBeSentOut(Denied):
    """A chair may not send an organiser out, and nobody himself."""

    slug = "not-to-be-sent-out"
    title = "You cannot send this person out"


@routes.get("/e/{slug}/people")
async def show(request: web.Request) -> web.Response:
    """Who is registered and where each is now; ``?q=`` looks for some of them."""
    site, event, who = await staff(request, Role.CHAIR)
    now = site.programmes.now(event)
    people = await _everybody(site, event)
    page = people_page(
        event,
        tuple(people.values()),
        await _whereabouts(site, event),
        by=who,
        now=now,
        times=_times(request, event, who),
        asked=_asked(request, people),
    )
    return answer(request, page)


@routes.get("/e/{slug}/people/{registrant}/out")
async def ask(request: web.Request) -> web.Response:
    """What sending the person out will do; does nothing yet."""
    site, event, who, one = await _person(request)
    now = site.programmes.now(event)
    page = out_page(event, one, now=now, times=_times(request, event, who))
    return answer(request, page)


@routes.post("/e/{slug}/people/{registrant}/out")
async def send_out(request: web.Request) -> web.Response:
    """Put the person out of every room, until he is let back."""
    site, event, who, one = await _person(request)
    now = site.programmes.now(event)
    await site.admission.send_out(event, one.id, now, by=who.registrant)
    raise web.HTTPSeeOther(_shown(event, one, "out"))


@routes.post("/e/{slug}/people/{registrant}/back")
async def let_back(request: web.Request) -> web.Response:
    """Let the person come in again, when he presses."""
    site, event, _, one = await _person(request)
    await site.admission.let_back(event, one.id, site.programmes.now(event))
    raise web.HTTPSeeOther(_shown(event, one, "back"))


def _shown(event: Event, one: Registrant, done: str) -> str:
    """Where the list begins with him, of 600, and says what was done."""
    return f"{people_href(event)}?{urlencode({'q': one.name, done: one.id})}"


async def _person(request: web.Request) -> tuple[Site, Event, Identity, Registrant]:
    """Who presses, and the person of the address; 403 if the one may not send the
    other out, 404 if the event has no such person.
    """
    site, event, who = await staff(request, Role.CHAIR)
    people = await _everybody(site, event)
    one = people.get(RegistrantId(request.match_info["registrant"]))
    if one is None:
        raise NobodyThere(f"Nobody at {event.slug} has this id.")
    if not may_send_out(who, one):
        raise NotToBeSentOut("Ask an organiser.")
    return site, event, who, one


async def _everybody(site: Site, event: Event) -> dict[RegistrantId, Registrant]:
    """Those who may come."""
    people = await site.registration.people(event.id)
    return {one.id: one for one in people if not one.is_cancelled}


async def _whereabouts(site: Site, event: Event) -> Whereabouts:
    rooms = await site.rooms.of(event)
    _, picture = await site.live.figures(event)
    return Whereabouts(
        picture=picture,
        opened=await site.access.who_opened(event.id),
        rooms={room.id: room.name for room in rooms if len(rooms) > 1},
    )


def _times(request: web.Request, event: Event, who: Identity) -> Times:
    language = language_of(request, default=who.language or "fr")
    return times_of(event, language, zone_of(request))


def _asked(request: web.Request, people: Mapping[RegistrantId, Registrant]) -> Asked:
    query = request.query
    sent, back = (people.get(RegistrantId(query.get(one, ""))) for one in _DONE)
    number = _NUMBER.fullmatch(query.get("page", ""))
    return Asked(
        looked_for=query.get("q", "").strip(),
        page=int(number[0]) if number else 1,
        sent=sent.name if sent else "",
        back=back.name if back else "",
    )
