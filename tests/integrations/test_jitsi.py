"""Jitsi Meet: tokens that its Prosody takes, and what event_sync tells."""

import base64
import hashlib
import hmac
import json
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from defusedxml.ElementTree import fromstring
from hypothesis import given
from hypothesis import strategies as st

from integrations.errors import BadSignature, Rejected
from integrations.http import Wire
from integrations.video.choose import choose
from integrations.video.events import Came, Closed, Went
from integrations.video.jitsi import provider as jitsi
from integrations.video.jitsi import tokens
from integrations.video.provider import (
    Capabilities,
    Delivery,
    Guest,
    How,
    Place,
    Role,
)
from integrations.video.setup import Around, UnusableSetting
from orchestrator.attendance.intervals import presence
from orchestrator.attendance.model import Interval, Sign, SignKind, Source
from tests.contracts.video import VideoContract
from tests.jitsi_server import (
    APP,
    BEARER,
    DOMAIN,
    Ear,
    JitsiServer,
    Prosody,
    Refused,
    Unanswered,
)

CALLBACK = "https://us.example/webhooks/main"
SECRET = "8d1f6a3c5b7e90214d6f8a3b5c7e9012"
NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
PLACE = Place(name="hall7k2m9q4x", title="Hall", capacity=600)
ADA = Guest(id="2bcdfghjkmnp", name="Ada Lovelace")
GRACE = Guest(id="3bcdfghjkmnp", name="Grace Hopper", role=Role.CHAIR, speaks=True)


class Clock:
    """Stands until it is moved."""

    def __init__(self):
        self.now = NOW

    def __call__(self):
        return self.now


class Bench:
    """A server of Jitsi and an ear for what its event_sync posts."""

    def __init__(self, server, ear, around, settings):
        self.server = server
        self.ear = ear
        self.provider = choose(
            {
                "provider": "jitsi",
                "url": server.url,
                "app_id": APP,
                "domain": DOMAIN,
                "events_token": BEARER,
                **settings,
            },
            around,
        )
        self.place = PLACE
        self.secrets = (BEARER, *settings.values())
        self.silent = server.silent
        self.saying = server.saying
        self._addresses = {}

    @property
    def clock(self):
        return self.server.prosody.clock

    @property
    def deliveries(self):
        return self.ear.deliveries

    async def come(self, guest, entry):
        self._addresses[guest.id] = entry.room, await self.server.come(entry)

    async def go(self, guest):
        await self.server.leave(*self._addresses.pop(guest.id))

    async def enter(self, guest):
        """``guest`` is in; his room and the address of his connection."""
        await self.come(guest, await self.provider.entry(PLACE, guest))
        return self._addresses[guest.id]

    def sign(self, body):
        headers = {"authorization": f"Bearer {BEARER}"}
        return Delivery(body=body, headers=headers, url=CALLBACK, received=NOW)

    def forgeries(self, delivery):
        for header in WRONG_BEARERS:
            yield replace(delivery, headers={"authorization": header})
        yield replace(delivery, headers={})
        yield replace(delivery, headers={"x-authorization": f"Bearer {BEARER}"})

    def heard(self):
        """All that was told so far."""
        bodies = [self.provider.accept(one).body for one in self.deliveries]
        return [news for body in bodies for news in self.provider.understand(body)]


WRONG_BEARERS = [
    "",
    "Bearer",
    "Bearer ",
    BEARER,
    f"Basic {BEARER}",
    f"Bearer {BEARER[:-1]}",
    f"Bearer {BEARER}0",
    f"Bearer {BEARER.upper()}",
    f"Bearer {BEARER} {BEARER}",
    "Bearer é\udcff",
]


