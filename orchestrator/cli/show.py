"""What the command line says of a programme, as lines of plain text."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import groupby

from orchestrator.programme.model import (
    Kind,
    Link,
    Person,
    Programme,
    Remark,
    Slot,
    Talk,
    TimedSession,
    Timetable,
)

_INDENT = "  "
_ANNOUNCED = "(title to be announced)"


def facts(programme: Programme, timetable: Timetable) -> Iterator[str]:
    """Everything that was read, in the order of a meeting page."""
    yield programme.title
    yield from _fields(programme)
    yield from _people("Organisers", programme.organisers)
    yield from _people("Invited speakers", programme.invited)
    yield ""
    for timed in timetable.sessions:
        yield from session(timed)
        yield ""
    talks = [slot.talk for slot in timetable.slots if slot.talk.kind.is_talk]
    yield f"{len(talks)} talks in {len(timetable.sessions)} sessions"


def session(timed: TimedSession) -> Iterator[str]:
    """A session with its slots, one line each and what belongs to the talk below."""
    place = f", {timed.session.room}" if timed.session.room else ""
    chairs = ", ".join(chair.name for chair in timed.session.chairs)
    chaired = f", chaired by {chairs}" if chairs else ""
    yield (
        f"{timed.session.title}: {timed.starts:%Y-%m-%d %H:%M}–{timed.ends:%H:%M}"
        f"{place}{chaired}"
    )
    for slot in timed.slots:
        yield from _slot(slot)


def remarks(remarks: Sequence[Remark], leftovers: Sequence[Remark]) -> Iterator[str]:
    """Warnings, then what was not understood, each with its line."""
    if remarks:
        yield "To check:"
        yield from map(_remark, remarks)
    if leftovers:
        yield "Not understood, kept aside:"
        yield from map(_remark, leftovers)


def _fields(programme: Programme) -> Iterator[str]:
    counts, call = programme.registered, programme.call
    fields = {
        "Network": programme.network,
        "Date": _days(programme.first_day, programme.last_day),
        "Time zone": programme.zone,
        "Place": programme.place,
        "Capacity": programme.capacity,
        "Registered": counts
        and f"{counts.total} ({counts.members} members, {counts.non_members} non-members)",
        "Summary": _beginning(programme.summary),
        "Announcement": _beginning(programme.announcement),
        "Call": call and _beginning(call.text),
        "Call closes": call and call.deadline,
    }
    for name, value in fields.items():
        if value:
            yield f"{_INDENT}{name}: {value}"
    for theme in programme.themes:
        yield f"{_INDENT}Theme {theme.code}: {theme.name}"
    for topic in programme.topics:
        yield f"{_INDENT}Topic: {topic}"
    for section in programme.sections:
        yield f"{_INDENT}Section kept: {section.title}"


def _slot(slot: Slot) -> Iterator[str]:
    talk = slot.talk
    minutes = round((slot.ends - slot.starts).total_seconds() / 60)
    yield f"{_INDENT}{slot.starts:%H:%M} {minutes:>3} min  {headline(talk)}"
    deeper = _INDENT * 8
    for line in _details(talk):
        yield deeper + line


def headline(talk: Talk) -> str:
    """Title, kind where it says something, and who speaks."""
    if not talk.kind.is_talk:
        return talk.title or talk.kind.value.capitalize()
    title = talk.title or _ANNOUNCED
    kind = " [invited]" if talk.kind is Kind.INVITED else ""
    speakers = ", ".join(_named(speaker) for speaker in talk.speakers)
    return f"{title}{kind} – {speakers}" if speakers else f"{title}{kind}"


def _details(talk: Talk) -> Iterator[str]:
    if talk.coauthors:
        yield f"with {', '.join(talk.coauthors)}"
    if talk.abstract:
        yield f"abstract: {_beginning(talk.abstract)}"
    for kind, links in groupby(talk.links, key=lambda link: link.kind):
        yield f"{kind.value}: {', '.join(map(_address, links))}"


def _people(title: str, people: Iterable[Person]) -> Iterator[str]:
    lines = [_INDENT * 2 + _contact(person) for person in people]
    if lines:
        yield f"{_INDENT}{title}:"
        yield from lines


def _contact(person: Person) -> str:
    return f"{_named(person)} <{person.email}>" if person.email else _named(person)


def _named(person: Person) -> str:
    return (
        f"{person.name} ({person.affiliation})" if person.affiliation else person.name
    )


def _address(link: Link) -> str:
    return f"{link.label} <{link.url}>" if link.label else link.url


def _remark(remark: Remark) -> str:
    line = f"line {remark.line}: " if remark.line else ""
    return f"{_INDENT}{line}{remark.text}"


def _days(first: date | None, last: date | None) -> str:
    if first is None:
        return ""
    return f"{first}" if last in (None, first) else f"{first} to {last}"


def _beginning(text: str, *, longest: int = 90) -> str:
    """The first words of ``text`` and how many characters it has in all."""
    flat = " ".join(text.split())
    if len(flat) <= longest:
        return flat
    return f"{flat[:longest].rsplit(' ', 1)[0]} … ({len(text)} characters)"
