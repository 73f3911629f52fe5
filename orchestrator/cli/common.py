"""What all commands share: the services, questions, and reading what was named."""

import asyncio
import secrets
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable
from contextlib import asynccontextmanager
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec

import typer
from pydantic import SecretStr

from integrations.http import fetch
from orchestrator.app import open_services
from orchestrator.errors import Conflict, Invalid
from orchestrator.operations.services import Services
from orchestrator.rooms.service import check_connections
from orchestrator.settings import Settings

Arguments = ParamSpec("Arguments")

_SQLITE = "sqlite+aiosqlite:///"
_HOW_TO_SIGN = (
    "Put the line that this prints into .env:\n"
    "  python -c 'import secrets; "
    'print("ORCHESTRATOR_SECRET=" + secrets.token_urlsafe(48))\''
)


class NoSecret(Invalid):
    """Nobody has set the secret of this installation."""

    slug = "no-secret"
    title = "The secret is not set"


class Unreadable(Invalid):
    """The file that was named cannot be read."""

    slug = "unreadable-file"
    title = "The file could not be read"


class PortTaken(Conflict):
    """The service cannot listen there."""

    slug = "port-taken"
    title = "The service cannot listen there"

    @classmethod
    def by(cls, error: OSError, host: str, port: int) -> "PortTaken":
        """What the system said, and what to do."""
        return cls(
            f"{host}:{port}: {error.strerror or error}. "
            "Choose another with --port, or end what listens there."
        )


def run(
    command: Callable[Arguments, Coroutine[Any, Any, None]],  # Any: as asyncio has it
) -> Callable[Arguments, None]:
    """A plain command out of an asynchronous one, with its options."""

    @wraps(command)
    def plain(*args: Arguments.args, **options: Arguments.kwargs) -> None:
        asyncio.run(command(*args, **options))

    return plain


def with_secret() -> Settings:
    """The settings of this machine; raises ``NoSecret`` when nobody has set it."""
    settings = Settings()
    if not settings.secret.get_secret_value():
        raise NoSecret(_HOW_TO_SIGN)
    return settings


def check_video() -> None:
    """Raise ``UnusableConnection`` if a video connection of the settings is wrong:
    people would stand before a room that never opens.
    """
    settings = Settings()
    check_connections(settings.video, settings.origin)


@asynccontextmanager
async def services(
    *, signing: bool = False, leaving_no_trace: bool = False, answering: bool = False
) -> AsyncIterator[Services]:
    """The services by the settings of this machine.

    ``signing`` commands make or read personal links and need the secret; the
    others do without. ``leaving_no_trace`` makes no database where there is none.
    ``answering``: people wait for answers.
    """
    settings = with_secret() if signing else Settings()
    if not settings.secret.get_secret_value():
        nobodys = SecretStr(secrets.token_urlsafe(48))
        settings = settings.model_copy(update={"secret": nobodys})
    with tempfile.TemporaryDirectory() as folder:
        if leaving_no_trace and not _exists(settings.database_url):
            url = f"{_SQLITE}{folder}/nothing.db"
            settings = settings.model_copy(update={"database_url": url})
        async with open_services(settings, answering=answering) as opened:
            yield opened


def _exists(database_url: str) -> bool:
    """Whether there is a database; one on a server always counts."""
    if not database_url.startswith(_SQLITE):
        return True
    return Path(database_url.removeprefix(_SQLITE)).exists()


async def contents(source: str) -> tuple[bytes, str]:
    """The bytes of a file or of an address, and a name that tells its format."""
    if source.startswith(("http://", "https://")):
        document = await fetch(source)
        return document.body, document.name
    try:
        body = await asyncio.to_thread(Path(source).read_bytes)
    except OSError as error:
        raise Unreadable(f"{source}: {error.strerror}.") from error
    return body, Path(source).name


def say(lines: Iterable[str]) -> None:
    """Print ``lines``."""
    for line in lines:
        typer.echo(line)


def agreed(question: str, *, yes: bool) -> bool:
    """Ask, unless ``yes`` was said beforehand; without a terminal nobody agrees."""
    if yes:
        return True
    if not sys.stdin.isatty():
        typer.echo(f"{question} Nobody can answer here: add --yes.", err=True)
        return False
    answer: str = typer.prompt(f"{question} [y/N]", default="n", show_default=False)
    return answer.strip().lower() in ("y", "yes", "o", "oui")
