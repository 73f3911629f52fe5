"""The server's interface: Twirp, which is one POST a method, here in JSON."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from integrations.errors import Rejected, Unreachable
from integrations.http import Answer, Wire
from integrations.video.livekit.tokens import ApiKey

NOT_FOUND = "not_found"
NOT_NOW = "failed_precondition"

_ONE_CALL = timedelta(minutes=1)
_TIMED_OUT, _UNAUTHORIZED, _FORBIDDEN = 408, 401, 403


class Refused(Rejected):
    """The server refuses; ``code`` is Twirp's word for why, empty without one."""

    def __init__(self, text: str, code: str = "") -> None:
        super().__init__(text)
        self.code = code


@contextmanager
def unless(*codes: str) -> Iterator[None]:
    """Pass over a refusal for one of these reasons."""
    try:
        yield
    except Refused as error:
        if error.code not in codes:
            raise


@dataclass(frozen=True, slots=True)
class Api:
    """``address`` is that of the server for requests, https://host."""

    wire: Wire
    address: str
    key: ApiKey = field(repr=False)

    async def rooms(
        self, method: str, grants: Mapping[str, Any], **said: object
    ) -> Mapping[str, Any]:
        """The answer of a method of RoomService; each of ours may arrive twice."""
        return await self._call("RoomService", method, grants, said, again=True)

    async def egress(
        self, method: str, *, again: bool = True, **said: object
    ) -> Mapping[str, Any]:
        """The answer of a method of Egress, which records."""
        grants = {"roomRecord": True}
        return await self._call("Egress", method, grants, said, again=again)

    async def _call(
        self,
        service: str,
        method: str,
        grants: Mapping[str, Any],
        said: Mapping[str, object],
        *,
        again: bool,
    ) -> Mapping[str, Any]:
        """Raises ``Refused``, and ``Rejected`` for what no LiveKit answers."""
        answer = await self.wire.ask(
            "POST",
            f"{self.address}/twirp/livekit.{service}/{method}",
            headers={"Authorization": f"Bearer {self.key.token(grants, _ONE_CALL)}"},
            payload=said,
            again=again,
        )
        if answer.status == _TIMED_OUT:
            raise Unreachable(f"LiveKit had no time for {method}.")
        if not answer.good:
            raise _refusal(answer, method)
        told = answer.json()
        if not isinstance(told, dict):
            raise Rejected(f"The server answered {method} with something strange.")
        return told


def _refusal(answer: Answer, method: str) -> Refused:
    """Without the server's own text, which may repeat the token."""
    if answer.status in (_UNAUTHORIZED, _FORBIDDEN):
        text = "LiveKit refuses the key: check key, secret and the clocks."
        return Refused(text, "unauthenticated")
    try:
        told = answer.json()
    except Rejected:
        told = None
    code = str(told.get("code", "")) if isinstance(told, dict) else ""
    return Refused(f"LiveKit refuses {method}: {code[:40] or answer.status}.", code)
