"""A chair's presses over HTTP: who may, on what he saw, and once."""

import asyncio

import pytest

from tests.orchestrator.app_client import CAMILLE, CHAIR, ORGANISER, SLUG, SPEAKER
from tests.orchestrator.pages.made_up import at
from tests.orchestrator.stage.desk import JSON, Desk

PUBLIC = {
    "talk",
    "kind",
    "title",
    "speakers",
    "state",
    "starts",
    "ends",
    "actual_starts",
    "actual_ends",
}


async def test_anybody_reads_the_running_order(site):
    desk = Desk(site, await site.browser(cookies=False))

    seen = await desk.look()

    assert desk.etag == '"0"'
    assert set(seen) == {"session", "version", "starts", "ends", "live", "next", "cues"}
    assert {frozenset(cue) for cue in seen["cues"]} == {frozenset(PUBLIC)}
    assert [cue["state"] for cue in seen["cues"]] == ["planned"] * 7
    assert (seen["live"], seen["next"]) == (None, desk.talk(1))
    assert seen["cues"][0]["starts"] == "2021-06-28T10:00:00+02:00"


async def test_chairs_read_lengths_proposal_and_presses_as_well(site, desk):
    await desk.done("next")
    await site.at(at(10, 27, second=5))

    seen = await desk.look()

    assert (seen["cues"][0]["talk_seconds"], seen["cues"][0]["question_seconds"]) == (
        12 * 60,
        3 * 60,
    )
    assert seen["proposal"]["until"] == "2021-06-28T10:27:00+02:00"
    assert seen["proposal"]["told"] == 5
    assert [one["action"]["do"] for one in seen["actions"]] == ["next"]


async def test_press_brings_the_next_one_on(desk):
    answer = await desk.press("next")

    assert (answer.status, answer.etag) == (200, '"1"')
    assert (answer.body["replayed"], answer.body["action"]["version"]) == (False, 1)
    assert answer.body["rundown"]["live"] == desk.talk(1)
    assert await desk.states() == ["live"] + ["planned"] * 6


@pytest.mark.parametrize("given", [None, "", "*"])
async def test_press_without_a_version_is_asked_for_it(desk, given):
    headers = JSON | ({} if given is None else {"If-Match": given})

    async with desk.browser.post(
        f"{desk.path}/actions", json={"do": "next"}, headers=headers
    ) as response:
        assert response.status == 428
        assert (await response.json())["type"].endswith("/version-missing")

    assert await desk.states() == ["planned"] * 7


@pytest.mark.parametrize("given", ['"7"', 'W/"0"', '"0", "0"', "0", '"zero"'])
async def test_press_on_another_version_is_refused(desk, given):
    answer = await desk.press("next", etag=given)

    assert answer.problem == (412, "stale-version")
    assert await desk.states() == ["planned"] * 7


async def test_stale_press_is_told_what_is_now_and_what_happened(site, desk):
    late = Desk(site, await site.known(ORGANISER))
    await desk.done("next")
    await desk.done("extend", minutes=2)

    answer = await late.press("next")

    assert answer.problem == (412, "stale-version")
    assert answer.body["version"] == answer.body["rundown"]["version"] == 2
    assert answer.body["rundown"]["live"] == desk.talk(1)
    assert [one["action"]["do"] for one in answer.body["since"]] == ["extend", "next"]
    name = (await site.person(ORGANISER)).name
    assert {one["name"] for one in answer.body["since"]} == {name}
    assert answer.body["detail"].startswith(f"{name} pressed first")


async def test_repeated_press_is_carried_out_once(desk):
    first = await desk.press("next", key="a-press")
    await desk.press("extend", minutes=1)

    again = await desk.press("next", key="a-press", etag='"0"')

    assert (again.status, again.body["replayed"], again.etag) == (200, True, '"2"')
    assert again.body["action"] == first.body["action"]
    assert again.body["rundown"]["version"] == 2
    assert await desk.states() == ["live"] + ["planned"] * 6


async def test_press_repeated_at_once_is_carried_out_once(desk):
    answers = await asyncio.gather(
        *(desk.press("next", key="a-press", etag='"0"') for _ in range(5))
    )

    assert {one.status for one in answers} == {200}
    assert sorted(one.body["replayed"] for one in answers) == [False] + [True] * 4
    assert (await desk.look())["version"] == 1


async def test_key_of_another_press_is_refused(desk):
    await desk.press("next", key="a-press")

    answer = await desk.press("finish", key="a-press")

    assert answer.problem == (422, "key-taken")


async def test_keys_of_two_sessions_are_apart(site, desk):
    other = Desk(site, desk.browser, 1)
    await desk.press("next", key="a-press")

    answer = await other.press("next", key="a-press")

    assert (answer.status, answer.body["replayed"]) == (200, False)


@pytest.mark.parametrize("key", ["x" * 201, "tab\tin it"])
async def test_unusable_key_is_refused(desk, key):
    answer = await desk.press("next", key=key)

    assert answer.problem == (422, "bad-key")


