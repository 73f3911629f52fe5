"""The chair's desk over HTTP: pages, presses of forms, refusals, the script's answers."""

import json

import pytest
from bs4 import BeautifulSoup

from orchestrator.pages.stage_view import PARTS
from orchestrator.stage import service, store
from orchestrator.stage.schemas import Extend, Next
from tests.orchestrator.app_client import CAMILLE, CHAIR, ORGANISER, SLUG, SPEAKER
from tests.orchestrator.pages.made_up import at
from tests.orchestrator.pages.shown import text

SCRIPT = {"Accept": "application/json"}


def session(site, number=1):
    return site.event.timetable.sessions[number - 1]


def address(site, number=1, *, then=""):
    return f"/e/{SLUG}/chair/{session(site, number).session.id}{then}"


def talk(site, number, *, of=1):
    return session(site, of).slots[number - 1].talk.id


async def read(response):
    return BeautifulSoup(await response.text(), "html.parser")


async def look(browser, path):
    async with browser.get(path) as response:
        return response.status, await read(response)


async def send(browser, path, fields, **headers):
    """Post as the script does: status and JSON."""
    async with browser.post(path, data=fields, headers={**SCRIPT, **headers}) as answer:
        return answer.status, await answer.json()


async def version_of(browser, site, number=1):
    _, page = await look(browser, address(site, number))
    return page.select_one("[name=version]")["value"]


def form_of(page, button):
    """What a browser without a script would send for ``button``."""
    fields = {
        field["name"]: field["value"]
        for field in page.select("#press input, input[form=press]")
    }
    return {**fields, button["name"]: button["value"]}


@pytest.fixture
async def chair(site):
    """An organiser chairs every session."""
    return await site.known(ORGANISER)


# Pages.


@pytest.mark.parametrize(
    ("moment", "number"),
    [(at(9), 1), (at(10, 5), 1), (at(12, 30), 2), (at(16, 5), 2), (at(20), 2)],
)
async def test_entry_leads_to_the_session_that_is_on_or_next(
    site, chair, moment, number
):
    await site.at(moment)

    async with chair.get(f"/e/{SLUG}/chair?lang=en") as response:
        assert str(response.url.relative()) == f"{address(site, number)}?lang=en"


async def test_entry_stays_with_a_session_in_which_somebody_is_still_on(site, chair):
    await press(site, Next(do="next"))
    await site.at(at(16, 30))

    async with chair.get(f"/e/{SLUG}/chair") as response:
        assert response.url.path == address(site, 1)


@pytest.mark.parametrize(
    ("email", "first", "second"),
    [
        (ORGANISER, 200, 200),
        (CHAIR, 403, 200),
        (SPEAKER, 403, 403),
        (CAMILLE, 403, 403),
    ],
)
async def test_desk_and_its_presses_are_for_who_chairs_the_session(
    site, email, first, second
):
    browser = await site.known(email)
    fields = {"act": '{"do":"next"}', "version": "0"}

    for number, status in ((1, first), (2, second)):
        for path in ("", "/print"):
            assert (await look(browser, address(site, number, then=path)))[0] == status
        async with browser.post(address(site, number), data=fields) as response:
            assert response.status == status


async def test_unknown_browser_is_asked_who_it_is(site):
    browser = await site.browser()

    assert (await look(browser, address(site)))[0] == 401
    async with browser.post(address(site), data={}) as response:
        assert response.status == 401


async def test_desk_of_no_session_is_not_found(site, chair):
    assert (await look(chair, f"/e/{SLUG}/chair/nowhere"))[0] == 404


async def test_paper_tells_the_version(site, chair):
    await press(site, Next(do="next"))

    _, page = await look(chair, address(site, then="/print?lang=fr"))

    assert text(page.select_one(".print-foot")) == (
        "Version 1, état du 28 juin 2021 à 10:05."
    )


# Presses without a script.


async def press(site, action, *, number=1, by=ORGANISER):
    """Somebody else presses."""
    who = await identity(site, by)
    return await site.services.stage.act(
        site.event, session(site, number).session.id, action, by=who
    )


async def identity(site, email):
    (one,) = await site.services.registration.links(site.event, email=email)
    return await site.services.access.holder(one.link.rpartition("/")[2])


async def test_button_is_a_form_and_leads_back_to_the_desk(site, chair):
    _, page = await look(chair, address(site))
    button = page.select_one(".btn.next")

    async with chair.post(address(site), data=form_of(page, button)) as response:
        after = await read(response)

    assert (response.status, response.url.path) == (200, address(site))
    assert text(after.select_one(".btn.next")).startswith("Suivant : Bruno Delcourt")
    assert text(after.select_one(".undo small")) == "lancement de l’exposé 1"
    assert after.select_one("[name=version]")["value"] == "1"


