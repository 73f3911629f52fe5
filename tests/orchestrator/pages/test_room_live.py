"""The parts that are told: each to those it is for, and only when it is new."""

import json

import pytest

from orchestrator.hub.channels import spoken, spoken_people, spoken_person
from orchestrator.rooms.model import Setting
from tests.fakes import FakeTransport
from tests.orchestrator.app_client import CAMILLE, ORGANISER, SLUG, SPEAKER
from tests.orchestrator.pages.made_up import at
from tests.orchestrator.stage.desk import Desk
from tests.waiting import until

FORMS = {"Accept": "application/json"}


@pytest.fixture
def hear(site):
    """What is told on a channel, as target and HTML, once the round is over."""
    hub, live = site.services.hub, site.services.stage_live
    programmes = site.services.programmes

    def listen(channel):
        transport = FakeTransport()
        hub.subscribe(transport, (channel,), chunked=False)

        async def heard():
            await until(
                lambda: not (programmes._soon._untold or live._due or live._going)
            )
            written = b"".join(transport.written).decode()
            messages = [one.splitlines() for one in written.split("\n\n")]
            transport.written.clear()
            found = [
                json.loads(lines[2].removeprefix("data: "))
                for lines in messages
                if "event: stage" in lines
            ]
            told = {}
            for one in found:
                told.setdefault(one["target"].partition("-")[0], []).append(one["html"])
            return {name: "".join(parts) for name, parts in told.items()}

        return heard

    return listen


@pytest.fixture
async def desk(site):
    return Desk(site, await site.known(ORGANISER))


async def test_press_reaches_rooms_screens_and_the_speaker(site, hear, desk):
    speaker = await site.person(SPEAKER)
    await site.known(SPEAKER)
    room, screen, own = (
        hear(spoken_people(SLUG, "fr")),
        hear(spoken(SLUG, "en")),
        hear(spoken_person(SLUG, speaker.id, "en")),
    )

    await desk.done("next")
    told = await room()

    assert sorted(told) == [
        "announcement",
        "floor",
        "moved",
        "on",
        "order",
        "questions",
        "recording",
    ]
    assert "Ana Petrović" in told["on"]
    assert "Now: Ana Petrović" in (await screen())["screen"]
    assert "Join as a speaker" in (await own())["turn"]


async def test_question_is_told_to_people_of_the_meeting_alone(site, hear, desk):
    public, room = hear(spoken(SLUG, "fr")), hear(spoken_people(SLUG, "fr"))
    await desk.done("next")
    await room(), await public()
    camille = await site.known(CAMILLE, **FORMS)

    talk = site.event.timetable.slots[0].talk.id
    path = f"/api/v1/events/{SLUG}/talks/{talk}/questions"
    async with camille.post(path, json={"text": "Why so wide?"}) as asked:
        assert asked.status == 201

    told = await room()
    assert list(told) == ["questions"]
    assert "Why so wide?" in told["questions"]
    assert await public() == {}


async def test_all_is_told_again_with_the_next_minute(site, hear, desk):
    room = hear(spoken_people(SLUG, "en"))
    await desk.done("next")
    await room()

    site.services.stage_live.changed(SLUG)
    same = await room()
    await site.at(at(10, 7))
    site.services.stage_live.changed(SLUG)

    assert same == {}
    assert "order" in await room()


async def test_speaker_who_is_none_any_more_is_told_nothing(site, hear, desk):
    camille = await site.person(CAMILLE)
    own = hear(spoken_person(SLUG, camille.id, "fr"))

    await desk.done("next")

    assert await own() == {}


async def test_all_are_told_that_a_room_moved_and_nobody_where_to(site, hear):
    await site.known(CAMILLE)
    room, where = hear(spoken_people(SLUG, "fr")), "https://other.example/secret"

    await site.services.set_room(site.event, Setting(url=where))
    await site.at(at(10, 6))
    told = await room()

    (moved,) = await site.services.rooms.of(site.event)
    assert f'data-mark="{moved.mark}"' in told["moved"]
    assert where not in str(told)
