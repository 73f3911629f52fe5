"""What Zoom tells of its rooms, in the words of all providers."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime

from integrations.errors import Rejected
from integrations.video.events import (
    Came,
    Closed,
    News,
    Recorded,
    Recording,
    RecordingState,
    Went,
)
from integrations.video.zoom.calls import Fields, text
from integrations.video.zoom.guests import Addresses, mark
from integrations.video.zoom.recordings import recordings
from integrations.video.zoom.times import instant, moment
from integrations.video.zoom.webhooks import part, read

_NUMBER = re.compile(r"\d{1,20}", re.ASCII)
"""A meeting: 64 bits, written with or without quotation marks."""

_Told = Callable[[Fields, Addresses], tuple[News, ...]]


def news(body: bytes, addresses: Addresses) -> tuple[News, ...]:
    """What an accepted ``body`` tells, nothing for other kinds. Raises ``Rejected``."""
    event = read(body)
    told = _KINDS.get(event["event"])
    return told(event, addresses) if told else ()


def means(kind: str) -> bool:
    """Whether events of that kind tell anything here."""
    return kind in _KINDS


def _object(event: Fields) -> Fields:
    return part(part(event, "payload"), "object")


def _place(told: Fields) -> str:
    if not _NUMBER.fullmatch(number := text(told, "id")):
        raise Rejected("The event names no meeting.")
    return number


def _at(told: Fields, name: str, event: Fields) -> datetime:
    said = text(told, name)
    return moment(said) if said else instant(event.get("event_ts"))


def _came(event: Fields, addresses: Addresses) -> tuple[News, ...]:
    told, person = _object(event), part(_object(event), "participant")
    guest = addresses.guest(text(person, "email"))
    came = Came(
        place=_place(told),
        guest=guest,
        mark="" if guest else mark(text(person, "registrant_id")),
        stream=_stream(told, person),
        at=_at(person, "join_time", event),
        name=text(person, "user_name"),
    )
    return (came,)


def _went(event: Fields, addresses: Addresses) -> tuple[News, ...]:
    told, person = _object(event), part(_object(event), "participant")
    guest = addresses.guest(text(person, "email"))
    went = Went(
        place=_place(told),
        guest=guest,
        mark="" if guest else mark(text(person, "registrant_id")),
        stream=_stream(told, person),
        at=_at(person, "leave_time", event),
    )
    return (went,)


def _stream(told: Fields, person: Fields) -> str:
    """A number for each joining, of which each occurrence of a meeting begins anew."""
    occurrence, number = text(told, "uuid"), text(person, "user_id")
    if not occurrence or not number:
        raise Rejected("The event does not tell whose connection it is about.")
    return f"{occurrence} {number}"


def _closed(event: Fields, _addresses: Addresses) -> tuple[News, ...]:
    told = _object(event)
    if told.get("practice_session") is True:
        return ()
    return (Closed(place=_place(told), at=_at(told, "end_time", event)),)


def _recorded(event: Fields, _addresses: Addresses) -> tuple[News, ...]:
    told = _object(event)
    return tuple(Recorded(recording=one) for one in recordings(told, _place(told)))


def _changed(state: RecordingState) -> _Told:
    """That somebody began or ended to record: until there are files a recording has
    no name, and its times tell which one of the meeting it is.
    """

    def told(event: Fields, _addresses: Addresses) -> tuple[News, ...]:
        place, file = _place(_object(event)), _object(event).get("recording_file")
        times = file if isinstance(file, dict) else {}
        started = _at(times, "recording_start", event)
        over = state is not RecordingState.RUNNING
        ended = _at(times, "recording_end", event) if over else started
        recording = Recording(
            id="",
            place=place,
            state=state,
            started=started,
            seconds=max((ended - started).total_seconds(), 0),
        )
        return (Recorded(recording=recording),)

    return told


_KINDS: Mapping[str, _Told] = {
    "meeting.participant_joined": _came,
    "webinar.participant_joined": _came,
    "meeting.participant_left": _went,
    "webinar.participant_left": _went,
    "meeting.ended": _closed,
    "webinar.ended": _closed,
    "recording.started": _changed(RecordingState.RUNNING),
    "recording.resumed": _changed(RecordingState.RUNNING),
    "recording.stopped": _changed(RecordingState.PROCESSING),
    "recording.completed": _recorded,
}
