"""Whatever arrives, in whatever order: attendance is what a replay gives."""

import itertools
import random
import time
from collections import defaultdict
from datetime import timedelta

import pytest

from orchestrator.attendance import intervals
from orchestrator.attendance.intervals import presence
from orchestrator.attendance.model import Source
from orchestrator.ids import RegistrantId
from tests.orchestrator.attendance.made import (
    ANNEX,
    HALL,
    room,
    sign,
)
from tests.orchestrator.attendance.replay import replay
from tests.orchestrator.attendance.stored import attendance_of, with_people
from tests.orchestrator.registration.meeting import NINE

pytestmark = pytest.mark.drill

SECONDS = 3_600


def delivered(chance, people, wanted):
    """``wanted`` signs of ``people``: some missing, some three times, shuffled."""
    signs = []
    while len(signs) < wanted:
        for who in people:
            for one in visit(chance, who):
                if chance.random() > 0.15:
                    signs.extend([one] * chance.choice([1, 1, 2, 3]))
    chance.shuffle(signs)
    return signs[:wanted]


def visit(chance, who):
    """What four sources tell of one visit, to one room, on one or two devices."""
    place = chance.choice([HALL, HALL, ANNEX])
    for _ in range(chance.choice([1, 1, 2])):
        device = f"device{chance.randrange(3)}"
        comes = chance.randrange(SECONDS - 700)
        goes = comes + chance.randrange(5, 700)
        of = {"who": who, "room": place, "stream": device}
        match chance.choice(list(Source)):
            case Source.PROVIDER:
                yield told("in", comes, Source.PROVIDER, of)
                yield told("out", goes, Source.PROVIDER, of)
            case Source.POLL:
                yield told("here", comes, Source.POLL, of)
                yield told(chance.choice(["here", "out"]), goes, Source.POLL, of)
            case page:
                every = chance.choice([30, 60, 140, 160])
                for second in range(comes, goes, every):
                    yield told("here", second, page, of)
                yield told("out", goes, page, of)


def told(kind, second, source, of):
    return sign(kind, NINE + timedelta(seconds=second), source=source, **of)


def by_second(found):
    """Seconds of presence, as the reference gives them."""
    seconds = {}
    for person, there in found.items():
        for outside, rooms in ((False, there.rooms), (True, there.overflow)):
            for place, spans in rooms.items():
                seconds[person, place, outside] = {
                    second for span in spans for second in seconds_of(span)
                }
    return seconds


def seconds_of(span):
    first, last = ((at - NINE) // timedelta(seconds=1) for at in span)
    return range(first, last)


@pytest.fixture
def world(count):
    """People, and what arrived of them."""
    chance = random.Random(count(100_000))
    people = [RegistrantId(f"person{number}") for number in range(count(5_000))]
    return people, delivered(chance, people, count(100_000))


def test_attendance_equals_the_replay(world):
    _, signs = world

    began = time.process_time()
    found = presence(signs)
    took = time.process_time() - began

    assert by_second(found) == replay(signs, NINE, SECONDS)
    assert took < 2


async def test_attendance_in_the_database_equals_the_replay(database, world):
    people, signs = world
    rooms = [room(HALL, "Hall"), room(ANNEX, "Annex")]
    event = await with_people(database, people, rooms=rooms)
    attendance = attendance_of(database, now=NINE + timedelta(days=30))

    for first in range(0, len(signs), 1_000):
        await attendance.record(signs[first : first + 1_000])
    figures = await attendance.of(event)

    everywhere = defaultdict(set)
    for (person, _, outside), seconds in replay(signs, NINE, SECONDS).items():
        if not outside:
            everywhere[person] |= seconds
    # Between two rooms a short hole is filled as well.
    stays = {who: len(filled(seconds)) for who, seconds in everywhere.items()}
    assert {
        who: sum(len(seconds_of(span)) for span in one.intervals)
        for who, one in figures.people.items()
        if one.intervals
    } == stays


def filled(seconds):
    ordered = sorted(seconds)
    holes = (
        range(one + 1, other)
        for one, other in itertools.pairwise(ordered)
        if other - one - 1 < 60
    )
    return seconds.union(*holes)


@pytest.mark.parametrize("rule", ["SILENCE", "BRIDGED"])
def test_the_replay_would_notice_a_rule_that_is_missing(world, monkeypatch, rule):
    _, signs = world
    monkeypatch.setattr(intervals, rule, timedelta())

    assert by_second(presence(signs)) != replay(signs, NINE, SECONDS)
