"""Identities: opaque, random, safe in an address, different for each kind of thing."""

import re
import secrets
import uuid
from typing import NewType

EventId = NewType("EventId", str)
SessionId = NewType("SessionId", str)
TalkId = NewType("TalkId", str)
RegistrantId = NewType("RegistrantId", str)
RoomId = NewType("RoomId", str)

# No vowels and no look-alikes: an id never spells a word and survives dictation.
_ALPHABET = "23456789bcdfghjkmnpqrstvwxz"
_LENGTH = 12
# Wider than what is made: tests name people by words.
_FORM = re.compile(r"[a-z0-9]{1,40}")


def new_id() -> str:
    """A public id: 12 characters, 57 random bits, lower case."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))


def may_be_id(text: str) -> bool:
    """Whether ``text``, of which somebody else says that it is one of our ids, can be
    one: then it can be asked for.
    """
    return _FORM.fullmatch(text) is not None


def new_uid() -> str:
    """A calendar identity (UUID 4), made once and stored with its row."""
    return str(uuid.uuid4())
