"""``orchestrator doors``: when people are let into the sessions of a meeting."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from orchestrator.admission.doors import closes_at, opens_at
from orchestrator.cli.common import run, say, services
from orchestrator.ids import SessionId
from orchestrator.programme.errors import NoSuchSession
from orchestrator.programme.model import DOORS_AT_MOST, Event
from orchestrator.registration.places import Places

_MOST = DOORS_AT_MOST // timedelta(minutes=1)


def register(app: typer.Typer) -> None:
    """Add the command to ``app``."""
    app.command()(run(doors))


async def doors(
    slug: Annotated[str, typer.Argument()],
    session: Annotated[
        str | None,
        typer.Option(help="Its id, number or title; without it: every session."),
    ] = None,
    before: Annotated[
        int | None,
        typer.Option(min=0, max=_MOST, help="Minutes before the start."),
    ] = None,
    after: Annotated[
        int | None,
        typer.Option(min=0, max=_MOST, help="Minutes after the end."),
    ] = None,
) -> None:
    """When the doors open and close: 15 minutes before, 30 after, or as set here.

    Open pages follow within seconds; calendars do not change.
    """
    async with services() as all_of:
        event = await all_of.programmes.find(slug)
        chosen = None if session is None else _session(event, session)
        if before is not None or after is not None:
            event = await all_of.programmes.set_doors(
                slug, session=chosen, before=_minutes(before), after=_minutes(after)
            )
        say(_told(event, chosen))


def _session(event: Event, text: str) -> SessionId:
    try:
        return Places(event).session(text)
    except ValueError as error:
        raise NoSuchSession(f"{error}.") from error


def _minutes(number: int | None) -> timedelta | None:
    return None if number is None else timedelta(minutes=number)


def _told(event: Event, chosen: SessionId | None) -> Iterator[str]:
    """One line for each session; times of the event's zone."""
    zone = ZoneInfo(event.programme.zone)
    yield f"Doors of {event.programme.title} ({zone.key})"
    for number, timed in enumerate(event.timetable.sessions, start=1):
        if chosen not in (None, timed.session.id):
            continue
        title = timed.session.title or f"Session {number}"
        opens, closes = (
            _at(moment.astimezone(zone), timed.starts.astimezone(zone))
            for moment in (opens_at(timed), closes_at(timed))
        )
        window = f"{timed.starts:%Y-%m-%d %H:%M}–{timed.ends:%H:%M}"
        yield f"  {title} ({window}): opens at {opens}, closes at {closes}"


def _at(moment: datetime, starts: datetime) -> str:
    """A time of the session's day, with its date where it is of another."""
    same_day = moment.date() == starts.date()
    return f"{moment:%H:%M}" if same_day else f"{moment:%Y-%m-%d %H:%M}"
