"""How long links and known browsers stay good."""

from datetime import datetime, timedelta

from orchestrator.programme.model import Event

RETENTION = timedelta(days=180)
"""Attestations and approvals of recordings come months after the event."""


def good_until(event: Event, now: datetime) -> datetime:
    """The end of the retention term of ``event``, in real time.

    180 days after its last slot; after ``now`` when that is past, so that the
    links of a meeting that is over (a demo, a late import) work when made.
    """
    ends = event.timetable.ends
    return (now if ends is None else max(now, ends)) + RETENTION
