"""Join tokens: signed proof of a registration (RFC 7519, RFC 8725).

A token is read in this order: length and form, header, key, signature, claims,
place, time. Nothing of what it says is believed before the signature holds.
Whatever is wrong, ``TokenRefused`` is the answer.
"""

import base64
import hashlib
import json
import re
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

import jwt
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from integrations.signing import HS256, hs256
from orchestrator.access.errors import TokenRefused
from orchestrator.access.keys import Purpose, keys_for
from orchestrator.clock import Clock, utc_now
from orchestrator.ids import EventId, RegistrantId, new_id

ALGORITHM = HS256
TYPE = "vc-link+jwt"
LONGEST = 2048
"""Characters of a token; ours have about 400."""

LEEWAY = timedelta(seconds=60)
"""How far the clocks of two machines may differ."""

LONGEST_LIFE = timedelta(days=3 * 366)
"""A meeting announced two years ahead, and half a year after it."""

_KEPT = 20_000
# How the name of a token begins that stands in a calendar; new_id makes none such.
_CALENDAR = "calendar-"
# Three parts in the alphabet of RFC 4648, section 5, without padding.
_FORM = re.compile(r"[\w-]+\.[\w-]+\.[\w-]+", re.ASCII)
_HEADER = {"alg", "kid", "typ"}
_LAST_SECOND = 253_402_300_799  # of the year 9999

_LEEWAY = LEEWAY.total_seconds()
_LONGEST_LIFE = LONGEST_LIFE.total_seconds()


_jws = hs256()

_Id = Annotated[str, Field(pattern=r"^[0-9A-Za-z_-]{1,64}$")]
_Moment = Annotated[int, Field(ge=0, le=_LAST_SECOND)]


