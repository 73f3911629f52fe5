"""Values of the chair's desk: what every part of it shows, for one session.

Each part that changes is an element of its own (``PARTS``), so that it can be
drawn and sent alone: the same for all who chair, in one language.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import ClassVar

from orchestrator.ids import SessionId, TalkId
from orchestrator.pages.counted import Counted
from orchestrator.pages.frame import Frame
from orchestrator.pages.live_view import Inside, LiveView, RoomGauge, live_view
from orchestrator.pages.meeting import Meeting, event_frame, meeting
from orchestrator.pages.moment import moment_of
from orchestrator.pages.slot_view import Naming
from orchestrator.pages.stage_ask import (
    MessageView,
    QuestionsView,
    message_view,
    questions_view,
)
from orchestrator.pages.stage_bar import Bar, bar_of
from orchestrator.pages.stage_clock import ClockView, clock_view
from orchestrator.pages.stage_floor_view import (
    QUIET,
    FloorStand,
    FloorView,
    floor_view,
)
from orchestrator.pages.stage_names import Names, deed, names_of
from orchestrator.pages.stage_order import Row, rows
from orchestrator.pages.stage_press import Press
from orchestrator.pages.stage_proposal import ProposalView, proposal_view
from orchestrator.pages.stage_ready import Ready, ready
from orchestrator.pages.stage_wished import wished
from orchestrator.pages.times import Times, When, capital, length, times_for
from orchestrator.pages.words import words
from orchestrator.programme.model import Event, TimedSession
from orchestrator.stage.messages.model import Message
from orchestrator.stage.model import Proposal, Record, Rundown
from orchestrator.stage.questions.model import Question
from orchestrator.stage.readiness.model import Readiness
from orchestrator.stage.timers import timers

PARTS = (
    "who",
    "jump",
    "clock",
    "proposal",
    "recording",
    "two",
    "order",
    "hands",
    "questions",
    "message",
    "bar",
)
"""The parts that change, in the order of the page; each has a template of its name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """How a session stands: what a desk is drawn from.

    ``told`` is how many would have mail by the proposal. ``records``, newest first,
    and ``messages`` are the session's, ``questions`` and ``readiness`` the event's.
    ``chairing`` are the names of those at this desk; ``slides`` the talks with a
    kept deck. ``day_late`` is how late the day would end. ``floor`` is the room's.
    """

    rundown: Rundown
    proposal: Proposal | None = None
    told: int = 0
    records: tuple[Record, ...] = ()
    questions: tuple[Question, ...] = ()
    messages: tuple[Message, ...] = ()
    readiness: tuple[Readiness, ...] = ()
    chairing: tuple[str, ...] = ()
    slides: frozenset[TalkId] = frozenset()
    day_late: timedelta = timedelta()
    floor: FloorStand = QUIET


@dataclass(frozen=True, slots=True, kw_only=True)
class Who:
    """Who is at the desk, and what was done last."""

    chairing: tuple[str, ...]
    last: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """One session's desk at one version; ``revision`` is the event's. ``address`` is
    its path, ``screen`` that of the session's big screen.
    """

    session: SessionId
    address: str
    screen: str
    version: int
    revision: int
    language: str
    who: Who
    clock: ClockView
    proposal: ProposalView | None
    kept: str
    two: tuple[Ready, ...]
    two_words: str
    order: tuple[Row, ...]
    others: tuple[tuple[SessionId, str], ...]
    questions: QuestionsView
    message: MessageView
    bar: Bar
    floor: FloorView

    def id(self, part: str) -> str:
        """The element of a part: several desks of one event may be open at once."""
        return f"{part}-{self.session}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Banner:
    """The answer to a press that was not simply carried out.

    ``level`` is ``warn`` or ``over``. ``lang`` is that of ``text`` when it is not the
    page's. ``again`` sends it once more, meaning it.
    """

    level: str
    title: str
    text: str = ""
    lang: str = ""
    again: Press | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskPage:
    """The desk of one session; ``others`` are the reader's other sessions. ``key``
    is what this copy of the page marks its presses with.
    """

    template: ClassVar[str] = "desk.html"

    frame: Frame
    meeting: Meeting
    title: str
    desk: Desk
    room: RoomGauge | None
    people: tuple[tuple[str, Counted], ...]
    key: str
    others: tuple[tuple[str, str], ...]
    banner: Banner | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderPage:
    """The paper twin: the running order as the screen shows it at one version."""

    template: ClassVar[str] = "desk_print.html"

    frame: Frame
    meeting: Meeting
    title: str
    chairs: str
    starts: When
    ends: When
    day: str
    printed: str
    desk: Desk


