"""The reference: presence second by second, from the rules and not from the code.

Everything happens at whole seconds of one timeline. A stream lives through the
seconds one after another; those since its last evidence wait until evidence
comes, or are dropped.
"""

from collections import defaultdict

from orchestrator.attendance.model import SignKind, Source

SILENCE, SHORTEST_HOLE = 150, 60
RANK = [SignKind.IN, SignKind.HERE, SignKind.OUT]


def replay(signs, begins, seconds):
    """Seconds of presence by (person, room, whether it is the overflow)."""
    told = defaultdict(lambda: defaultdict(list))
    for one in set(signs):
        second = int((one.at - begins).total_seconds())
        told[one.registrant, one.room][second].append(one)
    found = {}
    for (person, room), by_second in told.items():
        for outside in (False, True):
            there = bytearray(seconds)
            pages = {Source.OVERFLOW} if outside else {Source.PAGE}
            for device in streams(by_second, pages):
                live_by_beats(by_second, pages, device, there)
            if not outside:
                live_by_changes(by_second, there)
            fill(there)
            if any(there):
                found[person, room, outside] = {n for n in range(seconds) if there[n]}
    return found


def streams(by_second, sources):
    everything = (one for signs in by_second.values() for one in signs)
    return {one.stream for one in everything if one.source in sources}


def live_by_beats(by_second, sources, device, there):
    alive, waiting = False, []
    for second in range(len(there)):
        kinds = {
            one.kind
            for one in by_second.get(second, ())
            if one.source in sources and one.stream == device
        }
        if kinds:
            if alive and len(waiting) <= SILENCE:
                for past in waiting:
                    there[past] = 1
            alive, waiting = SignKind.OUT not in kinds, []
        if alive:
            waiting.append(second)


def live_by_changes(by_second, there):
    """Connections, each with the seconds that wait for evidence of it."""
    waiting = {}
    for second in range(len(there)):
        told = [
            one
            for one in by_second.get(second, ())
            if one.source in (Source.PROVIDER, Source.POLL)
        ]
        for one in sorted(told, key=lambda one: RANK.index(one.kind)):
            for connection in proven(one, waiting):
                for past in waiting[connection]:
                    there[past] = 1
                waiting[connection] = []
            change(one, waiting)
        for seconds in waiting.values():
            seconds.append(second)


def proven(one, waiting):
    """The connections of which a sign shows that they lasted until now."""
    if one.source is Source.POLL:
        return set(waiting)
    if one.stream in waiting:
        return {one.stream} | ({None} & set(waiting) if one.kind != "out" else set())
    return {None} & set(waiting)


def change(one, waiting):
    """None is the connection that a poll saw and nobody named."""
    leaves = one.kind is SignKind.OUT
    if one.source is Source.POLL:
        if leaves:
            waiting.clear()
        elif not waiting:
            waiting[None] = []
    elif leaves:
        waiting.pop(one.stream if one.stream in waiting else None, None)
    else:
        waiting.pop(None, None)
        waiting.setdefault(one.stream, [])


def fill(there):
    """Holes shorter than a minute, in place."""
    last = None
    for second in range(len(there)):
        if there[second]:
            if last is not None and second - last - 1 < SHORTEST_HOLE:
                there[last:second] = b"\x01" * (second - last)
            last = second
