"""How owed messages are stored. Only ``outbox/store.py`` imports this."""

from datetime import datetime
from typing import Any, ClassVar, Self

from sqlalchemy import ForeignKey, String
from sqlmodel import Column, Field, SQLModel

from orchestrator.database import Json, UtcDateTime
from orchestrator.ids import EventId, RegistrantId, new_id
from orchestrator.outbox.model import Owed


class OutboxRow(SQLModel, table=True):
    """One message to one person."""

    __tablename__: ClassVar[str] = "outbox"

    id: str = Field(primary_key=True)
    kind: str
    event_id: str = Field(
        sa_column=Column(String, ForeignKey("event.id"), index=True, nullable=False)
    )
    # No foreign key: people are a part above this one.
    registrant_id: str
    facts: Any = Field(sa_type=Json)  # Any: plain values of each kind
    created: datetime = Field(sa_type=UtcDateTime)

    @classmethod
    def of(cls, owed: Owed) -> Self:
        return cls(
            id=new_id(),
            kind=owed.kind,
            event_id=owed.event,
            registrant_id=owed.registrant,
            facts=dict(owed.facts),
            created=owed.created,
        )

    def value(self) -> Owed:
        return Owed(
            kind=self.kind,
            event=EventId(self.event_id),
            registrant=RegistrantId(self.registrant_id),
            facts=self.facts,
            created=self.created,
        )
