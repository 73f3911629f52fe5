"""One core for the server, another for whoever asks."""

import os
from contextlib import contextmanager

# Where the system has no such call (macOS) it places processes as it likes.
_PINNED = hasattr(os, "sched_setaffinity")


def _cores():
    return sorted(os.sched_getaffinity(0))


@contextmanager
def on_the_server_core():
    """Processes started inside run on the first core only."""
    with _on(slice(0, 1)):
        yield


@contextmanager
def on_the_other_core():
    """Processes started inside keep off the first core."""
    with _on(slice(1, None)):
        yield


@contextmanager
def _on(part):
    if not _PINNED or len(_cores()) == 1:
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, set(_cores()[part]))
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)
