"""Registration: who is entitled to come, by the programme, by lists, by hand."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from orchestrator.access import store as access
from orchestrator.access.feed_keys import store as feed_keys
from orchestrator.access.feed_keys.model import FeedKey
from orchestrator.access.model import Role, Source
from orchestrator.access.retention import good_until
from orchestrator.access.tokens import JoinClaim, JoinTokens
from orchestrator.database import Database, now
from orchestrator.ids import EventId, RegistrantId
from orchestrator.programme import store as programmes
from orchestrator.programme.model import Counts, Event
from orchestrator.registration import store
from orchestrator.registration.csv_in import read_csv
from orchestrator.registration.csv_out import write_csv
from orchestrator.registration.errors import BadLines, NoSuchRegistrant
from orchestrator.registration.importing import carry_out
from orchestrator.registration.likeness import email_key
from orchestrator.registration.model import (
    BadLine,
    Match,
    Outcome,
    PersonalLink,
    Plan,
    Registrant,
    Roll,
    Standing,
)
from orchestrator.registration.proposal import propose
from orchestrator.registration.staff import follow
from orchestrator.rooms.model import CAPACITY

Touched = Callable[[AsyncSession, EventId], Awaitable[None]]
"""Told, inside the transaction, that somebody's entitlement changed."""

Listener = Callable[[AsyncSession, Registrant], Awaitable[None]]
"""Told, inside the transaction, that somebody is to be out: revoked or cancelled."""

_SHOWN = 20
_RANKS = tuple(Role)


