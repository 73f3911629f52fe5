"""Addresses of slides and videos are shown as links, and only safe ones."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.archive.addresses import linked, playable_origin
from orchestrator.archive.errors import UnusableLink


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("https://talks.example.org/a.pdf", "https://talks.example.org/a.pdf"),
        ("http://talks.example.org", "http://talks.example.org"),
        (" talks.example.org/a.pdf?x=1#p2 ", "https://talks.example.org/a.pdf?x=1#p2"),
        ("talks.example.org:8443/a", "https://talks.example.org:8443/a"),
        ("//talks.example.org/a", "https://talks.example.org/a"),
        ("HTTPS://talks.example.org/é", "https://talks.example.org/é"),
        ("https://1.1.1.1/a.pdf", "https://1.1.1.1/a.pdf"),
    ],
)
def test_address_is_completed_and_kept(text, address):
    assert linked(text) == address


@pytest.mark.parametrize(
    "text",
    [
        "",
        "javascript:alert(1)",
        "JavaScript://example.org/%0aalert(1)",
        "data:text/html,hello",
        "ftp://example.org/a.pdf",
        "file:///etc/passwd",
        "https://me:word@example.org/a.pdf",
        "https://me@example.org/a.pdf",
        "https://",
        "https:///a.pdf",
        "https://example.org:port/",
        "https://[::1/",
        "https://example.org/a b",
        "https://example.org/\r\nX: y",
        'https://example.org/"onclick="',
        "https://example.org\\@other.org/",
        "https://example.org/" + "a" * 2000,
        "http://localhost:8080/",
        "http://intranet/a.pdf",
        "http://127.0.0.1/",
        "http://10.1.2.3/",
        "http://169.254.169.254/latest/meta-data",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://2130706433/",
        "http://0x7f.1/",
        "http://127.1/",
        "http://printer.local/",
    ],
)
def test_address_that_readers_cannot_or_should_not_open_is_refused(text):
    with pytest.raises(UnusableLink):
        linked(text)


@given(st.text(st.one_of(st.sampled_from(":/@.[]#?a1"), st.characters()), max_size=60))
def test_any_text_is_a_web_address_or_refused(text):
    try:
        address = linked(text)
    except UnusableLink:
        return

    assert address.startswith(("http://", "https://"))
    assert linked(address) == address


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("https://media.example.org/a.MP4?t=1", "https://media.example.org"),
        ("https://media.example.org:8443/a.webm", "https://media.example.org:8443"),
        ("http://media.example.org/a.mp4", ""),
        ("https://media.example.org/watch", ""),
        ("https://elsewhere.example.org/a.mp4", ""),
        ("https://media.example.org.elsewhere.org/a.mp4", ""),
    ],
)
def test_linked_video_plays_only_from_hosts_allowed(address, origin):
    assert playable_origin(address, {"media.example.org"}) == origin
