"""The model day at two instances: a delay, a no-show, a swap, one more time; a crash."""

import asyncio
import signal

import pytest
from playwright.async_api import expect

from tests.journeys.agreement import moment
from tests.journeys.model_day import INVITED, SEEN, day_at
from tests.journeys.service import Installation
from tests.waiting import until_so

pytestmark = [pytest.mark.journey, pytest.mark.postgres]

# A press that was too late, or needs a second step, is an error to the console.
REFUSED = ("409", "412")
LOST = ("ERR_",)
ANA, BRUNO, CHIARA = "Ana Petrović", "Bruno Delcourt", "Chiara Lodi"
DRISS, ELIF, FABIEN = "Driss Amrani", "Elif Şahin", "Fabien Roche"
GAELLE, HUGO, IVO = "Gaëlle Ndiaye", "Hugo Brandt", "Ivo Marek"


@pytest.fixture
async def day(postgres_url, valkey_url, tmp_path, new_page):
    """The chairs at one instance, all others at another."""
    one = Installation(tmp_path, postgres_url, redis_url=valkey_url)
    with one.serving(), one.beside().serving() as other:
        async with day_at(one, other, new_page) as day:
            yield day


async def test_everybody_sees_the_same_day_after_each_press(day):
    await day.sit(0, allow=REFUSED)
    await day.enter()
    await day.speaks(4)
    assert (await day.agreed()).promised == {
        ANA: "10:00",
        BRUNO: "10:15",
        CHIARA: "10:30",
        DRISS: "10:45",
        ELIF: "11:00",
        FABIEN: "11:15",
        "Discussion": "11:30",
    }
    await a_talk_overruns(day)
    await two_chairs_press_at_once(day)
    await two_talks_swap(day)
    await one_is_extended(day)
    await one_is_missing(day)
    await the_session_ends(day)

    await day.sit(1)
    await day.speaks(9)
    await the_delay_stops_at_the_invited_talk(day)
    await the_invited_talk_starts_on_its_minute(day)


async def a_talk_overruns(day):
    first, second = day.desks
    await day.at(10, 0)
    await day.pressed(first, ".btn.next")
    assert (await day.agreed()).states[ANA] == "live"

    await day.at(10, 22)
    delayed = await day.agreed()
    assert delayed.rundown["proposal"]["until"] == "2021-06-28T10:22:00+02:00"
    assert delayed.promised[BRUNO] == "10:15"
    await day.at(10, 22)  # all screens may have taken a minute to agree
    await day.pressed(second, ".proposal [data-key=a]")
    assert (await day.agreed()).promised == {
        ANA: "10:00",
        BRUNO: "10:22",
        CHIARA: "10:37",
        DRISS: "10:52",
        ELIF: "11:07",
        FABIEN: "11:22",
        "Discussion": "11:37",
    }


async def two_chairs_press_at_once(day):
    """What the first one did has not reached the second when he presses."""
    first, second = day.desks
    await second.evaluate("window.slow = []")
    await day.pressed(first, ".btn.next")
    await second.locator(".btn.next").click()

    told = second.locator("#answer")
    await expect(told).to_contain_text(
        "Irène Falco vient de lancer l’exposé 2.", timeout=SEEN * 1000
    )
    await expect(told).to_contain_text("Votre geste n’a pas été appliqué.")
    present = await day.agreed()
    assert (present.rundown["version"], present.states[BRUNO]) == (3, "live")

    await second.evaluate("for (const hear of window.slow) hear(); window.slow = null")
    await told.locator("[data-close]").click()
    assert (await day.agreed()).rundown["version"] == 3


async def two_talks_swap(day):
    """After a mistake, which is undone."""
    first, second = day.desks
    await day.at(10, 30)
    await choose(second, day, ELIF)
    await day.pressed(second, day.row(second, ELIF).locator("[data-key=s]"))
    assert (await day.agreed()).states[ELIF] == "skipped"
    await day.pressed(first, ".btn.undo")
    undone = await day.agreed()
    assert (undone.states[ELIF], undone.promised[ELIF]) == ("planned", "11:07")

    await choose(first, day, DRISS)
    await day.pressed(first, day.row(first, DRISS).locator("[data-key='alt+ArrowUp']"))
    swapped = (await day.agreed()).promised
    assert list(swapped.items())[2:5] == [
        (DRISS, "10:37"),
        (CHIARA, "10:52"),
        (ELIF, "11:07"),
    ]


async def one_is_extended(day):
    first, second = day.desks
    await day.at(10, 37)
    await day.pressed(second, ".btn.next")
    assert (await day.agreed()).states[DRISS] == "live"

    await day.at(10, 45)
    await day.pressed(first, ".more [data-key='5']")
    longer = await day.agreed()
    # Of his 17 minutes and the 3 for questions the latter are given up first; he
    # began some seconds after the minute.
    assert longer.rundown["proposal"]["until"] == "2021-06-28T10:55:00+02:00"
    assert longer.promised[CHIARA] == "10:52"
    await day.pressed(first, ".proposal [data-key=a]")
    assert list((await day.agreed()).promised.items())[3:] == [
        (CHIARA, "10:55"),
        (ELIF, "11:10"),
        (FABIEN, "11:25"),
        ("Discussion", "11:40"),
    ]