async def test_button_pressed_twice_on_one_page_is_one_press(site, chair):
    _, page = await look(chair, address(site))
    fields = form_of(page, page.select_one(".btn.next"))

    for _ in range(2):
        async with chair.post(address(site), data=fields) as response:
            assert response.status == 200

    assert await version_of(chair, site) == "1"


async def test_stale_press_shows_who_was_first_and_how_it_stands(site, chair):
    _, page = await look(chair, address(site))
    await press(site, Next(do="next", talk=talk(site, 1)))

    fields = form_of(page, page.select_one(".btn.next"))
    async with chair.post(address(site), data=fields) as response:
        after = await read(response)

    assert response.status == 412
    assert text(after.select_one("#answer h2")) == (
        "Odile Vautrin vient de lancer l’exposé 1."
    )
    assert text(after.select_one(".btn.next")).startswith("Suivant : Bruno Delcourt")
    assert await version_of(chair, site) == "1"


async def test_breach_is_a_second_step_with_the_new_times(site, chair):
    await site.at(at(16))
    invited = talk(site, 3, of=2)
    _, page = await look(chair, address(site, 2))
    (start,) = page.select(f"#cue-{invited} button[aria-label^=Lancer]")

    async with chair.post(address(site, 2), data=form_of(page, start)) as response:
        asked = await read(response)
    assert response.status == 409
    assert text(asked.select_one("#answer h2")) == "L’exposé 3 commencerait à 16:00."
    again = asked.select_one("#answer .danger")
    assert text(again) == "Mettre l’exposé 3 à 16:00 A"
    assert await version_of(chair, site, 2) == "0"

    async with chair.post(address(site, 2), data=form_of(asked, again)) as response:
        done = await read(response)
    assert response.status == 200
    assert text(done.select_one(".clock .who")) == "Mina Castellan"


async def test_impossible_press_says_why(site, chair):
    fields = {"act": '{"do":"finish"}', "version": "0"}

    async with chair.post(address(site), data=fields) as response:
        page = await read(response)

    assert response.status == 409
    assert text(page.select_one("#answer p")) == (
        "Rien n’est en cours : il n’y a rien à finir."
    )
    assert await version_of(chair, site) == "0"


async def test_forms_with_a_choice_send_fields(site, chair):
    added = {
        "do": "insert",
        "kind": "break",
        "minutes": "5",
        "before": talk(site, 2),
        "version": "0",
    }
    moved = {
        "do": "transfer",
        "talk": talk(site, 6),
        "session": session(site, 2).session.id,
        "version": "1",
    }
    async with chair.post(address(site), data=added) as response:
        page = await read(response)
    labels = [text(one) for one in page.select(".rundown > li > label")]
    assert labels[:3] == ["Ana Petrović", "Pause", "Bruno Delcourt"]

    async with chair.post(address(site), data=moved) as response:
        asked = await read(response)
    again = asked.select_one("#answer .danger")
    assert text(again) == "Finir à 18:01 A"
    async with chair.post(address(site), data=form_of(asked, again)) as response:
        page = await read(response)
    assert "Fabien Roche" not in text(page.select_one(".rundown"))
    _, other = await look(chair, address(site, 2))
    assert text(other.select(".rundown > li")[-1].label) == "Fabien Roche"


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"act": '{"do":"next"}'}, 422),
        ({"act": '{"do":"next"}', "version": "fourteen"}, 422),
        ({"act": '{"do":"next"}', "version": "9" * 30}, 422),
        ({"act": '{"do":"next"}', "version": "9" * 5000}, 422),
        ({"act": '{"do":"fly"}', "version": "0"}, 422),
        ({"act": "next", "version": "0"}, 422),
        ({"version": "0"}, 422),
        ({"do": "insert", "kind": "break", "minutes": "999", "version": "0"}, 422),
        ({"act": '{"do":"next","talk":"elsewhere"}', "version": "0"}, 404),
        ({"act": '{"do":"skip","talk":"elsewhere"}', "version": "0"}, 404),
    ],
)
async def test_press_that_makes_no_sense_changes_nothing(site, chair, fields, status):
    async with chair.post(address(site), data=fields) as response:
        assert response.status == status

    assert await version_of(chair, site) == "0"


async def test_press_of_another_site_is_refused(site, chair):
    fields = {"act": '{"do":"next"}', "version": "0"}
    headers = {"Sec-Fetch-Site": "cross-site"}

    async with chair.post(address(site), data=fields, headers=headers) as response:
        assert response.status == 403

    assert await version_of(chair, site) == "0"


# Presses of the script.


async def test_script_hears_what_was_done_and_has_every_part(site, chair):
    fields = {"act": '{"do":"next"}', "version": "0"}

    status, told = await send(chair, address(site), fields, **{"Idempotency-Key": "a"})

    assert (status, told["banner"]) == (200, "")
    assert len(told["parts"]) == len(PARTS)
    assert all(one["target"] in one["html"] for one in told["parts"])


