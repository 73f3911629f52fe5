"""Reading what LiveKit tells, in webhooks and in answers.

Both are protobuf messages as JSON: 64-bit numbers come as text, what is zero or
false may be left out, and names are ``room_name`` in answers, ``roomName`` in
webhooks. Nothing is taken on trust: what is not as it should be is ``Rejected``.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from integrations.errors import Rejected
from integrations.video.events import Recording, RecordingState
from integrations.video.provider import Participant

Message = Mapping[str, Any]

_NANOSECONDS, _MILLISECONDS = 1_000_000_000, 1_000
_LARGEST = 2**63

# A telephone is a person too; agents, recorders, streams fed in are none.
_TELEPHONE = "SIP"
_PEOPLE = ("STANDARD", _TELEPHONE)

_STATES = {
    "EGRESS_STARTING": RecordingState.RUNNING,
    "EGRESS_ACTIVE": RecordingState.RUNNING,
    "EGRESS_ENDING": RecordingState.PROCESSING,
    "EGRESS_COMPLETE": RecordingState.READY,
    # The file ends where the limit was reached.
    "EGRESS_LIMIT_REACHED": RecordingState.READY,
    "EGRESS_FAILED": RecordingState.FAILED,
    "EGRESS_ABORTED": RecordingState.FAILED,
}
_OTHER_RESULTS = (
    "stream",
    "segments",
    "stream_results",
    "segment_results",
    "image_results",
)


@lru_cache(maxsize=64)
def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def field(message: Message, name: str) -> Any:  # Any: whatever was sent
    """The field of that protobuf name; None where it was left out."""
    value = message.get(name)
    return message.get(_camel(name)) if value is None else value


def text(message: Message, name: str) -> str:
    """A text that can be stored; empty where it was left out."""
    value = field(message, name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Rejected(f"LiveKit told a strange {name}.")
    return value.replace("\0", "").encode(errors="replace").decode()


def named(message: Message, name: str) -> str:
    """A text without which the message means nothing."""
    if not (value := text(message, name)):
        raise Rejected(f"LiveKit told no {name}.")
    return value


def number(message: Message, name: str) -> int:
    """A whole number, 0 where it was left out."""
    try:
        value = int(field(message, name) or 0)
    except (TypeError, ValueError, OverflowError) as error:
        raise Rejected(f"LiveKit told a strange {name}.") from error
    if abs(value) > _LARGEST:
        raise Rejected(f"LiveKit told too large a {name}.")
    return value


def within(message: Message, name: str) -> Message:
    """A message in the message, an empty one where it was left out."""
    value = field(message, name)
    if not isinstance(value, dict | None):
        raise Rejected(f"LiveKit told a strange {name}.")
    return value or {}


def each(message: Message, name: str) -> Iterable[Message]:
    """The messages of a list in the message."""
    value = field(message, name)
    if not isinstance(value, list | None):
        raise Rejected(f"LiveKit told strange {name}.")
    for one in value or ():
        if not isinstance(one, dict):
            raise Rejected(f"LiveKit told strange {name}.")
        yield one


def moment(seconds: float) -> datetime:
    """Raises ``Rejected`` where no calendar has it."""
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise Rejected("LiveKit told a time that no calendar has.") from error


def joined(participant: Message) -> float:
    """When he came, in seconds; 0 where it was left out."""
    precise = number(participant, "joined_at_ms") / _MILLISECONDS
    return precise or float(number(participant, "joined_at"))


def is_person(participant: Message) -> bool:
    """Whether it is one that others see: not a recorder, not an agent."""
    rights = within(participant, "permission")
    unseen = field(rights, "hidden") or field(rights, "recorder")
    return not unseen and (field(participant, "kind") or "STANDARD") in _PEOPLE


def guest(participant: Message) -> str:
    """The id that he was let in with, empty for a telephone."""
    if field(participant, "kind") == _TELEPHONE:
        return ""
    return named(participant, "identity")


def speaks(participant: Message) -> bool | None:
    """Whether the server lets him publish, None where it does not tell."""
    if field(participant, "permission") is None:
        return None
    return field(within(participant, "permission"), "can_publish") is True


def present(answer: Message) -> tuple[Participant, ...]:
    """The people in an answer of ListParticipants who are in, or nearly."""
    return tuple(
        Participant(
            id=named(one, "identity"), name=text(one, "name"), speaks=speaks(one)
        )
        for one in each(answer, "participants")
        if field(one, "state") in ("JOINED", "ACTIVE") and is_person(one)
    )


def recording(egress: Message) -> Recording | None:
    """The recording that is an egress; None for a stream to elsewhere."""
    files = [*each(egress, "file_results")] or [within(egress, "file")]
    if not files[0] and any(field(egress, name) for name in _OTHER_RESULTS):
        return None
    state = _STATES.get(str(field(egress, "status") or "EGRESS_STARTING"))
    if state is None:
        raise Rejected("LiveKit told a recording's state that is not known.")
    location = text(files[0], "filename")
    if state is RecordingState.READY and not location:
        state = RecordingState.FAILED
    started = number(egress, "started_at") or number(files[0], "started_at")
    return Recording(
        id=named(egress, "egress_id"),
        place=text(egress, "room_name"),
        state=state,
        started=moment(started / _NANOSECONDS) if started else None,
        seconds=number(files[0], "duration") / _NANOSECONDS,
        size=number(files[0], "size"),
        location=location,
    )
