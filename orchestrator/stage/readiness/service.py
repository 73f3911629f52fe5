"""Speakers: who speaks of what, what they told of themselves, whether they are here."""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from orchestrator.access import store as access
from orchestrator.access.model import Identity, Role
from orchestrator.admission import store as seats
from orchestrator.admission.service import Admission
from orchestrator.admission.terms import holds
from orchestrator.database import Database, now
from orchestrator.ids import RegistrantId, TalkId
from orchestrator.programme.model import Event
from orchestrator.registration import store as registration
from orchestrator.registration.model import Registrant
from orchestrator.stage.news.service import News
from orchestrator.stage.parties import (
    NotOfThisMeeting,
    check_speaker,
    session_of,
)
from orchestrator.stage.readiness import store
from orchestrator.stage.readiness.joining import Part, parts
from orchestrator.stage.readiness.model import Readiness, Told, Wish
from orchestrator.stage.readiness.phones import read_phone

Now = Callable[[Event], datetime]
"""The moment that an event is at."""


class Speakers:
    """The speakers of every event."""

    def __init__(
        self, database: Database, admission: Admission, news: News, *, now: Now
    ) -> None:
        self._database = database
        self._admission = admission
        self._news = news
        self._now = now

    async def of(self, event: Event) -> tuple[Readiness, ...]:
        """Each speaker of each talk, in the order of the timetable, and of the page
        where a talk has several.

        Who holds a seat is here: he came in, and gives signs of life since.
        """
        async with self._database.reading() as session:
            people = await _speakers(session, event)
            links = {one.id: one.version for one in people}
            told = await store.of_event(session, event.id)
            opened = await access.last_opened(session, event.id, links)
        # Browsers are known by real time; moments here are those of the event.
        seen = {who: at + event.clock_offset for who, at in opened.items()}
        here = await self._here(event, links)
        return tuple(_joined(part, told, seen, here) for part in parts(event, people))

    async def tell(
        self,
        event: Event,
        talk: TalkId,
        who: Identity,
        *,
        phone: str | None = None,
        wish: Wish | None = None,
        tested: bool = False,
    ) -> None:
        """Take what the speaker of ``talk`` says of himself; what is None stays.
        An empty ``phone`` takes his number away; ``tested`` means just now.

        Raises ``NoSuchTalk``, ``SpeakersOnly`` or ``BadPhone``.
        """
        session_of(event, talk)
        check_speaker(event, who, talk)
        number = None if phone is None else read_phone(phone)
        async with self._news.change(event) as change:
            # His row is locked from here on: two of his devices tell in turn.
            version = await registration.locked_version(change.session, who.registrant)
            if version != who.version:
                raise NotOfThisMeeting("Open your personal link again.")
            moment = await now(change.session) + event.clock_offset
            await store.tell(
                change.session,
                event.id,
                (talk, who.registrant),
                phone=number,
                wish=wish,
                tested=moment if tested else None,
            )

    async def _here(
        self, event: Event, people: Collection[RegistrantId]
    ) -> Mapping[RegistrantId, datetime]:
        """Since when each of ``people`` has had a seat that counts now."""
        at = self._now(event)
        terms = await self._admission.terms(event, at)
        async with self._database.reading() as session:
            held = await seats.held(session, terms.rooms, people)
            moment = await now(session)
        return {
            # An opening that was moved takes its seats along, to a later start.
            seat.registrant: min(seat.taken, at)
            for seat in held
            if (gate := terms.gates.get(seat.room))
            and holds(seat, gate, moment, self._admission.vigil)
        }


async def _speakers(session: AsyncSession, event: Event) -> tuple[Registrant, ...]:
    """Everybody on the list of ``event`` who speaks."""
    grants = await access.grants_in(session, event.id)
    ids = [
        who
        for who, held in grants.items()
        if any(grant.role is Role.SPEAKER for grant in held)
    ]
    people = await registration.lookup_many(session, ids)
    return tuple(one for one in people.values() if not one.is_cancelled)


def _joined(
    part: Part,
    told: Mapping[store.Key, Told],
    opened: Mapping[RegistrantId, datetime],
    here: Mapping[RegistrantId, datetime],
) -> Readiness:
    if part.registrant is None:
        return Readiness(talk=part.talk, registrant=None, name=part.name)
    who = part.registrant.id
    said = told.get((part.talk, who), Told())
    return Readiness(
        talk=part.talk,
        registrant=who,
        name=part.name,
        tested=said.tested,
        phone=said.phone,
        wish=said.wish,
        present_since=here.get(who),
        opened=opened.get(who),
    )
