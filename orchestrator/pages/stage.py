"""The chair's desk: its pages, and what is pressed on them.

Every press is a form's post, so that it works without a script; the script sends
the same form and asks for JSON: what to say, and the parts of the page as they are.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from aiohttp import hdrs, web
from pydantic import ValidationError

from orchestrator.access.model import Identity, Role, allows
from orchestrator.errors import Conflict, Invalid, NotFound, OrchestratorError
from orchestrator.ids import SessionId, TalkId, new_id
from orchestrator.pages.desks import inside, staff
from orchestrator.pages.render import render_part
from orchestrator.pages.site import Site, answer
from orchestrator.pages.stage_answers import (
    breach_banner,
    refused_banner,
    stale_banner,
)
from orchestrator.pages.stage_names import deed, names_of
from orchestrator.pages.stage_reading import Stands, parts_of
from orchestrator.pages.stage_view import (
    Banner,
    desk_href,
    desk_page,
    desk_view,
    order_page,
)
from orchestrator.pages.times import Times, times_for
from orchestrator.pages.words import words
from orchestrator.programme.errors import NoSuchSession
from orchestrator.programme.model import Event, TimedSession
from orchestrator.stage.errors import Breaches
from orchestrator.stage.messages.model import Card
from orchestrator.stage.questions.model import QuestionState
from orchestrator.stage.schemas import ACTION, Action
from orchestrator.stage.stale import Stale
from orchestrator.web.body import form, plain, unreadable
from orchestrator.web.conditions import key_of, version_in
from orchestrator.web.problem import status_of
from orchestrator.web.reader import language_of

_MARKS = frozenset({"act", "version", "key", "cue"})
"""Fields of a form that are no part of the action."""

_OF_A_DIGEST = 16

routes = web.RouteTableDef()


class BadPress(Invalid):
    """A form without what its button sends."""

    slug = "bad-press"
    title = "This press could not be read"


@dataclass(frozen=True, slots=True, kw_only=True)
class Chair:
    """Who presses, at which desk."""

    site: Site
    event: Event
    who: Identity
    session: SessionId
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a press ended: ``said`` when it was done, else the banner."""

    status: int = HTTPStatus.OK
    said: str = ""
    banner: Banner | None = None


@routes.get("/e/{slug}/chair")
async def entry(request: web.Request) -> web.Response:
    """To the desk of the session that is on or next, of those that he chairs."""
    site, event, who = await staff(request, Role.CHAIR)
    sessions = _chaired(event, who)
    if not sessions:
        raise NoSuchSession("The programme has no session to chair yet.")
    timed = _current(sessions, site.programmes.now(event))
    query = f"?{request.query_string}" if request.query_string else ""
    raise web.HTTPSeeOther(f"{desk_href(event, timed.session.id)}{query}")


@routes.get("/e/{slug}/chair/{session}")
async def desk(request: web.Request) -> web.Response:
    """One session's desk."""
    chair = await chair_of(request)
    if chair.site.chairing.came(chair.session, chair.who):
        chair.site.stage_live.changed(chair.event.slug)
    return await _page(request, chair, Outcome())


@routes.get("/e/{slug}/chair/{session}/print")
async def paper(request: web.Request) -> web.Response:
    """The running order on paper, as the desk shows it."""
    chair = await chair_of(request)
    stand = await Stands(chair.site).of(chair.event, chair.session)
    now = chair.site.programmes.now(chair.event)
    page = order_page(chair.event, stand, now=now, language=chair.language)
    return answer(request, page)


@routes.post("/e/{slug}/chair/{session}")
async def press(request: web.Request) -> web.Response:
    """Carry out what a button of the desk says."""
    chair = await chair_of(request)
    fields = texts(await form(request))
    action = _action(fields)
    return await answered(request, chair, await _act(request, chair, fields, action))


@routes.post("/e/{slug}/chair/{session}/questions")
async def question(request: web.Request) -> web.Response:
    """Take a question, leave it for later, have it answered or removed."""
    chair = await chair_of(request)
    ident, _, wanted = texts(await form(request)).get("question", "").partition(" ")
    try:
        state = QuestionState(wanted)
    except ValueError:
        raise BadPress("Press a button of the desk.") from None
    try:
        await chair.site.questions.decide(chair.event, ident, state, chair.who)
    except (Conflict, NotFound) as error:
        return await answered(request, chair, refused(chair, error))
    return await answered(request, chair, Outcome())


@routes.post("/e/{slug}/chair/{session}/say")
async def tell(request: web.Request) -> web.Response:
    """Say something to everybody, or to the speaker whom the desk named."""
    chair = await chair_of(request)
    fields = texts(await form(request))
    card = fields.get("card")
    if card is not None and card not in set(Card):
        raise BadPress("Press a button of the desk.")
    talk = fields.get("talk", "") if fields.get("to") == "speaker" else None
    try:
        if talk == "":
            raise BadPress("No speaker is on or to come.")
        await chair.site.messages.say(
            chair.event,
            chair.session,
            talk=TalkId(talk) if talk else None,
            text="" if card else fields.get("text", ""),
            card=Card(card) if card else None,
            by=chair.who,
        )
    except (Conflict, Invalid, NotFound) as error:
        return await answered(request, chair, refused(chair, error))
    said = words(chair.language).gettext("The message is sent")
    return await answered(request, chair, Outcome(said=said))


