"""What one caller waits for: reading, laying out, starting; and what stays in memory."""

import os
import secrets
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from http import HTTPStatus
from pathlib import Path
from zoneinfo import ZoneInfo

import psutil

from benchmarks.figures import Figure
from orchestrator.operations.demo import MEMBERS, NON_MEMBERS, example, free_port
from orchestrator.operations.made_up import people
from orchestrator.programme.importers import read
from orchestrator.programme.model import Kind, Person, Programme, Session, Talk
from orchestrator.programme.timetable import lay_out
from orchestrator.stage.actions import apply
from orchestrator.stage.lengths import lengths
from orchestrator.stage.model import Cue, Rundown
from orchestrator.stage.retiming import propose
from orchestrator.stage.schemas import Next
from tests.real_page import REAL_PAGE

TALKS, SESSIONS = 1000, 40
TALKS_OF_A_DAY = 60
_KINDS = (
    *[Kind.CONTRIBUTED] * 6,
    Kind.DISCUSSION,
    *[Kind.CONTRIBUTED] * 6,
    Kind.BREAK,
    Kind.INVITED,
)
_SLUG = "bench"
_MIB = 1024**2
_MADE_UP = Path(__file__).parents[1] / "tests" / "data" / "pages"


def meeting_page():
    """The real meeting page; where it is not at hand, the longest made-up one."""
    if REAL_PAGE.exists():
        return REAL_PAGE
    return max(_MADE_UP.glob("*.md"), key=lambda page: page.stat().st_size)


def reading(page, *, rounds):
    """Seconds to read ``page``, a meeting page; the process runs already."""
    content = page.read_bytes()
    read(content, name=page.name)
    seen = tuple(_seconds(lambda: read(content, name=page.name)) for _ in range(rounds))
    note = f"{page.name}, {len(content)} bytes"
    return Figure("Reading the meeting page", seen, " s", "<", 0.2, note)


def laying_out(*, rounds):
    """Seconds to give 1,000 talks in 40 sessions their times."""
    for name, large in (
        ("Laying out a large programme", talks_in_sessions()),
        ("Laying it out, sessions chosen as well", talks_for_sessions()),
    ):
        seen = tuple(_seconds(partial(lay_out, large)) for _ in range(rounds))
        note = f"{TALKS} talks in {SESSIONS} sessions"
        yield Figure(name, seen, " s", "<", 1, note)


def talks_in_sessions():
    """A programme of forty sessions on four days that hold their talks."""
    each = TALKS // SESSIONS
    talks = [_talk(number) for number in range(TALKS)]
    held = [tuple(talks[n * each : (n + 1) * each]) for n in range(SESSIONS)]
    return Programme(title="A large meeting", sessions=_sessions(held))


def talks_for_sessions():
    """The same talks, for which sessions have to be chosen."""
    talks = tuple(_talk(number) for number in range(TALKS))
    nothing = [()] * SESSIONS
    return Programme(title="A large meeting", sessions=_sessions(nothing), talks=talks)


