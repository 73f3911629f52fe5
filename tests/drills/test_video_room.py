"""A room full of real clients, through the service: who was in, speaks, is sent out.

Guards have twins in which they are taken out.
"""

import asyncio
import time
from contextlib import suppress
from datetime import timedelta

import pytest

from integrations.video.provider import Entry, How
from orchestrator.clock import utc_now
from orchestrator.registration import store as registration
from orchestrator.stage.floor.onstage import Onstage
from orchestrator.stage.floor.service import Floors
from tests.livekit_people import NotLetIn
from tests.orchestrator.app_client import ORGANISER, SLUG, application
from tests.orchestrator.stage.desk import Desk
from tests.servers import free_port
from tests.waiting import until, until_so

pytestmark = pytest.mark.drill

HAND = f"/e/{SLUG}/room/hand"
ASK = f"/api/v1/events/{SLUG}/seat/video"
FIRST, SECOND = "speaker1@lab.example", "speaker2@lab.example"
HEADER = "name,email,member\n"
# The server tells whole seconds.
SECOND_OF_CLOCK = timedelta(seconds=1)
# A client's goodbye is lost now and then: the server waits for him as long as this.
LOST = timedelta(seconds=30)
MOST_LOST = 0.1
# So many listen for each who speaks.
FOURTH = 4
FLOOR_WITHIN, OUT_WITHIN = 1, 5


@pytest.fixture
def emails(count):
    """50 people, at least 5 in a quick run."""
    return [f"person{n}@lac.example" for n in range(max(5, count(50)))]


@pytest.fixture
def port():
    """Where the service answers."""
    return free_port()


@pytest.fixture
def server(start_livekit, port):
    return start_livekit(f"http://127.0.0.1:{port}/webhooks/main")


@pytest.fixture
async def site(upgraded_url, tmp_path, server, port, emails):
    """A service to which its LiveKit server reports."""
    lines = [f"Person {one},{one},yes\n" for one in emails]
    async with application(
        upgraded_url,
        tmp_path,
        video=None,
        people=HEADER + "".join(lines),
        connections={"main": server.settings},
        port=port,
    ) as site:
        yield site


async def entry_of(browser):
    """What the page of the room is given."""
    async with browser.post(ASK) as answer:
        assert answer.status == 200
        told = await answer.json()
    return Entry(url=told["url"], how=How(told["how"]), token=told["token"])


async def give_floor(site, who):
    """Have an organiser give the floor to people whose hands are up."""
    event, ident = site.event, (await site.person(ORGANISER)).id
    async with site.services.database.reading() as session:
        by = (await registration.identities(session, [ident]))[ident]
    (room,) = await site.services.rooms.of(event)
    for one in who:
        await site.services.floors.give(event, room, one, by)


async def knows(site, crowd):
    """The stays of all, once the service has heard that each of ``crowd`` went."""
    attendance = site.services.attendance

    async def stays():
        figures = await attendance.of(site.event)
        return {who: one.intervals for who, one in figures.people.items()}

    async def all_ended():
        # Who is there is counted as such until the present.
        last = attendance.now(site.event) - SECOND_OF_CLOCK
        known = await stays()
        return all(known[one.id] and known[one.id][-1].ends < last for one in crowd)

    await until_so(all_ended, patience=2 * LOST.total_seconds())
    return await stays()


async def test_attendance_is_when_each_was_in(site, emails, people):
    browsers = [await site.known(email) for email in emails]
    for browser in browsers[1::FOURTH]:
        async with browser.post(HAND, data={"hand": "up"}) as answer:
            assert answer.status == 200
    entries = [await entry_of(browser) for browser in browsers]

    crowd = await people.crowd(entries)
    assert not any(one.may_speak for one in crowd)
    heard = crowd[1::FOURTH]
    await give_floor(site, [one.id for one in heard])
    await until(lambda: all(one.may_speak for one in heard))
    await asyncio.gather(*(one.speak() for one in heard))
    await until(lambda: crowd[0].hears == {one.id for one in heard})
    assert {one.id for one in crowd if one.may_speak} == crowd[0].hears
    # Moments are whole seconds: who came and went within one was never there.
    stayed = max(one.came for one in crowd) + 2 * SECOND_OF_CLOCK
    await until(lambda: utc_now() > stayed)
    await asyncio.gather(*(one.leave() for one in crowd))
    stays = await knows(site, crowd)

    offset, late = site.event.clock_offset, 0
    for one in crowd:
        (stay,) = stays[one.id]
        starts, ends = stay.starts - offset, stay.ends - offset
        assert one.knocked - SECOND_OF_CLOCK <= starts <= one.came + SECOND_OF_CLOCK
        assert one.leaving - SECOND_OF_CLOCK <= ends <= one.went + LOST
        late += ends > one.went + SECOND_OF_CLOCK
    assert late <= max(2, MOST_LOST * len(crowd))


