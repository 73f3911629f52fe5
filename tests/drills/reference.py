"""Seats, queue and devices of one room in plain Python: what the service must equal.

Seconds are the database's; moments of the meeting are seconds since its start.
"""

from dataclasses import dataclass, field, replace

LEASE, GRACE, SILENT, UNLOADED = 60, 90, 75, 20
OPENINGS = ((-900, 9_000), (20_700, 30_600))
"""Doors of two sessions of two hours, six hours apart."""
STARTS = (0, 21_600)
EQUAL = 600


@dataclass(kw_only=True)
class Seat:
    number: int
    staff: bool = False
    who: str | None = None
    device: str | None = None
    taken: int | None = None
    until: int | None = None
    seen: int | None = None

    def empty(self):
        self.who = self.device = self.taken = self.until = self.seen = None


@dataclass(kw_only=True)
class Place:
    number: int
    who: str
    since: int
    seen: int
    device: str


@dataclass(kw_only=True)
class Room:
    """``staff``, ``confirmed`` and ``standby`` are the people; ``seats_aside`` is how
    many seats are for staff. ``kind`` is that of the video room: ``link`` reports
    nobody, ``beside`` keeps the page open, ``listed`` can be asked who is in, ``told``
    only tells who came and went.
    """

    kind: str
    capacity: int
    seats_aside: int
    staff: frozenset
    confirmed: frozenset
    standby: frozenset
    second: int = 0
    now: int = 0
    seats: list = field(default_factory=list)
    queue: list = field(default_factory=list)
    arrivals: set = field(default_factory=set)
    barred: set = field(default_factory=set)

    def __post_init__(self):
        self.provide(self.capacity)

    @property
    def leased(self):
        return self.kind in ("beside", "listed")

    @property
    def opened(self):
        """When the doors opened, None while they are closed."""
        return next((a for a, b in OPENINGS if a <= self.now < b), None)

    @property
    def are_equal(self):
        starts = [one for one in STARTS if one - 900 <= self.now]
        return self.now >= starts[-1] + EQUAL

    def provide(self, capacity):
        self.capacity = capacity
        there = {one.number for one in self.seats}
        self.seats += [Seat(number=n) for n in range(1, capacity + 1) if n not in there]
        self.seats = sorted(
            (one for one in self.seats if one.who or one.number <= capacity),
            key=lambda one: one.number,
        )

    def press(self, who, device, *, take_over, begun):
        """What is answered: a word, and the seat."""
        if self.opened is None:
            return "closed", None
        self.set_aside()
        if who in self.barred:
            return "withdrawn", None
        seat = self.seat_of(who)
        if seat and seat.taken >= self.opened:
            alive = self.second - seat.seen < SILENT
            if seat.device != device and alive and not take_over:
                return "elsewhere", replace(seat)
            seat.device, seat.seen = device, self.second
            self.renew(seat)
            return "inside", replace(seat)
        if seat:
            seat.empty()
        self.queue_up(who, device)
        given = self.fill(begun)
        self.arrivals.add((self.opened, who))
        if who in given:
            return "inside", replace(self.seat_of(who))
        return "waiting", None

    def queue_up(self, who, device):
        mine = self.place_of(who)
        if mine and mine.since < self.opened:
            self.queue.remove(mine)
            mine = None
        if mine:
            mine.seen, mine.device = self.second, device
            return
        last = max((one.number for one in self.queue), default=0)
        self.queue.append(
            Place(
                number=last + 1,
                who=who,
                since=self.now,
                seen=self.second,
                device=device,
            )
        )

    def leave(self, who, *, begun, barred=False):
        self.begin()
        if seat := self.seat_of(who):
            seat.empty()
        self.queue = [one for one in self.queue if one.who != who]
        if barred:
            self.barred.add(who)
        self.let_in(begun)

    def beat(self, who, device, *, begun):
        self.begin()
        seat, place = self.seat_of(who), self.place_of(who)
        if seat and seat.device == device:
            seat.seen = self.second
            self.renew(seat)
        if place:
            place.seen, place.device = self.second, device
        self.let_in(begun)

    def renew(self, seat):
        """By a sign of its holder's page."""
        held = self.kind == "link" or (self.kind == "told" and seat.until is None)
        held = held or self.opened is None
        seat.until = None if held else self.second + LEASE

    def come(self, who, *, begun):
        self.begin()
        if seat := self.seat_of(who):
            leased = self.leased and self.opened is not None
            seat.seen, seat.until = self.second, self.second + LEASE if leased else None
        self.let_in(begun)

    def go(self, who, *, begun):
        self.begin()
        seat, told = self.seat_of(who), self.kind == "told"
        if seat and told and self.opened is not None and seat.until is None:
            seat.until = self.second + SILENT - GRACE
        self.let_in(begun)

    def close_page(self, who, device, *, begun):
        self.begin()
        away = self.kind != "beside" and self.opened is not None
        seat = self.seat_of(who)
        until = self.second + (LEASE if away else UNLOADED) - GRACE
        if seat and seat.device == device and (seat.until or until) > until:
            seat.until = until
        self.let_in(begun)

    def tidy(self, *, begun):
        self.begin()
        self.let_in(begun)

    def begin(self):
        if self.opened is not None:
            self.set_aside()

    def let_in(self, begun):
        if self.opened is None:
            return
        self.set_aside()
        if self.leased:
            for one in self.seats:
                if one.who and one.until is None:
                    one.until = self.second + LEASE
        self.reap(begun)
        self.queue = [
            one
            for one in self.queue
            if one.since >= self.opened
            and one.seen >= self.silent(begun, LEASE + GRACE)
        ]
        self.fill(begun)

    def fill(self, begun):
        """Seat whom there is a seat for; who was."""
        line = [
            one
            for one in self.queue
            if one.since >= self.opened and one.seen > self.silent(begun, SILENT)
        ]
        given = self.hand_out(line, self.unseen(line))
        if len(given) < len(line) and self.reap(begun):
            rest = [one for one in line if one.who not in given]
            given |= self.hand_out(rest, self.unseen(line) - given)
        self.queue = [one for one in self.queue if one.who not in given]
        return given

    def unseen(self, line):
        if self.are_equal or not any(one.who in self.standby for one in line):
            return set()
        came = {who for opened, who in self.arrivals if opened == self.opened}
        return {*self.confirmed} - came

    def hand_out(self, line, unseen):
        free = [s for s in self.seats if not s.who and s.number <= self.capacity]
        beyond = sum(bool(s.who) and s.number > self.capacity for s in self.seats)
        ordinary = [one for one in free if not one.staff]
        staff = [one for one in free if one.staff]
        short = max(0, beyond - len(ordinary))
        ordinary = ordinary[: max(0, len(ordinary) - beyond)]
        staff = staff[: max(0, len(staff) - short)]
        given, kept = set(), set(unseen)
        for one in line:
            if one.who in self.staff and staff:
                seat = staff.pop(0)
            elif ordinary and (
                one.who not in self.standby or len(ordinary) > len(kept)
            ):
                seat = ordinary.pop(0)
            else:
                continue
            leased = self.kind != "link" or one.seen < self.second
            seat.who, seat.device = one.who, one.device
            seat.taken, seat.seen = self.now, self.second
            seat.until = self.second + LEASE if leased else None
            given.add(one.who)
            kept.discard(one.who)
        return given

    def reap(self, begun):
        gone = [
            one
            for one in self.seats
            if one.who
            and (
                one.taken < self.opened
                or (
                    self.second - begun >= LEASE
                    and one.until is not None
                    and one.until + GRACE < self.second
                )
            )
        ]
        for one in gone:
            one.empty()
        if gone:
            self.set_aside()
        return bool(gone)

    def set_aside(self):
        wanted = min(self.seats_aside, self.capacity)
        there = [s for s in self.seats if s.who or s.number <= self.capacity]
        aside = [one for one in there if one.staff]
        able = sorted(
            (s for s in there if not s.staff and (not s.who or s.who in self.staff)),
            key=lambda one: (not one.who, -one.number),
        )
        for one in able[: max(0, wanted - len(aside))]:
            one.staff = True
        for one in aside[: max(0, len(aside) - wanted)]:
            one.staff = False

    def silent(self, begun, length):
        """Since when who was not seen has been silent, as a process knows that has
        listened since the second ``begun``.
        """
        since = self.second - length
        return since if begun <= since else float("-inf")

    def seat_of(self, who):
        return next((one for one in self.seats if one.who == who), None)

    def place_of(self, who):
        return next((one for one in self.queue if one.who == who), None)
