"""Servers of providers, as far as they tell who comes and goes: each in its own form,
written from its documentation.
"""

import base64
import hashlib
import hmac
import json
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import jwt

from integrations.http import Wire
from integrations.video import choose
from integrations.video.setup import Around
from orchestrator.clock import utc_now

SECRET = "tells-the-service-who-comes-and-who-goes"


@dataclass(frozen=True)
class Sender:
    """One connection, named like its provider. ``begins`` is when moves begin;
    ``room`` our name of the room, ``reference`` the provider's own.
    """

    room: str
    begins: datetime

    reference = ""

    @classmethod
    def provider(cls):
        """What the service has of it, asked nothing."""
        around = Around(Wire(), "http://localhost", utc_now)
        return choose.choose({"provider": cls.name, **cls.settings}, around)

    @property
    def path(self):
        return f"/webhooks/{type(self).name}"

    def at(self, second):
        return self.begins + timedelta(seconds=second)

    def body(self, move):
        """What tells of ``move``; the same for the same."""
        raise NotImplementedError

    def signed(self, body, base):
        """Path and headers with which ``body`` is sent now to the service at ``base``."""
        raise NotImplementedError


class LiveKit(Sender):
    name = "livekit"
    settings = {"url": "ws://127.0.0.1:1", "key": "devkey", "secret": SECRET}  # noqa: RUF012
    _events = {  # noqa: RUF012
        "came": "participant_joined",
        "went": "participant_left",
        "closed": "room_finished",
    }

    def body(self, move):
        kind = self._events[move.kind]
        event = {
            "event": kind,
            "id": f"EV_{kind}_{move.stream}_{move.second}",
            "createdAt": f"{self.at(move.second).timestamp():.0f}",
            "room": {"name": self.room, "sid": "RM_x"},
        }
        if move.guest:
            event["participant"] = {
                "identity": move.guest,
                "sid": f"PA_{move.stream}",
                "name": "Ada",
                "joinedAt": f"{self.at(move.since).timestamp():.0f}",
            }
        return json.dumps(event).encode()

    def signed(self, body, base):
        digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
        claims = {"iss": "devkey", "exp": int(time.time()) + 300, "sha256": digest}
        token = jwt.encode(claims, SECRET, algorithm="HS256")
        return self.path, {
            "Authorization": token,
            "Content-Type": "application/webhook+json",
        }


class BigBlueButton(Sender):
    name = "bigbluebutton"
    settings = {"url": "http://127.0.0.1:1/bigbluebutton", "secret": SECRET}  # noqa: RUF012
    _events = {  # noqa: RUF012
        "came": "user-joined",
        "went": "user-left",
        "closed": "meeting-ended",
    }

    def body(self, move):
        attributes = {
            "meeting": {
                "internal-meeting-id": "0d1e-1795400000000",
                "external-meeting-id": self.room,
            }
        }
        if move.guest:
            attributes["user"] = {
                "internal-user-id": f"w_{move.stream}",
                "external-user-id": move.guest,
                "name": "Ada",
                "role": "VIEWER",
            }
        ts = int(self.at(move.second).timestamp() * 1000)
        data = {
            "type": "event",
            "id": self._events[move.kind],
            "attributes": attributes,
            "event": {"ts": ts},
        }
        form = {
            "event": json.dumps([{"data": data}]),
            "timestamp": ts + 33,
            "domain": "bbb.example.org",
        }
        return urlencode(form).encode()

    def signed(self, body, base):
        query = f"?room={self.room}"
        signed = f"{base}{self.path}{query}".encode() + body + SECRET.encode()
        checksum = hashlib.sha1(signed).hexdigest()  # noqa: S324 -- theirs
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return f"{self.path}{query}&checksum={checksum}", kind


class Jitsi(Sender):
    name = "jitsi"
    settings = {  # noqa: RUF012
        "url": "http://127.0.0.1:1",
        "app_id": "ours",
        "secret": SECRET,
        "events_token": SECRET,
    }
    _events = {  # noqa: RUF012
        "came": "muc-occupant-joined",
        "went": "muc-occupant-left",
        "closed": "muc-room-destroyed",
    }
    _paths = {  # noqa: RUF012
        b"muc-occupant-joined": "occupant/joined",
        b"muc-occupant-left": "occupant/left",
        b"muc-room-destroyed": "room/destroyed",
    }

    def body(self, move):
        event = {
            "event_name": self._events[move.kind],
            "room_name": self.room,
            "room_jid": f"{self.room}@conference.meet.example.org",
            "is_breakout": False,
        }
        second = int(self.at(move.second).timestamp())
        if move.kind == "closed":
            event |= {"created_at": 1, "destroyed_at": second, "all_occupants": []}
        else:
            event["occupant"] = {
                "id": move.guest,
                "name": "Ada",
                "occupant_jid": f"{self.room}@conference.meet.example.org/{move.stream}",
                "joined_at": int(self.at(move.since).timestamp()),
            }
        if move.kind == "went":
            event["occupant"]["left_at"] = second
        return json.dumps(event).encode()

    def signed(self, body, base):
        tail = next(path for kind, path in self._paths.items() if kind in body)
        told = {"Authorization": f"Bearer {SECRET}", "Content-Type": "application/json"}
        return f"{self.path}/events/{tail}", told


class Zoom(Sender):
    name = "zoom"
    reference = "91234567890"
    settings = {  # noqa: RUF012
        "account_id": "ours",
        "client_id": "ours",
        "client_secret": SECRET,
        "webhook_secret": SECRET,
        "mail_domain": "people.example.org",
    }
    _events = {  # noqa: RUF012
        "came": "meeting.participant_joined",
        "went": "meeting.participant_left",
        "closed": "meeting.ended",
    }
    _moments = {"came": "join_time", "went": "leave_time"}  # noqa: RUF012

    def body(self, move):
        at = self.at(move.second)
        said = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        told = {
            "id": self.reference,
            "uuid": "4444AAAiAAAAAiAiAiiAii==",
            "topic": "Day",
        }
        if move.guest:
            told["participant"] = {
                "user_id": str(16_778_240 + move.stream),
                "participant_uuid": f"55555AAAiAAAAAiAiAiiA{move.stream}",
                "user_name": "Ada",
                "email": f"{move.guest}@people.example.org",
                self._moments[move.kind]: said,
            }
        else:
            told["end_time"] = said
        event = {
            "event": self._events[move.kind],
            "event_ts": int(at.timestamp() * 1000) + 500,
            "payload": {"account_id": "ours", "object": told},
        }
        return json.dumps(event).encode()

    def signed(self, body, base):
        now = str(int(time.time()))
        signed = b"v0:%b:%b" % (now.encode(), body)
        digest = hmac.new(SECRET.encode(), signed, hashlib.sha256).hexdigest()
        return self.path, {
            "x-zm-request-timestamp": now,
            "x-zm-signature": f"v0={digest}",
            "Content-Type": "application/json",
        }


SENDERS = [
    one
    for one in (LiveKit, BigBlueButton, Jitsi, Zoom)
    if one.name in choose._PROVIDERS
]
"""One for each provider that tells who comes and goes."""


def settings():
    """Of an installation with a connection for each sender."""
    return {
        f"video__{one.name}__{key}": value
        for one in SENDERS
        for key, value in {"provider": one.name, **one.settings}.items()
    }
