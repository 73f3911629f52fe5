"""What an installation has and lacks, asked of everything it depends on."""

from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile
from pathlib import Path

from redis.asyncio import Redis
from redis.exceptions import RedisError
from sqlalchemy.exc import DBAPIError

from integrations.errors import IntegrationError, Rejected
from integrations.http import Wire
from integrations.storage.choose import from_url
from integrations.video.choose import choose
from integrations.video.events import Came, News, Went
from integrations.video.provider import VideoProvider
from integrations.video.setup import Around, UnusableSetting
from orchestrator.attendance import store as attendance
from orchestrator.clock import utc_now
from orchestrator.database import Database, DatabaseClock, DatabaseUnavailable
from orchestrator.inbox import store as inbox
from orchestrator.migrations.run import HEAD, current
from orchestrator.settings import Settings

# What certificates and signatures of providers allow for.
_APART = timedelta(seconds=60)
ANSWERS_WITHIN = 3.0
# What a provider tells comes within this time of the page's first sign of life.
_LATE = timedelta(minutes=10)
# Enough to have somebody's coming in it, whatever else is told.
_LOOKED_AT = 500
_NOTHING = "0" * 64
_SQLITE = "sqlite+aiosqlite:///"
_HERE = ("localhost", "127.0.0.1", "[::1]", "::1")


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that is needed: whether it is there, and what to do where it is not.

    ``of`` is the part of the installation: ``service``, or a connection by its name.
    """

    of: str
    what: str
    good: bool
    advice: str = ""


async def examine(settings: Settings) -> AsyncIterator[Check]:
    """Each check as it is made; nothing is changed anywhere. Raises nothing that is
    somebody else's failure.
    """
    wire = Wire(seconds=ANSWERS_WITHIN)
    try:
        yield _secret(settings)
        async for check in _database(settings):
            yield check
        yield await _storage(settings)
        if settings.redis_url:
            yield await _relay(settings.redis_url)
        yield await _address(settings, wire)
        for name in settings.video:
            async for check in connection(name, settings, wire):
                yield check
    finally:
        await wire.close()


def _secret(settings: Settings) -> Check:
    advice = (
        "Set ORCHESTRATOR_SECRET: `orchestrator serve` says how to make one. Without it "
        "there are no personal links."
    )
    there = bool(settings.secret.get_secret_value())
    return Check("service", "a secret that signs personal links", there, advice)


async def _database(settings: Settings) -> AsyncIterator[Check]:
    what = "the database answers"
    if _is_to_be_made(settings.database_url):
        advice = "There is none yet: `orchestrator serve` makes it, or `db upgrade`."
        yield Check("service", what, good=False, advice=advice)
        return
    database = Database(settings.database_url, within=ANSWERS_WITHIN)
    clock = DatabaseClock()
    try:
        await clock.measure(database)
        version = await current(database)
    except DatabaseUnavailable:
        advice = "Check ORCHESTRATOR_DATABASE_URL, and that the server runs."
        yield Check("service", what, good=False, advice=advice)
        return
    finally:
        await database.close()
    yield Check("service", what, good=True)
    advice = "Run `orchestrator db upgrade`; `orchestrator serve` does it as well."
    what = "the database is of this version"
    yield Check("service", what, version == HEAD, advice)
    yield _clocks(clock)


def _clocks(of_database: DatabaseClock) -> Check:
    apart = abs(of_database() - utc_now())
    advice = (
        f"They are {apart.total_seconds():.0f} s apart: have both machines' clocks "
        "set by the network (NTP). Providers refuse what is signed at another time."
    )
    what = "this machine and the database agree on the time"
    return Check("service", what, apart < _APART, advice)


def _is_to_be_made(database_url: str) -> bool:
    """Whether it is a file that is not there: asking would make it."""
    path = database_url.removeprefix(_SQLITE)
    return path != database_url and not Path(path).exists()


async def _storage(settings: Settings) -> Check:
    try:
        await from_url(settings.storage_url.get_secret_value()).exists(_NOTHING)
    except IntegrationError as error:
        advice = f"Check ORCHESTRATOR_STORAGE_URL. {error}"
        return Check(
            "service", "the storage of files answers", good=False, advice=advice
        )
    return Check("service", "the storage of files answers", good=True)


async def _relay(url: str) -> Check:
    what = "Redis answers"
    try:
        client = Redis.from_url(
            url, socket_timeout=ANSWERS_WITHIN, socket_connect_timeout=ANSWERS_WITHIN
        )
        async with client:
            await client.ping()
    except (RedisError, OSError, ValueError):
        advice = (
            "Check ORCHESTRATOR_REDIS_URL. Nothing is lost without it: live updates "
            "come up to two seconds later."
        )
        return Check("service", what, good=False, advice=advice)
    return Check("service", what, good=True)


async def _address(settings: Settings, wire: Wire) -> Check:
    what = f"the service answers at {settings.origin}"
    try:
        answer = await wire.ask("GET", f"{settings.origin}/healthz", again=False)
        good = answer.body == b"ok\n"
    except IntegrationError:
        good = False
    advice = (
        "Start it, or set ORCHESTRATOR_BASE_URL to the address that people use and "
        "have the proxy pass it on. Personal links and providers' webhooks go there."
    )
    return Check("service", what, good, advice)


async def connection(name: str, settings: Settings, wire: Wire) -> AsyncIterator[Check]:
    """Each check of one connection, as ``examine`` makes it."""
    callback = f"{settings.origin}/webhooks/{name}"
    try:
        provider = choose(settings.video[name], Around(wire, callback, utc_now))
    except UnusableSetting as error:
        variable = f"ORCHESTRATOR_VIDEO__{name}__{error.key}".upper()
        yield Check(
            name, "its settings can be used", good=False, advice=f"{variable}: {error}"
        )
        return
    yield Check(name, "its settings can be used", good=True)
    for found in await provider.examine():
        yield Check(name, found.what, found.good, found.advice)
    if provider.capabilities.presence:
        yield _reached(name, settings)
    if provider.capabilities.presence and not provider.capabilities.polled:
        heard = await _heard(name, provider, settings)
        yield _arrived(name, callback, heard)
        for check in _came(name, heard):
            yield check


@dataclass(frozen=True, slots=True)
class _Heard:
    """What a provider sent: when the last of it came (None for never), how much of it
    was looked into, its news, the latest first, and since when people are in its rooms
    of whom it told nothing.
    """

    last: datetime | None = None
    looked_at: int = 0
    news: tuple[News, ...] = ()
    untold: datetime | None = None


async def _heard(name: str, provider: VideoProvider, settings: Settings) -> _Heard:
    if _is_to_be_made(settings.database_url):
        return _Heard()
    database = Database(settings.database_url, within=ANSWERS_WITHIN)
    try:
        async with database.reading() as session:
            if (last := await inbox.last(session, name)) is None:
                return _Heard()
            bodies = await inbox.latest(session, name, at_most=_LOOKED_AT)
            untold = await attendance.untold(session, name, last, _LATE)
    except (DatabaseUnavailable, DBAPIError):
        return _Heard()  # said already: it does not answer, or has other tables
    finally:
        await database.close()
    news = tuple(one for body in bodies for one in _read(provider, body))
    return _Heard(last, len(bodies), news, untold)


def _read(provider: VideoProvider, body: bytes) -> tuple[News, ...]:
    try:
        return provider.understand(body)[::-1]
    except Rejected:
        return ()  # shown on the organisers' page


def _reached(name: str, settings: Settings) -> Check:
    """Whether what the provider sends can arrive."""
    host = settings.base_url.host or ""
    far = host not in _HERE or _is_here(settings.video[name])
    return Check(
        name,
        "its server can reach this one",
        far,
        f"ORCHESTRATOR_BASE_URL is {settings.origin}: that is this machine alone. Set it "
        "to the https address that others use.",
    )


def _arrived(name: str, callback: str, heard: _Heard) -> Check:
    """Whether what the provider sends arrives."""
    what = "something it sent has arrived"
    if heard.last is None:
        advice = (
            f"Nothing has come to {callback}. Set this address up at the provider "
            "(docs/rooms), enter a room once, and ask again."
        )
        return Check(name, what, good=False, advice=advice)
    what = f"{what}, the last of it {_written(heard.last)}"
    if heard.untold is None:
        return Check(name, what, good=True)
    advice = (
        f"People have come to its rooms since {_written(heard.untold)}, and it told "
        f"nothing of them. Look whether {callback} is still set up there (docs/rooms)."
    )
    return Check(name, what, good=False, advice=advice)


def _came(name: str, heard: _Heard) -> Iterator[Check]:
    """Whether the last who tried to come into a room did; nothing where what was sent
    is forgotten.
    """
    moves = [one for one in heard.news if isinstance(one, Came | Went)]
    came = any(isinstance(one, Came) for one in moves)
    later = takewhile(lambda one: not isinstance(one, Came), moves)
    failed = [one.at for one in later if isinstance(one, Went) and not one.began]
    if failed:
        advice = (
            f"{len(failed)} tries since {_written(failed[-1])} reached the server, and no "
            "picture or sound passed. Open its media ports to the world, and see which "
            "address it tells people (docs/rooms). One person alone may sit behind a "
            "firewall that needs TURN."
        )
        yield Check(
            name, "the last who tried got into a room", good=False, advice=advice
        )
    elif came:
        yield Check(name, "the last who tried got into a room", good=True)
    elif 0 < heard.looked_at < _LOOKED_AT:
        advice = (
            "What it sent tells of nobody. Enter a room once, wait a minute, and ask "
            "again; then see which events are set up at the provider (docs/rooms)."
        )
        yield Check(name, "it tells who comes to a room", good=False, advice=advice)


def _written(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def _is_here(connection: Mapping[str, str]) -> bool:
    """Whether the provider's server is on this machine."""
    return any(f"//{host}" in connection.get("url", "") for host in _HERE)
