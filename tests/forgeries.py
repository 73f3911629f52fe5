"""Forged join tokens, for every surface that takes one.

``forgeries(…)`` returns (name, text) pairs, each of which must be refused in the
same way. ``genuine`` writes a token by hand, so that what is forged is only
what a forgery changes: unchanged it is accepted, which a test proves.
"""

import base64
import hashlib
import hmac
import json
import string
from functools import cache

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, padding, rsa

from orchestrator.access.keys import Purpose, keys_for

TYPE = "vc-link+jwt"
DAY = 24 * 3600
ABSENT = object()

NONES = ("none", "None", "NONE", "nOnE", "", " ", "none ", "null", None, 0, [], {})
OTHER_ALGORITHMS = (
    *("HS384", "HS512", "HS1", "RS256", "RS512", "PS256", "ES256", "ES512", "EdDSA"),
    *("hs256", "HS256 ", "HS-256", "A256KW", "dir", ["HS256"], {"alg": "HS256"}, True),
)
BAD_KIDS = (
    *("", "0", "current", "../../../../dev/null", "/dev/null", "file:///dev/null"),
    *("' OR 1=1 --", '"; DROP TABLE event; --', "\0", "k\0", "k" * 1400, "*", "%00"),
    *(None, 0, 1, True, [], ["{kid}"], {}, {"kid": "{kid}"}, 1.5),
    *("{kid} ", " {kid}", "{kid}\n", "{kid}\0", "{KID}", "http://127.0.0.1:9/key"),
)
WELL_KNOWN_KEYS = (
    *(b"", b"\0", bytes(32), b"a", b"secret", b"password", b"changeme", b"key"),
    *(b"your-256-bit-secret", b"your-secret-key", b"my-secret", b"0" * 32),
    *(b"a-string-secret-at-least-256-bits-long", b"secret" * 6, b"null", b"None"),
    *(b"orchestrator", b"12345678901234567890123456789012", b"supersecret", b"{}"),
)
WRONG_MOMENTS = (
    *("9999999999", "", "tomorrow", None, True, False, [], {}, [9999999999], 1.5),
    *(9999999999.0, -1, 10**12, 10**19, 10**300, float("inf"), float("nan")),
)
WRONG_IDS = (
    *("", " ", "\0", "a\0b", "a\n", "*", "%", "../x", "a" * 65, "é", "’", None, True),
    *(
        0,
        1,
        [],
        ["{value}"],
        {},
        {"id": "{value}"},
        "{value}\0",
        "{value} ",
        " {value}",
    ),
)
WRONG_VERSIONS = (
    *("1", "", None, True, False, 1.5, 1.0, -1, 2**31, 10**40, [], [1], {}, "*"),
)


def genuine(claims, *, secret, header=None, purpose=Purpose.LINK, **others):
    """A token of ``claims`` (``others`` replace some) signed as ours are."""
    keys = keys_for(purpose, secret)
    head = {"alg": "HS256", "kid": keys.current, "typ": TYPE, **(header or {})}
    return sign(_without_absent(head), {**claims, **others}, keys.by_kid[keys.current])


def sign(header, claims, key, *, digest=hashlib.sha256):
    payload = claims if isinstance(claims, bytes) else _json(_without_absent(claims))
    body = f"{_b64(_json(header))}.{_b64(payload)}"
    return f"{body}.{_b64(hmac.new(key, body.encode(), digest).digest())}"


def claims_of(*, issuer, event, registrant, version, now):
    """The claims of a genuine token; ``now`` in seconds."""
    return {
        "iss": issuer,
        "aud": "link",
        "sub": registrant,
        "evt": event,
        "ver": version,
        "jti": "bcdfghjkmnpq",
        "iat": now,
        "nbf": now,
        "exp": now + 30 * DAY,
    }


def forgeries(claims, *, secret):
    """Some 300 forged tokens as (name, text), around the genuine ``claims``."""
    forged = [
        *_algorithms(claims, secret),
        *_confusions(claims, secret),
        *_key_ids(claims, secret),
        *_headers(claims, secret),
        *_signatures(claims, secret),
        *_keys(claims, secret),
        *_claims(claims, secret),
        *_moments(claims, secret),
        *_places(claims, secret),
        *_encodings(claims, secret),
        *_shapes(claims, secret),
    ]
    return list(dict(forged).items())


