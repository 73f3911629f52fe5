"""The demo's own LiveKit server: there where the program is, and gone at the end."""

import os

import psutil
import pytest

from integrations.http import Wire
from integrations.video.choose import choose
from integrations.video.setup import Around
from orchestrator.clock import utc_now
from orchestrator.operations.local_livekit import PROGRAM, local_livekit
from tests.livekit_server import MISSING, binary

WEBHOOK = "http://127.0.0.1:1/webhooks/main"


@pytest.fixture
def on_the_path(tmp_path, monkeypatch):
    """Puts a program there under the server's name."""

    def put(program):
        folder = tmp_path / "bin"
        folder.mkdir()
        (folder / PROGRAM).symlink_to(program)
        monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")

    return put


@pytest.fixture
async def wire():
    wire = Wire()
    yield wire
    await wire.close()


async def test_where_the_program_is_missing_there_is_none(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))

    async with local_livekit(tmp_path, WEBHOOK) as settings:
        assert settings is None


async def test_a_program_that_ends_is_none(tmp_path, on_the_path):
    on_the_path("/bin/false")

    async with local_livekit(tmp_path, WEBHOOK) as settings:
        assert settings is None


async def test_it_lacks_nothing_and_ends_with_the_demo(tmp_path, on_the_path, wire):
    if (program := binary()) is None:
        pytest.skip(MISSING)
    on_the_path(program)

    async with local_livekit(tmp_path, WEBHOOK) as settings:
        provider = choose(settings, Around(wire, WEBHOOK, utc_now))
        findings = await provider.examine()
        # This process may have other children.
        servers = [
            one
            for one in psutil.Process().children()
            if str(tmp_path / "livekit.json") in one.cmdline()
        ]

    assert [one for one in findings if not one.good] == []
    assert [one.is_running() for one in servers] == [False]
