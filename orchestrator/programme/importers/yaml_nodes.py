"""YAML text to plain values that remember their lines.

Every scalar stays the text that was written (``10:30`` is no number of
seconds, ``no`` is no boolean); an unquoted empty one, ``~`` or ``null`` is
None. Aliases, anchors and tags are refused: a hand-written programme needs none,
and they are how a small file grows without bound.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

import yaml

from orchestrator.programme.importers.errors import UnreadableProgramme

Value: TypeAlias = "str | list[Value] | dict[str, Value] | None"
Path: TypeAlias = tuple[str | int, ...]

# A programme nests six deep; the limit keeps recursion far from Python's own.
_DEEPEST = 20
# The libyaml parser is ten times quicker; both speak the same events.
_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
# What YAML lets through (YAML 1.1, section 5.1).
_UNPRINTABLE = re.compile(
    "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
_MISREAD = (
    ("mapping values are not allowed", "a text with “: ” inside stands in quotes"),
    (
        "cannot start any token",
        "indent with spaces, not tabs, and quote a text that starts with a special sign",
    ),
    ("could not find expected ':'", "each line is `key: value` or starts with `- `"),
    (
        "while parsing a block mapping",
        "lines of one block start in the same column, and nothing follows a closing"
        " quotation mark or bracket",
    ),
    ("while parsing a block collection", "the `-` of one list are in one column"),
    ("escape", "in double quotes \\ has a meaning; use single quotes"),
    ("quoted scalar", "a quotation mark is opened and not closed"),
    ("flow", "a text that starts with [ or { stands in quotes"),
    ("expected alphabetic", "a text that starts with & or * stands in quotes"),
)


@dataclass(frozen=True, slots=True)
class Source:
    """The values of a YAML text; ``lines`` gives the line of each path, from 1."""

    values: dict[str, Value]
    lines: dict[Path, int] = field(default_factory=dict)

    def nearest(self, path: Path) -> Path:
        """``path`` as far as it is written; a single item needs no list around it."""
        found: Path = ()
        for part in path:
            if (*found, part) in self.lines:
                found = (*found, part)
            elif part != 0:
                break
        return found

    def line(self, path: Path) -> int:
        """The line of ``path``, or of the nearest thing that contains it."""
        return self.lines.get(self.nearest(path), 1)


def compose(text: str) -> Source:
    """The one document of ``text``, which is a block of ``key: value`` lines.

    Raises ``UnreadableProgramme`` with the line otherwise.
    """
    if found := _UNPRINTABLE.search(text := text.removeprefix("\ufeff")):
        line = text.count("\n", 0, found.start()) + 1
        raise UnreadableProgramme(
            f"Line {line} has a character that no text has; save the file as UTF-8.",
            line=line,
        )
    lines: dict[Path, int] = {}
    try:
        values = _Composer(yaml.parse(text, Loader=_LOADER), lines).document()
    except yaml.MarkedYAMLError as error:
        raise _misread(error) from error
    if not isinstance(values, dict):
        raise UnreadableProgramme(
            "A programme starts with `title: …`, one `key: value` a line.", line=1
        )
    return Source(values, lines)


def _misread(error: yaml.MarkedYAMLError) -> UnreadableProgramme:
    mark = error.problem_mark or error.context_mark
    line = mark.line + 1 if mark else 1
    said = f"{error.context or ''} {error.problem or ''}"
    hint = next((hint for sign, hint in _MISREAD if sign in said), error.problem)
    return UnreadableProgramme(
        f"Line {line} cannot be read as YAML: {hint}.", line=line
    )


class _Composer:
    """Builds values from parser events, once."""

    def __init__(self, events: Iterator[yaml.Event], lines: dict[Path, int]) -> None:
        self._events = events
        self._lines = lines

    def document(self) -> Value:
        """The value of the only document, None when there is none."""
        value: Value = None
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent):
                if self._lines:
                    raise _refused(event, "a second `---` starts another document")
                value = self._value(next(self._events), ())
        return value

    def _value(self, event: yaml.Event, path: Path) -> Value:
        self._lines.setdefault(path, _line(event))
        _refuse_tricks(event)
        if len(path) > _DEEPEST:
            raise _refused(event, "the lists are nested too deep")
        if isinstance(event, yaml.ScalarEvent):
            return _scalar(event)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._list(path)
        return self._block(path)

    def _list(self, path: Path) -> list[Value]:
        values: list[Value] = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            values.append(self._value(event, (*path, len(values))))
        return values

    def _block(self, path: Path) -> dict[str, Value]:
        values: dict[str, Value] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            _refuse_tricks(event)
            if not isinstance(event, yaml.ScalarEvent):
                raise _refused(event, "what stands before the `:` is one word")
            key = event.value.strip()
            here = (*path, key)
            if key in values:
                raise _refused(
                    event, f"`{key}` stands already in line {self._lines[here]}"
                )
            self._lines[here] = _line(event)
            values[key] = self._value(next(self._events), here)
        return values


def _scalar(event: yaml.ScalarEvent) -> str | None:
    if not event.style and event.value in ("", "~", "null"):
        return None
    return str(event.value).strip()


def _refuse_tricks(event: yaml.Event) -> None:
    written = {"*": isinstance(event, yaml.AliasEvent)}
    written["&"] = bool(getattr(event, "anchor", None)) and not written["*"]
    written["!"] = getattr(event, "tag", None) is not None
    for sign, found in written.items():
        if found:
            raise _refused(event, f"a text that starts with {sign} stands in quotes")


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


def _refused(event: yaml.Event, why: str) -> UnreadableProgramme:
    line = _line(event)
    return UnreadableProgramme(f"Line {line} cannot be read: {why}.", line=line)
