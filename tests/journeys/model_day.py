"""The made-up day at two instances: its people, and whether all their screens agree."""

import asyncio
import time
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime

from aiohttp import ClientSession
from icalendar import Calendar

from tests.journeys.agreement import (
    DESK,
    ROOM,
    SPEAKER,
    Truth,
    facts,
    moment,
    named,
    wanted,
)
from tests.journeys.browser import answered
from tests.journeys.service import Installation, path_of
from tests.orchestrator.app_client import CAMILLE, SLUG, made
from tests.orchestrator.pages.made_up import SPEAKERS, at
from tests.waiting import until_so

FIRST, SECOND = "irene@port.example", "octave@port.example"
"""The two chairs of every session."""
INVITED, PROMISED = "Mina Castellan", "16:30"
PEOPLE = f"""name,email,affiliation,member,role,session,language
Camille Dupré,{CAMILLE},Laboratoire Lanterne,yes,,,en
Irène Falco,{FIRST},Institut du Port,yes,chair,,fr
Octave Lenoir,{SECOND},Institut du Port,yes,chair,,fr
"""

# Between instances without Redis up to two seconds; a busy machine takes its time.
SEEN = 120
_JSON = {"Accept": "application/json"}

# What the stream tells is kept back while ``slow`` is a list.
_SLOW_LINE = """{
  const listen = EventSource.prototype.addEventListener;
  EventSource.prototype.addEventListener = function (topic, hear) {
    return listen.call(this, topic, (event) => window.slow ? window.slow.push(() => hear(event)) : hear(event));
  };
}"""


