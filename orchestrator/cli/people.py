"""``orchestrator registrants`` and ``links``: who may come."""

import asyncio
import json
import sys
from collections.abc import Iterator, Sequence
from typing import Annotated

import typer

from orchestrator.access.model import Role
from orchestrator.cli.common import agreed, contents, run, say, services
from orchestrator.errors import Invalid
from orchestrator.operations.services import Services
from orchestrator.programme.model import Event
from orchestrator.registration.csv_out import table
from orchestrator.registration.errors import NoSuchRegistrant
from orchestrator.registration.likeness import email_key
from orchestrator.registration.model import (
    BadLine,
    Match,
    Outcome,
    Plan,
    Registrant,
)

app = typer.Typer(help="The registrants of a meeting.", no_args_is_help=True)


class Unanswered(Invalid):
    """Somebody has to say whether two people are one, and nobody can."""

    slug = "unanswered"
    title = "A question could not be asked"


Slug = Annotated[str, typer.Argument(help="The meeting's place in its address.")]


Email = Annotated[str, typer.Argument(help="The person's address.")]


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
        bool | None,
        typer.Option("--yes/--no", help="Take every match by name as right, or none."),
    ] = None,
) -> None:
    """Read a list of registrants (CSV) and store it, all of it or nothing."""
    raw, _ = await contents(source)
    async with services() as all_of:
        event = await all_of.programmes.find(slug)
        plan = await all_of.registration.plan(event, raw)
        say(_summary(plan))
        if dry_run:
            say(map(_match, plan.matches))
        if plan.bad and not skip_bad:
            typer.echo("Mend these lines, or add --skip-bad to leave them out.")
        if dry_run or (plan.bad and not skip_bad):
            typer.echo("Nothing was stored.")
            raise typer.Exit(int(bool(plan.bad) and not skip_bad))
        accepted = _accepted(plan.matches, yes=yes)
        outcome = await all_of.registration.apply(
            event, plan, accepted=accepted, skip_bad=skip_bad
        )
        say(_done(outcome))
        roll = await all_of.registration.roll(event.id)
        if roll.standby:
            typer.echo(f"On the waiting list: {len(roll.standby)}")


@app.command("export")
@run
async def export(slug: Slug) -> None:
    """Everybody registered, as CSV on the standard output."""
    async with services() as all_of:
        event = await all_of.programmes.find(slug)
        typer.echo(await all_of.registration.export(event), nl=False)


@app.command()
@run
async def revoke(slug: Slug, email: Email) -> None:
    """Make a person's links and browsers worthless; print him a new link."""
    async with services(signing=True) as all_of:
        event = await all_of.programmes.find(slug)
        found = await _found(all_of, event, email)
        for one in found:
            await all_of.registration.revoke(one.id)
        for link in await all_of.registration.links(event, email=email):
            typer.echo(f"{link.name}: the former links are worthless. The new one:")
            typer.echo(f"  {link.link}")
        await _put_out(all_of, event, found)


@app.command()
@run
async def cancel(slug: Slug, email: Email) -> None:
    """Take a person off the list; his links end and his seat is free."""
    async with services() as all_of:
        event = await all_of.programmes.find(slug)
        found = await _found(all_of, event, email)
        for one in found:
            await all_of.registration.cancel(one.id)
            typer.echo(f"{one.name} is off the list.")
        await _put_out(all_of, event, found)


async def _put_out(
    all_of: Services, event: Event, people: Sequence[Registrant]
) -> None:
    """Have the video rooms put ``people`` out; the service, where it runs, does so as
    well and goes on where a provider is silent.
    """
    put_out = all_of.admission.exits.put_out
    if not all(await asyncio.gather(*(put_out(event, one.id) for one in people))):
        typer.echo(
            "The video room does not answer. The service asks it again, as long as it "
            "runs."
        )


async def _found(all_of: Services, event: Event, email: str) -> tuple[Registrant, ...]:
    """The people of that address who may come; raises ``NoSuchRegistrant``."""
    key = email_key(email)
    people = await all_of.registration.people(event.id)
    found = tuple(
        one for one in people if email_key(one.email) == key and not one.is_cancelled
    )
    if not found:
        raise NoSuchRegistrant(f"Nobody at {event.slug} has the address {email}.")
    return found


async def links(
    slug: Slug,
    role: Annotated[
        Role | None, typer.Option(help="Only people who have this role.")
    ] = None,
    email: Annotated[str | None, typer.Option(help="Only this person.")] = None,
    as_json: Annotated[bool, typer.Option("--json")] = False,
    as_csv: Annotated[
        bool, typer.Option("--csv", help="A list for a mail merge.")
    ] = False,
) -> None:
    """Personal links, to hand out; each opens the room for one person."""
    async with services(signing=True) as all_of:
        event = await all_of.programmes.find(slug)
        found = await all_of.registration.links(event, role=role, email=email)
        told = [
            {
                "name": one.name,
                "email": one.email,
                "role": one.role.value,
                "link": one.link,
            }
            for one in found
        ]
        if not found:
            typer.echo(_nobody(slug, role), err=True)
        if as_json:
            typer.echo(json.dumps(told, ensure_ascii=False, indent=2))
        elif as_csv:
            titles = ("name", "email", "role", "link")
            typer.echo(table(titles, (one.values() for one in told)), nl=False)
        else:
            for one in told:
                address = f"<{one['email']}>" if one["email"] else "(no address)"
                typer.echo(f"{one['name']} {address} {one['role']}\n  {one['link']}")


def _nobody(slug: str, role: Role | None) -> str:
    """Why no link is printed, and what to do."""
    if role in (None, Role.REGISTRANT):
        return (
            f"Nobody is registered: orchestrator registrants import {slug} people.csv"
        )
    return (
        f"{slug} has no {role}. Name one in the programme, or in a list with a column "
        f"'role': orchestrator registrants import {slug} people.csv"
    )


def _accepted(matches: Sequence[Match], *, yes: bool | None) -> list[Match]:
    """Those that are the same person; raises ``Unanswered`` if nobody can say.

    A person stored twice cannot be made one again.
    """
    if matches and yes is None and not sys.stdin.isatty():
        raise Unanswered(
            " ".join(map(_match, matches)) + " Nobody can answer here, and nothing was "
            "stored: add --yes if they are the same people, --no if they are not."
        )
    return [match for match in matches if _confirmed(match, yes=yes)]


def _confirmed(match: Match, *, yes: bool | None) -> bool:
    typer.echo(_match(match))
    return yes if yes is not None else agreed("Is it the same person?", yes=False)


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
