"""A provider's server that signs what it tells, in the form of LiveKit's.

``Sender`` is the server; ``SignedProvider`` reads it as the service must.
"""

import base64
import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import jwt

from integrations.errors import BadSignature, Rejected
from integrations.video.events import Came, Closed, Recorded, Recording, Went
from integrations.video.provider import Accepted, Capabilities, Delivery

KEY, SECRET = "devkey", "signs-what-the-video-server-tells-us"
VALID = timedelta(minutes=5)
KINDS = {"came": Came, "went": Went}


def digest(body):
    return base64.b64encode(hashlib.sha256(body).digest()).decode()


@dataclass
class Sender:
    """Tells what happens in rooms; its ``ids`` count what it told."""

    secret: str = SECRET
    ids: int = 0

    def told(self, event, place, at, *, guest="", stream="", **more):
        """The body of one piece of news."""
        self.ids += 1
        return json.dumps(
            {
                "id": f"EV_{self.ids}",
                "event": event,
                "place": place,
                "at": at.timestamp(),
                "guest": guest,
                "stream": stream,
                **more,
            }
        ).encode()

    def authorization(self, body, *, at=None, **claims):
        """What signs ``body``; signed now unless ``at`` says otherwise."""
        at = at or datetime.now(UTC)
        signed = {"iss": KEY, "exp": at + VALID, "sha256": digest(body), **claims}
        return jwt.encode(signed, self.secret, algorithm="HS256")

    def delivery(self, body, *, received=None):
        """``body`` as it arrives."""
        received = received or datetime.now(UTC)
        return Delivery(
            body=body,
            headers={"authorization": self.authorization(body, at=received)},
            url="https://conf.example/webhooks/main",
            received=received,
        )


class SignedProvider:
    """Has rooms in memory; ``out`` are those whom it was told to put out."""

    capabilities = Capabilities(presence=True, listing=True, removal=True)

    def __init__(self):
        self.out, self.inside = [], ()
        self.published = {"ours.pem": b"-----BEGIN PUBLIC KEY-----\n"}

    def leads(self, _place):
        return True

    async def ensure(self, _place):
        return ""

    async def participants(self, _place):
        return self.inside

    async def remove(self, _place, guest):
        self.out.append(guest.id)

    def accept(self, delivery):
        if delivery.body == b"" and "token=right" in delivery.url:
            body = b'{"id": "end", "event": "ended"}'
            return Accepted(key=delivery.url, body=body)
        check(delivery)
        try:
            told = json.loads(delivery.body)
            key, kind = str(told["id"]), str(told["event"])
        except (ValueError, RecursionError, KeyError, TypeError) as error:
            raise Rejected("It is no JSON with an id.") from error
        if kind == "are you there":
            return Accepted(key=key, body=b"", reply=b'{"yes": true}', momentary=True)
        return Accepted(key=key, body=delivery.body)

    def understand(self, body):
        told = json.loads(body)
        kind = told["event"]
        if kind == "bad":
            raise Rejected("A bad one.")
        if kind == "recorded":
            recording = Recording(id="r", place=told["place"], state="ready")
            return (Recorded(recording=recording),)
        if kind == "closed":
            return (Closed(place=told["place"], at=moment(told)),)
        if kind not in KINDS:
            return ()
        where = {name: told[name] for name in ("place", "guest", "stream")}
        mark = told.get("mark", "")
        return (KINDS[kind](**where, at=moment(told), mark=mark),)


def moment(told):
    return datetime.fromtimestamp(told["at"], UTC)


def check(delivery):
    """Raises ``BadSignature`` unless ``delivery`` is the server's, and of now."""
    try:
        claims = jwt.decode(
            delivery.headers.get("authorization", ""),
            SECRET,
            algorithms=["HS256"],
            issuer=KEY,
            options={"verify_exp": False, "require": ["exp", "sha256"]},
        )
    except jwt.InvalidTokenError as error:
        raise BadSignature("It is not signed by the server.") from error
    if claims["sha256"] != digest(delivery.body):
        raise BadSignature("It was changed.")
    if "video" in claims:
        raise BadSignature("It is a participant's.")
    if claims["exp"] < delivery.received.timestamp():
        raise BadSignature("It is too old.")
