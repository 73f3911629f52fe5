"""Jitsi Meet: tokens that its Prosody takes, and settings."""

from dataclasses import replace
from datetime import timedelta
from xml.etree import ElementTree

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PublicFormat,
)
from defusedxml.ElementTree import fromstring

from integrations.errors import Rejected
from integrations.video.choose import choose
from integrations.video.events import Recording, RecordingState
from integrations.video.jitsi import tokens
from integrations.video.provider import Capabilities, How
from integrations.video.setup import UnusableSetting
from tests.contracts.video import VideoContract
from tests.jitsi_bench import (
    ADA,
    GRACE,
    NOW,
    PLACE,
    SECOND,
    SECRET,
    around,
    bench_of,
    pem,
)
from tests.jitsi_server import APP, DOMAIN, Refused

GOOD = {"provider": "jitsi", "url": "https://Meet.example.org", "app_id": "a"}
RECORDING = Recording(id="", place=PLACE.name, state=RecordingState.READY)


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


class TestJitsiWithASecret(VideoContract):
    @pytest.fixture
    def bench(self, bench):
        return bench


class TestJitsiWithAKey(VideoContract):
    @pytest.fixture
    def bench(self, keyed):
        return keyed


async def test_token_says_this_and_nothing_else(bench):
    entry = await bench.provider.entry(PLACE, GRACE)

    claims = bench.server.prosody.log_in(entry.token)
    features = claims["context"].pop("features")
    seconds = int(NOW.timestamp())
    assert claims == {
        "iss": APP,
        "aud": "jitsi",
        "sub": DOMAIN,
        "room": PLACE.name,
        "iat": seconds,
        "nbf": seconds - 30,
        "exp": seconds + 300,
        "context": {
            "user": {
                "id": GRACE.id,
                "name": "Grace Hopper",
                "moderator": True,
                "affiliation": "owner",
            }
        },
    }
    assert {name for name, may in features.items() if not may} == {
        "livestreaming",
        "outbound-call",
    }


async def test_chairs_moderate_and_nobody_else_does(bench):
    prosody = bench.server.prosody
    speaker = replace(ADA, speaks=True)

    made = [
        prosody.affiliation(prosody.log_in(entry.token))
        for guest in (GRACE, ADA, speaker)
        for entry in [await bench.provider.entry(PLACE, guest)]
    ]

    assert made == ["owner", "member", "member"]


async def test_everybody_may_show_and_write_and_only_chairs_record(bench):
    for guest, records in ((GRACE, True), (ADA, False)):
        entry = await bench.provider.entry(PLACE, guest)
        claims = bench.server.prosody.log_in(entry.token)
        features = claims["context"]["features"]

        assert features["recording"] is features["create-polls"] is records
        assert features["screen-sharing"] is features["send-groupchat"] is True


async def test_page_is_given_the_server_the_room_and_the_token(bench):
    entry = await bench.provider.entry(replace(PLACE, name="HALL7"), ADA)

    assert (entry.how, entry.url, entry.room) == (How.JITSI, bench.server.url, "hall7")
    assert entry.kept == ""
    bench.server.prosody.join(bench.server.prosody.log_in(entry.token), "hall7")


async def test_token_opens_no_other_room(bench):
    entry = await bench.provider.entry(PLACE, ADA)
    claims = bench.server.prosody.log_in(entry.token)

    with pytest.raises(Refused, match="room"):
        bench.server.prosody.join(claims, "another")


async def test_token_of_another_server_opens_nothing(bench):
    bench.server.prosody.domain = "meet.example.net"

    with pytest.raises(Refused, match="sub"):
        await bench.enter(ADA)


@pytest.mark.parametrize(
    ("passes", "why"),
    [
        (timedelta(seconds=-30), None),
        (timedelta(seconds=-31), "nbf"),
        (timedelta(seconds=299), None),
        (timedelta(seconds=300), "exp"),
    ],
)
async def test_token_is_good_for_five_minutes_by_a_clock_half_a_minute_off(
    bench, passes, why
):
    entry = await bench.provider.entry(PLACE, ADA)
    bench.clock.now += passes

    if why is None:
        bench.server.prosody.log_in(entry.token)
    else:
        with pytest.raises(Refused, match=why):
            bench.server.prosody.log_in(entry.token)


