"""How an event's calendar depends on the day: before, during, after, long after."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from orchestrator.programme.model import Event

REFRESH = timedelta(hours=1)
REFRESH_DURING = timedelta(minutes=15)
WITHDRAWN_KEPT = timedelta(days=90)
"""How long after the event's last day cancelled entries are still published."""

_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Season:
    """A stretch of time, ``since`` included and ``until`` not, in which the
    calendar of one revision has the same bytes.

    ``since`` is None in the first one, which began with the event.
    """

    since: datetime | None
    until: datetime
    refresh: timedelta
    withdrawn: bool

    def holds(self, now: datetime) -> bool:
        """Whether ``now`` is in it."""
        return now < self.until and (self.since is None or self.since <= now)

    def revised(self, newest: datetime, event: Event) -> datetime:
        """When the calendar last changed: ``newest`` is its newest entry.

        The bytes changed with the season too; the clock outside of a rehearsal
        says that differently.
        """
        if self.since is None:
            return newest
        return max(newest, self.since - event.clock_offset)


def season(event: Event, now: datetime) -> Season:
    """The one that ``now`` is in.

    On the days of the event clients are asked to come four times as often;
    ``WITHDRAWN_KEPT`` after the last one cancelled entries are left out. Days are
    those of the event's zone; an event without a date stays in its first
    season.
    """
    bounds = _bounds(event)
    passed = sum(bound <= now for bound in bounds)
    last_one = passed == len(bounds)
    return Season(
        since=bounds[passed - 1] if passed else None,
        until=_NEVER if last_one else bounds[passed],
        refresh=REFRESH_DURING if passed == 1 else REFRESH,
        withdrawn=not (bounds and last_one),
    )


def _bounds(event: Event) -> tuple[datetime, ...]:
    """Start of the first day, end of the last, end of what is withdrawn, in UTC."""
    zone = ZoneInfo(event.programme.zone)
    slots = event.timetable.slots
    days = [*filter(None, (event.programme.first_day, event.programme.last_day))]
    if slots:
        ends = min(slot.starts for slot in slots), max(slot.ends for slot in slots)
        days += (moment.astimezone(zone).date() for moment in ends)
    if not days:
        return ()
    first = datetime.combine(min(days), time(), zone).astimezone(UTC)
    end = datetime.combine(max(days) + timedelta(days=1), time(), zone).astimezone(UTC)
    return first, end, end + WITHDRAWN_KEPT
