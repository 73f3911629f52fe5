"""A meeting's place in an address, from its title."""

import re
import secrets
import string
import unicodedata

_LONGEST = 60
_FORM = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_REHEARSAL = re.compile(r"(.+)-rehearsal-[a-z]{4}")
_LETTERS = 4


def slug_of(title: str) -> str:
    """``title`` in lower-case ASCII words joined by hyphens, at most 60 characters.

    A title without any Latin letter or figure gives ``event``.
    """
    plain = unicodedata.normalize("NFKD", title.replace("œ", "oe").replace("æ", "ae"))
    words = re.findall(r"[a-z0-9]+", plain.encode("ascii", "ignore").decode().lower())
    slug = ""
    for word in words:
        longer = f"{slug}-{word}" if slug else word[:_LONGEST]
        if len(longer) > _LONGEST:
            break
        slug = longer
    return slug or "event"


def is_slug(text: str) -> bool:
    """Whether ``text`` can be a meeting's place in an address."""
    return len(text) <= _LONGEST and _FORM.fullmatch(text) is not None


def is_rehearsal(slug: str) -> bool:
    """Whether the meeting at ``slug`` is a copy that somebody rehearses with.

    Only rehearsals have such slugs, and no list shows them.
    """
    return _REHEARSAL.fullmatch(slug) is not None


def rehearsal_of(slug: str) -> str:
    """The slug of a new copy of the meeting at ``slug``."""
    letters = "".join(secrets.choice(string.ascii_lowercase) for _ in range(_LETTERS))
    ending = f"-rehearsal-{letters}"
    return slug[: _LONGEST - len(ending)].rstrip("-") + ending
