"""A name chosen by a stranger becomes a name that nothing misreads."""

import unicodedata
from email.message import Message
from urllib.parse import unquote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from orchestrator.archive import names
from orchestrator.archive.model import Format
from orchestrator.archive.names import content_disposition, display_name

HOSTILE = st.text(
    st.one_of(
        st.sampled_from("./\\\0\r\n\u2028\u202e\u200b\ufeff\u0301\"'%;é文🎓 ~"),
        st.characters(),
    ),
    max_size=400,
)
FORMATS = st.sampled_from(Format)


@pytest.mark.parametrize(
    ("given_name", "shown"),
    [
        ("deck.pdf", "deck.pdf"),
        ("Deck.PDF", "Deck.pdf"),
        ("Réseaux profonds v1.2.pdf", "Réseaux profonds v1.2.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\talks\\mine.pdf", "mine.pdf"),
        ("deck.pdf.exe", "deck.pdf.exe.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "a Set-Cookie_ x.pdf"),
        ("invoice\u202efdp.exe", "invoicefdp.exe.pdf"),
        ("nul\0byte.pdf", "nulbyte.pdf"),
        (".pdf", "slides.pdf"),
        ("", "slides.pdf"),
        ("...", "slides.pdf"),
        ("con", "_con.pdf"),
        ("é" * 150, "é" * 58 + ".pdf"),
    ],
)
def test_display_name_keeps_what_is_harmless(given_name, shown):
    assert display_name(given_name, Format.PDF) == shown


@given(HOSTILE, FORMATS)
@example("/.pdf", Format.PDF)
@example(". .pdf.pdf", Format.PDF)
@example("\ud800", Format.MP4)
def test_display_name_is_short_visible_and_of_its_format(given_name, kind):
    name = display_name(given_name, kind)

    assert len(name.encode()) <= 121
    assert name.endswith(kind.suffix)
    assert name != kind.suffix
    assert name[0] not in ". "
    assert not set(name) & set("/\\<>:\"|?*%;`$&'")
    assert not any(unicodedata.category(char).startswith("C") for char in name)
    assert display_name(name, kind) == name


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("deck.pdf", 'attachment; filename="deck.pdf"'),
        (
            "Théorie – 文.pdf",
            'attachment; filename="Theorie _ _.pdf"; '
            "filename*=UTF-8''Th%C3%A9orie%20%E2%80%93%20%E6%96%87.pdf",
        ),
    ],
)
def test_content_disposition_is_ascii_and_says_the_rest_encoded(name, value):
    assert content_disposition(name, inline=False) == value


@given(HOSTILE, FORMATS, st.booleans())
def test_content_disposition_is_one_line_that_gives_the_name_back(
    given_name, kind, inline
):
    name = display_name(given_name, kind)

    value = content_disposition(name, inline=inline)

    message = Message()
    message["Content-Disposition"] = value
    assert value.isascii()
    assert value.isprintable()
    assert message.get_content_disposition() == ("inline" if inline else "attachment")
    plain = value.partition("filename*=")[0].rstrip("; ")
    assert plain.count('"') == 2
    if not name.isascii():
        encoded = value.partition("filename*=UTF-8''")[2]
        assert unquote(encoded, errors="strict") == name


def test_line_breaks_would_reach_the_name_without_the_guard(monkeypatch):
    monkeypatch.setattr(names, "_visible", lambda text: text)
    monkeypatch.setattr(names, "_BLANKS", names.re.compile(r"(?!)"))

    assert display_name("a\r\nb.pdf", Format.PDF) == "a\r\nb.pdf"
