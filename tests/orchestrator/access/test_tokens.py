"""A personal link is accepted as it was made, for its time, and in no other form."""

from datetime import UTC, datetime, timedelta

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from orchestrator.access import tokens
from orchestrator.access.errors import TokenRefused
from orchestrator.access.keys import Purpose, keys_for
from orchestrator.access.tokens import LONGEST_LIFE, JoinClaim, JoinTokens
from orchestrator.ids import EventId, RegistrantId
from tests.forgeries import claims_of, forgeries, genuine

SECRET = "Xq3vN8_rT5wZ1kLb7PjYd0HsUgAe4MfC-oIiQx2n"
FORMER = "p9Kd-2fHvW6tRzJm0bYq_LxN4sGcE7uTi3AoVkB8"
ISSUER = "5f0c6c3e-7a55-4f0b-9a5e-3f5f7d1c2b6a"
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
CLAIM = JoinClaim(EventId("evt2345bcdfg"), RegistrantId("reg2345bcdfg"), 1)
CLAIMS = claims_of(
    issuer=ISSUER,
    event=CLAIM.event,
    registrant=CLAIM.registrant,
    version=CLAIM.version,
    now=int(NOW.timestamp()),
)
FORGED = forgeries(CLAIMS, secret=SECRET)


class Clock:
    def __init__(self):
        self.now = NOW

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def join(clock):
    return JoinTokens(SECRET, ISSUER, clock=clock)


def reason(join, token):
    with pytest.raises(TokenRefused) as refusal:
        join.read(token)
    return refusal.value.reason


def test_a_token_reads_as_it_was_made(join):
    token = join.issue(CLAIM, NOW + timedelta(days=200))

    assert join.read(token) == CLAIM


def test_a_token_is_short_enough_for_a_mail(join):
    token = join.issue(CLAIM, NOW + timedelta(days=200))

    assert len(token) < 400


def test_the_hand_written_token_is_one_of_ours(join):
    assert join.read(genuine(CLAIMS, secret=SECRET)) == CLAIM


def test_there_are_forgeries_enough():
    assert len(FORGED) >= 220
    assert len({text for _, text in FORGED}) >= 220


@pytest.mark.parametrize("text", [t for _, t in FORGED], ids=[n for n, _ in FORGED])
def test_every_forgery_is_refused_with_the_same_words(join, text):
    with pytest.raises(TokenRefused) as refusal:
        join.read(text)

    assert refusal.value.detail == TokenRefused("other").detail
    assert refusal.value.facts == {}


def test_the_cause_is_kept_for_the_log_only(join):
    token = genuine(CLAIMS, secret=SECRET, exp="9999999999")

    with pytest.raises(TokenRefused) as refusal:
        join.read(token)

    assert refusal.value.reason == "claims"
    assert isinstance(refusal.value.__cause__, ValidationError)
    assert "claims" not in refusal.value.detail


@given(st.text() | st.from_regex(r"[\w-]{0,9}\.[\w-]{0,9}\.[\w-]{0,9}"))
def test_any_text_is_refused(text):
    join = JoinTokens(SECRET, ISSUER)

    with pytest.raises(TokenRefused):
        join.read(text)


def test_a_token_is_good_to_its_end_and_a_minute(join, clock):
    token = join.issue(CLAIM, NOW + timedelta(hours=1))

    clock.now = NOW + timedelta(hours=1, seconds=59)
    assert join.read(token) == CLAIM

    clock.now = NOW + timedelta(hours=1, seconds=60)
    assert reason(join, token) == "expired"


def test_a_token_of_a_clock_that_is_a_minute_ahead_is_good(join, clock):
    token = join.issue(CLAIM, NOW + timedelta(hours=1))

    clock.now = NOW - timedelta(seconds=60)
    assert join.read(token) == CLAIM

    clock.now = NOW - timedelta(seconds=61)
    assert reason(join, token) == "early"


def test_no_token_lives_longer_than_the_longest_life(join, clock):
    token = join.issue(CLAIM, NOW + timedelta(days=9999))

    clock.now = NOW + LONGEST_LIFE + timedelta(minutes=1)

    assert reason(join, token) == "expired"


def test_an_identity_that_no_token_can_carry_is_not_signed(join):
    with pytest.raises(ValueError, match="sub"):
        join.issue(JoinClaim(EventId("e"), RegistrantId(""), 1), NOW)


def test_links_of_the_former_secret_stay_good(clock):
    former = JoinTokens(FORMER, ISSUER, clock=clock).issue(
        CLAIM, NOW + timedelta(days=1)
    )

    changed = JoinTokens(SECRET, ISSUER, previous=FORMER, clock=clock)
    without = JoinTokens(SECRET, ISSUER, clock=clock)

    assert changed.read(former) == CLAIM
    assert reason(without, former) == "key"


def test_another_installation_of_the_same_secret_is_another(clock, join):
    token = JoinTokens(SECRET, "elsewhere", clock=clock).issue(
        CLAIM, NOW + timedelta(days=1)
    )

    assert reason(join, token) == "issuer"


