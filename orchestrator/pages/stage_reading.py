"""How the sessions of a meeting stand, gathered from the services for their desks."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from orchestrator.archive.materials import having
from orchestrator.archive.model import AttachmentKind
from orchestrator.ids import SessionId
from orchestrator.pages.fragments import Fragment
from orchestrator.pages.render import render_part
from orchestrator.pages.site import Site
from orchestrator.pages.stage_view import PARTS, Desk, Stand, desk_view
from orchestrator.pages.times import times_for
from orchestrator.programme.model import Event
from orchestrator.stage.model import Record, Rundown
from orchestrator.stage.retiming import propose
from orchestrator.stage.timers import day_late

AT_WORK = timedelta(minutes=30)
"""Who pressed so lately is at the desk, in whichever process."""

Chosen = Callable[[Rundown], bool]


@dataclass(frozen=True, slots=True)
class Stands:
    """Reads how sessions stand, for pages and for the live stream."""

    site: Site

    async def of(self, event: Event, session: SessionId) -> Stand:
        """One session of ``event``, which it holds."""
        (stand,) = await self.some(event, lambda one: one.session == session)
        return stand

    async def some(self, event: Event, chosen: Chosen) -> tuple[Stand, ...]:
        """The sessions of ``event`` that are ``chosen``, in time order."""
        site = self.site
        rundowns = await site.stage.rundowns(event)
        wanted = [one for one in rundowns if chosen(one)]
        if not wanted:
            return ()
        latest = await site.stage.latest(wanted)
        now = site.programmes.now(event)
        said = await site.said.of(event)
        speakers = await site.speakers.of(event)
        slides = having(await site.archive.materials(event), AttachmentKind.SLIDES)
        stands = []
        for rundown in wanted:
            records = latest[rundown.session]
            proposal = propose(rundown, now)
            stands.append(
                Stand(
                    rundown=rundown,
                    proposal=proposal,
                    told=await site.stage.told(event, proposal) if proposal else 0,
                    records=records,
                    questions=said.questions,
                    messages=said.messages,
                    readiness=speakers,
                    chairing=self._chairing(rundown.session, records, now),
                    slides=slides,
                    day_late=_day_late(event, rundown, rundowns, now),
                )
            )
        return tuple(stands)

    def _chairing(
        self, session: SessionId, records: Iterable[Record], now: datetime
    ) -> tuple[str, ...]:
        there = self.site.chairing.there(session)
        pressed = {one.by: one.name for one in records if now - one.at < AT_WORK}
        return tuple(sorted({**pressed, **there}.values()))

    def fragments(self) -> Callable[[Event, str], Awaitable[tuple[Fragment, ...]]]:
        """Draws every part of the desks of the day, for those who chair."""

        async def render(event: Event, language: str) -> tuple[Fragment, ...]:
            now = self.site.programmes.now(event)
            times = times_for(language, event.programme.zone, None)
            today = now.astimezone(times.zone).date()
            stands = await self.some(
                event, lambda one: one.starts.astimezone(times.zone).date() == today
            )
            return tuple(
                fragment
                for stand in stands
                for fragment in parts_of(desk_view(event, stand, now, times))
            )

        return render


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
