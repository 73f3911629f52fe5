"""HTTP face of messages: said by chairs, read by whom they are to."""

from aiohttp import web
from pydantic import TypeAdapter

from orchestrator.ids import SessionId
from orchestrator.stage.messages.latest import latest
from orchestrator.stage.messages.model import Message
from orchestrator.stage.messages.schemas import MessageShown, MessagesShown, Say
from orchestrator.stage.messages.service import Messages
from orchestrator.stage.parties import chairs, session_named, speaks
from orchestrator.stage.questions.routes import caller
from orchestrator.web.body import answer, read
from orchestrator.web.openapi import told

MESSAGES = web.AppKey("messages", Messages)

_ONE: TypeAdapter[object] = TypeAdapter(MessageShown)
_ALL: TypeAdapter[object] = TypeAdapter(MessagesShown)

routes = web.RouteTableDef()


@routes.get("/api/v1/events/{slug}/sessions/{session}/messages")
async def list_messages(request: web.Request) -> web.Response:
    """The messages that count now, to all and to the caller as a speaker; the chair
    reads all that was ever said.
    """
    event, who = await caller(request)
    timed = session_named(event, SessionId(request.match_info["session"]))
    said = await request.app[MESSAGES].said(event)
    current = {one.id for one in latest(said)}
    chaired = chairs(event, who, timed.session.id)
    talks = {slot.talk.id for slot in timed.slots}

    def is_his(one: Message) -> bool:
        if one.session != timed.session.id and one.talk not in talks:
            return False
        to_him = one.talk is None or speaks(event, who, one.talk)
        return chaired or (to_him and one.id in current)

    shown = [_shown(one, current=one.id in current) for one in said if is_his(one)]
    return answer(MessagesShown(messages=shown), _ALL)


@routes.post("/api/v1/events/{slug}/sessions/{session}/messages")
@told(body=TypeAdapter(Say))
async def say(request: web.Request) -> web.Response:
    """Say something to all of a session, or to the speaker of a talk in it:
    ``{"text": …}`` or ``{"card": "five"}``, and ``"talk"``; for its chair.
    """
    event, who = await caller(request)
    wanted = await read(request, Say)
    one = await request.app[MESSAGES].say(
        event,
        SessionId(request.match_info["session"]),
        talk=wanted.talk,
        text=wanted.text,
        card=wanted.card,
        by=who,
    )
    return answer(_shown(one, current=True), _ONE, status=201)


@routes.delete("/api/v1/events/{slug}/messages/{message}")
async def take_back(request: web.Request) -> web.Response:
    """Have a message told to nobody any more; for the chair of its session."""
    event, who = await caller(request)
    await request.app[MESSAGES].take_back(event, request.match_info["message"], who)
    return web.Response(status=204)


def _shown(one: Message, *, current: bool) -> MessageShown:
    return MessageShown(
        id=one.id,
        session=one.session,
        talk=one.talk,
        by=one.by,
        at=one.at,
        text=one.text,
        card=one.card,
        taken_back=one.taken_back,
        current=current,
    )
