"""What strangers write is shown as text and never as code."""

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.pages import markdown

HOSTILE = [
    "<script>alert(1)</script>",
    '<img src=x onerror="alert(1)">',
    "[press](javascript:alert(1))",
    "[press](data:text/html,<script>alert(1)</script>)",
    '<a href="https://x.example" onclick="alert(1)">x</a>',
    "![x](https://tracker.example/p.gif)",
    "<svg onload=alert(1)>",
    '<p style="position:fixed">x</p>',
    "<https://x.example/'onmouseover='alert(1)>",
]


@pytest.fixture(autouse=True)
def nothing_kept():
    markdown.as_html.cache_clear()
    markdown._parser.cache_clear()
    yield
    markdown.as_html.cache_clear()
    markdown._parser.cache_clear()


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_inert(text):
    found = BeautifulSoup(markdown.as_html(text), "html.parser")

    assert {tag.name for tag in found.find_all()} <= {"p", "a", "code", "pre", "ul"}
    attributes = {name for tag in found.find_all() for name in tag.attrs}
    assert attributes <= {"href", "rel"}
    assert all(
        link["href"].startswith("https://") for link in found.find_all("a", href=True)
    )


def test_without_both_locks_a_script_gets_through(monkeypatch):
    open_parser = markdown.MarkdownIt("commonmark", {"html": True})
    monkeypatch.setattr(markdown, "_parser", lambda: open_parser)
    monkeypatch.setattr(markdown.nh3, "clean", lambda dirty, **_: dirty)

    found = markdown.as_html.__wrapped__("<script>alert(1)</script>")

    assert "<script>" in found


def test_the_cleaner_alone_stops_a_script(monkeypatch):
    open_parser = markdown.MarkdownIt("commonmark", {"html": True})
    monkeypatch.setattr(markdown, "_parser", lambda: open_parser)

    found = markdown.as_html.__wrapped__("<script>alert(1)</script>\n\n*x*")

    assert found.strip() == "<p><em>x</em></p>"


@given(st.text(alphabet="<>/\"'=[]()!`*_#-:&; \nabjx", max_size=60))
def test_any_text_gives_allowed_elements_only(text):
    found = BeautifulSoup(markdown.as_html.__wrapped__(text), "html.parser")

    assert {tag.name for tag in found.find_all()} <= markdown._TAGS


def test_lists_links_and_stress_are_kept():
    found = markdown.as_html("*One* and [two](https://x.example).\n\n- three")

    assert found == (
        "<p><em>One</em> and "
        '<a href="https://x.example" rel="noopener noreferrer nofollow">two</a>.</p>\n'
        "<ul>\n<li>three</li>\n</ul>\n"
    )


def test_a_heading_does_not_upset_the_outline_of_the_page():
    found = markdown.as_html("# Big\n\ntext")

    assert found == "<p><strong>Big</strong></p>\n<p>text</p>\n"
