"""A chair at work: by keyboard alone, by hand, with a co-chair, without a line."""

import asyncio

import pytest

from orchestrator.hub.channels import spoken_chairs
from orchestrator.stage.model import CueState
from tests.journeys.browser import NARROW, answered, axe
from tests.orchestrator.app_client import CAMILLE, CHAIR, ORGANISER, SLUG, application
from tests.orchestrator.pages.made_up import at
from tests.waiting import until

pytestmark = pytest.mark.journey

# A press that was too late, or needs a second step, is an error to the console.
REFUSED = ("409", "412")


@pytest.fixture
async def site(upgraded_sqlite_url, tmp_path):
    """Just before the morning begins."""
    async with application(upgraded_sqlite_url, tmp_path, now=at(9, 58)) as site:
        yield site


def session(site, number=1):
    return site.event.timetable.sessions[number - 1].session.id


@pytest.fixture
def desk(site, new_page):
    """``await desk()``: a chair at the desk of a session."""

    async def sit(email=ORGANISER, *, number=1, allow=(), **reader):
        page = await new_page(allow=allow, **reader)
        await page.goto(f"{site.url}{await site.link(email)}")
        await page.locator("[value=chair]").first.click()
        channel = spoken_chairs(SLUG, session(site, number), "fr")
        async with site.one_more_listens(channel):
            await page.goto(f"{site.url}/e/{SLUG}/chair/{session(site, number)}")
        return page

    return sit


@pytest.fixture
def rundown(site):
    async def now(number=1):
        return await site.services.stage.rundown(site.event, session(site, number))

    return now


async def text(page, selector):
    return " ".join((await page.locator(selector).first.inner_text()).split())


async def shows(page, selector, words):
    await page.locator(selector).filter(has_text=words).first.wait_for()


async def slowed(page, *, arrives=True):
    """Have presses wait on their way; events: one is on its way, and all may go on."""
    on_its_way, go_on = asyncio.Event(), asyncio.Event()

    async def slow(route):
        if route.request.method != "POST":
            return await route.fallback()
        on_its_way.set()
        await go_on.wait()
        return await (route.fallback() if arrives else route.abort())

    await page.route("**/chair/**", slow)
    return on_its_way, go_on


async def struck(page, key, version):
    """Press ``key`` and wait until the page shows ``version``."""
    async with answered(page):
        await page.keyboard.press(key)
    await page.wait_for_selector(f"[name=version][value='{version}']", state="attached")


async def test_a_session_is_run_by_keyboard_alone(desk, rundown):
    page = await desk()

    await struck(page, "Space", 1)
    await shows(page, ".clock .who", "Ana Petrović")
    await struck(page, "5", 2)
    await struck(page, "q", 3)
    await struck(page, "s", 4)
    await shows(page, ".undo small", "absence à l’exposé 2")
    await struck(page, "u", 5)
    await page.keyboard.press("ArrowDown")
    await struck(page, "Alt+ArrowUp", 6)

    now = await rundown()
    assert [cue.state for cue in now.cues][:2] == [CueState.LIVE, CueState.PLANNED]
    assert now.cues[0].length == now.cues[0].talk_time
    assert await text(page, ".rundown > li:nth-child(3) > label") == "Driss Amrani"
    assert await page.evaluate("document.activeElement.value") == now.cues[2].talk

    await page.keyboard.press("?")
    await shows(page, "#keys", "Touches et réglages")
    assert await axe(page) == []
    await page.keyboard.press("Escape")
    await page.locator("#keys").wait_for(state="hidden")
    await page.keyboard.press("m")
    await page.keyboard.type("u 5 s")
    assert await page.input_value("#m") == "u 5 s"
    assert (await rundown()).version == 6


async def test_keys_count_once_and_can_be_switched_off(desk, rundown):
    page = await desk()
    # The machine may be slow: to the page all of this is one instant.
    await page.evaluate("at => { performance.now = () => at }", 60_000)

    async with answered(page):
        await page.keyboard.down("Space")
        await page.keyboard.down("Space")  # as the system repeats a key that is held
        await page.keyboard.up("Space")
    await shows(page, ".btn.next", "Suivant : Bruno Delcourt")
    await page.keyboard.press("Space")  # within a second
    await struck(page, "1", 2)
    assert (await rundown()).live is not None

    await page.locator(".keys").click()
    await page.get_by_label("Utiliser ces touches").uncheck()
    await page.reload()
    await page.keyboard.press("u")
    await page.locator(".more button").first.click()
    await page.wait_for_selector("[name=version][value='3']", state="attached")


async def test_press_while_another_is_on_its_way_is_said_to_be_lost(desk, rundown):
    page = await desk()
    await struck(page, "Space", 1)
    on_its_way, arrives = await slowed(page)
    await page.keyboard.press("5")
    await until(on_its_way.is_set)
    await page.locator("[data-key='5']").click()  # the same again: it is meant once
    assert await text(page, "#answer") == ""

    await page.keyboard.press("q")

    await shows(page, "#answer", "Non envoyé")
    async with answered(page):
        arrives.set()
    await page.wait_for_selector("[name=version][value='2']", state="attached")
    await shows(page, "#answer", "Non envoyé")
    assert await axe(page) == []
    await struck(page, "q", 3)
    assert await text(page, "#answer") == ""


