"""The recordings of a meeting, as its organisers see them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from orchestrator.ids import SessionId
from orchestrator.pages.slot_view import Naming
from orchestrator.pages.talk_view import size_words
from orchestrator.pages.times import Times, When, length
from orchestrator.pages.words import words
from orchestrator.programme.model import Event
from orchestrator.rooms.recordings.model import State, Take


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingLine:
    """One recording: of what, since when, how long ("1 h 58"), and how far it is.

    ``href`` leads to its file, for organisers alone; empty while we have none.
    ``error`` (English) is why it could not be fetched the last time, or never came.
    """

    what: str
    began: When
    day: str
    length: str
    state: str
    href: str
    size: str
    error: str


def recording_lines(
    event: Event, takes: Iterable[Take], times: Times
) -> tuple[RecordingLine, ...]:
    """Those of ``takes`` that were begun, in their order."""
    names = _names(event, times.language)
    return tuple(
        _line(event, take, names, times)
        for take in takes
        if take.state is not State.STARTING
    )


def _line(
    event: Event, take: Take, names: Mapping[SessionId, str], times: Times
) -> RecordingLine:
    say = words(times.language).gettext
    began = (take.started or take.noted) + event.clock_offset
    known = take.session and names.get(take.session)
    return RecordingLine(
        what=known or say("a session that is not in the programme any more"),
        began=times.when(began),
        day=times.day(began, year=False),
        length=length(take.length) if take.seconds else "",
        state=_state(take, times.language),
        href=f"/e/{event.slug}/recordings/{take.id}" if take.digest else "",
        size=size_words(take.size, times.language) if take.digest else "",
        error="" if take.state is State.KEPT else take.error,
    )


def _state(take: Take, language: str) -> str:
    say = words(language).gettext
    return {
        State.RUNNING: say("under way"),
        State.PROCESSING: say("being made"),
        State.FAILED: say("failed"),
        State.READY: say("not fetched yet") if take.tries else say("being fetched"),
        State.GIVEN_UP: say("cannot be fetched"),
        State.KEPT: say("to be published"),
    }[take.state]


def _names(event: Event, language: str) -> dict[SessionId, str]:
    naming = Naming(language=language)
    return {
        timed.session.id: naming.session(timed.session, number)
        for number, timed in enumerate(event.timetable.sessions, start=1)
    }