@asynccontextmanager
async def bench_of(settings, *, keys_of=None, secret=None):
    """A bench; its server takes HS256 by ``secret``, or RS256."""
    clock, wire = Clock(), Wire()
    prosody = Prosody(clock, secret=secret, keys=keys_of)
    ear = Ear(CALLBACK, clock)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(wire.close)
        server = await stack.enter_async_context(JitsiServer(prosody).running())
        server.prefix = await stack.enter_async_context(ear.listening())
        bench = Bench(server, ear, Around(wire, CALLBACK, clock), settings)
        if secret is None:
            prosody.keys = bench.provider.published
        yield bench


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


def pem(key, encryption=None):
    form = PrivateFormat.PKCS8
    return key.private_bytes(Encoding.PEM, form, encryption or NoEncryption())


class TestJitsiWithASecret(VideoContract):
    @pytest.fixture
    def bench(self, bench):
        return bench


class TestJitsiWithAKey(VideoContract):
    @pytest.fixture
    def bench(self, keyed):
        return keyed


# Tokens


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


# RS256 and the key server


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


async def test_secret_publishes_nothing(bench):
    assert bench.provider.published == {}


# The reader of tokens has teeth: each of these is what the real server does


def forged(header=None, digest=hashlib.sha256, secret=SECRET, **claims):
    """A token by hand; None leaves a claim, or a member of the header, out."""
    seconds = int(NOW.timestamp())
    right = {"iss": APP, "aud": "jitsi", "sub": DOMAIN, "room": PLACE.name}
    right |= {"nbf": seconds, "exp": seconds + 60}
    parts = [
        _b64(json.dumps({k: v for k, v in one.items() if v is not None}).encode())
        for one in (
            {"alg": "HS256", "typ": "JWT", **(header or {})},
            {**right, **claims},
        )
    ]
    signed = ".".join(parts)
    seal = hmac.new(secret.encode(), signed.encode(), digest).digest()
    return f"{signed}.{_b64(seal)}"


def _b64(raw):
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


@pytest.mark.parametrize(
    ("token", "why"),
    [
        ("", "token"),
        ("garbage", "token"),
        ("a.b.c", "form"),
        (forged(secret="x" * 32), "signature"),
        (forged(header={"alg": "none"}), "alg"),
        (forged(header={"alg": "none"}).rsplit(".", 1)[0] + ".", "token"),
        (forged(header={"alg": "HS512"}, digest=hashlib.sha512), "alg"),
        (forged(header={"typ": None}), "typ"),
        (forged(header={"typ": "jwt"}), "typ"),
        (forged(exp=int(NOW.timestamp())), "exp"),
        (forged(exp="tomorrow"), "exp"),
        (forged(nbf=int(NOW.timestamp()) + 1), "nbf"),
        (forged(iss="another"), "iss"),
        (forged(iss=None), "iss"),
        (forged(aud="another"), "aud"),
        (forged(aud=None), "aud"),
        (forged(aud=["jitsi"]), "aud"),
    ],
)
def test_reader_refuses_what_the_server_refuses(token, why):
    with pytest.raises(Refused, match=why):
        Prosody(Clock(), secret=SECRET).log_in(token)


def test_reader_leaves_a_token_without_a_room_unanswered():
    with pytest.raises(Unanswered):
        Prosody(Clock(), secret=SECRET).log_in(forged(room=None))


def test_reader_takes_a_token_without_end_as_the_server_does():
    assert "exp" not in Prosody(Clock(), secret=SECRET).log_in(forged(exp=None))


@pytest.mark.parametrize(
    ("claims", "room", "why"),
    [
        ({"room": "HALL"}, "hall", None),
        ({"room": "*", "sub": "*"}, "hall", None),
        ({"room": "hall"}, "hall2", "room"),
        ({"room": "hall", "sub": "meet.example.net"}, "hall", "sub"),
    ],
)
def test_reader_compares_rooms_in_lower_case(claims, room, why):
    prosody = Prosody(Clock(), secret=SECRET)
    read = prosody.log_in(forged(**claims))

    if why is None:
        prosody.join(read, room)
    else:
        with pytest.raises(Refused, match=why):
            prosody.join(read, room)


