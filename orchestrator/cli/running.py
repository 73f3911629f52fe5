"""``orchestrator serve``, ``demo``, ``room`` and ``db``: running it."""

import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import time
from pathlib import Path
from typing import Annotated

import typer

from orchestrator.admission.terms import staff_seats as seats_aside
from orchestrator.app import open_services, serving
from orchestrator.cli import workers
from orchestrator.cli.common import (
    PortTaken,
    check_video,
    contents,
    run,
    say,
    services,
    with_secret,
)
from orchestrator.cli.process import settle, stopping
from orchestrator.errors import Invalid
from orchestrator.operations.demo import Demo, free_port, prepare, settings_in, told
from orchestrator.operations.services import Services
from orchestrator.rooms.errors import UnusableCapacity
from orchestrator.rooms.model import Room
from orchestrator.rooms.named import named
from orchestrator.rooms.service import places

_LAST_PORT = 65535

db = typer.Typer(help="The database.", no_args_is_help=True)


class NoSuchMoment(Invalid):
    """The time of day that was given does not exist."""

    slug = "no-such-moment"
    title = "This is no time of day"


def register(app: typer.Typer) -> None:
    """Add the commands to ``app``."""
    app.command()(run(demo))
    app.command()(run(serve))
    app.command(hidden=True)(run(workers.worker))
    app.command()(run(room))


async def demo(
    programme: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Another programme.")
    ] = None,
    port: Annotated[
        int, typer.Option(help="0 takes any free one.", min=0, max=_LAST_PORT)
    ] = 8080,
    at: Annotated[
        str, typer.Option(metavar="10:05", help="The time it is at the meeting.")
    ] = "10:05",
    room: Annotated[
        str | None, typer.Option(metavar="URL", help="Address of the video room.")
    ] = None,
) -> None:
    """A whole meeting to look at, on made-up people; Ctrl-C removes it."""
    stop = stopping()
    wanted = Demo(programme=programme, at=_time(at), room=room)
    if programme is not None:
        await contents(str(programme))
    with tempfile.TemporaryDirectory(prefix="orchestrator-demo-") as folder:
        settings = settings_in(Path(folder), port or free_port())
        async with open_services(settings) as all_of:
            event = await prepare(all_of, wanted)
            where, number = settings.host, settings.port
            async with _listening(all_of, where, number):
                async for line in told(all_of, event):
                    typer.echo(line)
                await stop.wait()


async def serve(
    host: Annotated[str | None, typer.Option()] = None,
    port: Annotated[int | None, typer.Option(min=0, max=_LAST_PORT)] = None,
) -> None:
    """Run the service."""
    stop = stopping()
    settings = with_secret()
    check_video()
    where = host or settings.host
    wanted = settings.port if port is None else port
    if settings.workers > 1:
        await workers.serve(settings, where, wanted, stop)
        return
    async with services(signing=True, answering=True) as all_of:
        await all_of.clock.compare(all_of.database)
        async with _listening(all_of, where, wanted) as got:
            typer.echo(f"Serving {settings.origin} on {where}:{got}")
            await stop.wait()


async def room(
    slug: Annotated[str, typer.Argument()],
    url: Annotated[
        str | None, typer.Argument(help="https address; without it: what is set.")
    ] = None,
    name: Annotated[
        str | None, typer.Option(help="Which room, where there are several.")
    ] = None,
    overflow: Annotated[
        str | None,
        typer.Option(metavar="URL", help="A stream for those who wait; '' for none."),
    ] = None,
    staff_seats: Annotated[
        int | None,
        typer.Option(
            help="Seats set aside for staff; -1: as many as there are staff, at most "
            "half of the room."
        ),
    ] = None,
    capacity: Annotated[
        str | None,
        typer.Option(
            metavar="N|event", help="A smaller limit; 'event' (or 0): the meeting's."
        ),
    ] = None,
) -> None:
    """Say where the video room of a meeting is; personal links stay good."""
    check_video()
    limit = None if capacity is None else _capacity(capacity)
    async with services() as all_of:
        event = await all_of.programmes.find(slug)
        given = {"address": url, "stream": overflow, "seats": staff_seats}
        changed = [line for line, value in given.items() if value is not None]
        if limit is not None and "seats" not in changed:
            changed.append("seats")
        if changed:
            await all_of.set_room(
                event,
                url,
                name=name,
                overflow=overflow,
                staff_seats=staff_seats,
                capacity=limit,
            )
            event = await all_of.programmes.find(slug)
        roll = await all_of.admission.roll(event)
        for one in named(await all_of.rooms.of(event), name):
            aside = seats_aside(event, one, roll)
            lines = _room(one, places(event), aside=aside)
            typer.echo(one.name or "The room")
            say(f"  {lines[line]}" for line in changed or lines)
        if changed:
            typer.echo(f"Changed. Personal links of {slug} stay good.")


def _capacity(text: str) -> int:
    """The number, 0 for the meeting's own; raises ``UnusableCapacity``."""
    if text.strip().casefold() == "event":
        return 0
    try:
        return int(text)
    except ValueError as error:
        raise UnusableCapacity(
            f"{text!r}: write a number of people, or 'event' for as many as "
            "the programme names."
        ) from error


def _room(one: Room, whole: int, *, aside: int) -> dict[str, str]:
    """What is set of a room, each in a line; ``aside`` seats are kept for staff."""
    said = "as many as there are: " if one.staff_seats is None else ""
    own = "" if one.own_capacity is None else f" (its own limit; the meeting: {whole})"
    return {
        "address": f"address: {one.url or '(none yet)'}",
        "seats": f"seats: {one.capacity}{own}, set aside for staff: {said}{aside}",
        "stream": f"stream for those who wait: {one.overflow or '(none)'}",
    }


@db.command("upgrade")
@run
async def upgrade() -> None:
    """Bring the database to the schema of this version."""
    async with services():
        typer.echo("The database is up to date.")


def _time(text: str) -> time:
    try:
        return time.fromisoformat(text.zfill(5))
    except ValueError as error:
        raise NoSuchMoment(
            f"{text!r}: write hours and minutes, as in 10:05."
        ) from error


@asynccontextmanager
async def _listening(all_of: Services, host: str, port: int) -> AsyncIterator[int]:
    """Answers on ``host`` and ``port``; raises ``PortTaken``."""
    async with AsyncExitStack() as stack:
        try:
            got = await stack.enter_async_context(serving(all_of, host=host, port=port))
        except OSError as error:
            raise PortTaken.by(error, host, port) from error
        settle()
        yield got
