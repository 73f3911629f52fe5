"""One device of a simulated person: real requests, written down in the ledger."""

import json
from collections.abc import Callable
from http import HTTPStatus
from http.cookies import SimpleCookie
from time import monotonic

import aiohttp

from orchestrator.operations.rehearsal.ledger import Act, Call, Ledger, Told

BEHIND = 6.0
"""Signs of life are answered from memory, which may be so many seconds old."""

_KINDS = {
    "room-full": Told.WAITING,
    "on-another-device": Told.ELSEWHERE,
    "doors-closed": Told.CLOSED,
    "no-seat": Told.OUTSIDE,
    "sent-out": Told.OUTSIDE,
}
_STALE = {Act.RENEW: BEHIND}


class Device:
    """A browser of ``who`` with cookies of its own.

    They are kept by hand: a jar would not send over http what is only for https,
    and the service may be asked beside its proxy.
    """

    def __init__(
        self,
        client: aiohttp.ClientSession,
        ledger: Ledger,
        *,
        who: str,
        name: str,
        counter: Callable[[], float] = monotonic,
    ) -> None:
        self._client = client
        self._ledger = ledger
        self._who = who
        self._name = name
        self._counter = counter
        self._cookies: SimpleCookie = SimpleCookie()

    async def call(
        self,
        act: Act,
        method: str,
        path: str,
        *,
        form: dict[str, str] | None = None,
    ) -> Told:
        """Ask, write down what came of it, and say where he stands by it."""
        began = self._counter()
        status, told = "", Told.NOTHING
        try:
            async with self._client.request(
                method, path, data=form, headers=self._headers(), allow_redirects=False
            ) as answer:
                body = await answer.read()
            status, told = str(answer.status), told_by(answer.status, body)
            self._cookies.update(answer.cookies)
        except (TimeoutError, aiohttp.ClientError, OSError):
            # Nobody knows whether it was carried out; the ledger says so.
            pass
        self._ledger.write(
            Call(
                who=self._who,
                device=self._name,
                act=act,
                invoked=began,
                ended=self._counter(),
                told=told,
                known=bool(status) and not status.startswith("5"),
                stale=_STALE.get(act, 0.0),
                status=status,
            )
        )
        return told

    def _headers(self) -> dict[str, str]:
        pairs = [f"{name}={one.value}" for name, one in self._cookies.items()]
        return {"Cookie": "; ".join(pairs)} if pairs else {}


def told_by(status: int, body: bytes) -> Told:
    """Where an answer of the API says that somebody stands."""
    try:
        said = json.loads(body)
    except ValueError:
        return Told.NOTHING
    if not isinstance(said, dict):
        return Told.NOTHING
    if status == HTTPStatus.OK:
        standing = said.get("standing")
        return Told(standing) if standing in set(Told) else Told.NOTHING
    kind = str(said.get("type", "")).rsplit("/", 1)[-1]
    return _KINDS.get(kind, Told.NOTHING)