@pytest.mark.parametrize("email", [CAMILLE, SPEAKER, CHAIR])
async def test_only_chairs_of_the_session_press(site, email):
    """An attendee, a speaker, and the chair of the other session."""
    desk = Desk(site, await site.known(email))

    answer = await desk.press("next")

    assert answer.problem == (403, "chairs-only")
    assert "proposal" not in await desk.look()
    assert await desk.states() == ["planned"] * 7


async def test_chair_of_one_session_presses_in_it(site):
    desk = Desk(site, await site.known(CHAIR), 1)

    answer = await desk.press("next")

    assert answer.status == 200


async def test_who_is_unknown_does_not_press(site):
    desk = Desk(site, await site.browser(cookies=False))

    answer = await desk.press("next")

    assert answer.status == 401


async def test_chair_of_another_meeting_does_not_press(site, desk):
    from tests.orchestrator.app_client import reading

    services = site.services
    other = await services.programmes.store(reading(slug="elsewhere", title="Another"))
    (link,) = await services.registration.links(other, email="odile@i2x.example")
    browser = await site.browser()
    async with browser.post(link.link.partition("8080")[2], allow_redirects=False):
        pass

    answer = await Desk(site, browser).press("next")

    assert answer.status == 401
    assert await desk.states() == ["planned"] * 7


async def test_session_of_another_meeting_is_not_found(site, desk):
    from tests.orchestrator.app_client import reading

    other = await site.services.programmes.store(
        reading(slug="elsewhere", title="Another")
    )
    foreign = other.timetable.sessions[0].session.id
    path = f"/api/v1/events/{SLUG}/sessions/{foreign}/rundown"

    answer = await desk.press("next", path=f"{path}/actions")

    assert answer.problem == (404, "no-such-session")


@pytest.mark.parametrize(
    ("action", "problem"),
    [
        ({"do": "finish"}, (409, "impossible-now")),
        ({"do": "undo"}, (409, "impossible-now")),
        ({"do": "skip", "talk": "nobody"}, (404, "no-such-talk")),
        ({"do": "order", "talks": []}, (422, "bad-order")),
        ({"do": "transfer", "talk": "x", "session": "y"}, (404, "no-such-session")),
        ({"do": "jump"}, (422, "unreadable-body")),
        ({"do": "extend", "minutes": 1000}, (422, "unreadable-body")),
        ({"do": "next", "why": "now"}, (422, "unreadable-body")),
    ],
)
async def test_impossible_press_changes_nothing(site, desk, action, problem):
    before = await site.tables()

    answer = await desk.press(**action)

    assert answer.problem == problem
    assert answer.body["detail"]
    assert await site.tables() == before


async def test_what_is_no_json_is_refused(desk):
    async with desk.browser.post(
        f"{desk.path}/actions", data="do=next", headers=JSON | {"If-Match": '"0"'}
    ) as response:
        assert response.status == 415


async def test_breach_needs_a_second_press(site, desk):
    other = Desk(site, desk.browser, 1)
    await other.done("next")
    await site.at(at(17))

    refused = await other.press("accept", until=at(17).isoformat())
    done = await other.press("accept", until=at(17).isoformat(), breach=True)

    assert refused.problem == (409, "moves-what-is-promised")
    assert refused.body["breaches"][0] == {
        "talk": other.talk(3),
        "was": "2021-06-28T16:30:00+02:00",
        "now": "2021-06-28T17:15:00+02:00",
    }
    assert done.status == 200
    assert done.body["rundown"]["ends"] > "2021-06-28T18:00:00+02:00"


async def test_organisers_see_what_was_pressed_in_each_session(site, desk):
    await desk.done("next")
    await desk.done("undo")

    path = f"/api/v1/events/{SLUG}/state"
    async with desk.browser.get(path, headers=JSON) as response:
        first, second = (await response.json())["sessions"]

    assert (first["id"], first["version"]) == (desk.session, 2)
    assert [
        (one["version"], one["action"]["do"], one["undone"]) for one in first["actions"]
    ] == [(2, "undo", None), (1, "next", 2)]
    assert (second["version"], second["actions"]) == (0, [])


async def test_description_tells_what_can_be_pressed(site):
    browser = await site.browser()
    async with browser.get("/api/v1/openapi.json", headers=JSON) as response:
        document = await response.json()

    told = document["paths"]["/api/v1/events/{slug}/sessions/{id}/rundown/actions"][
        "post"
    ]
    schema = told["requestBody"]["content"]["application/json"]["schema"]
    assert [one["name"] for one in told["parameters"]] == [
        "slug",
        "id",
        "If-Match",
        "Idempotency-Key",
    ]
    assert {"next", "undo", "accept"} <= set(schema["discriminator"]["mapping"])
    known = {f"#/components/schemas/{one}" for one in document["components"]["schemas"]}
    assert {one["$ref"] for one in schema["oneOf"]} <= known
