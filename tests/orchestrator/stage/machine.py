"""Chairs who press anything at any time, and what never happens then."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

from hypothesis import Phase
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
)

from orchestrator.stage import actions
from orchestrator.stage.errors import BadOrder, Breaches, Impossible, NoSuchTalk
from orchestrator.stage.laying import in_order
from orchestrator.stage.model import LEAST, CueState
from orchestrator.stage.presses import EARLY
from orchestrator.stage.retiming import propose
from tests.machines import take_steps
from tests.orchestrator.stage.rundowns import (
    BREAK,
    DISCUSSION,
    INVITED,
    TALK,
    action,
    at,
    cue,
    minutes,
    rundown,
)

REFUSED = (BadOrder, Breaches, Impossible, NoSuchTalk)
KEEPS_PROMISES = (
    "start",
    "next",
    "finish",
    "back",
    "skip",
    "extend",
    "put-questions-off",
    "refuse",
)
"""What changes no promised time; "start" only for the one that is next."""

PLANS = st.lists(
    st.tuples(
        st.sampled_from([TALK, TALK, INVITED, BREAK, DISCUSSION]),
        st.integers(1, 30),
        st.integers(0, 5),
    ),
    min_size=1,
    max_size=8,
)
PICKS = st.integers(0, 11)
BREACH = st.booleans()


def session(name, plan, free, starts):
    """A session of (kind, minutes, pause after it), and so many minutes free."""
    cues, time = [], at(starts)
    for number, (kind, length, pause) in enumerate(plan):
        ends = time + minutes(length)
        cues.append(cue(f"{name}{number}", f"{time:%H:%M}", f"{ends:%H:%M}", kind))
        time = ends + minutes(pause)
    ends = f"{cues[-1].ends + minutes(free):%H:%M}"
    return rundown(*cues, session=name, ends=ends)


def states(rundown):
    return {one.talk: one.state for one in rundown.cues}


def promised(rundown):
    return {one.talk: (one.starts, one.ends) for one in rundown.cues}


class Chairs(RuleBasedStateMachine):
    """Two sessions, whose chairs press what they like."""

    steps = 0

    @initialize(
        plan=PLANS,
        other=PLANS,
        free=st.integers(0, 20),
        late=st.booleans(),
    )
    def begin(self, plan, other, free, late):
        """``late``: a session that ends just before midnight."""
        lasts = sum(length + pause for _, length, pause in plan) + free
        starts = at("23:55") - minutes(lasts) if late else at("10:00")
        self.rundown = session("a", plan, free, f"{starts:%H:%M}")
        self.other = session("b", other, 0, "14:00")
        self.now = self.rundown.starts - minutes(5)
        self.before, self.new = [], 0

    def pick(self, number):
        """A talk of the session, or one that it does not have."""
        cues = self.rundown.cues
        return cues[number].talk if number < len(cues) else "elsewhere"

    def press(self, do, *, legal=None, **said):
        """Carry it out; whether it was. ``legal`` is what a chair would expect."""
        before = self.rundown
        try:
            after = actions.apply(before, action(do, **said), self.now)
        except REFUSED:
            assert not legal
            return False
        assert legal is not False
        self.carried_out(before, after)
        assert after.cues != before.cues or after.refused != before.refused
        if do in KEEPS_PROMISES and said.get("talk") in (None, self.first(before)):
            assert (promised(after), after.ends) == (promised(before), before.ends)
        if not said.get("breach"):
            self.is_kept(before, after)
        return True

    def first(self, rundown):
        return rundown.next and rundown.next.talk

    def carried_out(self, before, after):
        self.before.append((before, self.other))
        self.rundown = after
        assert after.version == before.version + 1

    def is_kept(self, before, after):
        """Nobody asked: invited talks start as they were to, the session ends so."""
        assert after.ends == before.ends
        for one in before.cues:
            now = after.cue(one.talk)
            if one.fixed and now is not None:
                assert now.starts == one.starts

    def may_begin(self, one, breach):
        return breach or not one.fixed or one.starts - self.now <= EARLY

    @rule(seconds=st.sampled_from([1, 20, 59, 60, 90, 300, 600, 900, 1800]))
    def time_passes(self, seconds):
        self.now += timedelta(seconds=seconds)

    @rule(breach=BREACH)
    def go_on(self, breach):
        before, coming = self.rundown, self.rundown.next
        legal = before.live is not None
        if coming is not None:
            legal = self.may_begin(coming, breach)

        if self.press("next", legal=legal, breach=breach) and before.live:
            assert self.rundown.live == (coming and self.rundown.cue(coming.talk))
            back = actions.apply(self.rundown, action("back"), self.now)
            assert back.cues == before.cues

    @rule(number=PICKS, breach=BREACH)
    def go_on_as_seen(self, number, breach):
        talk = self.pick(number)
        legal = None if talk == self.first(self.rundown) else False
        self.press("next", legal=legal, talk=talk, breach=breach)

    @rule(number=PICKS, breach=BREACH)
    def start(self, number, breach):
        talk = self.pick(number)
        one = self.rundown.cue(talk)
        legal = None if one is not None and one.ahead else False
        if legal is None and one == self.rundown.next:
            legal = self.may_begin(one, breach)
        if self.press("start", legal=legal, talk=talk, breach=breach):
            assert self.rundown.live.talk == talk

    @rule()
    def finish(self):
        legal = self.rundown.live is not None
        self.press("finish", legal=legal)

    @rule()
    def back(self):
        legal = CueState.DONE in states(self.rundown).values()
        if self.press("back", legal=legal):
            assert self.rundown.live is not None

    @rule(number=PICKS)
    def skip(self, number):
        talk = self.pick(number)
        legal = states(self.rundown).get(talk) is CueState.PLANNED
        self.press("skip", legal=legal, talk=talk)

    @rule(number=PICKS, breach=BREACH)
    def restore(self, number, breach):
        talk = self.pick(number)
        skipped = states(self.rundown).get(talk) is CueState.SKIPPED
        self.press(
            "restore", legal=None if skipped else False, talk=talk, breach=breach
        )

    @rule(number=PICKS, by=st.integers(-3, 3), breach=BREACH)
    def move(self, number, by, breach):
        talk = self.pick(number)
        planned = states(self.rundown).get(talk) is CueState.PLANNED
        legal = None if planned and by else False
        self.press("move", legal=legal, talk=talk, by=by, breach=breach)

    @rule(data=st.data(), breach=BREACH)
    def order(self, data, breach):
        ahead = [one.talk for one in self.rundown.ahead]
        wanted = data.draw(st.permutations(ahead))
        if self.press("order", talks=wanted, breach=breach):
            assert [one.talk for one in self.rundown.ahead] == wanted

    @rule(number=PICKS, breach=BREACH)
    def order_of_other_talks(self, number, breach):
        ahead = [one.talk for one in self.rundown.ahead]
        for wrong in ([*ahead, "elsewhere"], ahead[1:] or ["b0"], [*ahead, *ahead, ""]):
            self.press("order", legal=False, talks=wrong, breach=breach)

    @rule(number=PICKS, by=st.integers(-20, 20))
    def extend(self, number, by):
        talk = self.pick(number)
        open_ = (CueState.PLANNED, CueState.LIVE)
        legal = None if states(self.rundown).get(talk) in open_ and by else False
        was = self.rundown.cue(talk)
        if self.press("extend", legal=legal, talk=talk, minutes=by):
            assert self.rundown.cue(talk).length == was.length + minutes(by)

    @rule(number=PICKS)
    def put_questions_off(self, number):
        one = self.rundown.cue(self.pick(number))
        open_ = one is not None and one.state in (CueState.PLANNED, CueState.LIVE)
        legal = open_ and bool(one.question_time)
        talk = self.pick(number)
        if self.press("put-questions-off", legal=legal, talk=talk):
            assert self.rundown.cue(talk).length == one.talk_time

    @rule(breach=BREACH)
    def accept(self, breach):
        proposal, before = propose(self.rundown, self.now), self.rundown
        if proposal is None:
            return
        late = proposal.ends > before.day_ends
        legal = not late and (breach or not proposal.breaches)
        if self.press("accept", legal=legal, until=proposal.until, breach=breach):
            now = promised(self.rundown)
            was = promised(before) | {one.talk: one.now for one in proposal.shifts}
            assert (now, self.rundown.ends) == (was, proposal.ends)
            assert propose(self.rundown, self.now) is None

    @rule()
    def refuse(self):
        proposal = propose(self.rundown, self.now)
        if proposal is not None:
            assert self.press("refuse", until=proposal.until)
            assert propose(self.rundown, self.now) is None

    @rule(
        kind=st.sampled_from(["break", "discussion"]),
        length=st.integers(1, 20),
        number=PICKS,
        breach=BREACH,
    )
    def insert(self, kind, length, number, breach):
        before = self.rundown
        place = before.cues[number].talk if number < len(before.cues) else None
        said = action("insert", kind=kind, minutes=length, before=place, breach=breach)
        talk = f"new{self.new}"
        try:
            after = actions.insert(before, said, talk, self.now)
        except REFUSED:
            return
        self.new += 1
        self.carried_out(before, after)
        assert states(after) == {**states(before), talk: CueState.PLANNED}
        assert after.cue(talk).length == minutes(length)
        ahead = [one.talk for one in before.ahead]
        ahead.insert(ahead.index(place) if place else len(ahead), talk)
        assert [one.talk for one in after.ahead] == ahead
        if not breach:
            self.is_kept(before, after)

    @rule(number=PICKS, breach=BREACH)
    def transfer(self, number, breach):
        before, other, talk = self.rundown, self.other, self.pick(number)
        said = action("transfer", talk=talk, session="b", breach=breach)
        try:
            after, there = actions.transfer(before, other, said, self.now)
        except REFUSED:
            return
        self.carried_out(before, after)
        self.other = there
        assert there.version == other.version + 1
        assert there.ahead[-1].talk == talk
        assert there.cue(talk).length == before.cue(talk).length
        assert states(before)[talk] is CueState.PLANNED
        assert {*states(after)} == {*states(before)} - {talk}
        assert {*states(there)} == {*states(other), talk}
        if not breach:
            self.is_kept(before, after)
            self.is_kept(other, there)
            assert not (moved := before.cue(talk)).fixed or (
                there.cue(talk).starts == moved.starts
            )

    @rule()
    def change_sessions(self):
        """What is done there counts from now on; its clock is its own."""
        self.rundown, self.other = self.other, self.rundown
        self.before = []
        self.rundown = replace(self.rundown, session="a")
        self.other = replace(self.other, session="b")

    @rule()
    def undo(self):
        if not self.before:
            return
        before, other = self.before.pop()
        now, there = self.rundown, self.other
        self.rundown = actions.undo(now, before)
        if there is not other:
            self.other = actions.undo(there, other)
        assert replace(self.rundown, version=before.version) == before
        assert self.rundown.version == now.version + 1

    @invariant()
    def is_sound(self):
        if not hasattr(self, "rundown"):
            return
        type(self).steps += 1
        for one in (self.rundown, self.other):
            is_in_order(one)
            says_what_happened(one)


def is_in_order(rundown):
    """One after another in whole minutes, what has begun before what is to come."""
    assert in_order(rundown.cues) == rundown.cues
    given = [one for one in rundown.cues if one.state is not CueState.SKIPPED]
    for one, behind in pairwise(given):
        assert one.ends <= behind.starts
        assert behind.ahead or not one.ahead
    for one in rundown.cues:
        assert one.ends - one.starts >= LEAST
        assert one.talk_time >= LEAST
        assert one.question_time >= timedelta()
        for moment in (one.starts, one.ends):
            assert (moment.second, moment.microsecond) == (0, 0)
    midnight = at("00:00") + timedelta(days=1)
    assert all(one.ends <= rundown.ends <= midnight for one in given)


def says_what_happened(rundown):
    """At most one is on; moments belong to states, and nobody spoke at once."""
    for one in rundown.cues:
        began = one.state in (CueState.LIVE, CueState.DONE)
        assert (one.actual_starts is not None) == began
        assert (one.actual_ends is not None) == (one.state is CueState.DONE)
    live = [one for one in rundown.cues if one.state is CueState.LIVE]
    assert live == ([rundown.live] if rundown.live else [])
    spoken = [one for one in rundown.cues if one.actual_starts]
    assert all(one.state is CueState.DONE for one in spoken[:-1])
    for one, behind in pairwise(spoken):
        assert one.actual_starts <= one.actual_ends <= behind.actual_starts


def explore(steps, *, phases=tuple(Phase)):
    """Let chairs take at least so many steps; how many they took."""
    machine = type("Machine", (Chairs,), {})
    take_steps(machine, lambda: machine.steps, steps, phases)
    return machine.steps
