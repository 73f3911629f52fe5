"""``orchestrator doctor``: what this installation lacks."""

import json
from dataclasses import asdict
from typing import Annotated

import typer

from orchestrator.cli.common import run
from orchestrator.operations import doctor as operations
from orchestrator.operations.doctor import Check
from orchestrator.settings import Settings


def register(app: typer.Typer) -> None:
    """Add the command to ``app``."""
    app.command()(run(doctor))


async def doctor(
    *,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Ask everything that the service depends on, and say what is lacking.

    The exit code is 1 if something is.
    """
    settings = Settings()
    checks = []
    async for check in operations.examine(settings):
        checks.append(check)
        if not as_json:
            typer.echo(_line(check))
    if as_json:
        typer.echo(json.dumps([asdict(check) for check in checks], indent=2))
    lacking = sum(not check.good for check in checks)
    if not as_json:
        typer.echo(_verdict(lacking))
    if lacking:
        raise typer.Exit(1)


def _line(check: Check) -> str:
    if check.good:
        return f"  ok     {check.of}: {check.what}"
    return f"  LACKS  {check.of}: {check.what}\n         {check.advice}"


def _verdict(lacking: int) -> str:
    if not lacking:
        return "Nothing is lacking."
    return f"{lacking} {'thing is' if lacking == 1 else 'things are'} lacking."
