"""The same page in other clothes is the same programme."""

import html
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from orchestrator.programme.importers import decode, read
from tests.orchestrator.programme.importers.pages import PAGES
from tests.real_page import REAL_PAGE

MADE_UP = (PAGES / "timed-list.md").read_text("utf-8")
PAGE = REAL_PAGE.read_text("utf-8") if REAL_PAGE.exists() else MADE_UP
PROGRAMME = read(PAGE).programme
SECTIONS = re.split(r"(?m)^(?=### |## P|## O)", PAGE.rstrip("\n") + "\n\n")


def as_html(page):
    body = MarkdownIt("commonmark").enable("table").render(page)
    return (
        "<!DOCTYPE html><html><head><title>Réunion | Réseau</title>"
        "<style>p { margin: 0 }</style></head><body>"
        "<header><h1>Le réseau</h1></header><nav><ul><li>Accueil</li></ul></nav>"
        f"<div class='page'><div>{body}</div></div>"
        "<footer><p>12 mai 2020</p></footer><script>'<h1>x</h1>'</script></body></html>"
    )


def escaped(page):
    return "".join(c if ord(c) < 128 else f"&#{ord(c)};" for c in as_html(page))


def bold_everywhere(page):
    """Renderers that see emphasis where CommonMark does not."""
    return re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", as_html(page))


@pytest.mark.parametrize(
    "written",
    [
        as_html(PAGE),
        escaped(PAGE),
        bold_everywhere(PAGE),
        PAGE.replace("\n", "\r\n").encode(),
        PAGE.replace("\n", "\r").encode(),
        PAGE.encode("cp1252"),
        as_html(PAGE).encode("cp1252"),
        ("\ufeff" + PAGE).encode(),
        PAGE.encode("utf-16"),
    ],
    ids=[
        "html",
        "entities",
        "bold",
        "crlf",
        "cr",
        "cp1252",
        "html-cp1252",
        "bom",
        "utf-16",
    ],
)
def test_another_form_of_the_page_gives_the_same_programme(written):
    assert read(written).programme == PROGRAMME


@settings(max_examples=20, deadline=None)
@given(st.permutations(SECTIONS[1:]), st.booleans())
def test_sections_in_another_order_give_the_same_programme(sections, rendered):
    page = SECTIONS[0] + "".join(sections)

    assert read(as_html(page) if rendered else page).programme == PROGRAMME


def test_the_head_of_the_page_may_come_last():
    page = "".join(SECTIONS[1:]) + SECTIONS[0]

    assert read(page).programme == PROGRAMME


@pytest.mark.parametrize("name", ["timed-list.md", "two-rooms.md", "abstracts.md"])
def test_made_up_pages_read_the_same_as_html(name):
    page = (PAGES / name).read_text("utf-8")

    assert read(as_html(page)).programme == read(page).programme


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("é".encode(), "é"),
        (b"\xe9\x80", "é€"),
        (b"\xe9\x81", "é\x81"),
        ("é".encode("utf-16"), "é"),
        (b"charset=koi8-r \xc1", "charset=koi8-r а"),  # noqa: RUF001 -- Cyrillic
        (b"charset=latin-1 \x80", "charset=latin-1 €"),
        (b"charset=nonsense \xe9", "charset=nonsense é"),
    ],
)
def test_bytes_are_decoded_whatever_they_are(raw, text):
    assert decode(raw) == text


@given(st.binary())
def test_decoding_never_fails(raw):
    assert isinstance(decode(raw), str)


def test_entities_in_markdown_are_characters():
    page = f"# Journée\n\nDate : 3 mai 2022\n\n- 10h-11h : {html.escape('A & B')}, par Ada Lin"

    assert read(page).programme.sessions[0].talks[0].title == "A & B"
