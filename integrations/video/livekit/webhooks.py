"""What the server sends us, one event a request.

It signs with the secret of ``webhook.api_key``: a JWT in ``Authorization`` holds the
hash of the body. The clients' tokens are signed with the same secret, and a client
has his own: what makes the difference is ``sha256``, and ``video``.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import jwt

from integrations.errors import BadSignature, Rejected
from integrations.video.events import Came, Closed, News, Recorded, Went
from integrations.video.livekit import told
from integrations.video.livekit.tokens import ALGORITHM, ApiKey
from integrations.video.provider import Accepted, Delivery

# As the server allows clients: clocks differ.
_LEEWAY = 60
_GRANTS = ("video", "sip", "agent")
_LONGEST_ID = 200

# The room of an event has a password of TURN in it, and an egress has its request:
# what is not read is not kept.
_KEPT: Mapping[str, tuple[str, ...]] = {
    "room": ("name",),
    "participant": (
        "sid",
        "identity",
        "name",
        "kind",
        "joinedAt",
        "joinedAtMs",
        "permission",
    ),
    "egressInfo": (
        "egressId",
        "roomName",
        "status",
        "startedAt",
        "fileResults",
        "file",
        "streamResults",
        "segmentResults",
        "imageResults",
    ),
}


def accept(key: ApiKey, delivery: Delivery) -> Accepted:
    """``delivery``, if the server signed it; raises like ``VideoProvider.accept``."""
    claims = _claims(key, delivery.headers.get("authorization", ""))
    _check_age(claims, delivery.received)
    digest = base64.b64encode(hashlib.sha256(delivery.body).digest())
    signed = str(claims["sha256"]).encode(errors="replace")
    if not hmac.compare_digest(signed, digest):
        raise BadSignature("The delivery was changed on its way.")
    event = _event(delivery.body)
    event_id = told.named(event, "id")
    if len(event_id) > _LONGEST_ID:
        raise Rejected("LiveKit told too long an id.")
    return Accepted(key=event_id, body=json.dumps(_kept(event)).encode())


def _claims(key: ApiKey, token: str) -> Mapping[str, Any]:
    """What the token says, if it is one for a webhook; its age is not looked at.

    Raises ``BadSignature``.
    """
    try:
        claims = jwt.decode(
            token,
            key.secret,
            algorithms=[ALGORITHM],
            issuer=key.name,
            options={
                "require": ["iss", "exp", "sha256"],
                # By the time of the delivery instead, which may have waited.
                "verify_exp": False,
                "verify_nbf": False,
                "verify_iat": False,
            },
        )
    except (jwt.PyJWTError, ValueError, RecursionError) as error:
        raise BadSignature("The delivery is not signed by this server.") from error
    if any(grants in claims for grants in _GRANTS):
        raise BadSignature("The token of a participant signs no delivery.")
    return claims


def _check_age(claims: Mapping[str, Any], received: datetime) -> None:
    try:
        expires = float(claims["exp"])
    except (TypeError, ValueError, OverflowError) as error:
        raise BadSignature("The signature has no end.") from error
    # So written, since nothing is true of what is no number.
    if not received.timestamp() <= expires + _LEEWAY:
        raise BadSignature("The signature is too old.")


def _event(body: bytes) -> told.Message:
    try:
        event = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Rejected("The body is no JSON.") from error
    if not isinstance(event, dict):
        raise Rejected("The body is no event.")
    return event


def _kept(event: told.Message) -> dict[str, Any]:
    kept = {name: event.get(name) for name in ("event", "id", "createdAt")}
    for part, names in _KEPT.items():
        if isinstance(whole := event.get(part), dict):
            kept[part] = {name: whole[name] for name in names if name in whole}
    return kept


def understand(body: bytes) -> tuple[News, ...]:
    """What an accepted body tells; raises like ``VideoProvider.understand``."""
    event = _event(body)
    match told.text(event, "event"):
        case "participant_joined":
            return _came(event)
        case "participant_left":
            return _went(event)
        case "participant_connection_aborted":
            return _went(event, began=False)
        case "room_finished":
            return (Closed(place=_place(event), at=_at(event)),)
        case "egress_started" | "egress_updated" | "egress_ended":
            found = told.recording(told.within(event, "egress_info"))
            return (Recorded(recording=found),) if found else ()
        case _:
            return ()


def _came(event: told.Message) -> tuple[News, ...]:
    participant = told.within(event, "participant")
    if not told.is_person(participant):
        return ()
    joined = told.joined(participant)
    return (
        Came(
            place=_place(event),
            guest=told.guest(participant),
            stream=told.named(participant, "sid"),
            at=told.moment(joined) if joined else _at(event),
            name=told.text(participant, "name"),
            speaks=told.speaks(participant),
        ),
    )


def _went(event: told.Message, *, began: bool = True) -> tuple[News, ...]:
    participant = told.within(event, "participant")
    if not told.is_person(participant):
        return ()
    # Events have whole seconds, his coming is finer: nobody goes before he came.
    at = max(_at(event), told.moment(told.joined(participant)))
    return (
        Went(
            place=_place(event),
            guest=told.guest(participant),
            stream=told.named(participant, "sid"),
            at=at,
            began=began,
        ),
    )


def _place(event: told.Message) -> str:
    return told.named(told.within(event, "room"), "name")


def _at(event: told.Message) -> datetime:
    if not (seconds := told.number(event, "created_at")):
        raise Rejected("LiveKit told no time.")
    return told.moment(seconds)
