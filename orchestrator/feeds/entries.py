"""What a calendar shows of a session, a talk and an event: rules from values to
``CalendarEntry``, without input or output.

Public entries say nothing that the programme page does not: no join link, no
mail address.
"""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from calendars.entry import CalendarEntry, Status
from calendars.revision import Stamp
from orchestrator.feeds.plain import plain
from orchestrator.feeds.publisher import Publisher
from orchestrator.feeds.words import Words, words
from orchestrator.programme.model import Event, Person, Slot, Talk, TimedSession


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
        description=paragraphs(plain(programme.summary), page),
        location=programme.place,
        url=page,
        transparent=True,
    )


def session_entry(
    event: Event,
    timed: TimedSession,
    stamp: Stamp,
    publisher: Publisher,
    *,
    beside_talks: bool = True,
) -> CalendarEntry:
    """A session; with its talks beside it in the same file it makes nobody busy:
    one is not busy twice. Nor is one of what is cancelled.
    """
    session, terms = timed.session, words(event.programme.language)
    talks = (slot for slot in timed.slots if slot.talk.kind.is_talk)
    chairs = ", ".join(_named(person) for person in session.chairs)
    page = (
        publisher.page(event)
        if stamp.cancelled
        else publisher.session_page(event, session)
    )
    return CalendarEntry(
        uid=publisher.uid("session", stamp),
        sequence=stamp.sequence,
        created=stamp.created,
        revised=stamp.revised,
        status=_status(stamp),
        summary=_title(session_title(event, timed, terms), stamp, terms),
        starts=_local(timed.starts, event),
        ends=_local(timed.ends, event),
        # Its talks are not listed: moving one would change this entry too.
        description=paragraphs(chairs and terms.chairs + chairs, page),
        location=_location(event, timed),
        url=page,
        categories=(terms.session,),
        transparent=bool(stamp.cancelled) or (beside_talks and any(talks)),
    )


def talk_entry(
    event: Event, timed: TimedSession, slot: Slot, stamp: Stamp, publisher: Publisher
) -> CalendarEntry:
    """A talk of the session ``timed``."""
    talk, terms = slot.talk, words(event.programme.language)
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
        description=paragraphs(_people(talk, terms), plain(talk.abstract), page),
        location=_location(event, timed),
        url=page,
        categories=(terms.kinds[talk.kind], talk.track),
        transparent=bool(stamp.cancelled),
    )


def session_title(event: Event, timed: TimedSession, terms: Words) -> str:
    """The title and that of the event: "Session 1" says nothing among the other
    appointments of a day.
    """
    title, whole = timed.session.title or terms.session, event.programme.title
    return title if whole in title else f"{title} – {whole}"


def talk_title(talk: Talk, terms: Words) -> str:
    """The title, or who will speak while it is to be announced."""
    if talk.title:
        return talk.title
    speakers = ", ".join(person.name for person in talk.speakers)
    return " – ".join(filter(None, (terms.to_come, speakers)))


def paragraphs(*texts: str) -> str:
    """Those that are not empty, a blank line between each two."""
    return "\n\n".join(filter(None, texts))


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