@dataclass
class Day:
    """``chairs`` and ``others`` are the instances that these people talk to."""

    chairs: Installation
    others: Installation
    links: dict[str, str]
    http: ClientSession
    new_page: object
    sessions: list[str]
    first: dict[str, datetime]
    uids: dict[str, str]
    """What each talk is called in calendars."""
    desks: list = field(default_factory=list)
    room: object = None
    speaker: object = None
    talk: str = ""
    """Of the speaker."""
    session: str = ""
    _entries: dict = field(default_factory=dict)

    async def at(self, hour, minute, second=5):
        """Have it be that time of the day."""
        await self.chairs.at(SLUG, at(hour, minute, second=second))

    async def come(self, email, instance, button, path, *, allow=(), **reader):
        """A page of somebody who pressed his link."""
        page = await self.new_page(allow=(*allow, "503"), **reader)
        await page.add_init_script(_SLOW_LINE)
        await _reach(page, f"{instance.url}{path_of(self.links[email])}")
        await page.locator(button).first.click()
        await page.locator("main").wait_for()
        if path:
            await _reach(page, f"{instance.url}/e/{SLUG}/{path}")
        return page

    async def sit(self, number, **reader):
        """The two chairs at the desk of a session."""
        self.session = self.sessions[number]
        path = f"chair/{self.session}"
        if not self.desks:
            for email in (FIRST, SECOND):
                self.desks.append(
                    await self.come(email, self.chairs, "[value=chair]", path, **reader)
                )
            return
        for desk in self.desks:
            await _reach(desk, f"{self.chairs.url}/e/{SLUG}/{path}")

    async def enter(self, **reader):
        """The attendee, in the room."""
        self.room = await self.come(
            CAMILLE, self.others, "main form button", "", language="en", **reader
        )
        await self.room.locator("#order").wait_for()

    async def speaks(self, number, **reader):
        """The speaker of that number at his page."""
        email, (name, *_) = f"speaker{number}@lab.example", SPEAKERS[number - 1]
        self.talk = next(
            slot["id"] for slot in await self.slots(self.others) if named(slot) == name
        )
        self.speaker = await self.come(
            email,
            self.others,
            "[value=speaker]",
            "speaker",
            language="en",
            **reader,
        )

    async def pressed(self, desk, what):
        """Press the button ``what`` at ``desk``, and wait until it is carried out."""
        version = await desk.input_value("[name=version][form=press]")
        async with answered(desk, timeout=SEEN * 1000):
            await (desk.locator(what) if isinstance(what, str) else what).click()
        fresh = f"[name=version][form=press][value='{int(version) + 1}']"
        await desk.wait_for_selector(fresh, state="attached", timeout=SEEN * 1000)

    async def off(self, desk):
        """By how many seconds its large clock is wrong."""
        left, until = await desk.locator(".clock .digits").evaluate(
            "one => [one.textContent, Date.parse(one.dataset.until) / 1000]"
        )
        clock = await self._json(self.chairs, f"/api/v1/clock?event={SLUG}")
        minutes, seconds = map(int, left.split(":"))
        return until - moment(clock["now"]).timestamp() - 60 * minutes - seconds

    def row(self, desk, name):
        """The line of the running order with that speaker."""
        return desk.locator(".rundown > li").filter(has_text=name)

    async def unfold(self, desk, name):
        """Open what more can be done with that line."""
        fold = self.row(desk, name).locator("details")

        async def is_open():
            if await fold.get_attribute("open") is not None:
                return True
            # On a busy machine a press may meet a line that is being drawn anew.
            await fold.locator("summary").click()
            return False

        await until_so(is_open)

    async def agreed(self):
        """Wait until every screen, the timetable and the calendar say the same; what
        that is.
        """
        ends = time.monotonic() + SEEN
        while True:
            truth = await self._truth()
            shown, due = await self._shown(), wanted(truth, self.talk)
            if shown == due or time.monotonic() > ends:
                break
            await asyncio.sleep(0.1)  # nobody tells when a screen was drawn
        differ = [one for one in due if shown[one] != due[one]]
        assert [shown[one] for one in differ] == [due[one] for one in differ], differ
        self._follow(truth)
        return truth

    def _follow(self, truth):
        """Calendars have a new revision of what moved, and of nothing else."""
        for talk, (starts, ends, sequence) in self._entries.items():
            now = truth.entries[talk]
            if now[:2] == (starts, ends):
                assert now[2] == sequence, talk
            else:
                assert now[2] > sequence, talk
        self._entries = truth.entries
        invited = truth.slot(INVITED)
        assert f"{moment(invited['starts']):%H:%M}" == PROMISED

    async def _truth(self):
        desk = self.desks[0].context.request
        path = f"/api/v1/events/{SLUG}/sessions/{self.session}/rundown"
        answer = await desk.get(f"{self.chairs.url}{path}", headers=_JSON)
        clock = await self._json(self.chairs, f"/api/v1/clock?event={SLUG}")
        return Truth(
            now=moment(clock["now"]),
            slots=await self.slots(self.chairs),
            rundown=await answer.json(),
            entries=await self._calendar(self.chairs),
            first=self.first,
        )

    async def _shown(self):
        """What is read on screens, and by programs at the other instance."""
        path = f"/api/v1/events/{SLUG}/sessions/{self.session}/rundown"
        rundown = await self._json(self.others, path)
        return {
            "desk": await self.desks[0].evaluate(DESK),
            "other desk": await self.desks[1].evaluate(DESK),
            "speaker": await self.speaker.evaluate(SPEAKER),
            "room": await self.room.evaluate(ROOM),
            "timetable": await self.slots(self.others),
            "rundown": (rundown["version"], [facts(cue) for cue in rundown["cues"]]),
            "calendar": await self._calendar(self.others),
        }

    async def slots(self, instance):
        """Of all sessions, as programs read them."""
        body = await self._json(instance, f"/api/v1/events/{SLUG}/timetable")
        return [slot for one in body["sessions"] for slot in one["slots"]]

    async def _calendar(self, instance):
        """Start, end and sequence of each talk in the meeting's feed."""
        async with self.http.get(f"{instance.url}/e/{SLUG}.ics") as answer:
            calendar = Calendar.from_ical(await answer.read())
        entries = {one["UID"].partition("@")[0]: one for one in calendar.walk("VEVENT")}
        return {
            talk: (entry.start, entry.end, int(entry.get("SEQUENCE", 0)))
            for talk, uid in self.uids.items()
            if (entry := entries.get(uid))
        }

    async def _json(self, instance, path):
        async with self.http.get(f"{instance.url}{path}", headers=_JSON) as answer:
            return await answer.json()


async def _reach(page, address):
    """Go there, again while the database of a busy machine is given up on."""

    async def is_there():
        return (await page.goto(address)).status != 503

    await until_so(is_there)


@asynccontextmanager
async def day_at(one, other, new_page):
    """The made-up day, stored, at the instances that answer."""
    async with AsyncExitStack() as opened:
        services = await opened.enter_async_context(one.services())
        event = await made(services, people=PEOPLE, now=at(9, 58))
        links = await services.registration.links(event)
        yield Day(
            chairs=one,
            others=other,
            links={link.email: link.link for link in links},
            http=await opened.enter_async_context(ClientSession()),
            new_page=new_page,
            sessions=[timed.session.id for timed in event.timetable.sessions],
            first={slot.talk.id: slot.starts for slot in event.timetable.slots},
            uids={
                slot.talk.id: f"talk-{slot.talk.stamp.uid}"
                for slot in event.timetable.slots
                if slot.talk.kind.is_talk
            },
        )
