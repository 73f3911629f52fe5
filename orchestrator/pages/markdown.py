"""Markdown of strangers, made safe to show: no raw HTML, an allow list after.

Two locks, since abstracts come from outside: the parser escapes HTML, and the
cleaner removes any element or attribute that is not on the list.
"""

from functools import cache, lru_cache

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

_TAGS = {
    "p", "br", "em", "strong", "a", "ul", "ol", "li", "code", "pre", "blockquote", "hr",
    "sub", "sup",
}  # fmt: skip
_ATTRIBUTES = {"a": {"href"}, "ol": {"start"}}
_SCHEMES = {"http", "https", "mailto"}

# Texts of one large programme; a page is rendered once a minute at most.
_KEPT = 512


@lru_cache(maxsize=_KEPT)
def as_html(text: str) -> Markup:
    """``text`` as HTML whose every element is on the allow list.

    A heading becomes a strong paragraph: a stranger's text must not upset the
    outline of the page. Images are left out; addresses become links.
    """
    parser = _parser()
    tokens = _without_headings(parser.parse(text))
    dirty = parser.renderer.render(tokens, parser.options, {})
    clean = nh3.clean(
        dirty,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes=_SCHEMES,
        link_rel="noopener noreferrer nofollow",
    )
    return Markup(clean)  # noqa: S704 -- what nh3 returns is the safe form


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False})


def _without_headings(tokens: list[Token]) -> list[Token]:
    inside = False
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            inside = token.type == "heading_open"
            token.tag = "p"
        elif inside and token.children is not None:
            token.children = [
                Token("strong_open", "strong", 1),
                *token.children,
                Token("strong_close", "strong", -1),
            ]
    return tokens
