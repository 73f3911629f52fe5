"""The part of a programme that is stored as one document.

Everything that is shown with the meeting and never asked for by itself. A
field added to ``Programme`` with a default needs no migration: add it here.
"""

from dataclasses import dataclass, fields
from datetime import date, timedelta

from orchestrator.programme.model import (
    Call,
    Counts,
    Person,
    Programme,
    Section,
    Session,
    Theme,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """The fields of ``Programme`` of the same names."""

    language: str = "fr"
    network: str = ""
    place: str = ""
    summary: str = ""
    themes: tuple[Theme, ...] = ()
    registered: Counts | None = None
    announcement: str = ""
    topics: tuple[str, ...] = ()
    call: Call | None = None
    organisers: tuple[Person, ...] = ()
    invited: tuple[Person, ...] = ()
    sections: tuple[Section, ...] = ()
    changeover: timedelta = timedelta()

    def programme(
        self,
        *,
        slug: str,
        title: str,
        zone: str,
        first_day: date | None,
        last_day: date | None,
        capacity: int | None,
        sessions: tuple[Session, ...],
    ) -> Programme:
        """The whole programme, with the parts that are stored by themselves."""
        return Programme(
            slug=slug,
            title=title,
            zone=zone,
            first_day=first_day,
            last_day=last_day,
            capacity=capacity,
            sessions=sessions,
            tells_doors=True,
            **{part.name: getattr(self, part.name) for part in fields(self)},
        )


def document_of(programme: Programme) -> Document:
    return Document(
        **{part.name: getattr(programme, part.name) for part in fields(Document)}
    )
