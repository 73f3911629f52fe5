"""What the server sends us, and how we know that it is the server.

Four senders, four proofs:

* bbb-webhooks: a checksum over address, body and secret, or the secret itself;
* the recording-ready callback: a form whose one field is signed (JWT);
* the end of a meeting: a GET with nothing but its address, so a token is in it;
* the learning dashboard: a token that proves the secret, but not the body. Nothing
  is read in it: presence is told by the first, and by the list of who is in.
"""

import hashlib
import hmac
import secrets
import warnings
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import jwt

from integrations.errors import BadSignature, Rejected
from integrations.video.bigbluebutton.names import plain
from integrations.video.provider import Accepted, Delivery

# bbb-webhooks's operator chooses; SHA-1 is what it comes with. The secret stands
# at the end, so nobody can lengthen what was signed.
_BY_LENGTH = {40: "sha1", 64: "sha256", 96: "sha384", 128: "sha512"}
_MARK = "checksum="
_READY = b"signed_parameters="
_FIELDS = 20


class Callbacks:
    """Our ends of the server's callbacks, at the address ``callback``."""

    def __init__(self, callback: str, secret: str) -> None:
        self.address = callback
        self._secret = secret

    def derived(self, *parts: str) -> str:
        """32 characters that only who has the secret can tell from ``parts``."""
        text = _bytes("\0".join(parts))
        return hmac.new(self._secret.encode(), text, "sha256").hexdigest()[:32]

    def hook(self, name: str) -> str:
        """Where bbb-webhooks tells of the meeting ``name``.

        It keeps one hook for each address, so each meeting has its own: a hook for
        all would be told of the meetings of everybody else on the server.
        """
        return f"{self.address}?{urlencode({'room': name})}"

    def ended(self, name: str) -> str:
        """Where the server tells the end of the meeting ``name``; new at each call,
        so that the end of the next meeting of that name is another.
        """
        mark = secrets.token_hex(8)
        token = mark + self.derived("ended", name, mark)
        return f"{self.address}?{urlencode({'room': name, 'ended': token})}"

    def accept(self, delivery: Delivery) -> Accepted:
        """As ``VideoProvider.accept``."""
        _, found, digest = delivery.url.rpartition(_MARK)
        if found:
            self._check_sum(delivery, digest)
            return _hook(delivery)
        if delivery.body.startswith(_READY):
            return self._ready(delivery)
        if token := _bearer(delivery):
            if _same(token, self._secret):
                return _hook(delivery)
            return self._dashboard(delivery, token)
        return self._ended(delivery)

    def _check_sum(self, delivery: Delivery, digest: str) -> None:
        # The address as it was registered: without the checksum and what joins it.
        registered = delivery.url[: -len(digest) - len(_MARK) - 1]
        algorithm = _BY_LENGTH.get(len(digest))
        if algorithm is None:
            raise BadSignature("The checksum of a delivery has an unknown length.")
        signed = _bytes(registered) + delivery.body + self._secret.encode()
        if not _same(digest.lower(), hashlib.new(algorithm, signed).hexdigest()):
            raise BadSignature("The checksum of a delivery is wrong.")

    def _ready(self, delivery: Delivery) -> Accepted:
        token = delivery.body.removeprefix(_READY).decode(errors="replace")
        claims = self._decoded(token, "HS256")
        record, room = (_said(claims, key) for key in ("record_id", "meeting_id"))
        if not (record and room):
            raise Rejected("BigBlueButton tells of a recording without its name.")
        # Told once for each format, in the same bytes: only what comes within a
        # minute is the same. Reading the list once too often does no harm.
        minute = int(delivery.received.timestamp()) // 60
        return Accepted(
            key=f"recorded:{record}:{minute}",
            body=urlencode({"recorded": record, "room": room}).encode(),
        )

    def _dashboard(self, delivery: Delivery, token: str) -> Accepted:
        expires = self._decoded(token, "HS256", "HS512").get("exp")
        if not isinstance(expires, int) or expires <= delivery.received.timestamp():
            raise BadSignature("The token of a delivery has expired.")
        digest = hashlib.sha256(delivery.body).hexdigest()
        return Accepted(key=f"dashboard:{digest}", body=b"", momentary=True)

    def _ended(self, delivery: Delivery) -> Accepted:
        try:
            query = urlsplit(delivery.url).query
            said = dict(parse_qsl(query, max_num_fields=_FIELDS))
        except ValueError:
            said = {}
        name, token = said.get("room", ""), said.get("ended", "")
        mark = token[:16]
        if not _same(token, mark + self.derived("ended", name, mark)):
            raise BadSignature("A delivery has no signature of BigBlueButton's.")
        return Accepted(key=f"ended:{mark}", body=_end(name, delivery.received))

    def _decoded(self, token: str, *algorithms: str) -> dict[str, Any]:  # Any: PyJWT's
        """The claims. Ages are judged by the caller: PyJWT would read the clock."""
        try:
            with warnings.catch_warnings():
                # How long the secret is, BigBlueButton has chosen.
                warnings.simplefilter("ignore", jwt.InsecureKeyLengthWarning)
                return jwt.decode(
                    token,
                    self._secret,
                    algorithms=list(algorithms),
                    options={
                        "verify_exp": False,
                        "verify_iat": False,
                        "verify_nbf": False,
                        "verify_aud": False,
                    },
                )
        except (jwt.InvalidTokenError, ValueError, RecursionError) as error:
            raise BadSignature(
                "A token of a delivery is not signed rightly."
            ) from error


def _hook(delivery: Delivery) -> Accepted:
    """A retry is the same bytes, time included; another event never is.

    What is in it is read later: bbb-webhooks would send again what we do not take,
    and drop the hook in the end.
    """
    digest = hashlib.sha256(delivery.body).hexdigest()
    return Accepted(key=f"hook:{digest}", body=delivery.body)


def _end(name: str, received: datetime) -> bytes:
    return urlencode({"ended": name, "at": received.isoformat()}).encode()


def _said(claims: dict[str, Any], key: str) -> str:  # Any: PyJWT's
    found = claims.get(key)
    return plain(found) if isinstance(found, str) else ""


def _bearer(delivery: Delivery) -> str:
    scheme, _, token = delivery.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _same(given: str, right: str) -> bool:
    return hmac.compare_digest(_bytes(given), right.encode())


def _bytes(text: str) -> bytes:
    """Also of what came in headers that are no UTF-8: it is refused, no failure."""
    return text.encode(errors="replace")
