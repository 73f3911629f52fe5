"""The description of the API, made from its routes."""

import inspect
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler
from pydantic import TypeAdapter

from orchestrator.web.body import plain

_PREFIX = "/api/v1/"
_PARAMETER = re.compile(r"{(\w+)}")
_PROBLEM = {
    "description": "What is wrong and what to do (RFC 9457).",
    "content": {
        "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}
    },
}

_TOLD = "__told__"
_REFERENCE = "#/components/schemas/{model}"

Document = dict[str, object]

routes = web.RouteTableDef()


@routes.get("/api/v1/openapi.json")
async def description(request: web.Request) -> web.Response:
    """The description of the API itself."""
    return plain(describe(request.app.router.routes()))


def told(
    *,
    parameters: Sequence[Document] = (),
    body: TypeAdapter[Any],  # Any: of any value
) -> Callable[[Handler], Handler]:
    """Describe what a handler takes beside its path: ``parameters`` of its headers,
    and its body.
    """

    def describing(handler: Handler) -> Handler:
        setattr(handler, _TOLD, (tuple(parameters), body))
        return handler

    return describing


def describe(known: Iterable[web.AbstractRoute]) -> Document:
    """OpenAPI 3.1 of every route below ``/api/v1/``; texts are their docstrings."""
    paths: dict[str, Document] = {}
    schemas = {"Problem": _problem()}
    for route in known:
        resource = route.resource
        if resource is None or not resource.canonical.startswith(_PREFIX):
            continue
        if route.method == "HEAD":
            continue
        path = paths.setdefault(resource.canonical, {})
        path[route.method.lower()] = _operation(route, resource.canonical, schemas)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Session orchestrator", "version": "1"},
        "paths": paths,
        "components": {"schemas": schemas},
    }


def _operation(
    route: web.AbstractRoute, path: str, schemas: dict[str, Document]
) -> Document:
    text = inspect.getdoc(route.handler) or ""
    parameters, body = getattr(route.handler, _TOLD, ((), None))
    return {
        "summary": text.split("\n\n")[0].replace("\n", " "),
        "parameters": [
            *(
                {
                    "name": name,
                    "in": "path",
                    "required": True,
                    "schema": {"type": "string"},
                }
                for name in _PARAMETER.findall(path)
            ),
            *parameters,
        ],
        **(_body(body, schemas) if body else {}),
        "responses": {
            "2XX": {"description": "Done."},
            "4XX": _PROBLEM,
            "5XX": _PROBLEM,
        },
    }


def _body(
    adapter: TypeAdapter[Any],  # Any: of any value
    schemas: dict[str, Document],
) -> Document:
    """The body that ``adapter`` reads; the parts of its schema go to ``schemas``."""
    schema = adapter.json_schema(ref_template=_REFERENCE)
    schemas.update(schema.pop("$defs", {}))
    content = {"application/json": {"schema": schema}}
    return {"requestBody": {"required": True, "content": content}}


def _problem() -> Document:
    return {
        "type": "object",
        "required": ["type", "title", "status", "detail"],
        "properties": {
            "type": {"type": "string", "format": "uri"},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "detail": {"type": "string"},
        },
    }
