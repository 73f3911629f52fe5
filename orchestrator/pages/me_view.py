"""Values of ``/e/{slug}/me``: what somebody is registered for, and his calendar."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import ClassVar

from orchestrator.access.feed_keys.model import ALARMS, FeedChoice, Per
from orchestrator.access.model import Identity, Role, allows
from orchestrator.ids import SessionId
from orchestrator.pages.frame import Frame, foreign
from orchestrator.pages.join_view import STAFF, AgendaLine, agenda
from orchestrator.pages.meeting import Meeting, event_frame, meeting
from orchestrator.pages.moment import Phase, ends_of, moment_of, starts_of
from orchestrator.pages.slot_view import Naming, session_href
from orchestrator.pages.subscribe import Subscription, subscription
from orchestrator.pages.times import Times, length, times_for
from orchestrator.pages.words import words
from orchestrator.programme.model import Event, Slot

DONE = ("make", "choose", "renew")
"""What the page may confirm that it has just done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """A reminder to choose: ``length`` before the start, empty for none."""

    minutes: int
    length: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnCalendar:
    """Somebody's calendar: what he chose for it, and the ways to it.

    ``ways`` is None when its address is no longer known here.
    """

    per: Per
    alarm: int
    with_link: bool
    alarms: tuple[Alarm, ...]
    ways: Subscription | None = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class MePage:
    """Everything that one person's page shows.

    ``chairs`` and ``talks`` are his parts in the meeting, ``desks`` the roles (of
    ``join_view.STAFF``) whose pages he may open. ``calendar`` is None until he
    makes one; ``done`` is one of ``DONE`` right after it was.
    """

    template: ClassVar[str] = "me.html"

    frame: Frame
    meeting: Meeting
    name: str
    standby: bool
    over: bool
    agenda: tuple[AgendaLine, ...]
    chairs: tuple[AgendaLine, ...]
    talks: tuple[AgendaLine, ...]
    desks: tuple[str, ...]
    calendar: OwnCalendar | None
    done: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RenewPage:
    """What will happen when the secret address is changed, and the button for it."""

    template: ClassVar[str] = "renew.html"

    frame: Frame
    meeting: Meeting


def me_page(
    event: Event,
    who: Identity,
    *,
    now: datetime,
    language: str,
    zone: str | None = None,
    calendar: OwnCalendar | None = None,
    done: str = "",
) -> MePage:
    """The page of ``who`` at ``now``; ``done`` is what it may confirm."""
    times = _times(event, language, zone)
    frame = _frame(event, now, times, words(language).gettext("My page"))
    return MePage(
        frame=frame,
        meeting=meeting(event, times),
        name=who.name,
        standby=who.standby,
        over=moment_of(event, now).phase is Phase.OVER,
        agenda=_sessions(event, times),
        chairs=_chaired(event, who, times),
        talks=_given(event, who, times),
        desks=tuple(role for role in STAFF if Role(role) in who.roles),
        calendar=calendar,
        done=done if done in DONE else "",
    )


def renew_page(
    event: Event, *, now: datetime, language: str, zone: str | None = None
) -> RenewPage:
    """The page before the secret address is changed."""
    times = _times(event, language, zone)
    title = words(language).gettext("Change the secret address")
    return RenewPage(
        frame=_frame(event, now, times, title), meeting=meeting(event, times)
    )


def own_calendar(
    event: Event, choice: FeedChoice, key: str, *, base_url: str, language: str
) -> OwnCalendar:
    """The calendar whose address holds ``key``; empty when nobody knows it."""
    address = f"{base_url}/c/{key}.ics"
    say = words(language).gettext
    mine = say("my calendar")
    name = f"{event.programme.title} – {mine}"
    return OwnCalendar(
        per=choice.per,
        alarm=choice.alarm,
        with_link=choice.with_link,
        alarms=tuple(
            Alarm(minutes=one, length=length(timedelta(minutes=one)) if one else "")
            for one in ALARMS
        ),
        ways=subscription(address, name) if key else None,
    )


def _times(event: Event, language: str, zone: str | None) -> Times:
    starts = tuple(slot.starts for slot in event.timetable.slots)
    return times_for(language, event.programme.zone, zone, starts)


def _frame(event: Event, now: datetime, times: Times, title: str) -> Frame:
    return event_frame(event, moment_of(event, now), times, title=title, here="me")


def _sessions(event: Event, times: Times) -> tuple[AgendaLine, ...]:
    """All sessions, each leading to its page."""
    placed = event.timetable.sessions
    return tuple(
        replace(line, href=session_href(event, timed.session))
        for line, timed in zip(agenda(event, times), placed, strict=True)
    )


def _chaired(event: Event, who: Identity, times: Times) -> tuple[AgendaLine, ...]:
    """The sessions that are his to chair; an organiser may chair the others too."""
    lines = zip(_sessions(event, times), event.timetable.sessions, strict=True)
    return tuple(line for line, timed in lines if _chairs(who, timed.session.id))


def _chairs(who: Identity, session: SessionId) -> bool:
    held = (grant for grant in who.grants if grant.role is Role.CHAIR)
    return any(grant.session in (None, session) for grant in held)


def _given(event: Event, who: Identity, times: Times) -> tuple[AgendaLine, ...]:
    slots = (
        slot
        for slot in event.timetable.slots
        if allows(who, Role.SPEAKER, talk=slot.talk.id)
    )
    several = any(line.day for line in agenda(event, times))
    return tuple(
        _talk(event, slot, times, several_days=several)
        for slot in sorted(slots, key=starts_of)
    )


def _talk(event: Event, slot: Slot, times: Times, *, several_days: bool) -> AgendaLine:
    talk = slot.talk
    return AgendaLine(
        day=times.day(starts_of(slot), year=False) if several_days else "",
        starts=times.when(starts_of(slot)),
        ends=times.when(ends_of(slot)),
        title=Naming(language=times.language).talk(talk),
        talks=0,
        first="",
        href=f"/e/{event.slug}/t/{talk.id}",
        lang=foreign(talk.language, times.language) if talk.title else "",
    )