def _algorithms(claims, secret):
    signed = genuine(claims, secret=secret)
    _, body, signature = signed.split(".")
    kid = keys_for(Purpose.LINK, secret).current
    for alg in NONES:
        head = _b64(_json({"alg": alg, "kid": kid, "typ": TYPE}))
        yield f"alg {alg!r}, unsigned", f"{head}.{body}."
        yield f"alg {alg!r}, a signature", f"{head}.{body}.{signature}"
        yield (
            f"alg {alg!r}, signed",
            genuine(claims, secret=secret, header={"alg": alg}),
        )
    for alg in OTHER_ALGORITHMS:
        name = f"alg {alg!r}"
        yield name, genuine(claims, secret=secret, header={"alg": alg})
    yield "no alg", genuine(claims, secret=secret, header={"alg": ABSENT})
    for size in ("sha384", "sha512", "sha1"):
        head = {"alg": f"HS{size[3:]}", "kid": kid, "typ": TYPE}
        key = keys_for(Purpose.LINK, secret).by_kid[kid]
        yield f"truly {size}", sign(head, claims, key, digest=size)
        head = {**head, "alg": "HS256"}
        yield f"{size} said HS256", sign(head, claims, key, digest=size)


@cache
def _asymmetric():
    return (
        rsa.generate_private_key(public_exponent=65537, key_size=2048),
        ed25519.Ed25519PrivateKey.generate(),
    )


def _confusions(claims, secret):
    kid = keys_for(Purpose.LINK, secret).current
    head = {"alg": "HS256", "kid": kid, "typ": TYPE}
    for private in _asymmetric():
        name = type(private).__name__
        for form, text in _public_forms(private.public_key()):
            yield f"{name} {form} as the key", sign(head, claims, text)
            bare = {"alg": "HS256", "typ": TYPE}
            yield f"{name} {form} as the key, no kid", sign(bare, claims, text)
    signing, ed = _asymmetric()
    for alg, said in (("RS256", "RS256"), ("RS256", "HS256")):
        body = f"{_b64(_json({**head, 'alg': said}))}.{_b64(_json(claims))}"
        seal = signing.sign(body.encode(), padding.PKCS1v15(), hashes.SHA256())
        yield f"{alg} said {said}", f"{body}.{_b64(seal)}"
    body = f"{_b64(_json({**head, 'alg': 'EdDSA'}))}.{_b64(_json(claims))}"
    yield "EdDSA", f"{body}.{_b64(ed.sign(body.encode()))}"


def _public_forms(public):
    formats = serialization.PublicFormat.SubjectPublicKeyInfo
    pem = public.public_bytes(serialization.Encoding.PEM, formats)
    yield "PEM", pem
    yield "PEM without its last line feed", pem.rstrip()
    yield "PEM with CRLF", pem.replace(b"\n", b"\r\n")
    yield "DER", public.public_bytes(serialization.Encoding.DER, formats)
    ssh = serialization.Encoding.OpenSSH
    yield "OpenSSH", public.public_bytes(ssh, serialization.PublicFormat.OpenSSH)
    if isinstance(public, rsa.RSAPublicKey):
        numbers = public.public_numbers()
        modulus = numbers.n.to_bytes(256, "big")
        jwk = {"kty": "RSA", "e": "AQAB", "n": _b64(modulus)}
    else:
        raw = serialization.Encoding.Raw
        jwk = {"kty": "OKP", "crv": "Ed25519"}
        jwk["x"] = _b64(public.public_bytes(raw, serialization.PublicFormat.Raw))
    yield "JWK", _json(jwk)
    yield "JWK set", _json({"keys": [jwk]})


def _key_ids(claims, secret):
    kid = keys_for(Purpose.LINK, secret).current
    for bad in BAD_KIDS:
        value = _filled(bad, kid=kid, KID=kid.swapcase())
        yield f"kid {bad!r}"[:60], genuine(claims, secret=secret, header={"kid": value})
    yield "no kid", genuine(claims, secret=secret, header={"kid": ABSENT})


