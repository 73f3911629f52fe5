"""The one place that reads the time of this machine."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""Answers with the present instant, aware, in UTC."""


def utc_now() -> datetime:
    return datetime.now(UTC)
