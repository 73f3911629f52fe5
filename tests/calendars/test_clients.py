"""People with vdirsyncer and khal end with the programme as it is, and no doubles."""

import asyncio
import json
import os
import subprocess
import sys
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp import web

from calendars.entry import Status
from calendars.publish import publish
from tests.calendars.samples import FEED, PARIS, entry, paris

VDIRSYNCER = """
[general]
status_path = "{home}/status"

[pair meeting]
a = "feed"
b = "calendar"
collections = null

[storage feed]
type = "http"
url = "{url}"

[storage calendar]
type = "filesystem"
path = "{home}/calendar"
fileext = ".ics"
"""
KHAL = """
[calendars]
[[meeting]]
path = {home}/calendar

[default]
default_calendar = meeting

[locale]
local_timezone = Europe/Paris
default_timezone = Europe/Paris
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M
"""
MINUTE = "%Y-%m-%d %H:%M"
SHOWN = ("title", "start-long-full", "end-long-full", "status")


def revised(one, **changes):
    return replace(
        one,
        sequence=one.sequence + 1,
        revised=one.revised + timedelta(days=1),
        **changes,
    )


MOVED = entry(uid="moved", summary="Réseaux, profonds; 😀")
RENAMED = entry(uid="renamed", summary="À annoncer", starts=paris(2027, 6, 28, 11))
GONE = entry(uid="gone", summary="Transport", starts=paris(2027, 6, 28, 14))
KEPT = entry(uid="kept", summary="Noyaux", starts=paris(2027, 10, 31, 3))
BEFORE = [MOVED, RENAMED, GONE, KEPT]
AFTER = [
    revised(MOVED, starts=paris(2027, 6, 29, 9), ends=paris(2027, 6, 29, 10, 30)),
    revised(RENAMED, summary="Matrices aléatoires"),
    revised(GONE, summary="Annulé : Transport", status=Status.CANCELLED),
    KEPT,
    entry(uid="added", summary="Table ronde", starts=paris(2027, 6, 28, 16)),
]


def as_shown(entries):
    """What somebody in Paris should see of ``entries``, in any order."""
    return sorted(
        (
            one.summary,
            one.starts.astimezone(PARIS).strftime(MINUTE),
            one.ends.astimezone(PARIS).strftime(MINUTE),
            one.status.value,
        )
        for one in entries
    )


@dataclass(frozen=True)
class Person:
    """Somebody with a calendar in ``home``, which both programs use."""

    home: Path

    def subscribe(self, url):
        config = VDIRSYNCER.format(home=self.home, url=url)
        (self.home / "vdirsyncer.conf").write_text(config)
        self._vdirsyncer("discover")

    def sync(self):
        self._vdirsyncer("sync")

    def import_file(self, written):
        (self.home / "jour.ics").write_bytes(written)
        self._khal("import", "--batch", self.home / "jour.ics")

    def sees(self, *fields):
        """Each event of 2027 as khal shows it, sorted."""
        asked = [part for name in fields for part in ("--json", name)]
        printed = self._khal("list", "--once", *asked, "2027-01-01", "365d")
        return sorted(
            tuple(event[name] for name in fields)
            for day in printed.splitlines()
            for event in json.loads(day)
        )

    def _vdirsyncer(self, *arguments):
        self._run("vdirsyncer", "--config", self.home / "vdirsyncer.conf", *arguments)

    def _khal(self, *arguments):
        return self._run("khal", "--config", self.home / "khal.conf", *arguments)

    def _run(self, program, *arguments):
        done = subprocess.run(
            [sys.executable, "-m", program, *arguments],
            cwd=self.home,
            # Nothing of the machine's: no proxy, no zone, no settings of its owner.
            env={
                "PATH": os.environ["PATH"],
                "LC_ALL": "C.UTF-8",
                "HOME": str(self.home),
                "XDG_CONFIG_HOME": str(self.home / "config"),
                "XDG_DATA_HOME": str(self.home / "data"),
                "XDG_CACHE_HOME": str(self.home / "cache"),
            },
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture
def person(tmp_path):
    (tmp_path / "calendar").mkdir()
    (tmp_path / "khal.conf").write_text(KHAL.format(home=tmp_path))
    return Person(tmp_path)


@dataclass
class Served:
    """A feed at an address; whoever comes gets what ``written`` is then."""

    url: str = ""
    written: bytes = b""

    async def answer(self, _request):
        return web.Response(
            body=self.written, content_type="text/calendar", charset="utf-8"
        )


@pytest.fixture
async def served(aiohttp_server):
    served = Served()
    app = web.Application()
    app.router.add_get("/e/jour.ics", served.answer)
    served.url = str((await aiohttp_server(app)).make_url("/e/jour.ics"))
    return served


async def test_subscriber_sees_every_entry_in_the_first_sync(person, served):
    served.written = publish(BEFORE, feed=FEED)

    await asyncio.to_thread(person.subscribe, served.url)
    await asyncio.to_thread(person.sync)

    assert person.sees(*SHOWN) == as_shown(BEFORE)


@pytest.mark.promise("clients")
async def test_subscriber_sees_changes_in_the_next_sync(person, served):
    await asyncio.to_thread(person.subscribe, served.url)
    for entries in (BEFORE, AFTER):
        served.written = publish(entries, feed=FEED)
        await asyncio.to_thread(person.sync)

    assert person.sees(*SHOWN) == as_shown(AFTER)


async def test_uid_of_the_calendar_would_leave_a_subscriber_one_event(person, served):
    """The twin of the tests above: why the calendar has no UID."""
    served.written = publish(BEFORE, feed=FEED).replace(
        b"VERSION:2.0\r\n", b"VERSION:2.0\r\nUID:x\r\n"
    )

    await asyncio.to_thread(person.subscribe, served.url)
    await asyncio.to_thread(person.sync)

    (only,) = person.sees(*SHOWN)
    assert only in as_shown(BEFORE)


@pytest.mark.promise("clients")
def test_second_import_updates_the_first_in_place(person):
    person.import_file(publish(BEFORE, feed=FEED))
    person.import_file(publish(AFTER, feed=FEED))

    assert person.sees(*SHOWN) == as_shown(AFTER)
    assert person.sees("uid") == sorted((one.uid,) for one in AFTER)


def test_entry_left_out_instead_of_cancelled_would_stay_in_an_import(person):
    """The twin of the test above: why cancelled talks stay in the file."""
    person.import_file(publish(BEFORE, feed=FEED))
    person.import_file(publish([MOVED, RENAMED, KEPT], feed=FEED))

    assert person.sees(*SHOWN) == as_shown(BEFORE)
