"""How the sessions of a meeting stand, gathered from the services for their desks."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from orchestrator.archive.materials import having
from orchestrator.archive.model import AttachmentKind
from orchestrator.ids import SessionId
from orchestrator.pages.fragments import Fragment
from orchestrator.pages.render import render_part
from orchestrator.pages.site import Site
from orchestrator.pages.stage_floor_view import QUIET, FloorStand
from orchestrator.pages.stage_view import PARTS, Desk, Stand, desk_view
from orchestrator.pages.times import times_for
from orchestrator.programme.model import Event
from orchestrator.stage.floor.model import Hand
from orchestrator.stage.floor.speaking import floor_at
from orchestrator.stage.model import Record, Rundown
from orchestrator.stage.retiming import propose
from orchestrator.stage.timers import day_late

AT_WORK = timedelta(minutes=30)
"""Who pressed so lately is at the desk, in whichever process."""


@dataclass(frozen=True, slots=True)
class Stands:
    """Reads how sessions stand, for pages and for the live stream."""

    site: Site

    async def of(self, event: Event, session: SessionId) -> Stand:
        """One session of ``event``, which it holds."""
        site = self.site
        rundowns = await site.stage.rundowns(event)
        rundown = next(one for one in rundowns if one.session == session)
        records = (await site.stage.latest([rundown]))[session]
        now = site.programmes.now(event)
        said = await site.said.of(event)
        proposal = propose(rundown, now)
        return Stand(
            rundown=rundown,
            proposal=proposal,
            told=await site.stage.told(event, proposal) if proposal else 0,
            records=records,
            questions=said.questions,
            messages=said.messages,
            readiness=await site.speakers.of(event),
            chairing=self._chairing(session, records, now),
            slides=having(await site.archive.materials(event), AttachmentKind.SLIDES),
            day_late=_day_late(event, rundown, rundowns, now),
            floor=await self._floor(event, session, now),
        )

    async def _floor(
        self, event: Event, session: SessionId, now: datetime
    ) -> FloorStand:
        """The floor of the room of ``session``; its hands only while it is under way,
        or about to be: they are of no other.
        """
        site = self.site
        held = next(
            one for one in event.timetable.sessions if one.session.id == session
        )
        rooms = await site.rooms.of(event)
        room = next((one for one in rooms if one.name == held.session.room), None)
        if room is None:
            return QUIET
        hands: tuple[Hand, ...] = ()
        if session in floor_at(event, room.name, now).sessions:
            hands = await site.floors.hands(event)
        since = (await site.recordings.running(event)).get(room.id)
        return FloorStand(
            hands=tuple(one for one in hands if one.room == room.id),
            records=site.rooms.video.can(room).recording,
            recorded=since + event.clock_offset if since else None,
        )

    def _chairing(
        self, session: SessionId, records: Iterable[Record], now: datetime
    ) -> tuple[str, ...]:
        there = self.site.chairing.there(session)
        pressed = {one.by: one.name for one in records if now - one.at < AT_WORK}
        return tuple(sorted({**pressed, **there}.values()))

    async def fragments(
        self, event: Event, language: str, session: SessionId
    ) -> tuple[Fragment, ...]:
        """Every part of the desk of ``session``, for those who chair it."""
        if all(timed.session.id != session for timed in event.timetable.sessions):
            return ()
        stand = await self.of(event, session)
        now = self.site.programmes.now(event)
        times = times_for(language, event.programme.zone, None)
        return parts_of(desk_view(event, stand, now, times))


def parts_of(desk: Desk) -> tuple[Fragment, ...]:
    """Every part of ``desk``, drawn."""
    return tuple(
        Fragment(
            target=desk.id(part),
            html=render_part(f"desk/{part}.html", desk.language, desk=desk),
            version=desk.revision,
        )
        for part in PARTS
    )


def _day_late(
    event: Event, rundown: Rundown, all_of_them: Iterable[Rundown], now: datetime
) -> timedelta:
    """How late the day of ``rundown`` would end in its room."""
    rooms = {one.session.id: one.session.room for one in event.timetable.sessions}
    same = [
        one
        for one in all_of_them
        if rooms[one.session] == rooms[rundown.session]
        and one.starts.date() == rundown.starts.date()
    ]
    return day_late(same, now)
