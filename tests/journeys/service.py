"""The real service in a process of its own, and the command line that goes with it."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import urlopen

from orchestrator.app import open_services
from orchestrator.settings import Settings
from tests.servers import free_port

ROOT = Path(__file__).parents[2]
SECRET = "Jw5nB8_vQ3xR7tLk2PzYd9HsGgAe4MfC-oIiUx6c"
# A busy machine takes its time.
_SECONDS_TO_START = 120
_PREFIX = "ORCHESTRATOR_"


def environment(**settings):
    """The machine's, without settings of its own, with those given."""
    # A service compiles its modules once, not at each start.
    strange = (_PREFIX, "PYTHONDONTWRITEBYTECODE")
    ours = {name: v for name, v in os.environ.items() if not name.startswith(strange)}
    return ours | {
        "PYTHONPATH": str(ROOT),
        # What a person at a terminal sees, whatever runs the tests.
        "COLUMNS": "200",
        "NO_COLOR": "1",
        **{_PREFIX + name.upper(): value for name, value in settings.items()},
    }


@dataclass
class Installation:
    """A folder, a database and an address: what settings make of the service."""

    folder: Path
    database_url: str
    port: int = field(default_factory=free_port)
    secret: str = SECRET
    workers: int = 1
    redis_url: str = ""
    settings: dict = field(default_factory=dict)
    """Further ones, by their name without the prefix."""
    process: subprocess.Popen | None = field(default=None, repr=False)
    """That of ``serving``."""

    @property
    def url(self):
        """The address that people use."""
        return f"http://localhost:{self.port}"

    @property
    def environment(self):
        return environment(
            secret=self.secret,
            base_url=self.url,
            port=str(self.port),
            database_url=self.database_url,
            storage_url=(self.folder / "files").as_uri(),
            workers=str(self.workers),
            **({"redis_url": self.redis_url} if self.redis_url else {}),
            **self.settings,
        )

    def run(self, *arguments, answers=""):
        """What ``orchestrator`` of these arguments did, in a process of its own."""
        return subprocess.run(
            command(*arguments),
            cwd=self.folder,
            env=self.environment,
            input=answers,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=120,
            check=False,
        )

    def cli(self, *arguments):
        """What the command printed; an assertion fails if it failed."""
        done = self.run(*arguments)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def beside(self):
        """Another instance of the same service, on a port of its own."""
        return replace(self, port=free_port())

    @contextmanager
    def serving(self, *, tries=3):
        """``orchestrator serve`` until the end of the block."""
        process = self.process = self._started(tries)
        try:
            yield self
        finally:
            stop(process)

    def _started(self, tries):
        process = start(command("serve"), self.folder, self.environment)
        if answers(f"{self.url}/healthz", process):
            return process
        said = stop(process)
        if tries == 1:
            raise RuntimeError(said)
        # Another process took the port meanwhile.
        self.port = free_port()
        return self._started(tries - 1)

    @asynccontextmanager
    async def services(self):
        """The parts of the service, as another process of the installation has them."""
        settings = Settings(
            _env_file=None,
            secret=self.secret,
            base_url=self.url,
            database_url=self.database_url,
            storage_url=(self.folder / "files").as_uri(),
        )
        async with open_services(settings) as opened:
            yield opened

    def _wait_for(self, event):
        """Until the service, which looks once a second, has seen the revision."""
        facts = f"{self.url}/api/v1/events/{event.slug}"
        ends = time.monotonic() + _SECONDS_TO_START
        while time.monotonic() < ends:
            # Its database may be too busy to answer.
            with suppress(OSError), urlopen(facts, timeout=30) as response:  # noqa: S310 -- our own
                if json.load(response)["revision"] >= event.revision:
                    return
            time.sleep(0.05)
        raise TimeoutError(facts)

    async def at(self, slug, moment):
        """Have the clock of a meeting show ``moment``, and the service know it."""
        async with self.services() as opened:
            event = await opened.programmes.set_now(slug, moment)
        await asyncio.to_thread(self._wait_for, event)


@contextmanager
def demo(folder, *arguments):
    """``orchestrator demo``; gives the lines that it printed once it was ready."""
    process = start(command("demo", "--port", "0", *arguments), folder, environment())
    try:
        lines = []
        while not (lines and lines[-1].startswith("Ctrl-C")):
            line = process.stdout.readline()
            if not line:
                raise RuntimeError("".join(lines))
            lines.append(line.rstrip("\n"))
        yield lines
    finally:
        stop(process)


def command(*arguments):
    return [sys.executable, "-m", "orchestrator", *map(str, arguments)]


def start(arguments, folder, variables, *, output=subprocess.PIPE):
    return subprocess.Popen(
        arguments,
        cwd=folder,
        env=variables,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
    )


def stop(process):
    """End it as Ctrl-C would; returns what it still said."""
    process.send_signal(signal.SIGINT)
    try:
        return process.communicate(timeout=60)[0]
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        raise


def answers(address, process):
    """Whether ``address`` answers before ``process`` ends."""
    ends = time.monotonic() + _SECONDS_TO_START
    while process.poll() is None and time.monotonic() < ends:
        try:
            with urlopen(address, timeout=30) as response:  # noqa: S310 -- our own
                return response.status == 200
        except OSError:
            time.sleep(0.05)  # nothing else tells that a port is open
    return False


def path_of(link):
    """The address of ``link`` from the site's root."""
    return urlsplit(link).path
