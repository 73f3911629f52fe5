"""People in rooms of a LiveKit server: real clients, as many as a test wants."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime

from livekit import rtc

_RATE = 48_000


@dataclass(eq=False)
class Person:
    """Somebody in a room, by his own account: ``stream`` is what the server calls
    his connection, ``came`` and ``went`` are when his client said so. ``hears`` are
    the ids of those who publish and are heard.
    """

    room: rtc.Room
    stream: str
    came: datetime
    went: datetime | None = None
    why: str = ""
    hears: set[str] = field(default_factory=set)

    @property
    def may_speak(self):
        return self.room.local_participant.permissions.can_publish

    async def speak(self):
        """Publish a microphone; the id of the track."""
        microphone = rtc.AudioSource(_RATE, 1)
        track = rtc.LocalAudioTrack.create_audio_track("microphone", microphone)
        return (await self.room.local_participant.publish_track(track)).sid

    async def leave(self):
        await self.room.disconnect()
        self.went = self.went or datetime.now(UTC)


async def come(entry):
    """Join with an ``Entry``, as the page would; raises ``rtc.ConnectError``."""
    room = rtc.Room()
    person = Person(room, "", datetime.now(UTC))

    def gone(reason):
        person.went = person.went or datetime.now(UTC)
        person.why = rtc.DisconnectReason.Name(reason)

    room.on("disconnected", gone)

    def hears(_track, _publication, who):
        person.hears.add(who.identity)

    def hears_no_more(_track, _publication, who):
        person.hears.discard(who.identity)

    room.on("track_subscribed", hears)
    room.on("track_unsubscribed", hears_no_more)
    await room.connect(entry.url, entry.token)
    person.came = datetime.now(UTC)
    person.stream = room.local_participant.sid
    return person


async def crowd(entries, *, at_once=10):
    """One person for each of ``entries``, in their order; ``at_once`` knock together."""
    door = asyncio.Semaphore(at_once)

    async def enter(entry):
        async with door:
            return await come(entry)

    async with asyncio.TaskGroup() as group:
        coming = [group.create_task(enter(entry)) for entry in entries]
    return [task.result() for task in coming]
