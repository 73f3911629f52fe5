"""The cookie by which a browser is known again."""

from datetime import timedelta

from aiohttp import web

# Under https the prefix makes the browser refuse the cookie from any other
# host or path; http://localhost cannot have it.
_SECURE_NAME = "__Host-orchestrator"
_PLAIN_NAME = "orchestrator"

HTTPS = web.AppKey("https", bool)


def remember(
    request: web.Request, response: web.StreamResponse, value: str, *, lasts: timedelta
) -> None:
    """Have the browser present ``value`` from now on."""
    https = request.app[HTTPS]
    response.set_cookie(
        _SECURE_NAME if https else _PLAIN_NAME,
        value,
        max_age=int(lasts.total_seconds()),
        path="/",
        secure=https,
        httponly=True,
        samesite="Lax",
    )


def written(request: web.Request, value: str, lasts: timedelta) -> str:
    """The value of the ``Set-Cookie`` that ``remember`` sends, for a packed answer.

    ``value`` is of letters, digits, ``-`` and ``_`` only.
    """
    https = request.app[HTTPS]
    secure = "; Secure" if https else ""
    return (
        f"{_SECURE_NAME if https else _PLAIN_NAME}={value}; HttpOnly; "
        f"Max-Age={int(lasts.total_seconds())}; Path=/; SameSite=Lax{secure}"
    )


def presented(request: web.Request) -> str | None:
    """What the browser presents, None if nothing."""
    return request.cookies.get(_SECURE_NAME if request.app[HTTPS] else _PLAIN_NAME)
