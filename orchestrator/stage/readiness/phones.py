"""Telephone numbers, as people write them."""

import re

from orchestrator.registration.likeness import clean
from orchestrator.stage.readiness.errors import BadPhone

MOST_CHARACTERS = 40

_LEAST_DIGITS, _MOST_DIGITS = 3, 20
_ALLOWED = re.compile(r"\+?[0-9 ().,/*#-]+( ?(x|ext\.?|poste) ?[0-9]+)?", re.IGNORECASE)


def read_phone(text: str) -> str:
    """``text`` if somebody could be called there, as it was written; empty for none.

    Raises ``BadPhone``.
    """
    phone = clean(text)
    if not phone:
        return ""
    digits = sum(one.isdigit() for one in phone)
    if (
        len(phone) > MOST_CHARACTERS
        or not _LEAST_DIGITS <= digits <= _MOST_DIGITS
        or _ALLOWED.fullmatch(phone) is None
    ):
        raise BadPhone("Write it with its country, such as +33 6 12 34 56 78.")
    return phone
