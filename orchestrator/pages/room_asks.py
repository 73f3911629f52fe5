"""Questions from the room, as forms: the page's script sends them to the API."""

from contextlib import suppress
from http import HTTPStatus

from aiohttp import web

from orchestrator.errors import Conflict, Invalid, TooOften
from orchestrator.ids import TalkId
from orchestrator.pages.room import room_answer, room_page_of
from orchestrator.pages.room_asked import room_asked
from orchestrator.pages.room_view import Done, Typed
from orchestrator.pages.site import known, room_query
from orchestrator.pages.words import words
from orchestrator.stage.questions.errors import BadQuestion, TooManyQuestions
from orchestrator.web.body import form
from orchestrator.web.reader import language_of

routes = web.RouteTableDef()


@routes.post("/e/{slug}/room/ask")
async def ask(request: web.Request) -> web.Response:
    """Ask a question of a talk; one that is not taken comes back as it was typed."""
    site, event, who = await known(request)
    fields = await form(request)
    talk, text = TalkId(str(fields.get("talk", ""))), str(fields.get("text", ""))
    try:
        await site.questions.ask(event, talk, who, text)
    except (BadQuestion, TooManyQuestions) as error:
        language = language_of(request, default=who.language or "fr")
        typed = Typed(talk=talk, text=text, error=_why(error, language))
        page = await room_page_of(request, site, event, who, typed=typed)
        return room_answer(request, page, status=_status(error))
    query = room_query(room_asked(request, event) or "")
    done = f"{query}&done={Done.ASKED}" if query else f"?done={Done.ASKED}"
    raise web.HTTPSeeOther(f"/e/{event.slug}/room{done}#asking")


@routes.post("/e/{slug}/room/vote")
async def vote(request: web.Request) -> web.Response:
    """Support a question, or do so no more. One that was closed meanwhile is shown as
    it is now: that says it all.
    """
    site, event, who = await known(request)
    fields = await form(request)
    question, on = str(fields.get("question", "")), fields.get("on") == "yes"
    with suppress(Conflict):
        await site.questions.vote(event, question, who, on=on)
    query = room_query(room_asked(request, event) or "")
    raise web.HTTPSeeOther(f"/e/{event.slug}/room{query}#asking")


def _why(error: Invalid | TooOften, language: str) -> str:
    say = words(language).gettext
    if isinstance(error, TooOften):
        return say("You have asked much at once. Wait a little, then ask again.")
    return say("Write your question, in 500 characters at most.")


def _status(error: Invalid | TooOften) -> int:
    if isinstance(error, TooOften):
        return HTTPStatus.TOO_MANY_REQUESTS
    return HTTPStatus.UNPROCESSABLE_ENTITY
