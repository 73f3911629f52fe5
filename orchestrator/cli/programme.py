"""``orchestrator programme``: import and show."""

import json
from enum import StrEnum
from typing import Annotated

import typer

from orchestrator.cli import show as texts
from orchestrator.cli.common import (
    agreed,
    check_video,
    contents,
    run,
    say,
    services,
)
from orchestrator.operations.page import meeting_page
from orchestrator.programme.drafting import Draft
from orchestrator.programme.model import Reading
from orchestrator.programme.public import timetable
from orchestrator.programme.revision import lines
from orchestrator.programme.timetable import without_fillers
from orchestrator.rooms.model import Setting
from orchestrator.rooms.service import usable
from orchestrator.settings import Settings

app = typer.Typer(help="The programme of a meeting.", no_args_is_help=True)

Slug = Annotated[str, typer.Argument(help="The meeting's place in its address.")]


class Format(StrEnum):
    """What a programme can be read from; a test holds it to the importers."""

    AUTO = "auto"
    PAGE = "page"
    YAML = "yaml"
    PRETALX = "pretalx"
    FRAB = "frab"


@app.command("import")
@run
async def import_(
    source: Annotated[str, typer.Argument(metavar="FILE|URL")],
    form: Annotated[Format, typer.Option("--format")] = Format.AUTO,
    slug: Annotated[str | None, typer.Option(help="Default: from the title.")] = None,
    zone: Annotated[
        str, typer.Option(help="Time zone where the source names none.")
    ] = "Europe/Paris",
    room: Annotated[
        str | None, typer.Option(metavar="URL", help="Address of the video room.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show everything, store nothing.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Read a programme, show what would change, ask, and store it."""
    from orchestrator.programme.importers import (  # noqa: PLC0415 -- slow import
        read,
    )

    if room is not None:
        room = usable(room, Settings().origin)
        check_video()
    body, name = await contents(source)
    reading = read(body, format=form, name=name, zone=zone)
    async with services(leaving_no_trace=dry_run) as all_of:
        draft = await all_of.programmes.draft(reading.programme, slug=slug)
        _preview(draft, reading)
        if dry_run:
            typer.echo("Nothing was stored.")
            return
        if draft.before is not None and draft.change.is_empty and room is None:
            typer.echo("Nothing changes.")
            return
        if not agreed("Store this?", yes=yes):
            raise typer.Exit(1)
        event = await all_of.programmes.store(reading, slug=slug)
        if room is not None:
            await all_of.set_room(event, Setting(url=room))
        typer.echo(f"Stored: {all_of.settings.origin}/e/{event.slug}")


@app.command("list")
@run
async def list_() -> None:
    """The meetings that are stored."""
    async with services() as all_of:
        for event in await all_of.programmes.all():
            typer.echo(
                f"{event.slug}  {event.programme.first_day}  {event.programme.title}"
            )


@app.command()
@run
async def show(
    slug: Slug,
    as_json: Annotated[bool, typer.Option("--json")] = False,
    as_yaml: Annotated[bool, typer.Option("--yaml", help="To edit by hand.")] = False,
    as_page: Annotated[
        bool, typer.Option("--page", help="The meeting page, written back.")
    ] = False,
) -> None:
    """The timetable of a meeting."""
    async with services() as all_of:
        event = await all_of.programmes.find(slug)
        if as_json:
            typer.echo(json.dumps(timetable(event), ensure_ascii=False, indent=2))
        elif as_yaml:
            from orchestrator.programme.importers.yaml import (  # noqa: PLC0415 -- slow import
                write_yaml,
            )

            typer.echo(write_yaml(without_fillers(event.programme)), nl=False)
        elif as_page:
            typer.echo(await meeting_page(all_of, event), nl=False)
        else:
            say(texts.facts(event.programme, event.timetable))


def register(_app: typer.Typer) -> None:
    """All commands here are under ``programme``."""


def _preview(draft: Draft, reading: Reading) -> None:
    if draft.before is None:
        say(texts.facts(draft.programme, draft.timetable))
    else:
        typer.echo(f"{draft.before.programme.title}: what changes")
        say(f"  {line}" for line in lines(draft.change))
    typer.echo(f"Slug: {draft.programme.slug}")
    say(texts.remarks((*reading.remarks, *draft.remarks), reading.leftovers))
