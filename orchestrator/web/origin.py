"""Whether a request that changes something comes from our own pages.

Browsers say it themselves (Fetch Metadata, else Origin). A client that sends
neither is no browser, so nobody can make it act for somebody else.
"""

from collections.abc import Awaitable

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from orchestrator.errors import Denied

_HARMLESS = frozenset({"GET", "HEAD", "OPTIONS"})
# Servers of others post there, under whatever headers their libraries send; each
# delivery is signed, and no cookie is looked at.
_SIGNED = "/webhooks/"


class ForeignOrigin(Denied):
    """The press was made on another site's page."""

    slug = "foreign-origin"
    title = "This form was sent from another site"


def is_ours(request: web.Request, base_url: str) -> bool:
    """Whether the page that sent ``request`` is one of this service."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("Origin")
    return origin is None or origin == base_url


def same_origin(base_url: str) -> Middleware:
    """A middleware that refuses changes asked for by other sites' pages."""

    # Not a coroutine of its own: every request passes here.
    @web.middleware
    def check(request: web.Request, handler: Handler) -> Awaitable[web.StreamResponse]:
        if (
            request.method not in _HARMLESS
            and not is_ours(request, base_url)
            and not request.path.startswith(_SIGNED)
        ):
            raise ForeignOrigin("Open the page again from the meeting's own address.")
        return handler(request)

    return check
