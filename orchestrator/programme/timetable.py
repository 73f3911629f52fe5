"""From programme to timetable: every talk gets a start and an end.

Times that the source gives are kept. The other talks have one unit for the
whole event: a contributed talk or a discussion lasts one, an invited talk two,
a break 15 minutes, unless a ``duration`` is given. The unit is as long as fits,
in steps of five minutes. Talks without a session are split over the sessions
in the order of the page (``split.py``); what is left of a window is a
discussion at its end, a *filler*. All arithmetic is on UTC instants, so a
session across a change of clocks keeps its real length.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from orchestrator.programme import overfull
from orchestrator.programme.arrange import STEP, Arrangement, longest
from orchestrator.programme.clash import refuse_clashes
from orchestrator.programme.fit import Frame, Piece, Placement, Rules
from orchestrator.programme.frames import frames_of, told, unfilled
from orchestrator.programme.hours import Span, allowed, has_hours, zone_of
from orchestrator.programme.model import (
    Kind,
    Programme,
    Remark,
    Slot,
    Talk,
    TimedSession,
    Timetable,
)
from orchestrator.programme.years import refuse_years

_LONGEST = timedelta(days=1)


def lay_out(programme: Programme) -> Timetable:
    """Every talk of ``programme`` in its slot, in the event's zone.

    A talk that waits for its time (``not_before``, hours of a speaker) may be
    overtaken, or go to another session; ``moved`` tells which. Raises
    ``DoesNotFit``, ``NoSuitableSession``, ``SpeakerTwice``, ``Overlap``,
    ``NoWindow``, ``NoSession``, ``OutsideWindow`` or ``BadTimes``.
    """
    zone = zone_of(programme.zone, of="the meeting")
    refuse_years(programme)
    frames, arrangement = _arranged(programme, zone)
    sessions = tuple(
        _timed(frame, placements, zone)
        for frame, placements in zip(frames, arrangement, strict=True)
    )
    refuse_clashes(sessions, zone)
    return Timetable(sessions=sessions)


def without_fillers(programme: Programme) -> Programme:
    """``programme`` without the discussions that a timetable added to it."""
    sessions = tuple(unfilled(session)[0] for session in programme.sessions)
    return replace(programme, sessions=sessions)


def moved(programme: Programme, timetable: Timetable) -> tuple[Remark, ...]:
    """Why talks are not where the page has them, one remark each.

    Also names talks whose time was given by the source although their speaker
    cannot be expected to speak then.
    """
    zone = zone_of(programme.zone, of="the meeting")
    usual = _usual(programme, zone)
    remarks: list[Remark] = []
    for timed in timetable.sessions:
        for slot in timed.slots:
            if slot.talk.not_before is None and not _far(slot.talk):
                continue
            if slot.talk.starts is not None:
                remarks.extend(_outside_hours(slot, zone))
            elif _is_early(slot, former := usual.get(slot.talk), zone):
                remarks.append(_remark(slot, former, timed.session.title))
    return tuple(remarks)


def _arranged(
    programme: Programme, zone: ZoneInfo
) -> tuple[Sequence[Frame], Arrangement]:
    frames, loose = frames_of(programme, zone)
    rules = Rules(unit=_LONGEST, changeover=programme.changeover, zone=zone)
    found = longest(frames, loose, rules)
    if found is None:
        raise overfull.reason(frames, loose, replace(rules, unit=STEP))
    return frames, found[1]


def _timed(
    frame: Frame, placements: Sequence[Placement], zone: ZoneInfo
) -> TimedSession:
    slots = [
        Slot(
            talk=one.piece.talk,
            starts=one.starts.astimezone(zone),
            ends=one.ends.astimezone(zone),
        )
        for one in placements
    ]
    last = placements[-1].ends if placements else frame.starts
    if frame.closed and last < frame.ends:
        _fill_rest(slots, frame, placements, zone)
    session = frame.session
    return TimedSession(
        session=replace(
            session,
            starts=session.starts and session.starts.astimezone(zone),
            ends=session.ends and session.ends.astimezone(zone),
            talks=tuple(slot.talk for slot in slots),
        ),
        slots=tuple(slots),
    )


def _fill_rest(
    slots: list[Slot],
    frame: Frame,
    placements: Sequence[Placement],
    zone: ZoneInfo,
) -> None:
    """Give what is left to a discussion: the one that comes last, or a filler."""
    ends = frame.ends.astimezone(zone)
    last = placements[-1].piece if placements else None
    if last and last.talk.kind is Kind.DISCUSSION and _can_last(last):
        slots[-1] = replace(slots[-1], ends=ends)
        return
    filler = frame.filler or Talk(title="", kind=Kind.DISCUSSION)
    starts = slots[-1].ends if slots else frame.starts.astimezone(zone)
    slots.append(Slot(talk=filler, starts=starts, ends=ends))


def _can_last(piece: Piece) -> bool:
    return piece.length is None and not piece.is_bound


def _far(talk: Talk) -> bool:
    return any(map(has_hours, talk.speakers))


def _usual(programme: Programme, zone: ZoneInfo) -> dict[Talk, datetime]:
    """Where bound talks would be if they were not, by talk.

    Empty when the talks fit only because some of them had to go elsewhere.
    """
    programme = without_fillers(programme)
    bare = replace(
        programme,
        talks=tuple(map(_unbound, programme.talks)),
        sessions=tuple(
            replace(session, talks=tuple(map(_unbound, session.talks)))
            for session in programme.sessions
        ),
    )
    frames, loose = frames_of(bare, zone)
    rules = Rules(unit=_LONGEST, changeover=programme.changeover, zone=zone)
    if (found := longest(frames, loose, rules)) is None:
        return {}
    starts = {id(one.piece.talk): one.starts for placed in found[1] for one in placed}
    pairs = zip(programme.all_talks, bare.all_talks, strict=True)
    return {talk: starts[id(same)] for talk, same in pairs}


def _unbound(talk: Talk) -> Talk:
    speakers = tuple(replace(person, zone="", hours=()) for person in talk.speakers)
    return replace(talk, not_before=None, speakers=speakers)


def _is_early(slot: Slot, former: datetime | None, zone: ZoneInfo) -> bool:
    """Whether the talk could not be given where the page has it."""
    if former is None:
        return True
    length = slot.ends.astimezone(UTC) - slot.starts.astimezone(UTC)
    window = Span(former, former + length)
    return allowed(slot.talk, window, zone) != (window,)


def _remark(slot: Slot, former: datetime | None, session: str) -> Remark:
    where = f" ({session})" if session else ""
    wish = overfull.wish(Piece(talk=slot.talk, page=0))
    text = f"{told(slot.talk)} is at {slot.starts:%Y-%m-%d %H:%M}{where}"
    if former is None:
        return Remark(line=0, text=f"{text}: {wish}.")
    then = former.astimezone(slot.starts.tzinfo)
    page = f", not at {then:%Y-%m-%d %H:%M} as on the page"
    return Remark(line=0, text=f"{text}{page}: {wish}{_there(slot.talk, then)}.")


def _there(talk: Talk, moment: datetime) -> str:
    clocks = [
        f"{moment.astimezone(ZoneInfo(person.zone)):%H:%M} in {person.zone}"
        for person in talk.speakers
        if has_hours(person)
    ]
    return f" ({moment:%H:%M} is {', '.join(clocks)})" if clocks else ""


def _outside_hours(slot: Slot, zone: ZoneInfo) -> Sequence[Remark]:
    if not _is_early(slot, slot.starts.astimezone(UTC), zone):
        return ()
    wish = overfull.wish(Piece(talk=slot.talk, page=0))
    return (
        Remark(
            line=0,
            text=f"{told(slot.talk)} is kept at {slot.starts:%Y-%m-%d %H:%M}, the time "
            f"it was given, although {wish}{_there(slot.talk, slot.starts)}.",
        ),
    )
