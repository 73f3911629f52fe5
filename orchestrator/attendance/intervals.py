"""From the journal to intervals: who was where, from when until when.

Signs come twice, late, out of order, or never. They are taken in the order of
``at``; in one instant ``in`` comes before ``here`` before ``out``, so that a
visit told with one time for both ends does not last for ever. Nothing depends
on the order in which they are given, nor on how often.

A *page* (or a viewer of the overflow) gives signs of its own accord. From one
sign of a device to the next he was there, unless the first is ``out`` or more
than ``SILENCE`` passes between them: then he was there until the first, and
not one second more. A single sign makes no presence.

A *provider* tells changes. ``in`` (or ``here``) begins a connection, ``out``
ends it. A *poll* knows people and no connections: ``out`` ends all that he has,
``here`` confirms them, and where he has none begins one without a name. The
next connection that is told takes that one over, since its ``in`` was only
late; and an ``out`` that belongs to no known connection ends it. Any other
``out`` without ``in`` is nothing. A connection that nothing ends lasts until
the last sign of it, or the last poll that confirmed it.

While a meeting is live the caller gives ``until``, the present moment: who is
not known to have gone is there until then (a device that was heard within
``SILENCE``, a connection heard of within ``UNHEARD``), and nothing counts that
is told of later moments.

In each room all these are one line, page and provider together, and its holes
shorter than ``BRIDGED`` are filled: a page loaded again, a line that dropped.
The overflow has a line of its own.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

from orchestrator.attendance.model import (
    Interval,
    Intervals,
    Presence,
    Sign,
    SignKind,
    Source,
)
from orchestrator.attendance.spans import union
from orchestrator.ids import RegistrantId, RoomId

SILENCE = timedelta(seconds=150)
"""A lease of 60 s and 90 s of grace: a page that is silent for longer has gone."""

BRIDGED = timedelta(seconds=60)
"""Loading a page again, or a connection anew, takes less."""

UNHEARD = timedelta(hours=6)
"""A connection told of once, and never again, is not believed for longer."""

_UNNAMED = ""
_ORDER = {SignKind.IN: 0, SignKind.HERE: 1, SignKind.OUT: 2}

_OUT = _ORDER[SignKind.OUT]

_Heard = list[tuple[datetime, int]]
"""Moment and order of the kind."""

_Told = list[tuple[datetime, int, str]]
"""As well, and the stream; a poll's is empty."""

_ByStream = dict[tuple[RegistrantId, RoomId, str], _Heard]
_ByPerson = dict[tuple[RegistrantId, RoomId], _Told]
_Line = dict[tuple[RegistrantId, RoomId], list[Interval]]


def presence(
    signs: Iterable[Sign], *, until: datetime | None = None
) -> dict[RegistrantId, Presence]:
    """When each person of ``signs`` was where, by the rules of this module; without
    those who were nowhere.
    """
    inside: _Line = defaultdict(list)
    overflow: _Line = defaultdict(list)
    pages, viewers, connections = _sorted_out(signs, until)
    for (person, room, _), heard in pages.items():
        inside[person, room].extend(_of_device(heard, until))
    for (person, room, _), heard in viewers.items():
        overflow[person, room].extend(_of_device(heard, until))
    for (person, room), told in connections.items():
        inside[person, room].extend(_of_connections(told, until))
    rooms, outside = _by_person(inside), _by_person(overflow)
    return {
        person: Presence(rooms=rooms.get(person, {}), overflow=outside.get(person, {}))
        for person in dict.fromkeys((*rooms, *outside))
    }


def believed(signs: Iterable[Sign]) -> dict[RegistrantId, datetime]:
    """Who is in by what provider and polls told, with the last sign of each.

    ``signs`` are those of one room; of each connection and kind the last one
    is enough.
    """
    _, _, connections = _sorted_out(signs, None)
    found = {}
    for (person, _), told in connections.items():
        open_ones = _Connections()
        for one in sorted(told):
            open_ones.take(*one)
        if open_ones.last:
            found[person] = max(open_ones.last.values())
    return found


def _sorted_out(
    signs: Iterable[Sign], until: datetime | None
) -> tuple[_ByStream, _ByStream, _ByPerson]:
    """Signs by device, by viewer of the overflow, and of the provider by person."""
    pages: _ByStream = defaultdict(list)
    viewers: _ByStream = defaultdict(list)
    connections: _ByPerson = defaultdict(list)
    for sign in signs:
        at, order = sign.at.astimezone(UTC), _ORDER[sign.kind]
        if until is not None and at > until:
            continue
        if sign.source is Source.PAGE:
            pages[sign.registrant, sign.room, sign.stream].append((at, order))
        elif sign.source is Source.OVERFLOW:
            viewers[sign.registrant, sign.room, sign.stream].append((at, order))
        else:
            stream = _UNNAMED if sign.source is Source.POLL else f"+{sign.stream}"
            connections[sign.registrant, sign.room].append((at, order, stream))
    return pages, viewers, connections


def _of_device(heard: _Heard, until: datetime | None) -> Iterator[Interval]:
    heard.sort()
    starts = last = None
    for at, order in heard:
        if last is not None and starts is not None and at - last > SILENCE:
            yield Interval(starts, last)
            starts = None
        if order == _OUT:
            if starts is not None:
                yield Interval(starts, at)
            starts = None
        elif starts is None:
            starts = at
        last = at
    if starts is not None and last is not None:
        yield Interval(starts, _end(last, until, SILENCE))


def _of_connections(told: _Told, until: datetime | None) -> Iterator[Interval]:
    connections = _Connections()
    for one in sorted(told):
        yield from connections.take(*one)
    for stream, starts in connections.starts.items():
        yield Interval(starts, _end(connections.last[stream], until, UNHEARD))


class _Connections:
    """The open connections of one person to one room: begin and last sign."""

    def __init__(self) -> None:
        self.starts: dict[str, datetime] = {}
        self.last: dict[str, datetime] = {}

    def take(self, at: datetime, order: int, stream: str) -> list[Interval]:
        """Follow one sign; gives the intervals that it ends."""
        if order != _OUT:
            return self._here(at, stream)
        if stream == _UNNAMED:
            return [self._end(one, at) for one in list(self.starts)]
        known = stream if stream in self.starts else _UNNAMED
        return [self._end(known, at)] if known in self.starts else []

    def _here(self, at: datetime, stream: str) -> list[Interval]:
        ended: list[Interval] = []
        if stream == _UNNAMED and self.starts:
            self.last = dict.fromkeys(self.starts, at)
            return ended
        if stream != _UNNAMED and _UNNAMED in self.starts:
            ended = [self._end(_UNNAMED, at)]
        self.starts.setdefault(stream, at)
        self.last[stream] = at
        return ended

    def _end(self, stream: str, at: datetime) -> Interval:
        del self.last[stream]
        return Interval(self.starts.pop(stream), at)


def _end(last: datetime, until: datetime | None, within: timedelta) -> datetime:
    """The end of what nothing ended."""
    if until is None or until - last > within:
        return last
    return max(last, until)


def _by_person(lines: _Line) -> dict[RegistrantId, dict[RoomId, Intervals]]:
    found: dict[RegistrantId, dict[RoomId, Intervals]] = defaultdict(dict)
    for (person, room), spans in lines.items():
        if line := union(spans, bridging=BRIDGED):
            found[person][room] = line
    return found
