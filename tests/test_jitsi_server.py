"""The reader of Jitsi tokens has teeth: each of these is what the real server does."""

import base64
import hashlib
import hmac
import json

import pytest

from tests.jitsi_bench import NOW, PLACE, SECRET, Clock
from tests.jitsi_server import APP, DOMAIN, Prosody, Refused, Unanswered


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
