"""How attachments are stored. Only ``archive/store.py`` imports this."""

from datetime import datetime
from typing import ClassVar, Self

from sqlalchemy import BigInteger, ForeignKey, String, UniqueConstraint
from sqlmodel import Column, Field, SQLModel

from orchestrator.archive.model import (
    Attachment,
    AttachmentId,
    AttachmentKind,
    Format,
    Source,
)
from orchestrator.database import UtcDateTime
from orchestrator.ids import EventId, TalkId


class AttachmentRow(SQLModel, table=True):
    """The deck or the recording of one talk; the content is a blob."""

    __tablename__: ClassVar[str] = "attachment"
    __table_args__ = (UniqueConstraint("talk_id", "kind"),)

    id: str = Field(primary_key=True)
    event_id: str = Field(
        sa_column=Column(String, ForeignKey("event.id"), index=True, nullable=False)
    )
    talk_id: str = Field(
        sa_column=Column(String, ForeignKey("talk.id"), nullable=False)
    )
    kind: str
    source: str
    attached: datetime = Field(sa_type=UtcDateTime)
    revision: int
    digest: str = Field(index=True)
    media_type: str
    size: int = Field(sa_type=BigInteger)
    name: str
    url: str

    @classmethod
    def of(cls, attachment: Attachment) -> Self:
        return cls(
            id=attachment.id,
            event_id=attachment.event,
            talk_id=attachment.talk,
            kind=attachment.kind.value,
            source=attachment.source.value,
            attached=attachment.attached,
            revision=attachment.revision,
            digest=attachment.digest,
            media_type=attachment.format.value if attachment.format else "",
            size=attachment.size,
            name=attachment.name,
            url=attachment.url,
        )

    def value(self) -> Attachment:
        return Attachment(
            id=AttachmentId(self.id),
            event=EventId(self.event_id),
            talk=TalkId(self.talk_id),
            kind=AttachmentKind(self.kind),
            source=Source(self.source),
            attached=self.attached,
            revision=self.revision,
            digest=self.digest,
            format=Format(self.media_type) if self.media_type else None,
            size=self.size,
            name=self.name,
            url=self.url,
        )
