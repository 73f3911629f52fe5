"""How often a stage has changed. Only ``news/store.py`` imports this."""

from typing import ClassVar

from sqlmodel import Field, SQLModel


class StageEpochRow(SQLModel, table=True):
    """The number of changes beside the rundowns of one event.

    ``event_id`` is no foreign key: who asks or votes is not to wait for a chair who
    has locked the event's row, nor he for them.
    """

    __tablename__: ClassVar[str] = "stage_epoch"

    event_id: str = Field(primary_key=True)
    epoch: int
