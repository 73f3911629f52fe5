"""Characters that an older system turned into question marks."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from orchestrator.programme.importers.blocks import Block
from orchestrator.programme.model import Remark

_ADDRESS = re.compile(
    r"(?:https?://|www\.)\S+|\]\([^)\s]*\)|(?<!\S)[^\s/]{1,100}/[^\s?]{0,300}\?\S*"
)
_LOST = re.compile(
    r"(?<=\w)\?(?=\w)|(?<![^\s(\[«“'\"])\?(?=[\w-])|\ufffd|Ã[\x80-\xbf©¨ª§\u00b4®]|â€."
)
_POSSESSIVE = re.compile(r"(?<=[^\W\d_]{2})\?(?=s(?!\w))")
_ELISION = re.compile(
    r"\b([cdjlmnst]|qu|jusqu|lorsqu|puisqu)\?(?=[aeiouyhàâéèêëîïôùûœ]\w)", re.IGNORECASE
)
_FIRST = 5
"""Lines named in the remark; the rest is counted."""


def mended(blocks: Sequence[Block]) -> tuple[list[Block], tuple[Remark, ...]]:
    """``blocks`` with the sure apostrophes put back, and a remark about the rest."""
    found: list[Block] = []
    lines: list[int] = []
    put_back = 0
    for block in blocks:
        lost = _lost(block.text)
        if not lost:
            found.append(block)
            continue
        text, count = _mend(block.text)
        cells = tuple(_mend(cell)[0] for cell in block.cells)
        found.append(replace(block, text=text, cells=cells))
        lines += [block.line] * lost
        put_back += count
    return found, _remarks(lines, put_back)


def _lost(text: str) -> int:
    if not ("?" in text or "\ufffd" in text or "Ã" in text or "â€" in text):
        return 0
    return len(_LOST.findall(_ADDRESS.sub("", text)))


def _mend(text: str) -> tuple[str, int]:
    """``text`` with its apostrophes, outside addresses; and how many there were."""
    parts, count, start = [], 0, 0
    for address in _ADDRESS.finditer(text):
        part, mends = _mend_plain(text[start : address.start()])
        parts += [part, address[0]]
        count, start = count + mends, address.end()
    part, mends = _mend_plain(text[start:])
    return "".join([*parts, part]), count + mends


def _mend_plain(text: str) -> tuple[str, int]:
    text, possessives = _POSSESSIVE.subn("’", text)
    text, elisions = _ELISION.subn(r"\1’", text)
    return text, possessives + elisions


def _remarks(lines: list[int], put_back: int) -> tuple[Remark, ...]:
    if not lines:
        return ()
    remark = (
        f"{len(lines)} characters look mis-decoded (lines {_named(lines)}):"
        f" {put_back} were certainly apostrophes and are written so,"
        f" {len(lines) - put_back} are kept as they stand; correct them in the source."
    )
    return (Remark(line=lines[0], text=remark),)


def _named(lines: Iterable[int]) -> str:
    distinct = list(dict.fromkeys(lines))
    more = ", …" if len(distinct) > _FIRST else ""
    return ", ".join(map(str, distinct[:_FIRST])) + more
