"""Heartbeats of pages, thinned in memory until they are written in bulk."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from orchestrator.attendance.model import Sign, SignKind, Source
from orchestrator.ids import EventId, RegistrantId, RoomId

EVERY = timedelta(seconds=30)
"""At most one sign of a device is journalled in this time. A page beats every
20 s, a hidden one every minute; silence means something after 150 s.
"""

# Devices remembered before those are forgotten that went silent: several times
# what one process serves at once.
_REMEMBERED = 20_000

_Device = tuple[RoomId, RegistrantId, str, Source]


class Beats:
    """Heartbeats since the last ``take``. Nothing here waits or asks the database.

    What is in memory is not confirmed to anybody: a heartbeat lost with the
    process is one of many.
    """

    def __init__(self) -> None:
        self._kept: list[Sign] = []
        self._last: dict[_Device, datetime] = {}

    def beat(
        self,
        event: EventId,
        room: RoomId,
        registrant: RegistrantId,
        stream: str,
        at: datetime,
        *,
        source: Source = Source.PAGE,
    ) -> None:
        """Note that the device ``stream`` lives. ``at`` is the event's now, in UTC.

        ``source`` is ``OVERFLOW`` for who follows from outside.
        """
        device = (room, registrant, stream, source)
        last = self._last.get(device)
        # A clock set back (a demo) is a new time, not an early beat.
        if last is None or abs(at - last) >= EVERY:
            self._last[device] = at
            self._kept.append(_sign(event, device, SignKind.HERE, at))

    def leave(
        self,
        event: EventId,
        room: RoomId,
        registrant: RegistrantId,
        stream: str,
        at: datetime,
        *,
        source: Source = Source.PAGE,
    ) -> None:
        """Note that the device left or unloaded its page; the next beat is kept."""
        device = (room, registrant, stream, source)
        self._last.pop(device, None)
        self._kept.append(_sign(event, device, SignKind.OUT, at))

    def take(self) -> list[Sign]:
        """The signs that are due, each handed out once."""
        due, self._kept = self._kept, []
        if len(self._last) > _REMEMBERED:
            self._forget()
        return due

    def give_back(self, signs: Iterable[Sign]) -> None:
        """Keep ``signs``, which could not be written, for the next ``take``."""
        self._kept = [*signs, *self._kept]

    def _forget(self) -> None:
        """Remember only the later half; of the others the next beat is kept."""
        latest = sorted(self._last.items(), key=lambda one: one[1])
        self._last = dict(latest[-_REMEMBERED // 2 :])


def _sign(event: EventId, device: _Device, kind: SignKind, at: datetime) -> Sign:
    room, registrant, stream, source = device
    return Sign(
        event=event,
        room=room,
        registrant=registrant,
        source=source,
        kind=kind,
        stream=stream,
        key=f"{room}/{registrant}/{stream}/{kind}/{at.isoformat()}",
        at=at,
    )
