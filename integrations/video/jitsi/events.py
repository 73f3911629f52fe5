"""What event_sync tells: a module of jitsi-contrib for Prosody, which posts JSON.

Moments are whole seconds of the server's clock. Breakout rooms are told of under
the name of their main room, so who moves into one leaves the room in one delivery
and comes to it in another, in any order. A visit is therefore told apart from the
same person's others by where and since when it is, and not by its connection alone,
which stays. The end of a room tells of all its visits again: what was lost on the
way is made good by it.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from integrations.errors import Rejected
from integrations.video.events import Came, Closed, News, Went
from integrations.video.jitsi.tokens import plain

_JOINED = "muc-occupant-joined"
_LEFT = "muc-occupant-left"
_DESTROYED = "muc-room-destroyed"

# What tells one message from another; nothing in it changes when it is sent again.
_TELLING_EVENTS = (
    *("event_name", "room_jid", "breakout_room_id"),
    *("created_at", "destroyed_at"),
)
_TELLING_VISITS = ("occupant_jid", "joined_at", "left_at")

_LONGEST = 1024

Message = Mapping[str, Any]  # Any: whatever was sent


def message(body: bytes) -> Message:
    """The JSON object in ``body``. Raises ``Rejected`` where there is none."""
    try:
        sent = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Rejected("What came is no JSON.") from error
    if not isinstance(sent, dict):
        raise Rejected("What came is no JSON object.")
    return sent


def key(sent: Message) -> str:
    """The same for a message and its repetition; no other has it."""
    occupant = sent.get("occupant")
    visit = occupant if isinstance(occupant, dict) else {}
    told = [sent.get(name) for name in _TELLING_EVENTS]
    told += [visit.get(name) for name in _TELLING_VISITS]
    return _digest([one if isinstance(one, str | int | float) else "" for one in told])


def news(sent: Message) -> tuple[News, ...]:
    """What ``sent`` tells; nothing for kinds that mean nothing here.

    Raises ``Rejected`` where one that does is not as it should be.
    """
    kind = sent.get("event_name")
    if kind == _JOINED:
        return (_came(sent, _object(sent, "occupant")),)
    if kind == _LEFT:
        return (_went(sent, _object(sent, "occupant")),)
    if kind == _DESTROYED:
        return tuple(_destroyed(sent))
    return ()


def _destroyed(sent: Message) -> Iterator[News]:
    """Every visit anew; the room is closed unless it was a breakout room."""
    end = _moment(sent, "destroyed_at")
    for occupant in _occupants(sent):
        yield _came(sent, occupant)
        yield _went(sent, {"left_at": sent["destroyed_at"], **occupant})
    if not _breakout(sent):
        yield Closed(place=_place(sent), at=end)


def _came(sent: Message, occupant: Message) -> Came:
    name = occupant.get("name")
    return Came(
        place=_place(sent),
        guest=_guest(occupant),
        stream=_stream(sent, occupant),
        at=_moment(occupant, "joined_at"),
        name=plain(name) if isinstance(name, str) else "",
    )


def _went(sent: Message, occupant: Message) -> Went:
    return Went(
        place=_place(sent),
        guest=_guest(occupant),
        stream=_stream(sent, occupant),
        at=_moment(occupant, "left_at"),
    )


def _stream(sent: Message, occupant: Message) -> str:
    """A digest: browsers choose a part of their address, of any form and length."""
    address = occupant.get("occupant_jid")
    if not isinstance(address, str):
        raise Rejected("occupant_jid is no text.")
    since = int(_moment(occupant, "joined_at").timestamp())
    return _digest([_breakout(sent), address, since])[:32]


def _place(sent: Message) -> str:
    return _text(sent, "room_name").lower()


def _breakout(sent: Message) -> str:
    """The id of the breakout room, empty for the room itself."""
    return _text(sent, "breakout_room_id") if sent.get("is_breakout") else ""


def _guest(occupant: Message) -> str:
    """Empty for who has no id that could be ours: recorders, telephones, and people
    with the tokens of others.
    """
    told = occupant.get("id")
    return told if isinstance(told, str) and _fits(told) else ""


def _occupants(sent: Message) -> list[Message]:
    """Lua writes an empty list as it writes an empty object."""
    told = sent.get("all_occupants") or []
    if not isinstance(told, list) or not all(isinstance(one, dict) for one in told):
        raise Rejected("all_occupants is no list of objects.")
    return told


def _object(sent: Message, name: str) -> Message:
    value = sent.get(name)
    if not isinstance(value, dict):
        raise Rejected(f"{name} is no object.")
    return value


def _text(sent: Message, name: str) -> str:
    value = sent.get(name)
    if not isinstance(value, str) or not _fits(value):
        raise Rejected(f"{name} is no text of 1 to {_LONGEST} printable characters.")
    return value


def _fits(text: str) -> bool:
    return 0 < len(text) <= _LONGEST and text.isprintable()


def _moment(sent: Message, name: str) -> datetime:
    value = sent.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Rejected(f"{name} is no moment in seconds.")
    try:
        return datetime.fromtimestamp(value, UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise Rejected(f"{name} is a moment that never was.") from error


def _digest(told: list[str | int | float]) -> str:
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()
