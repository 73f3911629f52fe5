"""Logs say what failed and where, never what was in the variables."""

import subprocess
import sys

from tests.journeys.service import environment

FAIL = """
import structlog
{configure}
def open_link(token):
    raise ValueError("away")
try:
    open_link("eyJ-a-personal-link")
except ValueError as error:
    structlog.get_logger("orchestrator.web").warning("bug", route="/j", exc_info=error)
"""


def logged(configure):
    """What a process that fails writes to both outputs."""
    done = subprocess.run(
        [sys.executable, "-c", FAIL.format(configure=configure)],
        env=environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout, done.stderr


def test_failure_is_logged_without_any_variable():
    out, err = logged("from orchestrator.cli import logs; logs.configure()")

    first, *_, last = err.splitlines()
    facts = first.split(maxsplit=1)[1]  # after the time
    assert (out, "eyJ" in err) == ("", False)
    assert " ".join(facts.split()) == "[warning ] bug [orchestrator.web] route=/j"
    assert last == "ValueError: away"


def test_without_that_a_link_would_be_in_the_log():
    """Twin of the test before."""
    out, _ = logged("")

    assert "eyJ-a-personal-link" in out
