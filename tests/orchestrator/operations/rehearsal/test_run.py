"""A rehearsal against a service that keeps its promises, and one that does not."""

import asyncio
from contextlib import asynccontextmanager

import pytest
from aiohttp import web

from orchestrator.app import wire
from orchestrator.operations.rehearsal import copy, device, run
from orchestrator.operations.rehearsal.ledger import Told
from orchestrator.operations.rehearsal.promises import Promise
from orchestrator.operations.rehearsal.run import (
    NotAnswering,
    NotTheSame,
    Wanted,
    rehearsing,
)
from tests.orchestrator.app_client import PEOPLE, application, dump, made, settings
from tests.orchestrator.operations.rehearsal.door import Door
from tests.orchestrator.pages import made_up

SEATS = 25
MORNING = made_up.sessions()[:1]
FACTS = {
    "timetable": MORNING,
    "capacity": SEATS,
    "people": PEOPLE.replace("Session 2", "Session 1"),
    "staff_seats": 0,
}
KINDS = {
    Told.WAITING: "room-full",
    Told.OUTSIDE: "no-seat",
    Told.ELSEWHERE: "on-another-device",
}


class StandIn:
    """What a simulated person asks for, answered by ``door``; whoever asks is the
    one of his link.
    """

    def __init__(self, door):
        self.door, self.cookies = door, 0

    def app(self):
        app = web.Application()
        app.router.add_route("*", "/j/{token}", self.link)
        app.router.add_get("/healthz", self.fine)
        app.router.add_get("/e/{slug}/room", self.fine)
        api = "/api/v1/events/{slug}"
        app.router.add_get(api, self.fine)
        app.router.add_post(f"{api}/seat", self.enter)
        app.router.add_post(f"{api}/seat/renew", self.renew)
        app.router.add_post(f"{api}/seat/unload", self.fine)
        app.router.add_delete(f"{api}/seat", self.leave)
        return app

    async def fine(self, _request):
        return web.Response()

    async def link(self, request):
        response = web.Response()
        if request.method == "POST":
            who = request.match_info["token"]
            self.cookies += 1
            response.set_cookie("stand-in", f"{who}:{self.cookies}")
            self.door.ask(who, f"{who}:{self.cookies}")
        return response

    async def enter(self, request):
        told = self.door.ask(*self.known(request))
        return self.said(told, refused=told is Told.WAITING)

    async def renew(self, request):
        told = self.door.renew(*self.known(request))
        return self.said(told, refused=told in (Told.OUTSIDE, Told.ELSEWHERE))

    async def leave(self, request):
        self.door.leave(self.known(request)[0])
        return web.Response(status=204)

    def known(self, request):
        cookie = request.cookies["stand-in"]
        return cookie.split(":")[0], cookie

    def said(self, told, *, refused):
        if refused:
            return web.json_response({"type": f"/problems/{KINDS[told]}"}, status=409)
        return web.json_response({"standing": told.value})


@asynccontextmanager
async def answering(app):
    running = web.AppRunner(app)
    await running.setup()
    try:
        await web.TCPSite(running, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{running.addresses[0][1]}"
    finally:
        await running.cleanup()


@pytest.fixture(autouse=True)
def _brief(monkeypatch):
    """The copy's clock and the answers are of this process: nothing comes late."""
    monkeypatch.setattr(copy, "_SECONDS_TO_BE_SEEN", 0.0)
    monkeypatch.setattr(copy, "_SECONDS_OF_SILENCE", 0.0)
    monkeypatch.setattr(device, "_STALE", {})
    monkeypatch.setattr(run, "_EARLY", 0.0)


@pytest.fixture
async def meeting(sqlite, tmp_path):
    services = wire(settings(sqlite.url, tmp_path), sqlite, "tests")
    return services, await made(services, **FACTS)


def wanted(url, **changes):
    facts = {"attendees": 40, "speed": 600, "beat": 0.6} | changes
    return Wanted(url=url, **facts)


@pytest.mark.parametrize(
    ("fault", "promises"),
    [
        ("", set()),
        ("one too many", {Promise.CAPACITY}),
        ("overtaking", {Promise.ORDER}),
    ],
)
async def test_verdict_is_that_of_the_service(meeting, fault, promises):
    services, event = meeting
    door = Door(SEATS, fault)
    before = await dump(services.database)

    async with (
        answering(StandIn(door).app()) as url,
        rehearsing(services, event, wanted(url)) as rehearsal,
    ):
        door.staff = frozenset(
            one.path.rpartition("/")[2] for one in rehearsal.held.attendees if one.staff
        )
        await rehearsal.hold()
        found = rehearsal.verdict()

    assert door.broken == bool(fault)
    assert {one.promise for one in found.faults} == promises
    assert found.is_good is not bool(fault)
    assert await dump(services.database) == before


async def test_copy_is_removed_when_somebody_stops_it(meeting):
    services, event = meeting
    before = await dump(services.database)
    held = asyncio.Event()

    async def stopped(url):
        async with rehearsing(services, event, wanted(url)) as rehearsal:
            held.set()
            await rehearsal.hold()

    async with answering(StandIn(Door(SEATS)).app()) as url:
        running = asyncio.create_task(stopped(url))
        await held.wait()
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running

    assert await dump(services.database) == before


async def test_nothing_is_stored_when_nobody_answers(meeting, monkeypatch):
    services, event = meeting
    before = await dump(services.database)
    monkeypatch.delattr(copy, "make")

    with pytest.raises(NotAnswering, match="orchestrator serve"):
        async with rehearsing(services, event, wanted("http://127.0.0.1:9")):
            pass

    assert await dump(services.database) == before


async def test_service_on_another_database_is_refused(
    meeting, upgraded_postgres_url, tmp_path, monkeypatch
):
    services, event = meeting
    before = await dump(services.database)
    monkeypatch.setattr(run, "_SECONDS_TO_BE_SEEN", 0.5)

    async with application(upgraded_postgres_url, tmp_path / "other") as other:
        with pytest.raises(NotTheSame, match="another database"):
            async with rehearsing(services, event, wanted(other.url)):
                pass

    assert await dump(services.database) == before


async def test_service_forgets_a_copy_that_was_removed(sqlite, tmp_path, caplog):
    async with application(sqlite.url, tmp_path, **FACTS) as served:
        services = served.services
        async with rehearsing(services, served.event, wanted(served.url)) as rehearsal:
            services.live.touch(rehearsal.held.event.slug)
        await services.programmes.look()

        await services.live._follow_safely(rehearsal.held.event.slug)

        assert rehearsal.held.event.slug not in services.live._watched
