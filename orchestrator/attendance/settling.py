"""What a list of participants tells beyond what is believed."""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime, timedelta

from orchestrator.attendance.model import Sign, SignKind, Source
from orchestrator.ids import EventId, RegistrantId, RoomId

CONFIRMED = timedelta(minutes=5)
"""Who stays is noted anew after this time: should every later word of him be
lost, that much of his presence is.
"""


def settle(
    believed: Mapping[RegistrantId, datetime],
    listed: Collection[RegistrantId],
    at: datetime,
    *,
    event: EventId,
    room: RoomId,
) -> tuple[Sign, ...]:
    """The signs by which the journal agrees with the list, by person.

    ``believed`` are those thought to be inside, with the last sign of each;
    ``listed`` whom the provider's list of ``at`` names. Who is listed is there:
    told when it was not believed, or not told for ``CONFIRMED``. Who is believed
    and not listed has gone.
    """
    return tuple(
        Sign(
            event=event,
            room=room,
            registrant=registrant,
            source=Source.POLL,
            kind=kind,
            stream="",
            key=f"{room}/{registrant}/{kind}/{at.isoformat()}",
            at=at,
        )
        for registrant, kind in _differences(believed, frozenset(listed), at)
    )


def _differences(
    believed: Mapping[RegistrantId, datetime],
    listed: frozenset[RegistrantId],
    at: datetime,
) -> Iterator[tuple[RegistrantId, SignKind]]:
    for registrant in sorted(listed.union(believed)):
        last = believed.get(registrant)
        if registrant not in listed:
            yield registrant, SignKind.OUT
        elif last is None or at - last >= CONFIRMED:
            yield registrant, SignKind.HERE
