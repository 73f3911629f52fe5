"""An entry that no calendar can carry is refused, with the field named."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from calendars.entry import Conference
from calendars.errors import CalendarError, EntryRefused
from tests.calendars.samples import PARIS, entry

GAP = datetime(2027, 3, 28, 2, 30, tzinfo=PARIS)
NAIVE = datetime(2027, 6, 28, 10)  # noqa: DTZ001 -- what is refused


@pytest.mark.promise("times")
@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("uid", {"uid": ""}),
        ("uid", {"uid": "two words"}),
        ("uid", {"uid": "a\nb"}),
        ("uid", {"uid": "x" * 256}),
        ("sequence", {"sequence": -1}),
        ("url", {"url": "https://conf.example/a b"}),
        ("url", {"url": "https://conf.example/\r\nATTENDEE:mailto:x"}),
        ("url", {"url": "javascript:void"}),
        ("starts", {"starts": NAIVE, "ends": datetime(2027, 6, 28, 9, tzinfo=UTC)}),
        ("ends", {"ends": NAIVE + timedelta(hours=1)}),
        ("revised", {"revised": NAIVE}),
        ("created", {"created": NAIVE}),
        ("starts", {"starts": GAP}),
        ("ends", {"starts": GAP - timedelta(hours=1), "ends": GAP}),
        ("starts", {"starts": datetime(1, 1, 1, tzinfo=PARIS)}),
        ("ends", {"ends": datetime(9999, 12, 31, 23, tzinfo=UTC)}),
        ("ends", {"ends": datetime(2027, 6, 28, 10, tzinfo=PARIS)}),
        ("ends", {"ends": datetime(2027, 6, 28, 10, 0, 0, 900, tzinfo=PARIS)}),
        ("ends", {"ends": date(2027, 6, 29)}),
        ("ends", {"starts": date(2027, 6, 28), "ends": date(2027, 6, 28)}),
        (
            "ends",
            {"starts": date(2027, 6, 28), "ends": datetime(2027, 6, 29, tzinfo=UTC)},
        ),
        ("alarm", {"alarm": timedelta(minutes=-1)}),
        ("alarm", {"alarm": timedelta()}),
    ],
)
def test_refusal_names_the_field(field, changes):
    with pytest.raises(EntryRefused) as refused:
        entry(**changes)

    assert refused.value.field == field
    assert str(refused.value) == f"{field}: {refused.value.reason}"


@pytest.mark.parametrize("sign", [",", ";", " ", "\r\n", "é"])
def test_address_of_a_conference_has_no_sign_that_readers_cut_it_at(sign):
    with pytest.raises(EntryRefused) as refused:
        Conference(url=f"https://conf.example/room{sign}x")

    assert refused.value.field == "conference"


def test_refusal_is_a_value_error():
    assert issubclass(CalendarError, ValueError)


def test_end_is_compared_as_an_instant():
    # On the wall the clock goes back from 02:59 to 02:00 between the two.
    first_time = datetime(2027, 10, 31, 2, 50, tzinfo=PARIS)
    second_time = datetime(2027, 10, 31, 2, 10, tzinfo=PARIS, fold=1)

    accepted = entry(starts=first_time, ends=second_time)

    assert accepted.ends.astimezone(UTC) - accepted.starts.astimezone(UTC) == timedelta(
        minutes=20
    )


def test_order_is_by_instant_then_uid():
    tokyo_morning = datetime(2027, 6, 28, 9, tzinfo=timezone(timedelta(hours=9)))
    entries = [
        entry(uid="c"),
        entry(uid="b"),
        entry(uid="d", starts=tokyo_morning),
        entry(uid="a", starts=date(2027, 6, 28), ends=date(2027, 6, 29)),
    ]

    in_order = sorted(entries, key=lambda one: one.order)

    assert [one.uid for one in in_order] == ["a", "d", "b", "c"]
    assert [one.whole_days for one in in_order] == [True, False, False, False]