async def everybody(*_):
    """May speak."""
    return True


def nobody_is_told(*_):
    """In place of ``Onstage._begin``."""


async def test_who_has_no_floor_is_refused(site, server, emails, people):
    browser, other = [await site.known(email) for email in emails[:2]]
    person = await people.come(await entry_of(browser))
    hears = await people.come(await entry_of(other))

    refused = asyncio.create_task(person.speak())
    await until(lambda: server.said("no permission to publish track"))

    assert hears.hears == set()
    refused.cancel()


async def test_without_the_rule_he_would_be_heard(site, emails, people, monkeypatch):
    """The twin of it: at the door, and when he has come."""
    monkeypatch.setattr(Floors, "speaks", everybody)
    monkeypatch.setattr(Onstage, "_begin", nobody_is_told)
    browser, other = [await site.known(email) for email in emails[:2]]
    person = await people.come(await entry_of(browser))
    hears = await people.come(await entry_of(other))

    await person.speak()

    await until(lambda: hears.hears == {person.id})


async def test_without_the_rule_at_the_door_he_is_silenced_when_he_comes(
    site, emails, people, monkeypatch
):
    """The other twin: one of the two is enough."""
    monkeypatch.setattr(Floors, "speaks", everybody)

    person = await people.come(await entry_of(await site.known(emails[0])))

    await until(lambda: not person.may_speak)


@pytest.fixture
def speakers(site, people):
    """``await speakers()``: the first two of the morning, in the room."""

    async def come():
        return [
            await people.come(await entry_of(await site.known(email)))
            for email in (FIRST, SECOND)
        ]

    return come


async def test_next_gives_the_floor_within_a_second(site, speakers, promised):
    first, second = await speakers()
    desk, waits = Desk(site, await site.known(ORGANISER)), []

    async def next_talk(comes, goes):
        await desk.done("next")
        answered = time.monotonic()
        await until(lambda: comes.may_speak and not goes.may_speak)
        waits.append(time.monotonic() - answered)

    await next_talk(first, second)
    await first.speak()
    await until(lambda: second.hears == {first.id})
    await next_talk(second, first)
    await until(lambda: second.hears == set())

    print(f"the floor: {', '.join(f'{one * 1000:.0f} ms' for one in waits)}")
    assert max(waits) < promised(FLOOR_WITHIN)


async def test_without_being_told_the_former_would_go_on(site, speakers, monkeypatch):
    """The twin of it."""
    first, second = await speakers()
    desk, telling = Desk(site, await site.known(ORGANISER)), site.services.onstage
    await desk.done("next")
    await until(lambda: first.may_speak and not (telling._due or telling._going))

    monkeypatch.setattr(telling, "_begin", nobody_is_told)
    await desk.done("next")
    await until(lambda: not (telling._pressed or telling._looking))
    await first.speak()

    await until(lambda: second.hears == {first.id})
    assert (first.may_speak, second.may_speak) == (True, False)


async def test_who_is_sent_out_is_gone_and_cannot_return(
    site, emails, people, promised
):
    browser, other = [await site.known(email) for email in emails[:2]]
    entry = await entry_of(browser)
    person, stays = await people.come(entry), await people.come(await entry_of(other))
    by, now = await site.person(ORGANISER), site.services.programmes.now(site.event)

    sent = time.monotonic()
    await site.services.admission.send_out(site.event, person.id, now, by=by.id)
    await until(lambda: person.went)
    out = time.monotonic() - sent
    async with browser.post(ASK) as answer:
        refused = answer.status
    with suppress(NotLetIn):
        # LiveKit takes his old token: he is put out as soon as it tells.
        again = await people.come(entry)
        await until(lambda: again.went)

    print(f"sent out: {out * 1000:.0f} ms")
    assert (refused, stays.went) == (403, None)
    assert out < promised(OUT_WITHIN)
