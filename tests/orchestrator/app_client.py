"""The whole application over a made-up meeting, answering on a port of its own."""

from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from aiohttp import ClientSession, CookieJar
from sqlalchemy import select
from sqlmodel import SQLModel

from orchestrator.app import serving, wire
from orchestrator.database import Database, run
from orchestrator.operations.services import Services
from orchestrator.programme.model import Event, Kind, Reading
from orchestrator.rooms.model import Setting
from orchestrator.settings import Settings
from tests.orchestrator.pages import made_up
from tests.waiting import until

SECRET = "Kq7vR2_mZ9xT4wLb8PjYd1HsUgAe5NfC-oIiQx3n"
BASE_URL = "http://localhost:8080"
INSTALL = "tests"
VIDEO = "https://video.example/salle-7"
SLUG = "reseaux-profonds"

CAMILLE, DANA, NOE = "camille@lac.example", "dana@sea.example", "noe@lac.example"
ORGANISER, SPEAKER = "odile@i2x.example", "speaker9@lab.example"
PEOPLE = f"""name,email,affiliation,member,role,session,language
Camille Dupré,{CAMILLE},Laboratoire Lanterne,yes,,,fr
Dana Reed,{DANA},Institute of the Sea,no,,,en
Noé Lin,{NOE},Laboratoire Lanterne,yes,,,
Chloé Ramin,chloe@lac.example,Laboratoire Lanterne,yes,chair,Session 2,fr
"""
CHAIR = "chloe@lac.example"


def settings(url, folder, *, base_url=BASE_URL, redis_url=None, video=None):
    """Of a service on the database ``url``, its files in ``folder``."""
    return Settings(
        _env_file=None,
        secret=SECRET,
        base_url=base_url,
        database_url=url,
        redis_url=redis_url,
        storage_url=(Path(folder) / "files").as_uri(),
        video=video or {},
    )


def reading(**changes):
    """The made-up day as an importer gives it; ``changes`` are of its programme."""
    timed = changes.pop("timetable", None) or made_up.sessions()
    bare = [
        replace(
            one.session,
            id="",
            stamp=None,
            talks=tuple(
                replace(talk, id="", stamp=None)
                for talk in one.session.talks
                if talk.kind is not Kind.DISCUSSION
            ),
        )
        for one in timed
    ]
    return Reading(programme=made_up.programme(sessions=tuple(bare), **changes))


@dataclass
class Served:
    """A running application. ``url`` is where it answers, not what it calls itself."""

    services: Services
    event: Event
    url: str
    _open: AsyncExitStack

    async def browser(self, *, cookies=True, **headers):
        """An HTTP client with cookies of its own, that asks for pages."""
        jar = CookieJar(unsafe=True, quote_cookie=False) if cookies else None
        session = ClientSession(
            self.url,
            cookie_jar=jar,
            headers={"Accept": "text/html", **headers},
            auto_decompress=True,
        )
        return await self._open.enter_async_context(session)

    async def link(self, email):
        """The path of somebody's personal link."""
        (one,) = await self.services.registration.links(self.event, email=email)
        return urlsplit(one.link).path

    async def known(self, email, **headers):
        """A browser in which the person pressed the button of his link."""
        browser = await self.browser(**headers)
        async with browser.post(await self.link(email), allow_redirects=False):
            return browser

    async def at(self, moment):
        """Have the meeting's clock show ``moment``."""
        self.event = await self.services.programmes.set_now(SLUG, moment)
        # It is set by the database; what this process knows of that may be behind by
        # half of what its answer took.
        programmes = self.services.programmes
        await until(lambda: programmes.now(self.event) >= moment)

    @asynccontextmanager
    async def one_more_listens(self, channel):
        """Wait until somebody listens who did not before: only he is told."""
        listen = self.services.hub._channels
        before = set(listen.get(channel, ()))
        yield
        await until(lambda: set(listen.get(channel, ())) - before)

    async def person(self, email):
        """The registrant of the address."""
        people = await self.services.registration.people(self.event.id)
        return next(one for one in people if one.email == email)

    async def tables(self):
        """Every row of every table, by the name of the table; without the figures
        that the service itself writes down while it runs.
        """
        rows = await dump(self.services.database)
        return {name: own for name, own in rows.items() if name != "occupancy"}


async def dump(database):
    """Every row of every table, in an order of its own, by the table's name."""
    async with database.reading() as session:
        return {
            table.name: sorted(
                map(repr, (await run(session, select(table))).mappings().all())
            )
            for table in SQLModel.metadata.sorted_tables
        }


async def made(
    services, *, people=PEOPLE, video=VIDEO, staff_seats=None, now=None, **changes
):
    """The made-up day, stored with its people; at 10:05 unless ``now`` is given."""
    programmes, registration = services.programmes, services.registration
    event = await programmes.store(reading(**changes))
    if video:
        await services.set_room(event, Setting(url=video, staff_seats=staff_seats))
    if people:
        plan = await registration.plan(event, people.encode())
        await registration.apply(event, plan)
    return await programmes.set_now(event.slug, now or made_up.at(10, 5))


@asynccontextmanager
async def application(
    url, folder, *, base_url=BASE_URL, within=None, connections=None, port=0, **options
):
    """``Served`` on the database ``url``, which has every table and no row, at
    ``port`` (0: any).
    """
    database = Database(url, within=within)
    chosen = settings(url, folder, base_url=base_url, video=connections)
    services = wire(chosen, database, INSTALL)
    async with AsyncExitStack() as opened:
        opened.push_async_callback(database.close)
        opened.push_async_callback(services.rooms.video.close)
        event = await made(services, **options)
        port = await opened.enter_async_context(
            serving(services, host="127.0.0.1", port=port)
        )
        yield Served(services, event, f"http://127.0.0.1:{port}", opened)