def test_the_signature_of_a_token_is_checked_once(join, monkeypatch):
    token = join.issue(CLAIM, NOW + timedelta(days=1))
    join.read(token)

    monkeypatch.setattr(tokens, "_payload", None)

    assert join.read(token) == CLAIM


def test_what_is_kept_of_tokens_is_bounded(join, monkeypatch):
    monkeypatch.setattr(tokens, "_KEPT", 2)
    first, *others = (join.issue(CLAIM, NOW + timedelta(days=1)) for _ in range(3))
    join.read(first)
    join.read(others[0])
    join.read(first)

    join.read(others[1])

    assert len(join._verified) == 2
    monkeypatch.setattr(tokens, "_payload", None)
    assert join.read(first) == CLAIM


def forged(name):
    return next(text for label, text in FORGED if label == name)


# Each guard, taken out, must let its forgery in: else it guards nothing.


def test_without_the_header_check_a_key_address_would_be_let_in(join, monkeypatch):
    monkeypatch.setattr(tokens, "_check_header", lambda header: None)

    token = genuine(CLAIMS, secret=SECRET, header={"jku": "http://127.0.0.1:9/keys"})

    assert join.read(token) == CLAIM


def test_without_the_header_check_another_type_would_be_let_in(join, monkeypatch):
    monkeypatch.setattr(tokens, "_check_header", lambda header: None)

    assert join.read(forged("typ 'vc-feed+jwt'")) == CLAIM


def test_without_the_signature_check_a_stripped_token_would_be_let_in(
    join, monkeypatch
):
    def believed(token, _key):
        return tokens._jws.decode(token, options={"verify_signature": False})

    monkeypatch.setattr(tokens, "_payload", believed)
    monkeypatch.setattr(tokens, "_FORM", tokens.re.compile(".*"))

    assert join.read(forged("signature stripped")) == CLAIM


def test_without_the_form_check_a_padded_twin_would_be_let_in(join, monkeypatch):
    monkeypatch.setattr(tokens, "_FORM", tokens.re.compile("(?s).*"))

    assert join.read(forged("'=' behind")) == CLAIM


def test_without_the_length_check_a_long_token_would_be_let_in(clock, monkeypatch):
    issuer = "x" * 2000
    token = genuine(CLAIMS, secret=SECRET, iss=issuer)
    join = JoinTokens(SECRET, issuer, clock=clock)
    assert reason(join, token) == "form"

    monkeypatch.setattr(tokens, "LONGEST", 9999)

    assert join.read(token) == CLAIM


def test_without_strict_claims_a_text_as_expiry_would_be_let_in(join, monkeypatch):
    def lax(payload):
        claims = tokens.json.loads(payload)
        return tokens._Claims.model_validate(claims, strict=False)

    monkeypatch.setattr(tokens, "_schema", lax)
    moment = str(int((NOW + timedelta(days=1)).timestamp()))
    token = genuine(CLAIMS, secret=SECRET, exp=moment)

    assert join.read(token) == CLAIM


def test_without_the_issuer_check_another_installation_would_be_let_in(
    clock, join, monkeypatch
):
    token = genuine(CLAIMS, secret=SECRET, iss="other")
    monkeypatch.setattr(join, "_issuer", "other")

    assert join.read(token) == CLAIM


def test_without_keys_by_purpose_a_feed_token_would_be_let_in(clock, monkeypatch):
    def of_feeds(_purpose, *secrets):
        return keys_for(Purpose.FEED, *secrets)

    monkeypatch.setattr(tokens, "keys_for", of_feeds)
    join = JoinTokens(SECRET, ISSUER, clock=clock)

    assert join.read(forged("a feed token")) == CLAIM


@pytest.mark.parametrize(
    "name", ["expired", "not yet valid", "not yet issued", "valid for ever"]
)
def test_without_the_time_check_it_would_be_let_in(join, monkeypatch, name):
    monkeypatch.setattr(tokens, "_check_time", lambda claims, now: None)

    assert join.read(forged(name)) == CLAIM


def test_a_verified_token_that_has_expired_would_be_let_in_without_the_time_check(
    join, clock, monkeypatch
):
    token = join.issue(CLAIM, NOW + timedelta(hours=1))
    join.read(token)
    clock.now = NOW + timedelta(hours=2)
    assert reason(join, token) == "expired"

    monkeypatch.setattr(tokens, "_check_time", lambda claims, now: None)

    assert join.read(token) == CLAIM


def test_pyjwt_alone_would_let_a_text_as_expiry_in():
    """Why the claims have a schema of their own."""
    key = bytes(range(32))
    token = jwt.encode({"sub": "", "exp": 9999999999}, key, algorithm="HS256")
    head = {"alg": "HS256", "typ": "JWT"}
    odd = jwt.api_jws.encode(b'{"sub":"","exp":"9999999999"}', key, headers=head)

    assert jwt.decode(token, key, algorithms=["HS256"])["sub"] == ""
    assert jwt.decode(odd, key, algorithms=["HS256"])["exp"] == "9999999999"
