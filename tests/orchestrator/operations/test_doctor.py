"""What is lacking is found, each by itself, and told with what to do."""

from datetime import UTC, datetime, timedelta

import pytest
from pydantic import HttpUrl, SecretStr
from sqlalchemy import insert, select, update

from integrations.errors import Rejected
from integrations.video.events import Came, Went
from integrations.video.provider import Capabilities, Finding
from orchestrator.app import serving, wire
from orchestrator.attendance.tables import PresenceRow
from orchestrator.database import Database, run
from orchestrator.inbox import store
from orchestrator.inbox.model import Kept
from orchestrator.operations import doctor
from orchestrator.operations.doctor import examine
from orchestrator.registration.tables import RegistrantRow
from orchestrator.rooms.tables import RoomRow
from tests.orchestrator.app_client import made, settings
from tests.servers import free_port

pytestmark = pytest.mark.usefixtures("patient_doctor")

LINK = {"provider": "link", "url": "https://video.example/salle"}
NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
NO_DATABASE = "postgresql+asyncpg://nobody@127.0.0.1:1/none"
NO_STORAGE = SecretStr("s3://none?endpoint=http://127.0.0.1:1&region=x")


async def checks(chosen):
    return [one async for one in examine(chosen)]


def lacking(found):
    """What is lacking."""
    return [(one.of, one.what) for one in found if not one.good]


@pytest.fixture
async def running(upgraded_url, valkey_url, tmp_path):
    """The settings of a service that lacks nothing, and runs."""
    port = free_port()
    chosen = settings(
        upgraded_url,
        tmp_path,
        base_url=f"http://127.0.0.1:{port}",
        redis_url=valkey_url,
        video={"main": LINK},
    )
    database = Database(upgraded_url)
    async with serving(wire(chosen, database, "here"), host="127.0.0.1", port=port):
        yield chosen
    await database.close()


async def test_where_nothing_is_lacking_all_is_good(running):
    found = await checks(running)

    assert lacking(found) == []
    assert {one.of for one in found} == {"service", "main"}


@pytest.mark.parametrize(
    ("setting", "value", "what", "said"),
    [
        ("secret", SecretStr(""), "a secret", "ORCHESTRATOR_SECRET"),
        ("database_url", NO_DATABASE, "the database", "ORCHESTRATOR_DATABASE_URL"),
        ("storage_url", NO_STORAGE, "the storage", "ORCHESTRATOR_STORAGE_URL"),
        ("redis_url", "redis://127.0.0.1:1", "Redis", "ORCHESTRATOR_REDIS_URL"),
        ("base_url", HttpUrl("http://127.0.0.1:1"), "the service", "BASE_URL"),
    ],
)
async def test_each_thing_that_is_lacking_is_named_alone(
    running, setting, value, what, said
):
    found = await checks(running.model_copy(update={setting: value}))

    (one,) = [one for one in found if not one.good]
    assert (one.of, one.what.startswith(what), said in one.advice) == (
        "service",
        True,
        True,
    )


async def test_setting_of_a_connection_is_named(running):
    video = {"main": LINK, "hall": {"provider": "zoomm"}}
    found = await checks(running.model_copy(update={"video": video}))

    (one,) = [one for one in found if not one.good]
    assert (one.of, "ORCHESTRATOR_VIDEO__HALL__PROVIDER: " in one.advice) == (
        "hall",
        True,
    )


class Reporting:
    """A provider that tells who is there, and whose key is wrong. A body is a word."""

    capabilities = Capabilities(presence=True)

    async def examine(self):
        return (
            Finding(what="its server answers", good=True),
            Finding(what="its server takes the key", good=False, advice="Copy it."),
        )

    def understand(self, body):
        if body == b"nonsense":
            raise Rejected("nobody understands it")
        told = {"place": "hall", "guest": "ada", "stream": "one", "at": NOON}
        return {
            b"came": (Came(**told),),
            b"went": (Went(**told),),
            b"failed": (Went(**told, began=False),),
        }.get(body, ())


@pytest.fixture
def hall(running, monkeypatch):
    """The settings with one connection, to a server on this machine."""
    monkeypatch.setattr(doctor, "choose", lambda _settings, _around: Reporting())
    video = {"hall": {"url": "http://127.0.0.1:7880"}}
    return running.model_copy(update={"video": video})


