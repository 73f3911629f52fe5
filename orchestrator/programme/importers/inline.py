"""Text inside one block: spaces, emphasis, labels, parentheses."""

import html
import re
import unicodedata
from functools import lru_cache

_SPACES = re.compile(r"[^\S\n]+")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff]")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_LINK = re.compile(r"!?\[([^\[\]]*)\]\([^()\s]*(?:\([^()\s]*\)[^()\s]*)?\)")
_MAIL_LINK = re.compile(r"\[([^\[\]]*)\]\(mailto:([^()\s?]+)[^()\s]*\)")
_AUTOLINK = re.compile(r"<((?:https?|mailto):[^<>\s]+|[^<>\s@]+@[^<>\s]+)>")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_EMPHASIS = (
    re.compile(r"(\*{1,3})(?=\S)([^*]+)(?<=\S)\1"),
    re.compile(r"(?<!\w)(_{1,3})(?=\S)([^_]+)(?<=\S)\1(?!\w)"),
    re.compile(r"(`{1,3})([^`]+)\1"),
)
_PAIRS = {"(": ")", "[": "]"}
_LONGEST_LABEL = 48
_SHORT = 300
"""Characters up to which a folded text is kept; headings are folded many times."""


def tidy(text: str) -> str:
    """``text`` composed (NFC), with plain single spaces and no control characters.

    Line feeds stay; spaces around them and at both ends go.
    """
    text = _CONTROL.sub(" ", _INVISIBLE.sub("", unicodedata.normalize("NFC", text)))
    return "\n".join(
        part.strip() for part in _SPACES.sub(" ", text).split("\n")
    ).strip()


def fold(text: str) -> str:
    """``text`` in lower case without accents, each character still in its place."""
    return _fold_short(text) if len(text) <= _SHORT else _folded(text)


@lru_cache(maxsize=4096)
def _fold_short(text: str) -> str:
    return _folded(text)


def _folded(text: str) -> str:
    return "".join(map(_fold_character, text))


@lru_cache(maxsize=1024)
def _fold_character(character: str) -> str:
    if character in "’ʼ\u2018`\u00b4":
        return "'"
    if character in "‐‑":
        return "-"
    return unicodedata.normalize("NFKD", character)[0].lower()[:1]


def plain(text: str) -> str:
    """``text`` without its Markdown: what a reader sees, on one line or several."""
    text = _MAIL_LINK.sub(_mail_shown, text)
    text = _AUTOLINK.sub(r"\1", _LINK.sub(r"\1", text))
    for pattern in _EMPHASIS:
        text = pattern.sub(r"\2", text)
    return tidy(html.unescape(_ESCAPED.sub(r"\1", text)))


def _mail_shown(found: re.Match[str]) -> str:
    shown, mail = found[1], found[2]
    return shown if mail in shown else f"{shown} ({mail})"


def is_bold(text: str) -> bool:
    """Whether all of ``text`` is one strong (or emphasised) run."""
    for mark in ("**", "__"):
        inner = text[len(mark) : -len(mark)]
        if text.startswith(mark) and text.endswith(mark) and inner:
            return mark not in inner
    return False


def is_emphasised(text: str) -> bool:
    """Whether all of ``text`` is one strong or emphasised run."""
    if is_bold(text):
        return True
    inner = text[1:-1]
    return text[:1] == text[-1:] and text[:1] in ("*", "_") and text[:1] not in inner


def split_label(text: str) -> tuple[str, str] | None:
    """``**Date :**x``, ``**Date** : x``, ``Date : x``, ``**Date** x`` as (label, value).

    The label is plain and without its colon; None when ``text`` has no label.
    """
    mark = re.match(r"[*_]{0,3}", text)
    opening = mark[0] if mark else ""
    body = text[len(opening) :]
    colon = re.search(r"[:\uff1a]", body[:_LONGEST_LABEL])
    closing = body.find(opening, 0, _LONGEST_LABEL) if opening else -1
    if closing > 0 and (colon is None or colon.start() > closing + len(opening) + 1):
        return plain(body[:closing]), body[closing + len(opening) :].strip(" :\u00a0")
    if colon is None or body[colon.end() :].startswith("//"):
        return None
    label, value = body[: colon.start()], body[colon.end() :]
    if opening and opening in label:
        label = label.replace(opening, "", 1)
    elif opening:
        value = value.replace(opening, "", 1)
    return plain(label.strip()), value.strip()


def split_outside(text: str, separator: re.Pattern[str]) -> list[tuple[str, str]]:
    """Pieces of ``text`` between matches of ``separator`` outside parentheses.

    Returns (separator before the piece, piece); the first separator is "".
    """
    depths = depths_of(text)
    pieces, start, before = [], 0, ""
    for match in separator.finditer(text):
        if depths[match.start()] == 0 and match.end() > match.start():
            pieces.append((before, text[start : match.start()].strip()))
            start, before = match.end(), match[0]
    return [*pieces, (before, text[start:].strip())]


def depths_of(text: str) -> list[int]:
    """How many parentheses are open at each character; unmatched ones count for none."""
    depths = [0] * (len(text) + 1)
    opened: list[int] = []
    for place, character in enumerate(text):
        if character in _PAIRS:
            opened.append(place)
        elif character in _PAIRS.values() and opened:
            start = opened.pop()
            if not opened:
                depths[start : place + 1] = [1] * (place + 1 - start)
    return depths


def parenthesis_at(text: str, start: int) -> int:
    """Index after the parenthesis that closes the one at ``start``, or -1."""
    depth = 0
    for place in range(start, len(text)):
        depth += {"(": 1, ")": -1}.get(text[place], 0)
        if depth == 0:
            return place + 1
    return -1
