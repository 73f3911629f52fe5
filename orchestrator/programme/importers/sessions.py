"""Sessions and their talks in time, from what the pass over the page gathered."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from orchestrator.programme.importers.clock_times import Calendar, moment, with_ends
from orchestrator.programme.importers.drafts import Draft, SessionDraft
from orchestrator.programme.importers.kinds import is_lunch
from orchestrator.programme.importers.words import key
from orchestrator.programme.model import Kind, Person, Remark

_LONG_BREAK = timedelta(minutes=60)
_LUNCH = timedelta(minutes=45)
_NOON = time(12)
_AFTER_LUNCH = time(14, 30)
_EVENING = time(18)
_NAMES = {
    "fr": ("Matin", "Après-midi", "Soirée", "Journée"),
    "en": ("Morning", "Afternoon", "Evening", "Day"),
}


@dataclass(slots=True, eq=False)
class Block:
    """A session with its entries; a made one has no window and no ``draft``."""

    title: str
    line: int
    day: date
    room: str = ""
    starts: datetime | None = None
    ends: datetime | None = None
    chairs: tuple[Person, ...] = ()
    entries: list[Draft] = field(default_factory=list)


class Placing:
    """Puts drafts into the sessions of the page, else into mornings and afternoons."""

    def __init__(self, calendar: Calendar, zone: ZoneInfo, *, language: str) -> None:
        self._calendar = calendar
        self._zone = zone
        self._language = language
        self._names = _NAMES.get(language, _NAMES["fr"])
        self._days: dict[int, date] = {}
        # Kept, for the days are known by identity.
        self._copies: list[Draft] = []
        self.remarks: list[Remark] = []

    def place(
        self, drafts: list[Draft], sessions: list[SessionDraft]
    ) -> tuple[list[Block], list[Draft]]:
        """Sessions in time order with their entries, and the talks without one."""
        given = self._given(sessions)
        blocks = list(dict.fromkeys(given.values()))
        free: list[Draft] = []
        unplaced: list[Draft] = []
        for draft in drafts:
            block = given.get(draft.session) if draft.session else None
            block = None if block and self._is_outside(draft, block) else block
            if block is None and draft.starts is None:
                unplaced.append(draft)
                continue
            self._days[id(draft)] = self._day(draft, block)
            block = block or self._containing(draft, blocks)
            (free if block is None else block.entries).append(draft)
        for block in blocks:
            rooms = {draft.room for draft in block.entries}
            block.room = block.room or (rooms.pop() if len(rooms) == 1 else "")
            self._end(block)
        lasting = self._lasting(blocks)
        blocks = lasting + self._made(free, {block.day for block in lasting})
        return sorted(blocks, key=self._order), unplaced

    def starts(self, draft: Draft) -> datetime | None:
        """When a placed draft starts."""
        return self._moment(draft, draft.starts)

    def ends(self, draft: Draft) -> datetime | None:
        """When a placed draft ends."""
        return self._moment(draft, draft.ends)

    def _moment(self, draft: Draft, clock: time | None) -> datetime | None:
        if clock is None:
            return None
        return moment(self._days[id(draft)], clock, self._zone, line=draft.line)

    def _given(self, sessions: list[SessionDraft]) -> dict[SessionDraft, Block]:
        """A block for each session; one that the page names twice has one block."""
        found: dict[SessionDraft, Block] = {}
        known: dict[str, list[tuple[SessionDraft, Block]]] = defaultdict(list)
        for draft in sessions:
            name = key(draft.title)
            same = next((b for d, b in known[name] if _are_one(d, draft)), None)
            block = same or self._block(draft)
            if same is not None and same.starts is None and draft.starts is not None:
                self._window(same, draft)
            block.chairs = block.chairs or draft.chairs
            block.room = block.room or draft.room
            found[draft] = block
            known[name].append((draft, block))
        return found

    def _block(self, draft: SessionDraft) -> Block:
        day = self._calendar.day_of(draft.when, line=draft.line) or date.min
        block = Block(draft.title, draft.line, day, draft.room, chairs=draft.chairs)
        self._window(block, draft)
        return block

    def _window(self, block: Block, draft: SessionDraft) -> None:
        if draft.when:
            day = self._calendar.day_of(draft.when, line=draft.line)
            block.day = day or block.day
        if draft.starts is not None and draft.ends is not None:
            zone, line = self._zone, draft.line
            block.starts = moment(block.day, draft.starts, zone, line=line)
            block.ends = moment(block.day, draft.ends, zone, line=line)

    def _day(self, draft: Draft, block: Block | None) -> date:
        if block is not None and not draft.when:
            return block.day
        day = self._calendar.day_of(draft.when, line=draft.line)
        return day or (block.day if block else date.min)

    def _is_outside(self, draft: Draft, block: Block) -> bool:
        """Whether a pause with hours lies before or after the window it follows."""
        if not draft.is_pause or draft.starts is None or block.starts is None:
            return False
        self._days[id(draft)] = self._day(draft, block)
        starts, ends = self.starts(draft), block.ends
        return (
            starts is not None
            and ends is not None
            and (starts >= ends or starts < block.starts)
        )

    def _containing(self, draft: Draft, blocks: list[Block]) -> Block | None:
        """The session of the page in whose window an entry starts."""
        starts = self.starts(draft)
        for block in blocks:
            if block.starts is None or block.ends is None or starts is None:
                continue
            inside = block.starts <= starts < block.ends
            if inside and (
                not draft.room or not block.room or draft.room == block.room
            ):
                return block
        return None

    def _end(self, block: Block) -> None:
        """Give the timed entries of a given session their ends, in its window."""
        block.entries = _in_order(block.entries)
        if block.ends is not None and any(d.starts for d in block.entries):
            limit = Draft(line=0, origin=block.entries[0].origin, ending=True)
            limit.starts = block.ends.timetz().replace(tzinfo=None)
            self.remarks += with_ends([*block.entries, limit])
        else:
            self.remarks += with_ends(block.entries)
        block.entries = [draft for draft in block.entries if not draft.ending]

    def _lasting(self, blocks: list[Block]) -> list[Block]:
        """``blocks`` without those that have neither hours nor talks."""
        for block in blocks:
            if not block.entries and block.starts is None:
                text = (
                    f"The session “{block.title}” has neither hours nor talks;"
                    " it is left out. Write its window, as in 10h-12h."
                )
                self.remarks.append(Remark(line=block.line, text=text))
        return [b for b in blocks if b.entries or b.starts is not None]

    def _made(self, free: list[Draft], given: set[date]) -> list[Block]:
        """One block for each room and half-day of the timed entries without session.

        A pause between the sessions that the page gives for its day (``given``)
        stands alone, under its own name.
        """
        groups: dict[tuple[date, str], list[Draft]] = defaultdict(list)
        for draft in free:
            groups[self._days[id(draft)], draft.room].append(draft)
        self._share_pauses(groups)
        blocks: list[Block] = []
        for (day, room), drafts in sorted(groups.items(), key=lambda item: item[0][0]):
            ordered = _in_order(drafts)
            self.remarks += with_ends(ordered)
            lasting = [draft for draft in ordered if not draft.ending]
            alone = day in given and all(map(_is_filling, lasting))
            halves = [[d] for d in lasting] if alone else _halves(lasting)
            names = [half[0].shown if alone else self._name(half) for half in halves]
            for place, half in enumerate(halves):
                title = _numbered(names, place)
                blocks.append(Block(title, half[0].line, day, room, entries=half))
        return blocks

    def _share_pauses(self, groups: dict[tuple[date, str], list[Draft]]) -> None:
        """Pauses outside rooms are in each room, when nothing else is outside."""
        for day, room in list(groups):
            rooms = [r for d, r in groups if d == day and r]
            drafts = groups[day, room]
            if room or not rooms or any(not _is_filling(d) for d in drafts):
                continue
            # Who opens the day speaks once, to all the rooms together.
            shared = [draft for draft in drafts if not draft.speakers]
            for other in rooms:
                copies = [replace(draft, room=other) for draft in shared]
                self._days.update({id(copy): day for copy in copies})
                self._copies += copies
                groups[day, other] += copies
            groups[day, room] = [draft for draft in drafts if draft.speakers]
            if not groups[day, room]:
                del groups[day, room]

    def _name(self, half: list[Draft]) -> str:
        starts = half[0].starts or time()
        ends = max((d.ends for d in half if d.ends is not None), default=starts)
        morning, afternoon, evening, day = self._names
        talks = [d for d in half if not d.is_pause] or half
        last = max((d.ends for d in talks if d.ends is not None), default=ends)
        if starts >= _EVENING:
            return evening
        if starts >= _NOON:
            return afternoon
        return morning if last <= _AFTER_LUNCH else day

    def _order(self, block: Block) -> tuple[bool, datetime]:
        """By start; sessions that start together keep the order of the page."""
        firsts = [self.starts(d) for d in block.entries if d.starts is not None]
        known = [m for m in (block.starts, *firsts) if m is not None]
        first = min(known, default=None)
        nowhere = datetime.max.replace(tzinfo=self._zone)
        if first is not None:
            return False, first
        return True, nowhere


def _are_one(one: SessionDraft, other: SessionDraft) -> bool:
    """Whether two sessions of one title are one: no day, window or room differs."""
    windows = one.starts is None or other.starts is None
    windows = windows or (one.starts, one.ends) == (other.starts, other.ends)
    days = not one.when or not other.when or one.when == other.when
    rooms = not one.room or not other.room or one.room == other.room
    return windows and days and rooms


def _in_order(drafts: Iterable[Draft]) -> list[Draft]:
    """Timed entries by their start; one without follows the one before it."""
    found: list[tuple[time, int, Draft]] = []
    last = time()
    for place, draft in enumerate(drafts):
        last = draft.starts or last
        found.append((last, place, draft))
    return [draft for _, _, draft in sorted(found, key=lambda item: item[:2])]


def _halves(drafts: list[Draft]) -> list[list[Draft]]:
    """``drafts`` divided at lunch and wherever nothing happens for over an hour."""
    halves: list[list[Draft]] = []
    until: time | None = None
    divided = True
    for draft in drafts:
        gap = until is not None and _between(until, draft.starts) > _LONG_BREAK
        if divided or gap:
            halves.append([])
        halves[-1].append(draft)
        until = max(until or time(), draft.ends or time())
        divided = _divides(draft)
    return halves


def _divides(draft: Draft) -> bool:
    if draft.kind is not Kind.BREAK:
        return False
    length = _between(draft.starts, draft.ends)
    return length > _LONG_BREAK or (length >= _LUNCH and is_lunch(draft.shown))


def _between(first: time | None, last: time | None) -> timedelta:
    day = date(2000, 1, 1)
    start, end = first or time(), last or time()
    return datetime.combine(day, end) - datetime.combine(day, start)


def _is_filling(draft: Draft) -> bool:
    return draft.kind is Kind.BREAK or draft.ending


def _numbered(names: list[str], place: int) -> str:
    before = names[: place + 1].count(names[place])
    return names[place] if before == 1 else f"{names[place]} ({before})"
