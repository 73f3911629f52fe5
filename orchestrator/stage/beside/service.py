"""What stands beside the rundowns, tied together."""

from collections.abc import Callable

from orchestrator.admission.entrance.service import Entrance
from orchestrator.admission.service import Admission
from orchestrator.database import Database
from orchestrator.programme.service import Programmes
from orchestrator.rooms.service import Rooms
from orchestrator.stage.floor.service import Floors
from orchestrator.stage.messages.service import Messages
from orchestrator.stage.news.service import News
from orchestrator.stage.promises.service import Promises
from orchestrator.stage.questions.service import Questions
from orchestrator.stage.readiness.service import Speakers


class Beside:
    """Questions, messages, speakers, the floor and the way in that goes by it, the news
    of them, and what was promised at first. ``tell`` tells other processes.
    """

    def __init__(
        self,
        database: Database,
        rooms: Rooms,
        admission: Admission,
        programmes: Programmes,
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
        self.entrance = Entrance(
            database, admission, rooms, now=programmes.now, floor=self.floors
        )
        for forget in (self.news.forget, self.promises.forget, self.floors.forget):
            programmes.forgotten(forget)
