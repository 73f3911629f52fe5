"""Identities of a new revision: what stays, what rises, what is cancelled."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from calendars.revision import Stamp
from orchestrator.ids import SessionId, TalkId
from orchestrator.programme.frames import is_filler, unfilled
from orchestrator.programme.model import (
    Event,
    Person,
    Programme,
    Session,
    Slot,
    Talk,
    TimedSession,
    Timetable,
)
from orchestrator.programme.pairing import keeping_doors, same_talks

Withdrawn = tuple[TimedSession, ...]


def advance(
    before: Event | None,
    paired: Programme,
    timetable: Timetable,
    now: datetime,
    new_id: Callable[[], str],
    new_uid: Callable[[], str],
) -> tuple[Programme, Timetable, Withdrawn]:
    """The programme and timetable to store, and what is withdrawn from now on.

    What is new gets an id and a stamp. Of what stays, the stamp rises by one
    where something changed that a calendar shows, and is the same otherwise.
    What is gone is cancelled. A withdrawn talk or session that comes back has
    its former id, and a new UID: calendars ignore resurrections. Its cancelled
    self stays, under another id. What happened (actual starts and ends, skipped)
    stays with its talk.
    """
    revision = _Revision(before, paired, now, new_id, new_uid)
    sessions = revision.sessions(timetable.sessions)
    programme = replace(
        paired, sessions=tuple(timed.session for timed in sessions), talks=()
    )
    return programme, Timetable(sessions=sessions), revision.withdrawn(sessions)


class _Revision:
    """One step from a stored event to the next."""

    def __init__(
        self,
        before: Event | None,
        paired: Programme,
        now: datetime,
        new_id: Callable[[], str],
        new_uid: Callable[[], str],
    ) -> None:
        self.now, self.new_id, self.new_uid = now, new_id, new_uid
        self.stored = before.timetable.sessions if before else ()
        self.gone = before.withdrawn if before else ()
        self.tells_doors = paired.tells_doors
        self.setting = _setting(paired)
        self.former_setting = _setting(before.programme) if before else ()
        self.title, self.former_title = paired.title, _title(before)
        self.live_sessions = {timed.session.id: timed for timed in self.stored}
        self.live_slots = {
            slot.talk.id: (timed, slot) for timed in self.stored for slot in timed.slots
        }
        self.used = {*self.live_sessions, *self.live_slots}
        # What those who come back leave behind: talks by the session that they
        # were withdrawn from, and sessions.
        self.left: dict[SessionId, list[Slot]] = {}
        self.left_sessions: list[TimedSession] = []

    def sessions(self, laid_out: Sequence[TimedSession]) -> tuple[TimedSession, ...]:
        returned = self._returned(laid_out)
        return tuple(self._session(timed, returned) for timed in laid_out)

    def _session(self, timed: TimedSession, returned: dict[int, Talk]) -> TimedSession:
        session = self._identified(timed)
        filler = unfilled(timed.session)[1]
        slots = [
            self._slot(
                slot,
                timed,
                self._gone_filler(session.id)
                if slot.talk is filler
                else returned.get(id(slot.talk)),
            )
            for slot in timed.slots
        ]
        talks = tuple(slot.talk for slot in slots)
        return TimedSession(session=replace(session, talks=talks), slots=tuple(slots))

    def _identified(self, timed: TimedSession) -> Session:
        session = timed.session
        if former := self.live_sessions.get(session.id):
            seen = self.former_setting, self.former_title, _of_session(former)
            changed = seen != (self.setting, self.title, _of_session(timed))
            stamp = self._risen(former.session.stamp, changed=changed)
            return replace(session, stamp=stamp)
        gone = self._gone_session(timed)
        if gone is not None:
            self._leave_session(gone)
            if not self.tells_doors:
                session = keeping_doors(session, gone.session)
        identity = gone.session.id if gone else SessionId(self.new_id())
        self.used.add(identity)
        return replace(session, id=identity, stamp=self._new_stamp())

    def _slot(self, slot: Slot, timed: TimedSession, returned: Talk | None) -> Slot:
        talk = slot.talk
        known = self.live_slots.get(talk.id)
        # A talk that turns into a break is over for calendars, which show none.
        if known and known[1].talk.kind.is_talk == talk.kind.is_talk:
            home, former = known
            seen = self.former_setting, _of_slot(former, home)
            changed = seen != (self.setting, _of_slot(slot, timed))
            stamp = self._risen(former.talk.stamp, changed=changed)
            return replace(
                slot,
                talk=replace(talk, stamp=stamp),
                actual_starts=former.actual_starts,
                actual_ends=former.actual_ends,
                skipped=former.skipped,
            )
        known_id = returned.id if returned and returned.id not in self.used else ""
        if known_id and talk.kind.is_talk:
            self._leave_talk(TalkId(known_id))
        identity = TalkId(known_id or self.new_id())
        self.used.add(identity)
        return replace(slot, talk=replace(talk, id=identity, stamp=self._new_stamp()))

    def _leave_talk(self, identity: TalkId) -> None:
        for timed in self.gone:
            for slot in timed.slots:
                if slot.talk.id == identity:
                    left = replace(
                        slot.talk, id=TalkId(self.new_id()), self_of=identity
                    )
                    own = self.left.setdefault(timed.session.id, [])
                    own.append(replace(slot, talk=left))

    def _leave_session(self, timed: TimedSession) -> None:
        former = timed.session
        left = replace(former, id=SessionId(self.new_id()), talks=(), self_of=former.id)
        self.left_sessions.append(TimedSession(session=left, slots=()))

    def _new_stamp(self) -> Stamp:
        return Stamp.first(self.new_uid(), self.now)

    def _risen(self, stamp: Stamp | None, *, changed: bool) -> Stamp:
        if stamp is None:
            return self._new_stamp()
        return stamp.changed(self.now) if changed else stamp

    def _cancelled(self, stamp: Stamp | None) -> Stamp:
        return (stamp or self._new_stamp()).called_off(self.now)

    def _returned(self, laid_out: Iterable[TimedSession]) -> dict[int, Talk]:
        """Former selves among the withdrawn of talks that are not stored: by id,
        else by title and speakers. The key is the identity of the new value.
        """
        new = [
            slot.talk
            for timed in laid_out
            for slot in timed.slots
            if slot.talk.id not in self.live_slots
        ]
        gone = [
            slot.talk
            for timed in self.gone
            for slot in timed.slots
            if not slot.talk.self_of
        ]
        by_id = {talk.id: talk for talk in gone}
        found = {id(new[at]): gone[was] for at, was in same_talks(gone, new).items()}
        found |= {id(talk): by_id[talk.id] for talk in new if talk.id in by_id}
        return found

    def _gone_filler(self, session: SessionId) -> Talk | None:
        """The withdrawn filler of ``session`` that may come back."""
        fillers = (
            slot.talk
            for timed in self.gone
            for slot in timed.slots
            if timed.session.id == session and is_filler(slot.talk)
        )
        return next(fillers, None)

    def _gone_session(self, timed: TimedSession) -> TimedSession | None:
        """The withdrawn session that ``timed`` is: by id, else by title and window."""
        free = [
            one
            for one in self.gone
            if one.session.id not in self.used and not one.session.self_of
        ]
        same = (
            *(one for one in free if one.session.id == timed.session.id),
            *(one for one in free if _name(one) == _name(timed)),
        )
        return same[0] if same else None

    def withdrawn(self, sessions: Sequence[TimedSession]) -> Withdrawn:
        """All that is or was cancelled and has not come back, by session."""
        live = {timed.session.id: timed.session for timed in sessions}
        talks = {slot.talk.id for timed in sessions for slot in timed.slots}
        kept: dict[SessionId, Session] = {}
        slots: dict[SessionId, list[Slot]] = {}
        for timed, fresh in (
            *((one, False) for one in (*self.gone, *self.left_sessions)),
            *((one, True) for one in self.stored),
        ):
            identity = timed.session.id
            home = live.get(identity) or self._close(timed, fresh=fresh)
            own = [slot for slot in timed.slots if slot.talk.id not in talks]
            if fresh:
                own = [self._withdraw(slot) for slot in own]
            else:
                own += self.left.get(identity, ())
                if self._resettled or home.room != timed.session.room:
                    own = [self._revise(slot) for slot in own]
            kept[identity] = home
            slots.setdefault(identity, []).extend(own)
        return tuple(
            _timed(session, slots[identity])
            for identity, session in kept.items()
            if slots[identity] or identity not in live
        )

    @property
    def _resettled(self) -> bool:
        """Whether what every entry shows of the event changed: cancelled ones too."""
        return self.setting != self.former_setting

    def _withdraw(self, slot: Slot) -> Slot:
        stamp = self._cancelled(slot.talk.stamp)
        return replace(slot, talk=replace(slot.talk, stamp=stamp))

    def _revise(self, slot: Slot) -> Slot:
        stamp = self._risen(slot.talk.stamp, changed=True)
        return replace(slot, talk=replace(slot.talk, stamp=stamp))

    def _close(self, timed: TimedSession, *, fresh: bool) -> Session:
        """A session that is gone, with the window that its talks gave it."""
        if not fresh:
            renamed = self._resettled or self.title != self.former_title
            stamp = self._risen(timed.session.stamp, changed=renamed)
            return replace(timed.session, stamp=stamp)
        return replace(
            timed.session,
            starts=timed.starts,
            ends=timed.ends,
            stamp=self._cancelled(timed.session.stamp),
        )


def _timed(session: Session, slots: Iterable[Slot]) -> TimedSession:
    ordered = tuple(sorted(slots, key=lambda slot: slot.starts.timestamp()))
    talks = tuple(slot.talk for slot in ordered)
    return TimedSession(session=replace(session, talks=talks), slots=ordered)


def _name(timed: TimedSession) -> tuple[str, datetime, datetime]:
    starts, ends = timed.starts.astimezone(UTC), timed.ends.astimezone(UTC)
    return timed.session.title, starts, ends


def shown_of_event(programme: Programme) -> tuple[object, ...]:
    """What a calendar shows of the event itself."""
    days = programme.first_day, programme.last_day
    return programme.title, programme.summary, *days, *_setting(programme)


def _title(event: Event | None) -> str:
    return event.programme.title if event else ""


def _setting(programme: Programme) -> tuple[object, ...]:
    """What every entry of a calendar shows of the event."""
    return programme.zone, programme.place, programme.language


def _of_session(timed: TimedSession) -> tuple[object, ...]:
    session = timed.session
    return (
        session.title,
        session.room,
        _named(session.chairs),
        timed.starts.astimezone(UTC),
        timed.ends.astimezone(UTC),
        any(talk.kind.is_talk for talk in session.talks),
    )


def _of_slot(slot: Slot, timed: TimedSession) -> tuple[object, ...]:
    talk = slot.talk
    return (
        talk.title,
        talk.kind,
        _named(talk.speakers),
        talk.coauthors,
        talk.abstract,
        talk.track,
        timed.session.room,
        # The door in a personal calendar names the session where rooms have names.
        timed.session.id if timed.session.room else "",
        slot.starts.astimezone(UTC),
        slot.ends.astimezone(UTC),
    )


def _named(people: Iterable[Person]) -> tuple[tuple[str, str], ...]:
    return tuple((person.name, person.affiliation) for person in people)
