"""The service as it is, with the example meeting and people enough to press.

A process of its own: ``python -m benchmarks.service FOLDER PEOPLE PRESENCE [DATABASE]``.
Each line of its input empties the rooms, and is answered by a line.
"""

import asyncio
import json
import sys
from dataclasses import replace
from datetime import time, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import text
from sqlmodel import col, delete, update

from integrations.http import Answer, Wire
from orchestrator.access.model import Role
from orchestrator.access.tables import BrowserSessionRow
from orchestrator.access.tokens import JoinClaim, JoinTokens
from orchestrator.admission.following.service import provide_seats
from orchestrator.admission.tables import (
    ArrivalRow,
    DepartureRow,
    SeatRow,
    WaitingRow,
)
from orchestrator.app import open_services, serving
from orchestrator.cli.process import settle
from orchestrator.database import installation
from orchestrator.ids import RegistrantId, new_id
from orchestrator.operations.demo import Demo, prepare, settings_in
from orchestrator.programme import store as programme_store
from orchestrator.registration import store
from orchestrator.rooms import store as room_store
from orchestrator.rooms.model import CONNECTION, Setting
from orchestrator.rooms.video import store as places
from tests.drills.senders import SENDERS

# Everybody who presses within a second gets in: what is measured is an entry, not a
# place in line. Twice as many as the largest meeting has.
_SEATS = 10_000
DEMO = Demo(programme=None, at=time(10, 5), room="https://video.example/room")
_BATCH = 5000


_CONNECTIONS = {
    "livekit": {
        "provider": "livekit",
        "url": "wss://video.example",
        "key": "bench",
        "secret": "known-to-this-benchmark-and-nobody-else",
    }
}


class Answering(Wire):
    """A server that has every room. It is asked once a minute for each."""

    async def ask(self, *_arguments, **_options):
        return Answer(200, {}, b"{}")


async def main(folder, people, presence, database=None):
    """Print what to ask for, then serve until the input ends.

    ``presence`` as of a link: with "page" seats are leased, with "none" they are not;
    with "livekit" the room is on a server that answers at once.
    """
    connection = _CONNECTIONS.get(presence) or {
        "provider": "link",
        "presence": presence,
    }
    telling = {one.name: {"provider": one.name, **one.settings} for one in SENDERS}
    changes = {"video": {CONNECTION: connection, **telling}}
    if database:
        changes["database_url"] = database
    settings = settings_in(folder, 8080).model_copy(update=changes)
    async with open_services(settings) as services:
        services.rooms.video.wire = Answering()
        event = await prepare(services, DEMO)
        if presence in _CONNECTIONS:
            await services.set_room(event, Setting(connection=CONNECTION))
        await _seats(services, event)
        known = await services.registration.people(event.id)
        links = folder / "links.txt"
        links.write_text("\n".join(await _more(services, event, known[-1], people)))
        talk = event.timetable.slots[0].talk.id
        session = event.timetable.sessions[0].session.id
        chairs = await services.registration.links(event, role=Role.CHAIR)
        paths = {
            "room": await _told_of(services, event),
            "base": settings.origin,
            "database": settings.database_url,
            "path": f"/api/v1/events/{event.slug}/live",
            "chair": urlsplit(chairs[0].link).path,
            "rundown": f"/api/v1/events/{event.slug}/sessions/{session}/rundown",
            "programme": f"/e/{event.slug}",
            "talk": f"/e/{event.slug}/t/{talk}",
            "feed": f"/e/{event.slug}.ics",
        }
        async with serving(services, host="127.0.0.1", port=0) as port:
            told = {"port": port, **paths, "links": str(links)}
            settle()
            print(json.dumps(told), flush=True)
            while await asyncio.to_thread(sys.stdin.readline):
                await _empty(services)
                print("empty", flush=True)


async def _told_of(services, event):
    """The name of the room by which all senders may tell of it."""
    (room, *_) = await services.rooms.of(event)
    async with services.database.transaction() as session:
        for one in SENDERS:
            await places.made(session, room.id, one.name, one.reference)
    return room.id


async def _seats(services, event):
    """A room for everybody."""
    async with services.database.transaction() as session:
        for room in await services.rooms.of(event):
            larger = replace(room, capacity=_SEATS)
            await room_store.save(session, larger)
            await provide_seats(session, larger)
        await programme_store.touch(session, event.id)


async def _empty(services):
    """Have everybody out, and nobody remembered; tidy as the database is by itself
    some minutes later.
    """
    async with services.database.transaction() as session:
        for table in (BrowserSessionRow, DepartureRow, ArrivalRow, WaitingRow):
            await session.exec(delete(table))
        there = update(SeatRow).where(col(SeatRow.registrant_id).is_not(None))
        await session.exec(there.values(registrant_id=None, device=None, taken=None))
    if services.database.engine.dialect.name != "sqlite":
        engine = services.database.engine.execution_options(
            isolation_level="AUTOCOMMIT"
        )
        async with engine.connect() as connection:
            await connection.execute(text("VACUUM ANALYZE seat, browser_session"))


async def _more(services, event, pattern, number):
    """Addresses of ``number`` personal links, each of another person."""
    secret = services.settings.secret.get_secret_value()
    tokens = JoinTokens(secret, await installation(services.database))
    expires = services.clock() + timedelta(days=30)
    ids = [RegistrantId(new_id()) for _ in range(number)]
    for start in range(0, number, _BATCH):
        rows = [
            replace(pattern, id=one, name=f"Person {one}", email=f"{one}@example.org")
            for one in ids[start : start + _BATCH]
        ]
        async with services.database.transaction() as session:
            await store.add(session, rows)
    claims = (JoinClaim(event.id, one, pattern.version) for one in ids)
    return [f"/j/{tokens.issue(claim, expires)}" for claim in claims]


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2]), *sys.argv[3:]))
