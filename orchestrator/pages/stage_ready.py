"""The next two: is each here, heard, with slides; and how to reach him."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from orchestrator.ids import TalkId
from orchestrator.pages import zones
from orchestrator.pages.stage_names import Names
from orchestrator.pages.times import Times, times_for
from orchestrator.pages.words import words
from orchestrator.programme.model import Event, LinkKind, Slot
from orchestrator.stage.model import Cue, Rundown
from orchestrator.stage.readiness.model import Readiness, Wish

_TWO = 2
_SOON = timedelta(minutes=30)
"""Before that nobody is late, and nothing is urgent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """One thing to know; ``level`` is ``yes``, ``wait`` or ``no``."""

    level: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """How ready a coming speaker is. ``own`` is his own time when it differs;
    ``phone`` as it is read, ``tel`` as it is called. ``missing``: he is
    to be here soon, and is not.
    """

    talk: TalkId
    who: str
    length: timedelta
    own: str
    signs: tuple[Sign, ...]
    phone: str
    tel: str
    missing: bool


def ready(
    event: Event,
    rundown: Rundown,
    readiness: Iterable[Readiness],
    slides: Collection[TalkId],
    names: Names,
    now: datetime,
    times: Times,
) -> tuple[Ready, ...]:
    """The next two talks of ``rundown``, breaks and discussions left out."""
    known: dict[TalkId, list[Readiness]] = {}
    for one in readiness:
        known.setdefault(one.talk, []).append(one)
    coming = [cue for cue in rundown.ahead if cue.kind.is_talk][:_TWO]
    return tuple(
        _ready(
            cue,
            names.slots.get(cue.talk),
            known.get(cue.talk, []),
            names,
            times,
            slides=cue.talk in slides,
            soon=cue.starts - now <= _SOON,
        )
        for cue in coming
    )


def _ready(
    cue: Cue,
    slot: Slot | None,
    known: list[Readiness],
    names: Names,
    times: Times,
    *,
    slides: bool,
    soon: bool,
) -> Ready:
    # Of several speakers the one who is here speaks for all.
    known.sort(
        key=lambda one: (one.present_since is None, one.opened is None, one.name)
    )
    first = known[0] if known else None
    linked = slot is not None and slot.talk.link(LinkKind.SLIDES) is not None
    phone = next((one.phone for one in known if one.phone), "")
    return Ready(
        talk=cue.talk,
        who=names.who(cue.talk),
        length=cue.length,
        own=_own(cue, slot, times),
        signs=tuple(
            one if soon or one.level == "yes" else replace(one, level="wait")
            for one in (
                *_signs(first, times),
                _slides(times.language, there=slides or linked),
                *_wishes(known, times.language),
            )
        ),
        phone=phone,
        tel="".join(one for one in phone if one.isdigit() or one == "+"),
        missing=soon and first is not None and first.present_since is None,
    )


def _signs(one: Readiness | None, times: Times) -> tuple[Sign, ...]:
    say = words(times.language).gettext
    if one is None:
        return (Sign(level="wait", text=say("Nobody is tied to this talk")),)
    if one.present_since is not None:
        at = {"at": times.when(one.present_since).said}
        here = Sign(level="yes", text=say("Here since %(at)s") % at)
    else:
        here = Sign(level="no", text=say("Not here yet"))
    return here, _sound(one, times)


def _sound(one: Readiness, times: Times) -> Sign:
    say = words(times.language).gettext
    if one.tested is not None:
        at = {"at": times.when(one.tested).said}
        return Sign(level="yes", text=say("Sound tested at %(at)s") % at)
    if one.present_since is None and one.opened is not None:
        at = {"at": times.when(one.opened).said}
        return Sign(level="wait", text=say("Link opened at %(at)s") % at)
    if one.present_since is None:
        return Sign(level="no", text=say("Link not opened"))
    return Sign(level="wait", text=say("Sound not tested"))


def _slides(language: str, *, there: bool) -> Sign:
    say = words(language).gettext
    if there:
        return Sign(level="yes", text=say("Slides are in"))
    return Sign(level="no", text=say("No slides yet"))


def _wishes(known: list[Readiness], language: str) -> tuple[Sign, ...]:
    if not any(one.wish is Wish.DO_NOT_RECORD for one in known):
        return ()
    return (Sign(level="wait", text=words(language).gettext("Do not record")),)


def _own(cue: Cue, slot: Slot | None, times: Times) -> str:
    """His own time, for who is far away: "7:30 in San Diego"."""
    zone = (
        next((who.zone for who in slot.talk.speakers if who.zone), "") if slot else ""
    )
    there = times_for(times.language, times.zone.key, zone, (cue.starts,))
    if not zone or there.own is None:
        return ""
    return f"{there.when(cue.starts).own_said} {zones.at_city(zone, times.language)}"
