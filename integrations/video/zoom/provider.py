"""Rooms at Zoom: a meeting or a webinar each, entered by registration."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from functools import partial

from integrations.errors import Gone, Rejected, Unreachable
from integrations.sharing import Shared
from integrations.video.events import News, Recording
from integrations.video.provider import (
    Accepted,
    Capabilities,
    Delivery,
    Entry,
    Finding,
    Guest,
    Participant,
    Place,
)
from integrations.video.zoom.calls import (
    Calls,
    Fields,
    Refused,
    objects,
    occurrence,
    suppress_absent,
    text,
)
from integrations.video.zoom.door import Door
from integrations.video.zoom.examination import Examination
from integrations.video.zoom.guests import Addresses, Kept, mark
from integrations.video.zoom.news import means, news
from integrations.video.zoom.recordings import recordings
from integrations.video.zoom.rooms import Kind, Rooms
from integrations.video.zoom.webhooks import accepted

# A person at the door is told within 5 s; a call for him may wait for its turn.
_SECONDS_AT_THE_DOOR = 4.0
# Zoom takes 30 registrations a second from the smallest account that may have any,
# and answers each in a quarter of a second.
_TURNS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoomProvider:
    """One account. ``dashboard``: its plan tells who is in a running meeting.

    ``secret`` is the secret token of the event subscription, empty where there is
    none: then nobody is seen to come and go.
    """

    calls: Calls = field(repr=False)
    rooms: Rooms
    addresses: Addresses
    door: Door = field(repr=False)
    examination: Examination = field(repr=False)
    secret: str = field(default="", repr=False)
    dashboard: bool = False
    _made: dict[str, str] = field(default_factory=dict, init=False, repr=False)
    _making: Shared[str, str] = field(default_factory=Shared, init=False, repr=False)
    _turns: asyncio.Semaphore = field(
        default_factory=lambda: asyncio.Semaphore(_TURNS), init=False, repr=False
    )

    @property
    def capabilities(self) -> Capabilities:
        """A person in a running meeting can only be put out by its host; cancelling
        his registration keeps him from coming again.
        """
        return Capabilities(
            presence=bool(self.secret),
            listing=self.dashboard,
            recording=self.rooms.kind is Kind.MEETING,
            keeps=True,
        )

    @property
    def published(self) -> Mapping[str, bytes]:
        """Nothing."""
        return {}

    def leads(self, place: Place) -> bool:
        """Always: rooms are made as they are needed."""
        return True

    async def ensure(self, place: Place) -> str:
        """The number of the meeting, made where ``place`` has no reference.

        It is not asked whether one that has a reference still is there.
        """
        if place.reference:
            return place.reference
        if made := self._made.get(place.name):
            return made
        return await self._making.of(place.name, partial(self._make, place))

    async def _make(self, place: Place) -> str:
        # The answer also has ``start_url``, with which anybody is the host under the
        # name of the account's user: it is not read.
        path = "users", self.rooms.user, self.rooms.kind.path
        wanted = self.rooms.wanted(place)
        answer = await self.calls.ask("POST", *path, payload=wanted, again=False)
        if not (number := text(answer, "id")):
            raise Rejected("Zoom made a room without a number.")
        self._made[place.name] = number
        return number

    async def entry(self, place: Place, guest: Guest) -> Entry:
        """The guest's own link; Zoom is asked for it once, and lets one person in by
        it at a time.

        Who speaks in a webinar, and its chair, is a panelist of it. In a meeting a
        chair's link is like everybody's.
        """
        try:
            async with asyncio.timeout(_SECONDS_AT_THE_DOOR):
                number = await self.ensure(place)
                kept = Kept.read(guest.kept, number)
                if kept is None or not self.door.suits(guest, kept):
                    async with self._turns:
                        former = kept or Kept(meeting=number)
                        kept = await self._opened(place, guest, former)
        except TimeoutError as error:
            raise Unreachable("Too many people come in at once for Zoom.") from error
        return Entry(url=kept.url, kept=kept.written())

    async def _opened(self, place: Place, guest: Guest, former: Kept) -> Kept:
        """Somebody deleted the meeting at Zoom, or Zoom did, a month after its date:
        then it is found here, by the first who has no link yet.
        """
        try:
            return await self.door.open(guest, former)
        except Refused as refused:
            if not refused.lapsed:
                raise
            if self._made.get(place.name) == former.meeting:
                del self._made[place.name]
            raise Gone(str(refused)) from refused

    async def let_speak(self, place: Place, guest: str, *, speaks: bool) -> None:
        """Nothing: only a host can."""

    async def remove(self, place: Place, guest: Guest) -> None:
        """Cancel what ``guest`` was given, so that it lets nobody in any more; he
        stays where he is already in. What was kept of him is worth nothing then.
        """
        if number := self._number(place):
            kept = Kept.read(guest.kept, number)
            await self.door.close(guest, kept or Kept(meeting=number))

    async def end(self, place: Place) -> None:
        """Put everybody out. Zoom opens a meeting again for whoever follows his link."""
        if not (number := self._number(place)):
            return
        path = self.rooms.kind.path, number, "status"
        with suppress_absent(idle=True):
            await self.calls.ask("PUT", *path, payload={"action": "end"})

    async def participants(self, place: Place) -> tuple[Participant, ...]:
        """Who is in. Raises ``Rejected`` where the account's plan does not tell."""
        if not self.dashboard:
            raise Rejected(
                "Zoom tells who is in a running meeting on Business plans and above: "
                "if yours is one, give its app the dashboard's scope and write "
                "dashboard=yes."
            )
        if not (number := self._number(place)):
            return ()
        path = "metrics", self.rooms.kind.path, number, "participants"
        query = {
            "type": "live",
            "page_size": "300",
            "include_fields": "registrant_id",
        }
        listed: tuple[Fields, ...] = ()
        with suppress_absent():
            listed = await self.calls.every("participants", *path, query=query)
        return tuple(
            self._participant(one) for one in listed if not one.get("leave_time")
        )

    def _participant(self, listed: Fields) -> Participant:
        guest = self.addresses.guest(text(listed, "email"))
        return Participant(
            id=guest or text(listed, "user_id"),
            name=text(listed, "user_name"),
            mark="" if guest else mark(text(listed, "registrant_id")),
        )

    async def start_recording(self, place: Place) -> str:
        """Record in Zoom's cloud; Zoom has no name for it before its files are there,
        with ids of their own.
        """
        await self._control(place, "recording.start")
        return ""

    async def stop_recording(self, place: Place, recording: str) -> None:
        """Stop; files are there some time after the meeting has ended."""
        await self._control(place, "recording.stop")

    async def _control(self, place: Place, method: str) -> None:
        if self.rooms.kind is not Kind.MEETING:
            raise Rejected("A webinar is recorded by its host, in Zoom.")
        if not (number := self._number(place)):
            raise Rejected("Nobody is in the room yet: there is nothing to record.")
        path = "live_meetings", number, "events"
        await self.calls.ask("PATCH", *path, payload={"method": method})

    async def recordings(self, place: Place) -> tuple[Recording, ...]:
        """Of every occurrence of the meeting: its number gives the last one's only."""
        if not (number := self._number(place)):
            return ()
        kind = self.rooms.kind
        past: Fields = {}
        with suppress_absent():
            past = await self.calls.ask("GET", kind.past, number, "instances")
        found: list[Recording] = []
        for one in sorted(
            objects(past, kind.path), key=lambda one: text(one, "start_time")
        ):
            path = "meetings", occurrence(text(one, "uuid")), "recordings"
            with suppress_absent():
                files = await self.calls.ask("GET", *path)
                found.extend(recordings(files, number))
        return tuple(found)

    async def open_recording(self, recording: Recording) -> AsyncIterator[bytes]:
        """The file in pieces. Raises ``Rejected`` where it is not at Zoom."""
        async for piece in self.calls.stream(recording.location):
            yield piece

    def accept(self, delivery: Delivery) -> Accepted:
        """See ``webhooks.accepted``; answers Zoom's validation of our address."""
        return accepted(delivery, self.secret, means)

    def understand(self, body: bytes) -> tuple[News, ...]:
        """Who came and went, what ended, what was recorded."""
        return news(body, self.addresses)

    async def examine(self) -> tuple[Finding, ...]:
        """See ``examination``."""
        return await self.examination.findings()

    def _number(self, place: Place) -> str:
        """The meeting of ``place``, empty where none was made yet."""
        return place.reference or self._made.get(place.name, "")
