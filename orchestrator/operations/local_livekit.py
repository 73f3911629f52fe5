"""A LiveKit server of the demo's own, where the program is installed.

Everything stays on this machine. A browser takes from the address of the STUN server
nothing but STUN, so that must not be the port of the media; nobody answers there, and
browsers that are all here need no answer.
"""

import asyncio
import json
import secrets
import shutil
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from integrations.errors import Unreachable
from integrations.http import Wire

PROGRAM = "livekit-server"
_KEY = "demo"
_SECONDS_TO_START = 10.0
_READY = 200


@asynccontextmanager
async def local_livekit(
    folder: Path, webhook: str
) -> AsyncIterator[Mapping[str, str] | None]:
    """Settings of a connection to a server that runs until the end, None where it is
    not on the path or does not start.

    Its configuration lies in ``folder``; it tells ``webhook`` who comes and goes.
    """
    if (program := shutil.which(PROGRAM)) is None:
        yield None
        return
    secret, port = secrets.token_urlsafe(48), _free(socket.SOCK_STREAM)
    config = folder / "livekit.json"
    config.write_text(json.dumps(_configuration(port, secret, webhook)))
    with (folder / "livekit.log").open("wb") as log:
        server = await asyncio.create_subprocess_exec(
            *(program, "--config", str(config)),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    try:
        yield _settings(port, secret) if await _is_ready(server, port) else None
    finally:
        # Told to end it would wait for everybody to leave.
        with suppress(ProcessLookupError):
            server.kill()
        await server.wait()


def _settings(port: int, secret: str) -> Mapping[str, str]:
    url = f"ws://127.0.0.1:{port}"
    return {"provider": "livekit", "url": url, "key": _KEY, "secret": secret}


def _configuration(
    port: int, secret: str, webhook: str
) -> dict[str, Any]:  # Any: JSON of the server's own
    silent = _free(socket.SOCK_DGRAM)
    return {
        "port": port,
        "bind_addresses": ["127.0.0.1"],
        "keys": {_KEY: secret},
        "rtc": {
            "node_ip": "127.0.0.1",
            "enable_loopback_candidate": True,
            "ips": {"includes": ["127.0.0.0/8"]},
            "udp_port": _free(socket.SOCK_DGRAM, other_than=silent),
            "tcp_port": 0,
            "stun_servers": [f"127.0.0.1:{silent}"],
        },
        "webhook": {"api_key": _KEY, "urls": [webhook]},
    }


async def _is_ready(server: asyncio.subprocess.Process, port: int) -> bool:
    """Whether it answers before it ends, or has had its time."""
    wire = Wire(seconds=1)
    try:
        async with asyncio.timeout(_SECONDS_TO_START):
            while server.returncode is None:
                with suppress(Unreachable):
                    answer = await wire.ask("GET", f"http://127.0.0.1:{port}/")
                    if answer.status == _READY:
                        return True
                await asyncio.sleep(0.05)
    except TimeoutError:
        pass
    finally:
        await wire.close()
    return False


def _free(kind: socket.SocketKind, *, other_than: int = 0) -> int:
    """A port of this machine that nobody uses at the moment."""
    while True:
        with socket.socket(type=kind) as one:
            one.bind(("127.0.0.1", 0))
            port: int = one.getsockname()[1]
            if port != other_than:
                return port
