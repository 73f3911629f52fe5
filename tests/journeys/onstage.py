"""A morning on the stage, as far as a picture wants it: talks, questions, messages."""

from datetime import time

from orchestrator.access.model import Role
from orchestrator.admission import store as seats
from orchestrator.admission.model import Seat
from orchestrator.database import now as moment_of_database
from orchestrator.operations.demo import moment_of
from orchestrator.stage.schemas import Next

CALM, LATE = "calm", "late"
"""The third talk is on and in time; the same with its 7 minutes too many."""

_HERE = {"Mathieu Serrurier": time(9, 47), "Gianni Franchi": time(9, 52)}
_PHONES = {"Gianni Franchi": "06 39 98 00 12", "Umut Simsekli": "06 39 98 00 14"}
_ASKED = (
    (
        "La perte à marge garde-t-elle la même constante avec des couches de convolution ?",
        11,
    ),
    ("Quel surcoût à l’entraînement ?", 4),
    ("Que devient le certificat avec plus de deux classes ?", 2),
    ("Le code est-il public ?", 0),
)
_SAID = {"fr": "Merci de conclure", "en": "Please conclude"}


class Morning:
    """The first session of the demo, played by its two chairs."""

    def __init__(self, services, event):
        self._services = services
        self._event = event
        self._played = None

    async def reach(self, state, *, language):
        """Play until ``state``, which is CALM or LATE; what is said is in ``language``."""
        if self._played is None:
            await self._begin()
            self._played = CALM
        if state == LATE:
            await self._conclude(language)
        await self._seat()

    async def _begin(self):
        first, second = [
            await self._who(one.link)
            for one in await self._links(Role.CHAIR)
            if one.name in ("Caroline Chaux", "Nicolas Thome")
        ]
        await self._get_ready()
        steps = ((time(10), first), (time(10, 16), first), (time(10, 31), second))
        for (at, chair), slot in zip(steps, self._event.timetable.slots, strict=False):
            await self._clock(at)
            await self._next(chair, slot.talk.id)
        await self._clock(time(10, 37))
        await self._ask()

    async def _next(self, chair, talk):
        await self._services.stage.act(
            self._event, self._session, Next(do="next", talk=talk), by=chair
        )

    async def _get_ready(self):
        """One of the next two has done all that he can, the other only his number."""
        await self._clock(time(9, 55))
        for link in await self._links(Role.SPEAKER):
            if link.name not in _PHONES:
                continue
            await self._services.speakers.tell(
                self._event,
                self._talk(link.name),
                await self._who(link.link),
                phone=_PHONES[link.name],
                tested=link.name in _HERE,
            )

    async def _ask(self):
        talk = self._talk("Mathieu Serrurier")
        links = await self._links(Role.REGISTRANT)
        people = [await self._who(one.link) for one in links[20:40]]
        for number, (text, votes) in enumerate(_ASKED):
            asks = people[number]
            one = await self._services.questions.ask(self._event, talk, asks, text)
            others = [who for who in people if who != asks]
            for who in others[:votes]:
                await self._services.questions.vote(self._event, one.id, who, on=True)

    async def _conclude(self, language):
        links = await self._links(Role.CHAIR)
        chair = next(one for one in links if one.name == "Caroline Chaux")
        await self._clock(time(10, 48))
        await self._services.messages.say(
            self._event,
            self._session,
            talk=self._talk("Mathieu Serrurier"),
            text=_SAID[language],
            by=await self._who(chair.link),
        )

    async def _seat(self):
        """Those who are here sit on the seats set aside for speakers."""
        people = await self._services.registration.people(self._event.id)
        (room,) = await self._services.rooms.of(self._event)
        async with self._services.database.transaction() as session:
            seen = await moment_of_database(session)
            for number, (name, at) in enumerate(_HERE.items()):
                who = next(one.id for one in people if one.name == name)
                seat = Seat(
                    room=room.id,
                    number=room.capacity - number,
                    registrant=who,
                    taken=moment_of(self._event, at),
                    seen=seen,
                )
                await seats.give(session, [seat])

    async def _links(self, role):
        return await self._services.registration.links(self._event, role=role)

    async def _who(self, link):
        return await self._services.access.holder(link.rpartition("/")[2])

    async def _clock(self, at):
        self._event = await self._services.programmes.set_now(
            self._event.slug, moment_of(self._event, at)
        )

    @property
    def _session(self):
        return self._event.timetable.sessions[0].session.id

    def _talk(self, speaker):
        return next(
            slot.talk.id
            for slot in self._event.timetable.slots
            if any(one.name == speaker for one in slot.talk.speakers)
        )
