"""``orchestrator serve``, ``demo`` and ``db``: running it."""

import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import time
from pathlib import Path
from typing import Annotated

import typer

from orchestrator.app import open_services, serving
from orchestrator.cli import workers
from orchestrator.cli.common import (
    PortTaken,
    check_video,
    contents,
    run,
    services,
    with_secret,
)
from orchestrator.cli.process import settle, stopping
from orchestrator.errors import Invalid
from orchestrator.operations.demo import Demo, free_port, prepare, settings_in, told
from orchestrator.operations.local_livekit import local_livekit
from orchestrator.operations.services import Services
from orchestrator.rooms.model import CONNECTION

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
    with tempfile.TemporaryDirectory(prefix="orchestrator-demo-") as name:
        folder, number = Path(name), port or free_port()
        webhook = f"http://127.0.0.1:{number}/webhooks/{CONNECTION}"
        async with AsyncExitStack() as stack:
            own = None
            if room is None:
                server = local_livekit(folder, webhook)
                own = await stack.enter_async_context(server)
            settings = settings_in(folder, number, own)
            all_of = await stack.enter_async_context(open_services(settings))
            event = await prepare(all_of, wanted)
            where = settings.host
            await stack.enter_async_context(_listening(all_of, where, number))
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
