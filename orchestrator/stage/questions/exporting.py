"""Questions written for who answers them afterwards."""

import json
from collections.abc import Iterable
from enum import StrEnum
from zoneinfo import ZoneInfo

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
    talks = {slot.talk.id: slot.talk.title for slot in event.timetable.slots}
    zone = ZoneInfo(event.programme.zone)
    if form is Format.CSV:
        said = language if language in _TITLES else "en"
        lines = (
            (
                talks.get(one.talk, ""),
                one.text,
                one.name,
                one.affiliation,
                str(one.votes),
                one.asked.astimezone(zone).strftime("%Y-%m-%d %H:%M"),
                _STATES[said][one.state],
            )
            for one in questions
        )
        return table(_TITLES[said], lines)
    told = [
        {
            "talk": one.talk,
            "title": talks.get(one.talk, ""),
            "text": one.text,
            "name": one.name,
            "affiliation": one.affiliation,
            "votes": one.votes,
            "asked": one.asked.astimezone(zone).isoformat(),
            "state": one.state.value,
        }
        for one in questions
    ]
    return json.dumps({"event": event.slug, "questions": told}, ensure_ascii=False)
