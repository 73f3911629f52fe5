"""Presses by links that hold no more."""

from collections import defaultdict
from collections.abc import Sequence

from sqlmodel.ext.asyncio.session import AsyncSession

from orchestrator.admission.model import Standing, Terms
from orchestrator.admission.orders import Answer, Order, Press
from orchestrator.ids import RegistrantId
from orchestrator.registration import store as registration


def doubtful(orders: Sequence[Order], terms: Terms) -> list[Order]:
    """Those of ``orders`` that come by links which ``terms`` do not confirm."""
    return [
        one
        for one in orders
        if isinstance(one, Press)
        and (
            terms.epoch is None
            or terms.versions.get(one.who.registrant) != one.who.version
        )
    ]


async def withdrawn(
    session: AsyncSession, orders: Sequence[Order]
) -> dict[Order, Answer]:
    """Those of ``orders`` that come by links which hold no more."""
    by_link: dict[tuple[RegistrantId, int], list[Press]] = defaultdict(list)
    for one in orders:
        if isinstance(one, Press):
            by_link[one.who.registrant, one.who.version].append(one)
    gone = await registration.withdrawn(session, by_link)
    nowhere = Answer(standing=Standing.OUTSIDE)
    return {one: nowhere for link in gone for one in by_link[link]}
