"""A programme from the schedule export of pretalx (``schedule.json``).

Read as pretalx itself and the C3VOC tools write it: days holding rooms holding
events (https://c3voc.de/schedule/schema.json), or one flat list of events with
``start`` and ``end`` (schedule2). Texts may come in several languages.
"""

import json
import re
from collections.abc import Iterator

from orchestrator.programme.importers.errors import UnreadableProgramme
from orchestrator.programme.importers.schedule_talks import (
    NOT_SHOWN,
    READ,
    GivenEvent,
    GivenLink,
)
from orchestrator.programme.importers.schedules import GivenConference, reading_of
from orchestrator.programme.model import Reading, Remark

Json = object
Block = dict[str, Json]

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def read_pretalx(text: str, *, zone: str = "Europe/Paris") -> Reading:
    """The programme of a schedule export; ``zone`` holds when it names none.

    Raises ``UnreadableProgramme`` with the line for what is no such export.
    """
    export = _Export(text)
    conference = export.conference()
    return reading_of(
        conference, export.events(), zone=zone, leftovers=export.leftovers
    )


class _Export:
    """The export as parsed JSON, and the text that gives the lines."""

    def __init__(self, text: str) -> None:
        self.leftovers: list[Remark] = []
        self._text = text
        self._unknown: set[str] = set()
        schedule = _block(_block(_parsed(text)).get("schedule"))
        self._flat = _list(schedule.get("events"))
        self._conference = _block(schedule.get("conference"))
        self._base = _text(schedule.get("base_url"))
        if not self._conference:
            raise UnreadableProgramme(
                "This is no schedule export: it has no `schedule` with a `conference`."
                " In pretalx, take schedule.json from the export of the schedule.",
                line=1,
            )

    def conference(self) -> GivenConference:
        held = self._conference
        capacities = [_block(room).get("capacity") for room in _list(held.get("rooms"))]
        only = capacities[0] if len(capacities) == 1 else None
        return GivenConference(
            line=self._line(held),
            title=_text(held.get("title")) or _text(held.get("acronym")),
            acronym=_text(held.get("acronym")),
            zone=_text(held.get("time_zone_name")),
            start=_text(held.get("start")),
            end=_text(held.get("end")),
            base_url=self._base or _text(held.get("base_url")),
            description=_text(held.get("description")),
            capacity=only if isinstance(only, int) and only > 0 else None,
        )

    def events(self) -> Iterator[GivenEvent]:
        """Every event, in the order of the export."""
        for number, day in enumerate(_list(self._conference.get("days")), start=1):
            date = _text(_block(day).get("date"))
            rooms = _block(day).get("rooms")
            for name, held in _block(rooms).items():
                for event in _list(held):
                    yield from self._event(event, f"day {number}, {name}", date, name)
        for event in self._flat:
            yield from self._event(event, "events")

    def _event(
        self, event: Json, where: str, day: str = "", room: str = ""
    ) -> Iterator[GivenEvent]:
        held = _block(event)
        if not held:
            said = json.dumps(event, ensure_ascii=False)[:80]
            self.leftovers.append(Remark(line=1, text=f"{where}: {said} is no event."))
            return
        line = self._line(held)
        self._list_unknown(held, line)
        people = _list(held.get("persons")) or _list(held.get("participants"))
        yield GivenEvent(
            line=line,
            title=_text(held.get("title")),
            day=day,
            date=_text(held.get("date")),
            start=_text(held.get("start")),
            end=_text(held.get("end")),
            duration=_text(held.get("duration")),
            room=_room(held.get("room")) or room,
            subtitle=_text(held.get("subtitle")),
            type=_text(held.get("type")),
            track=_text(held.get("track")),
            language=_text(held.get("language")),
            abstract=_text(held.get("abstract")),
            description=_text(held.get("description")),
            persons=tuple(filter(None, map(_person, people))),
            links=tuple(_links(held)),
        )

    def _list_unknown(self, held: Block, line: int) -> None:
        """Each key that no rule reads is listed once, with the first of its kind."""
        for key, value in held.items():
            if key in READ | NOT_SHOWN | self._unknown or not value:
                continue
            self._unknown.add(key)
            said = json.dumps(value, ensure_ascii=False)[:80]
            self.leftovers.append(
                Remark(line=line, text=f"`{key}` of events is not read: {said}")
            )

    def _line(self, held: Block) -> int:
        """The line of the first text that is this block's own."""
        for key in ("guid", "title"):
            value = held.get(key)
            for is_ascii in (False, True) if isinstance(value, str) else ():
                place = self._text.find(json.dumps(value, ensure_ascii=is_ascii))
                if place >= 0:
                    return self._text.count("\n", 0, place) + 1
        return 1


def _parsed(text: str) -> Json:
    try:
        return json.loads(text.removeprefix("\ufeff"))
    except json.JSONDecodeError as error:
        raise UnreadableProgramme(
            f"Line {error.lineno}, column {error.colno} is no JSON ({error.msg});"
            " export the schedule again.",
            line=error.lineno,
        ) from error
    except (ValueError, RecursionError) as error:
        raise UnreadableProgramme(
            "The file is JSON, but no schedule: its numbers or lists have no end.",
            line=1,
        ) from error


def _block(value: Json) -> Block:
    return value if isinstance(value, dict) else {}


def _list(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []


def _text(value: Json) -> str:
    """A text; of a text in several languages, French, else English, else the first."""
    if isinstance(value, dict):
        said = [value.get("fr"), value.get("en"), *value.values()]
        value = next((one for one in said if isinstance(one, str) and one), "")
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return _CONTROL.sub("", str(value)).strip()


def _room(value: Json) -> str:
    """The room's name, or that of a reference to it."""
    return _text(_block(value).get("name")) or _text(value)


def _person(value: Json) -> str:
    held = _block(value)
    return (
        _text(held.get("public_name"))
        or _text(held.get("name"))
        or (_text(value) if isinstance(value, str) else "")
    )


def _links(held: Block) -> Iterator[GivenLink]:
    for key in ("links", "attachments", "resources"):
        for link in _list(held.get(key)):
            block = _block(link) or {"url": link}
            yield GivenLink(
                url=_text(block.get("url")) or _text(block.get("link")),
                label=_text(block.get("title")) or _text(block.get("description")),
                type=_text(block.get("type")),
                attached=key != "links",
            )
    if video := _text(held.get("video_download_url")):
        yield GivenLink(url=video, type="video")
