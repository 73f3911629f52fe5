"""Mail addresses as people write them into a list."""

import re

from orchestrator.registration.likeness import clean

_LONGEST = 254  # RFC 5321, section 4.5.3.1, less the angle brackets
_LONGEST_LOCAL = 64
_SHOWN = re.compile(r"[^<>]*<([^<>]+)>")
_LOCAL = re.compile(r"[^\s@.,;:<>()\[\]\\\"]+(\.[^\s@.,;:<>()\[\]\\\"]+)*")
_LABEL = re.compile(r"[^\W_]([\w-]*[^\W_])?")
_LONGEST_LABEL = 63


def read_address(text: str) -> str:
    """The bare address of ``text``: ``Ada <ada@example.org>``, ``mailto:…``.

    Raises ValueError saying what is wrong with it.
    """
    text = clean(text)
    if (shown := _SHOWN.fullmatch(text)) is not None:
        text = shown[1].strip()
    text = text.removeprefix("mailto:")
    if text.count("@") > 1:
        raise ValueError("holds more than one address; keep one")
    local, at, domain = text.partition("@")
    if not at:
        raise ValueError("has no @")
    if not _is_local(local) or not _is_domain(domain) or len(text) > _LONGEST:
        raise ValueError("is no mail address")
    return text


def _is_local(local: str) -> bool:
    return len(local) <= _LONGEST_LOCAL and _LOCAL.fullmatch(local) is not None


def _is_domain(domain: str) -> bool:
    labels = domain.split(".")
    return len(labels) > 1 and all(
        len(label) <= _LONGEST_LABEL and _LABEL.fullmatch(label) for label in labels
    )
