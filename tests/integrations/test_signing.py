"""Signatures by known keys are those of PyJWT, which refuses what is no key."""

import json

import jwt
import pytest

from integrations.signing import HS256, hs256

KEY = "a-key-of-an-installation-and-of-nobody-else"
PEM = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA\n-----END PUBLIC KEY-----\n"
CLAIMS = {"sub": "camille", "exp": 1_900_000_000}


def signed(key=KEY):
    payload = json.dumps(CLAIMS, separators=(",", ":")).encode()
    return hs256().encode(payload, key, HS256, {"kid": "k1"})


def test_tokens_are_those_of_pyjwt():
    assert signed() == jwt.encode(CLAIMS, KEY, HS256, {"kid": "k1"})


def test_key_that_was_refused_is_refused_again():
    jws = hs256()

    for _ in range(2):
        with pytest.raises(jwt.InvalidKeyError):
            jws.encode(b"{}", PEM, HS256)


def test_key_that_is_known_checks_no_other_s_signature():
    jws = hs256()
    jws.decode(signed(), KEY, algorithms=[HS256])

    with pytest.raises(jwt.InvalidSignatureError):
        jws.decode(signed(KEY[::-1]), KEY, algorithms=[HS256])


@pytest.mark.parametrize("algorithm", ["HS512", "none"])
def test_other_algorithms_are_refused(algorithm):
    token = jwt.encode(CLAIMS, KEY * 2 if algorithm == "HS512" else None, algorithm)

    with pytest.raises(jwt.InvalidAlgorithmError):
        hs256().decode(token, KEY * 2, algorithms=[HS256])