def _sessions(held):
    first = datetime(2021, 6, 28, 7, tzinfo=UTC)
    return tuple(
        Session(
            title=f"Session {number}",
            starts=first + timedelta(days=number // 10),
            ends=first + timedelta(days=number // 10, hours=9),
            talks=talks,
            room=f"Room {number % 10}",
        )
        for number, talks in enumerate(held)
    )


def _talk(number):
    kind = Kind.CONTRIBUTED if number % 7 else Kind.INVITED
    speaker = Person(name=f"Person {number}")
    return Talk(title=f"Talk {number}", kind=kind, speakers=(speaker,))


def retiming(*, rounds):
    """Milliseconds to say what a delay does to a day, of which the first talk is on.

    A round is the mean of several, as one takes less than a clock tells well.
    """
    day = day_of_talks()
    work = partial(propose, day, day.starts + timedelta(minutes=45))
    each = 20
    seen = tuple(_seconds(lambda: [work() for _ in range(each)]) for _ in range(rounds))
    note = f"{len(work().shifts)} promised times change"
    return Figure(
        f"Re-timing a day of {TALKS_OF_A_DAY} talks",
        tuple(1000 * seconds / each for seconds in seen),
        " ms",
        "<",
        1,
        note,
    )


def day_of_talks():
    """The rundown of a day: an invited talk behind twelve others, which have a
    discussion and a break between them.
    """
    starts = datetime(2021, 6, 28, 6, tzinfo=ZoneInfo("Europe/Paris"))
    cues, length = [], timedelta(minutes=10)
    while sum(cue.kind.is_talk for cue in cues) < TALKS_OF_A_DAY:
        kind = _KINDS[len(cues) % len(_KINDS)]
        talk, questions = lengths(kind, length)
        cue = Cue(
            talk=f"t{len(cues)}",
            kind=kind,
            starts=starts,
            ends=starts + length,
            talk_time=talk,
            question_time=questions,
        )
        cues.append(cue)
        starts = cue.ends + timedelta(minutes=len(cues) % 2)
    day = Rundown(
        session="day",
        version=1,
        starts=cues[0].starts,
        ends=cues[-1].ends,
        cues=tuple(cues),
    )
    return apply(day, Next(do="next"), day.starts)


def starting(*, rounds):
    """Seconds from the start of ``serve`` until it is ready, and MiB at rest."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        environment = _environment(Path(folder))
        _store_meeting(Path(folder), environment)
        starts = [_start(environment) for _ in range(rounds)]
    seen, resident = zip(*starts, strict=True)
    yield Figure("serve is ready after", seen, " s", "<", 2.5)
    note = "544 registrants stored, one page asked for"
    yield Figure("serve at rest", resident, " MiB", "<", 150, note)


def _start(environment):
    """Seconds until ``serve`` is ready, and its MiB after one page."""
    origin = environment["ORCHESTRATOR_BASE_URL"]
    command = [sys.executable, "-m", "orchestrator", "serve"]
    began = time.perf_counter()
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as one:
        try:
            while not _answers(f"{origin}/readyz"):
                time.sleep(0.005)
            seconds = time.perf_counter() - began
            _answers(f"{origin}/e/{_SLUG}")
            return seconds, psutil.Process(one.pid).memory_info().rss / _MIB
        finally:
            one.terminate()


def _store_meeting(folder, environment):
    """The example meeting and as many people as had registered for it."""
    csv = folder / "people.csv"
    lines = (f"{p.name},{p.email}" for p in people(members=MEMBERS, others=NON_MEMBERS))
    csv.write_text("\n".join(("name,email", *lines)))
    for arguments in (
        ("programme", "import", example(), "--slug", _SLUG, "--yes"),
        ("registrants", "import", _SLUG, csv, "--yes"),
    ):
        command = [sys.executable, "-m", "orchestrator", *map(str, arguments)]
        subprocess.run(command, check=True, env=environment, stdout=subprocess.DEVNULL)


def _environment(folder):
    port = free_port()
    kept = {n: v for n, v in os.environ.items() if not n.startswith("ORCHESTRATOR_")}
    return {
        **kept,
        "ORCHESTRATOR_SECRET": secrets.token_urlsafe(48),
        "ORCHESTRATOR_DATABASE_URL": f"sqlite+aiosqlite:///{folder / 'bench.db'}",
        "ORCHESTRATOR_STORAGE_URL": (folder / "files").as_uri(),
        "ORCHESTRATOR_BASE_URL": f"http://127.0.0.1:{port}",
        "ORCHESTRATOR_PORT": str(port),
    }


def _answers(url):
    with suppress(OSError), urllib.request.urlopen(url, timeout=10) as response:  # noqa: S310 -- our own
        return response.status == HTTPStatus.OK
    return False


def _seconds(call):
    began = time.perf_counter()
    call()
    return time.perf_counter() - began
