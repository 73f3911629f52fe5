"""A chair's desk without its page: what he sees and presses, over HTTP."""

from dataclasses import dataclass

from icalendar import Calendar

from tests.orchestrator.app_client import SLUG, Served

JSON = {"Accept": "application/json"}


@dataclass
class Answer:
    """``body`` is the document, ``etag`` the header."""

    status: int
    body: dict
    etag: str | None

    @property
    def problem(self):
        return self.status, self.body["type"].rsplit("/", 1)[1]


@dataclass
class Desk:
    """Session ``number`` of the meeting in a browser, at the version last seen."""

    site: Served
    browser: object
    number: int = 0
    etag: str = '"0"'

    @property
    def session(self):
        return self.site.event.timetable.sessions[self.number].session.id

    @property
    def path(self):
        return f"/api/v1/events/{SLUG}/sessions/{self.session}/rundown"

    def talk(self, number):
        """The id of a talk of the session as imported, counted from 1."""
        return self.site.event.timetable.sessions[self.number].slots[number - 1].talk.id

    async def look(self):
        async with self.browser.get(self.path, headers=JSON) as response:
            body = await response.json()
            self.etag = response.headers.get("ETag", self.etag)
            return body

    async def press(self, do, *, etag=None, key=None, path=None, **fields):
        """An ``Answer``; by default on the version last seen."""
        headers = JSON | {"If-Match": etag or self.etag}
        if key is not None:
            headers["Idempotency-Key"] = key
        async with self.browser.post(
            path or f"{self.path}/actions", json={"do": do, **fields}, headers=headers
        ) as response:
            answer = Answer(
                response.status, await response.json(), response.headers.get("ETag")
            )
        self.etag = answer.etag or self.etag
        return answer

    async def done(self, do, **fields):
        """Press; the cues after what has to be done."""
        answer = await self.press(do, **fields)
        assert answer.status == 200, answer.body
        return answer.body["rundown"]["cues"]

    async def states(self):
        return [cue["state"] for cue in (await self.look())["cues"]]

    async def timetable(self):
        """Promised start and end of each talk of all sessions, as programs read it."""
        path = f"/api/v1/events/{SLUG}/timetable"
        async with self.browser.get(path, headers=JSON) as response:
            body = await response.json()
        return {
            slot["id"]: (slot["starts"], slot["ends"])
            for one in body["sessions"]
            for slot in one["slots"]
        }

    async def entries(self):
        """What calendars hold of each talk: start, end and sequence, by UID."""
        found = {}
        for timed in self.site.event.timetable.sessions:
            path = f"/e/{SLUG}/s/{timed.session.id}.ics?talks=1"
            async with self.browser.get(path) as response:
                calendar = Calendar.from_ical(await response.read())
            for one in calendar.walk("VEVENT"):
                times = one.start, one.end, int(one.get("SEQUENCE", 0))
                found[str(one["UID"]).partition("@")[0].partition("-")[2]] = times
        return found