def desk_view(event: Event, stand: Stand, now: datetime, times: Times) -> Desk:
    """The desk of the session of ``stand`` at ``now``."""
    rundown, proposal = stand.rundown, stand.proposal
    names = names_of(event, rundown, times.language)
    two = ready(event, stand.rundown, stand.readiness, stand.slides, names, now, times)
    missing = {one.talk for one in two if one.missing}
    recorded = stand.floor.recorded is not None
    asked = wished(rundown, stand.readiness, names, recorded=recorded)
    return Desk(
        session=rundown.session,
        address=desk_href(event, rundown.session),
        screen=f"/e/{event.slug}/screen?session={rundown.session}",
        version=rundown.version,
        revision=event.revision,
        language=times.language,
        who=_who(stand, names, times),
        clock=clock_view(
            rundown, proposal, stand.day_late, names, timers(rundown, now), times
        ),
        proposal=proposal_view(event, rundown, proposal, stand.told, names, times),
        kept=_kept(rundown, times),
        two=two,
        two_words=_lengths(two, times.language),
        order=rows(rundown, proposal, missing, names, now, times),
        others=_others(event, rundown.session, times.language),
        questions=questions_view(stand.questions, rundown, names, times),
        message=message_view(stand.messages, rundown, names, times),
        bar=bar_of(rundown, stand.records, names, times.language),
        floor=floor_view(stand.floor, times, asked),
    )


def desk_page(
    event: Event,
    stand: Stand,
    *,
    now: datetime,
    language: str,
    mine: Iterable[SessionId] = (),
    inside: Inside | None = None,
    key: str = "",
    banner: Banner | None = None,
) -> DeskPage:
    """The desk for somebody who chairs the sessions ``mine``."""
    times = _times(event, language)
    session = stand.rundown.session
    timed, chosen = _timed(event, session), set(mine)
    title = _title(event, timed, language)
    live = live_view(event, inside, now, times) if inside else LiveView()
    return DeskPage(
        frame=replace(_frame(event, title, now, times), desk=session),
        meeting=meeting(event, times),
        title=title,
        desk=desk_view(event, stand, now, times),
        room=next((one for one in live.rooms if one.name == timed.session.room), None),
        people=live.people,
        key=key,
        others=tuple(
            (desk_href(event, other), name)
            for other, name in _others(event, session, language)
            if other in chosen
        ),
        banner=banner,
    )


def order_page(
    event: Event, stand: Stand, *, now: datetime, language: str
) -> OrderPage:
    """The running order of ``stand``, for paper."""
    times, moment = _times(event, language), moment_of(event, now)
    timed = _timed(event, stand.rundown.session)
    title = _title(event, timed, language)
    say = words(language).gettext
    return OrderPage(
        frame=event_frame(
            event,
            moment,
            times,
            title=say("Running order, %(session)s") % {"session": title},
            here="chair",
            fixed=True,
        ),
        meeting=meeting(event, times),
        title=title,
        chairs=", ".join(one.name for one in timed.session.chairs),
        starts=times.when(stand.rundown.starts),
        ends=times.when(stand.rundown.ends),
        day=capital(times.day(timed.starts)),
        printed=times.moment(now),
        desk=desk_view(event, stand, now, times),
    )


def desk_href(event: Event, session: SessionId) -> str:
    """The address of a session's desk, from the site's root."""
    return f"/e/{event.slug}/chair/{session}"


def _times(event: Event, language: str) -> Times:
    """The event's own: chairs and their session share one clock."""
    return times_for(language, event.programme.zone, None)


def _timed(event: Event, session: SessionId) -> TimedSession:
    return next(
        timed for timed in event.timetable.sessions if timed.session.id == session
    )


def _title(event: Event, timed: TimedSession, language: str) -> str:
    number = event.timetable.sessions.index(timed) + 1
    return Naming(language=language).session(timed.session, number)


def _others(
    event: Event, session: SessionId, language: str
) -> tuple[tuple[SessionId, str], ...]:
    """The other sessions and their titles."""
    return tuple(
        (timed.session.id, _title(event, timed, language))
        for timed in event.timetable.sessions
        if timed.session.id != session
    )


def _frame(event: Event, title: str, now: datetime, times: Times) -> Frame:
    say = words(times.language).gettext
    return event_frame(
        event,
        moment_of(event, now),
        times,
        title=say("Chair, %(session)s") % {"session": title},
        here="chair",
        live=True,
        # A desk lasts the day: nothing of it is taken anew but its parts.
        state="desk",
        fixed=True,
        stage=True,
    )


def _who(stand: Stand, names: Names, times: Times) -> Who:
    last = next(iter(stand.records), None)
    say = words(times.language).gettext
    told = (
        say("%(at)s, %(name)s: %(deed)s")
        % {
            "at": times.when(last.at).said,
            "name": last.name,
            "deed": deed(last, names),
        }
        if last
        else ""
    )
    return Who(chairing=stand.chairing, last=told)


def _kept(rundown: Rundown, times: Times) -> str:
    say = words(times.language).gettext
    return say("End at %(at)s, as promised.") % {"at": times.when(rundown.ends).said}


def _lengths(two: tuple[Ready, ...], language: str) -> str:
    """How long they have: once if it is the same for both."""
    say = words(language).gettext
    lengths = [length(one.length) for one in two]
    if len(set(lengths)) == 1 and len(lengths) > 1:
        return say("%(length)s each") % {"length": lengths[0]}
    return ", ".join(lengths)
