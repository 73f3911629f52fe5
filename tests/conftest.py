"""What every test may ask for: databases, Valkey, counts for load and faults."""

import asyncio
import gc
import os
import shutil
import tempfile
from contextlib import ExitStack, suppress
from pathlib import Path

import hypothesis
import psutil
import pytest

from orchestrator.database import Database
from orchestrator.database import postgres as connecting
from orchestrator.migrations.run import upgrade
from tests import livekit_server
from tests.livekit_people import people_at, running_clients
from tests.servers import database_name, running_postgres, running_valkey
from tests.waiting import PATIENCE

pytest_plugins = ["tests.journeys.browser"]

# What `make test` does of a load or fault test; `make drill` does all of it.
_QUICK_SHARE = 50

_OBJECTS_BETWEEN_LOOKS = 20_000

_MEMORY = Path("/dev/shm")  # noqa: S108 -- whoever uses it makes a folder of his own
_BYTES_OF_A_WORKER = 2 * 2**30

# The same examples at each run: a change is judged by what it changes. The drill
# looks for new ones.
hypothesis.settings.register_profile(
    "default", deadline=None, max_examples=40, derandomize=True
)
hypothesis.settings.register_profile(
    "drill", deadline=None, max_examples=40 * _QUICK_SHARE, print_blob=True
)


def pytest_addoption(parser):
    parser.addoption(
        "--full",
        action="store_true",
        help="load, fault and property tests at full count",
    )
    parser.addoption(
        "--share",
        type=int,
        metavar="N",
        help="a part of the full count: 10 does a tenth",
    )


def pytest_configure(config):
    if config.getoption("--full"):
        hypothesis.settings.load_profile("drill")
        return
    hypothesis.settings.load_profile("default")
    # Twenty may ask at once in a test, of a machine that does other things as well.
    connecting._SECONDS_TO_CONNECT = 30
    _write_into_memory(config.getoption("numprocesses", None) or 1)


def _write_into_memory(workers):
    """Have temporary files in memory where there is room: each test has a database of
    its own, and hundreds of files take a disk half a second. What is measured (at full
    count) is written where people's data would be.
    """
    if "TMPDIR" in os.environ or not _MEMORY.is_dir():
        return
    flags = os.statvfs(_MEMORY).f_flag
    free = min(shutil.disk_usage(_MEMORY).free, psutil.virtual_memory().available)
    # PostgreSQL is copied there where nobody else may read it.
    usable = os.access(_MEMORY, os.W_OK) and not flags & os.ST_NOEXEC
    if usable and free > workers * _BYTES_OF_A_WORKER:
        os.environ["TMPDIR"] = tempfile.tempdir = str(_MEMORY)


def pytest_collection_finish():
    """Thousands of tests and all libraries are there to stay: a collector that goes
    through them again and again takes a third of the time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_OBJECTS_BETWEEN_LOOKS, *gc.get_threshold()[1:])


@pytest.fixture
def count(pytestconfig):
    """``count(30_000)``: that many with ``--full``, a fiftieth without, at least 1."""
    whole = 1 if pytestconfig.getoption("--full") else _QUICK_SHARE
    share = pytestconfig.getoption("--share") or whole
    return lambda full: max(1, full // share)


@pytest.fixture
def full(pytestconfig):
    """Whether load and fault tests are run at full count, with nothing beside them."""
    return pytestconfig.getoption("--full")


@pytest.fixture
def promised(full):
    """``promised(5)``: within so many seconds. A quick run has others beside it, so it
    allows ten times as many, and half a minute at most.
    """
    return lambda seconds: seconds if full else min(PATIENCE / 2, 10 * seconds)


@pytest.fixture(scope="session", autouse=True)
def _nothing_left_running():
    """Whatever a test starts it also ends; looked at after every other fixture."""
    before = set(psutil.Process().children(recursive=True))
    yield
    _, left = psutil.wait_procs(
        set(psutil.Process().children(recursive=True)) - before, timeout=30
    )
    names = []
    for process in left:
        with suppress(psutil.NoSuchProcess):
            names.append(" ".join(process.cmdline()[:3]))
            process.kill()
    assert sorted(names) == [], "left running by a test"


@pytest.fixture(scope="session")
def postgres():
    """The ``Postgres`` of this worker; started when a test first needs it."""
    with running_postgres() as server:
        yield server


@pytest.fixture
def postgres_url(postgres):
    """A new PostgreSQL database without tables."""
    url = postgres.create()
    yield url
    postgres.drop(url)


@pytest.fixture(scope="session")
def valkey():
    """The ``ValkeyServer`` of this worker; started when a test first needs it."""
    with running_valkey() as server:
        yield server


@pytest.fixture
def valkey_url(valkey):
    """Valkey with nothing in it."""
    with valkey.client() as client:
        client.flushall()
    return valkey.connection_url


@pytest.fixture
def start_livekit(tmp_path):
    """``start_livekit(webhook)``: a ``LiveKitServer`` of this test, which tells that
    address what happens; an eighth of a second. Skipped where there is no such program.
    """
    if livekit_server.binary() is None:
        pytest.skip(livekit_server.MISSING)
    with ExitStack() as running:
        yield lambda *args, **settings: running.enter_context(
            livekit_server.running_livekit(tmp_path, *args, **settings)
        )


@pytest.fixture(scope="session")
def livekit_clients():
    """Where the LiveKit clients of this worker are; started at the first need."""
    with running_clients() as port:
        yield port


@pytest.fixture
async def people(livekit_clients):
    """``People`` to send into rooms of a LiveKit server."""
    async with people_at(livekit_clients) as people:
        yield people


@pytest.fixture
def sqlite_url(tmp_path):
    """The file is made at the first connection."""
    return f"sqlite+aiosqlite:///{tmp_path / 'test.db'}"


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request):
    """A new database without tables, on SQLite and on PostgreSQL in turn."""
    return request.getfixturevalue(f"{request.param}_url")


@pytest.fixture(scope="session")
def _sqlite_template(tmp_path_factory):
    file = tmp_path_factory.mktemp("template") / "upgraded.db"
    asyncio.run(_upgrade(f"sqlite+aiosqlite:///{file}"))
    return file


@pytest.fixture
def upgraded_sqlite_url(sqlite_url, _sqlite_template, tmp_path):
    """SQLite with every table of this version, empty; a copy, so it costs 1 ms."""
    shutil.copyfile(_sqlite_template, tmp_path / "test.db")
    return sqlite_url


@pytest.fixture(scope="session")
def _postgres_template(postgres):
    url = postgres.create()
    asyncio.run(_upgrade(url))
    return database_name(url)


@pytest.fixture
def upgraded_postgres_url(postgres, _postgres_template):
    """PostgreSQL with every table of this version, empty; a copy, some 30 ms."""
    url = postgres.create(template=_postgres_template)
    yield url
    postgres.drop(url)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def upgraded_url(request):
    """A database with every table, empty, on SQLite and on PostgreSQL in turn."""
    return request.getfixturevalue(f"upgraded_{request.param}_url")


async def _upgrade(url):
    database = Database(url)
    try:
        await upgrade(database)
    finally:
        await database.close()
