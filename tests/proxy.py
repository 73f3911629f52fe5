"""A network between the service and PostgreSQL that can fall silent and come back."""

import asyncio
from contextlib import suppress
from urllib.parse import urlsplit

_BYTES = 1 << 16


class Proxy:
    """A port of this machine that passes bytes on to the server's own socket."""

    def __init__(self, path):
        self._path = path
        self._gate = asyncio.Event()
        self._gate.set()
        self._tasks = set()

    async def __aenter__(self):
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_):
        self._server.close()
        self.cut()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def url(self, database_url):
        """The address of the same database through here."""
        port = self._server.sockets[0].getsockname()[1]
        name = urlsplit(database_url).path
        return f"postgresql+asyncpg://postgres@127.0.0.1:{port}{name}"

    @property
    def connections(self):
        """How many there are, silent ones included."""
        return len(self._tasks)

    def blackhole(self):
        """Swallow everything, goodbyes included; connections still come about."""
        self._gate.clear()

    def release(self):
        """Pass on what was held back, and all that comes."""
        self._gate.set()

    def forget(self):
        """Let connections so far stay silent for good, as a firewall that restarts."""
        self._gate.clear()
        self._gate = asyncio.Event()
        self._gate.set()

    def cut(self):
        """End every connection."""
        for task in self._tasks:
            task.cancel()

    async def _serve(self, reader, writer):
        # The server's own task would be reported when it is cut.
        task = asyncio.create_task(self._join(reader, writer, self._gate))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _join(self, reader, writer, gate):
        try:
            there, back = await asyncio.open_unix_connection(self._path)
            try:
                # Either end ends both.
                _, left = await asyncio.wait(
                    [
                        asyncio.create_task(_pass_on(reader, back, gate)),
                        asyncio.create_task(_pass_on(there, writer, gate)),
                    ],
                    return_when=asyncio.FIRST_COMPLETED,
                )
                for task in left:
                    task.cancel()
            finally:
                back.close()
        except OSError:
            pass  # the server is away
        finally:
            writer.close()


async def _pass_on(reader, writer, gate):
    with suppress(ConnectionError):
        while True:
            data = await reader.read(_BYTES)
            await gate.wait()
            if not data:
                return
            writer.write(data)
            await writer.drain()