def _headers(claims, secret):
    own = b"a key of the forger, long enough for anybody"
    kid = keys_for(Purpose.LINK, secret).current
    jwk = {"kty": "oct", "k": _b64(own), "kid": kid, "alg": "HS256"}
    extras = (
        *(("jku", "http://127.0.0.1:9/keys"), ("x5u", "http://127.0.0.1:9/cert")),
        *(("jwk", jwk), ("x5c", ["MIIB"]), ("x5t", "AAAA"), ("x5t#S256", "AAAA")),
        *(("crit", ["exp"]), ("crit", []), ("crit", ["b64"]), ("b64", False)),
        *(("b64", True), ("zip", "DEF"), ("cty", "JWT"), ("enc", "A256GCM")),
        *(("url", "http://127.0.0.1:9/"), ("nonce", "1"), ("x", 1), ("", "")),
    )
    for name, value in extras:
        label = f"header {name} {value!r}"[:50]
        yield label, genuine(claims, secret=secret, header={name: value})
        head = {"alg": "HS256", "kid": kid, "typ": TYPE, name: value}
        yield f"{label}, the forger's key", sign(head, claims, own)
    types = ("JWT", "jwt", "at+jwt", "vc-feed+jwt", "vc-link", "", TYPE.upper(), None)
    for kind in (*types, [TYPE], {}, 1, True, f"application/{TYPE}"):
        yield f"typ {kind!r}", genuine(claims, secret=secret, header={"typ": kind})
    yield "no typ", genuine(claims, secret=secret, header={"typ": ABSENT})


