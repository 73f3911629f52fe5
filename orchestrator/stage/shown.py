"""A rundown as programs read it: plain values."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from orchestrator.ids import TalkId
from orchestrator.programme.model import Event, Talk
from orchestrator.stage.model import Cue, Proposal, Record, Rundown

Plain = dict[str, object]


def public(rundown: Rundown, event: Event) -> Plain:
    """What everybody may know: the running order, what is on, and at what times.

    Moments are ISO 8601 with their offset, in the event's zone.
    """
    talks = {slot.talk.id: slot.talk for slot in event.timetable.slots}
    live, coming = rundown.live, rundown.next
    return {
        "session": rundown.session,
        "version": rundown.version,
        "starts": _moment(rundown.starts, rundown),
        "ends": _moment(rundown.ends, rundown),
        "live": live and live.talk,
        "next": coming and coming.talk,
        "cues": [_cue(cue, talks, rundown) for cue in rundown.cues],
    }


def whole(
    rundown: Rundown,
    event: Event,
    proposal: Proposal | None = None,
    told: int = 0,
) -> Plain:
    """What chairs see as well: lengths in seconds, what is proposed and how many
    people would have mail by that.
    """
    talks = {slot.talk.id: slot.talk for slot in event.timetable.slots}
    return {
        **public(rundown, event),
        "cues": [
            {
                **_cue(cue, talks, rundown),
                "talk_seconds": int(cue.talk_time.total_seconds()),
                "question_seconds": int(cue.question_time.total_seconds()),
            }
            for cue in rundown.cues
        ],
        "refused": _moment(rundown.refused, rundown),
        "proposal": proposal and {**_proposal(proposal, rundown), "told": told},
    }


def action(record: Record) -> Plain:
    """One press: which version it led to, who made it, and which took it back."""
    return {
        "version": record.version,
        "by": record.by,
        "name": record.name,
        "at": record.at.isoformat(),
        "action": record.action,
        "undone": record.undone,
    }


def histories(
    sessions: Iterable[tuple[Rundown, Iterable[Record]]],
) -> list[Plain]:
    """Each session with its version and what was pressed, the newest first."""
    return [
        {
            "id": rundown.session,
            "version": rundown.version,
            "actions": [action(one) for one in records],
        }
        for rundown, records in sessions
    ]


def _cue(cue: Cue, talks: Mapping[TalkId, Talk], rundown: Rundown) -> Plain:
    talk = talks.get(cue.talk)
    return {
        "talk": cue.talk,
        "kind": cue.kind.value,
        "title": talk.title if talk else "",
        "speakers": [one.name for one in talk.speakers] if talk else [],
        "state": cue.state.value,
        "starts": _moment(cue.starts, rundown),
        "ends": _moment(cue.ends, rundown),
        "actual_starts": _moment(cue.actual_starts, rundown),
        "actual_ends": _moment(cue.actual_ends, rundown),
    }


def _proposal(proposal: Proposal, rundown: Rundown) -> Plain:
    return {
        "until": _moment(proposal.until, rundown),
        "ends": _moment(proposal.ends, rundown),
        "question_seconds": proposal.eaten
        and [int(one.total_seconds()) for one in proposal.eaten],
        "shifts": [
            {
                "talk": one.talk,
                "was": [_moment(moment, rundown) for moment in one.was],
                "now": [_moment(moment, rundown) for moment in one.now],
            }
            for one in proposal.shifts
        ],
        "breaches": [
            {
                "talk": one.talk,
                "was": _moment(one.was, rundown),
                "now": _moment(one.now, rundown),
            }
            for one in proposal.breaches
        ],
    }


def _moment(moment: datetime | None, rundown: Rundown) -> str | None:
    zone = rundown.starts.tzinfo
    return None if moment is None else moment.astimezone(zone).isoformat()
