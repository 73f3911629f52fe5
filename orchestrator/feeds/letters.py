"""Which mails a person's calendar owes him: rules from what he was told last to
what holds now.

One message for each entry, and none for a new title or abstract: a subscribed
calendar shows that. Changes that follow each other are one message, since what
is compared is what he was told, not the steps in between.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from calendars.entry import CalendarEntry, Status, instant
from calendars.itip import (
    INVITED,
    INVITED_TO_CHAIR,
    REGISTERED,
    Attendance,
    Invitation,
    Party,
    cancel,
    request,
)
from orchestrator.feeds.own import Owner, own_drafts, session_of, talk_of
from orchestrator.feeds.publisher import Publisher
from orchestrator.feeds.selection import Draft
from orchestrator.programme.model import Event

JOINED = timedelta(minutes=10)
"""For how long changes are gathered before somebody is told."""

Told = Mapping[str, CalendarEntry]
"""Entries as somebody was last told of them, by UID."""


def letters(
    event: Event, publisher: Publisher, owner: Owner, told: Told, organiser: Party
) -> Iterator[tuple[CalendarEntry, Invitation]]:
    """What ``owner`` has to be told: each entry, and its message.

    What he was told of and has no more (he follows talks and no sessions now) is
    cancelled, as of the event's last change. Nothing for somebody without an
    address, and to the organiser himself.
    """
    address = owner.registrant.email
    if not address or organiser.same_as(
        reader := Party(address, owner.registrant.name)
    ):
        return
    present: set[str] = set()
    for draft in own_drafts(event, publisher, owner):
        # His client has reminders of its own; two would ring.
        entry = replace(draft.make(), alarm=None)
        present.add(entry.uid)
        if _is_news(told.get(entry.uid), entry):
            attendance = _attendance(owner, draft)
            yield entry, _message(entry, organiser, reader, attendance)
    for uid in told.keys() - present:
        if told[uid].status is not Status.CANCELLED:
            entry = _called_off(told[uid], event.stamp.revised)
            yield entry, _message(entry, organiser, reader, REGISTERED)


def _message(
    entry: CalendarEntry, organiser: Party, reader: Party, attendance: Attendance
) -> Invitation:
    send = cancel if entry.status is Status.CANCELLED else request
    return send(entry, organiser=organiser, attendee=reader, attendance=attendance)


def _called_off(told: CalendarEntry, at: datetime) -> CalendarEntry:
    return replace(
        told,
        status=Status.CANCELLED,
        sequence=told.sequence + 1,
        revised=max(told.revised, at),
        conference=None,
    )


def due(changed: datetime, now: datetime) -> bool:
    """Whether what began to change at ``changed`` is to be told at ``now``."""
    return now - changed >= JOINED


def _is_news(told: CalendarEntry | None, entry: CalendarEntry) -> bool:
    gone = entry.status is Status.CANCELLED
    if told is None:
        return not gone
    if gone or told.status is Status.CANCELLED:
        return told.status is not entry.status
    return _times(told) != _times(entry)


def _times(entry: CalendarEntry) -> tuple[datetime, datetime]:
    return instant(entry.starts), instant(entry.ends)


def _attendance(owner: Owner, draft: Draft) -> Attendance:
    """Chairs and speakers are asked to come; others said that they do."""
    if draft.slot is not None and owner.speaks(talk_of(draft.slot)):
        return INVITED
    if draft.slot is None and draft.timed and owner.chairs(session_of(draft.timed)):
        return INVITED_TO_CHAIR
    return REGISTERED
