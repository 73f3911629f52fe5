"""A stored meeting and its registration."""

from dataclasses import dataclass, field

import pytest

from orchestrator.access.tokens import JoinTokens
from orchestrator.registration.model import Origin
from orchestrator.registration.service import Registration
from tests.orchestrator.registration.meeting import meeting, stored

SECRET = "Xq3vN8_rT5wZ1kLb7PjYd0HsUgAe4MfC-oIiQx2n"


@dataclass
class Told:
    """Remembers what the registration told others."""

    touched: list = field(default_factory=list)
    out: list = field(default_factory=list)

    async def touch(self, _session, event):
        self.touched.append(event)

    async def put_out(self, _session, registrant):
        self.out.append(registrant)


@pytest.fixture
def told():
    return Told()


@pytest.fixture
def tokens():
    return JoinTokens(SECRET, "tests")


@pytest.fixture
def registration(database, tokens, told):
    return Registration(
        database,
        tokens,
        base_url="https://meet.example.org",
        touched=told.touch,
        listeners=[told.put_out],
    )


@pytest.fixture
def imported(registration):
    """Import a text, its matches confirmed or not."""

    async def run(event, text, *, accept=False, **options):
        plan = await registration.plan(event, text.encode())
        accepted = plan.matches if accept else ()
        return await registration.apply(event, plan, accepted=accepted, **options)

    return run


@pytest.fixture
def follow(database, registration):
    """Have the programme of an event followed, as storing it does."""

    async def run(event):
        await stored(database, event)
        async with database.transaction() as session:
            await registration.staff_of_programme(session, event)
        return {one.name: one for one in await registration.people(event.id)}

    return run


@pytest.fixture
async def event(database):
    """Two sessions, without anybody yet."""
    return await stored(database, meeting())


@pytest.fixture
def listed(registration):
    """Those of an event whom lists brought, first come first."""

    async def run(event):
        people = await registration.people(event.id)
        return tuple(one for one in people if one.origin is Origin.CSV)

    return run
