"""Commands, run in this process on a database of their own."""

import io
import sys
from dataclasses import dataclass

import pytest
import structlog

from orchestrator.cli import main
from tests.orchestrator.app_client import SECRET


@dataclass
class Done:
    """How a command ended, and what it wrote."""

    code: int
    out: str
    err: str


class Terminal(io.StringIO):
    """Somebody at a terminal, with his answers."""

    def isatty(self):
        return True


@pytest.fixture
def folder(monkeypatch, tmp_path, upgraded_sqlite_url):
    """The working folder of the commands, its settings in the environment."""
    monkeypatch.chdir(tmp_path)
    for name, value in {
        "SECRET": SECRET,
        "DATABASE_URL": upgraded_sqlite_url,
        "STORAGE_URL": (tmp_path / "files").as_uri(),
        "BASE_URL": "https://reunion.example",
    }.items():
        monkeypatch.setenv(f"ORCHESTRATOR_{name}", value)
    return tmp_path


@pytest.fixture
def cli(folder, monkeypatch, capsysbinary):
    """``cli("links", "day", answers="y\\n")``: a command; at a terminal if answered."""

    def run(*arguments, answers=None):
        monkeypatch.setattr(sys, "argv", ["orchestrator", *map(str, arguments)])
        if answers is not None:
            monkeypatch.setattr(sys, "stdin", Terminal(answers))
        with pytest.raises(SystemExit) as ended:
            main()
        written = capsysbinary.readouterr()
        code = ended.value.code or 0
        return Done(code, written.out.decode(), written.err.decode())

    yield run
    structlog.reset_defaults()
