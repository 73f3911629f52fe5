"""Questions written for who answers them afterwards."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from orchestrator.ids import TalkId
from orchestrator.programme.model import Event
from orchestrator.registration.csv_out import table
from orchestrator.stage.questions.model import Question, QuestionState


class Format(StrEnum):
    """How questions are given out."""

    CSV = "csv"
    JSON = "json"


_TITLES = {
    "fr": ("exposé", "question", "nom", "affiliation", "voix", "posée", "état"),
    "en": ("talk", "question", "name", "affiliation", "votes", "asked", "state"),
}
_STATES = {
    "fr": {QuestionState.OPEN: "ouverte", QuestionState.LATER: "pour plus tard"},
    "en": {QuestionState.OPEN: "open", QuestionState.LATER: "later"},
}


def write(
    event: Event, questions: Iterable[Question], form: Format, language: str
) -> str:
    """``questions``, which nobody has answered, in their order; times are local ones
    of the event. The titles of a list are French for ``fr``, else English.
    """
    if form is Format.CSV:
        said = language if language in _TITLES else "en"
        lines = (_line(event, one, _STATES[said]) for one in questions)
        return table(_TITLES[said], lines)
    told = [_told(event, one) for one in questions]
    return json.dumps({"event": event.slug, "questions": told}, ensure_ascii=False)


def _line(
    event: Event, one: Question, states: Mapping[QuestionState, str]
) -> tuple[str, ...]:
    return (
        _title(event, one.talk),
        one.text,
        one.name,
        one.affiliation,
        str(one.votes),
        _asked(event, one).strftime("%Y-%m-%d %H:%M"),
        states[one.state],
    )


def _told(event: Event, one: Question) -> dict[str, str | int]:
    return {
        "talk": one.talk,
        "title": _title(event, one.talk),
        "text": one.text,
        "name": one.name,
        "affiliation": one.affiliation,
        "votes": one.votes,
        "asked": _asked(event, one).isoformat(),
        "state": one.state.value,
    }


def _title(event: Event, talk: TalkId) -> str:
    slots = event.timetable.slots
    return next((slot.talk.title for slot in slots if slot.talk.id == talk), "")


def _asked(event: Event, one: Question) -> datetime:
    return one.asked.astimezone(ZoneInfo(event.programme.zone))