def _signatures(claims, secret):
    signed = genuine(claims, secret=secret)
    head, body, seal = signed.split(".")
    other = genuine(claims, secret=secret, jti="another").rsplit(".", 1)[1]
    changed = {
        "stripped": "",
        "one character": "A",
        "halved": seal[:21],
        "cut by a byte": _b64(_raw(seal)[:-1]),
        "of zeros": _b64(bytes(32)),
        "longer": _b64(_raw(seal) + b"\0"),
        "twice": seal + seal,
        "reversed": seal[::-1],
        "of another token": other,
        "a plain digest": _b64(hashlib.sha256(f"{head}.{body}".encode()).digest()),
    }
    for name, text in changed.items():
        yield f"signature {name}", f"{head}.{body}.{text}"
    for bit in range(0, 256, 32):
        raw = bytearray(_raw(seal))
        raw[bit // 8] ^= 1
        yield f"signature, bit {bit} turned", f"{head}.{body}.{_b64(bytes(raw))}"
    for name, value in (("sub", "somebody"), ("evt", "elsewhere"), ("ver", 7)):
        altered = _b64(_json({**claims, name: value}))
        yield f"{name} altered after signing", f"{head}.{altered}.{seal}"


def _keys(claims, secret):
    head = {"alg": "HS256", "kid": keys_for(Purpose.LINK, secret).current, "typ": TYPE}
    for key in WELL_KNOWN_KEYS:
        yield f"signed with {key[:24]!r}", sign(head, claims, key)
    guesses = {
        "the secret itself": secret.encode(),
        "its digest": hashlib.sha256(secret.encode()).digest(),
        "the key id": head["kid"].encode(),
        "the issuer": claims["iss"].encode(),
        "the purpose": b"link",
    }
    for name, key in guesses.items():
        yield f"signed with {name}", sign(head, claims, key)


def _claims(claims, secret):
    wrong = {
        **dict.fromkeys(("sub", "evt", "jti"), WRONG_IDS),
        "ver": WRONG_VERSIONS,
        "iss": (
            "",
            "other",
            None,
            True,
            1,
            [],
            ["{value}"],
            {},
            "{value}/",
            "{value}\0",
        ),
        "aud": (
            "",
            "feed",
            "Link",
            "*",
            None,
            1,
            ["link"],
            ["feed", "link"],
            {},
            "link ",
        ),
    }
    for name, values in wrong.items():
        for value in values:
            filled = _filled(value, value=claims[name])
            label = f"{name} {value!r}"[:60]
            yield label, genuine(claims, secret=secret, **{name: filled})
    for name in claims:
        yield f"no {name}", genuine(claims, secret=secret, **{name: ABSENT})
    for name in ("adm", "role", "event", "scope", "SUB"):
        yield f"claim {name} added", genuine(claims, secret=secret, **{name: "*"})


def _moments(claims, secret):
    for name in ("iat", "nbf", "exp"):
        for value in WRONG_MOMENTS:
            label = f"{name} {value!r}"[:40]
            yield label, genuine(claims, secret=secret, **{name: value})
    now = claims["iat"]
    out = {
        "expired": {"iat": now - 9 * DAY, "nbf": now - 9 * DAY, "exp": now - DAY},
        "expired a minute and more ago": {"iat": now - DAY, "exp": now - 90},
        "ends as it begins": {"iat": now - 90, "nbf": now - 90, "exp": now - 90},
        "not yet issued": {"iat": now + 90, "nbf": now},
        "not yet valid": {"nbf": now + 90},
        "valid tomorrow": {"iat": now + DAY, "nbf": now + DAY},
        "valid for ever": {"exp": now + 9999 * DAY},
        "issued in 1970": {"iat": 0, "nbf": 0},
    }
    for name, moments in out.items():
        yield name, genuine(claims, secret=secret, **moments)


def _places(claims, secret):
    for purpose in Purpose:
        if purpose is not Purpose.LINK:
            name = f"a {purpose} token"
            yield name, genuine(claims, secret=secret, purpose=purpose)
            key = keys_for(purpose, secret)
            head = {"kid": keys_for(Purpose.LINK, secret).current}
            head |= {"alg": "HS256", "typ": TYPE}
            yield f"{name}, our kid", sign(head, claims, key.by_kid[key.current])
    other = "another installation's, " + secret[::-1]
    yield "of another installation", genuine(claims, secret=other)


def _encodings(claims, secret):
    signed = genuine(claims, secret=secret)
    head, body, seal = signed.split(".")
    alphabet = string.ascii_uppercase + string.ascii_lowercase + string.digits + "-_"
    last = alphabet.index(seal[-1])
    for spare in (1, 2, 3):
        twin = alphabet[last ^ spare]
        yield f"signature with spare bits {spare}", f"{head}.{body}.{seal[:-1]}{twin}"
    for mark in (
        "=",
        "==",
        "===",
        " ",
        "\n",
        "\r\n",
        "\t",
        "\0",
        "%3D",
        "%20",
        "#",
        "?",
    ):
        yield f"{mark!r} behind", signed + mark
        yield f"{mark!r} before", mark + signed
        yield f"{mark!r} behind the header", f"{head}{mark}.{body}.{seal}"
        yield f"{mark!r} behind the claims", f"{head}.{body}{mark}.{seal}"
        yield f"{mark!r} inside", f"{head}.{body[:9]}{mark}{body[9:]}.{seal}"
    yield "full-width dots", signed.replace(".", "\uff0e")
    yield "a full-width letter", head + "." + body + "." + "\uff21" + seal[1:]
    yield "a surrogate", signed + "\ud800"
    yield "another case", signed.swapcase()
    yield "a byte order mark", "\ufeff" + signed
    yield "quoted", f'"{signed}"'
    yield "with its scheme", f"Bearer {signed}"
    for name, kind in (("UTF-16", "utf-16"), ("UTF-8 with a mark", "utf-8-sig")):
        text = json.dumps(claims).encode(kind)
        yield f"claims in {name}", genuine_bytes(text, secret=secret)


def genuine_bytes(payload, *, secret):
    """``payload`` signed as it is."""
    keys = keys_for(Purpose.LINK, secret)
    head = {"alg": "HS256", "kid": keys.current, "typ": TYPE}
    return sign(head, payload, keys.by_kid[keys.current])


def _shapes(claims, secret):
    signed = genuine(claims, secret=secret)
    head, body, seal = signed.split(".")
    texts = (
        "",
        ".",
        "..",
        "...",
        "....",
        "a",
        "a.b",
        "a.b.c",
        "a.b.c.d",
        "null",
        "é.é.é",
    )
    for text in texts:
        yield f"the text {text!r}", text
    yield "five parts", f"{head}.{body}.{seal}.{seal}.{seal}"
    yield "four parts", f"{signed}.{seal}"
    yield "two parts", f"{head}.{body}"
    yield "no header", f".{body}.{seal}"
    yield "no claims", f"{head}..{seal}"
    yield "longer than 2 kB", genuine(claims, secret=secret, iss="x" * 2000)
    yield "a megabyte", signed + "A" * 2**20
    for name, text in (
        *(("null", b"null"), ("a list", b"[]"), ("a text", b'"x"'), ("nothing", b"")),
        *(
            ("a number", b"1"),
            ("deep", b"[" * 900),
            ("no JSON", b"{"),
            ("bytes", b"\xff"),
        ),
        *(("digits", b"1" * 900), ("NaN", b"NaN")),
    ):
        yield f"claims are {name}", genuine_bytes(text, secret=secret)
        yield f"the header is {name}", f"{_b64(text)}.{body}.{seal}"


def _filled(value, /, **words):
    """``value`` with the words in braces replaced, lists and dicts included."""
    text = json.dumps(value) if isinstance(value, list | dict) else value
    if not isinstance(text, str):
        return value
    for word, said in words.items():
        text = text.replace("{" + word + "}", str(said))
    return json.loads(text) if isinstance(value, list | dict) else text


def _without_absent(members):
    return {name: value for name, value in members.items() if value is not ABSENT}


def _json(value):
    return json.dumps(value, separators=(",", ":")).encode()


def _b64(raw):
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _raw(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
