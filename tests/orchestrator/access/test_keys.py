"""One secret gives a key for each purpose; a secret that can be guessed gives none."""

import secrets

import pytest

from orchestrator.access.errors import WeakSecret
from orchestrator.access.keys import Purpose, check_strength, hkdf, keys_for

SECRET = "Xq3vN8_rT5wZ1kLb7PjYd0HsUgAe4MfC-oIiQx2n"
FORMER = "p9Kd-2fHvW6tRzJm0bYq_LxN4sGcE7uTi3AoVkB8"


# RFC 5869, appendix A, the cases with SHA-256.
@pytest.mark.parametrize(
    ("secret", "salt", "info", "length", "key"),
    [
        (
            "0b" * 22,
            "000102030405060708090a0b0c",
            "f0f1f2f3f4f5f6f7f8f9",
            42,
            "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf"
            "34007208d5b887185865",
        ),
        (
            bytes(range(0x50)).hex(),
            bytes(range(0x60, 0xB0)).hex(),
            bytes(range(0xB0, 0x100)).hex(),
            82,
            "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c"
            "59045a99cac7827271cb41c65e590e09da3275600c2f09b8367793a9aca3db71"
            "cc30c58179ec3e87c14c01d5c1f3434f1d87",
        ),
        (
            "0b" * 22,
            "",
            "",
            42,
            "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d"
            "9d201395faa4b61a96c8",
        ),
    ],
)
def test_hkdf_gives_what_the_rfc_says(secret, salt, info, length, key):
    derived = hkdf(
        bytes.fromhex(secret),
        info=bytes.fromhex(info),
        salt=bytes.fromhex(salt),
        length=length,
    )

    assert derived.hex() == key


def test_every_purpose_has_a_key_and_an_id_of_its_own():
    rings = [keys_for(purpose, SECRET) for purpose in Purpose]

    assert len({ring.by_kid[ring.current] for ring in rings}) == len(Purpose)
    assert len({ring.current for ring in rings}) == len(Purpose)


def test_keys_are_the_same_at_every_start():
    assert keys_for(Purpose.LINK, SECRET) == keys_for(Purpose.LINK, SECRET)


def test_after_a_change_the_former_key_still_verifies_and_the_new_one_signs():
    former = keys_for(Purpose.LINK, FORMER)

    ring = keys_for(Purpose.LINK, SECRET, FORMER)

    assert ring.current == keys_for(Purpose.LINK, SECRET).current
    assert ring.by_kid[former.current] == former.by_kid[former.current]
    assert len(ring.by_kid) == 2


def test_the_same_secret_twice_is_one_key():
    assert keys_for(Purpose.LINK, SECRET, SECRET) == keys_for(Purpose.LINK, SECRET)


def test_no_key_is_shown():
    ring = keys_for(Purpose.LINK, SECRET)

    assert repr(ring) == f"Keys(current={ring.current!r})"


@pytest.mark.parametrize(
    ("secret", "why"),
    [
        ("", "has 0 bytes"),
        (SECRET[:31], "has 31 bytes"),
        ("changeme-" + SECRET, "well-known"),
        ("My_Super_Secret-" + "k" * 20, "well-known"),
        ("-----BEGIN PUBLIC KEY-----" + SECRET, "well-known"),
        ("a" * 64, "too regular"),
        ("x7!" * 16, "too regular"),
        (SECRET[:16] + SECRET[:16] + SECRET[:9], "too regular"),
        ("".join(map(chr, range(200, 240))), "too regular"),
        ("111122223333" * 2 + "11112222", "too regular"),
        ("20260628" + "11111111111111111111111111111111", "too regular"),
    ],
)
def test_a_secret_that_can_be_guessed_is_refused_and_told_how_to_do_better(secret, why):
    with pytest.raises(WeakSecret) as refusal:
        keys_for(Purpose.LINK, secret)

    assert why in refusal.value.detail
    assert "token_urlsafe" in refusal.value.detail


def test_a_weak_former_secret_is_refused_too():
    with pytest.raises(WeakSecret):
        keys_for(Purpose.LINK, SECRET, "short")


@pytest.mark.parametrize("make", [secrets.token_hex, secrets.token_urlsafe])
def test_random_secrets_are_never_refused(make):
    for _ in range(2000):
        check_strength(make(24 if make is secrets.token_urlsafe else 16))
