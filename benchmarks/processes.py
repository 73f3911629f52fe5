"""Processes that are measured: started on the server's core, ended by their input."""

import json
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from benchmarks.cores import on_the_server_core


@dataclass(frozen=True)
class Server:
    """A process that answers at ``origin``; ``told`` is what it printed."""

    process: psutil.Process
    told: dict
    lines: subprocess.Popen

    @property
    def origin(self):
        return f"http://127.0.0.1:{self.told['port']}"

    def obey(self, line):
        """Have it do what ``line`` says; raises RuntimeError when it ended instead."""
        self.lines.stdin.write(f"{line}\n")
        self.lines.stdin.flush()
        if not self.lines.stdout.readline():
            raise RuntimeError(f"it ended with {self.lines.wait()}")

    def worked(self):
        """Seconds of the processor that it has used, kernel included."""
        times = self.process.cpu_times()
        return times.user + times.system


@contextmanager
def started(module, *arguments, told=None):
    """``python -m module`` on the server's core, which prints JSON when it is up."""
    command = [sys.executable, "-m", module, *map(str, arguments)]
    with on_the_server_core():
        process = subprocess.Popen(
            command,
            cwd=Path(__file__).parents[1],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
    with process:
        try:
            if told is not None:
                process.stdin.write(json.dumps(told) + "\n")
                process.stdin.flush()
            said = process.stdout.readline()
            if not said:
                raise RuntimeError(f"{module} ended with {process.wait()}")
            yield Server(psutil.Process(process.pid), json.loads(said), process)
        finally:
            process.stdin.close()
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
