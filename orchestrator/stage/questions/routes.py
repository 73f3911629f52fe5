"""HTTP face of questions: asked and voted up by people of the meeting, decided by
chairs, given to speakers afterwards.
"""

from aiohttp import hdrs, web
from pydantic import TypeAdapter

from orchestrator.access.model import Identity
from orchestrator.attendance.routes import ACCESS
from orchestrator.ids import TalkId
from orchestrator.programme.model import Event
from orchestrator.programme.routes import PROGRAMMES
from orchestrator.stage.parties import chairs, session_of
from orchestrator.stage.questions.errors import UnknownFormat
from orchestrator.stage.questions.exporting import Format
from orchestrator.stage.questions.model import Question
from orchestrator.stage.questions.schemas import (
    Ask,
    Decision,
    QuestionShown,
    QuestionsShown,
)
from orchestrator.stage.questions.service import Questions
from orchestrator.web.body import answer, read
from orchestrator.web.identity import presented
from orchestrator.web.openapi import told
from orchestrator.web.reader import language_of

QUESTIONS = web.AppKey("questions", Questions)

_ONE: TypeAdapter[object] = TypeAdapter(QuestionShown)
_ALL: TypeAdapter[object] = TypeAdapter(QuestionsShown)
_TYPES = {Format.CSV: "text/csv", Format.JSON: "application/json"}

routes = web.RouteTableDef()


@routes.get("/api/v1/events/{slug}/talks/{talk}/questions")
async def list_questions(request: web.Request) -> web.Response:
    """The questions to a talk, most votes first, for people of the meeting; the chair
    sees those that were removed as well.
    """
    event, who = await caller(request)
    talk = TalkId(request.match_info["talk"])
    all_of_them = chairs(event, who, session_of(event, talk).session.id)
    questions = request.app[QUESTIONS]
    found = await questions.of_talk(event, talk, removed=all_of_them)
    voted = await questions.voted(event, who.registrant)
    shown = [_shown(one, who, voted=one.id in voted) for one in found]
    return answer(QuestionsShown(questions=shown), _ALL)


@routes.post("/api/v1/events/{slug}/talks/{talk}/questions")
@told(body=TypeAdapter(Ask))
async def ask(request: web.Request) -> web.Response:
    """Ask a question of a talk: ``{"text": …}``, up to 500 characters."""
    event, who = await caller(request)
    asked = await read(request, Ask)
    talk = TalkId(request.match_info["talk"])
    one = await request.app[QUESTIONS].ask(event, talk, who, asked.text)
    return answer(_shown(one, who, voted=True), _ONE, status=201)


@routes.get("/api/v1/events/{slug}/talks/{talk}/questions/unanswered")
async def unanswered(request: web.Request) -> web.Response:
    """What nobody has answered, to be saved by the talk's speaker or chair;
    ``?format=csv`` gives a spreadsheet's list in the language of ``?lang=``.
    """
    event, who = await caller(request)
    form = _format(request.query.get("format", Format.JSON))
    talk = TalkId(request.match_info["talk"])
    language = language_of(request, default=who.language or "fr")
    text = await request.app[QUESTIONS].export(event, talk, who, form, language)
    name = f'attachment; filename="{event.slug}-questions.{form.value}"'
    headers = {hdrs.CONTENT_DISPOSITION: name, hdrs.CACHE_CONTROL: "no-store"}
    return web.Response(text=text, content_type=_TYPES[form], headers=headers)


@routes.put("/api/v1/events/{slug}/questions/{question}/vote")
async def vote(request: web.Request) -> web.Response:
    """Want the question to be asked."""
    return await _vote(request, on=True)


@routes.delete("/api/v1/events/{slug}/questions/{question}/vote")
async def take_back(request: web.Request) -> web.Response:
    """Take one's vote back."""
    return await _vote(request, on=False)


async def _vote(request: web.Request, *, on: bool) -> web.Response:
    event, who = await caller(request)
    question = request.match_info["question"]
    one = await request.app[QUESTIONS].vote(event, question, who, on=on)
    return answer(_shown(one, who, voted=on), _ONE)


@routes.post("/api/v1/events/{slug}/questions/{question}/decision")
@told(body=TypeAdapter(Decision))
async def decide(request: web.Request) -> web.Response:
    """Take a question, or have it answered, left for later, removed or open again:
    ``{"state": "taken"}``; for the chair of its session.
    """
    event, who = await caller(request)
    decision = await read(request, Decision)
    questions, question = request.app[QUESTIONS], request.match_info["question"]
    one = await questions.decide(event, question, decision.state, who)
    voted = await questions.voted(event, who.registrant)
    return answer(_shown(one, who, voted=one.id in voted), _ONE)


async def caller(request: web.Request) -> tuple[Event, Identity]:
    """The event of the address and who asks; 401 when nobody is known."""
    event = await request.app[PROGRAMMES].find(request.match_info["slug"])
    identity = await request.app[ACCESS].identify(presented(request), event.id)
    if identity is None:
        raise web.HTTPUnauthorized
    return event, identity


def _shown(one: Question, who: Identity, *, voted: bool) -> QuestionShown:
    return QuestionShown(
        id=one.id,
        talk=one.talk,
        text=one.text,
        name=one.name,
        affiliation=one.affiliation,
        asked=one.asked,
        state=one.state,
        votes=one.votes,
        mine=one.by == who.registrant,
        voted=voted,
    )


def _format(name: str) -> Format:
    try:
        return Format(name)
    except ValueError as error:
        known = ", ".join(Format)
        raise UnknownFormat(f"There is no format {name!a}. Known: {known}.") from error
