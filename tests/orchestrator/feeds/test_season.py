"""A calendar's bytes change on three days only, and then for everybody."""

from datetime import UTC, date, datetime, timedelta

import pytest

from orchestrator.feeds.season import Season, season
from tests.orchestrator.feeds.meeting import BEFORE, at, empty, meeting

FIRST = datetime(2027, 6, 27, 22, tzinfo=UTC)
END = FIRST + timedelta(days=1)
FORGOTTEN = END + timedelta(days=90)
HOUR, QUARTER = timedelta(hours=1), timedelta(minutes=15)
SECOND = timedelta(seconds=1)
NEVER = datetime.max.replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (BEFORE, (None, FIRST, HOUR, True)),
        (FIRST - SECOND, (None, FIRST, HOUR, True)),
        (FIRST, (FIRST, END, QUARTER, True)),
        (at(12), (FIRST, END, QUARTER, True)),
        (END, (END, FORGOTTEN, HOUR, True)),
        (FORGOTTEN, (FORGOTTEN, NEVER, HOUR, False)),
    ],
)
def test_season_of_a_day(now, expected):
    since, until, refresh, withdrawn = expected

    assert season(meeting(), now) == Season(
        since=since, until=until, refresh=refresh, withdrawn=withdrawn
    )


def test_event_without_a_date_has_one_season():
    assert season(empty(first_day=None), BEFORE) == Season(
        since=None, until=NEVER, refresh=HOUR, withdrawn=True
    )


def test_days_are_those_of_page_and_slots_together():
    event = meeting(first_day=date(2027, 6, 26), last_day=date(2027, 6, 27))

    assert season(event, BEFORE).until == FIRST - timedelta(days=2)
    assert season(event, at(12)).until == END