@routes.post("/e/{slug}/chair/{session}/messages")
async def take_back(request: web.Request) -> web.Response:
    """Have a message told to nobody any more."""
    chair = await chair_of(request)
    ident = texts(await form(request)).get("message", "")
    try:
        await chair.site.messages.take_back(chair.event, ident, chair.who)
    except NotFound as error:
        return await answered(request, chair, refused(chair, error))
    return await answered(request, chair, Outcome())


async def chair_of(request: web.Request) -> Chair:
    """Who asks, if he chairs the session of the address; 401, 403, 404."""
    site, event, who = await staff(request, Role.CHAIR)
    session = SessionId(request.match_info["session"])
    site.stage.refuse_others(event, session, who)
    language = language_of(request, default=who.language or "fr")
    return Chair(site=site, event=event, who=who, session=session, language=language)


async def _act(
    request: web.Request, chair: Chair, fields: Mapping[str, str], action: Action
) -> Outcome:
    try:
        done = await chair.site.stage.act(
            chair.event,
            chair.session,
            action,
            by=chair.who,
            version=_version(fields),
            key=key_of(request) or _key(fields, action),
        )
    except Stale as stale:
        names = names_of(chair.event, stale.rundown, chair.language)
        banner = stale_banner(stale.since, names)
        return Outcome(status=status_of(stale), banner=banner)
    except Breaches as error:
        rundown = await chair.site.stage.rundown(chair.event, chair.session)
        names = names_of(chair.event, rundown, chair.language)
        banner = breach_banner(action, error.facts, names, _times(chair))
        return Outcome(status=status_of(error), banner=banner)
    except (Conflict, Invalid, NotFound) as error:
        return refused(chair, error)
    names = names_of(chair.event, done.rundown, chair.language)
    return Outcome(said=deed(done.record, names))


def refused(chair: Chair, error: OrchestratorError) -> Outcome:
    banner = refused_banner(error, chair.language)
    return Outcome(status=status_of(error), banner=banner)


async def answered(
    request: web.Request, chair: Chair, outcome: Outcome
) -> web.Response:
    """The parts of the desk as they are now, for the script; else the page."""
    if "application/json" in request.headers.get(hdrs.ACCEPT, ""):
        return await _parts(chair, outcome)
    if outcome.banner is None:
        raise web.HTTPSeeOther(desk_href(chair.event, chair.session))
    return await _page(request, chair, outcome)


async def _parts(chair: Chair, outcome: Outcome) -> web.Response:
    site = chair.site
    event = await site.programmes.find(chair.event.slug)
    stand = await Stands(site).of(event, chair.session)
    now = site.programmes.now(event)
    drawn = desk_view(event, stand, now, _times(chair))
    banner = outcome.banner
    return plain(
        {
            "said": outcome.said,
            "banner": render_part(
                "desk/banner.html", chair.language, banner=banner, desk=drawn
            )
            if banner
            else "",
            "parts": [
                {"target": one.target, "html": one.html, "version": one.version}
                for one in parts_of(drawn)
            ],
        },
        status=outcome.status,
    )


async def _page(request: web.Request, chair: Chair, outcome: Outcome) -> web.Response:
    site = chair.site
    event = await site.programmes.find(chair.event.slug)
    page = desk_page(
        event,
        await Stands(site).of(event, chair.session),
        now=site.programmes.now(event),
        language=chair.language,
        mine=[timed.session.id for timed in _chaired(event, chair.who)],
        inside=await inside(site, event, drawn=False),
        key=new_id(),
        banner=outcome.banner,
    )
    return answer(request, page, status=outcome.status)


def _chaired(event: Event, who: Identity) -> list[TimedSession]:
    return [
        timed
        for timed in event.timetable.sessions
        if allows(who, Role.CHAIR, session=timed.session.id)
    ]


def _current(sessions: list[TimedSession], now: datetime) -> TimedSession:
    """The one in which somebody is on, else that which ends next, else the last."""
    for timed in sessions:
        if any(slot.actual_starts and not slot.actual_ends for slot in timed.slots):
            return timed
    return next((timed for timed in sessions if now < timed.ends), sessions[-1])


def _times(chair: Chair) -> Times:
    return times_for(chair.language, chair.event.programme.zone, None)


def texts(fields: Mapping[str, object]) -> dict[str, str]:
    return {name: value for name, value in fields.items() if isinstance(value, str)}


def _action(fields: Mapping[str, str]) -> Action:
    """What the button sends, or the fields of a form with a choice in it."""
    try:
        if "act" in fields:
            return ACTION.validate_json(fields["act"])
        return ACTION.validate_python(
            {name: value for name, value in fields.items() if name not in _MARKS}
        )
    except ValidationError as error:
        raise unreadable(error) from error


def _version(fields: Mapping[str, str]) -> int:
    """The version that was seen."""
    version = version_in(fields.get("version", ""))
    if version is None:
        raise BadPress("Open the desk again: its version is missing.")
    return version


def _key(fields: Mapping[str, str], action: Action) -> str | None:
    """The key of one copy of the page, for this press: another button is another."""
    given = fields.get("key", "")
    if not given:
        return None
    digest = hashlib.sha256(f"{given} {action.model_dump_json()}".encode()).hexdigest()
    return digest[:_OF_A_DIGEST]
