"""A programme from a schedule in the XML of frab, Pentabarf, pretalx and C3VOC.

``<schedule>`` holds a ``<conference>`` and days holding rooms holding events
(https://c3voc.de/wiki/schedule). Older exports give an event only a clock time:
it is then of the day that it stands in, which lasts until ``<day_change>``.
"""

import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from xml.sax import SAXParseException
from xml.sax.handler import ContentHandler
from xml.sax.xmlreader import AttributesImpl, Locator

import defusedxml.sax
from defusedxml.common import DefusedXmlException

from orchestrator.programme.importers.errors import UnreadableProgramme
from orchestrator.programme.importers.schedule_talks import (
    NOT_SHOWN,
    READ,
    GivenEvent,
    GivenLink,
)
from orchestrator.programme.importers.schedules import GivenConference, reading_of
from orchestrator.programme.model import Reading, Remark

_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>")


@dataclass(slots=True)
class _Element:
    """One element while it is being read, then for good."""

    name: str
    line: int
    attributes: dict[str, str]
    text: str = ""
    children: list["_Element"] = field(default_factory=list)

    def all(self, name: str) -> Iterator["_Element"]:
        return (child for child in self.children if child.name == name)

    def first(self, name: str) -> "_Element | None":
        return next(self.all(name), None)

    def said(self, name: str) -> str:
        """The text of the first child called ``name``."""
        found = self.first(name)
        return found.text.strip() if found else ""


class _Tree(ContentHandler):
    """Keeps the elements that are named here, each with its line."""

    def __init__(self) -> None:
        super().__init__()
        self.root = _Element("", 0, {})
        self._open = [self.root]
        self._locator: Locator | None = None

    def setDocumentLocator(self, locator: Locator) -> None:  # noqa: N802 -- SAX's name
        self._locator = locator

    def startElement(self, name: str, attrs: AttributesImpl) -> None:  # noqa: N802 -- SAX's name
        line = self._locator.getLineNumber() if self._locator else None
        element = _Element(name, line or 1, dict(attrs.items()))
        self._open[-1].children.append(element)
        self._open.append(element)

    def endElement(self, name: str) -> None:  # noqa: N802 -- SAX's name
        self._open.pop()

    def characters(self, content: str) -> None:
        self._open[-1].text += content


def read_frab(text: str, *, zone: str = "Europe/Paris") -> Reading:
    """The programme of a schedule in XML; ``zone`` holds when it names none.

    Raises ``UnreadableProgramme`` with the line for what is no such schedule.
    """
    schedule = _parsed(text).first("schedule")
    conference = schedule and schedule.first("conference")
    if schedule is None or conference is None:
        raise UnreadableProgramme(
            "This is no schedule: it does not start with <schedule><conference>."
            " In frab or pretalx, export the schedule as XML.",
            line=1,
        )
    found = tuple(_events(schedule))
    return reading_of(
        _conference(conference),
        (_event(*parts) for parts in found),
        zone=zone,
        leftovers=_unread(event for event, _, _ in found),
    )


def _parsed(text: str) -> _Element:
    tree = _Tree()
    parser = defusedxml.sax.make_parser()
    parser.setContentHandler(tree)
    # The text is decoded already: an encoding that it declares means nothing.
    body = _DECLARATION.sub(
        lambda found: "\n" * found[0].count("\n"), text.removeprefix("\ufeff")
    )
    try:
        parser.parse(io.StringIO(body))
    except SAXParseException as error:
        line = error.getLineNumber() or 1
        raise UnreadableProgramme(
            f"Line {line} is no XML ({error.getMessage()}); export the schedule again.",
            line=line,
        ) from error
    except DefusedXmlException as error:
        raise UnreadableProgramme(
            "The XML declares entities of its own; export the schedule without.",
            line=1,
        ) from error
    except UnicodeError as error:
        raise UnreadableProgramme(
            "The file has characters that no text has; save it as UTF-8.", line=1
        ) from error
    return tree.root


def _conference(held: _Element) -> GivenConference:
    place = ", ".join(filter(None, (held.said("venue"), held.said("city"))))
    return GivenConference(
        line=held.line,
        title=" – ".join(filter(None, (held.said("title"), held.said("subtitle")))),
        acronym=held.said("acronym"),
        zone=held.said("time_zone_name"),
        start=held.said("start"),
        end=held.said("end"),
        place=place,
        base_url=held.said("base_url"),
        day_change=held.said("day_change"),
        description=held.said("description"),
    )


def _events(schedule: _Element) -> Iterator[tuple[_Element, _Element, _Element]]:
    """Every event, in the order of the schedule, with its day and its room."""
    for day in schedule.all("day"):
        for room in day.all("room"):
            for event in room.all("event"):
                yield event, day, room


def _event(event: _Element, day: _Element, room: _Element) -> GivenEvent:
    persons = event.first("persons") or _Element("persons", event.line, {})
    return GivenEvent(
        line=event.line,
        title=event.said("title"),
        day=day.attributes.get("date", ""),
        date=event.said("date"),
        start=event.said("start"),
        end=event.said("end"),
        duration=event.said("duration"),
        room=room.attributes.get("name", "") or event.said("room"),
        subtitle=event.said("subtitle"),
        type=event.said("type"),
        track=event.said("track"),
        language=event.said("language"),
        abstract=event.said("abstract"),
        description=event.said("description"),
        persons=tuple(filter(None, (p.text.strip() for p in persons.children))),
        links=tuple(_links(event)),
    )


def _links(event: _Element) -> Iterator[GivenLink]:
    for name in ("links", "attachments"):
        found = event.first(name)
        for link in found.children if found else ():
            label = link.text.strip()
            yield GivenLink(
                url=link.attributes.get("href", label),
                label=label,
                type=link.attributes.get("type", ""),
                attached=name == "attachments",
            )
    if video := event.said("video_download_url"):
        yield GivenLink(url=video, type="video")


def _unread(events: Iterable[_Element]) -> Iterator[Remark]:
    """Each kind of element inside events that no rule reads, once."""
    known = set(READ | NOT_SHOWN)
    for part in (part for event in events for part in event.children):
        said = part.text.strip()[:80]
        if part.name not in known and said:
            known.add(part.name)
            yield Remark(
                line=part.line, text=f"<{part.name}> of events is not read: {said}"
            )
