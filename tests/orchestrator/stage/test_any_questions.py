"""Whatever is asked, voted and decided in whatever order, it is as in a plain model."""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from orchestrator.database import Database, run
from orchestrator.errors import Conflict
from orchestrator.stage.questions import service
from orchestrator.stage.questions.model import QuestionState
from orchestrator.stage.questions.tables import QuestionRow, QuestionVoteRow
from tests.orchestrator.app_client import CAMILLE, CHAIR, DANA, NOE
from tests.orchestrator.pages.made_up import at
from tests.orchestrator.stage.people import meeting

PEOPLE = (CAMILLE, DANA, NOE)
TALKS = (9, 10)
OPEN, TAKEN, ANSWERED, LATER, REMOVED = QuestionState

numbers = st.integers(0, 5)
steps = st.one_of(
    st.tuples(st.just("ask"), st.sampled_from(PEOPLE), st.sampled_from(TALKS)),
    st.tuples(
        st.just("vote"), numbers, st.tuples(st.sampled_from(PEOPLE), st.booleans())
    ),
    st.tuples(st.just("decide"), numbers, st.sampled_from(QuestionState)),
)


@dataclass
class Asked:
    """One question of the model."""

    id: str
    by: str
    talk: int
    state: QuestionState = OPEN
    votes: set = field(default_factory=set)


class Model:
    """What there is to know of questions, in the simplest way."""

    def __init__(self):
        self.asked = []

    def vote(self, one, who, *, on):
        if one.state in (ANSWERED, REMOVED) or (who == one.by and not on):
            return False
        (one.votes.add if on else one.votes.discard)(who)
        return True

    def decide(self, one, state):
        closed = one.state in (ANSWERED, REMOVED)
        if closed and state not in (one.state, OPEN, REMOVED):
            return False
        if state is TAKEN:
            for other in self.asked:
                if other.talk == one.talk and other.state is TAKEN:
                    other.state = ANSWERED
        one.state = state
        return True

    def told(self):
        """Id, state and votes, in the order in which they are shown."""
        in_order = sorted(self.asked, key=lambda one: -len(one.votes))
        return [(one.id, one.state, len(one.votes)) for one in in_order]


class World:
    """One database for all runs; nothing of a run outlives it."""

    def __init__(self, url, folder):
        self.database = Database(url)
        self.runner = asyncio.Runner()
        self.do = self.runner.run
        self.day = self.do(meeting(self.database, folder))
        self.people = {
            email: self.do(self.day.who(email)) for email in (*PEOPLE, CHAIR)
        }
        self.moment = at(8)

    async def now(self, _session):
        self.moment += timedelta(seconds=10)
        return self.moment

    async def clear(self):
        async with self.database.transaction() as session:
            await run(session, delete(QuestionVoteRow))
            await run(session, delete(QuestionRow))

    async def carry_out(self, model, step):
        """One step in the service and in the model; whether both did it."""
        what, which, how = step
        day, questions = self.day, self.day.services.questions
        if what == "ask":
            one = await questions.ask(
                day.event, day.talk(how), self.people[which], "Why?"
            )
            model.asked.append(Asked(one.id, which, how, votes={which}))
            return
        if not model.asked:
            return
        one = model.asked[which % len(model.asked)]
        if what == "vote":
            who, on = how
            work = questions.vote(day.event, one.id, self.people[who], on=on)
            allowed = model.vote(one, who, on=on)
        else:
            work = questions.decide(day.event, one.id, how, self.people[CHAIR])
            allowed = model.decide(one, how)
        assert await done(work) == allowed

    async def told(self):
        found = await self.day.services.questions.of(self.day.event, removed=True)
        return [(one.id, one.state, one.votes) for one in found]

    async def play(self, plan):
        await self.clear()
        model = Model()
        for step in plan:
            await self.carry_out(model, step)
            assert await self.told() == model.told()


async def done(work):
    try:
        await work
    except Conflict:
        return False
    return True


@pytest.fixture
def world(upgraded_sqlite_url, tmp_path, monkeypatch):
    world = World(upgraded_sqlite_url, tmp_path)
    monkeypatch.setattr(service, "now", world.now)
    yield world
    world.do(world.database.close())
    world.runner.close()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(plan=st.lists(steps, max_size=20))
def test_questions_are_those_of_a_plain_model(world, plan):
    world.do(world.play(plan))