async def test_it_is_said_below_what_became_of_the_other_press(desk):
    page = await desk(allow=("ERR_FAILED",))
    await struck(page, "Space", 1)
    on_its_way, fails = await slowed(page, arrives=False)
    await page.keyboard.press("5")
    await until(on_its_way.is_set)

    await page.keyboard.press("q")
    fails.set()

    await shows(page, "#answer", "Pas de réponse")
    await shows(page, "#answer", "Non envoyé")


async def test_delay_is_proposed_and_accepted(site, desk, rundown):
    page = await desk()
    await struck(page, "Space", 1)
    await site.at(at(10, 24))
    await shows(page, ".proposal h2", "Décaler la suite de")
    assert await axe(page) == []

    await struck(page, "a", 2)

    await shows(page, "[id^=proposal] h2", "Rien à décaler")
    assert (await rundown()).cues[1].starts >= at(10, 24)


async def test_of_two_chairs_the_second_is_shown_what_the_first_did(
    site, desk, rundown
):
    first, second = await desk(), await desk(allow=REFUSED)
    # What the stream would bring at once is held back for the one who is late.
    await second.evaluate(
        "for (const one of document.querySelectorAll('[data-live]'))"
        " one.dataset.version = Infinity"
    )
    await struck(first, "Space", 1)

    await second.locator(".btn.next").click()

    await shows(second, "#answer", "Odile Vautrin vient de lancer l’exposé 1.")
    assert await axe(second) == []
    assert (await rundown()).version == 1
    await second.keyboard.press("Escape")
    assert await second.locator("#answer").inner_text() == ""


async def test_press_of_one_chair_is_on_the_screen_of_the_other(desk):
    first, second = await desk(), await desk()

    await struck(first, "Space", 1)

    await shows(second, ".clock .who", "Ana Petrović")
    await shows(second, ".btn.next", "Suivant : Bruno Delcourt")
    assert await second.input_value("[name=version]") == "1"


async def test_invited_talk_is_not_brought_on_early_without_a_second_yes(
    site, desk, rundown
):
    await site.at(at(16))
    page = await desk(number=2, allow=REFUSED)
    third = page.locator(".rundown > li").nth(2)
    await third.locator("label").first.click()

    await third.get_by_role("button", name="Lancer maintenant").click()
    await shows(page, "#answer", "L’exposé 3 commencerait à 16:00.")
    assert (await rundown(2)).version == 0
    await page.get_by_role("button", name="Mettre l’exposé 3 à 16:00").click()

    await shows(page, ".clock .who", "Mina Castellan")


async def test_second_yes_can_be_given_by_key_once_it_can_have_been_read(
    site, desk, rundown
):
    await site.at(at(16))
    page = await desk(number=2, allow=REFUSED)
    place = await page.locator(".clock").bounding_box()
    await page.locator(".rundown > li").nth(2).locator("label").first.click()
    await page.evaluate("at => { performance.now = () => at }", 60_000)

    start = page.get_by_role("button", name="Lancer maintenant : Mina Castellan")
    async with answered(page):
        await start.click()
    await shows(page, "#answer", "L’exposé 3 commencerait à 16:00.")
    assert await page.locator(".clock").bounding_box() == place
    assert await axe(page) == []
    await page.keyboard.press("r")
    assert await page.locator("#answer").inner_text() == ""

    await start.click()
    await shows(page, "#answer", "L’exposé 3 commencerait à 16:00.")
    await page.keyboard.press("a")  # too soon
    await page.evaluate("at => { performance.now = () => at }", 62_000)
    assert (await rundown(2)).version == 0
    await struck(page, "a", 1)

    await shows(page, ".clock .who", "Mina Castellan")


async def test_keys_work_after_a_click_and_after_a_message(desk, rundown):
    page = await desk()
    await struck(page, "Space", 1)
    async with answered(page):
        await page.locator(".more button").last.click()
    await page.wait_for_selector("[name=version][value='2']", state="attached")
    await page.evaluate("at => { performance.now = () => at }", 60_000)

    await struck(page, "Space", 3)
    await page.keyboard.press("m")
    await page.keyboard.type("Merci de conclure")
    async with answered(page):
        await page.keyboard.press("Enter")
    await shows(page, ".told", "Merci de conclure")
    await struck(page, "u", 4)
    await page.keyboard.press("m")
    await page.keyboard.press("Escape")
    await struck(page, "u", 5)

    assert [cue.state for cue in (await rundown()).cues][:2] == [
        CueState.LIVE,
        CueState.PLANNED,
    ]


