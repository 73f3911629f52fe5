"""Attendance as a document for programs; field by field, for organisers."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from orchestrator.attendance.model import (
    Count,
    EventFigures,
    HalfDayStay,
    Interval,
    PersonFigures,
)
from orchestrator.attendance.windows import window_of
from orchestrator.programme.model import Event, Slot
from orchestrator.registration.model import Registrant

_MINUTE = timedelta(minutes=1)

Document = dict[str, object]


def write_json(
    event: Event, people: Sequence[Registrant], figures: EventFigures, _language: str
) -> str:
    """The text of ``document``, the same in every language."""
    return json.dumps(document(event, people, figures), ensure_ascii=False)


def document(
    event: Event, people: Sequence[Registrant], figures: EventFigures
) -> Document:
    """Everybody with his figures, and those of all together.

    Times are local ones with their offset, minutes whole ones, rounded down.
    """
    zone = ZoneInfo(event.programme.zone)
    return {
        "event": event.slug,
        "zone": event.programme.zone,
        "estimated": figures.estimated,
        "peak": _count(figures.peak, zone) if figures.peak else None,
        "curve": [_count(one, zone) for one in figures.curve],
        "slots": [_slot(one, figures, zone) for one in event.timetable.slots],
        "half_days": [
            {"day": day.isoformat(), "half": half.value}
            for day, half in figures.half_days
        ],
        "people": [_person(one, figures.people[one.id], zone) for one in people],
    }


def _person(one: Registrant, his: PersonFigures, zone: ZoneInfo) -> Document:
    return {
        "id": one.id,
        "name": one.name,
        "email": one.email,
        "affiliation": one.affiliation,
        "member": one.member,
        "role": one.role.value,
        "intervals": _intervals(his, zone),
        "minutes": his.stay // _MINUTE,
        "slots": [
            {"talk": talk, "minutes": stay // _MINUTE, "attended": talk in his.attended}
            for talk, stay in his.slots.items()
        ],
        "half_days": [_half_day(stay, zone) for stay in his.half_days],
        "overflow_minutes": his.overflow // _MINUTE,
        "estimated": his.estimated,
    }


def _slot(slot: Slot, figures: EventFigures, zone: ZoneInfo) -> Document:
    talk = slot.talk
    return {
        "talk": talk.id,
        "title": talk.title,
        "kind": talk.kind.value,
        **_interval(window_of(slot), zone),
        "attended": sum(talk.id in his.attended for his in figures.people.values()),
    }


def _half_day(stay: HalfDayStay, zone: ZoneInfo) -> Document:
    return {
        "day": stay.half_day.day.isoformat(),
        "half": stay.half_day.half.value,
        "arrives": _local(stay.arrives, zone),
        "leaves": _local(stay.leaves, zone),
        "minutes": stay.stay // _MINUTE,
    }


def _count(count: Count, zone: ZoneInfo) -> Document:
    return {"at": _local(count.at, zone), "inside": count.inside}


def _intervals(his: PersonFigures, zone: ZoneInfo) -> list[dict[str, str]]:
    """Those that take any time when they are written in whole seconds."""
    written = (_interval(span, zone) for span in his.intervals)
    return [one for one in written if one["starts"] != one["ends"]]


def _interval(span: Interval, zone: ZoneInfo) -> dict[str, str]:
    return {"starts": _local(span.starts, zone), "ends": _local(span.ends, zone)}


def _local(moment: datetime, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).isoformat(timespec="seconds")
