"""Requests as fast as they are answered, made by wrk on a core of its own."""

import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.cores import on_the_other_core

CONNECTIONS = 64
_HERE = Path(__file__).parent
_RATE = re.compile(r"Requests/sec:\s+([\d.]+)")
_COUNT = re.compile(r"(\d+) requests in")
_WRONG = re.compile(r"Non-2xx or 3xx responses: (\d+)|Socket errors: (.+)")


class NoWrkError(Exception):
    """wrk is not on this machine."""

    def __init__(self):
        super().__init__(
            "wrk makes the load and is not here. Install it (Debian and Ubuntu: "
            "apt-get install wrk; macOS: brew install wrk) and ask again."
        )


class WrongAnswersError(Exception):
    """A server answered something else than 2xx: its figure would mean nothing."""


@dataclass(frozen=True)
class Target:
    """What is asked for: an address, or with ``paths`` a file of addresses, each
    asked for by ``script``.
    """

    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    paths: Path | None = None
    script: str = "first_clicks.lua"
    connections: int = CONNECTIONS


@dataclass(frozen=True)
class Load:
    """What came of it: requests a second, and how many there were."""

    rate: float
    count: int


def wrk():
    """Where wrk is; raises ``NoWrkError``."""
    found = shutil.which("wrk")
    if found is None:
        raise NoWrkError
    return found


def load(target, *, seconds, first=0):
    """Ask for ``target`` for whole ``seconds``, in its file from ``first`` on."""
    command = [
        wrk(),
        "-t1",
        f"-c{target.connections}",
        f"-d{seconds}s",
        "--timeout",
        "10s",
    ]
    for name, value in target.headers.items():
        command += ["-H", f"{name}: {value}"]
    if target.paths is None:
        command.append(target.url)
    else:
        command += ["-s", _HERE / target.script, target.url]
        command += ["--", target.paths, str(first)]
    with on_the_other_core():
        done = subprocess.run(command, check=True, capture_output=True, text=True)
    return parsed(done.stdout)


def parsed(text):
    """The figures of what wrk prints; raises ``WrongAnswersError``."""
    if wrong := _WRONG.search(text):
        raise WrongAnswersError(wrong[0])
    return Load(rate=float(_RATE.search(text)[1]), count=int(_COUNT.search(text)[1]))
