"""From sessions and talks to frames and pieces: what is given, what is open."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count, pairwise
from zoneinfo import ZoneInfo

from orchestrator.programme.errors import (
    BadTimes,
    NoSession,
    NoWindow,
    OutsideWindow,
    Overlap,
)
from orchestrator.programme.fit import Frame, Piece
from orchestrator.programme.model import Kind, Programme, Session, Talk

# A coffee break; meeting pages that name no length seldom mean another.
_BREAK = timedelta(minutes=15)
# Only where a page gives a last talk's start and nothing else to go by.
_LAST_TALK = timedelta(minutes=30)
# A session without an end of its own ends with its last talk, on its day.
_LONGEST = timedelta(days=1)

_UNITS = {Kind.INVITED: 2}


def is_filler(talk: Talk) -> bool:
    """Whether ``talk`` looks like the discussion a timetable ends a session with."""
    return talk.kind is Kind.DISCUSSION and not (
        talk.title
        or talk.abstract
        or talk.speakers
        or talk.links
        or talk.duration
        or talk.starts
        or talk.ends
        or talk.not_before
    )


def unfilled(session: Session) -> tuple[Session, Talk | None]:
    """``session`` without the fillers at its end, and the first of them."""
    talks, filler = list(session.talks), None
    while talks and is_filler(talks[-1]):
        filler = talks.pop()
    return replace(session, talks=tuple(talks)), filler


def frames_of(
    programme: Programme, zone: ZoneInfo
) -> tuple[tuple[Frame, ...], tuple[Piece, ...]]:
    """The frames in time order, and the pieces that have no session yet."""
    pages = count()
    frames = [_frame(session, pages, zone) for session in programme.sessions]
    frames.sort(key=lambda frame: frame.starts)
    loose = _pieces(programme.talks, pages, open_ended=False)
    if loose and not frames:
        raise NoSession(
            f"{len(loose)} talks have no session to go to. Add a session with its "
            "times to the programme, as “Session 1 : 10h-12h”."
        )
    frames, loose = _admit_given(frames, loose, zone)
    if loose and not any(frame.closed for frame in frames):
        raise NoWindow(
            f"No session has both a start and an end, so {len(loose)} talks cannot "
            "be given a time. Add the times of a session, as 10:00-12:00.",
            session=frames[0].session.title,
        )
    return tuple(frames), tuple(loose)


def name_of(session: Session, zone: ZoneInfo) -> str:
    """A session in a sentence: its title and its window, as far as known."""
    if session.starts is None or session.ends is None:
        return session.title or "A session without a title"
    starts, ends = session.starts.astimezone(zone), session.ends.astimezone(zone)
    window = f"{starts:%Y-%m-%d %H:%M}–{ends:%H:%M}"
    return f"{session.title} ({window})" if session.title else f"Session {window}"


def told(talk: Talk) -> str:
    """A talk in a sentence: its title and who gives it."""
    title = f"“{talk.title}”" if talk.title else f"the untitled {talk.kind.value} talk"
    names = ", ".join(person.name for person in talk.speakers)
    return f"{title} by {names}" if names else title


def _frame(session: Session, pages: "count[int]", zone: ZoneInfo) -> Frame:
    session, filler = unfilled(session)
    closed = session.starts is not None and session.ends is not None
    pieces = _pieces(session.talks, pages, open_ended=session.ends is None)
    starts, ends = _window(session, pieces, zone)
    frame = Frame(
        session=session,
        starts=starts,
        ends=ends,
        closed=closed,
        pieces=tuple(pieces),
        filler=filler,
    )
    _check(frame, zone)
    return frame


def _window(
    session: Session, pieces: Sequence[Piece], zone: ZoneInfo
) -> tuple[datetime, datetime]:
    given = [piece.at for piece in pieces if piece.at]
    begins = session.starts or min(given, default=None)
    if begins is None:
        raise NoWindow(
            f"{name_of(session, zone)} has no times, nor have its talks. Add the "
            "window of the session, as 10:00-12:00, or a time to each talk.",
            session=session.title,
        )
    starts = begins.astimezone(UTC)
    if session.ends is None:
        _refuse_elastic(session, pieces, zone)
        latest = max((p.at + p.lasts(_BREAK) for p in pieces if p.at), default=starts)
        return starts, max(latest, starts + _LONGEST)
    ends = session.ends.astimezone(UTC)
    if ends <= starts:
        raise BadTimes(
            f"{name_of(session, zone)} ends before it starts. Correct its window."
        )
    return starts, ends


def _refuse_elastic(session: Session, pieces: Sequence[Piece], zone: ZoneInfo) -> None:
    elastic = next((piece for piece in pieces if piece.length is None), None)
    if elastic is not None or not pieces:
        what = f"{told(elastic.talk)} has no length" if elastic else "it has no talk"
        raise NoWindow(
            f"{name_of(session, zone)} has no end, and {what}. Add the end of the "
            "session, or a length to each of its talks.",
            session=session.title,
        )


def _check(frame: Frame, zone: ZoneInfo) -> None:
    """Refuse given times that leave the window or overlap each other."""
    given = sorted(
        ((piece.at, piece.page, piece) for piece in frame.pieces if piece.at),
        key=lambda one: one[:2],
    )
    for at, _, piece in given:
        if not frame.starts <= at <= frame.ends - _fixed(piece):
            raise _outside(piece, name_of(frame.session, zone), zone)
    for (at, _, piece), (next_at, _, following) in pairwise(given):
        if at + _fixed(piece) > next_at or at == next_at:
            raise Overlap(
                f"{told(piece.talk)} and {told(following.talk)} overlap in "
                f"{name_of(frame.session, zone)}: the second starts at "
                f"{next_at.astimezone(zone):%H:%M}, before the first ends. "
                "Correct one of the times.",
                both=[piece.talk.title, following.talk.title],
            )


def _fixed(piece: Piece) -> timedelta:
    return piece.length or timedelta()


def _outside(piece: Piece, where: str, zone: ZoneInfo) -> OutsideWindow:
    starts = (piece.at or datetime.max.replace(tzinfo=UTC)).astimezone(zone)
    return OutsideWindow(
        f"{told(piece.talk)}, at {starts:%Y-%m-%d %H:%M}, is not inside {where}. "
        "Correct its time, or the times of the session.",
        talk=piece.talk.title,
    )


def _pieces(
    talks: Sequence[Talk], pages: "count[int]", *, open_ended: bool
) -> list[Piece]:
    pieces = [_piece(talk, next(pages)) for talk in talks]
    for index, piece in enumerate(pieces):
        if piece.at is None or piece.length is not None:
            continue
        length = _until_next(pieces[index:])
        if length is None and open_ended:
            length = _like_before(pieces[:index], piece)
        pieces[index] = replace(piece, length=length)
    return pieces


def _piece(talk: Talk, page: int) -> Piece:
    starts, ends, length = talk.starts, talk.ends, talk.duration
    if starts is None and ends is not None:
        if length is None:
            raise BadTimes(f"{told(talk)} has an end and no start. Add its start.")
        starts = ends.astimezone(UTC) - length
    elif starts is not None and ends is not None:
        length = ends.astimezone(UTC) - starts.astimezone(UTC)
    elif length is None and talk.kind is Kind.BREAK and starts is None:
        length = _BREAK
    if length is not None and length <= timedelta():
        raise BadTimes(f"{told(talk)} ends before it starts. Correct its times.")
    return Piece(
        talk=talk,
        page=page,
        at=starts.astimezone(UTC) if starts else None,
        length=length,
        units=_UNITS.get(talk.kind, 1),
    )


def _until_next(pieces: Sequence[Piece]) -> timedelta | None:
    """A talk of which only the start is given lasts until the next given start."""
    at, following = pieces[0].at, pieces[1].at if len(pieces) > 1 else None
    if at is None or following is None or following <= at:
        return _BREAK if pieces[0].talk.kind is Kind.BREAK else None
    return following - at


def _like_before(before: Sequence[Piece], piece: Piece) -> timedelta:
    """The length of the last talk of that kind, where no window tells it."""
    kind = piece.talk.kind
    same = (one.length for one in reversed(before) if one.talk.kind is kind)
    return next((length for length in same if length), _LAST_TALK)


def _admit_given(
    frames: Sequence[Frame], loose: Sequence[Piece], zone: ZoneInfo
) -> tuple[list[Frame], list[Piece]]:
    """Each loose piece of given time goes into the session that is on then."""
    admitted = list(frames)
    for piece in loose:
        if piece.at is not None:
            index = _on_at(piece, admitted, zone)
            frame = admitted[index]
            admitted[index] = replace(frame, pieces=(*frame.pieces, piece))
    for frame in admitted:
        _check(frame, zone)
    return admitted, [piece for piece in loose if piece.at is None]


def _on_at(piece: Piece, frames: Sequence[Frame], zone: ZoneInfo) -> int:
    """Which session ``piece`` is given in; of two, one that is free then."""
    at = piece.at or datetime.max.replace(tzinfo=UTC)
    ends = at + _fixed(piece)
    on = [
        index
        for index, frame in enumerate(frames)
        if frame.starts <= at and ends <= frame.ends
    ]
    if not on:
        raise _outside(piece, "any session", zone)
    return next((index for index in on if _is_free(frames[index], at, ends)), on[0])


def _is_free(frame: Frame, starts: datetime, ends: datetime) -> bool:
    return not any(
        piece.at and piece.at < ends and starts < piece.at + _fixed(piece)
        for piece in frame.pieces
    )
