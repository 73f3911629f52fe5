"""People who come and go in a room, and how long they were there: second by second,
from what happened and not from the code.
"""

import random
from collections import defaultdict
from dataclasses import dataclass

SHORTEST_HOLE = 60


@dataclass(frozen=True)
class Move:
    """Somebody ``came`` or ``went``, or the room was ``closed``, on a connection.

    ``second`` is since the beginning; ``since`` when this visit began.
    """

    kind: str
    connection: str
    second: int
    guest: str = ""
    stream: int = 0
    since: int = 0


def moves(people, connections, number, *, seconds, seed, stream=0):
    """At least ``number`` of them: visits on one connection or several at once, some
    ends never told; each connection closes the room once on the way, and at the end.
    Visits are numbered after ``stream``.
    """
    choose = random.Random(seed)
    closed = {
        one: (seconds // 2 + 40 * n, seconds) for n, one in enumerate(connections)
    }
    found = [Move("closed", one, end) for one, both in closed.items() for end in both]
    while len(found) < number:
        guest, connection = choose.choice(people), choose.choice(connections)
        first = choose.randrange(seconds - 2)
        # Nobody stays in a room that is closed.
        until = next(end for end in closed[connection] if end > first)
        last = choose.randint(first + 1, until)
        visit = (guest, stream + len(found), first)
        found.append(Move("came", connection, first, *visit))
        if choose.random() < 0.95:
            found.append(Move("went", connection, last, *visit))
    return found


def seconds_of(happened, seconds):
    """The seconds in which each was there, by guest."""
    closed = defaultdict(set)
    by_guest = defaultdict(lambda: defaultdict(list))
    for one in happened:
        if one.kind == "closed":
            closed[one.second].add(one.connection)
        else:
            by_guest[one.guest][one.second].append(one)
    return {
        guest: found
        for guest, told in by_guest.items()
        if (found := _seconds(told, closed, seconds))
    }


def _seconds(told, closed, seconds):
    there, inside = bytearray(seconds), set()
    for second in range(seconds):
        for one in sorted(told.get(second, ()), key=lambda one: one.kind):
            if one.kind == "came":
                inside.add((one.connection, one.stream))
            else:
                inside.discard((one.connection, one.stream))
        if second in closed:
            inside = {one for one in inside if one[0] not in closed[second]}
        there[second] = bool(inside)
    return _filled(there)


def _filled(there):
    """Without holes shorter than a minute."""
    last = None
    for second in range(len(there)):
        if there[second]:
            if last is not None and second - last - 1 < SHORTEST_HOLE:
                there[last:second] = b"\x01" * (second - last)
            last = second
    return {second for second in range(len(there)) if there[second]}
