"""Server-to-server OAuth of Zoom: one token for a whole account.

There is no refresh token: a token lasts an hour and another is asked for. Zoom lets
several live side by side, so instances of the service need not share theirs.
"""

import asyncio
from base64 import b64encode
from dataclasses import dataclass, field

from integrations.errors import Rejected
from integrations.http import Answer, Wire
from integrations.sharing import Shared

_EARLY = 60.0
"""Seconds before its end at which a token is not used any more."""


@dataclass(frozen=True, slots=True)
class Account:
    """What an app of the account is known by; ``url`` is where tokens are given."""

    id: str
    client: str
    secret: str = field(repr=False)
    url: str


class Bearer:
    """The token of an account, kept in memory and renewed in time."""

    def __init__(self, wire: Wire, account: Account) -> None:
        self._wire = wire
        self._account = account
        self._renewal: Shared[None, str] = Shared()
        self._token = ""
        self._until = 0.0
        self.scopes: frozenset[str] = frozenset()
        """What the app was allowed when the last token was given."""

    async def token(self, *, spent: str = "") -> str:
        """A token that is good for a minute at least, and is not ``spent``.

        Whoever comes while one is being asked for waits for that one, or is told that
        there is none.
        """
        now = asyncio.get_running_loop().time()
        if self._token in ("", spent) or now >= self._until:
            await self.renew()
        return self._token

    async def renew(self) -> str:
        """Ask for another token at once; the moment, by Zoom's clock, as in ``Date``."""
        return await self._renewal.of(None, self._renew)

    async def _renew(self) -> str:
        now = asyncio.get_running_loop().time()
        account = self._account
        pair = b64encode(f"{account.client}:{account.secret}".encode()).decode()
        answer = await self._wire.ask(
            "POST",
            f"{account.url}/oauth/token",
            headers={"Authorization": f"Basic {pair}"},
            data={"grant_type": "account_credentials", "account_id": account.id},
        )
        if not answer.good:
            raise Rejected(
                "Zoom gives no token: check account_id, client_id and client_secret, "
                f"and that the app is activated (it answered {answer.status})."
            )
        self._keep(answer, now)
        return answer.headers.get("Date", "")

    def _keep(self, answer: Answer, now: float) -> None:
        match answer.json():
            case {"access_token": str(token), "expires_in": int(seconds), **rest}:
                self._token, self._until = token, now + seconds - _EARLY
                self.scopes = frozenset(str(rest.get("scope", "")).split())
            case _:
                raise Rejected("Zoom answered without a token.")
