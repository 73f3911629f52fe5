"""``orchestrator room``: where the video room of a meeting is, and how many it holds."""

from typing import Annotated

import typer

from orchestrator.admission.terms import staff_seats as seats_aside
from orchestrator.cli.common import check_video, run, say, services
from orchestrator.rooms.errors import UnusableCapacity
from orchestrator.rooms.model import Room, Setting
from orchestrator.rooms.named import named
from orchestrator.rooms.service import places


def register(app: typer.Typer) -> None:
    """Add the command to ``app``."""
    app.command()(run(room))


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
    connection: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="The connection of the settings it is on."),
    ] = None,
    fallback: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            help="Where people go while the provider does not answer; '' for nowhere.",
        ),
    ] = None,
) -> None:
    """Say where the video room of a meeting is; personal links stay good."""
    check_video()
    setting = Setting(
        url=url,
        overflow=overflow,
        staff_seats=staff_seats,
        capacity=None if capacity is None else _capacity(capacity),
        connection=connection,
        fallback=fallback,
    )
    changed = _changed(setting)
    async with services() as all_of:
        event = await all_of.programmes.find(slug)
        if changed:
            await all_of.set_room(event, setting, name=name)
            event = await all_of.programmes.find(slug)
        roll = await all_of.admission.roll(event)
        for one in named(await all_of.rooms.of(event), name):
            aside = seats_aside(event, one, roll)
            lines = _room(one, places(event), aside=aside)
            typer.echo(one.name or "The room")
            say(f"  {lines[line]}" for line in changed or lines)
        if changed:
            typer.echo(f"Changed. Personal links of {slug} stay good.")


def _changed(setting: Setting) -> list[str]:
    """The lines of ``_room`` that ``setting`` changes."""
    given = {
        "connection": setting.connection,
        "address": setting.url,
        "fallback": setting.fallback,
        "stream": setting.overflow,
    }
    lines = [line for line, value in given.items() if value is not None]
    if setting.url is not None and setting.connection is None:
        # An address may take the room to another connection.
        lines.insert(0, "connection")
    if setting.capacity is not None or setting.staff_seats is not None:
        lines.append("seats")
    return lines


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
        "connection": f"connection: {one.connection}",
        "address": f"address: {one.url or '(none yet)'}",
        "fallback": f"fallback: {one.fallback or '(none)'}",
        "seats": f"seats: {one.capacity}{own}, set aside for staff: {said}{aside}",
        "stream": f"stream for those who wait: {one.overflow or '(none)'}",
    }
