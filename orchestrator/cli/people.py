"""``orchestrator registrants`` and ``links``: who may come."""

import json
from collections.abc import Iterator
from typing import Annotated

import typer

from orchestrator.access.model import Role
from orchestrator.cli.common import agreed, contents, run, say, services
from orchestrator.registration.model import BadLine, Match, Outcome, Plan

app = typer.Typer(help="The registrants of a meeting.", no_args_is_help=True)

Slug = Annotated[str, typer.Argument(help="The meeting's place in its address.")]


def register(main: typer.Typer) -> None:
    """Add ``links`` beside the group."""
    main.command()(run(links))


@app.command("import")
@run
async def import_(
    slug: Slug,
    source: Annotated[str, typer.Argument(metavar="FILE.csv")],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show everything, store nothing.")
    ] = False,
    skip_bad: Annotated[
        bool, typer.Option("--skip-bad", help="Import the good lines all the same.")
    ] = False,
    yes: Annotated[
        bool, typer.Option("--yes", help="Take every match by name as right.")
    ] = False,
) -> None:
    """Read a list of registrants (CSV) and store it, all of it or nothing."""
    raw, _ = await contents(source)
    async with services() as all_of:
        event = await all_of.programmes.find(slug)
        plan = await all_of.registration.plan(event, raw)
        say(_summary(plan))
        if dry_run:
            return
        if not plan.bad or skip_bad:
            accepted = [match for match in plan.matches if _confirmed(match, yes=yes)]
        else:
            accepted = []
        outcome = await all_of.registration.apply(
            event, plan, accepted=accepted, skip_bad=skip_bad
        )
        say(_done(outcome))


@app.command("export")
@run
async def export(slug: Slug) -> None:
    """Everybody registered, as CSV on the standard output."""
    async with services() as all_of:
        event = await all_of.programmes.find(slug)
        typer.echo(await all_of.registration.export(event), nl=False)


async def links(
    slug: Slug,
    role: Annotated[
        Role | None, typer.Option(help="Only people who have this role.")
    ] = None,
    email: Annotated[str | None, typer.Option(help="Only this person.")] = None,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Personal links, to hand out; each opens the room for one person."""
    async with services(signing=True) as all_of:
        event = await all_of.programmes.find(slug)
        found = await all_of.registration.links(event, role=role, email=email)
        if as_json:
            told = [
                {
                    "name": one.name,
                    "email": one.email,
                    "role": one.role.value,
                    "link": one.link,
                }
                for one in found
            ]
            typer.echo(json.dumps(told, ensure_ascii=False, indent=2))
            return
        for one in found:
            typer.echo(f"{one.name} <{one.email}> {one.role.value}\n  {one.link}")


def _confirmed(match: Match, *, yes: bool) -> bool:
    return agreed(f"{_match(match)} Is it the same person?", yes=yes)


def _match(match: Match) -> str:
    roles = ", ".join(role.value for role in match.roles) or "registrant"
    loses = f" (now {match.known_email})" if match.known_email else ""
    return (
        f"Line {match.line}: {match.name} <{match.email}> looks like "
        f"{match.known_name}{loses}, {roles} by the programme."
    )


def _summary(plan: Plan) -> Iterator[str]:
    yield (
        f"{len(plan.added)} new, {len(plan.updated)} changed, "
        f"{len(plan.unchanged)} unchanged, {len(plan.bad)} wrong"
    )
    if plan.sheet.unused:
        yield f"Columns that mean nothing here: {', '.join(plan.sheet.unused)}"
    for match in plan.matches:
        yield _match(match)
    yield from _lines("To check:", plan.remarks)
    yield from _lines("Wrong:", plan.bad)


def _lines(title: str, lines: tuple[BadLine, ...]) -> Iterator[str]:
    if lines:
        yield title
    for one in lines:
        yield f"  line {one.line}: {one.text}"


def _done(outcome: Outcome) -> Iterator[str]:
    yield f"Stored: {len(outcome.added)} new, {len(outcome.updated)} changed"
    if outcome.skipped:
        yield f"Left out: {len(outcome.skipped)} lines"
