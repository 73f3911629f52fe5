"""Reading what a client sends, within limits of size, form and time."""

import asyncio
import json
from typing import TypeVar

from aiohttp import web
from multidict import MultiDictProxy
from pydantic import BaseModel, TypeAdapter, ValidationError

from orchestrator.errors import Invalid

Schema = TypeVar("Schema", bound=BaseModel)
Value = TypeVar("Value")

MAX_BODY = 64 * 1024
# aiohttp has no deadline for bodies: a client that drips one byte at a time
# would hold its handler for ever.
_SECONDS_TO_SEND = 30


class UnreadableBody(Invalid):
    """What was sent does not have the form that this address takes."""

    slug = "unreadable-body"
    title = "What was sent could not be read"


def has_body(request: web.Request) -> bool:
    """Whether anything may have been sent: an empty form has no fields to read."""
    return request.body_exists


async def form(
    request: web.Request,
) -> MultiDictProxy[str | bytes | bytearray | web.FileField]:
    """The fields of a form; 415 for a compressed body, 408 for a slow one."""
    _refuse_compression(request)
    try:
        async with asyncio.timeout(_SECONDS_TO_SEND):
            return await request.post()
    except TimeoutError:
        raise web.HTTPRequestTimeout from None


async def read(request: web.Request, schema: type[Schema]) -> Schema:
    """The JSON body as ``schema``; raises ``UnreadableBody`` naming the fields."""
    return await read_as(request, TypeAdapter(schema))


async def read_as(request: web.Request, adapter: TypeAdapter[Value]) -> Value:
    """The JSON body as what ``adapter`` is of; raises ``UnreadableBody``."""
    _refuse_compression(request)
    if request.content_type != "application/json":
        raise web.HTTPUnsupportedMediaType
    try:
        async with asyncio.timeout(_SECONDS_TO_SEND):
            raw = await request.read()
    except TimeoutError:
        raise web.HTTPRequestTimeout from None
    try:
        return adapter.validate_json(raw)
    except ValidationError as error:
        raise unreadable(error) from error


def unreadable(error: ValidationError) -> UnreadableBody:
    """What is wrong with what was sent, by its fields; never what it was."""
    told = error.errors(include_url=False, include_input=False, include_context=False)
    fields = [
        {"field": ".".join(map(str, one["loc"])), "message": one["msg"]} for one in told
    ]
    return UnreadableBody("Mend the fields named.", fields=fields)


def answer(
    value: object, adapter: TypeAdapter[object], *, status: int = 200
) -> web.Response:
    """``value`` as JSON."""
    return web.Response(
        body=adapter.dump_json(value), status=status, content_type="application/json"
    )


def plain(value: object, *, status: int = 200) -> web.Response:
    """A JSON document of plain values."""
    return web.Response(
        text=json.dumps(value, ensure_ascii=False),
        status=status,
        content_type="application/json",
    )


def _refuse_compression(request: web.Request) -> None:
    # The runner leaves bodies as they came (a small bomb would stall everybody).
    if request.headers.get("Content-Encoding", "identity") != "identity":
        raise web.HTTPUnsupportedMediaType
