"""``orchestrator attach`` and ``calendar``: what a talk leaves behind."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from orchestrator.archive.addresses import linked
from orchestrator.archive.model import AttachmentKind
from orchestrator.cli.common import Unreadable, run, services
from orchestrator.errors import Invalid, NotFound
from orchestrator.ids import TalkId
from orchestrator.operations.services import Services
from orchestrator.programme.find import talk_named
from orchestrator.programme.model import Event


class NothingToAttach(Invalid):
    """The command names nothing to do."""

    slug = "nothing-to-attach"
    title = "Nothing was named to attach"


class NothingAttached(NotFound):
    """There is nothing to take away."""

    slug = "nothing-attached"
    title = "Nothing is attached"


def register(app: typer.Typer) -> None:
    """Add the commands to ``app``."""
    app.command()(run(attach))
    app.command()(run(calendar))


async def attach(
    slug: Annotated[str, typer.Argument()],
    talk: Annotated[
        str, typer.Argument(help="Its id, its number in the programme, or its title.")
    ],
    slides: Annotated[str | None, typer.Option(metavar="FILE|URL")] = None,
    video: Annotated[str | None, typer.Option(metavar="FILE|URL")] = None,
    remove: Annotated[
        bool, typer.Option("--remove", help="Take away what was attached.")
    ] = False,
) -> None:
    """Put slides and a recording on a talk's page, or take them away.

    With --remove, name what goes: --remove --slides= --video=; alone it takes both.
    """
    named = {AttachmentKind.SLIDES: slides, AttachmentKind.VIDEO: video}
    chosen = {kind: source for kind, source in named.items() if source is not None}
    if not chosen and not remove:
        raise NothingToAttach("Give --slides FILE, --video FILE, or --remove.")
    async with services() as all_of:
        event = await all_of.programmes.find(slug)
        found = talk_named(event, talk)
        if remove:
            await _remove(all_of, event, found.id, tuple(chosen) or tuple(named))
            return
        for kind, source in chosen.items():
            await _check(all_of, kind, source)
        for kind, source in chosen.items():
            await _attach(all_of, event, found.id, kind, source)
        typer.echo(f"{all_of.settings.origin}/e/{slug}/t/{found.id}")


async def calendar(
    slug: Annotated[str, typer.Argument()],
    talk: Annotated[str | None, typer.Option(help="Only this talk.")] = None,
) -> None:
    """The calendar of a meeting, on the standard output."""
    async with services() as all_of:
        if talk is None:
            file = await all_of.feeds.feed(slug)
        else:
            event = await all_of.programmes.find(slug)
            file = await all_of.feeds.talk(slug, talk_named(event, talk).id)
        sys.stdout.buffer.write(file.plain.body)


async def _check(all_of: Services, kind: AttachmentKind, source: str) -> None:
    """Refuse what cannot be attached, before anything is: all of it or nothing."""
    if (path := Path(source)).exists():
        await all_of.archive.check(path, kind)
    elif not _is_address(source):
        raise Unreadable(f"{source}: there is no such file.")
    else:
        linked(source)


async def _attach(
    all_of: Services, event: Event, talk: TalkId, kind: AttachmentKind, source: str
) -> None:
    if (path := Path(source)).exists():
        attached = await all_of.archive.attach_file(event, talk, kind, path)
        typer.echo(f"{kind.value}: {attached.name}, {attached.size} bytes")
    else:
        attached = await all_of.archive.attach_url(event, talk, kind, source)
        typer.echo(f"{kind.value}: {attached.url}")


def _is_address(source: str) -> bool:
    """Whether ``source`` can be meant as an address: it names a host and a path.

    ``slides.pdf`` is a file that was mistyped, not a host.
    """
    if "://" in source:
        return True
    host, slash, _ = source.partition("/")
    return bool(slash) and "." in host.strip(".")


async def _remove(
    all_of: Services, event: Event, talk: TalkId, kinds: tuple[AttachmentKind, ...]
) -> None:
    there = (await all_of.archive.of(event.id)).get(talk, ())
    if not there:
        raise NothingAttached("Nothing is attached to this talk.")
    for kind in kinds:
        if len(kinds) > 1 and all(one.kind is not kind for one in there):
            continue
        await all_of.archive.remove(event, talk, kind)
        typer.echo(f"{kind.value}: removed")
