"""``orchestrator attendance``: who was there, and for how long."""

from enum import StrEnum
from typing import Annotated

import typer

from orchestrator.attendance.model import Format
from orchestrator.cli.common import run, services


class Language(StrEnum):
    """The languages of lists."""

    FR = "fr"
    EN = "en"


app = typer.Typer(help="The attendance of a meeting.", no_args_is_help=True)


@app.command("export")
@run
async def export(
    slug: Annotated[str, typer.Argument(help="The meeting's place in its address.")],
    form: Annotated[
        Format,
        typer.Option("--format", help="sheet: the list by half-day, to sign."),
    ] = Format.CSV,
    language: Annotated[
        Language | None,
        typer.Option(help="Of the lists; by default the meeting's."),
    ] = None,
) -> None:
    """Everybody's attendance on the standard output."""
    async with services() as all_of:
        event = await all_of.programmes.find(slug)
        text = await all_of.attendance.export(event, form, language=language or "")
        typer.echo(text, nl=form is Format.JSON)
