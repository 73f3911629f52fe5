"""A check of iCalendar streams, before they are published or in a test.

``faults`` looks at the bytes alone and knows nothing of how they were made. It
asks for more than RFC 5545, 5546 and 7986 do: for what the calendars in use
need to read a stream alike. What needs a second stream to be seen is not
checked: that UIDs stay, that SEQUENCE rises.

The rules are in ``calendars.rules``.
"""

from collections.abc import Iterable
from itertools import chain, islice

from calendars.content import Component, Reading, physical, read
from calendars.rules import events, frame, octets, people, zones
from calendars.rules.rule import Fault, Found, Kind, Rule, Rules

__all__ = ["MOST_PER_RULE", "Fault", "Kind", "faults"]

MOST_PER_RULE = 20
"""Faults told of one rule; more of the same help nobody."""


def faults(stream: bytes, *, kind: Kind = Kind.FEED) -> tuple[Fault, ...]:
    """What is wrong with ``stream``, by line; nothing if it is as it has to be.

    Any bytes are answered, in a time that grows with their length only. Each
    ``Fault`` has the physical line, from 1; of each rule the first
    ``MOST_PER_RULE`` are told.
    """
    reading, lines = read(stream), physical(stream)
    found = [rule(lines) for rule in octets.RULES]
    found += [_frames(reading), _strays(reading)]
    for calendar in _calendars(reading)[:1]:
        for rule in _of(kind, (*frame.RULES, *zones.RULES, *people.CALENDAR_RULES)):
            found.append(rule(calendar))
        for rule in _of(kind, (*events.RULES, *people.RULES)):
            found.append(_each(rule, calendar.inner("VEVENT")))
    told = (islice(of_one_rule, MOST_PER_RULE) for of_one_rule in found)
    return tuple(sorted(chain.from_iterable(told)))


def _of(kind: Kind, rules: Rules) -> list[Rule]:
    return [rule for rule, kinds in rules if kind in kinds]


def _each(rule: Rule, components: Iterable[Component]) -> Found:
    for component in components:
        yield from rule(component)


def _calendars(reading: Reading) -> list[Component]:
    return reading.root.inner("VCALENDAR")


def _frames(reading: Reading) -> Found:
    """There is one VCALENDAR, and nothing around it."""
    calendars = _calendars(reading)
    if not calendars:
        yield Fault(1, "there is no VCALENDAR")
    for calendar in calendars[1:]:
        yield Fault(calendar.number, "there is a second VCALENDAR")
    root = reading.root
    outside = [
        (line.name, line.number) for found in root.lines.values() for line in found
    ]
    outside += [(part.name, part.number) for part in root.parts]
    for name, number in outside:
        if name != "VCALENDAR":
            yield Fault(number, f"{name} is outside of VCALENDAR")


def _strays(reading: Reading) -> Found:
    """Every line is a content line, every END closes something."""
    for number, text in reading.astray:
        yield Fault(number, text)
