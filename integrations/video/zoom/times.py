"""Moments as Zoom writes them."""

from datetime import UTC, datetime

from integrations.errors import Rejected


def moment(text: str) -> datetime:
    """``2026-11-26T09:00:00Z`` as a moment in UTC. Raises ``Rejected``."""
    try:
        read = datetime.fromisoformat(text)
        if read.tzinfo is None:
            raise Rejected("Zoom names a moment without its zone.")
        return read.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Rejected("Zoom names a moment that cannot be read.") from error


def instant(milliseconds: object) -> datetime:
    """Milliseconds since 1970 as a moment in UTC. Raises ``Rejected``."""
    try:
        if isinstance(milliseconds, int):
            return datetime.fromtimestamp(milliseconds / 1000, UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise Rejected("Zoom names a moment that cannot be read.") from error
    raise Rejected("Zoom names no moment.")
