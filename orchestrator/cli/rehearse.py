"""``orchestrator rehearse``: the drill of the day before."""

import asyncio
import json
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import asdict
from time import monotonic
from typing import Annotated

import typer
from rich.console import Console, Group
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table

from orchestrator.cli.common import run, services
from orchestrator.operations.rehearsal.people import Whereabouts
from orchestrator.operations.rehearsal.run import (
    Progress,
    Rehearsal,
    Wanted,
    rehearsing,
)
from orchestrator.operations.rehearsal.verdict import Verdict

_SECONDS_BETWEEN_LINES = 5.0
_SECONDS_BETWEEN_PICTURES = 0.5
_MOST = 5000
_SHOWN = 10


def register(app: typer.Typer) -> None:
    """Add the command to ``app``."""
    app.command()(run(rehearse))


async def rehearse(
    slug: Annotated[str, typer.Argument()],
    attendees: Annotated[
        int, typer.Option(help="Made-up people.", min=1, max=_MOST)
    ] = 600,
    speed: Annotated[
        float, typer.Option(help="How many times faster the clock goes.", min=1)
    ] = 60.0,
    url: Annotated[str | None, typer.Option(help="Where the service answers.")] = None,
    seed: Annotated[int, typer.Option(help="The same people do the same.")] = 1,
    beat: Annotated[
        float, typer.Option(help="Seconds between signs of life.", min=0.1, max=50)
    ] = 20.0,
    room: Annotated[
        str | None, typer.Option(help="Which room, where there are several.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Rehearse a meeting on a copy of it, with people who do not exist.

    The service has to be running. Nobody gets mail, and nothing of it stays.
    """
    async with services(signing=True) as all_of:
        event = await all_of.programmes.find(slug)
        wanted = Wanted(
            url=(url or all_of.settings.origin).rstrip("/"),
            attendees=attendees,
            speed=speed,
            seed=seed,
            beat=beat,
            room=room,
        )
        async with rehearsing(all_of, event, wanted) as rehearsal:
            _say(f"Rehearsing {rehearsal.held.event.slug} at {wanted.url}")
            whole = await _held(rehearsal)
            found = await asyncio.to_thread(rehearsal.verdict)
    if as_json:
        typer.echo(_json(found, whole=whole))
    else:
        _show(found, whole=whole)
    raise typer.Exit(0 if whole and found.is_good else 1)


def _say(line: str) -> None:
    """What is not the result goes to the standard error."""
    typer.echo(line, err=True)


async def _held(rehearsal: Rehearsal) -> bool:
    """Hold it, and show how it goes; False when it was stopped before its end."""
    loop = asyncio.get_running_loop()
    holding = asyncio.create_task(rehearsal.hold())
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, holding.cancel)
    async with _shown(rehearsal):
        try:
            await holding
        except asyncio.CancelledError:
            _say("Stopped. The copy is being removed.")
            return False
    return True


@asynccontextmanager
async def _shown(rehearsal: Rehearsal) -> AsyncIterator[None]:
    """Have the progress shown: a picture at a terminal, else a line now and then."""
    showing = asyncio.create_task(
        _picture(rehearsal) if sys.stderr.isatty() else _lines(rehearsal)
    )
    try:
        yield
    finally:
        showing.cancel()
        await asyncio.gather(showing, return_exceptions=True)


async def _lines(rehearsal: Rehearsal) -> None:
    rate = _Rate()
    while True:
        await asyncio.sleep(_SECONDS_BETWEEN_LINES)
        now = rehearsal.progress()
        facts = ", ".join(f"{value} {name}" for name, value in _facts(now, rate))
        _say(f"{now.seconds:4.0f} of {now.of:.0f} s: {facts}")


async def _picture(rehearsal: Rehearsal) -> None:
    rate = _Rate()
    with Live(console=Console(stderr=True), auto_refresh=False) as live:
        while True:
            now = rehearsal.progress()
            table = Table(box=None)
            facts = list(_facts(now, rate))
            for name, _ in facts:
                table.add_column(name, justify="right")
            table.add_row(*(value for _, value in facts))
            bar = ProgressBar(total=now.of, completed=min(now.seconds, now.of))
            live.update(Group(bar, table), refresh=True)
            await asyncio.sleep(_SECONDS_BETWEEN_PICTURES)


class _Rate:
    """Calls in a second, since it was last asked."""

    def __init__(self) -> None:
        self._calls, self._at = 0, monotonic()

    def of(self, calls: int) -> float:
        former, since = self._calls, self._at
        self._calls, self._at = calls, monotonic()
        return (calls - former) / max(self._at - since, 0.001)


def _facts(now: Progress, rate: _Rate) -> Iterator[tuple[str, str]]:
    for where in Whereabouts:
        yield where.value, str(now.people[where])
    yield "calls/s", f"{rate.of(now.calls):.0f}"
    yield "ms (p99)", f"{now.p99 * 1000:.0f}"


def _show(found: Verdict, *, whole: bool) -> None:
    console = Console()
    table = Table("", "calls", "p50 ms", "p95 ms", "p99 ms", "most ms", box=None)
    for name, one in found.latencies.items():
        times = (one.p50, one.p95, one.p99, one.most)
        table.add_row(name, str(one.calls), *(f"{time * 1000:.0f}" for time in times))
    for column in table.columns[1:]:
        column.justify = "right"
    console.print(table)
    for line in words(found, whole=whole):
        console.print(line, markup=False, highlight=False)


def words(found: Verdict, *, whole: bool) -> Iterator[str]:
    """``found`` as sentences; ``whole``: it was held to its end."""
    yield ""
    yield (
        f"{found.people} people, {found.admitted} admitted, {found.waited} had to wait, "
        f"{found.refused} of them never came in."
    )
    yield f"At most {found.highest} were surely inside, of {found.capacity} seats."
    if found.unknown:
        yield f"{found.unknown} calls had no answer, and count neither way."
    for status, number in found.errors.items():
        yield f"{number} times: {f'status {status}' if status else 'no answer'}"
    for fault in found.faults[:_SHOWN]:
        yield f"{fault.promise.value}: {fault.text}"
    if len(found.faults) > _SHOWN:
        yield f"and {len(found.faults) - _SHOWN} more"
    yield ""
    yield _judged(found, whole=whole)


def _judged(found: Verdict, *, whole: bool) -> str:
    if not whole:
        return "Stopped before its end: nothing can be said."
    if found.faults:
        return f"Failed: {len(found.faults)} promises were not kept."
    if found.errors:
        return "Failed: the service did not answer everybody."
    if not found.admitted:
        return "Failed: nobody was let in."
    return (
        "Passed: the capacity and the order of the queue were kept, nobody had to "
        "wait beside a free seat, nobody was in twice, nobody lost a seat."
    )


def _json(found: Verdict, *, whole: bool) -> str:
    told = {"whole": whole, "passed": whole and found.is_good, **asdict(found)}
    return json.dumps(told, ensure_ascii=False, indent=2)
