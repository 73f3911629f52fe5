"""Keys: one secret of the installation, one key for each purpose."""

import base64
import hashlib
import hmac
import math
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise
from types import MappingProxyType

from orchestrator.access.errors import WeakSecret

_BYTES = 32
_KID_BYTES = 4
# 32 random hexadecimal digits have about 115 bits by this measure; a phrase of
# one letter, a year or a row of the keyboard has far fewer.
_BITS = 90
_WELL_KNOWN = (
    "changeme",
    "changethis",
    "replaceme",
    "pleasechange",
    "yoursecret",
    "mysecret",
    "secretkey",
    "supersecret",
    "jwtsecret",
    "256bitsecret",
    "password",
    "insecure",
    "notasecret",
    "testsecret",
    "defaultsecret",
    "examplesecret",
    "0123456789",
    "1234567890",
    "abcdefgh",
    "qwertyui",
    "azertyui",
    "lettersanddigits",
    "correcthorse",
    "deadbeef",
    "beginpublickey",
    "begincertificate",
    "sshrsa",
)
_HOW = (
    "Set ORCHESTRATOR_SECRET to what this prints: "
    "python -c 'import secrets; print(secrets.token_urlsafe(48))'"
)


class Purpose(StrEnum):
    """What a key is for; a token of one purpose is nothing to another."""

    LINK = "link"
    FEED = "feed"
    API = "api"
    CSRF = "csrf"
    PROVIDER = "provider"
    WEBHOOK = "webhook"


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of one purpose by key id: all verify, the ``current`` one signs."""

    current: str
    by_kid: Mapping[str, bytes] = field(repr=False)


def hkdf(
    secret: bytes, *, info: bytes, salt: bytes = b"", length: int = _BYTES
) -> bytes:
    """``length`` bytes derived from ``secret`` for ``info`` (RFC 5869, SHA-256)."""
    extracted = hmac.digest(salt or bytes(32), secret, hashlib.sha256)
    block, output, number = b"", b"", 0
    while len(output) < length:
        number += 1
        block = hmac.digest(extracted, block + info + bytes([number]), hashlib.sha256)
        output += block
    return output[:length]


def keys_for(purpose: Purpose, secret: str, previous: str | None = None) -> Keys:
    """The keys of ``purpose``: those of ``secret`` sign, ``previous`` still verifies.

    Key ids follow from the secret, so they survive restarts and a rotation.
    Raises ``WeakSecret``.
    """
    check_strength(secret)
    current, key = _key(purpose, secret)
    by_kid = {current: key}
    if previous:
        check_strength(previous)
        kid, key = _key(purpose, previous)
        by_kid.setdefault(kid, key)
    return Keys(current, MappingProxyType(by_kid))


def check_strength(secret: str) -> None:
    """Raise ``WeakSecret``, saying how to make a better one, if it can be guessed."""
    size = len(secret.encode("utf-8", "replace"))
    if size < _BYTES:
        raise WeakSecret(f"The secret has {size} bytes, {_BYTES} are needed. {_HOW}")
    plain = re.sub(r"[^a-z0-9]", "", secret.casefold())
    if any(known in plain for known in _WELL_KNOWN):
        raise WeakSecret(f"The secret contains a well-known phrase. {_HOW}")
    if _repeats(secret) or _bits(secret) < _BITS or _counts(secret):
        raise WeakSecret(f"The secret is too regular. {_HOW}")


def _key(purpose: Purpose, secret: str) -> tuple[str, bytes]:
    raw = secret.encode("utf-8", "replace")
    kid = hkdf(raw, info=b"orchestrator kid " + purpose.encode(), length=_KID_BYTES)
    key = hkdf(raw, info=b"orchestrator key " + purpose.encode())
    return base64.urlsafe_b64encode(kid).decode().rstrip("="), key


def _repeats(text: str) -> bool:
    """Whether ``text`` is a shorter one again and again, the last perhaps cut."""
    return any(
        text[shift:] == text[:-shift] for shift in range(1, len(text) * 2 // 3 + 1)
    )


def _bits(text: str) -> float:
    """Shannon's measure of the characters, over the whole length."""
    size = len(text)
    shares = (count / size for count in Counter(text).values())
    return -size * sum(share * math.log2(share) for share in shares)


def _counts(text: str) -> bool:
    """Whether most characters follow the one before by the same step."""
    steps = Counter(ord(b) - ord(a) for a, b in pairwise(text))
    return steps.most_common(1)[0][1] > len(text) // 2
