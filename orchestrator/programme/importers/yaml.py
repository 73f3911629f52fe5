"""A programme in the project's own format (``docs/programme-format.md``)."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from orchestrator.ids import SessionId, TalkId
from orchestrator.programme.importers import moments
from orchestrator.programme.importers.yaml_complaints import (
    Complaint,
    complaints_of,
    unreadable,
)
from orchestrator.programme.importers.yaml_nodes import Path, Source, compose
from orchestrator.programme.importers.yaml_out import write_yaml
from orchestrator.programme.importers.yaml_schema import (
    PersonEntry,
    ProgrammeEntry,
    SessionEntry,
    TalkEntry,
)
from orchestrator.programme.model import (
    Call,
    Counts,
    Link,
    LinkKind,
    Person,
    Programme,
    Reading,
    Remark,
    Section,
    Session,
    Talk,
    Theme,
)

__all__ = ["read_yaml", "write_yaml"]


def read_yaml(text: str, *, zone: str = "Europe/Paris") -> Reading:
    """The programme that ``text`` describes; ``zone`` holds when it names none.

    Raises ``UnreadableProgramme``, which lists everything that is wrong, each
    with its line and field.
    """
    source = compose(text)
    try:
        entry = ProgrammeEntry.model_validate(source.values)
    except ValidationError as error:
        raise unreadable(source, complaints_of(error)) from error
    reader = _Reader(source, entry, zone)
    programme = reader.programme()
    if reader.complaints:
        raise unreadable(source, reader.complaints)
    return Reading(programme=programme, remarks=tuple(reader.remarks))


class _Reader:
    """Turns checked entries into values; collects what is wrong with them."""

    def __init__(self, source: Source, entry: ProgrammeEntry, zone: str) -> None:
        self.complaints: list[Complaint] = []
        self.remarks: list[Remark] = []
        self._source = source
        self._entry = entry
        self._zone = ZoneInfo(entry.zone or zone)
        self._ids: dict[str, Path] = {}
        self._first, self._last = self._days()

    def programme(self) -> Programme:
        """The whole meeting; to be used only when there is no complaint."""
        entry = self._entry
        return Programme(
            title=entry.title,
            zone=self._zone.key,
            language=entry.language,
            slug=entry.slug,
            network=entry.network,
            first_day=self._first,
            last_day=self._last,
            place=entry.place,
            summary=entry.summary,
            themes=tuple(Theme(code=one.code, name=one.name) for one in entry.themes),
            capacity=entry.capacity,
            registered=_counts(entry),
            announcement=entry.announcement,
            topics=entry.topics,
            call=_call(entry),
            organisers=_people(entry.organisers),
            invited=_people(entry.invited),
            sessions=tuple(map(self._session, range(len(entry.sessions)))),
            talks=self._talks(entry.talks, self._only_day, ()),
            sections=tuple(
                Section(title=one.title, text=one.text) for one in entry.sections
            ),
            changeover=entry.changeover,
            tells_doors=True,
        )

    def _days(self) -> tuple[date | None, date | None]:
        """First and last day; of ``dates`` with one day, the last is open."""
        entry = self._entry
        if entry.date and entry.dates:
            self._complain(("dates",), "Write either `date` or `dates`, not both.")
        if entry.date:
            return entry.date, entry.date
        first, last, *_ = (*entry.dates, None, None)
        if first and last and last < first:
            self._complain(("dates",), f"{last} is before {first}; turn them round.")
        return first, last

    @property
    def _only_day(self) -> date | None:
        return self._first if self._last in (self._first, None) else None

    def _session(self, index: int) -> Session:
        entry, path = self._entry.sessions[index], ("sessions", index)
        identity = self._identity(entry.id, path)
        starts, ends = self._window(entry, path)
        day = entry.date or (starts.date() if starts else self._only_day)
        self._compare_days(day, path)
        opens_before, closes_after = self._doors(entry)
        return Session(
            title=f"Session {index + 1}" if entry.title is None else entry.title,
            starts=starts,
            ends=ends,
            room=entry.room,
            chairs=_people((*entry.chair, *entry.chairs)),
            talks=self._talks(entry.talks, day, path),
            opens_before=opens_before,
            closes_after=closes_after,
            id=SessionId(identity),
        )

    def _doors(self, entry: SessionEntry) -> tuple[timedelta | None, timedelta | None]:
        """Of the session, else of the meeting, each by itself."""
        own, usual = entry.doors, self._entry.doors
        return (
            usual.before if own.before is None else own.before,
            usual.after if own.after is None else own.after,
        )

    def _window(
        self, entry: SessionEntry, path: Path
    ) -> tuple[datetime | None, datetime | None]:
        day = entry.date or self._only_day
        if entry.window is None:
            if (entry.starts is None) is not (entry.ends is None):
                self._complain(path, "Write both `starts` and `ends`, or a `window`.")
            return self._span(entry.starts, entry.ends, day, path)
        if entry.starts or entry.ends:
            self._complain(
                (*path, "window"), "Write either `window` or `starts` and `ends`."
            )
        first, last = map(moments.LocalTime, entry.window)
        return self._span(first, last, day, (*path, "window"))

    def _compare_days(self, day: date | None, path: Path) -> None:
        if day is None or self._first is None:
            return
        if not self._first <= day <= (self._last or self._first):
            self._remark(path, f"{day} is not a day of the meeting.")

    def _talks(
        self, entries: tuple[TalkEntry, ...], day: date | None, path: Path
    ) -> tuple[Talk, ...]:
        return tuple(
            self._talk(entry, day, (*path, "talks", index))
            for index, entry in enumerate(entries)
        )

    def _talk(self, entry: TalkEntry, day: date | None, path: Path) -> Talk:
        starts, ends = self._span(entry.starts, entry.ends, day, path)
        if entry.minutes is not None and not entry.minutes:
            self._complain((*path, "minutes"), "0 minutes is no talk.")
        return Talk(
            title=entry.title,
            kind=entry.kind,
            speakers=_people((*entry.speaker, *entry.speakers)),
            coauthors=entry.coauthors,
            abstract=entry.abstract,
            links=tuple(_links(entry)),
            language=entry.language,
            track=entry.track,
            duration=entry.minutes,
            starts=starts,
            ends=ends,
            not_before=entry.not_before,
            id=TalkId(self._identity(entry.id, path)),
        )

    def _span(
        self,
        starts: datetime | moments.LocalTime | None,
        ends: datetime | moments.LocalTime | None,
        day: date | None,
        path: Path,
    ) -> tuple[datetime | None, datetime | None]:
        """Both moments in the zone; the end is the later one."""
        first = self._moment(starts, day, (*path, "starts"))
        last = self._moment(ends, day, (*path, "ends"))
        if first and last and last.astimezone(UTC) <= first.astimezone(UTC):
            self._complain((*path, "ends"), "This ends before it has started.")
        return first, last

    def _moment(
        self, given: datetime | moments.LocalTime | None, day: date | None, path: Path
    ) -> datetime | None:
        if given is None:
            return None
        if isinstance(given, moments.LocalTime):
            if day is None:
                self._complain(
                    path,
                    "Of which day? Add a line `date: …`, or write the whole moment.",
                )
                return None
            given = datetime.combine(day, given.clock)
        try:
            found = moments.in_zone(given, self._zone)
        except ValueError as error:
            self._complain(path, str(error))
            return None
        if given.tzinfo is None and moments.is_twice(found):
            self._remark(
                path, f"The clocks show {given:%H:%M} twice; the first is meant."
            )
        return found

    def _identity(self, given: str, path: Path) -> str:
        path = (*path, "id")
        if given and (first := self._ids.setdefault(given, path)) != path:
            self._complain(
                path,
                f"“{given}” stands already in line {self._source.line(first)}; take"
                " this line out and the service gives another id.",
            )
        return given

    def _complain(self, path: Path, text: str) -> None:
        self.complaints.append(Complaint(path, text))

    def _remark(self, path: Path, text: str) -> None:
        self.remarks.append(Remark(line=self._source.line(path), text=text))


def _people(entries: Iterable[PersonEntry]) -> tuple[Person, ...]:
    return tuple(entry.person() for entry in entries)


def _counts(entry: ProgrammeEntry) -> Counts | None:
    if (given := entry.registered) is None:
        return None
    return Counts(
        members=given.members, non_members=given.non_members, unknown=given.unknown
    )


def _call(entry: ProgrammeEntry) -> Call | None:
    if (given := entry.call) is None:
        return None
    return Call(text=given.text, deadline=given.deadline)


def _links(entry: TalkEntry) -> Iterable[Link]:
    """The links in the order of ``LinkKind``, then those of ``links``."""
    given = (
        (LinkKind.SLIDES, entry.slides),
        (LinkKind.VIDEO, entry.video),
        (LinkKind.PREPRINT, entry.preprint),
        (LinkKind.REFERENCE, entry.references),
    )
    for kind, addresses in given:
        for one in addresses:
            yield Link(kind=kind, url=one.url, label=one.label)
    for any_one in entry.links:
        yield Link(kind=any_one.kind, url=any_one.url, label=any_one.label)
