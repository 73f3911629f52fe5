"""The meeting page written back, with what the archive holds filled in."""

from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import urljoin

from orchestrator.archive.materials import Shown
from orchestrator.archive.model import Material
from orchestrator.operations.services import Services
from orchestrator.programme.model import (
    Event,
    Link,
    LinkKind,
    Programme,
    Talk,
    TimedSession,
    Timetable,
)


async def meeting_page(services: Services, event: Event) -> str:
    """The page of ``event`` in Markdown, in the shape of an imported one."""
    from orchestrator.programme.importers.page_out import (  # noqa: PLC0415 -- slow import
        write_page,
    )

    shown = await services.archive.materials(event)
    counts = await services.registration.counts(event.id)
    timetable = _filled(event.timetable, shown, services.settings.origin)
    programme: Programme = replace(
        event.programme,
        registered=counts or event.programme.registered,
        sessions=tuple(timed.session for timed in timetable.sessions),
    )
    return write_page(programme, timetable)


def _filled(timetable: Timetable, shown: Shown, origin: str) -> Timetable:
    return Timetable(
        sessions=tuple(_session(timed, shown, origin) for timed in timetable.sessions)
    )


def _session(timed: TimedSession, shown: Shown, origin: str) -> TimedSession:
    slots = tuple(
        replace(slot, talk=_talk(slot.talk, shown.get(slot.talk.id, ()), origin))
        for slot in timed.slots
    )
    talks = tuple(slot.talk for slot in slots)
    return TimedSession(session=replace(timed.session, talks=talks), slots=slots)


def _talk(talk: Talk, materials: Iterable[Material], origin: str) -> Talk:
    kept = [
        link
        for link in talk.links
        if link.kind not in (LinkKind.SLIDES, LinkKind.VIDEO)
    ]
    found = [
        Link(kind=LinkKind(one.kind.value), url=urljoin(f"{origin}/", one.href))
        for one in materials
    ]
    return replace(talk, links=(*kept, *found))
