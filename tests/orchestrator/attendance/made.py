"""Signs of three people, in the hall of the meeting of the registration."""

from datetime import timedelta

from orchestrator.attendance.model import Sign, SignKind, Source
from orchestrator.ids import RegistrantId, RoomId
from orchestrator.rooms.model import Room
from tests.orchestrator.registration.meeting import EVENT, NINE

HALL, ANNEX = RoomId("hall"), RoomId("annex")
ADA, GRACE, EMMY = map(RegistrantId, ("ada", "grace", "emmy"))


def minute(number, seconds=0):
    """So many minutes after nine."""
    return NINE + timedelta(minutes=number, seconds=seconds)


def sign(kind, at, *, source=Source.PAGE, who=ADA, stream="one", room=HALL, key=None):
    """A sign; told again it has the same key, unless another is given."""
    return Sign(
        event=EVENT,
        room=room,
        registrant=who,
        source=source,
        kind=SignKind(kind),
        stream="" if source is Source.POLL else stream,
        key=key or f"{room}/{who}/{stream}/{kind}/{at.isoformat()}",
        at=at,
    )


def beats(first, last, **of):
    """A page open from one moment to another: a sign each 30 s, and at the end."""
    moments = []
    while first < last:
        moments.append(first)
        first += timedelta(seconds=30)
    return [sign("here", at, **of) for at in (*moments, last)]


def provider(kind, at, **of):
    return sign(kind, at, source=Source.PROVIDER, **of)


def poll(kind, at, **of):
    return sign(kind, at, source=Source.POLL, **of)


def room(ident=HALL, name=""):
    return Room(id=ident, event=EVENT, name=name, capacity=600, connection="main")
