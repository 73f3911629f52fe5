"""What bbb-webhooks and the server's own callbacks tell, in our language.

A body is a form: with ``event``, as bbb-webhooks sent it; else as ``callbacks.py``
wrote down what it accepted.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import parse_qsl

from integrations.errors import Rejected
from integrations.video.bigbluebutton.answers import moment
from integrations.video.bigbluebutton.names import plain
from integrations.video.events import (
    Came,
    Closed,
    News,
    Recorded,
    Recording,
    RecordingState,
    Went,
)

EVENTS = ("user-joined", "user-left", "meeting-ended", "rap-publish-ended")
_FIELDS = 20


def understand(body: bytes) -> tuple[News, ...]:
    """The news in ``body``, in its order. Raises ``Rejected`` for what has none."""
    form = _form(body)
    if "event" in form:
        return tuple(
            one for event in _events(form) if (one := _news(event)) is not None
        )
    if "ended" in form:
        return (Closed(place=form["ended"], at=_received(form)),)
    if "recorded" in form:
        found = _recording(form["recorded"], form.get("room", ""))
        return (Recorded(recording=found),)
    raise Rejected("BigBlueButton sent a form that tells nothing.")


def _form(body: bytes) -> Mapping[str, str]:
    """The fields of a form, the last of each name."""
    try:
        return dict(
            parse_qsl(
                body.decode(),
                keep_blank_values=True,
                errors="strict",
                max_num_fields=_FIELDS,
            )
        )
    except ValueError as error:
        raise Rejected("BigBlueButton sent something else than a form.") from error


def _events(form: Mapping[str, str]) -> list[object]:
    """The events of a delivery. Raises ``Rejected`` where it holds no list."""
    try:
        found = json.loads(form.get("event", ""))
    except (ValueError, RecursionError) as error:
        raise Rejected("bbb-webhooks sent an event that is no JSON.") from error
    if not isinstance(found, list):
        raise Rejected("bbb-webhooks sent something else than a list of events.")
    return found


def _news(event: object) -> News | None:
    data = _part(event, "data")
    kind = data.get("id")
    if kind not in EVENTS:
        return None
    attributes = _part(data, "attributes")
    place = _said(_part(attributes, "meeting"), "external-meeting-id")
    if not place:
        raise Rejected("bbb-webhooks sent an event that names no meeting.")
    if kind == "rap-publish-ended":
        return _published(attributes, place)
    at = moment(_part(data, "event").get("ts"))
    if kind == "meeting-ended":
        return Closed(place=place, at=at)
    return _person(_part(attributes, "user"), place, at, came=kind == "user-joined")


def _person(
    user: Mapping[str, object], place: str, at: datetime, *, came: bool
) -> News:
    if not (stream := _said(user, "internal-user-id")):
        raise Rejected("bbb-webhooks sent an event that names nobody.")
    guest = _said(user, "external-user-id")
    if guest == stream:  # the server's own id: he was let in without one of ours
        guest = ""
    if not came:
        return Went(place=place, guest=guest, stream=stream, at=at)
    name = _said(user, "name")
    return Came(place=place, guest=guest, stream=stream, at=at, name=name)


def _published(attributes: Mapping[str, object], place: str) -> News | None:
    """Told once for each format; only ``video`` is a file."""
    playback = _part(_part(attributes, "recording"), "playback")
    if "video" not in (attributes.get("workflow"), playback.get("format")):
        return None
    succeeded = attributes.get("success") is not False
    state = RecordingState.READY if succeeded else RecordingState.FAILED
    found = _said(attributes, "record-id") or _said(
        _part(attributes, "meeting"), "internal-meeting-id"
    )
    return Recorded(recording=_recording(found, place, state))


def _recording(
    found: str, place: str, state: RecordingState = RecordingState.READY
) -> Recording:
    if not (found and place):
        raise Rejected("BigBlueButton tells of a recording without its name.")
    return Recording(id=found, place=place, state=state)


def _received(form: Mapping[str, str]) -> datetime:
    try:
        at = datetime.fromisoformat(form.get("at", ""))
    except ValueError as error:
        raise Rejected("The end of a meeting has no time.") from error
    if at.utcoffset() is None:
        raise Rejected("The end of a meeting has a time without zone.")
    return at


def _part(value: object, key: str) -> Mapping[str, object]:
    """What ``key`` holds, if it is an object; else one that says nothing."""
    found = value.get(key) if isinstance(value, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def _said(value: Mapping[str, object], key: str) -> str:
    found = value.get(key)
    return plain(found) if isinstance(found, str) else ""
