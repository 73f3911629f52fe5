"""What a browser may hear of a meeting, by whom it is known as there."""

from aiohttp import web

from orchestrator.access.model import Role, allows
from orchestrator.hub.channels import person, staff
from orchestrator.pages.site import SITE, event_of, identity_of


async def channels(request: web.Request) -> tuple[str, ...]:
    """Those of the meeting that the address names; raises ``NoSuchEvent``."""
    event = await event_of(request)
    identity = await identity_of(request, event)
    if identity is None:
        return (event.slug,)
    request.app[SITE].screens.came(event.slug, identity)
    own = person(event.slug, identity.registrant)
    if allows(identity, Role.CHAIR):
        return (event.slug, own, staff(event.slug))
    return (event.slug, own)
