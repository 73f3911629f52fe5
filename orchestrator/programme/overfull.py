"""Why talks do not fit: which session is over, and by how many minutes."""

from collections.abc import Sequence
from datetime import timedelta
from math import ceil

from orchestrator.errors import Invalid
from orchestrator.programme.arrange import STEP, overrun, shared
from orchestrator.programme.errors import DoesNotFit, NoSuitableSession, Overlap
from orchestrator.programme.fit import Filling, Frame, Misfit, Piece, Rules, fill
from orchestrator.programme.frames import name_of, told
from orchestrator.programme.hours import hours_of

_MINUTE = timedelta(minutes=1)


def reason(frames: Sequence[Frame], loose: Sequence[Piece], rules: Rules) -> Invalid:
    """The error that says what to change; ``rules.unit`` is the shortest one."""
    return (
        _too_long(frames, loose, rules)
        or _own_talks(frames, rules)
        or _unsuited(frames, loose, rules)
        or _all_talks(frames, loose, rules)
        or _crowded(frames, loose)
    )


def _too_long(
    frames: Sequence[Frame], loose: Sequence[Piece], rules: Rules
) -> DoesNotFit | None:
    """A talk that is longer than its session, or than any session."""
    alone = [(frame, piece) for frame in frames for piece in frame.pieces]
    if closed := [frame for frame in frames if frame.closed]:
        roomiest = max(closed, key=lambda frame: frame.ends - frame.starts)
        alone += [(roomiest, piece) for piece in loose]
    for frame, piece in alone:
        over = piece.lasts(rules.unit) - (frame.ends - frame.starts)
        if over > timedelta():
            minutes = _minutes(over)
            return DoesNotFit(
                f"{name_of(frame.session, rules.zone)} is over by {minutes} minutes: "
                f"{told(piece.talk)} alone is longer. Shorten it, or lengthen the "
                "session.",
                session=frame.session.title,
                minutes=minutes,
                talk=piece.talk.title,
            )
    return None


def _own_talks(frames: Sequence[Frame], rules: Rules) -> Invalid | None:
    """A session whose own talks are too much, or are given at the same time."""
    for frame in frames:
        try:
            Filling(frame, (piece for piece in frame.pieces if piece.at), rules)
        except Misfit as misfit:
            return Overlap(
                f"{told(misfit.piece.talk)} has no room at the time it is given in "
                f"{name_of(frame.session, rules.zone)}. Correct its time.",
                both=[misfit.piece.talk.title],
            )
        if over := overrun(frame, frame.pieces, rules):
            return _over(frame, frame.pieces, over, rules)
    return None


def _unsuited(
    frames: Sequence[Frame], loose: Sequence[Piece], rules: Rules
) -> NoSuitableSession | None:
    """A talk that could not be given in any session even if it were alone."""
    own = [(frame, piece) for frame in frames for piece in frame.pieces]
    closed = [frame for frame in frames if frame.closed]
    for at_home, piece in [*own, *((None, piece) for piece in loose)]:
        homes = closed if at_home is None or at_home in closed else [at_home, *closed]
        if piece.is_bound and not any(_holds(one, piece, rules) for one in homes):
            return _never(piece)
    return None


def _holds(frame: Frame, piece: Piece, rules: Rules) -> bool:
    given = [one for one in frame.pieces if one.at]
    try:
        fill(frame, [*given, piece], rules)
    except Misfit:
        return False
    return True


def _never(piece: Piece) -> NoSuitableSession:
    return NoSuitableSession(
        f"{told(piece.talk)} cannot be given in any session: {wish(piece)}. Change "
        "that, or add a session that suits.",
        talk=piece.talk.title,
    )


def wish(piece: Piece) -> str:
    """What a talk asks for, in words."""
    wishes = []
    if piece.talk.not_before is not None:
        wishes.append(f"it is not to begin before {piece.talk.not_before:%H:%M}")
    wishes.extend(
        f"{person.name} speaks from {hours[0]:%H:%M} to {hours[1]:%H:%M} "
        f"in {person.zone}"
        for person in piece.talk.speakers
        if (hours := hours_of(person)) is not None
    )
    return " and ".join(wishes)


def _all_talks(
    frames: Sequence[Frame], loose: Sequence[Piece], rules: Rules
) -> DoesNotFit | None:
    """The session that is most over when the talks are split as well as can be."""
    held = [frame.pieces for frame in frames]
    shares = shared(frames, loose, held, rules, strict=False) or []
    over = [
        (overrun(frame, share, rules), frame, share)
        for frame, share in zip(frames, shares, strict=False)
        if frame.closed
    ]
    most, frame, share = max(over, key=lambda one: one[0])
    return _over(frame, share, most, rules) if most else None


def _over(
    frame: Frame, pieces: Sequence[Piece], over: timedelta, rules: Rules
) -> DoesNotFit:
    minutes = _minutes(over)
    elastic = any(piece.length is None for piece in pieces)
    shortest = f" even with talks of {STEP // _MINUTE} minutes" if elastic else ""
    return DoesNotFit(
        f"{name_of(frame.session, rules.zone)} is over by {minutes} minutes"
        f"{shortest}. Shorten a talk, move one to another session, or lengthen the "
        "session.",
        session=frame.session.title,
        minutes=minutes,
    )


def _crowded(frames: Sequence[Frame], loose: Sequence[Piece]) -> Invalid:
    """Each would fit alone; it is the times asked for that leave no room."""
    pieces = [*(piece for frame in frames for piece in frame.pieces), *loose]
    bound = [piece for piece in pieces if piece.is_bound]
    wishes = "; ".join(f"{told(piece.talk)}: {wish(piece)}" for piece in bound)
    return NoSuitableSession(
        f"The talks do not fit together with the times asked for ({wishes}). Change "
        "one of them, or lengthen a session.",
        talk=bound[0].talk.title if bound else "",
    )


def _minutes(over: timedelta) -> int:
    return ceil(over / _MINUTE)