async def test_order_is_changed_by_dragging(desk, rundown):
    page = await desk()
    rows = page.locator(".rundown > li")
    await page.wait_for_function(
        "window.Sortable?.get(document.querySelector('.rundown'))"
    )
    before = [cue.talk for cue in (await rundown()).cues]

    box = await rows.nth(3).bounding_box()
    await rows.nth(1).locator("label").first.hover()
    await page.mouse.down()
    await page.mouse.move(box["x"] + 90, box["y"] + 10, steps=5)
    await page.mouse.move(box["x"] + 90, box["y"] + box["height"] - 4, steps=5)
    await page.mouse.up()
    await page.wait_for_selector("[name=version][value='1']", state="attached")

    after = [cue.talk for cue in (await rundown()).cues]
    assert sorted(after) == sorted(before)
    assert after.index(before[1]) > 1
    shown = await rows.evaluate_all("all => all.map(one => one.id)")
    assert shown == [f"cue-{talk}" for talk in after]


async def test_half_typed_text_and_open_fold_outlive_what_the_others_do(desk):
    first, second = await desk(), await desk()
    await second.locator("#m").fill("À la fin")
    await second.locator("#m").focus()
    fold = second.locator(".rundown li:has(> input:checked) details")
    await fold.locator("summary").click()
    await second.locator("#m").focus()

    await struck(first, "Space", 1)
    await shows(second, ".clock .who", "Ana Petrović")

    assert await second.input_value("#m") == "À la fin"
    assert await second.evaluate("document.activeElement.id") == "m"


async def test_questions_and_messages_pass_the_desk(site, desk):
    page = await desk()
    await struck(page, "Space", 1)
    camille = await site.services.access.holder(
        (await site.link(CAMILLE)).rpartition("/")[2]
    )
    talk = site.event.timetable.slots[0].talk.id
    await site.services.questions.ask(site.event, talk, camille, "Pourquoi ?")

    async with answered(page):
        await page.get_by_role(
            "button", name="Prendre la question de Camille Dupré"
        ).click()
    await shows(page, ".ask .state", "Prise")
    await page.locator("#m").fill("Merci de conclure")
    async with answered(page):
        await page.keyboard.press("Enter")
    await shows(page, ".told", "Merci de conclure")

    assert await page.input_value("#m") == ""
    (told,) = await site.services.messages.current(site.event)
    assert (told.talk, told.card) == (talk, None)
    await page.get_by_role("button", name="Retirer : Merci de conclure").click()
    await page.locator(".told").wait_for(state="detached")


async def test_while_the_line_is_lost_nothing_is_sent_and_the_last_state_stays(
    desk, rundown
):
    page = await desk(allow=("ERR_INTERNET_DISCONNECTED",))
    await struck(page, "Space", 1)

    await page.context.set_offline(True)
    await page.locator("#lost").wait_for()
    await page.keyboard.press("5")
    await shows(page, "#answer", "La liaison est perdue")
    assert await text(page, ".clock .who") == "Ana Petrović"
    assert await text(page, ".online") == "Liaison perdue"

    await page.context.set_offline(False)
    await page.locator("#back").wait_for()
    assert await text(page, "#answer") == ""
    assert (await rundown()).version == 1
    await struck(page, "5", 2)


async def test_everything_works_without_a_script(site, new_page, rundown):
    page = await new_page(java_script_enabled=False, allow=REFUSED)
    await page.goto(f"{site.url}{await site.link(CHAIR)}")
    await page.locator("[value=chair]").first.click()
    await site.at(at(15, 59))

    await page.locator(".btn.next").click()
    await page.locator(".more button").first.click()
    await page.locator(".undo").click()
    await page.locator(".rundown > li").nth(1).locator("label").first.click()
    await page.get_by_role("button", name="Absent : Hugo Brandt").click()

    now = await rundown(2)
    assert (now.version, now.cues[1].state) == (4, CueState.SKIPPED)
    await page.get_by_role("link", name="imprimer").click()
    assert "Version 4" in await page.locator(".print-foot").inner_text()


@pytest.mark.parametrize(("width", "height"), [(1280, 900), (1024, 768), (NARROW, 844)])
async def test_what_is_needed_at_once_is_seen_without_scrolling(
    site, desk, width, height
):
    page = await desk(width=width, height=height)
    await struck(page, "Space", 1)
    await site.at(at(10, 24))
    await page.locator(".proposal").wait_for()

    places = await page.evaluate(
        """() => {
          const under = (selector) => document.querySelector(selector).getBoundingClientRect().bottom;
          return {
            bar: document.querySelector(".actions").getBoundingClientRect().top,
            ends: [".clock", ".proposal .row", "[id^=two]", ".rundown"].map(under),
            wide: document.documentElement.scrollWidth - innerWidth,
            small: [...document.querySelectorAll("button, summary, select, a[href]")].filter(
              (one) => one.offsetParent && !one.closest(".skip") && one.getBoundingClientRect().height < 43.9,
            ).map((one) => one.outerHTML),
          };
        }"""
    )
    needed = places["ends"] if width > NARROW else places["ends"][:2]
    assert [end for end in needed if end > places["bar"]] == []
    assert places["wide"] == 0
    assert places["small"] == []
    assert await axe(page) == []