@pytest.mark.parametrize(
    ("constant", "value", "refusal"),
    [
        ("EARLIER", timedelta(), Refused),
        ("GOOD_FOR", timedelta(seconds=-2), Refused),
        ("AUDIENCE", ["jitsi"], Refused),
    ],
)
async def test_without_its_care_the_server_would_refuse(
    bench, monkeypatch, constant, value, refusal
):
    monkeypatch.setattr(tokens, constant, value)
    entry = await bench.provider.entry(PLACE, ADA)
    bench.clock.now -= SECOND

    with pytest.raises(refusal):
        bench.server.prosody.log_in(entry.token)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("  Ada\tLovelace\r\n", "Ada Lovelace"),
        ("Ada\0\x1b\ufffe\ud800Lovelace", "Ada Lovelace"),
        ("<b>&amp;</b> é 😀", "<b>&amp;</b> é 😀"),
        ("A" * 5000, "A" * 100),
        ("", ""),
    ],
)
async def test_name_is_one_that_a_presence_can_carry(bench, name, shown):
    entry = await bench.provider.entry(PLACE, replace(ADA, name=name))

    user = bench.server.prosody.log_in(entry.token)["context"]["user"]
    presence_of = ElementTree.Element("name")
    presence_of.text = user["name"]
    text = ElementTree.tostring(presence_of, encoding="utf-8")
    assert (fromstring(text).text or "") == user["name"] == shown


async def test_key_is_fetched_here_under_its_name(keyed):
    await keyed.enter(ADA)

    (name,) = keyed.provider.published
    assert keyed.server.prosody.asked == [name]
    assert name.removesuffix(".pem").isalnum()
    assert keyed.provider.published[name].startswith(b"-----BEGIN PUBLIC KEY-----")


def test_new_key_has_a_new_name_and_the_same_key_keeps_it(key_file, tmp_path):
    other = tmp_path / "other.pem"
    other.write_bytes(pem(rsa.generate_private_key(65537, 2048)))

    first, again, second = map(tokens.by_key_file, (key_file, key_file, other))

    assert first.kid == again.kid != second.kid
    assert first.published.keys() != second.published.keys()


async def test_key_that_is_not_published_opens_nothing(keyed):
    keyed.server.prosody.keys = {}

    with pytest.raises(Refused, match="unknown kid"):
        await keyed.enter(ADA)


async def test_rooms_need_no_address_and_are_not_asked_about(bench):
    provider = bench.provider

    assert provider.leads(PLACE)
    assert provider.capabilities == Capabilities(
        presence=True,
        beside=True,
        embedded=True,
        how=How.JITSI,
        origin=provider.url,
    )
    for asks in (
        provider.participants(PLACE),
        provider.start_recording(PLACE),
        anext(provider.open_recording(RECORDING)),
    ):
        with pytest.raises(Rejected):
            await asks
    await provider.stop_recording(PLACE, "")
    assert await provider.recordings(PLACE) == ()


async def test_secret_publishes_nothing(bench):
    assert bench.provider.published == {}


def test_domain_is_the_host_of_the_address_unless_it_is_named():
    of_url = choose({**GOOD, "secret": SECRET}, around())
    named = choose({**GOOD, "secret": SECRET, "domain": "meet.jitsi"}, around())

    assert (of_url.domain, named.domain) == ("meet.example.org", "meet.jitsi")


@pytest.mark.parametrize(
    ("changes", "key", "said"),
    [
        ({"url": ""}, "url", "missing"),
        ({"url": "http://meet.example.org"}, "url", "https://"),
        ({"url": "https://meet.example.org/tenant"}, "url", "server alone"),
        ({"app_id": " "}, "app_id", "app_id of Prosody"),
        ({"secret": ""}, "secret", "either secret"),
        ({"private_key_file": "/k.pem"}, "secret", "either secret"),
        ({"secret": "x" * 31}, "secret", "32 characters"),
        ({"domain": "https://meet.jitsi"}, "domain", "VirtualHost"),
        ({"events_token": "short"}, "events_token", "32 characters"),
        ({"events_token": "é" * 40}, "events_token", "32 characters"),
        ({"events_token": "a b " * 10}, "events_token", "without blanks"),
    ],
)
def test_setting_with_which_no_room_can_be_had_is_named(changes, key, said):
    with pytest.raises(UnusableSetting, match=said) as refused:
        choose({**GOOD, "secret": SECRET, **changes}, around())

    assert refused.value.key == key


def unusable_files():
    large = rsa.generate_private_key(65537, 2048)
    public = PublicFormat.SubjectPublicKeyInfo
    return {
        "empty": b"",
        "garbage": b"\xff\x00 no key",
        "small": pem(rsa.generate_private_key(65537, 1024)),  # noqa: S505 -- refused
        "elliptic": pem(ec.generate_private_key(ec.SECP256R1())),
        "locked": pem(large, BestAvailableEncryption(b"word")),
        "public": large.public_key().public_bytes(Encoding.PEM, public),
    }


@pytest.mark.parametrize("name", [*unusable_files(), "absent", "a\0b"])
def test_file_without_a_usable_key_is_refused(name, tmp_path):
    file = tmp_path / name
    if content := unusable_files().get(name):
        file.write_bytes(content)

    with pytest.raises(UnusableSetting, match="openssl genrsa") as refused:
        choose({**GOOD, "private_key_file": str(file)}, around())

    assert refused.value.key == "private_key_file"