class _Claims(BaseModel):
    """The claims, each required, none converted; others are refused."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    iss: str
    aud: Literal["link"]
    sub: _Id
    evt: _Id
    ver: Annotated[int, Field(ge=0, le=2**31 - 1)]
    jti: _Id
    iat: _Moment
    nbf: _Moment
    exp: _Moment


@dataclass(frozen=True, slots=True)
class JoinClaim:
    """What a join token says: this registrant of this event, at this version.

    The version must still be the registrant's own, or the link is revoked.
    ``calendar`` is the mark of the calendar that the link stands in, empty for
    one that was handed out: it must still be that calendar's.
    """

    event: EventId
    registrant: RegistrantId
    version: int
    calendar: str = ""


class JoinTokens:
    """Makes and reads the tokens of personal links.

    ``issuer`` names the installation. ``previous`` is the secret before the
    last change: its links stay good. ``clock`` is real time, not an event's.
    Raises ``WeakSecret``.
    """

    def __init__(
        self,
        secret: str,
        issuer: str,
        *,
        previous: str | None = None,
        clock: Clock = utc_now,
    ) -> None:
        self._keys = keys_for(Purpose.LINK, secret, previous)
        self._issuer = issuer
        self._clock = clock
        # The signature of a text that was good once is good for ever; time is
        # not. Texts are kept by digest, so that no dump of memory holds links.
        self._verified: OrderedDict[bytes, tuple[_Claims, JoinClaim]] = OrderedDict()
        # The key ids of headers that such a signature covered: one for each key.
        self._headers: dict[str, str] = {}

    def issue(self, claim: JoinClaim, expires: datetime) -> str:
        """A token for ``claim`` until ``expires``, at most ``LONGEST_LIFE`` away.

        Raises ValueError for an identity that no token can carry.
        """
        return self._issue(claim, self._clock(), expires, new_id())

    def in_calendar(self, claim: JoinClaim, issued: datetime, expires: datetime) -> str:
        """The token for ``claim`` as it stands in a calendar, issued then: the same
        text whenever it is asked for. Raises ValueError for a claim of no calendar.
        """
        if not claim.calendar:
            raise ValueError("a link in a calendar carries its mark")
        return self._issue(claim, issued, expires, _CALENDAR + claim.calendar)

    def _issue(
        self, claim: JoinClaim, now: datetime, expires: datetime, name: str
    ) -> str:
        issued = int(now.timestamp())
        claims = _Claims(
            iss=self._issuer,
            aud="link",
            sub=claim.registrant,
            evt=claim.event,
            ver=claim.version,
            jti=name,
            iat=issued,
            nbf=issued,
            exp=int(min(expires, now + LONGEST_LIFE).timestamp()),
        )
        kid = self._keys.current
        return _jws.encode(
            claims.model_dump_json().encode(),
            self._keys.by_kid[kid],
            algorithm=ALGORITHM,
            headers={"kid": kid, "typ": TYPE},
        )

    def read(self, token: str) -> JoinClaim:
        """What ``token`` says, if it is one of ours and in time.

        Raises ``TokenRefused``, with the true cause as ``reason``.
        """
        if len(token) > LONGEST:
            raise TokenRefused("form")
        digest = hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
        if (known := self._verified.get(digest)) is None:
            known = self._verify(token)
            self._keep(digest, known)
        else:
            self._verified.move_to_end(digest)
        claims, claim = known
        _check_time(claims, self._clock())
        return claim

    def _verify(self, token: str) -> tuple[_Claims, JoinClaim]:
        if _FORM.fullmatch(token) is None:
            raise TokenRefused("form")
        header = token.partition(".")[0]
        kid = self._headers.get(header) or _kid(header)
        key = self._keys.by_kid.get(kid)
        if key is None:
            raise TokenRefused("key")
        claims = _schema(_payload(token, key))
        if claims.iss != self._issuer:
            raise TokenRefused("issuer")
        self._headers[header] = kid
        return claims, JoinClaim(
            EventId(claims.evt),
            RegistrantId(claims.sub),
            claims.ver,
            claims.jti.removeprefix(_CALENDAR)
            if claims.jti.startswith(_CALENDAR)
            else "",
        )

    def _keep(self, digest: bytes, known: tuple[_Claims, JoinClaim]) -> None:
        self._verified[digest] = known
        if len(self._verified) > _KEPT:
            self._verified.popitem(last=False)


def _kid(encoded: str) -> str:
    """The key id of a header that says what ours say, and nothing else.

    Key addresses (jku, x5u), keys (jwk, x5c) and extensions (crit, b64, zip)
    are refused by not being among the three names.
    """
    try:
        header: Any = json.loads(  # Any: whatever a stranger wrote
            base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))
        )
    except (ValueError, RecursionError) as error:
        raise TokenRefused("header") from error
    _check_header(header)
    kid: str = header["kid"]
    return kid


def _check_header(header: Any) -> None:  # Any: whatever a stranger wrote
    sound = (
        isinstance(header, dict)
        and header.keys() == _HEADER
        and header["alg"] == ALGORITHM
        and header["typ"] == TYPE
        and isinstance(header["kid"], str)
    )
    if not sound:
        raise TokenRefused("header")


def _payload(token: str, key: bytes) -> bytes:
    """The signed bytes; the algorithm is ours, whatever the header says."""
    try:
        payload: bytes = _jws.decode(token, key, algorithms=[ALGORITHM])
    except jwt.InvalidTokenError as error:
        raise TokenRefused("signature") from error
    return payload


def _schema(payload: bytes) -> _Claims:
    try:
        return _Claims.model_validate_json(payload)
    except ValidationError as error:
        raise TokenRefused("claims") from error


def _check_time(claims: _Claims, now: datetime) -> None:
    moment = now.timestamp()
    if claims.exp - claims.iat > _LONGEST_LIFE:
        raise TokenRefused("life")
    if max(claims.iat, claims.nbf) > moment + _LEEWAY:
        raise TokenRefused("early")
    if claims.exp <= moment - _LEEWAY:
        raise TokenRefused("expired")
