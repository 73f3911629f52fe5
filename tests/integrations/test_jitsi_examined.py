"""What is found lacking in the set-up of a Jitsi server."""

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.contracts.video import KLINGON
from tests.jitsi_bench import CALLBACK, SECOND, SECRET, bench_of, pem


@pytest.fixture
async def bench():
    async with bench_of({"secret": SECRET}, secret=SECRET) as one:
        yield one


@pytest.fixture(scope="module")
def private_key():
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture
def key_file(private_key, tmp_path):
    file = tmp_path / "jitsi.pem"
    file.write_bytes(pem(private_key))
    return file


@pytest.fixture
async def keyed(key_file):
    async with bench_of({"private_key_file": str(key_file)}) as one:
        yield one


async def lacking(bench):
    return [one.what for one in await bench.provider.examine() if not one.good]


async def test_server_that_lets_in_without_a_token_is_found(bench):
    bench.server.allow_empty_token = True

    assert await lacking(bench) == ["It lets nobody in without a token"]


@pytest.mark.parametrize(
    ("part", "value", "what", "said"),
    [
        (
            "guests",
            "guest.meet.example.org",
            "It has no door for guests",
            "anonymousdomain",
        ),
        ("token_verification", False, "A token opens its own room alone", ""),
        ("token_affiliation", False, "It makes chairs moderators", ""),
        ("presence_identity", False, "It shows people by their tokens", ""),
        ("auto_owner", True, "It makes no attendee a moderator", "enable-auto-owner"),
        ("focus", False, "Rooms open, and can be entered", "Jicofo"),
        ("rooms", "rooms.example.org", "Rooms open, and can be entered", "muc."),
    ],
)
async def test_what_shows_only_inside_is_found(bench, part, value, what, said):
    setattr(bench.server, part, value)

    findings = await bench.provider.examine()

    (lack,) = [one for one in findings if not one.good]
    assert lack.what == what
    assert (said or part) in lack.advice
    assert bench.server.sessions == {}


async def test_rooms_of_the_docker_images_are_found(bench):
    bench.server.rooms = f"muc.{bench.server.prosody.domain}"

    assert await lacking(bench) == []


async def test_server_with_another_secret_is_found(bench):
    bench.server.prosody.secret = "another secret"

    assert await lacking(bench) == ["It takes our tokens"]


async def test_server_that_does_not_fetch_the_key_is_found(keyed):
    keyed.server.prosody.keys = {}

    findings = await keyed.provider.examine()
    (lack,) = [one for one in findings if not one.good]
    assert f'asap_key_server = "{CALLBACK}/keys"' in lack.advice


async def test_domain_that_the_server_does_not_have_is_found(bench):
    bench.server.prosody.domain = "meet.jitsi"

    findings = await bench.provider.examine()
    (lack,) = [one for one in findings if not one.good]
    assert "config.js" in lack.advice


async def test_clock_that_is_wrong_is_found(bench):
    await bench.provider.examine()
    moved = bench.clock.now - 31 * SECOND
    bench.server.prosody.clock = lambda: moved

    assert await lacking(bench) == ["Its clock agrees with ours", "It takes our tokens"]


async def test_missing_events_token_is_found():
    async with bench_of({"secret": SECRET, "events_token": ""}, secret=SECRET) as deaf:
        assert await lacking(deaf) == ["It tells who comes and who goes"]


async def test_server_that_is_no_jitsi_is_asked_no_further(bench):
    async with bench.saying(b"<html>Welcome</html>"):
        assert await lacking(bench) == ["The server shows rooms in other pages"]


@pytest.mark.parametrize(
    ("said", "advice"),
    [
        ((b"", 404), "it answered 404"),
        ((b"", 503), "answered 503"),
        ((b"<html>", 200), "something else than XML"),
        ((b"\xff\xfe", 200), "something else than XML"),
        ((KLINGON, 200), "something else than XML"),
        ((b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', 200), "something else than XML"),
    ],
)
async def test_door_that_cannot_be_tried_is_said(bench, said, advice):
    bench.server.bind_says = said

    findings = await bench.provider.examine()
    lacks = [one for one in findings if not one.good]
    assert [one.what for one in lacks] == [
        "It lets nobody in without a token",
        "It takes our tokens",
        "It has no door for guests",
    ]
    assert all("/http-bind" in one.advice and advice in one.advice for one in lacks)


async def test_session_that_is_not_opened_is_a_shut_door(bench):
    bench.server.bind_says = b"<body type='terminate' condition='other'/>", 200

    assert await lacking(bench) == ["It takes our tokens"]


@pytest.mark.parametrize("date", ["yesterday", "Thu, 26 Nov 2026 09:00:00 -0000"])
async def test_moment_that_cannot_be_read_is_not_judged(bench, date):
    bench.server.date = date

    assert "Its clock agrees with ours" not in [
        one.what for one in await bench.provider.examine()
    ]


async def test_server_that_is_down_is_found(bench):
    async with bench.saying(b"", 502):
        assert await lacking(bench) == ["The server shows rooms in other pages"]
