"""What a rule is, and the rules that many properties share."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from calendars.content import Component, Line


class Kind(StrEnum):
    """What a stream is for; it decides which rules there are."""

    FEED = "feed"
    """Public, to subscribe to."""
    FILE = "file"
    """Public, to download once."""
    PERSONAL = "personal"
    """One person's own, to subscribe to; its address is a secret."""
    MESSAGE = "message"
    """An iTIP message (RFC 5546), by mail."""


ALL = frozenset(Kind)
FEEDS = frozenset({Kind.FEED, Kind.PERSONAL})
PUBLIC = frozenset({Kind.FEED, Kind.FILE})


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """What is wrong, and where: the physical line, from 1, on which the content
    line begins, or the BEGIN of what lacks something.
    """

    line: int
    text: str


Found = Iterator[Fault]
Rule = Callable[[Component], Found]
Rules = tuple[tuple[Rule, frozenset[Kind]], ...]

_WEB = re.compile(r"https?://[^\s/]\S*+", re.IGNORECASE)


def web_address(value: str) -> bool:
    """Whether ``value`` is an absolute http or https address."""
    return _WEB.fullmatch(value) is not None


def once(name: str) -> Rule:
    """There is exactly one property of that name, and it is not empty."""

    def rule(component: Component) -> Found:
        line = component.sole(name)
        if line is None or not line.value:
            yield misplaced(component, name, f"{component.name} needs one {name}")

    return rule


def at_most_once(name: str) -> Rule:
    """There are not two properties of that name."""

    def rule(component: Component) -> Found:
        for line in component.all(name)[1:]:
            yield Fault(line.number, f"{component.name} has a second {name}")

    return rule


def absent(name: str, reason: str) -> Rule:
    """There is no property of that name."""

    def rule(component: Component) -> Found:
        for line in component.all(name):
            yield Fault(line.number, f"{name}: {reason}")

    return rule


def one_of(name: str, *values: str) -> Rule:
    """There is exactly one property of that name, with one of ``values``."""

    def rule(component: Component) -> Found:
        line = component.sole(name)
        if line is None or line.value not in values:
            wanted = " or ".join(values)
            yield misplaced(component, name, f"{name} has to be {wanted}, once")

    return rule


def sound(name: str, test: Callable[[Line], bool], otherwise: str) -> Rule:
    """Each property of that name, if there are any, passes ``test``."""

    def rule(component: Component) -> Found:
        for line in component.all(name):
            if not test(line):
                yield Fault(line.number, f"{name} {otherwise}")

    return rule


def misplaced(component: Component, name: str, text: str) -> Fault:
    """A fault at the last property of that name, or at the BEGIN if there is
    none.
    """
    found = component.all(name)
    return Fault(found[-1].number if found else component.number, text)
