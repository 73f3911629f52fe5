"""Where the servers of providers tell us what happens."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from aiohttp import web
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orchestrator.database import DatabaseUnavailable
from orchestrator.inbox import routes, service
from orchestrator.web import origin
from orchestrator.web.origin import same_origin
from orchestrator.web.problem import BASE_URL, problem_details
from tests.orchestrator.inbox import signed
from tests.orchestrator.inbox.signed import Sender
from tests.orchestrator.inbox.test_inbox import NINE, rows

OURS = "https://conf.example"
HERE = "/webhooks/main"


@pytest.fixture
def database(sqlite):
    """The difference between databases cannot matter here."""
    return sqlite


@pytest.fixture
async def client(aiohttp_client, inbox):
    middlewares = [problem_details, same_origin(OURS)]
    app = web.Application(middlewares=middlewares, client_max_size=64 * 1024)
    app[BASE_URL], app[routes.INBOX] = OURS, inbox
    app.add_routes(routes.routes)
    return await aiohttp_client(app)


async def post(client, sender, body, *, to=HERE, **headers):
    signature = {"Authorization": sender.authorization(body)}
    # aiohttp warns of large bodies that are not in a file.
    return await client.post(to, data=BytesIO(body), headers=signature | headers)


def as_id(text):
    return json.dumps({"id": text, "event": "?"}).encode()


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Content-Type": "application/webhook+json"},
        {"Content-Type": "application/x-www-form-urlencoded"},
        {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
    ],
)
async def test_what_is_signed_is_taken(client, sender, database, headers):
    body = sender.told("came", "hall", NINE)

    response = await post(client, sender, body, **headers)

    assert (response.status, await response.read()) == (204, b"")
    assert [kept for _, _, kept in await rows(database)] == [body]


async def test_without_the_exception_a_server_is_taken_for_a_page(
    client, sender, monkeypatch
):
    """The twin of the last: some libraries say what browsers say."""
    monkeypatch.setattr(origin, "_SIGNED", "/elsewhere/")

    response = await post(client, sender, b"{}", **{"Sec-Fetch-Site": "cross-site"})

    assert response.status == 403


async def test_a_reply_goes_out_as_json(client, sender):
    response = await post(client, sender, sender.told("are you there", "", NINE))

    assert response.status == 200
    assert await response.json() == {"yes": True}


async def test_an_address_may_go_on(client, sender, inbox, database, monkeypatch):
    seen = []
    take = inbox.take
    monkeypatch.setattr(inbox, "take", lambda c, one: seen.append(one) or take(c, one))
    body = sender.told("came", "hall", NINE)

    response = await post(client, sender, body, to=f"{HERE}/events/room%20one?a=b%20c")

    assert response.status == 204
    assert seen[0].url == f"{OURS}{HERE}/events/room%20one?a=b%20c"
    assert "authorization" in seen[0].headers


async def test_an_end_told_by_get_is_noted(client, database):
    wrong = await client.get(f"{HERE}?token=wrong")
    right = await client.get(f"{HERE}?token=right&meetingID=hall")
    again = await client.get(f"{HERE}?token=right&meetingID=hall")

    assert [one.status for one in (wrong, right, again)] == [401, 204, 204]
    assert len(await rows(database)) == 1


async def test_looking_whether_it_is_there_does_nothing(client, database):
    response = await client.head(f"{HERE}?token=right")

    assert (response.status, await rows(database)) == (405, [])


async def test_public_keys_are_given_out(client):
    there = await client.get(f"{HERE}/keys/ours.pem")
    not_there = await client.get(f"{HERE}/keys/theirs.pem")

    assert await there.read() == b"-----BEGIN PUBLIC KEY-----\n"
    assert there.content_type == "text/plain"
    assert not_there.status == 404


def forged(sender):
    """Name, body and authorization of what is not the server's."""
    body = sender.told("came", "hall", NINE)
    right = sender.authorization(body)
    long_ago = datetime.now(UTC) - timedelta(hours=1)
    yield "unsigned", body, ""
    yield "forged", body, Sender(secret="x" * 40).authorization(body)
    yield "altered", body.replace(b"hall", b"halt"), right
    yield "of another body", b"{}", right
    yield "mistimed", body, sender.authorization(body, at=long_ago)
    yield "of another key", body, sender.authorization(body, iss="theirs")
    yield "a client's token", body, sender.authorization(body, video={"room": "hall"})
    yield "not even a token", body, "Bearer x"
    yield "not even text", body, "\N{SNOWMAN}"


