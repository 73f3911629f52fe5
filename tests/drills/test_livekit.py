"""A room full of real clients: what the server tells is when they were in, exactly."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from integrations.video.events import Came, Went
from integrations.video.provider import Guest, Role
from tests.integrations.livekit_bench import livekit_bench
from tests.waiting import until

pytestmark = pytest.mark.drill

# The server rounds leaving down to whole seconds, and a loaded machine is slow to
# tell the client.
SECOND = timedelta(seconds=1)
# A client's goodbye is lost now and then (its line ends first); the server waits for
# him to come back as long as this.
LOST = timedelta(seconds=30)


@pytest.fixture
async def bench(start_livekit, aiohttp_server, people):
    async with livekit_bench(start_livekit, aiohttp_server, people) as bench:
        yield bench


@pytest.fixture
def guests(count):
    """50 people (at least 5 in a quick run): a chair, every fourth speaks."""
    whole = [
        Guest(id=f"{n:02}bcdfghjkmnp", name=f"Person {n}", speaks=n % 4 == 0)
        for n in range(max(5, count(50)))
    ]
    return [replace(whole[0], role=Role.CHAIR), *whole[1:]]


async def test_webhooks_tell_when_each_was_in(bench, guests):
    place = replace(bench.place, capacity=len(guests))
    provider = bench.provider

    async def enter(some):
        """All of them; who may speak does."""
        entries = [await provider.entry(place, guest) for guest in some]
        crowd = await bench.people.crowd(entries)
        await asyncio.gather(*(one.speak() for one in crowd if one.may_speak))
        return crowd

    people = await enter(guests)
    there = {one.id: one.speaks for one in await provider.participants(place)}
    assert there == {guest.id: guest.speaks for guest in guests}
    heard = {guest.id for guest in guests[1:] if guest.speaks}
    await until(lambda: people[0].hears == heard)
    # One is put out, one comes by a second device, some leave and come again.
    await provider.remove(place, guests[1])
    await until(lambda: people[1].went)
    again = await enter(guests[2:4])
    await until(lambda: all(one.went for one in people[2:4]))
    await asyncio.gather(*(one.leave() for one in people[4::3]))
    again += await enter(guests[4::3])
    # All leave.
    everybody = [*people, *again]
    await asyncio.gather(*(one.leave() for one in everybody))
    whole = len(everybody)
    await until(lambda: said(bench, b'"participant_left"') == whole)

    came, went = news(bench, Came), news(bench, Went)
    by_stream = {one.stream: one for one in everybody}
    assert sorted(one.stream for one in came) == sorted(by_stream)
    assert sorted(one.stream for one in went) == sorted(by_stream)
    for one in (*came, *went):
        assert (one.place, one.guest) == (place.name, by_stream[one.stream].id)
    for one in came:
        assert by_stream[one.stream].knocked <= one.at <= by_stream[one.stream].came
    late = []
    for one in went:
        person = by_stream[one.stream]
        assert (person.leaving or person.came) - SECOND <= one.at <= person.went + LOST
        late += [one.guest] if one.at > person.went + SECOND else []
    assert len(late) <= max(2, len(went) / 10)
    assert await provider.participants(place) == ()


def said(bench, words):
    """How many deliveries have the words in them."""
    return sum(words in one.body for one in tuple(bench.deliveries))


def news(bench, kind):
    """What the server told so far, of that kind."""
    provider = bench.provider
    told = [
        one
        for delivery in tuple(bench.deliveries)
        for one in provider.understand(provider.accept(delivery).body)
    ]
    return [one for one in told if isinstance(one, kind)]
