"""A stamp only goes forward, and what is called off stays so."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from calendars.revision import Stamp
from tests.calendars.samples import CREATED, REVISED

MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1)).map(  # noqa: DTZ001 -- given a zone here
    lambda moment: moment.replace(tzinfo=CREATED.tzinfo)
)


def test_first_stamp():
    assert Stamp.first("u1", CREATED) == Stamp(
        uid="u1", sequence=0, created=CREATED, revised=CREATED
    )


def test_change_raises_the_sequence_by_one():
    first = Stamp.first("u1", CREATED)

    assert first.changed(REVISED) == Stamp(
        uid="u1", sequence=1, created=CREATED, revised=REVISED
    )


def test_what_is_called_off_is_changed_too():
    first = Stamp.first("u1", CREATED)

    assert first.called_off(REVISED) == Stamp(
        uid="u1", sequence=1, created=CREATED, revised=REVISED, cancelled=REVISED
    )


def test_clock_that_was_put_back_does_not_make_an_entry_older():
    changed = Stamp.first("u1", REVISED).changed(REVISED - timedelta(hours=1))

    assert (changed.sequence, changed.revised) == (1, REVISED)


@given(st.lists(MOMENTS))
def test_any_changes_go_forward_one_by_one(moments):
    stamp = Stamp.first("u1", CREATED)

    for count, moment in enumerate(moments, 1):
        after = stamp.changed(moment)
        assert (after.uid, after.created) == (stamp.uid, stamp.created)
        assert (after.sequence, after.revised >= stamp.revised) == (count, True)
        stamp = after