@pytest.mark.parametrize(
    ("header", "why"),
    [({}, "no kid"), ({"kid": "another"}, "unknown kid"), ({"kid": "ours"}, "alg")],
)
def test_reader_with_a_key_server_takes_no_secret(header, why):
    keys = {hashlib.sha256(b"ours").hexdigest() + ".pem": b""}

    with pytest.raises(Refused, match=why):
        Prosody(Clock(), secret=SECRET, keys=keys).log_in(forged(header=header))


# What event_sync tells


async def test_visit_is_told_with_our_id_and_the_servers_moments(bench):
    await bench.enter(ADA)
    bench.clock.now += 90 * SECOND
    await bench.go(ADA)

    came, went = bench.heard()
    assert came == Came(
        place=PLACE.name,
        guest=ADA.id,
        stream=came.stream,
        at=NOW,
        name="Ada Lovelace",
    )
    assert went == Went(
        place=PLACE.name, guest=ADA.id, stream=came.stream, at=NOW + 90 * SECOND
    )


async def test_two_devices_are_two_streams(bench):
    await bench.enter(ADA)
    await bench.enter(ADA)

    first, second = bench.heard()
    assert first.guest == second.guest
    assert first.stream != second.stream


async def test_who_moves_into_a_breakout_room_stays_in_the_room(bench):
    room, address = await bench.enter(ADA)
    user = {"id": ADA.id, "name": ADA.name}
    bench.clock.now += 60 * SECOND
    await bench.server.leave(room, address)
    await bench.server.enter(room, user, address=address, breakout="b-1")
    bench.clock.now += 60 * SECOND
    await bench.server.leave(room, address, breakout="b-1")
    await bench.server.destroy(room, breakout="b-1")
    await bench.server.enter(room, user, address=address)
    bench.clock.now += 60 * SECOND
    await bench.server.leave(room, address)

    assert attended(bench.heard()) == (Interval(NOW, NOW + 180 * SECOND),)
    assert attended(reversed(bench.heard())) == attended(bench.heard())


async def test_end_of_a_breakout_room_is_not_the_end_of_the_room(bench):
    await bench.server.destroy(PLACE.name, breakout="b-1")
    assert bench.heard() == []

    await bench.server.destroy(PLACE.name)
    assert bench.heard() == [Closed(place=PLACE.name, at=NOW)]


async def test_end_of_the_room_mends_what_was_lost(bench):
    room, address = await bench.enter(ADA)
    came = bench.heard()
    bench.deliveries.clear()
    bench.clock.now += 60 * SECOND
    await bench.server.leave(room, address, lost=True)
    bench.clock.now += 60 * SECOND
    await bench.server.destroy(room)

    again, went, closed = bench.heard()
    assert [again] == came
    assert (went.stream, went.at) == (again.stream, NOW + 60 * SECOND)
    assert closed == Closed(place=room, at=NOW + 120 * SECOND)


async def test_who_never_left_has_gone_when_the_room_ends(bench):
    await bench.enter(ADA)
    told = json.loads(bench.deliveries[0].body)
    ended = {
        **told,
        "event_name": "muc-room-destroyed",
        "destroyed_at": int(NOW.timestamp()) + 5,
        "all_occupants": [told["occupant"]],
    }

    _, went, _ = bench.provider.understand(json.dumps(ended).encode())
    assert went.at == NOW + 5 * SECOND


@pytest.mark.parametrize("id_", [None, 7, "", "a\0b", "x" * 5000, ["a"]])
async def test_people_without_an_id_of_ours_are_nobodys_guests(bench, id_):
    await bench.server.enter(PLACE.name, {"id": id_, "name": 7})

    (came,) = bench.heard()
    assert (came.guest, came.name) == ("", "")


