"""Questions, messages and readiness over HTTP: each caller has what is his."""

import pytest

from orchestrator.app import build_app
from orchestrator.stage.questions import routes as question_routes
from orchestrator.web import openapi
from tests.orchestrator.app_client import (
    CAMILLE,
    CHAIR,
    DANA,
    SLUG,
    SPEAKER,
    application,
)

BASE = f"/api/v1/events/{SLUG}"
INVITED = 9


@pytest.fixture
async def site(upgraded_sqlite_url, tmp_path):
    async with application(upgraded_sqlite_url, tmp_path) as served:
        yield served


@pytest.fixture
def send(site):
    """Status and JSON of a request of somebody (None: of nobody)."""
    browsers = {}

    async def sent(email, method, path, body=None):
        if email not in browsers:
            options = {"Accept": "application/json"}
            known = site.known(email, **options) if email else site.browser(**options)
            browsers[email] = await known
        path = BASE + path
        async with browsers[email].request(method, path, json=body) as answer:
            told = await answer.read()
            return answer, await answer.json() if told else None

    return sent


@pytest.fixture
def questions(site):
    return f"/talks/{site.event.timetable.slots[INVITED].talk.id}/questions"


@pytest.fixture
def messages(site):
    return f"/sessions/{site.event.timetable.sessions[1].session.id}/messages"


async def test_question_is_asked_voted_up_and_taken(site, send, questions):
    asked, one = await send(CAMILLE, "POST", questions, {"text": "Why?"})
    _, voted = await send(DANA, "PUT", f"/questions/{one['id']}/vote")
    _, back = await send(DANA, "DELETE", f"/questions/{one['id']}/vote")
    _, taken = await send(
        CHAIR, "POST", f"/questions/{one['id']}/decision", {"state": "taken"}
    )
    seen, found = await send(DANA, "GET", questions)

    assert (asked.status, seen.headers["Cache-Control"]) == (201, "no-store")
    assert one == {
        "id": one["id"],
        "talk": site.event.timetable.slots[INVITED].talk.id,
        "text": "Why?",
        "name": "Camille Dupré",
        "affiliation": "Laboratoire Lanterne",
        "asked": one["asked"],
        "state": "open",
        "votes": 1,
        "mine": True,
        "voted": True,
    }
    assert [(one["votes"], one["voted"]) for one in (voted, back)] == [
        (2, True),
        (1, False),
    ]
    assert taken["state"] == "taken"
    assert found == {"questions": [{**taken, "mine": False, "voted": False}]}


async def test_removed_question_is_shown_to_the_chair_alone(send, questions):
    _, one = await send(CAMILLE, "POST", questions, {"text": "Why?"})
    path = f"/questions/{one['id']}/decision"
    await send(CHAIR, "POST", path, {"state": "removed"})

    shown = {
        email: len((await send(email, "GET", questions))[1]["questions"])
        for email in (CAMILLE, SPEAKER, CHAIR)
    }

    assert shown == {CAMILLE: 0, SPEAKER: 0, CHAIR: 1}


async def test_asking_again_at_once_says_when_to_come_again(
    questions_at_once, send, questions
):
    await send(CAMILLE, "POST", questions, {"text": "Why?"})

    answer, told = await send(CAMILLE, "POST", questions, {"text": "Why?"})

    assert (answer.status, answer.headers["Retry-After"]) == (429, "5")
    assert told["type"].endswith("/too-many-questions")


async def test_unanswered_questions_are_saved(send, questions):
    await send(CAMILLE, "POST", questions, {"text": "Why?"})
    path = f"{questions}/unanswered"

    answer, told = await send(SPEAKER, "GET", path)
    refused, _ = await send(SPEAKER, "GET", f"{path}?format=xlsx")
    stranger, _ = await send(DANA, "GET", path)

    assert [one["text"] for one in told["questions"]] == ["Why?"]
    assert answer.headers["Content-Disposition"] == (
        f'attachment; filename="{SLUG}-questions.json"'
    )
    assert (refused.status, stranger.status) == (422, 403)


