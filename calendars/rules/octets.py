"""Lines and characters (RFC 5545, section 3.1): UTF-8, CRLF, 75 octets."""

import re
from collections.abc import Callable, Sequence

from calendars.content import BOM, Physical, unfolded
from calendars.rules.rule import Fault, Found

LONGEST = 75
"""Octets of a physical line, without its CRLF."""

# A fold, then an octet that only continues a character of UTF-8.
_CUT = re.compile(rb"[ \t][\x80-\xbf]")
# Where Python and several readers cut lines, and what else no line may hold: C0
# but TAB (lines are already cut at CR and LF), DEL, C1 with NEL, U+2028, U+2029.
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029]")


def ends_lines_with_crlf(lines: Sequence[Physical]) -> Found:
    """Every line, the last one too, ends in CR LF."""
    for number, (_, ending) in enumerate(lines, 1):
        if ending != b"\r\n":
            yield Fault(number, "the line does not end in CRLF")


def keeps_lines_short(lines: Sequence[Physical]) -> Found:
    """No physical line is longer than ``LONGEST``."""
    for number, (octets, _) in enumerate(lines, 1):
        if len(octets) > LONGEST:
            yield Fault(number, f"the line has {len(octets)} octets, over {LONGEST}")


def folds_between_characters(lines: Sequence[Physical]) -> Found:
    """No fold stands between the octets of one character."""
    for number, (octets, _) in enumerate(lines, 1):
        if _CUT.match(octets):
            yield Fault(number, "the fold cuts a character in two")


def has_no_mark(lines: Sequence[Physical]) -> Found:
    """There is no byte order mark."""
    if lines and lines[0][0].startswith(BOM):
        yield Fault(1, "the stream begins with a byte order mark")


def is_utf8(lines: Sequence[Physical]) -> Found:
    """Every content line is UTF-8."""
    for number, octets in unfolded(lines):
        try:
            octets.decode()
        except UnicodeDecodeError:
            yield Fault(number, "the line is not UTF-8")


def has_no_control_characters(lines: Sequence[Physical]) -> Found:
    """No content line has a control character but TAB."""
    for number, octets in unfolded(lines):
        if found := _CONTROL.search(octets.decode(errors="replace")):
            yield Fault(number, f"the line has the control U+{ord(found[0]):04X}")


RULES: tuple[Callable[[Sequence[Physical]], Found], ...] = (
    ends_lines_with_crlf,
    keeps_lines_short,
    folds_between_characters,
    has_no_mark,
    is_utf8,
    has_no_control_characters,
)
