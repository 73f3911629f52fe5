"""Content lines and components (RFC 5545, section 3.1), read from any bytes.

Reading never fails: lines may end in CR or LF alone, bytes that are no UTF-8
become U+FFFD, and what is no content line or closes nothing is set aside in
``Reading.astray``. Time and memory grow with the length of the stream only.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

BOM = b"\xef\xbb\xbf"

Physical = tuple[bytes, bytes]
"""A physical line, and the octets that end it."""

_BREAK = re.compile(rb"(\r\n|\r|\n)")
_NAME = re.compile(r"[A-Za-z0-9-]+")
# Possessive, so that no stream makes them try twice.
_PARAMETER = re.compile(r';([A-Za-z0-9-]+)=((?:"[^"]*+"|[^";:]++)*+)')
_ESCAPED = re.compile(r"\\(.)")
_CARET = re.compile(r"\^([n^'])")


class Line(NamedTuple):
    """One content line.

    ``number`` is the physical line, from 1, on which it begins. ``name`` and the
    names of ``parameters`` are in capitals; values are as they are written, with
    quotation marks and escapes.
    """

    number: int
    name: str
    parameters: Mapping[str, str]
    value: str

    @property
    def text(self) -> str:
        """The value of a property of type TEXT (section 3.3.11)."""
        return _ESCAPED.sub(_unescaped, self.value)

    def parameter(self, name: str) -> str:
        """The value of one parameter as it is meant: without quotation marks,
        carets resolved (RFC 6868); empty if there is none.
        """
        written = self.parameters.get(name, "").replace('"', "")
        return _CARET.sub(lambda caret: _CARETS[caret[1]], written)


@dataclass(slots=True, eq=False)
class Component:
    """What stands between BEGIN and END: properties by name, then components.

    ``number`` is the physical line of its BEGIN.
    """

    name: str
    number: int
    lines: dict[str, list[Line]] = field(default_factory=dict)
    parts: list["Component"] = field(default_factory=list)

    def all(self, name: str) -> list[Line]:
        """Every property of that name, in order."""
        return self.lines.get(name, [])

    def sole(self, name: str) -> Line | None:
        """The property of that name if there is exactly one."""
        found = self.all(name)
        return found[0] if len(found) == 1 else None

    def inner(self, name: str) -> list["Component"]:
        """The components of that name directly inside."""
        return [part for part in self.parts if part.name == name]


class Reading(NamedTuple):
    """A stream as it was read: ``root`` holds its components, ``astray`` the
    number of each line that has no place, with the reason.
    """

    root: Component
    astray: list[tuple[int, str]]


def physical(stream: bytes) -> list[Physical]:
    """Each physical line and the octets that end it; a last line that nothing
    ends comes with ``b""``, and not at all if it is empty.
    """
    pieces = _BREAK.split(stream)
    ended = list(zip(pieces[::2], pieces[1::2], strict=False))
    return [*ended, (pieces[-1], b"")] if pieces[-1] else ended


def unfolded(lines: Iterable[Physical]) -> Iterator[tuple[int, bytes]]:
    """Each content line with its folds undone, and where it begins."""
    pieces: list[bytes] = []
    start = 1
    for number, (octets, _) in enumerate(lines, 1):
        if octets[:1] in (b" ", b"\t") and pieces:
            pieces.append(octets[1:])
            continue
        if pieces:
            yield start, b"".join(pieces)
        pieces, start = [octets], number
    if pieces:
        yield start, b"".join(pieces)


def read(stream: bytes) -> Reading:
    """The components of ``stream``; those never closed end with it."""
    root = Component("", 1)
    reading = Reading(root, [])
    opened = [root]
    for number, octets in unfolded(physical(stream.removeprefix(BOM))):
        if (line := _line(number, octets.decode(errors="replace"))) is None:
            reading.astray.append((number, "this is no content line"))
        else:
            _place(line, opened, reading.astray)
    for component in opened[1:]:
        reading.astray.append((component.number, f"{component.name} has no END"))
    return reading


def _line(number: int, text: str) -> Line | None:
    """``NAME;PARAMETER=value:value``; None if it is nothing of the kind."""
    if (name := _NAME.match(text)) is None:
        return None
    parameters: dict[str, str] = {}
    at = name.end()
    while found := _PARAMETER.match(text, at):
        parameters.setdefault(found[1].upper(), found[2])
        at = found.end()
    if text[at : at + 1] != ":":
        return None
    return Line(number, name[0].upper(), parameters, text[at + 1 :])


def _place(line: Line, opened: list[Component], astray: list[tuple[int, str]]) -> None:
    """Put ``line`` into the innermost of the components that are open."""
    here = opened[-1]
    if line.name == "BEGIN":
        begun = Component(line.value.strip().upper(), line.number)
        here.parts.append(begun)
        opened.append(begun)
    elif line.name != "END":
        here.lines.setdefault(line.name, []).append(line)
    elif len(opened) > 1 and line.value.strip().upper() == here.name:
        opened.pop()
    else:
        astray.append((line.number, "this END closes nothing"))


_CARETS = {"n": "\n", "^": "^", "'": '"'}


def _unescaped(escape: re.Match[str]) -> str:
    return "\n" if escape[1] in "nN" else escape[1]
