"""Whether the BigBlueButton server of the tests is as strict as the real one."""

import hashlib

import pytest
from aiohttp import ClientSession
from yarl import URL

from tests.bigbluebutton_server import API, BigBlueButton, checksum

# The example of BigBlueButton's manual ("API Security Model").
QUERY = "name=Test+Meeting&meetingID=abc123&attendeePW=111222&moderatorPW=333444"
SECRET = "639259d4-9dd8-4b25-bf01-95f9567eaf4b"
SHA1 = "1fcbb0c4fc1f039f73aa6d697d2db9ba7f803f17"


@pytest.fixture
async def ask(aiohttp_server):
    """``ask(call, query)``: status and body."""
    server = await aiohttp_server(BigBlueButton(SECRET).app())

    async def get(call, query):
        url = URL(f"{server.make_url(API)}/{call}?{query}", encoded=True)
        async with ClientSession() as client, client.get(url) as answer:
            return answer.status, await answer.text()

    return get


def test_checksum_is_that_of_the_manual():
    assert checksum("create", QUERY, SECRET) == SHA1


async def test_wrong_checksum_is_refused_with_status_200(ask):
    status, text = await ask("create", f"{QUERY}&checksum={SHA1[:-1]}8")

    assert status == 200
    assert "<returncode>FAILED</returncode><messageKey>checksumError<" in text


@pytest.mark.parametrize("algorithm", ["sha1", "sha256", "sha384", "sha512"])
async def test_right_checksum_is_taken_wherever_it_stands(ask, algorithm):
    right = checksum("create", QUERY, SECRET, algorithm)

    for query in (f"{QUERY}&checksum={right}", f"checksum={right}&{QUERY}"):
        _, text = await ask("create", query)
        assert "<returncode>SUCCESS</returncode>" in text


@pytest.mark.parametrize(
    "query",
    [
        QUERY.replace("+", "%20"),
        QUERY.replace("abc123", "abc12%33"),
        QUERY.replace("abc123", "abc124"),
        f"{QUERY}&record=true",
        QUERY.partition("&")[2],
    ],
)
async def test_checksum_holds_for_the_very_bytes_of_the_query(ask, query):
    _, text = await ask("create", f"{query}&checksum={SHA1}")

    assert "checksumError" in text


async def test_checksum_is_that_of_the_call(ask):
    _, text = await ask("end", f"{QUERY}&checksum={SHA1}")

    assert "checksumError" in text


async def test_checksum_of_an_impossible_length_is_an_error_of_the_server(ask):
    status, text = await ask("create", f"{QUERY}&checksum={SHA1[:-1]}")

    assert status == 500
    assert text.startswith("<!DOCTYPE html>")


async def test_missing_checksum_is_refused(ask):
    for query in (QUERY, f"{QUERY}&checksum="):
        _, text = await ask("create", query)
        assert "SUCCESS" not in text


async def test_meeting_made_with_other_passwords_is_another(ask):
    async def create(password):
        query = f"name=Test&meetingID=abc123&attendeePW={password}&moderatorPW=333444"
        digest = hashlib.sha256(f"create{query}{SECRET}".encode()).hexdigest()
        return await ask("create", f"{query}&checksum={digest}")

    texts = [(await create(password))[1] for password in ("111222", "111222", "222")]

    assert "messageKey" not in texts[0]
    assert "duplicateWarning" in texts[1]
    assert "idNotUnique" in texts[2]
