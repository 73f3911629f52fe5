"""Plain values to YAML that is pleasant to edit.

Accents stay as they are, long texts become ``|`` blocks, lists are indented
under their key, and no anchors are made.
"""

import re
import sys
from collections.abc import Iterable

import yaml
from yaml.emitter import ScalarAnalysis

# A text longer than this gets lines of its own.
_LONG = 80
_STRING = "tag:yaml.org,2002:str"
_BREAKS = re.compile("[\n\r\x85\u2028\u2029]")
# What a `|` block gives back as it was: printable, and no line break but \n.
_BLOCK = re.compile(
    "[\t\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010fffe]+"
)


class Bare(str):
    """A number, a day or a time: never quoted."""

    __slots__ = ()


class Long(str):
    """A text that may take several lines."""

    __slots__ = ()


class _Dumper(yaml.SafeDumper):
    """Lists indented under their key, no anchors, long texts as ``|`` blocks."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: object) -> bool:
        return True

    def analyze_scalar(self, scalar: str) -> ScalarAnalysis:
        analysis = super().analyze_scalar(scalar)
        # PyYAML keeps a text with a space at the end of a line out of a block;
        # Markdown has such lines.
        analysis.allow_block = _BLOCK.fullmatch(scalar) is not None
        return analysis

    def choose_scalar_style(self) -> str:
        """Double quotes, which people know, where they need no backslash."""
        style = str(super().choose_scalar_style())
        free = not {'"', "\\"} & set(getattr(self.event, "value", ""))
        return '"' if style == "'" and free else style


def _bare(dumper: yaml.SafeDumper, text: Bare) -> yaml.ScalarNode:
    tag = dumper.resolve(yaml.ScalarNode, str(text), (True, False))  # type: ignore[no-untyped-call]  # untyped in the stubs
    return yaml.ScalarNode(tag, str(text))


def _long(dumper: yaml.SafeDumper, text: Long) -> yaml.ScalarNode:
    if len(text) <= _LONG and not _BREAKS.search(text):
        return _short(dumper, str(text))
    if _BLOCK.fullmatch(text):
        return dumper.represent_scalar("tag:yaml.org,2002:str", f"{text}\n", style="|")
    return _short(dumper, str(text))


def _short(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = '"' if _BREAKS.search(text) else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(Bare, _bare)
_Dumper.add_representer(Long, _long)
_Dumper.add_representer(str, _short)


def dump(value: object) -> str:
    """``value`` (dicts, lists, texts, ``Bare`` and ``Long``) as YAML lines."""
    return yaml.dump(
        value,
        Dumper=_Dumper,
        allow_unicode=True,
        default_flow_style=False,
        sort_keys=False,
        width=sys.maxsize,
    )


def dump_apart(values: Iterable[object]) -> str:
    """A list, indented, its items apart from each other by an empty line."""
    return "\n".join(
        re.sub("^(?=.)", "  ", dump([value]), flags=re.MULTILINE) for value in values
    )
