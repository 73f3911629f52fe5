"""Clients of LiveKit servers in a process of their own: ``python -m tests.livekit_clients``.

The clients' library calls Python from its own threads, also while Python ends, and
aborts then. So nothing waits for this process to end: it is killed. It takes
connections on the port that it prints; each is one line of JSON a command, and one a
piece of news of the person named by ``who``. With the connection its people leave.
"""

import asyncio
import json
import sys
from array import array
from datetime import UTC, datetime

from livekit import rtc

_RATE = 48_000
# Half a second of a tone of 400 Hz.
_TONE = array("h", [*(60 * [8_000]), *(60 * [-8_000])]) * 200


class Desk:
    """The people of one connection."""

    def __init__(self, writer):
        self._writer = writer
        self._rooms = {}
        self._tasks = set()

    def take(self, line):
        """Begin what a command asks for."""
        command = json.loads(line)
        does = getattr(self, command.pop("do"))
        task = asyncio.create_task(does(**command))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def tell(self, who, news, **more):
        now = datetime.now(UTC).isoformat()
        line = json.dumps({"who": who, "news": news, "at": now, **more})
        self._writer.write(line.encode() + b"\n")

    async def come(self, who, url, token, listens):
        room = self._rooms[who] = rtc.Room()
        heard = set()

        def hears(change, speaker):
            change(speaker.identity)
            self.tell(who, "hears", ids=sorted(heard))

        room.on("track_subscribed", lambda _t, _p, by: hears(heard.add, by))
        room.on("track_unsubscribed", lambda _t, _p, by: hears(heard.discard, by))
        room.on(
            "participant_permissions_changed",
            lambda one, _: self._tell_permission(who, room, one),
        )
        room.on(
            "disconnected",
            lambda why: self.tell(who, "went", why=rtc.DisconnectReason.Name(why)),
        )
        try:
            await room.connect(url, token, rtc.RoomOptions(auto_subscribe=listens))
        except rtc.ConnectError as error:
            self.tell(who, "refused", why=error.message)
            return
        me = room.local_participant
        may = me.permissions.can_publish
        self.tell(who, "came", id=me.identity, stream=me.sid, may_speak=may)

    def _tell_permission(self, who, room, participant):
        if participant.sid == room.local_participant.sid:
            may = participant.permissions.can_publish
            self.tell(who, "permitted", may_speak=may)

    async def speak(self, who):
        microphone = rtc.AudioSource(_RATE, 1)
        track = rtc.LocalAudioTrack.create_audio_track("microphone", microphone)
        try:
            await self._rooms[who].local_participant.publish_track(track)
        except rtc.PublishTrackError as error:
            self.tell(who, "silenced", why=str(error))
        else:
            sound = rtc.AudioFrame(_TONE.tobytes(), _RATE, 1, len(_TONE))
            await microphone.capture_frame(sound)
            self.tell(who, "spoke")

    async def leave(self, who):
        await self._rooms[who].disconnect()
        self.tell(who, "left")

    async def close(self):
        """Everybody leaves, whatever he was doing."""
        for task in self._tasks:
            task.cancel()
        for room in self._rooms.values():
            await room.disconnect()


async def serve(reader, writer):
    desk = Desk(writer)
    try:
        while line := await reader.readline():
            desk.take(line)
    finally:
        await desk.close()
        writer.close()


async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
