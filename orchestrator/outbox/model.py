"""A message that is owed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from orchestrator.ids import EventId, RegistrantId


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """One message of ``kind`` to one person; ``facts`` are plain values, from which
    its text is made when it is sent. ``created`` is the database's time.
    """

    kind: str
    event: EventId
    registrant: RegistrantId
    facts: Mapping[str, object] = field(hash=False)
    created: datetime
