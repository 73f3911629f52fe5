"""Whatever chairs press in whatever order, a running order is sound and keeps promises."""

import time

import pytest
from hypothesis import Phase

from orchestrator.stage import actions, laying, presses
from tests.orchestrator.stage.machine import explore

pytestmark = pytest.mark.drill


def test_rundown_is_sound_and_keeps_its_promises(count):
    wanted = count(200_000)
    began = time.perf_counter()

    steps = explore(wanted)

    lasted = time.perf_counter() - began
    print(f"rundown: {steps} steps, {steps / lasted:.0f}/s")
    assert steps >= wanted


def found():
    """The machine finds what is wrong."""
    with pytest.raises(AssertionError):
        explore(20_000, phases=(Phase.generate,))


def test_invited_talk_that_is_not_protected_is_found(monkeypatch):
    monkeypatch.setattr(laying, "_is_protected", lambda *_: False)

    found()


def test_breach_that_nobody_said_yes_to_is_found(monkeypatch):
    monkeypatch.setattr(laying, "refuse_breaches", lambda _: None)

    found()


def test_invited_talk_that_is_brought_on_early_is_found(monkeypatch):
    monkeypatch.setattr(presses, "_early", lambda *_: ())

    found()


def test_session_that_lasts_into_the_next_day_is_found(monkeypatch):
    monkeypatch.setattr(laying, "refuse_after_midnight", lambda *_: None)

    found()


def test_undo_that_forgets_a_step_is_found(monkeypatch):
    monkeypatch.setattr(actions, "undo", lambda now, _before: now)

    found()
