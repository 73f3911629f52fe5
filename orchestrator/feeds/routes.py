"""HTTP face of the calendars: conditional GET of kept bytes (RFC 9110, 13)."""

import re
from http import HTTPStatus

from aiohttp import hdrs, web

from orchestrator.feeds.errors import UnknownKind
from orchestrator.feeds.kept import Form, KeptFile
from orchestrator.feeds.personal import PersonalFeeds
from orchestrator.feeds.selection import Only
from orchestrator.feeds.service import Feeds
from orchestrator.web.packed import Packed, takes_packed
from orchestrator.web.reader import has_query, takes_gzip

FEEDS = web.AppKey("feeds", Feeds)
PERSONAL = web.AppKey("personal feeds", PersonalFeeds)

# Entity tags of a list, with or without W/: If-None-Match compares weakly.
_TAG = re.compile(r'"[^"]*"')

routes = web.RouteTableDef()


async def event_feed(request: web.Request) -> web.StreamResponse:
    """The calendar of an event, to subscribe to; ``?kind=`` and ``?track=``."""
    feeds, slug = request.app[FEEDS], request.match_info["slug"]
    if not has_query(request):
        return answer(request, await feeds.feed(slug))
    only, track = _kind(request), request.query.get("track", "")
    return answer(request, await feeds.feed(slug, only=only, track=track))


async def session_file(request: web.Request) -> web.StreamResponse:
    """One session, to subscribe to or download; with its talks by ``?talks=1``."""
    names, talks = request.match_info, request.query.get("talks") == "1"
    file = await request.app[FEEDS].session(
        names["slug"], names["session"], talks=talks
    )
    return answer(request, file)


async def talk_file(request: web.Request) -> web.StreamResponse:
    """One talk, to subscribe to or download."""
    names = request.match_info
    file = await request.app[FEEDS].talk(names["slug"], names["talk"])
    return answer(request, file)


async def personal_feed(request: web.Request) -> web.StreamResponse:
    """Somebody's own calendar, by its key."""
    return answer(request, await request.app[PERSONAL].feed(request.match_info["key"]))


async def not_allowed(request: web.Request) -> web.Response:
    """Calendars are read only."""
    raise web.HTTPMethodNotAllowed(request.method, (hdrs.METH_GET, hdrs.METH_HEAD))


# Clients probe with PROPFIND, OPTIONS and others. Without the routes of any
# method such a probe would go on to a page whose pattern fits the path too.
# Routes of one path stand together: the router then looks at it once.
for _path, _file in (
    ("/e/{slug}.ics", event_feed),
    ("/e/{slug}/s/{session}.ics", session_file),
    ("/e/{slug}/t/{talk}.ics", talk_file),
    ("/c/{key}.ics", personal_feed),
):
    routes.get(_path)(_file)
    routes.route(hdrs.METH_ANY, _path)(not_allowed)


def answer(request: web.Request, file: KeptFile) -> web.StreamResponse:
    """``file`` in the form that the client takes, or 304 if it has it."""
    accepted = request.headers.get(hdrs.ACCEPT_ENCODING)
    form = file.zipped if accepted and takes_gzip(accepted) else file.plain
    unchanged = _unchanged(request, file, form)
    if takes_packed(request):
        if unchanged:
            return Packed(form.unchanged_head, status=HTTPStatus.NOT_MODIFIED)
        return Packed(form.head, form.body)
    if unchanged:
        return web.Response(status=HTTPStatus.NOT_MODIFIED, headers=form.unchanged)
    return web.Response(body=form.body, headers=form.headers)


def _kind(request: web.Request) -> Only | None:
    kind = request.query.get("kind")
    if kind is None:
        return None
    try:
        return Only(kind)
    except ValueError:
        raise UnknownKind(
            "Write kind=talks or kind=sessions, or leave it out."
        ) from None


def _unchanged(request: web.Request, file: KeptFile, form: Form) -> bool:
    told = request.headers.getall(hdrs.IF_NONE_MATCH, None)
    if told is not None:
        tags = ", ".join(told) if len(told) > 1 else told[0]
        # If-Modified-Since does not count beside it (RFC 9110, 13.1.3).
        return (
            tags == form.etag or tags.strip() == "*" or form.etag in _TAG.findall(tags)
        )
    try:
        since = request.if_modified_since
    except OverflowError:  # aiohttp 3.14 lets a year of eleven digits through
        return False
    return since is not None and file.modified <= since