async def test_what_a_provider_finds_is_told_and_that_nothing_came(hall):
    video = {"hall": {"url": "https://video.example"}}
    far = hall.model_copy(update={"video": video})

    before = [what for _, what in lacking(await checks(far))]
    await sent(hall, b"came")
    after = [what for _, what in lacking(await checks(hall))]

    assert before == [
        "its server takes the key",
        "its server can reach this one",
        "something it sent has arrived",
    ]
    assert after == ["its server takes the key"]


@pytest.mark.parametrize(
    ("bodies", "lack", "said"),
    [
        ([b"other"], "it tells who comes to a room", "tells of nobody"),
        ([b"nonsense", b"went"], "it tells who comes to a room", "tells of nobody"),
        (
            [b"came", b"failed", b"other", b"failed"],
            "the last who tried got into a room",
            "2 tries since 2026-11-26 12:00 UTC",
        ),
        ([b"failed", b"came", b"went"], None, ""),
    ],
)
async def test_whether_people_get_in_is_known_by_what_was_sent(
    hall, bodies, lack, said
):
    await sent(hall, *bodies)

    found = [one for one in await checks(hall) if not one.good][1:]

    assert [one.what for one in found] == ([lack] if lack else [])
    assert all(said in one.advice for one in found)


@pytest.mark.parametrize(("minutes", "told"), [(9, True), (11, False)])
async def test_people_of_whom_nothing_was_told_are_noticed(hall, seen, minutes, told):
    last = datetime.now(UTC) - timedelta(hours=1)
    await sent(hall, b"came", at=last)
    await seen(last + timedelta(minutes=minutes))

    (arrived,) = [one for one in await checks(hall) if "it sent" in one.what]

    assert f"{last:%Y-%m-%d %H:%M} UTC" in arrived.what
    assert arrived.good is told


async def test_who_stays_after_the_last_was_told_is_not_missed(hall, seen):
    last = datetime.now(UTC) - timedelta(hours=1)
    await sent(hall, b"came", at=last)
    for minutes in (1, 20, 40):
        await seen(last + timedelta(minutes=minutes))

    (arrived,) = [one for one in await checks(hall) if "it sent" in one.what]

    assert arrived.good


async def sent(settings, *bodies, at=None):
    """The provider of the hall has sent these."""
    database = Database(settings.database_url)
    for body in bodies:
        moment = at or datetime.now(UTC)
        key = f"{body}{moment}"
        kept = Kept(connection="hall", key=key, body=body, received=moment)
        async with database.transaction() as session:
            await store.keep(session, [kept])
    await database.close()


@pytest.fixture
async def seen(running, hall):
    """``await seen(moment)``: a page was heard of, in a room that is on the hall."""
    database = Database(running.database_url)
    await made(wire(running, database, "here"))

    async def seen(moment):
        async with database.transaction() as session:
            await run(session, update(RoomRow).values(connection="hall"))
            room, event = (await run(session, _ROOM)).one()
            who = (await run(session, select(RegistrantRow.id).limit(1))).scalar()
            line = {"source": "page", "key": str(moment), "stream": "one"}
            line |= {"kind": "here", "at": moment, "received": moment}
            line |= {"event_id": event, "room_id": room, "registrant_id": who}
            await run(session, insert(PresenceRow).values(line))

    yield seen
    await database.close()


_ROOM = select(RoomRow.id, RoomRow.event_id)


async def test_where_there_is_no_database_none_is_made(running, tmp_path):
    url = f"sqlite+aiosqlite:///{tmp_path}/none.db"
    video = {"hall": {"url": "https://video.example"}}

    found = await checks(
        running.model_copy(update={"database_url": url, "video": video})
    )

    (one,) = [one for one in found if not one.good]
    assert "There is none yet" in one.advice
    assert not (tmp_path / "none.db").exists()


async def test_database_of_another_version_is_told(running, monkeypatch):
    monkeypatch.setattr(doctor, "HEAD", "9999")

    (one,) = [one for one in await checks(running) if not one.good]

    assert one.what == "the database is of this version"
