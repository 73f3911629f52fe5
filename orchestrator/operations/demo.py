"""The demo: the whole service on a temporary folder, with made-up people."""

import csv
import io
import secrets
import socket
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time
from importlib.resources import files
from pathlib import Path
from zoneinfo import ZoneInfo

from pydantic import HttpUrl, SecretStr

from integrations.video.link import unguessable_room
from orchestrator.access.model import Role
from orchestrator.operations.local_livekit import PROGRAM
from orchestrator.operations.made_up import people
from orchestrator.operations.services import Services
from orchestrator.programme.model import Event
from orchestrator.rooms.model import CONNECTION, Setting
from orchestrator.settings import Settings

MEMBERS, NON_MEMBERS = 282, 262
"""The categories of the 544 people registered on 28 June 2021."""

_EXAMPLE = "theorie-du-deep-learning.yaml"
_ROLES = {
    Role.REGISTRANT: "Registrant",
    Role.SPEAKER: "Speaker",
    Role.CHAIR: "Chair",
    Role.ORGANISER: "Organiser",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Demo:
    """What was asked for: ``at`` is the time of day it is at the meeting."""

    programme: Path | None
    at: time
    room: str | None


def free_port() -> int:
    """A port of this machine that nobody uses at the moment."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def example() -> Path:
    """The example meeting: beside the packages in a work tree, else inside."""
    beside = Path(__file__).parents[2] / "examples" / _EXAMPLE
    if beside.is_file():
        return beside
    return Path(str(files("orchestrator") / "examples" / _EXAMPLE))


async def prepare(services: Services, wanted: Demo) -> Event:
    """Store the meeting and its people, and set its clock."""
    from orchestrator.programme.importers import (  # noqa: PLC0415 -- slow import
        read,
    )

    source = wanted.programme or example()
    reading = read(source.read_bytes(), name=source.name)
    event = await services.programmes.store(reading)
    if wanted.room or not services.settings.video:
        await services.set_room(event, Setting(url=wanted.room or unguessable_room()))
    plan = await services.registration.plan(event, _list_of_people())
    await services.registration.apply(event, plan)
    return await services.programmes.set_now(event.slug, moment_of(event, wanted.at))


def moment_of(event: Event, at: time) -> datetime:
    """The instant at which it is ``at`` on the first day of ``event``."""
    zone = ZoneInfo(event.programme.zone)
    first = event.timetable.sessions[0].starts.astimezone(zone)
    return datetime.combine(first.date(), at, tzinfo=zone)


async def told(services: Services, event: Event) -> AsyncIterator[str]:
    """Lines that tell where everything is, one personal link for each role."""
    origin = services.settings.origin
    now = services.programmes.now(event).astimezone(ZoneInfo(event.programme.zone))
    yield f"{event.programme.title}: it is {now:%H:%M} on {now:%d %B %Y} at the meeting."
    yield ""
    yield f"  {'Programme':<12} {origin}/e/{event.slug}"
    yield f"  {'Calendar':<12} {origin}/e/{event.slug}.ics"
    shown: set[str] = set()
    for role, name in _ROLES.items():
        links = await services.registration.links(event, role=role)
        # An organiser chairs too: another person is more telling.
        for link in sorted(links, key=lambda one: one.name in shown)[:1]:
            shown.add(link.name)
            yield f"  {name:<12} {link.link}"
            yield f"  {'':<12} ({link.name})"
    yield ""
    yield _where(services)
    yield "Each personal link belongs to one person; open several in private windows."
    yield "Ctrl-C ends the demo and removes all of it."


def _where(services: Services) -> str:
    if services.settings.video:
        return "The video room is on a LiveKit server of this machine."
    return (
        "The video room is a new one on meet.jit.si, or the one of --room; with "
        f"{PROGRAM} on the path it is one of this machine."
    )


def _list_of_people() -> bytes:
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(["name", "email", "affiliation", "member", "language"])
    for one in people(members=MEMBERS, others=NON_MEMBERS):
        member = "yes" if one.member else "no"
        table.writerow([one.name, one.email, one.affiliation, member, one.language])
    return text.getvalue().encode()


def settings_in(
    folder: Path, port: int, room: Mapping[str, str] | None = None
) -> Settings:
    """Nothing of the machine's own settings: the demo stands alone. ``room`` is the
    connection of its video room, None for a plain link.
    """
    return Settings(
        _env_file=None,
        secret=SecretStr(secrets.token_urlsafe(48)),
        base_url=HttpUrl(f"http://localhost:{port}"),
        database_url=f"sqlite+aiosqlite:///{folder / 'demo.db'}",
        storage_url=SecretStr((folder / "files").as_uri()),
        host="127.0.0.1",
        port=port,
        video={} if room is None else {CONNECTION: dict(room)},
    )
