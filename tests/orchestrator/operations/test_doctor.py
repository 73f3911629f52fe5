"""What is lacking is found, each by itself, and told with what to do."""

from datetime import UTC, datetime

import pytest
from pydantic import HttpUrl, SecretStr

from integrations.video.provider import Capabilities, Finding
from orchestrator.app import serving, wire
from orchestrator.database import Database
from orchestrator.inbox import store
from orchestrator.inbox.model import Kept
from orchestrator.operations import doctor
from orchestrator.operations.doctor import examine
from tests.orchestrator.app_client import settings
from tests.servers import free_port

LINK = {"provider": "link", "url": "https://video.example/salle"}
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
    """A provider that tells who is there, and whose key is wrong."""

    capabilities = Capabilities(presence=True)

    async def examine(self):
        return (
            Finding(what="its server answers", good=True),
            Finding(what="its server takes the key", good=False, advice="Copy it."),
        )


async def test_what_a_provider_finds_is_told_and_that_nothing_came(
    running, monkeypatch
):
    monkeypatch.setattr(doctor, "choose", lambda _settings, _around: Reporting())
    far = running.model_copy(
        update={"video": {"hall": {"url": "https://video.example"}}}
    )
    near = running.model_copy(
        update={"video": {"hall": {"url": "http://127.0.0.1:7880"}}}
    )

    before = [what for _, what in lacking(await checks(far))]
    await sent(near.database_url)
    after = [what for _, what in lacking(await checks(near))]

    assert before == [
        "its server takes the key",
        "its server can reach this one",
        "something it sent has arrived",
    ]
    assert after == ["its server takes the key"]


async def sent(database_url):
    """The provider of the hall has sent something."""
    database = Database(database_url)
    kept = Kept(connection="hall", key="k", body=b"{}", received=datetime.now(UTC))
    async with database.transaction() as session:
        await store.keep(session, [kept])
    await database.close()


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
