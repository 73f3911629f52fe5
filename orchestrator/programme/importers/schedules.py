"""A programme from a conference schedule: pretalx and frab, once undressed.

One session for each day and room, parted where nothing happens for more than
an hour. The identities of the source are not taken over: a talk gets its own
when it is stored.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from orchestrator.programme.importers import moments
from orchestrator.programme.importers.errors import UnreadableProgramme
from orchestrator.programme.importers.inline import tidy
from orchestrator.programme.importers.schedule_talks import (
    GivenEvent,
    readable,
    talk_of,
)
from orchestrator.programme.model import Programme, Reading, Remark, Session, Talk
from orchestrator.programme.slug import is_slug

_GAP = timedelta(hours=1)
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenConference:
    """What the export says of the whole; ``day_change`` ends a day, by the clock."""

    line: int
    title: str
    acronym: str = ""
    zone: str = ""
    start: str = ""
    end: str = ""
    place: str = ""
    base_url: str = ""
    day_change: str = ""
    description: str = ""
    capacity: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Placed:
    """A talk in its room, on the day that the export puts it in."""

    day: str
    room: str
    starts: datetime
    ends: datetime
    talk: Talk


def reading_of(
    conference: GivenConference,
    events: Iterable[GivenEvent],
    *,
    zone: str,
    leftovers: Iterable[Remark] = (),
) -> Reading:
    """The programme; ``zone`` holds when the export names none.

    Raises ``UnreadableProgramme`` for an event whose time is none, and when the
    whole has no title.
    """
    if not conference.title:
        raise UnreadableProgramme(
            f"Line {conference.line}, title: the conference has none; add it.",
            line=conference.line,
        )
    reader = _Reader(conference, zone)
    placed = [found for event in events if (found := reader.placed(event))]
    sessions = tuple(_sessions(placed))
    days = reader.days(sessions)
    return Reading(
        programme=Programme(
            title=tidy(conference.title).replace("\n", " "),
            zone=reader.zone.key,
            language=_language(placed),
            slug=_slug(conference.acronym),
            first_day=days[0] if days else None,
            last_day=days[-1] if days else None,
            place=tidy(conference.place),
            capacity=conference.capacity,
            announcement=readable(conference.description),
            sessions=sessions,
        ),
        remarks=tuple(reader.remarks),
        leftovers=(*leftovers, *reader.leftovers),
    )


class _Reader:
    """Reads events against one zone; collects what is to be looked at."""

    def __init__(self, conference: GivenConference, zone: str) -> None:
        self.remarks: list[Remark] = []
        self.leftovers: list[Remark] = []
        self._conference = conference
        self.zone = self._zone(conference.zone or zone, zone)

    def _zone(self, name: str, otherwise: str) -> ZoneInfo:
        try:
            return moments.zone_named(name)
        except ValueError as error:
            self._remark(self._conference.line, f"{error} {otherwise} is taken.")
            return ZoneInfo(otherwise)

    def placed(self, event: GivenEvent) -> _Placed | None:
        """The event as a talk; None, and a leftover, when it has no time."""
        starts = self._starts(event)
        if starts is None:
            self._leave(event.line, f"“{event.title}” has no time yet.")
            return None
        ends = self._ends(event, starts)
        talk, refused = talk_of(
            event, starts=starts, ends=ends, base=self._conference.base_url
        )
        for url in refused:
            self._leave(event.line, f"“{event.title}”: {url} is no address.")
        return _Placed(
            day=event.day or starts.date().isoformat(),
            room=tidy(event.room),
            starts=starts,
            ends=ends or starts,
            talk=talk,
        )

    def days(self, sessions: Sequence[Session]) -> list[date]:
        """First and last day: as the export says, else as the sessions are."""
        conference = self._conference
        said = [text[:10] for text in (conference.start, conference.end) if text]
        try:
            given = sorted(map(moments.day, said))
        except ValueError as error:
            self._remark(conference.line, str(error))
            given = []
        held = [found.starts.date() for found in sessions if found.starts]
        return given or sorted(held)

    def _starts(self, event: GivenEvent) -> datetime | None:
        written = event.date or event.start
        if not written:
            return None
        try:
            found = moments.moment(written)
            if isinstance(found, moments.LocalTime):
                return self._of_day(event, found) if event.day else None
            return self._local(event, found)
        except ValueError as error:
            raise _refused(event, "date", error) from error

    def _of_day(self, event: GivenEvent, found: moments.LocalTime) -> datetime:
        """A clock time of the export's day, which lasts until ``day_change``."""
        day = moments.day(event.day[:10])
        change = self._conference.day_change
        if change and found.clock < moments.clock(change):
            day += _ONE_DAY
        return moments.in_zone(datetime.combine(day, found.clock), self.zone)

    def _local(self, event: GivenEvent, found: datetime) -> datetime:
        local = moments.in_zone(found, self.zone)
        if found.tzinfo is not None and found.utcoffset() != local.utcoffset():
            self._remark(
                event.line,
                "The source counts its times in another zone;"
                f" they are shown in {self.zone.key}.",
            )
        return local

    def _ends(self, event: GivenEvent, starts: datetime) -> datetime | None:
        """None when the export leaves the length open, or says 00:00."""
        try:
            length = self._length(event, starts)
            ends = (starts.astimezone(UTC) + length).astimezone(self.zone)
        except (ValueError, OverflowError) as error:
            raise _refused(event, "duration", error) from error
        return ends if length else None

    def _length(self, event: GivenEvent, starts: datetime) -> timedelta:
        if event.duration:
            return moments.length(event.duration)
        if not event.end:
            return timedelta()
        found = moments.moment(event.end)
        if isinstance(found, moments.LocalTime):
            found = datetime.combine(starts.date(), found.clock)
        ends = moments.in_zone(found, self.zone)
        length = ends.astimezone(UTC) - starts.astimezone(UTC)
        if length < timedelta():
            raise ValueError("It ends before it has started.")
        return length

    def _remark(self, line: int, text: str) -> None:
        """What holds of a thousand events is said once, of the first."""
        if all(remark.text != text for remark in self.remarks):
            self.remarks.append(Remark(line=line, text=text))

    def _leave(self, line: int, text: str) -> None:
        self.leftovers.append(Remark(line=line, text=text))


