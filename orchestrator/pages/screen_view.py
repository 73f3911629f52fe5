"""Values of ``/e/{slug}/screen``: one session to be projected, read from afar.

It shows what everybody may know: who is on, what is left of what was promised, who
comes next, and the clock. That a talk is over its time is not shown.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from orchestrator.ids import SessionId
from orchestrator.pages.frame import Frame
from orchestrator.pages.meeting import event_frame
from orchestrator.pages.moment import moment_of, session_of
from orchestrator.pages.room_stage_view import (
    NOTHING,
    Announcement,
    Asked,
    Current,
    announcement,
    current_view,
)
from orchestrator.pages.session_view import find_session
from orchestrator.pages.slot_view import Naming, SlotView, slot_view
from orchestrator.pages.times import Times, digits, times_for
from orchestrator.pages.words import words
from orchestrator.programme.model import Event, TimedSession


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenStage:
    """What the screen of one session shows; ``key`` ends the id of its element.

    ``left`` is the time that ``current`` has, as ``m:ss``. ``following`` is None
    after the last one; ``soon`` once its promised start is past.
    """

    key: str
    version: int
    session: str
    current: Current | None
    left: str
    following: SlotView | None
    soon: bool
    announcement: Announcement | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenPage:
    """A page without anything around it: one session, and a large clock."""

    template: ClassVar[str] = "screen.html"

    frame: Frame
    stage: ScreenStage | None


def screen_page(
    event: Event,
    session: SessionId | None,
    *,
    now: datetime,
    language: str,
    asked: Asked = NOTHING,
) -> ScreenPage:
    """The screen of ``session``; without one of what is under way, or comes next.

    Raises ``NoSuchSession``, ``SessionWithdrawn``.
    """
    times, moment = (
        times_for(language, event.programme.zone, None),
        moment_of(event, now),
    )
    timed = _chosen(event, session, now)
    say = words(language).gettext
    return ScreenPage(
        frame=event_frame(
            event,
            moment,
            times,
            title=say("Big screen"),
            here="screen",
            live=True,
            stage=True,
        ),
        stage=screen_stage(event, timed, now, times, asked) if timed else None,
    )


def screen_stage(
    event: Event,
    timed: TimedSession,
    now: datetime,
    times: Times,
    asked: Asked = NOTHING,
) -> ScreenStage:
    """What the screen of ``timed``, a session of ``event``, shows at ``now``."""
    moment = moment_of(event, now, room=timed.session.room)
    number = event.timetable.sessions.index(timed) + 1
    slot = next((one for one in moment.current if one in timed.slots), None)
    after = next((one for one in moment.ahead if one in timed.slots), None)
    return ScreenStage(
        key=f"-{timed.session.id}",
        version=event.revision,
        session=Naming(language=times.language).session(timed.session, number),
        current=current_view(event, slot, moment, times, asked) if slot else None,
        left=digits(slot.ends - now) if slot else "",
        following=(
            slot_view(event, after, moment, times, was=asked.was.get(after.talk.id))
            if after
            else None
        ),
        soon=after is not None and after.starts <= now,
        announcement=announcement(timed, asked.messages, times),
    )


def _chosen(
    event: Event, session: SessionId | None, now: datetime
) -> TimedSession | None:
    if session is not None:
        return find_session(event, session)[1]
    moment = moment_of(event, now)
    slot = next(iter((*moment.current, *moment.ahead)), None)
    if slot is not None:
        return session_of(event, slot)
    return next(reversed(event.timetable.sessions), None)