async def test_messages_are_read_by_whom_they_are_to(site, send, questions, messages):
    talk = site.event.timetable.slots[INVITED].talk.id
    for body in (
        {"text": "first"},
        {"card": "five", "talk": talk},
        {"text": "second"},
    ):
        answer, last = await send(CHAIR, "POST", messages, body)
        assert answer.status == 201

    seen = {}
    for email in (CAMILLE, SPEAKER, CHAIR):
        _, found = await send(email, "GET", messages)
        seen[email] = [one["text"] or one["card"] for one in found["messages"]]
    gone, _ = await send(CHAIR, "DELETE", f"/messages/{last['id']}")
    _, after = await send(CAMILLE, "GET", messages)

    assert seen == {
        CAMILLE: ["second"],
        SPEAKER: ["five", "second"],
        CHAIR: ["first", "five", "second"],
    }
    assert (last["by"], last["current"]) == ("Chloé Ramin", True)
    assert (gone.status, after) == (204, {"messages": []})


async def test_speaker_tells_of_himself(site, send, questions):
    path = questions.replace("/questions", "/readiness")

    answer, _ = await send(
        SPEAKER, "PUT", path, {"phone": "+33 6 12", "wish": "do-not-record"}
    )

    found = await site.services.speakers.of(site.event)
    (one,) = [one for one in found if one.phone]
    assert (answer.status, one.phone, one.wish) == (204, "+33 6 12", "do-not-record")


async def test_what_cannot_be_read_is_named(send, questions, messages):
    readiness = questions.replace("/questions", "/readiness")
    requests = {
        "text": (CAMILLE, "POST", questions, {}),
        "name": (CAMILLE, "POST", questions, {"text": "Why?", "name": "Nobody"}),
        "card": (CHAIR, "POST", messages, {"card": "six"}),
        "state": (CHAIR, "POST", "/questions/x/decision", {"state": "good"}),
        "wish": (SPEAKER, "PUT", readiness, {"wish": "burn-it"}),
    }

    named = {}
    for field, request in requests.items():
        answer, told = await send(*request)
        named[field] = (answer.status, [one["field"] for one in told["fields"]])

    assert named == {field: (422, [field]) for field in requests}


@pytest.mark.parametrize(("email", "status"), [(None, 401), (DANA, 403)])
async def test_others_are_refused(send, questions, messages, email, status):
    _, one = await send(CAMILLE, "POST", questions, {"text": "Why?"})
    readiness = questions.replace("/questions", "/readiness")

    answers = [
        await send(email, method, path, body)
        for method, path, body in (
            ("POST", f"/questions/{one['id']}/decision", {"state": "taken"}),
            ("POST", messages, {"text": "Stop"}),
            ("PUT", readiness, {"tested": True}),
            ("GET", f"{questions}/unanswered", None),
        )
    ]

    assert {answer.status for answer, _ in answers} == {status}


async def test_questions_are_for_people_of_the_meeting(send, questions, messages):
    answers = [
        await send(None, method, path, body)
        for method, path, body in (
            ("GET", questions, None),
            ("POST", questions, {"text": "Why?"}),
            ("PUT", "/questions/x/vote", None),
            ("GET", messages, None),
        )
    ]

    assert {answer.status for answer, _ in answers} == {401}


async def test_without_the_question_of_the_chair_all_would_see_what_was_removed(
    send, questions, monkeypatch
):
    _, one = await send(CAMILLE, "POST", questions, {"text": "Why?"})
    path = f"/questions/{one['id']}/decision"
    await send(CHAIR, "POST", path, {"state": "removed"})
    monkeypatch.setattr(question_routes, "chairs", lambda *_: True)

    _, found = await send(DANA, "GET", questions)

    assert [one["text"] for one in found["questions"]] == ["Why?"]


async def test_addresses_are_described(site):
    described = openapi.describe(build_app(site.services).router.routes())["paths"]

    told = {
        path.removeprefix("/api/v1/events/{slug}"): set(methods)
        for path, methods in described.items()
        if any(word in path for word in ("question", "message", "readiness"))
    }
    assert told == {
        "/talks/{talk}/questions": {"get", "post"},
        "/talks/{talk}/questions/unanswered": {"get"},
        "/questions/{question}/vote": {"put", "delete"},
        "/questions/{question}/decision": {"post"},
        "/sessions/{session}/messages": {"get", "post"},
        "/messages/{message}": {"delete"},
        "/talks/{talk}/readiness": {"put"},
    }
