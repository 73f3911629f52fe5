"""Whether what claims to be told by Zoom is."""

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from datetime import timedelta

from integrations.errors import BadSignature, Rejected
from integrations.video.provider import Accepted, Delivery
from integrations.video.zoom.calls import Fields
from integrations.video.zoom.times import instant

_TIMESTAMP, _SIGNATURE = "x-zm-request-timestamp", "x-zm-signature"
_WINDOW = timedelta(minutes=5)
_VALIDATION = "endpoint.url_validation"

_Wanted = Mapping[str, "_Wanted"]

# Events tell of everybody's address, of passwords, and hold a key to recordings: what
# is not read is not kept.
_ALL: _Wanted = {}
_ROOM = "id uuid end_time practice_session"
_PERSON = "user_id user_name email registrant_id join_time leave_time"
_FILE = "recording_start recording_end"
_FILES = f"{_FILE} id file_type file_size recording_type download_url status"
_KEPT: _Wanted = {
    "event": _ALL,
    "event_ts": _ALL,
    "payload": {
        "object": {
            **dict.fromkeys(_ROOM.split(), _ALL),
            "participant": dict.fromkeys(_PERSON.split(), _ALL),
            "recording_file": dict.fromkeys(_FILE.split(), _ALL),
            "recording_files": dict.fromkeys(_FILES.split(), _ALL),
        }
    },
}


def accepted(delivery: Delivery, secret: str, means: Callable[[str], bool]) -> Accepted:
    """``delivery`` if it was signed with ``secret`` less than five minutes ago; to be
    kept if its kind ``means`` something, as far as it is read.

    Raises ``BadSignature``, or ``Rejected`` where what was signed is no event.
    """
    if not secret:
        raise BadSignature("The connection has no webhook_secret: nothing is believed.")
    _check_signature(delivery, secret)
    _check_age(delivery)
    event = read(delivery.body)
    if event["event"] == _VALIDATION:
        reply = _proof(part(event, "payload"), secret)
        return Accepted(
            key=_key(event), body=delivery.body, reply=reply, momentary=True
        )
    body = json.dumps(_only(event, _KEPT)).encode()
    return Accepted(key=_key(event), body=body, momentary=not means(event["event"]))


def _check_signature(delivery: Delivery, secret: str) -> None:
    timestamp = delivery.headers.get(_TIMESTAMP, "")
    signed = b"v0:%b:%b" % (_bytes(timestamp), delivery.body)
    expected = f"v0={hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()}"
    given = delivery.headers.get(_SIGNATURE, "")
    if not hmac.compare_digest(_bytes(given), expected.encode()):
        raise BadSignature("The signature is not Zoom's for this connection.")


def _check_age(delivery: Delivery) -> None:
    """The timestamp is of the request, not of the event: each try has its own."""
    timestamp = delivery.headers.get(_TIMESTAMP, "")
    try:
        sent = instant(int(timestamp) * 1000)
    except (ValueError, Rejected) as error:
        raise BadSignature("The request does not say when it was sent.") from error
    if abs(delivery.received - sent) > _WINDOW:
        raise BadSignature("The request is not of these minutes: check the clock.")


def _bytes(header: str) -> bytes:
    return header.encode(errors="surrogateescape")


def read(body: bytes) -> Fields:
    """The event that ``body`` is. Raises ``Rejected``."""
    try:
        event = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Rejected("The event is no JSON.") from error
    if not isinstance(event, dict) or not isinstance(event.get("event"), str):
        raise Rejected("The event does not say what it is.")
    return event


def _key(event: Fields) -> str:
    """The same for every delivery of one event, however it was written down.

    Zoom numbers none: the kind, its moment and its object tell events apart.
    """
    payload = event.get("payload")
    told = payload.get("object", payload) if isinstance(payload, dict) else payload
    identity = json.dumps([event["event"], event.get("event_ts"), told], sort_keys=True)
    return hashlib.sha256(identity.encode()).hexdigest()


def _only(told: object, wanted: _Wanted) -> object:
    """Of ``told`` what is ``wanted``, of each of them where it is a list."""
    match told:
        case dict() if wanted:
            return {
                name: _only(told[name], inner)
                for name, inner in wanted.items()
                if name in told
            }
        case list():
            return [_only(one, wanted) for one in told if isinstance(one, dict)]
    return told


def _proof(payload: Fields, secret: str) -> bytes:
    """That we know the secret, as Zoom asks when an address is entered and then every
    three days.
    """
    plain = payload.get("plainToken")
    if not isinstance(plain, str):
        raise Rejected("The validation brings no token.")
    try:
        digest = hmac.new(secret.encode(), plain.encode(), hashlib.sha256)
    except UnicodeEncodeError as error:
        raise Rejected("The validation brings no token.") from error
    proof = {"plainToken": plain, "encryptedToken": digest.hexdigest()}
    return json.dumps(proof).encode()


def part(fields: Fields, name: str) -> Fields:
    """The object ``name`` of an event. Raises ``Rejected``."""
    found = fields.get(name)
    if not isinstance(found, dict):
        raise Rejected(f"The event has no {name}.")
    return found
