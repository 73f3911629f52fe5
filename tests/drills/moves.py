"""People who come and go in a provider's room, and how long they were there: second by
second, from what happened and not from the code.
"""

import random
from collections import defaultdict
from dataclasses import dataclass

SHORTEST_HOLE = 60


@dataclass(frozen=True)
class Move:
    """``second`` is since the beginning; ``closed`` is about nobody."""

    kind: str
    second: int
    guest: str = ""
    stream: str = ""


def moves(people, number, *, seconds, seed):
    """About ``number`` moves of ``people``: visits on one device or two, some ends
    never told, and the room closed twice, the second time at the end.
    """
    choose = random.Random(seed)
    half = seconds // 2
    found = [Move("closed", half), Move("closed", seconds)]
    while len(found) < number:
        guest = choose.choice(people)
        stream = f"PA_{len(found)}"
        first = choose.randrange(seconds - 2)
        # Nobody stays in a room that is closed.
        most = (half if first < half else seconds) - first
        last = first + choose.randint(1, max(1, most - 1))
        found.append(Move("came", first, guest, stream))
        if choose.random() < 0.95:
            found.append(Move("went", last, guest, stream))
    return found


def seconds_of(happened, seconds):
    """The seconds in which each was there, by guest."""
    closed = {one.second for one in happened if one.kind == "closed"}
    by_guest = defaultdict(lambda: defaultdict(list))
    for one in happened:
        if one.guest:
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
                inside.add(one.stream)
            else:
                inside.discard(one.stream)
        if second in closed:
            inside.clear()
        there[second] = bool(inside)
    last = None
    for second in range(seconds):
        if there[second]:
            if last is not None and second - last - 1 < SHORTEST_HOLE:
                there[last:second] = b"\x01" * (second - last)
            last = second
    return {second for second in range(seconds) if there[second]}
