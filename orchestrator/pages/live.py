"""What a browser may hear of a meeting, by whom it is known as there."""

from contextlib import suppress

from aiohttp import web

from orchestrator.access.model import Identity, Role, allows
from orchestrator.errors import OrchestratorError
from orchestrator.hub.channels import (
    person,
    spoken,
    spoken_chairs,
    spoken_people,
    spoken_person,
    staff,
)
from orchestrator.ids import SessionId
from orchestrator.pages.site import SITE, event_of, identity_of
from orchestrator.programme.events import RevisionMissed
from orchestrator.programme.model import Event
from orchestrator.web.reader import LANGUAGES, zone_of


async def channels(request: web.Request) -> tuple[str, ...]:
    """Those of the meeting that the address names; raises ``NoSuchEvent``.

    With ``?lang=`` also what is said in that language: fragments of pages, with
    ``?desk=`` those of the desk of a session that he chairs.
    """
    event = await event_of(request)
    identity = await identity_of(request, event)
    language = request.query.get("lang")
    told = _known(event.slug, identity)
    if identity is not None:
        site = request.app[SITE]
        site.screens.came(event.slug, identity)
        if allows(identity, Role.SPEAKER):
            site.zones[event.slug, identity.registrant] = zone_of(request)
    if language in LANGUAGES:
        desk = SessionId(request.query.get("desk", ""))
        return (*told, *_spoken(event, identity, language, desk))
    return told


async def missed(request: web.Request) -> RevisionMissed | None:
    """What somebody has to be told whose page, of ``?revision=``, is older than the
    stream that he opens.
    """
    seen = request.query.get("revision")
    if seen is None:
        return None
    with suppress(OrchestratorError):
        event = await event_of(request)
        if seen != str(event.revision):
            return RevisionMissed(event=event.slug, revision=event.revision)
    return None


def _known(slug: str, identity: Identity | None) -> tuple[str, ...]:
    if identity is None:
        return (slug,)
    own = person(slug, identity.registrant)
    if allows(identity, Role.CHAIR):
        return (slug, own, staff(slug))
    return (slug, own)


def _spoken(
    event: Event, identity: Identity | None, language: str, desk: SessionId
) -> tuple[str, ...]:
    """Fragments are for everybody, for people of the meeting (they see who asks
    what), for the chairs of a session, and for each speaker.
    """
    slug = event.slug
    told = [spoken(slug, language)]
    if identity is not None:
        told.append(spoken_people(slug, language))
        if _has(event, desk) and allows(identity, Role.CHAIR, session=desk):
            told.append(spoken_chairs(slug, desk, language))
        if allows(identity, Role.SPEAKER):
            told.append(spoken_person(slug, identity.registrant, language))
    return tuple(told)


def _has(event: Event, session: SessionId) -> bool:
    return any(timed.session.id == session for timed in event.timetable.sessions)
