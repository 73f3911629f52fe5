"""What a process does once it listens."""

import gc

from orchestrator.cli.process import settle


def test_collector_passes_over_what_is_there_by_then():
    try:
        settle()

        assert gc.get_freeze_count() > 10_000
    finally:
        gc.unfreeze()
