"""Several chairs at once: nothing is lost, nothing is done twice, one after the other."""

import asyncio
import random
import time
from collections import Counter
from dataclasses import dataclass, field, replace
from itertools import pairwise

import pytest

from orchestrator.access.model import Role
from orchestrator.app import wire
from orchestrator.database import Database
from orchestrator.programme.model import Person, Reading
from orchestrator.registration.store import identities
from orchestrator.stage.schemas import Next, Order, Undo
from tests.drills.world import COOKIE, clients, meeting, percentile, serving
from tests.orchestrator.app_client import INSTALL, settings
from tests.orchestrator.pages import made_up
from tests.waiting import PATIENCE, unless_busy

pytestmark = pytest.mark.drill

CHAIRS, ACTIONS = 8, 500
# Of a hundred presses: made on a version that is over, sent twice at once, sent again.
STALE, TWICE, AGAIN = 20, 10, 10


@dataclass(frozen=True)
class Told:
    """One answer of 200: what was sent, on which version, and what it says."""

    key: str
    on: int
    action: dict
    version: int
    replayed: bool


@dataclass
class Board:
    """What all chairs together were told."""

    told: list = field(default_factory=list)
    statuses: Counter = field(default_factory=Counter)
    seconds: list = field(default_factory=list)


class Chair:
    """One browser, which presses until each of its actions was carried out."""

    def __init__(self, number, client, server, person, path, board):
        self._dice = random.Random(number)
        self._number, self._client, self._board = number, client, board
        self._url = server.url + path
        self._headers = {"Cookie": f"{COOKIE}={person.cookie}"}
        self._seen = 0

    async def work(self, actions, talks):
        for number in range(actions):
            await self._one(f"{self._number}-{number}", talks)

    async def _one(self, key, talks):
        """Press something until it is done; what cannot be done is another thing."""
        tries = 0
        while True:
            action = {
                "do": "extend",
                "talk": self._dice.choice(talks),
                "minutes": self._dice.choice((-1, 1)),
            }
            if await self._until_done(f"{key}-{tries}", action):
                return
            tries += 1

    async def _until_done(self, key, action):
        version = self._seen
        if self._dice.randrange(100) < STALE:
            version = max(0, version - self._dice.randrange(1, 5))
        while True:
            times = 2 if self._dice.randrange(100) < TWICE else 1
            answers = await asyncio.gather(
                *(self._press(key, version, action) for _ in range(times))
            )
            self._seen = max(self._seen, *(one[1]["now"] for one in answers))
            statuses = {status for status, _ in answers}
            if 200 in statuses:
                if self._dice.randrange(100) < AGAIN:
                    await self._press(key, version, action)
                return True
            if 503 in statuses:
                # Nobody knows whether it was done: the key does.
                await asyncio.sleep(self._dice.random())
            elif 412 in statuses:
                version = self._seen
            else:
                return False

    async def _press(self, key, version, action):
        headers = self._headers | {
            "If-Match": f'"{version}"',
            "Idempotency-Key": key,
        }
        began = time.perf_counter()
        async with self._client.post(
            f"{self._url}/actions", json=action, headers=headers
        ) as response:
            body = await response.json()
            assert response.status in (200, 409, 412, 503), body
        self._board.seconds.append(time.perf_counter() - began)
        self._board.statuses[response.status] += 1
        body["now"] = self._seen
        if response.status == 412:
            body["now"] = body["version"]
        if response.status == 200:
            body["now"] = body["rundown"]["version"]
            self._board.told.append(
                Told(
                    key,
                    version,
                    action,
                    body["action"]["version"],
                    body["replayed"],
                )
            )
        return response.status, body


async def pressed(world, processes, actions, *, guards=()):
    """Eight chairs at once; what they were told, what there was and what there is."""
    async with world.place.services() as services:
        people = await services.registration.people(world.event.id)
    ids = {one.id for one in people if one.role is Role.ORGANISER}
    organisers = [one for one in world.staff if one.id in ids]
    timed = max(world.event.timetable.sessions, key=lambda one: len(one.slots))
    talks = [slot.talk.id for slot in timed.slots]
    base = f"/api/v1/events/{world.event.slug}"
    path, board = f"{base}/sessions/{timed.session.id}/rundown", Board()
    async with serving(world, processes, guards=guards) as servers, clients() as client:
        cookie = {"Cookie": f"{COOKIE}={organisers[0].cookie}"}

        async def read(where):
            async def ask():
                url = servers[0].url + where
                async with client.get(url, headers=cookie) as response:
                    return response.status, await response.json()

            _, body = await unless_busy(ask, lambda told: told[0] == 503)
            return body

        before = await read(path)
        await asyncio.gather(
            *(
                Chair(
                    number,
                    client,
                    servers[number % len(servers)],
                    organisers[number % len(organisers)],
                    path,
                    board,
                ).work(actions, talks)
                for number in range(CHAIRS)
            )
        )
        # A process that stored nothing last sees it within a second.
        async with asyncio.timeout(PATIENCE):
            done = len(_carried_out(board))
            while (after := await read(path))["version"] < done:  # noqa: ASYNC110 -- nothing tells when
                await asyncio.sleep(0.1)
        state = await read(f"{base}/state")
    (records,) = (
        one["actions"] for one in state["sessions"] if one["id"] == timed.session.id
    )
    return board, before, after, records[::-1]