def _refused(event: GivenEvent, field: str, error: Exception) -> UnreadableProgramme:
    return UnreadableProgramme(
        f"Line {event.line}, {field} of “{event.title}”: {error}", line=event.line
    )


def _sessions(placed: Iterable[_Placed]) -> Iterator[Session]:
    """In time order; rooms in the order of the export."""
    by_place: dict[tuple[str, str], list[_Placed]] = {}
    for one in placed:
        by_place.setdefault((one.day, one.room), []).append(one)
    blocks = [block for held in by_place.values() for block in _parted(held)]
    blocks.sort(key=lambda block: block[0].starts)
    for number, block in enumerate(blocks, start=1):
        starts, ends = block[0].starts, max(one.ends for one in block)
        is_window = starts < ends
        yield Session(
            title=_shared_track(block) or f"Session {number}",
            starts=starts if is_window else None,
            ends=ends if is_window else None,
            room=block[0].room,
            talks=tuple(one.talk for one in block),
        )


def _parted(held: list[_Placed]) -> Iterator[list[_Placed]]:
    """``held`` in time order, cut wherever nothing happens for over an hour."""
    block: list[_Placed] = []
    for one in sorted(held, key=lambda one: one.starts):
        if block and one.starts - max(before.ends for before in block) > _GAP:
            yield block
            block = []
        block.append(one)
    if block:
        yield block


def _shared_track(block: list[_Placed]) -> str:
    tracks = {one.talk.track for one in block if one.talk.kind.is_talk}
    return tracks.pop() if len(tracks) == 1 else ""


def _language(placed: Iterable[_Placed]) -> str:
    """The language of most talks; French when none says its own."""
    spoken = (one.talk.language.split("-")[0].lower() for one in placed)
    most = Counter(language for language in spoken if language).most_common(1)
    return most[0][0] if most else "fr"


def _slug(acronym: str) -> str:
    slug = acronym.strip().lower().replace("_", "-")
    return slug if is_slug(slug) else ""
