"""Every table of the service, for migrations and for tests."""

from sqlmodel import SQLModel

from orchestrator.access import tables as access
from orchestrator.admission import tables as admission
from orchestrator.archive import tables as archive
from orchestrator.attendance import tables as attendance
from orchestrator.database import installation
from orchestrator.inbox import tables as inbox
from orchestrator.outbox import tables as outbox
from orchestrator.programme import tables as programme
from orchestrator.registration import tables as registration
from orchestrator.rooms import tables as rooms
from orchestrator.rooms.recordings import tables as recordings
from orchestrator.rooms.video import tables as video
from orchestrator.stage import tables as stage
from orchestrator.stage.floor import tables as floor
from orchestrator.stage.messages import tables as messages
from orchestrator.stage.news import tables as news
from orchestrator.stage.questions import tables as questions
from orchestrator.stage.readiness import tables as readiness

METADATA = SQLModel.metadata
"""Filled by importing the modules that define the tables."""

DEFINED_BY = (
    access,
    admission,
    archive,
    attendance,
    floor,
    inbox,
    installation,
    messages,
    news,
    outbox,
    programme,
    questions,
    readiness,
    recordings,
    registration,
    rooms,
    stage,
    video,
)
