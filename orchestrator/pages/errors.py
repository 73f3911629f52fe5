"""Failures as pages, for people."""

from http import HTTPStatus

from aiohttp import web

from orchestrator.pages.error_view import (
    error_page,
    named_page,
    refused_link_page,
)
from orchestrator.pages.render import render
from orchestrator.pages.site import SITE
from orchestrator.web.reader import language_of

_REFUSED_LINK = "token-refused"


def error_page_of(request: web.Request, status: int, slug: str, detail: str) -> str:
    """The page for ``status``; a refused link looks the same whatever the cause."""
    now, language = request.app[SITE].clock(), language_of(request)
    if slug == _REFUSED_LINK:
        # Nothing ticks on that page: without the time of day it is the same
        # bytes for every link that is tried.
        today = now.replace(hour=0, minute=0, second=0, microsecond=0)
        return render(refused_link_page(now=today, language=language))
    if named := named_page(slug, status, now=now, language=language):
        return render(named)
    again = ""
    if status in (HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.TOO_MANY_REQUESTS):
        again = request.path
    page = error_page(status, now=now, language=language, detail=detail, again=again)
    return render(page)
