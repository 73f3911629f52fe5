"""A list of participants settles what was lost, and says nothing else."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from orchestrator.attendance.intervals import believed
from orchestrator.attendance.model import SignKind
from orchestrator.attendance.settling import CONFIRMED, settle
from tests.orchestrator.attendance.made import (
    ADA,
    EMMY,
    GRACE,
    HALL,
    minute,
    provider,
)
from tests.orchestrator.registration.meeting import EVENT, NINE


def differences(thought, listed, at):
    signs = settle(thought, listed, at, event=EVENT, room=HALL)
    return [(one.registrant, one.kind) for one in signs]


def test_only_what_differs_is_told():
    thought = {ADA: minute(8), GRACE: minute(8)}

    told = differences(thought, [GRACE, EMMY, EMMY], minute(9))

    assert told == [(ADA, SignKind.OUT), (EMMY, SignKind.HERE)]


def test_who_stays_is_confirmed_every_few_minutes():
    thought = {ADA: minute(4), GRACE: minute(4, 1)}

    assert differences(thought, [ADA, GRACE], minute(4) + CONFIRMED) == [
        (ADA, SignKind.HERE)
    ]


EVENTS = st.lists(
    st.builds(
        lambda kind, second, who, stream: provider(
            kind, NINE + timedelta(seconds=second), who=who, stream=stream
        ),
        st.sampled_from(["in", "out"]),
        st.integers(0, 600),
        st.sampled_from([ADA, GRACE, EMMY]),
        st.sampled_from(["one", "two"]),
    ),
    max_size=20,
)


@given(EVENTS, st.sets(st.sampled_from([ADA, GRACE, EMMY])))
def test_after_settling_those_are_inside_who_are_listed(events, listed):
    at = minute(11)

    signs = settle(believed(events), listed, at, event=EVENT, room=HALL)

    after = believed([*events, *signs])
    assert after.keys() == listed
    assert settle(after, listed, at, event=EVENT, room=HALL) == ()
