"""All commands under one name, and the one place where failures become text."""

import sys

import typer
from pydantic import ValidationError

from integrations.errors import IntegrationError
from orchestrator.cli import (
    archive,
    attendance,
    doctor,
    doors,
    logs,
    people,
    programme,
    rehearse,
    room,
    running,
)
from orchestrator.database import DatabaseUnavailable
from orchestrator.errors import OrchestratorError

app = typer.Typer(
    name="orchestrator",
    help="Runs an online scientific meeting from its programme to its archive.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.add_typer(programme.app, name="programme")
app.add_typer(people.app, name="registrants")
app.add_typer(attendance.app, name="attendance")
app.add_typer(running.db, name="db")
for module in (running, room, doctor, doors, people, programme, archive, rehearse):
    module.register(app)


def main() -> None:
    """Run a command; an expected failure is one message and exit code 1."""
    logs.configure()
    try:
        app()
    except DatabaseUnavailable as error:
        _fail(f"{error.title}.\n{_database(error)}")
    except OrchestratorError as error:
        _fail(f"{error.title}.\n{error.detail}")
    except IntegrationError as error:
        _fail(str(error))
    except ValidationError as error:
        _fail(_settings(error))


def _fail(text: str) -> None:
    typer.echo(f"orchestrator: {text}", err=True)
    sys.exit(1)


def _database(error: DatabaseUnavailable) -> str:
    """What the database said, without the statement; who types this can mend it."""
    cause = error.__cause__
    said = str(getattr(cause, "orig", cause)).rstrip(".")
    return (
        f"{said}. Nothing was changed. Check ORCHESTRATOR_DATABASE_URL, and that "
        "this user may write to the database."
    )


def _settings(error: ValidationError) -> str:
    lines = ["a setting cannot be used."]
    for one in error.errors(include_input=False, include_url=False):
        name = "ORCHESTRATOR_" + "__".join(map(str, one["loc"])).upper()
        lines.append(f"  {name}: {one['msg']}")
    return "\n".join(lines)
