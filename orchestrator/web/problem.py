"""Problem details (RFC 9457): the one place where errors become HTTP.

A browser that asked for a page gets a page instead, made by the function under
``ERROR_PAGE``; programs and calendars get the problem document.
"""

import json
import math
from collections.abc import Callable
from http import HTTPStatus

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler

from orchestrator import errors
from orchestrator.web.conditions import StaleVersion, VersionMissing

BASE_URL = web.AppKey("base_url", str)
ErrorPage = Callable[[web.Request, int, str, str], str]
"""Makes the page for a status, from the slug and detail of what went wrong."""

# A callable has no class that AppKey could check at run time.
ERROR_PAGE: web.AppKey[ErrorPage] = web.AppKey("error_page")

SECONDS_TO_RETRY = 5

_log = structlog.get_logger(__name__)

# The first that fits counts: refusals of the toolkit stand before their kinds.
_STATUS: dict[type[errors.OrchestratorError], int] = {
    StaleVersion: 412,
    VersionMissing: 428,
    errors.NotFound: 404,
    errors.Denied: 403,
    errors.Conflict: 409,
    errors.Invalid: 422,
    errors.TooOften: 429,
    errors.Unavailable: 503,
}


def status_of(error: errors.OrchestratorError) -> int:
    """HTTP status of the kind ``error`` descends from."""
    return next(code for kind, code in _STATUS.items() if isinstance(error, kind))


@web.middleware
async def problem_details(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer failures, expected or not, in a form the caller can read."""
    try:
        return await handler(request)
    except errors.OrchestratorError as error:
        status = status_of(error)
        if status == HTTPStatus.SERVICE_UNAVAILABLE:
            # In one line: a server that is away fails everybody at once, and so
            # many tracebacks would keep the last of them waiting for his answer.
            cause = repr(error.__cause__ or error)
            _log.warning(error.slug, route=_route(request), cause=cause)
        return _answer(request, status, error.slug, error.title, error)
    except web.HTTPException as answer:
        if answer.status < HTTPStatus.BAD_REQUEST:
            raise
        phrase = HTTPStatus(answer.status).phrase
        response = _answer(request, answer.status, _slug(phrase), phrase, None)
        if "Allow" in answer.headers:
            response.headers["Allow"] = answer.headers["Allow"]
        if "Retry-After" in answer.headers:
            response.headers["Retry-After"] = answer.headers["Retry-After"]
        return response
    except Exception as error:  # noqa: BLE001 -- the outermost loop of a request
        _log.error("bug", route=_route(request), exc_info=error)
        return _answer(request, 500, "internal-error", "Something went wrong", None)


def _answer(
    request: web.Request,
    status: int,
    slug: str,
    title: str,
    error: errors.OrchestratorError | None,
) -> web.Response:
    if _wants_page(request):
        detail = error.detail if error else ""
        page = request.app[ERROR_PAGE](request, status, slug, detail)
        response = web.Response(text=page, status=status, content_type="text/html")
    else:
        body = {
            "type": f"{request.app[BASE_URL]}/problems/{slug}",
            "title": title,
            "status": status,
            "detail": error.detail if error else title,
            **(error.facts if error else {}),
        }
        response = web.Response(
            text=json.dumps(body, ensure_ascii=False, default=str),
            status=status,
            content_type="application/problem+json",
        )
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        response.headers["Retry-After"] = str(SECONDS_TO_RETRY)
    if isinstance(error, errors.TooOften) and error.again is not None:
        response.headers["Retry-After"] = str(math.ceil(error.again))
    return response


def _wants_page(request: web.Request) -> bool:
    if ERROR_PAGE not in request.app or request.path.startswith("/api/"):
        return False
    return "text/html" in request.headers.get("Accept", "")


def _slug(phrase: str) -> str:
    return phrase.lower().replace(" ", "-")


def _route(request: web.Request) -> str:
    """The template, never the path: a path may hold a personal link."""
    resource = request.match_info.route.resource
    return resource.canonical if resource is not None else "unmatched"
