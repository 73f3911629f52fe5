"""Inline HTML to inline Markdown, line by line."""

import re
from collections.abc import Iterator

from bs4 import Tag
from bs4.element import NavigableString, PreformattedString

from orchestrator.programme.importers.blocks import Piece
from orchestrator.programme.importers.inline import tidy

HIDDEN = {
    "script",
    "style",
    "template",
    "noscript",
    "svg",
    "form",
    "select",
    "button",
    "iframe",
    "head",
    "object",
}
_EMPHASIS = {"b": "**", "strong": "**", "i": "*", "em": "*", "cite": "*"}
_PLAIN_TAGS = """
    a abbr acronym bdi big br code data del dfn font img ins kbd label mark nobr o:p q s
    samp small span sub sup time tt u var wbr
"""
INLINE = {*_EMPHASIS, *_PLAIN_TAGS.split()}
"""Tags inside a line; every other one begins a line of its own."""
_ORDINALS = {"er", "re", "e", "eme", "ème", "nd", "nde", "st", "rd", "th", "o", "le"}
_RAISED = str.maketrans("0123456789+-n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿ")
_LOWERED = str.maketrans("0123456789+-", "₀₁₂₃₄₅₆₇₈₉₊₋")
_DIGITS = re.compile(r"[\d+-]{1,6}|n")
# Spans side by side that only the style sheet of the site keeps apart.
_NAMED = re.compile(r"title|titre|speaker|orateur|author|auteur|intervenant", re.I)
_MAIL = "mailto:"


def steps(root: Tag) -> Iterator[tuple[str, Tag | NavigableString]]:
    """Starts, ends and texts in order, without recursion however deep the page."""
    stack = [iter(root.contents)]
    tags: list[Tag] = []
    while stack:
        node = next(stack[-1], None)
        if node is None:
            stack.pop()
            if tags:
                yield "end", tags.pop()
        elif isinstance(node, Tag):
            yield "start", node
            stack.append(iter(node.contents))
            tags.append(node)
        elif isinstance(node, NavigableString):
            yield "comment" if isinstance(node, PreformattedString) else "text", node


class Writer:
    """Gathers the text of one paragraph with its Markdown and its lines."""

    def __init__(self) -> None:
        self._line = 1
        self._pieces: list[Piece] = []
        self._broken = False
        self._marks: list[tuple[str, int, int]] = []

    def take(self) -> list[Piece]:
        """What was gathered; the writer is empty afterwards."""
        pieces, self._pieces = self._pieces, []
        self._broken = False
        self._marks.clear()
        return pieces

    def reach(self, tag: Tag) -> None:
        self._line = max(self._line, tag.sourceline or 0)

    def count(self, step: str, node: Tag | NavigableString) -> None:
        """Pass over a node that is not shown."""
        if isinstance(node, NavigableString):
            self._line += node.count("\n")
        elif step == "start":
            self.reach(node)

    def text(self, node: Tag | NavigableString) -> None:
        if isinstance(node, PreformattedString) or not isinstance(node, str):
            self.count("text", node)
            return
        for number, part in enumerate(str(node).split("\n")):
            if number:
                self._line += 1
                self._new_piece()
            self._add(part)

    def open(self, tag: Tag) -> None:
        if tag.name == "br":
            self._broken = True
            self._new_piece()
            return
        if tag.name == "span" and tag.get("class") and self._last()[-1:].strip():
            named = _NAMED.search(" ".join(tag.get_attribute_list("class")))
            self._add(" – " if named else " ")
        self._mark(tag.name)

    def open_as(self, mark: str) -> None:
        self._add(mark)

    def close(self, tag: Tag) -> None:
        if tag.name == "br" or not self._marks:
            return
        _, piece, place = self._marks.pop()
        if piece != len(self._pieces) - 1:
            return  # it ran over a line end: emphasis is dropped, the text stays
        before, inner = self._last()[:place], self._last()[place:]
        self._pieces[-1] = self._with(before + _marked(tag, inner))

    def _mark(self, name: str) -> None:
        if not self._pieces:
            self._new_piece()
        self._marks.append((name, len(self._pieces) - 1, len(self._last())))

    def _add(self, text: str) -> None:
        if not self._pieces:
            self._new_piece()
        self._pieces[-1] = self._with(self._last() + text)

    def _last(self) -> str:
        return self._pieces[-1].text if self._pieces else ""

    def _with(self, text: str) -> Piece:
        last = self._pieces[-1]
        line = last.line if last.text.strip() else self._line
        return Piece(line, text, last.broken)

    def _new_piece(self) -> None:
        if self._pieces and not self._last().strip():
            last = self._pieces.pop()
            self._broken = self._broken or last.broken
        self._pieces.append(Piece(self._line, "", self._broken))
        self._broken = False


def _marked(tag: Tag, inner: str) -> str:
    """``inner`` as the Markdown of ``tag``, with the spaces at its ends outside."""
    core = inner.strip()
    if not core:
        return inner
    lead = inner[: len(inner) - len(inner.lstrip())]
    tail = inner[len(inner.rstrip()) :]
    return lead + _core(tag, core) + tail


def _core(tag: Tag, core: str) -> str:
    if tag.name in _EMPHASIS:
        mark = _EMPHASIS[tag.name]
        return core if mark in core else f"{mark}{core}{mark}"
    if tag.name == "a":
        return _link(str(tag.get("href") or ""), core)
    if tag.name == "q":
        return f"«{core}»"
    if tag.name in ("sup", "sub"):
        return _script(tag.name, core)
    return core


def _link(address: str, text: str) -> str:
    address = tidy(address).replace(" ", "%20")
    if address.startswith(_MAIL):
        mail = address.removeprefix(_MAIL).partition("?")[0]
        return text if mail in text or not mail else f"{text} ({mail})"
    if not address or address.startswith("#") or text in (address, f"<{address}>"):
        return text
    if ":" in address.partition("/")[0] and not address.startswith("http"):
        return text
    safe = address.replace("(", "%28").replace(")", "%29")
    return f"[{text.replace('[', '(').replace(']', ')')}]({safe})"


def _script(name: str, core: str) -> str:
    if core.lower() in _ORDINALS:
        return core
    if _DIGITS.fullmatch(core):
        return core.translate(_RAISED if name == "sup" else _LOWERED)
    return ("^" if name == "sup" else "_") + core
