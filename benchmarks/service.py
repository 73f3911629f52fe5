"""The service as it is, with the example meeting and people enough to press.

A process of its own: ``python -m benchmarks.service FOLDER PEOPLE [DATABASE]``.
"""

import asyncio
import json
import sys
from dataclasses import replace
from datetime import time, timedelta
from pathlib import Path

from orchestrator.access.tokens import JoinClaim, JoinTokens
from orchestrator.admission.service import provide_seats
from orchestrator.app import open_services, serving
from orchestrator.cli.process import settle
from orchestrator.database import installation
from orchestrator.ids import RegistrantId, new_id
from orchestrator.operations.demo import Demo, prepare, settings_in
from orchestrator.programme import store as programme_store
from orchestrator.registration import store
from orchestrator.rooms import store as room_store

# Everybody who presses gets in: what is measured is an entry, not a place in line.
_SEATS = 120_000
DEMO = Demo(programme=None, at=time(10, 5), room="https://video.example/room")
_BATCH = 5000


async def main(folder, people, database=None):
    """Print what to ask for, then serve until the input ends."""
    settings = settings_in(folder, 8080)
    if database:
        settings = settings.model_copy(update={"database_url": database})
    async with open_services(settings) as services:
        event = await prepare(services, DEMO)
        await _seats(services, event)
        known = await services.registration.people(event.id)
        links = folder / "links.txt"
        links.write_text("\n".join(await _more(services, event, known[-1], people)))
        talk = event.timetable.slots[0].talk.id
        paths = {
            "programme": f"/e/{event.slug}",
            "talk": f"/e/{event.slug}/t/{talk}",
            "feed": f"/e/{event.slug}.ics",
        }
        async with serving(services, host="127.0.0.1", port=0) as port:
            told = {"port": port, **paths, "links": str(links)}
            settle()
            print(json.dumps(told), flush=True)
            await asyncio.to_thread(sys.stdin.read)


async def _seats(services, event):
    """A room for everybody."""
    async with services.database.transaction() as session:
        for room in await services.rooms.of(event):
            larger = replace(room, capacity=_SEATS)
            await room_store.save(session, larger)
            await provide_seats(session, larger)
        await programme_store.touch(session, event.id)


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
