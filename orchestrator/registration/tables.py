"""How registrants are stored. Only ``registration/store.py`` imports this."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar, Self

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlmodel import Column, Field, SQLModel

from orchestrator.access.model import Grant
from orchestrator.database import UtcDateTime
from orchestrator.ids import EventId, RegistrantId
from orchestrator.registration.likeness import email_key
from orchestrator.registration.model import Origin, Registrant, Standing


class RegistrantRow(SQLModel, table=True):
    """One person at one event; roles are rows of access.

    ``email_key`` is what two spellings of one address share: an address has one
    registrant at an event.
    """

    __tablename__: ClassVar[str] = "registrant"
    __table_args__ = (UniqueConstraint("event_id", "email_key"),)

    id: str = Field(primary_key=True)
    event_id: str = Field(
        sa_column=Column(String, ForeignKey("event.id"), index=True, nullable=False)
    )
    name: str
    email: str | None
    email_key: str | None
    affiliation: str
    member: bool | None
    language: str
    standing: str
    version: int
    origin: str
    registered: datetime = Field(sa_type=UtcDateTime)
    named_name: str | None
    named_email: str | None

    @classmethod
    def of(cls, registrant: Registrant) -> Self:
        return cls(
            id=registrant.id,
            event_id=registrant.event,
            name=registrant.name,
            email=registrant.email or None,
            email_key=email_key(registrant.email) or None,
            affiliation=registrant.affiliation,
            member=registrant.member,
            language=registrant.language,
            standing=registrant.standing.value,
            version=registrant.version,
            origin=registrant.origin.value,
            registered=registrant.registered,
            named_name=registrant.named_name or None,
            named_email=registrant.named_email or None,
        )

    @staticmethod
    def value_of(
        columns: Mapping[Any, Any],  # Any: as the driver gives them
        grants: tuple[Grant, ...],
    ) -> Registrant:
        """The registrant of plain ``columns``: the hot path makes no rows."""
        return Registrant(
            id=RegistrantId(columns["id"]),
            event=EventId(columns["event_id"]),
            name=columns["name"],
            email=columns["email"] or "",
            affiliation=columns["affiliation"],
            member=columns["member"],
            language=columns["language"],
            standing=Standing(columns["standing"]),
            version=columns["version"],
            origin=Origin(columns["origin"]),
            registered=columns["registered"],
            named_name=columns["named_name"] or "",
            named_email=columns["named_email"] or "",
            grants=grants,
        )
