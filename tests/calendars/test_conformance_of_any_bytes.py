"""Whatever the bytes, the check answers, and soon."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calendars.conformance import MOST_PER_RULE, Kind, faults
from tests.calendars.streams import GOOD, octets


@pytest.mark.parametrize("kind", Kind)
@given(st.binary(max_size=2000))
def test_any_bytes_have_faults(kind, stream):
    assert faults(stream, kind=kind) != ()


@given(
    st.sampled_from(Kind),
    st.lists(
        st.tuples(st.floats(0, 1), st.integers(0, 80), st.binary(max_size=80)),
        min_size=1,
        max_size=8,
    ),
)
def test_good_stream_spoilt_anywhere_is_still_checked(kind, changes):
    stream = octets(GOOD[kind])
    for where, removed, added in changes:
        at = int(where * len(stream))
        stream = stream[:at] + added + stream[at + removed :]

    assert all(
        1 <= fault.line <= len(stream) + 1 for fault in faults(stream, kind=kind)
    )


@given(
    st.lists(st.sampled_from(octets("".join(GOOD.values())).splitlines(keepends=True)))
)
def test_good_lines_in_any_order_are_still_checked(lines):
    for kind in Kind:
        faults(b"".join(lines), kind=kind)


HOSTILE = {
    "empty lines": b"\n",
    "nesting": b"BEGIN:VEVENT\r\n",
    "folds": b"\r\n x",
    "parameters": b";A=b",
    "quotes": b'A;B="',
    "escapes": b"SUMMARY:\\\\",
    "addresses": b"URL:http://a",
    "zones": b"BEGIN:VTIMEZONE\r\nTZID:A/B\r\nEND:VTIMEZONE\r\n",
    "times": b"BEGIN:VEVENT\r\nDTSTART;TZID=A/B:20270101T000000\r\nEND:VEVENT\r\n",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_two_megabytes_of_anything_are_checked_soon(name):
    """A quadratic rule would take hours; the bound leaves room for slow machines."""
    piece = HOSTILE[name]
    stream = b"BEGIN:VCALENDAR\r\nA" + piece * (2_000_000 // len(piece))

    started = time.perf_counter()
    found = faults(stream)

    assert time.perf_counter() - started < 60
    assert 0 < len(found) < 100 * MOST_PER_RULE


@pytest.mark.parametrize("prefix", [b"URL:http://", b"SUMMARY:", b"ATTENDEE:mailto:"])
def test_line_of_two_megabytes_is_checked_soon(prefix):
    stream = (
        b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n" + prefix + b"a" * 2_000_000 + b" \r\n"
    )

    started = time.perf_counter()
    faults(stream, kind=Kind.MESSAGE)

    assert time.perf_counter() - started < 60
