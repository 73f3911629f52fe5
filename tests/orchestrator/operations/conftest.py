"""What examinations of a set-up share."""

import pytest

from orchestrator.operations import doctor


@pytest.fixture
def patient_doctor(monkeypatch):
    """What is there may take its time to answer; what is not there says so at once."""
    monkeypatch.setattr(doctor, "ANSWERS_WITHIN", 30.0)
