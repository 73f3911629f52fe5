"""Running a state machine of hypothesis for a number of steps, not of runs."""

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

STEPS = 50
"""The most of one run."""


def take_steps(machine, taken, wanted, phases):
    """Run ``machine`` until ``taken()`` steps are at least ``wanted``.

    A run may be shorter than ``STEPS``, so there are as many as it needs.
    """
    while (missing := wanted - taken()) > 0:
        run_state_machine_as_test(
            machine,
            settings=settings(
                max_examples=-(-missing // STEPS),
                stateful_step_count=STEPS,
                deadline=None,
                # Each round is to try others.
                derandomize=False,
                phases=phases,
                suppress_health_check=list(HealthCheck),
            ),
        )
