"""Time that passes when a test says so."""

import pytest

from tests.orchestrator.admission.people import Steady


@pytest.fixture
def time(monkeypatch):
    """The database's clock, and the counters of processes made with it."""
    steady = Steady()
    steady.drive(monkeypatch)
    return steady