async def test_beginning_of_a_room_and_unknown_kinds_mean_nothing(bench):
    for kind in ("muc-room-created", "muc-something-new", None, 7, ["a"]):
        body = json.dumps({"event_name": kind, "room_name": "x"}).encode()

        assert (
            bench.provider.understand(bench.provider.accept(bench.sign(body)).body)
            == ()
        )


JOINED = {
    "event_name": "muc-occupant-joined",
    "room_name": "hall",
    "room_jid": "hall@conference.meet.example.org",
    "is_breakout": False,
    "occupant": {"occupant_jid": "a@b/c", "id": "x", "joined_at": 1795418828},
}
DESTROYED = {
    **JOINED,
    "event_name": "muc-room-destroyed",
    "destroyed_at": 1795418829,
    "all_occupants": [JOINED["occupant"]],
}


@pytest.mark.parametrize(
    "told",
    [
        {**JOINED, "occupant": None},
        {**JOINED, "room_name": None},
        {**JOINED, "room_name": ""},
        {**JOINED, "room_name": "a\0"},
        {**JOINED, "room_name": "a" * 2000},
        {**JOINED, "is_breakout": True},
        {**JOINED, "event_name": "muc-occupant-left"},
        {**JOINED, "occupant": {**JOINED["occupant"], "occupant_jid": 7}},
        *(
            {**JOINED, "occupant": {**JOINED["occupant"], "joined_at": at}}
            for at in (None, "1795418828", True, 1e300, 10**30, float("nan"), [])
        ),
        {**DESTROYED, "destroyed_at": None},
        {**DESTROYED, "all_occupants": "everybody"},
        {**DESTROYED, "all_occupants": ["somebody"]},
        {**DESTROYED, "all_occupants": {"a": "b"}},
    ],
)
async def test_what_should_mean_something_and_does_not_is_refused(bench, told):
    with pytest.raises(Rejected):
        bench.provider.understand(json.dumps(told).encode())


# Whether it is event_sync that tells


async def test_repetition_has_the_same_key_whoever_wrote_it_down(bench):
    other_order = dict(reversed(JOINED.items()))

    keys = {
        bench.provider.accept(bench.sign(body)).key
        for body in (
            json.dumps(JOINED).encode(),
            json.dumps(other_order, indent=1).encode(),
        )
    }

    assert len(keys) == 1


async def test_every_part_of_a_visit_makes_another_key(bench):
    visit = JOINED["occupant"]
    messages = [
        JOINED,
        DESTROYED,
        {**DESTROYED, "destroyed_at": 1795418830},
        {**JOINED, "event_name": "muc-occupant-left"},
        {**JOINED, "room_jid": "hall2@conference.meet.example.org"},
        {**JOINED, "breakout_room_id": "b-1"},
        {**JOINED, "occupant": {**visit, "occupant_jid": "a@b/d"}},
        {**JOINED, "occupant": {**visit, "joined_at": 1795418829}},
        {**JOINED, "occupant": {**visit, "left_at": 1795418829}},
    ]

    keys = {
        bench.provider.accept(bench.sign(json.dumps(one).encode())).key
        for one in messages
    }

    assert len(keys) == len(messages)


async def test_forgery_would_pass_without_the_guard(bench, monkeypatch):
    monkeypatch.setattr(jitsi, "_same", lambda *_: True)
    forgery = replace(bench.sign(b"{}"), headers={"authorization": "Bearer x"})

    assert bench.provider.accept(forgery)


async def test_scheme_may_be_written_in_any_case(bench):
    headers = {"authorization": f"bearer {BEARER}"}

    assert bench.provider.accept(replace(bench.sign(b"{}"), headers=headers))


