"""Markdown or HTML: which a page is, and its blocks."""

import re

from orchestrator.programme.importers.blocks import Block
from orchestrator.programme.importers.html import html_blocks
from orchestrator.programme.importers.markdown import markdown_blocks

_DOCUMENT = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--[^>]*-->\s*)?<(?:!doctype|html|head|body)\b", re.I
)
_CLOSED = re.compile(r"</(?:p|h[1-6]|li|div|td|ul|ol|tr|table|section|dd)>", re.I)
_MARKDOWN = re.compile(r"^ {0,3}(?:#{1,6}[ \t]+\S|[-*+][ \t]+\S|\|.*\|[ \t]*$)", re.M)
_HEADING = re.compile(r"^ {0,3}#{1,6}[ \t]+[^\s{][^{}]*$", re.MULTILINE)
_TAGGED = re.compile(r"\s*<[a-z!]", re.I)


def read_blocks(text: str) -> list[Block]:
    """The blocks of a page, whichever of the two it is written in."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    return html_blocks(text) if is_html(text) else markdown_blocks(text)


def is_html(text: str) -> bool:
    """Whether ``text`` is HTML rather than Markdown with some HTML in it."""
    if _DOCUMENT.match(text):
        return True
    if _HEADING.search(text):
        return False
    closed = len(_CLOSED.findall(text))
    marks = len(_MARKDOWN.findall(text))
    return closed > marks and (closed > 1 or _TAGGED.match(text) is not None)
