"""Signing with HMAC and SHA-256 by a few keys of this installation."""

import jwt
from jwt.algorithms import HMACAlgorithm

HS256 = "HS256"


class _KnownKeys(HMACAlgorithm):
    """Asks once, not at each token, whether a key is one.

    PyJWT tries to read it as PEM, SSH, DER and JSON, which takes half as long as all
    the rest of a check, and a fifth of making a token.
    """

    def __init__(self) -> None:
        super().__init__(self.SHA256)
        self._sound: dict[str | bytes, bytes] = {}

    def prepare_key(self, key: str | bytes) -> bytes:
        if (sound := self._sound.get(key)) is None:
            sound = self._sound[key] = super().prepare_key(key)
        return sound


def hs256() -> jwt.PyJWS:
    """Makes and checks signatures (RFC 7515) by keys that are few, and ours."""
    jws = jwt.PyJWS(algorithms=[HS256])
    jws.unregister_algorithm(HS256)
    jws.register_algorithm(HS256, _KnownKeys())
    return jws