class Registration:
    """The people of every event. ``base_url`` has no slash at its end."""

    def __init__(
        self,
        database: Database,
        tokens: JoinTokens,
        *,
        base_url: str,
        touched: Touched,
        listeners: Sequence[Listener] = (),
    ) -> None:
        self._database = database
        self._tokens = tokens
        self._base_url = base_url
        self._touched = touched
        self._listeners = tuple(listeners)

    async def plan(self, event: Event, raw: bytes) -> Plan:
        """What importing the CSV ``raw`` would do; changes nothing.

        Raises ``UnreadableCsv`` when it is no list. Wrong lines are in ``bad``.
        """
        sheet = read_csv(raw)
        async with self._database.reading() as session:
            existing = await store.of_event(session, event.id)
        return propose(sheet, event, existing)

    async def apply(
        self,
        event: Event,
        plan: Plan,
        *,
        accepted: Collection[Match] = (),
        skip_bad: bool = False,
    ) -> Outcome:
        """Import the list of ``plan``, all of it or nothing.

        ``accepted`` are those of its matches that the organiser confirmed.
        It is compared once more with what is there by now. Raises ``BadLines``
        when a line is wrong, unless ``skip_bad``.
        """
        async with self._database.transaction() as session:
            # The event first, then its people: as storing a programme does.
            await self._touched(session, event.id)
            await store.lock(session, event.id)
            event = await programmes.get(session, event.slug) or event
            existing = await store.of_event(session, event.id)
            plan = propose(plan.sheet, event, existing)
            if plan.bad and not skip_bad:
                raise _bad_lines(plan.bad)
            changes = carry_out(
                plan,
                existing,
                accepted,
                event=event.id,
                capacity=event.programme.capacity or CAPACITY,
                moment=await now(session),
            )
            await store.change(session, changes.updated)
            await store.add(session, changes.added)
            await access.set_grants(session, event.id, changes.roles, (Source.CSV,))
            await self._follow(session, event)
        return Outcome(
            added=changes.added,
            updated=changes.updated,
            unchanged=len(plan.unchanged),
            skipped=plan.bad,
        )

    async def export(self, event: Event) -> str:
        """Everybody of ``event`` as CSV, which ``plan`` reads back."""
        async with self._database.reading() as session:
            people = await store.of_event(session, event.id)
        return write_csv(people, event)

    async def counts(self, event: EventId) -> Counts | None:
        """Confirmed people by category; None while nobody has registered.

        Those whom only the programme names are not counted.
        """
        async with self._database.reading() as session:
            return await store.counts(session, event)

    async def people(self, event: EventId) -> tuple[Registrant, ...]:
        """Everybody of ``event``, first come first."""
        async with self._database.reading() as session:
            return await store.of_event(session, event)

    async def roll(self, event: EventId) -> Roll:
        """Who may come to ``event``, as the door needs to know it."""
        async with self._database.reading() as session:
            return await store.roll(session, event)

    async def staff_of_programme(self, session: AsyncSession, event: Event) -> None:
        """Have a registrant, with his roles, for everybody whom ``event`` names.

        Listener of the programme. Nobody is deleted: who is named no more keeps
        his registration and loses the programme's roles.
        """
        await store.lock(session, event.id)
        if await self._follow(session, event):
            await self._touched(session, event.id)

    async def links(
        self, event: Event, *, role: Role | None = None, email: str | None = None
    ) -> tuple[PersonalLink, ...]:
        """A new personal link for everybody; staff first.

        Only for those who have ``role`` (and are then listed under it), or the
        address ``email``: ``NoSuchRegistrant`` when nobody has it.
        """
        async with self._database.reading() as session:
            people = await store.of_event(session, event.id)
            until = good_until(event, await now(session))
        chosen = [one for one in people if not one.is_cancelled and _has(one, role)]
        if email is not None:
            chosen = [o for o in chosen if email_key(o.email) == email_key(email)]
            if not chosen:
                raise NoSuchRegistrant(
                    f"Nobody at {event.slug} has the address {email}. "
                    "Import a list that holds it."
                )
        links = [self._link(one, role or one.role, until) for one in chosen]
        return tuple(sorted(links, key=lambda one: -_RANKS.index(one.role)))

    def link_in_calendar(self, one: Registrant, key: FeedKey) -> str:
        """The personal link of ``one`` as it stands in his calendar, empty when he
        has none there: the same text whenever it is asked for.
        """
        if not key.choice.with_link or one.is_cancelled:
            return ""
        if key.turned is None or key.link_until is None:
            return ""
        claim = JoinClaim(one.event, one.id, key.version, key.mark)
        token = self._tokens.in_calendar(claim, key.turned, key.link_until)
        return self._address(token)

    async def revoke(self, registrant: RegistrantId) -> Registrant:
        """Make every link and browser of somebody worthless; he needs a new link.

        So is the address of his calendar, which such a link shows. Raises
        ``NoSuchRegistrant``.
        """
        return await self._put_out(registrant, None)

    async def cancel(self, registrant: RegistrantId) -> Registrant:
        """Take somebody off the list; his links end, and no new one works. His
        calendar stays and says that all is cancelled.

        Raises ``NoSuchRegistrant``.
        """
        return await self._put_out(registrant, Standing.CANCELLED)

    async def _put_out(
        self, registrant: RegistrantId, standing: Standing | None
    ) -> Registrant:
        async with self._database.transaction() as session:
            former = await store.get(session, registrant)
            if former is None:
                raise NoSuchRegistrant(f"There is nobody of the id {registrant}.")
            await self._touched(session, former.event)
            await store.lock(session, former.event)
            former = await store.get(session, registrant) or former
            one = replace(
                former,
                version=former.version + 1,
                standing=standing or former.standing,
            )
            await store.change(session, [one])
            if standing is Standing.CANCELLED:
                # His calendar has to say so.
                moment = await now(session)
                await feed_keys.end_registration(session, one.id, one.event, moment)
                await feed_keys.carry(session, one.id, one.version)
            for listener in self._listeners:
                await listener(session, one)
        return one

    async def _follow(self, session: AsyncSession, event: Event) -> bool:
        """Follow the programme; whether anything had to be changed for it."""
        sessions = [timed.session.id for timed in event.timetable.sessions]
        talks = [slot.talk.id for slot in event.timetable.slots]
        gone = await access.drop_gone(session, event.id, sessions, talks)
        existing = await store.of_event(session, event.id)
        moment = await now(session)
        following = follow(event, existing, moment)
        await store.add(session, following.added)
        await store.change(session, following.updated)
        granted = await access.set_grants(
            session, event.id, following.roles, (Source.PROGRAMME, Source.DEFAULT)
        )
        await feed_keys.follow(session, event.id, {*sessions, *talks}, moment)
        return bool(gone or following.added or following.updated or granted)

    def _link(self, one: Registrant, role: Role, until: datetime) -> PersonalLink:
        claim = JoinClaim(one.event, one.id, one.version)
        token = self._tokens.issue(claim, until)
        return PersonalLink(
            name=one.name,
            email=one.email,
            role=role,
            link=self._address(token),
        )

    def _address(self, token: str) -> str:
        return f"{self._base_url}/j/{token}"


def _has(one: Registrant, role: Role | None) -> bool:
    """Whether he has ``role``: plain registrants are those with no other."""
    if role is None:
        return True
    if role is Role.REGISTRANT:
        return not one.is_staff
    return any(grant.role is role for grant in one.grants)


def _bad_lines(bad: Sequence[BadLine]) -> BadLines:
    shown = " ".join(f"Line {one.line}: {one.text}." for one in bad[:_SHOWN])
    more = f" And {len(bad) - _SHOWN} more." if len(bad) > _SHOWN else ""
    return BadLines(
        f"{shown}{more} Nothing was imported. Correct them, "
        "or leave them out with --skip-bad.",
        lines=[{"line": one.line, "text": one.text} for one in bad],
    )
