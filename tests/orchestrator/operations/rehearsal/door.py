"""A door that keeps its promises, or breaks one, and the ledger of who asked it."""

from dataclasses import dataclass, field, replace
from random import Random

from orchestrator.operations.rehearsal.ledger import Act, Call, Ledger, Rules, Told

PAGE = 10.0
"""Seconds between two signs of life of a page."""


@dataclass
class Door:
    """Seats and a queue, exact at every moment, but for the one ``fault``."""

    seats: int
    fault: str = ""
    inside: list = field(default_factory=list)
    queue: list = field(default_factory=list)
    devices: dict = field(default_factory=dict)
    broken: int = 0
    favoured: str = ""
    staff: frozenset = frozenset()
    """Who may be let in before others, and so overtakes nobody."""

    def breaks(self, fault, *, where=True):
        """Whether this is the place to break the promise ``fault``; once only."""
        if self.fault != fault or self.broken or not where:
            return False
        self.broken += 1
        return True

    def ask(self, who, device):
        """Where ``who`` stands once he has asked to be in on ``device``."""
        self.devices[who] = device
        if who in self.inside:
            return Told.INSIDE
        if who not in self.queue:
            self.queue.append(who)
        full = len(self.inside) >= self.seats
        if self.breaks("one too many", where=full):
            self.queue.remove(who)
            self.inside.append(who)
        elif not self.breaks("false refusal", where=not full and self.queue == [who]):
            self.let_in()
        return self.told(who)

    def let_in(self):
        while self.queue and len(self.inside) < self.seats:
            who = self.queue[0]
            others = [one for one in self.queue if one not in self.staff]
            if self.breaks("overtaking", where=len(others) > 8):
                who = self.favoured = others[-1]
            self.queue.remove(who)
            self.inside.append(who)

    def told(self, who):
        if who in self.inside:
            return Told.INSIDE
        return Told.WAITING if who in self.queue else Told.OUTSIDE

    def renew(self, who, device):
        if device != self.devices[who]:
            twice = self.breaks("double seat", where=who in self.inside)
            return Told.INSIDE if twice else Told.ELSEWHERE
        if self.breaks("lost entry", where=who in self.inside):
            self.inside.remove(who)
        return self.told(who)

    def leave(self, who):
        for one in (self.inside, self.queue):
            if who in one:
                one.remove(who)
        self.let_in()


def history(seed, *, people, seats, fault="", unknown=0.05):
    """The ledger of ``people`` who come, stay and go at a door, and its rules.

    Each call takes a random time and is carried out at a random moment within it;
    some have no answer. And how often the promise was broken so that it shows: not
    where he who overtook left before he was told.
    """
    choose, door, ledger = Random(seed), Door(seats, fault), Ledger()
    due = [(choose.uniform(0, 60), f"p{n}", Act.ENTER, "phone") for n in range(people)]
    ends = {who: begins + choose.uniform(20, 120) for begins, who, *_ in due}
    calls = []
    while due:
        due.sort()
        call = _carried_out(choose, door, *due.pop(0))
        calls.append(call)
        due.extend(_following(choose, call, ends[call.who]))
    for call in calls:
        lost = choose.random() < unknown and not door.broken
        answerless = {"told": Told.NOTHING, "known": False, "status": ""}
        ledger.write(replace(call, **answerless) if lost else call)
    inside = {one.who for one in calls if one.told is Told.INSIDE}
    shows = not door.favoured or door.favoured in inside
    return ledger, Rules(capacity=seats), door.broken if shows else 0


def _carried_out(choose, door, moment, who, act, device):
    """The call that takes effect at ``moment``, and where its caller stands."""
    told = Told.NOTHING
    match act:
        case Act.ENTER:
            told = door.ask(who, device)
        case Act.RENEW:
            told = door.renew(who, device)
        case Act.LEAVE:
            door.leave(who)
    return Call(
        who=who,
        device=device,
        act=act,
        invoked=moment - choose.uniform(0.01, 0.5),
        ended=moment + choose.uniform(0.01, 0.5),
        told=told,
        status="200",
    )


def _following(choose, call, ends):
    """When the same person calls again, what for and on which device; nothing once
    he has left. Now and then he goes on with another device, and the former one
    still gives a sign of life.
    """
    later = call.ended + choose.uniform(3, PAGE)
    who, device = call.who, call.device
    match call.told:
        case Told.NOTHING | Told.ELSEWHERE:
            return
        case Told.OUTSIDE:
            yield later, who, Act.ENTER, device
        case _ if later > ends:
            yield later, who, Act.LEAVE, device
        case Told.INSIDE if choose.random() < 0.1:
            other = "tablet" if device == "phone" else "phone"
            yield later, who, Act.ENTER, other
            yield later + 1.5, who, Act.RENEW, device
        case _:
            yield later, who, Act.RENEW, device