async def test_without_events_token_nothing_is_believed():
    async with bench_of({"secret": SECRET, "events_token": ""}, secret=SECRET) as deaf:
        for header in ("Bearer ", "Bearer", f"Bearer {BEARER}"):
            delivery = replace(deaf.sign(b"{}"), headers={"authorization": header})
            with pytest.raises(BadSignature):
                deaf.provider.accept(delivery)

        assert deaf.provider.capabilities == Capabilities(beside=True, embedded=True)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3)
    ),
    max_leaves=5,
)
MOMENTS = st.integers(0, 2**33) | ANYTHING
OCCUPANTS = st.fixed_dictionaries(
    {"occupant_jid": st.text() | ANYTHING, "joined_at": MOMENTS},
    optional={"left_at": MOMENTS, "id": st.text() | ANYTHING, "name": ANYTHING},
)
MESSAGES = st.fixed_dictionaries(
    {
        "event_name": st.sampled_from(
            ["muc-occupant-joined", "muc-occupant-left", "muc-room-destroyed"]
        ),
        "room_name": st.text() | ANYTHING,
        "occupant": OCCUPANTS | ANYTHING,
    },
    optional={
        "is_breakout": ANYTHING,
        "breakout_room_id": st.text() | ANYTHING,
        "destroyed_at": MOMENTS,
        "all_occupants": st.lists(OCCUPANTS, max_size=3) | ANYTHING,
    },
)
PROVIDER = jitsi.make(
    {"url": "https://h", "app_id": "a", "secret": SECRET, "events_token": BEARER},
    Around(Wire(), CALLBACK, Clock()),
)


@given(st.binary() | (MESSAGES | ANYTHING).map(lambda one: json.dumps(one).encode()))
def test_any_body_is_understood_or_refused(body):
    delivery = Delivery(
        body=body,
        headers={"authorization": f"Bearer {BEARER}"},
        url=CALLBACK,
        received=NOW,
    )
    try:
        news = PROVIDER.understand(PROVIDER.accept(delivery).body)
    except Rejected:
        return

    for one in news:
        assert one.at.tzinfo is UTC
        for text in (one.place, getattr(one, "guest", ""), getattr(one, "name", "")):
            assert "\0" not in text
            text.encode()


@given(st.dictionaries(st.sampled_from(["authorization", "x"]), st.text()), st.binary())
def test_no_header_but_the_right_one_is_believed(headers, body):
    delivery = Delivery(body=body, headers=headers, url=CALLBACK, received=NOW)

    with pytest.raises(BadSignature):
        PROVIDER.accept(delivery)


# Settings

GOOD = {"provider": "jitsi", "url": "https://Meet.example.org", "app_id": "a"}


def test_domain_is_the_host_of_the_address_unless_it_is_named():
    around = Around(Wire(), CALLBACK, Clock())

    of_url = choose({**GOOD, "secret": SECRET}, around)
    named = choose({**GOOD, "secret": SECRET, "domain": "meet.jitsi"}, around)

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
    around = Around(Wire(), CALLBACK, Clock())

    with pytest.raises(UnusableSetting, match=said) as refused:
        choose({**GOOD, "secret": SECRET, **changes}, around)

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
        choose(
            {**GOOD, "private_key_file": str(file)}, Around(Wire(), CALLBACK, Clock())
        )

    assert refused.value.key == "private_key_file"


# What the set-up lacks


async def lacking(bench):
    return [one.what for one in await bench.provider.examine() if not one.good]


async def test_server_that_lets_in_without_a_token_is_found(bench):
    bench.server.allow_empty_token = True

    assert await lacking(bench) == ["It lets nobody in without a token"]


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


def attended(news):
    """The presence that ``news`` add up to, for the one person they are about."""
    kinds = {Came: SignKind.IN, Went: SignKind.OUT}
    signs = [
        Sign(
            event="e",
            room="r",
            registrant=one.guest,
            source=Source.PROVIDER,
            kind=kinds[type(one)],
            stream=one.stream,
            key=str(number),
            at=one.at,
        )
        for number, one in enumerate(news)
        if type(one) in kinds
    ]
    (found,) = presence(signs).values()
    return found.rooms["r"]
