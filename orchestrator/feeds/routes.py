"""HTTP face of the calendars: conditional GET of kept bytes (RFC 9110, 13)."""

import re
from functools import lru_cache

from aiohttp import hdrs, web

from orchestrator.feeds.kept import Form, KeptFile
from orchestrator.feeds.service import Feeds

FEEDS = web.AppKey("feeds", Feeds)

# Entity tags of a list, with or without W/: If-None-Match compares weakly.
_TAG = re.compile(r'"[^"]*"')
_WEIGHTLESS = re.compile(r"q=0(\.0*)?")

routes = web.RouteTableDef()


@routes.get("/e/{slug}.ics")
async def event_feed(request: web.Request) -> web.Response:
    """The calendar of an event, to subscribe to."""
    return answer(request, await request.app[FEEDS].feed(request.match_info["slug"]))


@routes.get("/e/{slug}/t/{talk}.ics")
async def talk_file(request: web.Request) -> web.Response:
    """One talk, to download."""
    names = request.match_info
    file = await request.app[FEEDS].talk(names["slug"], names["talk"])
    return answer(request, file)


# Clients probe with PROPFIND, OPTIONS and others. Without these routes such a
# probe would go on to a page whose pattern fits the path too.
@routes.route(hdrs.METH_ANY, "/e/{slug}.ics")
@routes.route(hdrs.METH_ANY, "/e/{slug}/t/{talk}.ics")
async def not_allowed(request: web.Request) -> web.Response:
    """Calendars are read only."""
    raise web.HTTPMethodNotAllowed(request.method, (hdrs.METH_GET, hdrs.METH_HEAD))


def answer(request: web.Request, file: KeptFile) -> web.Response:
    """``file`` in the form that the client takes, or 304 if it has it."""
    accepted = request.headers.get(hdrs.ACCEPT_ENCODING)
    form = file.zipped if accepted and takes_gzip(accepted) else file.plain
    if _unchanged(request, file, form):
        return web.Response(status=304, headers=form.unchanged)
    return web.Response(body=form.body, headers=form.headers)


@lru_cache(maxsize=256)
def takes_gzip(accepted: str) -> bool:
    """Whether ``accepted``, an Accept-Encoding, names gzip with a weight."""
    for part in accepted.lower().split(","):
        coding, _, weight = part.partition(";")
        if coding.strip() in ("gzip", "x-gzip"):
            return not _WEIGHTLESS.fullmatch(weight.strip())
    return False


def _unchanged(request: web.Request, file: KeptFile, form: Form) -> bool:
    tags = request.headers.get(hdrs.IF_NONE_MATCH)
    if tags is not None:
        # If-Modified-Since does not count beside it (RFC 9110, 13.1.3).
        return (
            tags == form.etag or tags.strip() == "*" or form.etag in _TAG.findall(tags)
        )
    try:
        since = request.if_modified_since
    except OverflowError:  # aiohttp 3.14 lets a year of eleven digits through
        return False
    return since is not None and file.modified <= since
