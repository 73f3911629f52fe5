"""What stands beside the rundowns, tied together."""

from collections.abc import Callable
from dataclasses import dataclass

from integrations.storage.blobs import Blobs
from orchestrator.admission.service import Admission
from orchestrator.database import Database
from orchestrator.programme.service import Programmes
from orchestrator.rooms.recordings.fetching import Fetching
from orchestrator.rooms.recordings.service import Means, Recordings
from orchestrator.rooms.service import Rooms
from orchestrator.stage.floor.onstage import Onstage
from orchestrator.stage.floor.service import Floors
from orchestrator.stage.messages.service import Messages
from orchestrator.stage.news.service import News
from orchestrator.stage.promises.service import Promises
from orchestrator.stage.questions.service import Questions
from orchestrator.stage.readiness.service import Speakers


@dataclass(frozen=True, slots=True)
class Files:
    """Where recordings are kept, and how many bytes one may have."""

    blobs: Blobs
    limit: int


class Beside:
    """Questions, messages, speakers, the floor and who tells providers of it,
    recordings, the news of them, and what was promised at first.

    ``tell`` tells other processes.
    """

    def __init__(
        self,
        database: Database,
        rooms: Rooms,
        admission: Admission,
        programmes: Programmes,
        files: Files,
        *,
        tell: Callable[[str], None],
    ) -> None:
        self.news = News(database, programmes.by_id, tell=tell)
        self.questions = Questions(database, self.news)
        self.messages = Messages(database, self.news)
        self.speakers = Speakers(database, admission, self.news, now=programmes.now)
        self.promises = Promises(database)
        self.floors = Floors(
            database,
            rooms,
            admission,
            self.news,
            find=programmes.find,
            now=programmes.now,
        )
        self.means = Means(
            database=database,
            rooms=rooms,
            blobs=files.blobs,
            change=self.news.change,
            by_id=programmes.by_id,
        )
        self.recordings = Recordings(self.means)
        self.fetching = Fetching(self.means, self.recordings, limit=files.limit)
        self.news.tell(self.recordings.changed)
        looks = programmes.look, self.news.look
        self.onstage = Onstage(self.floors, rooms, find=programmes.find, looks=looks)
        self.floors.tell(self.onstage.pressed)
        admission.tell(self.onstage.seats_changed)
        for one in (self.news, self.promises, self.floors, self.recordings):
            programmes.forgotten(one.forget)
        programmes.forgotten(self.onstage.forget)
