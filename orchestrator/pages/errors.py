"""Failures as pages, for people."""

from http import HTTPStatus

from aiohttp import web

from orchestrator.pages.error_view import (
    error_page,
    refused_link_page,
    withdrawn_session_page,
    withdrawn_talk_page,
)
from orchestrator.pages.render import render
from orchestrator.pages.session_view import SessionWithdrawn
from orchestrator.pages.site import SITE
from orchestrator.programme.errors import TalkWithdrawn
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
    if slug == TalkWithdrawn.slug:
        return render(withdrawn_talk_page(now=now, language=language))
    if slug == SessionWithdrawn.slug:
        return render(withdrawn_session_page(now=now, language=language))
    again = ""
    if status in (HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.TOO_MANY_REQUESTS):
        again = request.path
    page = error_page(status, now=now, language=language, detail=detail, again=again)
    return render(page)
