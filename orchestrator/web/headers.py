"""Headers that every answer carries, errors included."""

from collections.abc import Mapping

from aiohttp import web
from multidict import CIMultiDict

_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "font-src": "'self'",
    "img-src": "'self' data:",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "object-src": "'none'",
    "frame-ancestors": "'none'",
    "manifest-src": "'self'",
}

CONTENT_SECURITY_POLICY = "Content-Security-Policy"


def policy(**additions: str) -> str:
    """The content security policy with sources added for one page.

    ``policy(media_src="'self'")`` adds a directive or extends one.
    """
    directives = dict(_POLICY)
    for name, sources in additions.items():
        directive = name.replace("_", "-")
        directives[directive] = f"{directives.get(directive, '')} {sources}".strip()
    return "; ".join(f"{name} {value}" for name, value in directives.items())


PERMISSIONS_POLICY = "Permissions-Policy"

_NEVER = ("geolocation", "payment", "usb")
# Of a device of the reader: the room page alone may ask for them.
_SOMEWHERE = ("camera", "microphone", "display-capture")


def permissions(*features: str, origin: str = "") -> str:
    """The permissions policy of a page that uses ``features``, itself or in a frame
    of ``origin``; every other page uses none.
    """
    whose = f'(self "{origin}")' if origin else "(self)"
    allowed = dict.fromkeys((*_NEVER, *_SOMEWHERE), "()")
    allowed |= dict.fromkeys(features, whose)
    return ", ".join(f"{name}={who}" for name, who in allowed.items())


_ALWAYS = {
    CONTENT_SECURITY_POLICY: policy(),
    "X-Content-Type-Options": "nosniff",
    # With no-referrer Chromium sends "Origin: null" on a form's POST and the
    # origin check would refuse everybody.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    PERMISSIONS_POLICY: permissions(),
    "Cache-Control": "no-store",
}
_HTTPS = {"Strict-Transport-Security": "max-age=31536000"}


def completed(headers: Mapping[str, str], *, https: bool) -> CIMultiDict[str]:
    """``headers`` and those of every answer that it does not set itself."""
    every = CIMultiDict(_always(https=https))
    every.update(headers)
    return every


def install(app: web.Application, *, https: bool) -> None:
    """Give every response of ``app`` the headers it does not set itself."""
    always = tuple(_always(https=https).items())

    async def complete(_request: web.Request, response: web.StreamResponse) -> None:
        headers = response.headers
        for name, value in always:
            if name not in headers:
                headers[name] = value
        headers.pop("Server", None)

    app.on_response_prepare.append(complete)


def _always(*, https: bool) -> dict[str, str]:
    return {**_ALWAYS, **(_HTTPS if https else {})}