def _carried_out(board):
    return {one.key for one in board.told}


def violations(board, before, after, records):
    """What cannot be if each press was carried out once, one after the other."""
    found = []
    if [one["version"] for one in records] != list(range(1, len(records) + 1)):
        found.append("versions are not one after the other")
    if any(a["at"] > b["at"] for a, b in pairwise(records)):
        found.append("times go back")
    first = {}
    for one in board.told:
        if first.setdefault(one.key, one.version) != one.version:
            found.append(f"{one.key} was carried out twice")
        if one.version != one.on + 1:
            found.append(f"{one.key} was carried out on another version than seen")
    done = Counter(one.key for one in board.told if not one.replayed)
    found += [f"{key} done {n} times" for key, n in done.items() if n != 1]
    if len(first) != len(records) or len(done) != len(records):
        found.append(f"{len(first)} were told, {len(records)} are recorded")
    told = {one.version: one.action for one in board.told}
    if told != {one["version"]: one["action"] for one in records}:
        found.append("another thing is recorded than was pressed")
    return found + _lost(before, after, records)


def _lost(before, after, records):
    """Talks that do not last what they lasted at first and what was pressed."""
    lengths = Counter()
    for cue in before["cues"]:
        lengths[cue["talk"]] = _seconds(cue)
    for one in records:
        lengths[one["action"]["talk"]] += 60 * one["action"]["minutes"]
    there = {cue["talk"]: _seconds(cue) for cue in after["cues"]}
    return [f"{talk} lost" for talk in there if there[talk] != lengths[talk]]


def _seconds(cue):
    return cue["talk_seconds"] + cue["question_seconds"]


@pytest.fixture
def servers(request):
    """Two processes on PostgreSQL, one on SQLite."""
    return 1 if "sqlite" in request.node.name else 2


async def test_chairs_at_once_are_carried_out_one_after_the_other(
    tmp_path, upgraded_url, count, servers
):
    actions = count(ACTIONS)
    world = await meeting(tmp_path, upgraded_url, confirmed=1)

    began = time.perf_counter()
    board, before, after, records = await pressed(world, servers, actions)
    lasted = time.perf_counter() - began

    print(
        f"R13: {CHAIRS} chairs x {actions} actions, {servers} processes: "
        f"{len(records)} carried out, {dict(board.statuses)}, {lasted:.1f} s, "
        f"p99 {1000 * percentile(board.seconds, 99):.0f} ms"
    )
    assert violations(board, before, after, records) == []
    assert len(records) == CHAIRS * actions
    assert board.statuses[412] > 0


async def test_chairs_whose_version_nobody_looks_at_are_caught(
    tmp_path, upgraded_url, servers
):
    world = await meeting(tmp_path, upgraded_url, confirmed=1)

    found = violations(*await pressed(world, servers, 3, guards=["versions"]))

    assert any("on another version than seen" in one for one in found)


def sixty_talks():
    """A day of four sessions of fifteen talks, each with an abstract."""
    return made_up.programme(
        sessions=tuple(
            replace(
                made_up.timed(
                    number,
                    made_up.at(hour),
                    made_up.at(hour + 1, 55),
                    [(7, one_of_sixty(hour, place)) for place in range(15)],
                ).session,
                id="",
                stamp=None,
            )
            for number, hour in enumerate((9, 11, 14, 16))
        )
    )


def one_of_sixty(hour, place):
    name = f"Speaker {hour} {place}"
    speaker = Person(name=name, email=f"s{hour}-{place}@lab.example")
    return made_up.talk(
        1, id="", stamp=None, title=f"Talk {hour}.{place}", speakers=(speaker,)
    )


async def test_press_on_a_day_of_sixty_talks_is_durable_soon(
    tmp_path, upgraded_url, count, promised
):
    rounds, seconds = count(500), []
    database = Database(upgraded_url, within=PATIENCE)
    services = wire(settings(upgraded_url, tmp_path), database, INSTALL)
    stored = await services.programmes.store(Reading(programme=sixty_talks()))
    event = await services.programmes.set_now(stored.slug, made_up.at(9))
    people = await services.registration.people(event.id)
    ids = [one.id for one in people if one.role is Role.ORGANISER]
    async with database.reading() as session:
        (chair,) = (await identities(session, ids[:1])).values()
    first = event.timetable.sessions[0].session.id
    rundown = await services.stage.rundown(event, first)

    for _ in range(rounds):
        ahead = [cue.talk for cue in rundown.ahead]
        for action in (
            Next(do="next"),
            Order(do="order", talks=[*ahead[2:], ahead[1]]),
            Undo(do="undo"),
            Undo(do="undo"),
        ):
            began = time.perf_counter()
            done = await services.stage.act(
                event, first, action, by=chair, version=rundown.version
            )
            seconds.append(time.perf_counter() - began)
            rundown = done.rundown
    await database.close()

    p50, p99 = (1000 * percentile(seconds, share) for share in (50, 99))
    print(f"A press, 60 talks: {len(seconds)} presses, p50 {p50:.1f}, p99 {p99:.1f} ms")
    assert rundown.version == len(seconds)
    assert p99 < 1000 * promised(0.05)
