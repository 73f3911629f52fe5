"""A programme written in the project's own format, to be edited and read again.

What is read back equals what was written, but for the calendar stamps, which
are not written. Texts lose white space at both ends.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from orchestrator.programme.importers.moments import is_twice
from orchestrator.programme.importers.yaml_text import Bare, Long, dump, dump_apart
from orchestrator.programme.importers.yaml_words import named
from orchestrator.programme.model import (
    Kind,
    Link,
    LinkKind,
    Person,
    Programme,
    Session,
    Talk,
    Theme,
)

_HEAD = "# yaml-language-server: $schema=programme.schema.json\n"
_KEYS = {
    LinkKind.SLIDES: "slides",
    LinkKind.VIDEO: "video",
    LinkKind.PREPRINT: "preprint",
    LinkKind.REFERENCE: "references",
}
_ORDER = list(_KEYS)

Block = dict[str, object]


def write_yaml(programme: Programme) -> str:
    """``programme`` as YAML, ids included; ``read_yaml`` gives it back."""
    zone = ZoneInfo(programme.zone)
    day = _only_day(programme)
    shared = _shared_doors(programme)
    sessions = [
        _session(session, day, zone, with_doors=not shared)
        for session in programme.sessions
    ]
    talks = [_talk(talk, day, zone) for talk in programme.talks]
    parts = [dump({key: value}) for key, value in _meeting(programme).items()]
    for key, blocks in (("sessions", sessions), ("talks", talks)):
        if blocks:
            parts.append(f"{key}:\n{dump_apart(blocks)}")
    return _HEAD + "".join(_apart(parts))


def _apart(parts: list[str]) -> Iterator[str]:
    """``parts`` with an empty line before and after each of several lines."""
    was_long = False
    for part in parts:
        is_long = part.count("\n") > 1
        yield f"\n{part}" if is_long or was_long else part
        was_long = is_long


def _meeting(programme: Programme) -> Block:
    """All but sessions and talks."""
    return {
        "title": programme.title,
        **_block(slug=programme.slug),
        "zone": programme.zone,
        "language": programme.language,
        **_days(programme.first_day, programme.last_day),
        **_block(
            place=programme.place,
            network=programme.network,
            capacity=_number(programme.capacity),
            changeover=_length(programme.changeover) if programme.changeover else None,
            doors=_shared_doors(programme),
            registered=_registered(programme),
            summary=Long(programme.summary),
            themes=_themes(programme.themes),
            announcement=Long(programme.announcement),
            topics=list(programme.topics),
            call=_call(programme),
            organisers=list(map(_person, programme.organisers)),
            invited=list(map(_person, programme.invited)),
            sections=[
                {"title": one.title, "text": Long(one.text)}
                for one in programme.sections
            ],
        ),
    }


def _block(**values: object) -> Block:
    """``values`` without the empty ones."""
    return {key: value for key, value in values.items() if value}


def _number(number: int | None) -> Bare | None:
    return None if number is None else Bare(number)


def _days(first: date | None, last: date | None) -> Block:
    if first is None:
        return {}
    if first == last:
        return {"date": Bare(first.isoformat())}
    return {"dates": [Bare(day.isoformat()) for day in (first, last) if day]}


def _only_day(programme: Programme) -> date | None:
    first, last = programme.first_day, programme.last_day
    return first if last in (first, None) else None


def _shared_doors(programme: Programme) -> Block:
    """The doors of the meeting, where all of several sessions have the same."""
    kinds = {(one.opens_before, one.closes_after) for one in programme.sessions}
    if len(programme.sessions) == 1 or len(kinds) != 1:
        return {}
    return _doors(programme.sessions[0])


def _doors(session: Session) -> Block:
    """What it says of its doors; 0 minutes are said, the usual ones are not."""
    given = {"before": session.opens_before, "after": session.closes_after}
    return {key: _length(held) for key, held in given.items() if held is not None}


def _registered(programme: Programme) -> Block | None:
    if (counts := programme.registered) is None:
        return None
    given: Block = {
        "members": Bare(counts.members),
        "non_members": Bare(counts.non_members),
    }
    return given | ({"unknown": Bare(counts.unknown)} if counts.unknown else {})


def _themes(themes: tuple[Theme, ...]) -> object:
    """``CODE: name`` lines when the codes tell them apart."""
    codes = Counter(theme.code for theme in themes)
    if "" in codes or len(codes) < len(themes):
        return [_block(code=theme.code) | {"name": theme.name} for theme in themes]
    return {theme.code: theme.name for theme in themes}


def _call(programme: Programme) -> Block | None:
    if (call := programme.call) is None:
        return None
    text: Block = {"text": Long(call.text)}
    return text | _block(deadline=call.deadline and Bare(call.deadline.isoformat()))


def _person(person: Person) -> object:
    """``Name (Affiliation)`` when that says all."""
    short = person.name
    if person.affiliation:
        short = f"{person.name} ({person.affiliation})"
    block = _block(
        name=person.name,
        affiliation=person.affiliation,
        email=person.email,
        zone=person.zone,
        hours=person.hours and Bare(_window(*person.hours)),
    )
    return short if named(short) == block else block


def _people(people: tuple[Person, ...], one: str, several: str) -> Block:
    """Under the key ``one`` when there is only one."""
    written = [_person(person) for person in people]
    return {one: written[0]} if len(written) == 1 else _block(**{several: written})


def _session(
    session: Session, meeting_day: date | None, zone: ZoneInfo, *, with_doors: bool
) -> Block:
    day = _day_of(session, zone) or meeting_day
    window = _window_of(session, meeting_day, zone)
    if "starts" not in window and day != meeting_day and day:
        window = {"date": Bare(day.isoformat())} | window
    return (
        _block(id=session.id)
        | {"title": session.title}
        | window
        | _block(room=session.room, doors=_doors(session) if with_doors else None)
        | _people(session.chairs, "chair", "chairs")
        | _block(talks=[_talk(talk, day, zone) for talk in session.talks])
    )


def _day_of(session: Session, zone: ZoneInfo) -> date | None:
    """The day that times of the session without a day of their own mean."""
    given = (session.starts, *(talk.starts for talk in session.talks))
    return next((found.astimezone(zone).date() for found in given if found), None)


def _window_of(session: Session, day: date | None, zone: ZoneInfo) -> Block:
    """``window`` when both ends are plain times of one day; else whole moments."""
    if session.starts is None or session.ends is None:
        return {}
    starts, ends = session.starts.astimezone(zone), session.ends.astimezone(zone)
    plain = starts.date() == ends.date() and starts.time() < ends.time()
    if plain and not is_twice(starts) and not is_twice(ends):
        return {"window": Bare(_window(starts.time(), ends.time()))}
    return {"starts": _moment(starts, None, zone), "ends": _moment(ends, None, zone)}


def _talk(talk: Talk, day: date | None, zone: ZoneInfo) -> Block:
    return (
        _block(id=talk.id)
        | {"title": talk.title}
        | _block(kind=talk.kind.value if talk.kind is not Kind.CONTRIBUTED else "")
        | _people(talk.speakers, "speaker", "speakers")
        | _block(
            coauthors=list(talk.coauthors),
            language=talk.language,
            track=talk.track,
            minutes=talk.duration and _length(talk.duration),
            starts=talk.starts and _moment(talk.starts, day, zone),
            ends=talk.ends and _moment(talk.ends, day, zone),
            not_before=None
            if talk.not_before is None
            else Bare(_clock(talk.not_before)),
            abstract=Long(talk.abstract),
        )
        | _links(talk.links)
    )


def _links(links: tuple[Link, ...]) -> Block:
    """By kind, or as one list when that would change their order."""
    places = [_ORDER.index(link.kind) for link in links]
    if places != sorted(places):
        return {
            "links": [
                _block(kind=link.kind.value, url=link.url, label=link.label)
                for link in links
            ]
        }
    by_kind: dict[str, list[object]] = {}
    for link in links:
        by_kind.setdefault(_KEYS[link.kind], []).append(_address(link))
    return {key: one[0] if len(one) == 1 else one for key, one in by_kind.items()}


def _address(link: Link) -> object:
    return {"url": link.url, "label": link.label} if link.label else link.url


def _clock(clock: time) -> str:
    return clock.isoformat("auto" if clock.second or clock.microsecond else "minutes")


def _window(first: time, last: time) -> str:
    return f"{_clock(first)}-{_clock(last)}"


def _moment(given: datetime, day: date | None, zone: ZoneInfo) -> Bare:
    """A time of ``day``, else the whole moment; with its offset if shown twice."""
    local = given.astimezone(zone)
    if is_twice(local):
        return Bare(local.isoformat(" "))
    if local.date() == day:
        return Bare(_clock(local.time()))
    return Bare(f"{local.date()} {_clock(local.time())}")


def _length(length: timedelta) -> Bare:
    """Whole minutes as a number, else hours, minutes and seconds."""
    minutes, seconds = divmod(int(length.total_seconds()), 60)
    if not seconds:
        return Bare(minutes)
    return Bare("{:d}:{:02d}:{:02d}".format(*divmod(minutes, 60), seconds))
