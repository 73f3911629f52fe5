"""One session: pieces of known length put into the free time of its window."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from orchestrator.programme.hours import Span, allowed, is_bound
from orchestrator.programme.model import Session, Talk

_ALWAYS = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What holds for the whole event.

    ``unit`` is the length of a contributed talk, ``zone`` the event's.
    """

    unit: timedelta
    changeover: timedelta
    zone: ZoneInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A talk to be placed.

    ``page`` is its position on the page, ``at`` the start it was given (UTC).
    It lasts ``length``, or ``units`` times the unit when that is None.
    """

    talk: Talk
    page: int
    at: datetime | None = None
    length: timedelta | None = None
    units: int = 1

    @property
    def is_bound(self) -> bool:
        """Whether it may have to wait; a time that was given is kept anyhow."""
        return self.at is None and is_bound(self.talk)

    @property
    def is_talk(self) -> bool:
        return self.talk.kind.is_talk

    def lasts(self, unit: timedelta) -> timedelta:
        return self.units * unit if self.length is None else self.length


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """A session without its fillers: where pieces can be put.

    ``starts`` and ``ends`` are in UTC. A frame that is not ``closed`` has no
    end of its own: it takes no more talks than it names and ends with them.
    ``filler`` is the discussion that a former timetable put at its end.
    """

    session: Session
    starts: datetime
    ends: datetime
    closed: bool
    pieces: tuple[Piece, ...]
    filler: Talk | None = None

    @property
    def window(self) -> Span:
        return Span(self.starts, self.ends)


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """A piece in time, in UTC."""

    piece: Piece
    starts: datetime
    ends: datetime


class Misfit(Exception):
    """A piece found no place; never leaves these rules."""

    def __init__(self, piece: Piece) -> None:
        super().__init__(piece.talk.title)
        self.piece = piece


class Filling:
    """The free time of one frame while pieces are put in, one after another."""

    def __init__(self, frame: Frame, given: Iterable[Piece], rules: Rules) -> None:
        self.frame = frame
        self.rules = rules
        self.cursor = frame.starts
        self.placed: list[Placement] = []
        self._after_talk = _ALWAYS
        for piece in given:
            self._fix(piece)

    def _fix(self, piece: Piece) -> None:
        """Put in a piece whose start is given."""
        starts = piece.at or self.frame.starts
        ends = starts + piece.lasts(self.rules.unit)
        overlaps = any(
            starts < other.ends and other.starts < ends for other in self.placed
        )
        if ends > self.frame.ends or overlaps:
            raise Misfit(piece)
        self.placed.append(Placement(piece=piece, starts=starts, ends=ends))
        self.placed.sort(key=lambda placement: placement.starts)

    def free_from(self, piece: Piece) -> datetime:
        """When ``piece`` could start after those put in, if nothing were given."""
        return max(self.cursor, self._after_talk) if piece.is_talk else self.cursor

    def earliest(self, piece: Piece, span: Span) -> datetime | None:
        """The first start from the cursor on at which ``piece`` lies in ``span``."""
        length = piece.lasts(self.rules.unit)
        starts = max(self.free_from(piece), span.starts)
        for other in self.placed:
            both = piece.is_talk and other.piece.is_talk
            gap = self.rules.changeover if both else timedelta()
            if starts + length + gap <= other.starts:
                break
            starts = max(starts, other.ends + gap)
        return starts if starts + length <= span.ends else None

    def push(self, piece: Piece, starts: datetime) -> None:
        """Put ``piece`` in at ``starts``; the next ones come after it."""
        ends = starts + piece.lasts(self.rules.unit)
        self._pass(Placement(piece=piece, starts=starts, ends=ends))

    def skip(self, given: Piece) -> None:
        """The next pieces come after ``given``, which is in already."""
        self._pass(next(one for one in self.placed if one.piece is given))

    def _pass(self, placement: Placement) -> None:
        self.cursor = max(self.cursor, placement.ends)
        if placement.piece.is_talk:
            after = placement.ends + self.rules.changeover
            self._after_talk = max(self._after_talk, after)


def fill(frame: Frame, pieces: Sequence[Piece], rules: Rules) -> tuple[Placement, ...]:
    """``pieces`` in time order, those with a given start there.

    The others keep their order. They come after the given ones that the page
    has before them, if that fits; else they fill the gaps as they come. One
    that must wait is overtaken by those that need not. Raises ``Misfit``.
    """
    if any(piece.at for piece in pieces):
        try:
            return _filled(frame, pieces, rules, in_page_order=True)
        except Misfit:
            pass
    return _filled(frame, pieces, rules, in_page_order=False)


def _filled(
    frame: Frame, pieces: Sequence[Piece], rules: Rules, *, in_page_order: bool
) -> tuple[Placement, ...]:
    """As ``fill``; a piece that would come too late is given its first moment."""
    own = {piece.page: piece for piece in pieces}
    pieces = list(pieces)
    while True:
        try:
            placed = _in_turn(frame, pieces, rules, in_page_order=in_page_order)
        except Misfit as misfit:
            late = misfit.piece
            if not late.is_bound:
                raise Misfit(own[late.page]) from misfit
            index = next(i for i, piece in enumerate(pieces) if piece is late)
            pieces[index] = replace(late, at=_first_moment(frame, pieces, late, rules))
        else:
            return tuple(replace(one, piece=own[one.piece.page]) for one in placed)


def _first_moment(
    frame: Frame, pieces: Sequence[Piece], late: Piece, rules: Rules
) -> datetime:
    filling = Filling(frame, (one for one in pieces if one.at), rules)
    moment = _soonest(filling, late)
    if moment is None:
        raise Misfit(late)
    return moment


def _in_turn(
    frame: Frame, pieces: Sequence[Piece], rules: Rules, *, in_page_order: bool
) -> tuple[Placement, ...]:
    filling = Filling(frame, (piece for piece in pieces if piece.at), rules)
    done: list[Placement] = []
    waiting = [piece for piece in pieces if in_page_order or piece.at is None]
    while waiting:
        piece, starts = _next(filling, waiting)
        waiting.remove(piece)
        if starts is None:
            filling.skip(piece)
            continue
        filling.push(piece, starts)
        ends = starts + piece.lasts(rules.unit)
        done.append(Placement(piece=piece, starts=starts, ends=ends))
    every = (*filling.placed, *done)
    return tuple(sorted(every, key=lambda placement: placement.starts))


def _next(filling: Filling, waiting: Sequence[Piece]) -> tuple[Piece, datetime | None]:
    """The first piece that need not wait for its hours, else the soonest.

    Its start comes with it, None for a piece that has its place already.
    """
    delayed: list[tuple[datetime, int]] = []
    for index, piece in enumerate(waiting):
        if piece.at is not None:
            # One that waits is not pushed behind a given time it would precede.
            if not delayed or min(delayed)[0] >= piece.at:
                return piece, None
            break
        soonest = _soonest(filling, piece)
        if soonest is None:
            raise Misfit(piece)
        free = filling.earliest(piece, filling.frame.window)
        if soonest == free:
            return piece, soonest
        delayed.append((soonest, index))
    starts, index = min(delayed)
    return waiting[index], starts


def _soonest(filling: Filling, piece: Piece) -> datetime | None:
    if not piece.is_bound:
        return filling.earliest(piece, filling.frame.window)
    spans = allowed(piece.talk, filling.frame.window, filling.rules.zone)
    starts = (filling.earliest(piece, span) for span in spans)
    return min((one for one in starts if one is not None), default=None)
