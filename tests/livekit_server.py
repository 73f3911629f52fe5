"""The real LiveKit server on loopback, started for a test."""

import json
import os
import shutil
import socket
import subprocess
import time
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from aiohttp import web

from integrations.video.provider import Delivery
from tests.servers import free_port

VERSION = "v1.13.5"
KEY = "devkey"
SECRET = "known-to-every-test-and-to-nobody-else"

MISSING = (
    "No LiveKit server: GOBIN=~/.cache/session-orchestrator/livekit/"
    f"{VERSION} go install github.com/livekit/livekit-server/cmd/server@{VERSION}"
)
_PATIENCE = 10


def binary():
    """The program, None where there is none; Go calls it ``server``."""
    if found := shutil.which("livekit-server"):
        return Path(found)
    home = Path.home()
    folders = [
        Path(os.environ.get("GOBIN") or home / "go/bin"),
        home / "go/bin",
        home / ".cache/session-orchestrator/livekit" / VERSION,
    ]
    return next(
        (path for folder in folders if _is_livekit(path := folder / "server")), None
    )


def _is_livekit(path):
    if not path.is_file():
        return False
    said = subprocess.run([path, "--version"], capture_output=True, check=False)
    return b"livekit-server" in said.stdout


@dataclass(frozen=True, slots=True)
class LiveKitServer:
    """``url`` is for clients, ``api`` for requests."""

    process: subprocess.Popen
    port: int
    log: Path

    @property
    def url(self):
        return f"ws://127.0.0.1:{self.port}"

    @property
    def api(self):
        return f"http://127.0.0.1:{self.port}"

    @property
    def settings(self):
        """Of a connection to it."""
        return {"provider": "livekit", "url": self.url, "key": KEY, "secret": SECRET}

    def said(self, words):
        """Whether its log has them."""
        return words in self.log.read_text()

    def stop(self):
        """End it now, without waiting for people to leave."""
        self.process.kill()
        self.process.wait()


@contextmanager
def running_livekit(folder, webhook="", *, room=None):
    """A started server that tells ``webhook`` what happens. ``folder`` is for its
    files; ``room`` are settings of that name in its configuration.
    """
    server = _start(folder, webhook, room or {}, tries=3)
    try:
        yield server
    finally:
        server.stop()


def _start(folder, webhook, room, *, tries):
    port = free_port(socket.SOCK_STREAM)
    config = folder / f"livekit-{port}.yaml"
    config.write_text(json.dumps(_configuration(port, webhook, room)))
    log = config.with_suffix(".log")
    with log.open("wb") as output:
        process = subprocess.Popen(
            [binary(), "--config", config],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
    server = LiveKitServer(process, port, log)
    if _ready(server):
        return server
    server.stop()
    if tries == 1:
        raise RuntimeError(log.read_text())
    return _start(folder, webhook, room, tries=tries - 1)


def _configuration(port, webhook, room):
    """Everything on loopback. A client takes what the STUN server's address sends
    for STUN and nothing else, so that must not be the port of the media.
    """
    silent, media = free_port(socket.SOCK_DGRAM), free_port(socket.SOCK_DGRAM)
    while media == silent:
        media = free_port(socket.SOCK_DGRAM)
    made = {
        "port": port,
        "bind_addresses": ["127.0.0.1"],
        "keys": {KEY: SECRET},
        "room": room,
        "rtc": {
            "node_ip": "127.0.0.1",
            "enable_loopback_candidate": True,
            "ips": {"includes": ["127.0.0.0/8"]},
            "udp_port": media,
            "tcp_port": 0,
            "stun_servers": [f"127.0.0.1:{silent}"],
        },
    }
    if webhook:
        made["webhook"] = {"api_key": KEY, "urls": [webhook]}
    return made


def _ready(server):
    """Whether it answers before it ends or patience does."""
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end and server.process.poll() is None:
        try:
            asked = HTTPConnection("127.0.0.1", server.port, timeout=1)
            asked.request("GET", "/")
            return asked.getresponse().status == 200
        except (HTTPException, OSError):
            time.sleep(0.02)
        finally:
            asked.close()
    return False


@dataclass(frozen=True, slots=True)
class Ear:
    """Takes what a server sends: ``deliveries`` to ``url`` so far."""

    url: str
    deliveries: list[Delivery]


@asynccontextmanager
async def listening():
    """An ``Ear`` on a port of this machine."""

    async def hear(request):
        headers = {name.lower(): value for name, value in request.headers.items()}
        body, now = await request.read(), datetime.now(UTC)
        ear.deliveries.append(
            Delivery(body=body, headers=headers, url=ear.url, received=now)
        )
        return web.Response()

    app = web.Application()
    app.router.add_post("/webhooks/main", hear)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = site._server.sockets[0].getsockname()[1]
    ear = Ear(f"http://127.0.0.1:{port}/webhooks/main", [])
    try:
        yield ear
    finally:
        await runner.cleanup()