async def one_is_missing(day):
    """Who comes after her is there, and begins early."""
    first, second = day.desks
    await day.at(10, 55)
    await choose(first, day, CHIARA)
    await day.pressed(first, day.row(first, CHIARA).locator("[data-key=s]"))
    missing = await day.agreed()
    assert (missing.states[CHIARA], missing.promised[ELIF]) == ("skipped", "11:10")
    await day.pressed(second, ".btn.next")
    present = await day.agreed()
    assert (present.states[DRISS], present.states[ELIF]) == ("done", "live")


async def the_session_ends(day):
    first, second = day.desks
    for minute, desk in ((25, first), (40, second)):
        await day.at(11, minute)
        await day.pressed(desk, ".btn.next")
        await day.agreed()
    await day.at(11, 59)
    await day.pressed(first, ".btn.next")
    states = (await day.agreed()).states
    assert {name for name in states if states[name] != "done"} == {CHIARA}
    await day.at(13, 0)
    await day.room.locator("[data-enter-at]").wait_for(timeout=SEEN * 1000)


async def the_delay_stops_at_the_invited_talk(day):
    first, second = day.desks
    await day.at(16, 0)
    # Who kept the page open is let in by himself.
    await day.room.locator("#order").wait_for(timeout=SEEN * 1000)
    await day.pressed(first, ".btn.next")
    assert (await day.agreed()).states[GAELLE] == "live"

    await day.at(16, 22)
    delayed = await day.agreed()
    breach = delayed.rundown["proposal"]["breaches"][0]
    assert breach["now"] == "2021-06-28T16:37:00+02:00"
    await day.at(16, 22)  # as above
    await first.locator(".proposal [data-key=a]").click()
    await expect(first.locator("#answer")).to_contain_text(
        "L’exposé 3 commencerait à 16:37", timeout=SEEN * 1000
    )
    assert (await day.agreed()).rundown["version"] == 1
    await first.locator("#answer [data-close]").click()

    await day.pressed(first, ".proposal [data-key=r]")
    await day.agreed()
    await day.pressed(second, ".btn.next")
    assert (await day.agreed()).states[HUGO] == "live"
    await choose(second, day, HUGO)
    await day.unfold(second, HUGO)
    await day.pressed(second, day.row(second, HUGO).locator("[id^=more]").first)
    assert (await day.agreed()).rundown["proposal"] is None


async def the_invited_talk_starts_on_its_minute(day):
    first, _ = day.desks
    await day.at(16, 30, 1)
    await day.pressed(first, ".btn.next")
    invited = (await day.agreed()).slot(INVITED)
    assert invited["starts"] == "2021-06-28T16:30:00+02:00"
    assert f"{moment(invited['actual_starts']):%H:%M}" == "16:30"


async def test_nothing_is_lost_when_the_chairs_instance_is_killed(
    postgres_url, tmp_path, new_page
):
    one = Installation(tmp_path, postgres_url)
    with one.beside().serving() as other, one.serving():
        async with day_at(one, other, new_page) as day:
            await day.sit(0, allow=LOST)
            await day.enter()
            await day.speaks(1)
            await day.at(10, 0)
            first, second = day.desks
            await day.pressed(first, ".btn.next")
            await day.agreed()
            await day.pressed(first, ".more [data-key='5']")
            await killed_under(one, second)
            await all_goes_on_without_a_line(day)
            with one.serving(tries=1):
                await all_come_back(day)


async def killed_under(installation, desk):
    """While a press of this desk waits for its answer."""
    installation.process.send_signal(signal.SIGSTOP)
    async with desk.expect_request("**/chair/**"):
        await desk.locator(".more [data-key='1']").click()
    installation.process.kill()
    await asyncio.to_thread(installation.process.wait)
    await expect(desk.locator("#answer")).to_contain_text(
        "Pas de réponse", timeout=SEEN * 1000
    )


async def all_goes_on_without_a_line(day):
    for desk in day.desks:
        await expect(desk.locator("#lost")).to_be_visible(timeout=SEEN * 1000)
        assert await desk.locator(".clock .who").inner_text() == ANA
        shown = await desk.locator(".clock .digits").inner_text()
        await expect(desk.locator(".clock .digits")).not_to_have_text(shown)
    for page in (day.room, day.speaker):
        await expect(page.locator("#lost")).to_be_hidden()
    first, _ = day.desks
    await first.locator(".more [data-key='2']").click()
    await expect(first.locator("#answer")).to_contain_text("La liaison est perdue")


async def all_come_back(day):
    first, second = day.desks
    for desk in day.desks:
        await expect(desk.locator("#lost")).to_be_hidden(timeout=SEEN * 1000)
    present = await day.agreed()
    # The one that was answered counts, and neither of the two that were not.
    assert (present.rundown["version"], present.states[ANA]) == (2, "live")
    for desk in day.desks:
        await until_so(lambda desk=desk: is_right(day, desk))
    await day.pressed(second, ".more [data-key='1']")
    await day.agreed()
    await day.pressed(first, ".btn.next")
    assert (await day.agreed()).states[BRUNO] == "live"


async def is_right(day, desk):
    """Whether its large clock is."""
    return abs(await day.off(desk)) < 5


async def choose(desk, day, name):
    """Its tools are shown with the step that is chosen."""
    await day.row(desk, name).locator("label").first.click()
