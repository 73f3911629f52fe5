"""What doors a session may be given."""

from datetime import timedelta

from orchestrator.programme.errors import BadDoors
from orchestrator.programme.model import DOORS_AT_MOST

_MINUTE = timedelta(minutes=1)


def refuse_doors(length: timedelta | None) -> None:
    """Raise ``BadDoors`` unless doors can open, or close, by so much; None can be."""
    if length is None:
        return
    if not timedelta() <= length <= DOORS_AT_MOST or length % _MINUTE:
        most = DOORS_AT_MOST // _MINUTE
        raise BadDoors(f"Give whole minutes, from 0 to {most}.")
