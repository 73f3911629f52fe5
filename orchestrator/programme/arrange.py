"""Which session takes which talks, at the longest unit for which all fit."""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from itertools import accumulate, count

from orchestrator.programme.fit import (
    Filling,
    Frame,
    Misfit,
    Piece,
    Placement,
    Rules,
    fill,
)
from orchestrator.programme.hours import Span
from orchestrator.programme.split import Space, split

STEP = timedelta(minutes=5)
"""Lengths are multiples of this, and never less."""

_GRAIN = timedelta(microseconds=1)

Arrangement = tuple[tuple[Placement, ...], ...]
"""The placements of each frame, in time order."""


def longest(
    frames: Sequence[Frame], loose: Sequence[Piece], rules: Rules
) -> tuple[timedelta, Arrangement] | None:
    """The longest unit, at most ``rules.unit``, at which all fit, and how.

    None when they do not fit even at ``STEP``.
    """
    if (found := _longest(frames, loose, rules)) is None:
        return None
    # Where talks had to go elsewhere, their new places may allow a longer unit,
    # and laying out again what was laid out must not change it.
    if not any(piece.at or piece.is_bound for piece in _every(frames, loose)):
        return found
    seen: list[list[list[Span]]] = []
    while (times := _times(found[1])) not in seen:
        seen.append(times)
        again = _longest(_settled(frames, found[1]), (), rules) or found
        # Of equally long units the latter, which is laid out again the same.
        found = max(again, found, key=lambda one: one[0])
    return found


def _times(arrangement: Arrangement) -> list[list[Span]]:
    return [[Span(one.starts, one.ends) for one in placed] for placed in arrangement]


