"""The parts of rooms, screens and speakers' pages that follow the stage.

What has not changed since the last round is not told again, but once a minute: so
who opened a page between two rounds has all of it soon.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial

from orchestrator.access.model import Identity, Role, allows
from orchestrator.archive.model import AttachmentKind
from orchestrator.ids import RegistrantId, TalkId
from orchestrator.pages.fragments import Fragment, StageLive
from orchestrator.pages.kept import minute
from orchestrator.pages.meeting import meeting
from orchestrator.pages.moment import moment_of
from orchestrator.pages.render import part
from orchestrator.pages.room_stage_view import Asked, Current, RoomStage, room_stage
from orchestrator.pages.screen_view import ScreenStage, screen_stage
from orchestrator.pages.site import Site
from orchestrator.pages.speaker_view import Course, Known, speaker_times, turns
from orchestrator.pages.times import Times, times_for
from orchestrator.programme.model import Event, TimedSession
from orchestrator.stage.retiming import propose

_PARTS = ("announcement", "on", "order", "questions", "moved")


@dataclass(slots=True)
class Told:
    """What was told last, by whatever tells the parts apart."""

    _last: dict[tuple[str, ...], object] = field(default_factory=dict)

    def is_new(self, key: tuple[str, ...], value: object) -> bool:
        """Whether ``value`` differs from what was told last of ``key``; it is now."""
        if self._last.get(key) == value:
            return False
        self._last[key] = value
        return True


def register(stage_live: StageLive, site: Site) -> None:
    """Have the parts told to those who listen."""
    told = Told()
    stage_live.for_people(partial(room_fragments, site, told))
    stage_live.for_everybody(partial(screen_fragments, site, told))
    stage_live.for_speakers(partial(speaker_fragments, site))


async def asked_at(site: Site, event: Event) -> Asked:
    """What has been said at ``event``, and the decks that people may open."""
    said = await site.said.of(event)
    shown = await site.archive.materials(event)
    return Asked(
        questions=said.questions,
        messages=said.messages,
        slides={
            talk: one.href
            for talk, own in shown.items()
            for one in own
            if one.kind is AttachmentKind.SLIDES
        },
        was=await site.promises.first(event),
    )


async def room_fragments(
    site: Site, told: Told, event: Event, language: str
) -> Sequence[Fragment]:
    """The parts of every room of ``event`` that are new."""
    now, times = site.programmes.now(event), _times(event, language)
    asked = await asked_at(site, event)
    rooms = await site.rooms.of(event)
    found = []
    for one in rooms:
        room = one.name if len(rooms) > 1 else None
        stage = room_stage(event, now, times, room=room, asked=asked, mark=one.mark)
        for name, value in zip(_PARTS, _values(stage), strict=True):
            target = f"{name}{stage.key}"
            key = (event.slug, language, target)
            if told.is_new(key, (value, minute(now))):
                html = part(language, "room_stage.html", name, stage)
                found.append(_fragment(event, target, html))
    return found


async def screen_fragments(
    site: Site, told: Told, event: Event, language: str
) -> Sequence[Fragment]:
    """The screens of today's sessions that are new."""
    now, times = site.programmes.now(event), _times(event, language)
    asked = await asked_at(site, event)
    found = []
    for timed in _of_today(event, now, times):
        stage = screen_stage(event, timed, now, times, asked)
        key, value = (event.slug, language, f"screen{stage.key}"), _still(stage)
        if told.is_new(key, (value, minute(now))):
            html = part(language, "screen_stage.html", "live", stage)
            found.append(_fragment(event, f"screen{stage.key}", html))
    return found


async def speaker_fragments(
    site: Site, event: Event, language: str, who: RegistrantId
) -> Sequence[Fragment]:
    """What one speaker sees of his talks."""
    talks = await _talks_of(site, event, who)
    if not talks:
        return ()
    now = site.programmes.now(event)
    times = speaker_times(event, talks, language, site.zones.get((event.slug, who)))
    known = await known_of(site, event, talks)
    shown = turns(event, talks, moment_of(event, now), times, who=who, known=known)
    about = meeting(event, times)
    return [
        _fragment(
            event,
            f"turn{turn.key}",
            part(language, "speaker_turn.html", "live", turn, about, number == 0),
        )
        for number, turn in enumerate(shown)
    ]


async def known_of(site: Site, event: Event, talks: Sequence[TalkId]) -> Known:
    """What is known of the sessions of ``talks``, but not of the speaker."""
    now, asked = site.programmes.now(event), await asked_at(site, event)
    rooms = await site.rooms.of(event)
    staged = {room.name for room in rooms if site.rooms.video.can(room).stage}
    courses, unheard = {}, set[TalkId]()
    for timed in event.timetable.sessions:
        if any(slot.talk.id in talks for slot in timed.slots):
            if timed.session.room in staged:
                unheard.update(slot.talk.id for slot in timed.slots)
            rundown = await site.stage.rundown(event, timed.session.id)
            courses[timed.session.id] = Course(
                rundown=rundown, proposal=propose(rundown, now)
            )
    return Known(
        courses=courses,
        messages=asked.messages,
        questions=asked.questions,
        slides=frozenset(asked.slides),
        was=asked.was,
        unheard=frozenset(unheard),
    )


async def _talks_of(site: Site, event: Event, who: RegistrantId) -> tuple[TalkId, ...]:
    identity = await site.access.person(event.id, who)
    return talks_of(event, identity) if identity else ()


def talks_of(event: Event, who: Identity) -> tuple[TalkId, ...]:
    """The talks that the person gives."""
    return tuple(
        slot.talk.id
        for slot in event.timetable.slots
        if allows(who, Role.SPEAKER, talk=slot.talk.id)
    )


def _fragment(event: Event, target: str, html: str) -> Fragment:
    return Fragment(target=target, html=html, version=event.revision)


def _times(event: Event, language: str) -> Times:
    """For everybody: nobody's own zone."""
    return times_for(language, event.programme.zone, None)


def _of_today(event: Event, now: datetime, times: Times) -> Iterator[TimedSession]:
    today = now.astimezone(times.zone).date()
    for timed in event.timetable.sessions:
        if timed.starts.astimezone(times.zone).date() == today:
            yield timed


def _values(stage: RoomStage) -> tuple[object, ...]:
    """What each of the parts shows, but for what the clock alone changes."""
    on = tuple(replace(one, wait="") for one in stage.on)
    current = tuple(map(_still_current, stage.current))
    return (
        stage.announcement,
        (current, on, stage.addressees),
        stage.ahead,
        (stage.questions, stage.more, bool(stage.addressees)),
        stage.mark,
    )


def _still(stage: ScreenStage) -> ScreenStage:
    current = _still_current(stage.current) if stage.current else None
    return replace(stage, left="", current=current, version=0)


def _still_current(current: Current) -> Current:
    return replace(current, gone=0, left="")
