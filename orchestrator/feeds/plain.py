"""Markdown as plain text, for readers that show neither Markdown nor HTML."""

from collections.abc import Iterator, Sequence
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

_MARKDOWN = MarkdownIt("commonmark", {"html": False})
_BREAKS = {"softbreak": " ", "hardbreak": "\n"}


# As many as a large meeting has abstracts: after a change of one talk the text
# of the others is not worked out again.
@lru_cache(maxsize=2048)
def plain(markdown: str) -> str:
    """The words of ``markdown``: paragraphs apart by a blank line, items of a
    list by a dash, a link's address after its text.
    """
    text = ""
    opens_item = after_item = False
    for token in _MARKDOWN.parse(markdown):
        if token.type == "list_item_open":
            opens_item = True
        elif block := _block(token):
            if text:
                text += "\n" if opens_item and after_item else "\n\n"
            text += f"- {block}" if opens_item else block
            opens_item, after_item = False, opens_item
    return text


def _block(token: Token) -> str:
    if token.type == "inline":
        return "".join(_words(token.children or ())).strip()
    if token.type in ("fence", "code_block"):
        return token.content.rstrip()
    return ""


def _words(tokens: Sequence[Token]) -> Iterator[str]:
    address, words = "", ""
    for token in tokens:
        if token.type == "link_open":
            address, words = str(token.attrs.get("href", "")), ""
        elif token.type == "link_close":
            if address.removeprefix("mailto:") != words:
                yield f" ({address})"
        else:
            word = _BREAKS.get(token.type, token.content)
            words += word
            yield word