def _longest(
    frames: Sequence[Frame], loose: Sequence[Piece], rules: Rules
) -> tuple[timedelta, Arrangement] | None:
    """Tried downwards, not by halving.

    With hours to respect, a shorter unit may fail where a longer one fits.
    """
    if arranged(frames, loose, replace(rules, unit=STEP)) is None:
        return None
    unit = max(STEP, min(rules.unit, _most(frames, loose)) // STEP * STEP)
    while True:
        arrangement = arranged(frames, loose, replace(rules, unit=unit))
        if arrangement is not None:
            return unit, arrangement
        unit -= STEP


def _settled(frames: Sequence[Frame], arrangement: Arrangement) -> list[Frame]:
    """The frames holding what the arrangement gave them: its order is the page's."""
    pages = count()
    return [
        replace(
            frame,
            pieces=tuple(replace(one.piece, page=next(pages)) for one in placed),
        )
        for frame, placed in zip(frames, arrangement, strict=True)
    ]


def _every(frames: Sequence[Frame], loose: Sequence[Piece]) -> Iterator[Piece]:
    for frame in frames:
        yield from frame.pieces
    yield from loose


def _most(frames: Sequence[Frame], loose: Sequence[Piece]) -> timedelta:
    """A unit that is surely not exceeded, by counting the time there is."""
    closed = [frame for frame in frames if frame.closed]
    longest_window = max((_size(frame) for frame in closed), default=STEP)
    bounds = [longest_window]
    for frame in closed:
        staying = [piece for piece in frame.pieces if not piece.is_bound]
        bounds.append(_share(_size(frame), staying))
    everything = [piece for frame in closed for piece in frame.pieces]
    every_window = sum(map(_size, closed), timedelta())
    bounds.append(_share(every_window, [*everything, *loose]))
    return min(bounds)


def _share(time: timedelta, pieces: Sequence[Piece]) -> timedelta:
    """What each unit of ``pieces`` may have of ``time``."""
    units = sum(piece.units for piece in pieces if piece.length is None)
    fixed = sum((piece.length or timedelta() for piece in pieces), timedelta())
    return (time - fixed) / units if units else timedelta.max


def _size(frame: Frame) -> timedelta:
    return frame.ends - frame.starts


@dataclass(slots=True)
class _Attempt:
    """Where talks that cannot stay where the page has them are sent.

    ``pins`` leads from a piece's page position to its frame; ``refused`` to the
    frames in which it cannot be given.
    """

    frames: Sequence[Frame]
    loose: Sequence[Piece]
    rules: Rules
    pins: dict[int, int] = field(default_factory=dict)
    refused: dict[int, set[int]] = field(default_factory=dict)

    def held(self) -> list[list[Piece]]:
        """What each frame holds before the loose pieces are split."""
        own = [
            [piece for piece in frame.pieces if piece.page not in self.pins]
            for frame in self.frames
        ]
        for piece in _every(self.frames, self.loose):
            if (frame := self.pins.get(piece.page)) is not None:
                own[frame].append(piece)
        return [sorted(one, key=lambda piece: piece.page) for one in own]

    def evict(self) -> bool:
        """Send away what could not stay even alone; whether that succeeds."""
        return all(
            self.send_away(piece, index)
            for index, frame in enumerate(self.frames)
            for piece in frame.pieces
            if piece.is_bound
            and not self._takes(index, piece, [one for one in frame.pieces if one.at])
        )

    def send_away(self, piece: Piece, frame: int) -> bool:
        """Find another session for ``piece``; whether there is one."""
        refused = self.refused.setdefault(piece.page, set())
        refused.add(frame)
        held = self.held()
        others = sorted(
            (abs(other - frame), -other)
            for other in range(len(self.frames))
            if other not in refused and self.frames[other].closed
        )
        for _, other in others:
            if self._takes(-other, piece, held[-other]):
                self.pins[piece.page] = -other
                return True
        return False

    def _takes(self, frame: int, piece: Piece, held: Sequence[Piece]) -> bool:
        both = sorted((*held, piece), key=lambda one: one.page)
        try:
            fill(self.frames[frame], both, self.rules)
        except Misfit:
            return False
        return True


def arranged(
    frames: Sequence[Frame], loose: Sequence[Piece], rules: Rules
) -> Arrangement | None:
    """All pieces placed at ``rules.unit``, None when they do not fit.

    The page is followed first. A talk that cannot be given where it falls goes
    to the nearest session that suits, and the rest is split again.
    """
    attempt = _Attempt(frames, loose, rules)
    if not attempt.evict():
        return None
    # Every round but the last refuses a session to a talk that is bound.
    while True:
        shares = shared(frames, loose, attempt.held(), rules)
        if shares is None:
            return None
        placed: list[tuple[Placement, ...]] = []
        stays = True
        for index, (frame, pieces) in enumerate(zip(frames, shares, strict=True)):
            try:
                placed.append(fill(frame, pieces, rules))
            except Misfit as misfit:
                stays = False
                bound = misfit.piece.is_bound
                if not bound or not attempt.send_away(misfit.piece, index):
                    return None
        if stays:
            return tuple(placed)


def shared(
    frames: Sequence[Frame],
    loose: Sequence[Piece],
    held: Sequence[Sequence[Piece]],
    rules: Rules,
    *,
    strict: bool = True,
) -> list[list[Piece]] | None:
    """The pieces of each frame in page order: those held, and a block of the rest.

    Loose pieces that are held already are left out of the blocks. Without
    ``strict`` blocks may be longer than their window, so that it can be said
    which session is over.
    """
    pinned = {piece.page for one in held for piece in one}
    row = [piece for piece in loose if piece.page not in pinned]
    spaces = _spaces(frames, held, row, rules, strict=strict)
    if spaces is None:
        return None
    if not row:
        return [list(pieces) for pieces in held]
    counts = split([_load(piece, rules) for piece in row], spaces)
    if counts is None:
        return None
    rest = iter(row)
    blocks = ([next(rest) for _ in range(number)] for number in counts)
    return [
        sorted((*pieces, *block), key=lambda piece: piece.page)
        for pieces, block in zip(held, blocks, strict=True)
    ]


def _load(piece: Piece, rules: Rules) -> int:
    """What a piece takes of its session, its changeover included, in microseconds."""
    length = piece.lasts(rules.unit)
    return (length + rules.changeover if piece.is_talk else length) // _GRAIN


def _spaces(
    frames: Sequence[Frame],
    held: Sequence[Sequence[Piece]],
    row: Sequence[Piece],
    rules: Rules,
    *,
    strict: bool,
) -> list[Space] | None:
    """The frames as the split sees them; None if one is over already."""
    lengths = [piece.lasts(rules.unit) for piece in row]
    if even := not rules.changeover or all(piece.is_talk for piece in row):
        lengths = [length + rules.changeover for length in lengths]
    sums = [timedelta(), *accumulate(lengths)]
    spaces = []
    for frame, pieces in zip(frames, held, strict=True):
        load = sum(_load(piece, rules) for piece in pieces) if frame.closed else 0
        filling = _begun(frame, pieces, rules)
        if filling is None and strict:
            return None
        reach: Callable[[int], int]
        if not frame.closed:
            reach = int
        elif filling is None or not strict:
            reach = partial(max, len(row))
        elif even and not filling.placed:
            reach = partial(_counted, filling, row, sums)
        else:
            reach = partial(_tried, filling, row)
        spaces.append(Space(load, _size(frame) // _GRAIN, reach))
    return spaces


def _tried(filling: Filling, row: Sequence[Piece], first: int) -> int:
    """The first piece of ``row`` that no longer fits after ``first``…"""
    trial = copy(filling)
    for index in range(first, len(row)):
        if not _pushed(trial, row[index]):
            return index
    return len(row)


def _counted(
    filling: Filling, row: Sequence[Piece], sums: Sequence[timedelta], first: int
) -> int:
    """The same by counting, where nothing is given and each has its changeover."""
    if first == len(row):
        return first
    starts = filling.free_from(row[first])
    spare = filling.frame.ends - starts
    if row[first].is_talk:
        spare += filling.rules.changeover
    return max(first, bisect_right(sums, sums[first] + spare) - 1)


def _begun(frame: Frame, held: Sequence[Piece], rules: Rules) -> Filling | None:
    """The frame with what it holds put in, whatever hours these need."""
    try:
        filling = Filling(frame, (piece for piece in held if piece.at), rules)
    except Misfit:
        return None
    waiting = (piece for piece in held if piece.at is None)
    return filling if all(_pushed(filling, piece) for piece in waiting) else None


def _pushed(filling: Filling, piece: Piece) -> bool:
    starts = filling.earliest(piece, filling.frame.window)
    if starts is None:
        return False
    filling.push(piece, starts)
    return True


def overrun(frame: Frame, pieces: Sequence[Piece], rules: Rules) -> timedelta:
    """By how much ``pieces``, one after another, are too long for ``frame``."""
    far = frame.ends + sum((piece.lasts(rules.unit) for piece in pieces), _size(frame))
    wide = replace(frame, ends=far + rules.changeover * len(pieces))
    filling = _begun(wide, pieces, rules)
    last = filling.cursor if filling else frame.ends
    return max(timedelta(), last - frame.ends)
