"""Values of ``/e/{slug}/s/{session}``: one session with its talks."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from orchestrator.errors import NotFound
from orchestrator.ids import SessionId, TalkId
from orchestrator.pages.frame import Frame
from orchestrator.pages.meeting import Meeting, event_frame, meeting
from orchestrator.pages.moment import Moment, SlotState, moment_of
from orchestrator.pages.slot_view import (
    NOTHING_MOVED,
    Kept,
    Naming,
    SessionView,
    session_href,
    session_view,
)
from orchestrator.pages.subscribe import Subscription, subscription
from orchestrator.pages.times import Times, capital, times_for
from orchestrator.programme.model import Event, TimedSession


class NoSuchSession(NotFound):
    """The event has no session of this id."""

    slug = "no-such-session"
    title = "There is no such session"


class SessionWithdrawn(NotFound):
    """The session was in the programme and is not any more."""

    slug = "session-withdrawn"
    title = "This session has been withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """The session before or after, by its name."""

    href: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionPage:
    """Everything that a session's page shows; equal for all readers of a language.

    ``back`` is its place on the programme page; ``enter`` offers the room while
    one of its talks is on.
    """

    template: ClassVar[str] = "session.html"

    frame: Frame
    meeting: Meeting
    session: SessionView
    state: SlotState
    day: str
    back: str
    before: Neighbour | None
    after: Neighbour | None
    calendar: Subscription
    enter: bool
    room: str


def session_page(  # noqa: PLR0913 -- each is one independent fact of the session
    event: Event,
    session: SessionId,
    *,
    now: datetime,
    language: str,
    zone: str | None = None,
    slides: frozenset[TalkId] = frozenset(),
    videos: frozenset[TalkId] = frozenset(),
    was: Mapping[TalkId, datetime] = NOTHING_MOVED,
    base_url: str,
) -> SessionPage:
    """The page of ``session`` at ``now``; raises NoSuchSession, SessionWithdrawn.

    ``slides`` and ``videos`` are the talks with a kept file, ``was`` the starts
    promised at first of talks that were moved.
    """
    number, timed = find_session(event, session)
    times = times_for(language, event.programme.zone, zone, (timed.starts,))
    moment, about = moment_of(event, now), meeting(event, times)
    kept = Kept(slides=slides, videos=videos, was=was)
    view, state = session_view(event, number, moment, times, kept), _state(timed, now)
    return SessionPage(
        frame=_frame(event, timed, moment, times, view.title),
        meeting=about,
        session=view,
        state=state,
        day=capital(times.day(timed.starts)),
        back=f"{about.programme}#{view.anchor}",
        before=_neighbour(event, number - 1, language),
        after=_neighbour(event, number + 1, language),
        calendar=_calendar(event, timed, view.title, base_url),
        enter=state is SlotState.NOW,
        room=f"{about.room}?session={session}" if view.room else about.room,
    )


def find_session(event: Event, session: SessionId) -> tuple[int, TimedSession]:
    """The session with its number, from 1; raises NoSuchSession, SessionWithdrawn."""
    for number, timed in enumerate(event.timetable.sessions, start=1):
        if timed.session.id == session:
            return number, timed
    if any(timed.session.id == session for timed in event.withdrawn):
        # Calendars and mails still lead to it.
        raise SessionWithdrawn(f"The programme of {event.slug} no longer holds it.")
    raise NoSuchSession(f"The programme of {event.slug} has no session {session}.")


def _state(timed: TimedSession, now: datetime) -> SlotState:
    if timed.ends <= now:
        return SlotState.DONE
    return SlotState.NOW if timed.starts <= now else SlotState.PLANNED


def _frame(
    event: Event, timed: TimedSession, moment: Moment, times: Times, title: str
) -> Frame:
    """The page changes with the talks of the event, and with its own window."""
    edges = (moment.changes, timed.starts, timed.ends)
    ahead = min((edge for edge in edges if edge and edge > moment.now), default=None)
    return event_frame(event, moment, times, title=title, live=True, changes=ahead)


def _neighbour(event: Event, number: int, language: str) -> Neighbour | None:
    sessions = event.timetable.sessions
    if not 0 < number <= len(sessions):
        return None
    session = sessions[number - 1].session
    return Neighbour(
        href=session_href(event, session),
        title=Naming(language=language).session(session, number),
    )


def _calendar(
    event: Event, timed: TimedSession, title: str, base_url: str
) -> Subscription:
    address = f"{base_url}{session_href(event, timed.session)}.ics?talks=1"
    name = f"{event.programme.title} – {title}"
    return subscription(address, name)