async def test_script_may_send_again_under_the_same_key(site, chair):
    fields = {"act": json.dumps({"do": "next", "talk": talk(site, 1)}), "version": "0"}
    key = {"Idempotency-Key": "once"}

    first = await send(chair, address(site), fields, **key)
    second = await send(chair, address(site), fields, **key)
    third = await send(chair, address(site), fields, **{"Idempotency-Key": "other"})

    assert [first[0], second[0], third[0]] == [200, 200, 412]
    assert second[1]["said"] == first[1]["said"] == "lancement de l’exposé 1"
    assert "vient de lancer l’exposé 1" in third[1]["banner"]
    assert await version_of(chair, site) == "1"


# Questions and messages.


async def test_question_is_taken_and_answered(site, chair):
    camille = await identity(site, CAMILLE)
    asked = await site.services.questions.ask(
        site.event, talk(site, 1), camille, "Pourquoi ?"
    )
    path = address(site, then="/questions")

    _, page = await look(chair, address(site))
    take = page.select_one(f"#q-{asked.id} button")
    assert take["formaction"] == path
    async with chair.post(path, data=form_of(page, take)) as response:
        taken = await read(response)
    assert text(taken.select_one(f"#q-{asked.id} .state")) == "Prise"

    status, _ = await send(chair, path, {"question": f"{asked.id} answered"})
    _, page = await look(chair, address(site))
    assert (status, page.select(".ask li")) == (200, [])
    assert (await send(chair, path, {"question": f"{asked.id} taken"}))[0] == 409
    assert (await send(chair, path, {"question": "none taken"}))[0] == 404
    assert (await send(chair, path, {"question": "none sung"}))[0] == 422


async def test_chair_speaks_to_all_and_to_the_speaker_and_takes_it_back(site, chair):
    path = address(site, then="/say")
    _, page = await look(chair, address(site))
    to_speaker = {
        "to": "speaker",
        "talk": page.select_one("[name=talk][form=say]")["value"],
    }

    await send(chair, path, {**to_speaker, "card": "five", "text": "half typed"})
    await send(chair, path, {"to": "all", "talk": "", "text": "Pause à 11 h"})

    _, page = await look(chair, address(site))
    assert [text(one.p).partition(", ")[2] for one in page.select(".told li")] == [
        "Ana Petrović : 5 min",
        "À tous : Pause à 11 h",
    ]
    gone = page.select_one(".told button")
    async with chair.post(gone["formaction"], data=form_of(page, gone)) as response:
        after = await read(response)
    assert len(after.select(".told li")) == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"to": "all", "text": ""},
        {"to": "all", "text": "a" * 281},
        {"to": "all", "card": "red"},
        {"to": "speaker", "talk": "", "text": "Bonjour"},
        {},
    ],
)
async def test_message_that_says_nothing_is_refused(site, chair, fields):
    status, told = await send(chair, address(site, then="/say"), fields)

    assert status == 422
    assert await site.services.messages.current(site.event) == ()
    assert told


# Who else is there, and what the stream brings.


async def test_others_at_the_desk_are_named(site, chair):
    other = await site.known(CHAIR)
    await look(other, address(site, 2))

    _, page = await look(chair, address(site, 2))

    assert (
        text(page.select_one(".co p")) == "À la présidence : Chloé Ramin, Odile Vautrin"
    )


async def test_stream_brings_every_part_of_the_desk_that_is_open(site, chair):
    (render,) = site.services.stage_live._chairs
    number = session(site).session.id

    drawn = await render(site.event, "fr", number)

    targets = [one.target for one in drawn]
    assert len(targets) == len(set(targets)) == len(PARTS)
    assert all(one.endswith(number) for one in targets)
    assert await render(site.event, "fr", "gone") == ()


async def test_page_asks_for_the_fragments_of_its_own_desk(site, chair):
    _, page = await look(chair, address(site, 2))

    assert page.html["data-desk"] == session(site, 2).session.id


async def test_long_day_is_not_read_whole_at_each_press(site, chair, monkeypatch):
    read = []
    latest = store.latest

    async def counting(*args, **options):
        read.append(len(found := await latest(*args, **options)))
        return found

    monkeypatch.setattr(store, "latest", counting)
    monkeypatch.setattr(service, "MOST_SINCE", 3)
    for minutes in (1, 2, 1, 2):
        extend = Extend(do="extend", minutes=minutes, talk=talk(site, 1))
        await press(site, extend)
    read.clear()

    _, page = await look(chair, address(site))

    assert {*read} == {3}
    assert text(page.select_one(".undo small")) == "+2 min pour l’exposé 1"


async def test_desk_leads_to_the_big_screen_of_its_session(site, chair):
    _, page = await look(chair, address(site, 2))
    (link,) = page.select("a[href*='/screen']")

    status, screen = await look(chair, link["href"])

    assert (status, text(link)) == (200, "grand écran")
    assert "Session 2" in text(screen.main)
