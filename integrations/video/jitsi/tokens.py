"""The tokens by which Prosody, the server behind Jitsi Meet, lets people in.

Prosody looks at a token when a browser connects, and never again: an expired one
puts nobody out, and whoever loads the page anew needs another. What it refuses,
and what it should and does not, decides the claims:

* ``aud`` is compared as text, so it is one and no list;
* without ``room`` the browser is never answered, without ``exp`` the token is good
  for ever, without ``typ`` it is none;
* ``nbf`` is held to the second, by a clock that may be behind ours.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import jwt
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
)

from integrations.video.provider import Guest, Role

GOOD_FOR = timedelta(minutes=5)
"""The time to load the page, to answer the browser's question about the microphone and
to connect, also where the server's clock is ahead. It is also how long somebody who
was sent out, and kept his token, could still come back.
"""
EARLIER = timedelta(seconds=30)
"""As far may the server's clock be behind ours."""

AUDIENCE = "jitsi"

_SHORTEST_SECRET = 32
_SMALLEST_KEY = 2048
_LONGEST_NAME = 100

# What XML cannot carry, and whatever else has no place in a name: one of these in
# a presence would end the connection of everybody who receives it.
_UNFIT = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]+")

# As soon as a token names features, what it leaves out is denied, by the server
# or by the page. Anybody may be a speaker of the day, so all may show their screen.
_FEATURES = {
    Role.CHAIR: {
        "create-polls": True,
        "livestreaming": False,
        "outbound-call": False,
        "recording": True,
        "screen-sharing": True,
        "send-groupchat": True,
        "send-private-message": True,
        "transcription": True,
    },
    Role.PARTICIPANT: {
        "create-polls": False,
        "livestreaming": False,
        "outbound-call": False,
        "recording": False,
        "screen-sharing": True,
        "send-groupchat": True,
        "send-private-message": True,
        "transcription": False,
    },
}


class UnusableKey(ValueError):
    """No token can be signed with it; the message says what to give instead."""


@dataclass(frozen=True, slots=True)
class Signing:
    """How tokens are signed: HS256 with a secret that the server has too, or RS256
    with a key whose public half is ``published`` and named by ``kid``.
    """

    algorithm: str
    key: str | RSAPrivateKey = field(repr=False)
    kid: str = ""
    published: Mapping[str, bytes] = field(default_factory=dict, repr=False)

    def sign(self, claims: Mapping[str, Any]) -> str:  # Any: JSON
        """A token of ``claims``."""
        named = {"kid": self.kid} if self.kid else {}
        return jwt.encode(
            dict(claims), self.key, self.algorithm, {"typ": "JWT", **named}
        )


def by_secret(secret: str) -> Signing:
    """HS256. Raises ``UnusableKey`` for a secret that is too short."""
    if len(secret.encode("utf-8", "replace")) < _SHORTEST_SECRET:
        raise UnusableKey(
            f"It has to have {_SHORTEST_SECRET} characters at least, the same as "
            "app_secret of Prosody: openssl rand -hex 32 prints one."
        )
    return Signing("HS256", secret)


def by_key_file(path: Path) -> Signing:
    """RS256 with the private key in the PEM file at ``path``.

    Its id follows from the key, so a new key has a new one. Raises ``UnusableKey``.
    """
    key = _private_key(path)
    public = key.public_key()
    form = PublicFormat.SubjectPublicKeyInfo
    kid = hashlib.sha256(public.public_bytes(Encoding.DER, form)).hexdigest()
    # The name under which Prosody asks for it.
    name = f"{hashlib.sha256(kid.encode()).hexdigest()}.pem"
    return Signing("RS256", key, kid, {name: public.public_bytes(Encoding.PEM, form)})


def _private_key(path: Path) -> RSAPrivateKey:
    how = "openssl genrsa -out jitsi.pem 2048 makes one."
    try:
        pem = path.read_bytes()
    except (OSError, ValueError) as error:
        raise UnusableKey(f"It cannot be read. {how}") from error
    try:
        key = load_pem_private_key(pem, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        text = f"It holds no private key in PEM form without a password. {how}"
        raise UnusableKey(text) from error
    if not isinstance(key, RSAPrivateKey) or key.key_size < _SMALLEST_KEY:
        text = f"It has to be an RSA key of {_SMALLEST_KEY} bits at least. {how}"
        raise UnusableKey(text)
    return key


def claims(
    *, app: str, domain: str, room: str, guest: Guest, now: datetime
) -> dict[str, Any]:  # Any: JSON
    """What a token says of ``guest``; it lets him into ``room`` and no other."""
    moderates = guest.role is Role.CHAIR
    return {
        "iss": app,
        "aud": AUDIENCE,
        "sub": domain,
        "room": room,
        "iat": int(now.timestamp()),
        "nbf": int((now - EARLIER).timestamp()),
        "exp": int((now + GOOD_FOR).timestamp()),
        "context": {
            "user": {
                "id": guest.id,
                "name": plain(guest.name),
                "moderator": moderates,
                "affiliation": "owner" if moderates else "member",
            },
            "features": _FEATURES[guest.role],
        },
    }


def plain(name: str) -> str:
    """``name`` on one line, without what cannot be shown or sent."""
    return " ".join(_UNFIT.sub(" ", name).split())[:_LONGEST_NAME].rstrip()
