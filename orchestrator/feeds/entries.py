"""Which entries the calendar of an event holds: rules from ``Event`` to
``CalendarEntry``, without input or output.

Public entries say nothing that the programme page does not: no join link, no
mail address.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import quote
from zoneinfo import ZoneInfo

from calendars.entry import CalendarEntry, Status
from orchestrator.feeds.plain import plain
from orchestrator.feeds.words import Words, words
from orchestrator.programme.model import (
    Event,
    Person,
    Slot,
    Stamp,
    Talk,
    TimedSession,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Publisher:
    """Who publishes: ``base_url`` without a slash at its end, and the ``install``
    id that ends every UID and outlives a move to another address.
    """

    base_url: str
    install: str

    def page(self, event: Event) -> str:
        """Address of the event's page."""
        return f"{self.base_url}/e/{quote(event.slug)}"

    def talk_page(self, event: Event, talk: Talk) -> str:
        return f"{self.page(event)}/t/{quote(talk.id)}"

    def uid(self, kind: str, stamp: Stamp) -> str:
        """UID of an entry: the same in every file and mail that holds it."""
        return f"{kind}-{stamp.uid}@{self.install}"


def entries_of(
    event: Event, publisher: Publisher, *, withdrawn: bool = True
) -> Iterator[CalendarEntry]:
    """Every session and talk of ``event``, with the cancelled ones unless
    ``withdrawn`` is off; before there is one, the event itself as whole days.

    Breaks and discussions have no entry, nor has what was never stored.
    """
    seen = set()
    for timed in event.timetable.sessions:
        for entry in _of_session(event, timed, publisher):
            seen.add(entry.uid)
            yield entry
    if not seen:
        yield event_entry(event, publisher)
    if not withdrawn:
        return
    for timed in event.withdrawn:
        for entry in _of_session(event, timed, publisher):
            # A talk that came back, or moved to another session, is live above.
            if entry.status is Status.CANCELLED and entry.uid not in seen:
                seen.add(entry.uid)
                yield entry


def talk_entry(
    event: Event, talk: str, publisher: Publisher, *, withdrawn: bool = True
) -> CalendarEntry | None:
    """The entry that ``entries_of`` gives to the talk with that id, or None."""
    live = event.timetable.sessions
    for timed in (*live, *event.withdrawn) if withdrawn else live:
        for slot in timed.slots:
            if slot.talk.id == talk:
                return _slot_entry(event, timed, slot, publisher)
    return None


def event_entry(event: Event, publisher: Publisher) -> CalendarEntry:
    """The event as whole days; tentative while its date is not known."""
    programme, stamp = event.programme, event.stamp
    first, title = programme.first_day, programme.title
    if first is None:
        # There has to be a day; on that of its creation nobody is kept waiting.
        title = f"{title} ({words(programme.language).undated})"
    starts = first or stamp.created.astimezone(UTC).date()
    last = max(starts, programme.last_day or starts)
    page = publisher.page(event)
    return CalendarEntry(
        uid=publisher.uid("event", stamp),
        sequence=stamp.sequence,
        created=stamp.created,
        revised=stamp.revised,
        status=Status.CONFIRMED if first else Status.TENTATIVE,
        summary=title,
        starts=starts,
        ends=last + timedelta(days=1),
        description=_paragraphs(plain(programme.summary), page),
        location=programme.place,
        url=page,
        transparent=True,
    )


def _of_session(
    event: Event, timed: TimedSession, publisher: Publisher
) -> Iterator[CalendarEntry]:
    if entry := _session_entry(event, timed, publisher):
        yield entry
    for slot in timed.slots:
        if entry := _slot_entry(event, timed, slot, publisher):
            yield entry


def _session_entry(
    event: Event, timed: TimedSession, publisher: Publisher
) -> CalendarEntry | None:
    session, stamp = timed.session, timed.session.stamp
    if stamp is None or not (timed.slots or (session.starts and session.ends)):
        return None
    terms = words(event.programme.language)
    chairs = ", ".join(_named(person) for person in session.chairs)
    page = publisher.page(event)
    return CalendarEntry(
        uid=publisher.uid("session", stamp),
        sequence=stamp.sequence,
        created=stamp.created,
        revised=stamp.revised,
        status=_status(stamp),
        summary=_title(session.title or terms.session, stamp, terms),
        starts=_local(timed.starts, event),
        ends=_local(timed.ends, event),
        # Its talks are not listed: moving one would change this entry too.
        description=_paragraphs(chairs and terms.chairs + chairs, page),
        location=_location(event, timed),
        url=page,
        categories=(terms.session,),
        # The talks are beside it: one is not busy twice.
        transparent=any(slot.talk.kind.is_talk for slot in timed.slots),
    )


def _slot_entry(
    event: Event, timed: TimedSession, slot: Slot, publisher: Publisher
) -> CalendarEntry | None:
    talk, stamp = slot.talk, slot.talk.stamp
    if stamp is None or not talk.kind.is_talk:
        return None
    terms = words(event.programme.language)
    # The page of a cancelled talk may be gone; that of the event is not.
    page = (
        publisher.page(event) if stamp.cancelled else publisher.talk_page(event, talk)
    )
    return CalendarEntry(
        uid=publisher.uid("talk", stamp),
        sequence=stamp.sequence,
        created=stamp.created,
        revised=stamp.revised,
        status=_status(stamp),
        summary=_title(talk_title(talk, terms), stamp, terms),
        starts=_local(slot.starts, event),
        ends=_local(slot.ends, event),
        description=_paragraphs(_people(talk, terms), plain(talk.abstract), page),
        location=_location(event, timed),
        url=page,
        categories=(terms.kinds[talk.kind], talk.track),
    )


def talk_title(talk: Talk, terms: Words) -> str:
    """The title, or who will speak while it is to be announced."""
    if talk.title:
        return talk.title
    speakers = ", ".join(person.name for person in talk.speakers)
    return " – ".join(filter(None, (terms.to_come, speakers)))


def _title(text: str, stamp: Stamp, terms: Words) -> str:
    # Some clients hide STATUS; they show this.
    return terms.cancelled + text if stamp.cancelled else text


def _status(stamp: Stamp) -> Status:
    return Status.CANCELLED if stamp.cancelled else Status.CONFIRMED


def _local(moment: datetime, event: Event) -> datetime:
    return moment.astimezone(ZoneInfo(event.programme.zone))


def _location(event: Event, timed: TimedSession) -> str:
    return ", ".join(filter(None, (timed.session.room, event.programme.place)))


def _people(talk: Talk, terms: Words) -> str:
    lines = [_named(person) for person in talk.speakers]
    if talk.coauthors:
        lines.append(terms.coauthors + ", ".join(talk.coauthors))
    return "\n".join(lines)


def _named(person: Person) -> str:
    if person.affiliation:
        return f"{person.name} ({person.affiliation})"
    return person.name


def _paragraphs(*texts: str) -> str:
    return "\n\n".join(filter(None, texts))
