"""What a text loses before it is written into a calendar.

icalendar writes NUL, VT and ESC through, and many readers cut lines wherever
Python's ``splitlines`` does: at VT, FF, FS, GS, RS, NEL, U+2028 and U+2029.
None of these may reach a content line (RFC 5545, section 3.1).
"""

import re

_BREAK = re.compile(r"\r\n|[\r\v\f\x85\u2028\u2029]")
# C0 but for TAB and LF, DEL, C1; and the mark of byte order, which readers take
# away where they find it, at the start of a text too.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufeff]")
# Halves of UTF-16 pairs have no UTF-8 form: encoding them would fail.
_SURROGATE = re.compile(r"[\ud800-\udfff]")

LONGEST_LINE = 255
"""Characters of a one-line text; some clients cut or refuse longer titles."""

LONGEST_PLACE = 2048
"""Characters of a location, which may be an address that must not be cut."""


def clean(text: str) -> str:
    """``text`` as it can be written: every line break is LF, and there are no
    control characters but TAB and LF, and no U+FEFF.

    A lone surrogate becomes U+FFFD.
    """
    broken = _BREAK.sub("\n", text)
    return _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", _CONTROL.sub("", broken))


def one_line(text: str, longest: int = LONGEST_LINE) -> str:
    """``clean(text)`` with every run of white space as one blank, cut with an
    ellipsis after ``longest`` characters.
    """
    line = " ".join(clean(text).split())
    if len(line) <= longest:
        return line
    return line[: longest - 1].rstrip() + "…"
