"""What a personal calendar holds: rules from a registrant to entries.

Everybody sees the sessions (or the talks) of the event, whoever chairs or speaks
that too; and what was his and is no more, as cancelled. Each entry is the public
one, under the same UID, with the door to the room and a reminder.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from calendars.entry import CalendarEntry, Conference, Status
from orchestrator.access.feed_keys.model import (
    REGISTRATION,
    FeedChoice,
    FeedKey,
    Part,
    Per,
    Turn,
)
from orchestrator.access.model import Grant, Role
from orchestrator.feeds.entries import paragraphs
from orchestrator.feeds.publisher import Publisher
from orchestrator.feeds.selection import Draft, Only, Selection, drafts
from orchestrator.feeds.words import Words, words
from orchestrator.ids import SessionId, TalkId
from orchestrator.programme.model import Event, Slot, TimedSession
from orchestrator.registration.model import Registrant


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """Whose calendar it is: his key, what he is, how his parts went.

    ``link`` is his personal link where he chose to have it in the calendar.
    """

    key: FeedKey
    registrant: Registrant
    turns: Mapping[Part, Turn]
    link: str = field(default="", repr=False)

    @property
    def choice(self) -> FeedChoice:
        return self.key.choice

    @property
    def is_like_no_other(self) -> bool:
        """Whether his entries can be those of nobody else."""
        turned = any(turn.turns for turn in self.turns.values())
        return bool(self.link or self.key.turned or turned)

    def part(self, part: Part | None) -> Turn | None:
        """How ``part`` went, None if it never was his or never changed."""
        return self.turns.get(part) if part else None

    def leads(self, session: SessionId) -> bool:
        """Whether he may lead ``session``; organisers lead every one."""
        held = {one.role for one in self._grants}
        return Role.ORGANISER in held or self._chairs(session)

    def chairs(self, session: SessionId) -> bool:
        """Whether ``session`` itself is his to chair, or was."""
        return self._chairs(session) or Part(session=session) in self.turns

    def speaks(self, talk: TalkId) -> bool:
        """Whether ``talk`` is his to give, or was."""
        given = (one.role is Role.SPEAKER and one.talk == talk for one in self._grants)
        return any(given) or Part(talk=talk) in self.turns

    @property
    def _grants(self) -> tuple[Grant, ...]:
        return self.registrant.grants

    def _chairs(self, session: SessionId) -> bool:
        return any(
            one.role is Role.CHAIR and one.session in (None, session)
            for one in self._grants
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Dress:
    """What a personal entry has more than the public one.

    ``ended`` when it takes place without its reader, who ``registered`` or does not
    any more; ``turns`` are added to the sequence, ``since`` is when they were made.
    """

    door: str
    moderator: bool = False
    alarm: timedelta | None = None
    ended: bool = False
    registered: bool = True
    turns: int = 0
    since: datetime | None = None


def own_drafts(
    event: Event, publisher: Publisher, owner: Owner, *, withdrawn: bool = True
) -> Iterator[Draft]:
    """The drafts of ``owner``'s calendar; what is cancelled, for him or for all,
    is left out when ``withdrawn`` is off. It is never empty.
    """
    anything = False
    for draft in _his(event, publisher, owner, withdrawn=withdrawn):
        dress = _dress(event, publisher, owner, draft)
        if dress.ended and not withdrawn:
            continue
        anything = True
        yield _dressed(draft, dress, event)
    if not anything:
        nothing = replace(event, timetable=replace(event.timetable, sessions=()))
        for draft in drafts(nothing, publisher, withdrawn=False):
            dress = _dress(event, publisher, owner, draft)
            yield _dressed(draft, dress, event)


def dressed(entry: CalendarEntry, dress: Dress, terms: Words) -> CalendarEntry:
    """``entry`` as a personal calendar shows it."""
    revised = max(entry.revised, dress.since or entry.revised)
    entry = replace(entry, sequence=entry.sequence + dress.turns, revised=revised)
    if entry.status is Status.CANCELLED:
        return entry
    if dress.ended:
        # It takes place: "cancelled" would be told to others.
        why = terms.no_longer if dress.registered else terms.unregistered
        return replace(
            entry,
            status=Status.CANCELLED,
            summary=why + entry.summary,
            transparent=True,
        )
    return replace(
        entry,
        location=dress.door,
        # The place has to be somewhere: some come there.
        description=paragraphs(dress.door, entry.location, entry.description),
        conference=Conference(
            url=dress.door, label=terms.door, moderator=dress.moderator
        ),
        alarm=None if entry.whole_days else dress.alarm,
    )


def _his(
    event: Event, publisher: Publisher, owner: Owner, *, withdrawn: bool
) -> Iterator[Draft]:
    per_session = owner.choice.per is Per.SESSION
    all_of = Selection(only=Only.SESSIONS if per_session else Only.TALKS)
    for draft in drafts(event, publisher, all_of, withdrawn=withdrawn):
        # The event itself comes when nothing else does.
        if draft.timed is not None:
            yield draft
    own = Selection(only=Only.TALKS) if per_session else Selection()
    for draft in drafts(event, publisher, own, withdrawn=withdrawn):
        if _is_own(draft, owner):
            yield draft


def _is_own(draft: Draft, owner: Owner) -> bool:
    """Whether a talk is his among the sessions of all, or a session among talks."""
    if draft.slot is not None:
        return owner.choice.per is Per.SESSION and owner.speaks(talk_of(draft.slot))
    if draft.timed is None or owner.choice.per is Per.SESSION:
        return False
    return owner.chairs(session_of(draft.timed))


def _dress(event: Event, publisher: Publisher, owner: Owner, draft: Draft) -> Dress:
    session = draft.timed.session if draft.timed else None
    registration = owner.part(REGISTRATION)
    out = owner.registrant.is_cancelled
    part = owner.part(_part(draft))
    lost = part is not None and part.ended and _only_as_part(owner, draft)
    turned = [turn for turn in (registration, part) if turn and turn.turns]
    since = [turn.since for turn in turned]
    if owner.key.turned:
        since.append(owner.key.turned)
    alarm = owner.choice.alarm
    return Dress(
        door=owner.link or publisher.door(event, session),
        moderator=session is not None and owner.leads(session.id),
        alarm=timedelta(minutes=alarm) if alarm else None,
        ended=out or lost,
        registered=not out,
        turns=sum(turn.turns for turn in turned) + owner.key.turns,
        since=max(since, default=None),
    )


def _part(draft: Draft) -> Part | None:
    if draft.slot:
        return Part(talk=talk_of(draft.slot))
    return Part(session=session_of(draft.timed)) if draft.timed else None


def talk_of(slot: Slot) -> TalkId:
    """Which talk it is, also where it is a cancelled self of it."""
    return slot.talk.self_of or slot.talk.id


def session_of(timed: TimedSession) -> SessionId:
    """Which session it is, also where it is a cancelled self of it."""
    return timed.session.self_of or timed.session.id


def _only_as_part(owner: Owner, draft: Draft) -> bool:
    """Whether the entry would not be there for a registrant as such."""
    if draft.slot:
        return owner.choice.per is Per.SESSION
    return draft.timed is not None and owner.choice.per is Per.TALK


def _dressed(draft: Draft, dress: Dress, event: Event) -> Draft:
    terms = words(event.programme.language)
    make = draft.make
    return draft._replace(
        key=(draft.key, dress), make=lambda: dressed(make(), dress, terms)
    )
