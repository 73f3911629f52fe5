"""The service with its hub, and plain sockets beside it, published to on command.

A process of its own: ``python -m benchmarks.streaming FOLDER``.
"""

import asyncio
import json
import resource
import socket
import sys
import time
from pathlib import Path

from benchmarks.service import DEMO
from orchestrator.app import open_services, serving
from orchestrator.cli.running import settle
from orchestrator.hub.stream import Message
from orchestrator.operations.demo import prepare, settings_in
from orchestrator.pages.fragments import Fragment
from orchestrator.programme.events import ProgrammeChanged

# The running order of a session of a dozen talks, about.
_FRAGMENT = Fragment(target="order", html="<li>A talk</li>" * 512, version=0)


async def main(folder):
    """Print where it answers, then serve until the input ends."""
    allow_many_files()
    async with open_services(settings_in(folder, 8080)) as services:
        event = await prepare(services, DEMO)
        side = _Side(services, event.slug)
        async with serving(services, host="127.0.0.1", port=0) as port, side:
            settle()
            told = {"port": port, "path": f"/api/v1/events/{event.slug}/live"}
            print(json.dumps(told | side.ports()), flush=True)
            await asyncio.to_thread(sys.stdin.read)


def allow_many_files():
    """As many open sockets as the system lets this process have."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


class _Side:
    """Plain connections, and a port for commands, a line each: ``hub`` or ``plain``
    for an update, ``stage`` or ``bytes`` for a fragment, rendered or ready.

    Each is answered by the moment at which it began to send.
    """

    def __init__(self, services, slug):
        self._slug = slug
        self._plain = []
        self._number = 0
        stage_live = services.stage_live
        stage_live.for_everybody(_rendered)
        self._send = {
            "hub": lambda: services.hub.publish(self._update()),
            "plain": lambda: self._to_plain(self._update()),
            "stage": lambda: stage_live.changed(slug),
            "bytes": lambda: self._to_plain(_FRAGMENT),
        }

    async def __aenter__(self):
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=1024)
        self._listener.setblocking(False)
        self._accepting = asyncio.create_task(self._accept())
        self._commands = await asyncio.start_server(self._obey, "127.0.0.1", 0)

    async def __aexit__(self, *_):
        self._accepting.cancel()
        self._commands.close()
        for one in (self._listener, *self._plain):
            one.close()

    def ports(self):
        return {
            "plain": self._listener.getsockname()[1],
            "commands": self._commands.sockets[0].getsockname()[1],
        }

    async def _accept(self):
        loop = asyncio.get_running_loop()
        while True:
            one, _ = await loop.sock_accept(self._listener)
            one.setblocking(False)
            self._plain.append(one)

    async def _obey(self, reader, writer):
        while line := await reader.readline():
            self._number += 1
            send = self._send[line.decode().strip()]
            began = time.perf_counter()
            send()
            writer.write(json.dumps({"began": began}).encode() + b"\n")
        writer.close()

    def _update(self):
        return ProgrammeChanged(event=self._slug, revision=self._number)

    def _to_plain(self, event):
        chunk = Message.of(event.as_sse(self._number)).chunk
        for one in self._plain:
            one.send(chunk)


async def _rendered(_event, _language):
    return _FRAGMENT


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
