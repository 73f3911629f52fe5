"""The meeting page written back, in the shape that organisers publish.

Markdown with the sections of the page that ``page.py`` reads, so that what is
written is read again as the same facts; the slides and the video of each talk
stand on lines of their own. The simple page (windows, then the talks in order)
is written when it says all; times and breaks that somebody chose make a timed
list of it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from itertools import groupby

from orchestrator.errors import OrchestratorError
from orchestrator.programme.frames import is_filler
from orchestrator.programme.importers.context import Mark, read_context, room_in
from orchestrator.programme.importers.page_talks import heading, talk_section, words_for
from orchestrator.programme.importers.page_words import Words, words_of
from orchestrator.programme.model import (
    Kind,
    Person,
    Programme,
    Slot,
    Talk,
    TimedSession,
    Timetable,
)
from orchestrator.programme.timetable import lay_out, without_fillers


def write_page(programme: Programme, timetable: Timetable) -> str:
    """``programme`` as a Markdown page; its talks in the order of ``timetable``."""
    words = words_of(programme.language)
    programme = without_fillers(programme)
    parts = [
        *_head(programme, words),
        *_registration(programme, words),
        *_announcement(programme, words),
        *_people(programme, words),
        *_programme(programme, timetable, words),
        *_abstracts(programme, timetable, words),
    ]
    for section in programme.sections:
        parts += [f"### {section.title}", section.text]
    return "\n\n".join(part for part in parts if part) + "\n"


def _head(programme: Programme, words: Words) -> Iterator[str]:
    yield f"# {words.meeting}"
    yield f"## {programme.title}"
    if programme.first_day:
        yield _label(words.when, _days(programme, words), words)
    if programme.place:
        yield _label(words.place, programme.place, words)
    if programme.network:
        yield _label(words.network, programme.network, words)
    if programme.themes:
        yield _label(words.themes, "", words)
        yield _items(
            " - ".join(filter(None, (theme.code, theme.name)))
            for theme in programme.themes
        )
    yield programme.summary


def _label(label: str, value: str, words: Words) -> str:
    return f"**{label}{words.colon}** {value}".rstrip()


def _items(lines: Iterable[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)


def _days(programme: Programme, words: Words) -> str:
    """``28-06-2021``, or from the first day to the last."""
    first, last = programme.first_day, programme.last_day
    if first is None:
        return ""
    if last in (first, None):
        return f"{first:%d-%m-%Y}"
    return words.span.format(first=f"{first:%d-%m-%Y}", last=f"{last:%d-%m-%Y}")


def _registration(programme: Programme, words: Words) -> Iterator[str]:
    counts, capacity = programme.registered, programme.capacity
    if counts is None and capacity is None:
        return
    yield f"### {words.registration}"
    if counts:
        yield words.registered.format(members=counts.members, others=counts.non_members)
    if capacity:
        yield words.capacity.format(places=capacity)


def _announcement(programme: Programme, words: Words) -> Iterator[str]:
    if programme.announcement or programme.topics:
        yield f"### {words.announcement}"
        yield programme.announcement
        if not all(topic in programme.announcement for topic in programme.topics):
            yield _items(programme.topics)


def _people(programme: Programme, words: Words) -> Iterator[str]:
    if programme.invited:
        yield f"### {words.invited}"
        yield _items(map(_person, programme.invited))
    if call := programme.call:
        yield f"### {words.call}"
        yield call.text
        if call.deadline and str(call.deadline.year) not in call.text:
            yield words.deadline.format(day=words.day(call.deadline))
    if programme.organisers:
        yield f"### {words.organisers}"
        yield _items(map(_person, programme.organisers))


def _person(person: Person) -> str:
    """``Name (mail), Affiliation``."""
    mail = f" ({person.email})" if person.email else ""
    return f"{person.name}{mail}" + (
        f", {person.affiliation}" if person.affiliation else ""
    )


def _programme(
    programme: Programme, timetable: Timetable, words: Words
) -> Iterator[str]:
    if not timetable.sessions:
        return
    yield f"### {words.programme}"
    days = {slot.starts.date() for slot in timetable.slots}
    days |= {timed.starts.date() for timed in timetable.sessions}
    several = len(days | {programme.first_day or min(days)}) > 1
    if _says_all(programme, timetable):
        yield _items(
            _session(timed, words, with_day=several) for timed in timetable.sessions
        )
        return
    for day, sessions in groupby(timetable.sessions, lambda held: held.starts.date()):
        if several:
            yield f"#### {words.weekday(day)}"
        for timed in sessions:
            yield from _timed_list(timed, words)


def _timed_list(timed: TimedSession, words: Words) -> Iterator[str]:
    """The session and its entries; those after midnight under a day of their own."""
    yield f"##### {_session(timed, words, with_day=False)}"
    said = (slot for slot in timed.slots if not is_filler(slot.talk))
    for day, slots in groupby(said, lambda slot: slot.starts.date()):
        if day != timed.starts.date():
            yield f"#### {words.weekday(day)}"
        yield _items(_entry(slot, words) for slot in slots)


def _says_all(programme: Programme, timetable: Timetable) -> bool:
    """Whether windows and the order of the talks alone give this timetable."""
    if any(talk.starts or not talk.kind.is_talk for talk in programme.all_talks):
        return False
    spread = replace(
        programme,
        sessions=tuple(replace(session, talks=()) for session in programme.sessions),
        talks=tuple(map(_unbound, _talks(timetable))),
    )
    try:
        again = lay_out(spread)
    except OrchestratorError:
        return False
    return _starts(again) == _starts(timetable)


def _unbound(talk: Talk) -> Talk:
    """What a page says of ``talk``: not when and where it can be given."""
    speakers = tuple(replace(one, zone="", hours=()) for one in talk.speakers)
    return replace(talk, speakers=speakers, not_before=None)


def _talks(timetable: Timetable) -> list[Talk]:
    return [slot.talk for slot in timetable.slots if slot.talk.kind.is_talk]


def _starts(timetable: Timetable) -> list[tuple[str, datetime]]:
    return [
        (slot.talk.title, slot.starts)
        for slot in timetable.slots
        if slot.talk.kind.is_talk
    ]


def _session(timed: TimedSession, words: Words, *, with_day: bool) -> str:
    """``Session 1 : 10h-12h``, with what else is known of it."""
    starts, ends = timed.starts, timed.ends
    day = words.weekday(starts.date()) if with_day else ""
    # A page has no way to say that a window ends on the next day.
    is_one_day = starts.date() == ends.date()
    hours = _hours(starts, ends, words, "-") if is_one_day else ""
    when = ", ".join(filter(None, (day, hours)))
    said = f"{words.colon} {when}" if when else ""
    if timed.session.room:
        said += f" ({_room(timed.session.room, words)})"
    if timed.session.chairs:
        names = tuple(person.name for person in timed.session.chairs)
        said += f" – {words.chair.format(names=words.listed(names))}"
    title = timed.session.title
    context = read_context(f"{title}{said}", line=0)
    is_known = context is not None and context.mark is Mark.SESSION
    return f"{title}{said}" if is_known else f"Session {title}{said}"


def _hours(starts: datetime, ends: datetime, words: Words, dash: str) -> str:
    """``10h-12h``; past midnight only the start."""
    first = words.clock(starts.time())
    if ends.date() != starts.date():
        return first
    return f"{first}{dash}{words.clock(ends.time())}"


def _room(room: str, words: Words) -> str:
    """``room`` as a page can call it, so that it is known for one."""
    return room if room_in(room) else f"{words.room} {room}"


def _entry(slot: Slot, words: Words) -> str:
    """``9h45 – 10h30 : Title, par Name (Lab)``; a break has only its title."""
    talk, hours = slot.talk, _hours(slot.starts, slot.ends, words, " – ")
    if talk.kind.is_talk:
        return f"{hours}{words.colon} {heading(talk, words_for(talk, words))}"
    unnamed = words.pause if talk.kind is Kind.BREAK else words.discussion
    return f"{hours}{words.colon} {talk.title or unnamed}"


def _abstracts(
    programme: Programme, timetable: Timetable, words: Words
) -> Iterator[str]:
    talks = _talks(timetable) or [t for t in programme.all_talks if t.kind.is_talk]
    if talks:
        yield f"### {words.abstracts}"
    for talk in talks:
        yield from talk_section(talk, words_for(talk, words))