async def test_what_is_not_signed_is_refused_without_a_word(client, sender, database):
    answers = {}
    for name, body, signature in forged(sender):
        headers = {"Authorization": signature} if signature else {}
        response = await client.post(HERE, data=body, headers=headers)
        answers[name] = response.status, await response.text()

    assert set(answers.values()) == {(401, answers["unsigned"][1])}
    assert await rows(database) == []


async def test_without_the_signature_they_are_taken(
    client, sender, database, monkeypatch
):
    """The twin of it."""
    monkeypatch.setattr(signed, "check", lambda _delivery: None)

    for _, body, signature in forged(sender):
        await client.post(HERE, data=body, headers={"Authorization": signature})

    assert await rows(database) != []


async def test_a_replay_is_answered_and_changes_nothing(client, sender, database):
    body = sender.told("came", "hall", NINE)

    first = await post(client, sender, body)
    again = await post(client, sender, body)

    assert (first.status, again.status) == (204, 204)
    assert len(await rows(database)) == 1


async def test_signed_junk_is_not_understood(client, sender, database):
    response = await post(client, sender, b"[]")

    assert response.status == 422
    assert (await response.json())["type"] == f"{OURS}/problems/unreadable-delivery"
    assert await rows(database) == []


async def test_another_connection_is_not_there(client, sender):
    response = await post(client, sender, b"{}", to="/webhooks/nobody")

    assert response.status == 404
    assert response.content_type == "application/problem+json"


async def test_a_giant_is_refused_unread(client, sender, database):
    body = b" " * (routes.LARGEST + 1)

    async def drop_by_drop():
        for start in range(0, len(body), 65_536):
            yield body[start : start + 65_536]

    told = await client.post(HERE, data=BytesIO(body))
    untold = await client.post(HERE, data=drop_by_drop())

    assert [told.status, untold.status] == [413, 413]
    assert await rows(database) == []


async def test_as_large_as_may_be_is_taken(client, sender, database):
    body = sender.told("came", "hall", NINE, names="x" * (routes.LARGEST - 200))

    response = await post(client, sender, body)

    assert response.status == 204
    assert [kept for _, _, kept in await rows(database)] == [body]


async def test_without_the_limit_a_giant_is_read(client, sender, database, monkeypatch):
    """The twin of it."""
    body = sender.told("came", "hall", NINE, names="x" * routes.LARGEST)
    monkeypatch.setattr(routes, "LARGEST", 2 * len(body))

    assert (await post(client, sender, body)).status == 204


async def test_who_sends_too_slowly_is_told(client, monkeypatch):
    monkeypatch.setattr(routes, "_SECONDS_TO_SEND", 0.05)
    goes_on = asyncio.Event()

    async def slowly():
        yield b"{"
        await goes_on.wait()

    async with client.post(HERE, data=slowly()) as response:
        assert response.status == 408
        goes_on.set()


async def test_it_is_sent_again_when_the_database_is_away(client, sender, monkeypatch):
    async def away(*_):
        raise DatabaseUnavailable("Please try again.")

    monkeypatch.setattr(service.store, "keep", away)
    response = await post(client, sender, sender.told("came", "hall", NINE))

    assert response.status == 503
    assert int(response.headers["Retry-After"]) > 0


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=200) | st.text().map(as_id))
async def test_whatever_is_signed_is_no_fault_of_ours(client, sender, body):
    response = await post(client, sender, body)

    assert response.status in (204, 422)
