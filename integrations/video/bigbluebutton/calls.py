"""The interface of a BigBlueButton server: signed addresses, and XML back.

An address is signed by a checksum over its query, byte for byte, so whoever passes
it on must not quote it anew.
"""

import hashlib
import re
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import urlencode
from xml.etree.ElementTree import Element, ParseError

from defusedxml.ElementTree import fromstring
from yarl import URL

from integrations.errors import Rejected
from integrations.http import Wire

Parameters = Mapping[str, str]

_MESSAGE_KEY = re.compile(r"[A-Za-z]{1,60}")
_ADVICE = {
    "checksumError": "The BigBlueButton server refuses the secret: write the one that "
    "`bbb-conf --secret` shows on it.",
    "unsupportedRequest": "The BigBlueButton server does not know what it is asked: "
    "it is too old, or `url` leads to something else.",
}


class Refused(Rejected):
    """The server answered FAILED; ``key`` is its ``messageKey``, if it is one."""

    def __init__(self, key: str) -> None:
        super().__init__(_ADVICE.get(key, f"The BigBlueButton server refuses: {key}."))
        self.key = key


class Calls:
    """Calls to the server whose interface is at ``base`` (it ends with ``/api``)."""

    def __init__(self, wire: Wire, base: str, secret: str) -> None:
        self.wire = wire
        self.base = base
        self._secret = secret

    def address(self, call: str, parameters: Parameters) -> URL:
        """The signed address of ``call``; it holds for ever.

        Its query is as yarl would quote it, so it can travel through aiohttp's
        redirects unchanged. A browser encodes one character more, the apostrophe:
        ``parameters`` of an address for browsers hold none.
        """
        query = URL(f"?{urlencode(parameters)}").raw_query_string
        checksum = checksum_of(call, query, self._secret)
        signed = f"{query}&checksum={checksum}" if query else f"checksum={checksum}"
        return URL(f"{self.base}/{call}?{signed}", encoded=True)

    async def ask(
        self, call: str, parameters: Parameters, *, body: bytes | None = None
    ) -> Element:
        """What the server answers to ``call``; ``body`` is XML that goes with it.

        Raises ``Refused`` for FAILED, ``Rejected`` for what is no answer of
        BigBlueButton, and ``Unreachable``.
        """
        answer = await self.wire.ask(
            "GET" if body is None else "POST",
            self.address(call, parameters),
            headers=None if body is None else {"Content-Type": "application/xml"},
            data=body,
        )
        return read(answer.body)

    async def date(self) -> datetime | None:
        """The server's time, None where it does not tell; asked without the secret.

        Raises like ``ask``.
        """
        answer = await self.wire.ask("GET", URL(self.base, encoded=True))
        read(answer.body)
        return answer.date


def checksum_of(call: str, query: str, secret: str) -> str:
    """SHA-256 of the call's name, the query without ``checksum``, and the secret."""
    return hashlib.sha256(f"{call}{query}{secret}".encode()).hexdigest()


def read(body: bytes) -> Element:
    """The answer in ``body``. Raises ``Refused`` and ``Rejected`` as ``ask``."""
    try:
        answer: Element = fromstring(body, forbid_dtd=True)
    # Entities are a ValueError too; LookupError: an encoding nobody knows.
    except (ParseError, ValueError, LookupError) as error:
        raise Rejected(
            "The server answered with something else than XML: `url` leads to the "
            "interface of BigBlueButton, as `bbb-conf --secret` shows it."
        ) from error
    if text(answer, "returncode").upper() == "SUCCESS":
        return answer
    key = text(answer, "messageKey")
    raise Refused(key if _MESSAGE_KEY.fullmatch(key) else "it gives no reason")


def text(element: Element, path: str) -> str:
    """What ``path`` below ``element`` says, empty where it is not there."""
    return (element.findtext(path) or "").strip()
