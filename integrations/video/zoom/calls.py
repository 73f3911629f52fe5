"""Calls to Zoom's REST interface, signed with the account's token."""

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from yarl import URL

from integrations.errors import Rejected
from integrations.http import Answer, Wire
from integrations.video.zoom.oauth import Bearer

_BAD, _UNAUTHORISED, _ABSENT = 400, 401, 404
# Of a bad token, a free account, and an app that lacks a scope: said with 400 too.
_FORBIDDEN = ("104", "124", "200", "4711")
# "Meeting does not exist", "… is not found or has expired": other codes come with 404
# where the user of the account, or the path, is unknown.
_LAPSED = ("3001", "300")
_LONGEST_REASON = 200
_PAGES = 20
"""More than Zoom has for the largest room: 300 people a page."""

_DOMAINS = ("zoom.us", "zoomgov.com")

Fields = dict[str, Any]  # Any: whatever Zoom sent


class Refused(Rejected):
    """Zoom refuses a call, with a status and, mostly, a code of its own."""

    def __init__(self, answer: Answer) -> None:
        said = _said(answer)
        code, reason = text(said, "code"), text(said, "message")
        super().__init__(
            f"Zoom answered {answer.status} (code {code or '-'}): "
            f"{reason[:_LONGEST_REASON]}"
        )
        self.absent = answer.status == _ABSENT
        """There is no such meeting, person or thing."""
        self.lapsed = self.absent and code in _LAPSED
        """It is the meeting that is not there."""
        self.idle = answer.status == _BAD and code not in _FORBIDDEN
        """It is there perhaps, and this cannot be done to it now."""


@contextmanager
def suppress_absent(*, idle: bool = False) -> Iterator[None]:
    """Go on where Zoom refuses because what is asked about is not there; with ``idle``
    also where it is not in a state for it.
    """
    try:
        yield
    except Refused as error:
        if not (error.absent or (idle and error.idle)):
            raise


class Calls:
    """The REST interface at ``url``, for one account."""

    def __init__(self, wire: Wire, bearer: Bearer, url: str) -> None:
        self._wire = wire
        self._bearer = bearer
        self._url = url

    async def ask(
        self,
        method: str,
        *path: str,
        query: Mapping[str, str] | None = None,
        payload: object = None,
        again: bool = True,
    ) -> Fields:
        """What Zoom answered; empty where it has nothing to say.

        Each part of ``path`` is encoded here. Raises ``Refused``, or ``Rejected``
        for an answer that is no JSON object. A token that Zoom does not take any
        more is renewed once.
        """
        url = self._address(path, query)
        token = await self._bearer.token()
        for last in (False, True):
            answer = await self._wire.ask(
                method,
                url,
                headers={"Authorization": f"Bearer {token}"},
                payload=payload,
                again=again,
            )
            if answer.status != _UNAUTHORISED or last:
                break
            token = await self._bearer.token(spent=token)
        if not answer.good:
            raise Refused(answer)
        return _said(answer) if answer.body else {}

    async def every(
        self, name: str, *path: str, query: Mapping[str, str] | None = None
    ) -> tuple[Fields, ...]:
        """The objects of the list ``name``, of all its pages."""
        found: list[Fields] = []
        asked = dict(query or {})
        for _ in range(_PAGES):
            page = await self.ask("GET", *path, query=asked)
            found.extend(objects(page, name))
            following = page.get("next_page_token")
            if not isinstance(following, str) or not following:
                break
            asked["next_page_token"] = following
        return tuple(found)

    async def stream(self, url: str) -> AsyncIterator[bytes]:
        """The file at ``url`` in pieces.

        Raises ``Rejected`` where that is not at Zoom: nobody else is shown the
        token. Where Zoom leads on to another host, the token is not sent there.
        """
        if not self._is_at_zoom(url):
            raise Rejected("The recording is not at Zoom: it is not fetched.")
        headers = {"Authorization": f"Bearer {await self._bearer.token()}"}
        async for piece in self._wire.stream(url, headers=headers):
            yield piece

    def _address(self, path: tuple[str, ...], query: Mapping[str, str] | None) -> URL:
        parts = "/".join(_quoted(part) for part in path)
        asked = f"?{urlencode(query)}" if query else ""
        return URL(f"{self._url}/{parts}{asked}", encoded=True)

    def _is_at_zoom(self, url: str) -> bool:
        try:
            parts, own = urlsplit(url), urlsplit(self._url)
            if (parts.scheme, parts.netloc) == (own.scheme, own.netloc):
                return True
            host = parts.hostname or ""
        except ValueError:
            return False
        known = any(host == one or host.endswith(f".{one}") for one in _DOMAINS)
        return parts.scheme == "https" and known


def occurrence(uuid: str) -> str:
    """``uuid`` as a part of a path.

    One that holds a slash is encoded twice: Zoom decodes a path before it splits it.
    """
    return _quoted(uuid) if "/" in uuid else uuid


def _quoted(part: str) -> str:
    return quote(part, safe="", errors="replace")


def objects(fields: Fields, name: str) -> Iterator[Fields]:
    """The objects in the list ``name``; none where there is no such list."""
    listed = fields.get(name)
    if isinstance(listed, list):
        yield from (one for one in listed if isinstance(one, dict))


def text(fields: Fields, name: str) -> str:
    """The text or number ``name`` as text, without what cannot be printed (or stored);
    empty where it is neither.
    """
    match fields.get(name):
        case bool():
            return ""
        case str() | int() as value:
            return "".join(filter(str.isprintable, str(value)))
    return ""


def _said(answer: Answer) -> Fields:
    said = answer.json()
    if not isinstance(said, dict):
        raise Rejected(f"Zoom answered {answer.status} with something unexpected.")
    return said
