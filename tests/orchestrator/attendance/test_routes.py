"""Attendance over HTTP: for organisers, field by field, to be saved."""

import csv
import io
from contextlib import AsyncExitStack
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from orchestrator.app import build_app, wire
from orchestrator.attendance import routes as attendance_routes
from orchestrator.attendance.model import Sign, SignKind, Source
from orchestrator.database import Database
from orchestrator.programme.model import Kind
from orchestrator.web import openapi
from tests.orchestrator.app_client import (
    CAMILLE,
    CHAIR,
    DANA,
    INSTALL,
    ORGANISER,
    SLUG,
    SPEAKER,
    Served,
    made,
    settings,
)

PATH = f"/api/v1/events/{SLUG}/attendance"


@pytest.fixture
async def served(upgraded_sqlite_url, tmp_path, aiohttp_client):
    database = Database(upgraded_sqlite_url)
    services = wire(settings(upgraded_sqlite_url, tmp_path), database, INSTALL)
    event = await made(services)
    app = build_app(services)
    client = await aiohttp_client(app)
    async with AsyncExitStack() as opened:
        opened.push_async_callback(database.close)
        opened.push_async_callback(client.close)
        yield Served(services, event, str(client.make_url("")).rstrip("/"), opened)


async def watched(served, email):
    """The person's page is open for ten minutes of the first talk."""
    person = await served.person(email)
    (room,) = await served.services.rooms.of(served.event)
    slot = first_talk(served)
    await served.services.attendance.record(
        [
            Sign(
                event=served.event.id,
                room=room.id,
                registrant=person.id,
                source=Source.PAGE,
                kind=SignKind.HERE,
                stream="device",
                key=f"{person.id}/{minutes}",
                at=slot.starts + timedelta(minutes=minutes),
            )
            for minutes in range(11)
        ]
    )
    return person, slot


def first_talk(served):
    slots = served.event.timetable.slots
    return next(one for one in slots if one.talk.kind is Kind.INVITED)


async def answered(served, email, path=PATH):
    """Status, headers and text, for the person of that address (None: nobody)."""
    options = {"Accept": "application/json"}
    browser = await (
        served.known(email, **options) if email else served.browser(**options)
    )
    async with browser.get(path) as answer:
        return answer.status, answer.headers, await answer.text(), answer


async def test_organisers_read_everybody_s_figures(served):
    person, slot = await watched(served, CAMILLE)
    await served.at(slot.ends + timedelta(days=2))

    status, headers, _, answer = await answered(served, ORGANISER)

    told = await answer.json()
    begins = slot.starts.astimezone(ZoneInfo("Europe/Paris"))
    local = [(begins + timedelta(minutes=n)).isoformat() for n in (0, 10)]
    half = {"day": begins.date().isoformat(), "half": "afternoon"}
    assert (status, headers["Cache-Control"]) == (200, "no-store")
    assert headers["Content-Disposition"] == (
        f'attachment; filename="{SLUG}-attendance.json"'
    )
    assert [one for one in told["people"] if one["minutes"]] == [
        {
            "id": person.id,
            "name": "Camille Dupré",
            "email": CAMILLE,
            "affiliation": "Laboratoire Lanterne",
            "member": True,
            "role": "registrant",
            "intervals": [{"starts": local[0], "ends": local[1]}],
            "minutes": 10,
            "slots": [{"talk": slot.talk.id, "minutes": 10, "attended": True}],
            "half_days": [
                {**half, "arrives": local[0], "leaves": local[1], "minutes": 10}
            ],
            "overflow_minutes": 0,
            "estimated": True,
        }
    ]
    assert half in told["half_days"]
    assert told["peak"] == {"at": local[0], "inside": 1}
    assert {one["inside"] for one in told["curve"]} == {0, 1}
    assert [
        one["attended"] for one in told["slots"] if one["talk"] == slot.talk.id
    ] == [1]
    assert set(told) == {
        "event",
        "zone",
        "estimated",
        "peak",
        "curve",
        "slots",
        "half_days",
        "people",
    }


@pytest.mark.parametrize(
    ("query", "name", "title"),
    [
        ("csv&lang=en", "attendance.csv", "name"),
        ("csv&lang=fr", "attendance.csv", "nom"),
        ("sheet&lang=en", "attendance-sheet.csv", "day"),
        ("sheet", "attendance-sheet.csv", "jour"),
    ],
)
async def test_lists_are_saved_under_the_name_of_the_meeting(
    served, query, name, title
):
    person, _ = await watched(served, CAMILLE)

    status, headers, text, answer = await answered(
        served, ORGANISER, f"{PATH}?format={query}"
    )

    assert (status, answer.content_type, answer.charset) == (200, "text/csv", "utf-8")
    assert headers["Content-Disposition"] == f'attachment; filename="{SLUG}-{name}"'
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[0][0] == title
    assert any(person.name in row for row in rows)


@pytest.mark.parametrize(
    ("email", "status"),
    [(None, 401), (DANA, 403), (SPEAKER, 403), (CHAIR, 403), (ORGANISER, 200)],
)
async def test_attendance_is_for_organisers(served, email, status):
    await watched(served, CAMILLE)

    answer = await answered(served, email)

    assert answer[0] == status
    assert (CAMILLE in answer[2]) == (status == 200)


async def test_without_the_question_of_the_role_anybody_would_read_it(
    served, monkeypatch
):
    monkeypatch.setattr(attendance_routes, "allows", lambda *_: True)

    status, _, text, _ = await answered(served, DANA)

    assert (status, CAMILLE in text) == (200, True)


async def test_unknown_format_is_refused_with_those_there_are(served):
    status, _, text, _ = await answered(served, ORGANISER, f"{PATH}?format=xlsx")

    assert status == 422
    assert "Known: csv, json, sheet." in text


async def test_unknown_meeting_is_not_found(served):
    path = PATH.replace(SLUG, "another")

    assert (await answered(served, ORGANISER, path))[0] == 404


async def test_attendance_is_described(served):
    app = build_app(served.services)

    described = openapi.describe(app.router.routes())

    told = described["paths"]["/api/v1/events/{slug}/attendance"]["get"]["summary"]
    assert told.startswith("Attendance of everybody, for organisers;")


async def test_opening_links_and_pages_makes_no_presence(served):
    browser = await served.browser()
    for method in ("GET", "HEAD", "OPTIONS"):
        async with browser.request(method, await served.link(CAMILLE)):
            pass
    known = await served.known(CAMILLE)
    async with known.get(f"/e/{SLUG}/room") as page:
        assert page.status == 200

    figures = await served.services.attendance.of(served.event)

    assert figures.peak is None
    assert (await served.tables())["presence"] == []
