"""Values of ``/e/{slug}/people``: everybody registered, where each is, and the page
that says what sending somebody out will do.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from urllib.parse import urlencode

from markupsafe import Markup

from orchestrator.access.model import Identity, Role
from orchestrator.admission.model import Picture
from orchestrator.ids import RegistrantId, RoomId
from orchestrator.pages.counted import ordinal
from orchestrator.pages.frame import Frame
from orchestrator.pages.meeting import Meeting, event_frame, meeting
from orchestrator.pages.moment import moment_of
from orchestrator.pages.times import Times, times_for
from orchestrator.pages.words import words
from orchestrator.programme.model import Event
from orchestrator.registration.likeness import name_key
from orchestrator.registration.model import Registrant

PER_PAGE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Whereabouts:
    """Where everybody is now: who is in or waits, who opened his link, and the
    names of the rooms, empty for the only one.
    """

    picture: Picture
    opened: Collection[RegistrantId]
    rooms: Mapping[RoomId, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the address of the list asks for: words of a name or an affiliation, the
    page (from 1), and the names of who was just ``sent`` out or may come ``back``.
    """

    looked_for: str = ""
    page: int = 1
    sent: str = ""
    back: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonLine:
    """One person in a line. ``out`` and ``back`` are where the buttons go, empty
    where there is none; ``here`` says whether he is in or waits.
    """

    name: str
    affiliation: str
    category: str
    place: str
    now: str | Markup
    here: bool
    out: str
    back: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PeoplePage:
    """The list, or that part of it which was looked for.

    ``sent`` and ``back`` name somebody who has just been sent out, or may come
    again. ``former`` and ``further`` are addresses of the pages beside, empty
    where there is none; the lines are ``first`` to ``last`` of ``found``, of ``all``.
    """

    template: ClassVar[str] = "people.html"

    frame: Frame
    meeting: Meeting
    address: str
    looked_for: str
    lines: tuple[PersonLine, ...]
    first: int
    last: int
    found: int
    all: int
    former: str
    further: str
    sent: str
    back: str
    organises: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OutPage:
    """What will happen when ``name`` is sent out, and the button for it."""

    template: ClassVar[str] = "out.html"

    frame: Frame
    meeting: Meeting
    name: str
    action: str
    people: str


def may_send_out(by: Identity, one: Registrant) -> bool:
    """Whether ``by``, a chair or an organiser, may send ``one`` out: nobody himself,
    and no chair an organiser.
    """
    if one.id == by.registrant:
        return False
    organises = any(grant.role is Role.ORGANISER for grant in one.grants)
    return Role.ORGANISER in by.roles or not organises


def people_page(
    event: Event,
    people: Sequence[Registrant],
    where: Whereabouts,
    *,
    by: Identity,
    now: datetime,
    times: Times,
    asked: Asked,
) -> PeoplePage:
    """What ``by`` sees of ``people``, as far as it was ``asked`` for."""
    looked_for = asked.looked_for
    found = _found(people, looked_for)
    pages = max(1, -(-len(found) // PER_PAGE))
    number = min(max(1, asked.page), pages)
    start = (number - 1) * PER_PAGE
    shown = found[start : start + PER_PAGE]
    address = people_href(event)
    lines = _Lines(event, where, by, times)
    return PeoplePage(
        frame=_frame(event, now, times, words(times.language).gettext("People")),
        meeting=meeting(event, times),
        address=address,
        looked_for=looked_for,
        lines=tuple(map(lines.line, shown)),
        first=start + 1 if shown else 0,
        last=start + len(shown),
        found=len(found),
        all=len(people),
        former=_page(address, looked_for, number - 1) if number > 1 else "",
        further=_page(address, looked_for, number + 1) if number < pages else "",
        sent=asked.sent,
        back=asked.back,
        organises=Role.ORGANISER in by.roles,
    )


def out_page(event: Event, one: Registrant, *, now: datetime, times: Times) -> OutPage:
    """The page before ``one`` is sent out."""
    title = words(times.language).gettext("Send out")
    return OutPage(
        frame=_frame(event, now, times, title),
        meeting=meeting(event, times),
        name=one.name,
        action=f"{people_href(event)}/{one.id}/out",
        people=people_href(event),
    )


def people_href(event: Event) -> str:
    """The address of the list, from the site's root."""
    return f"/e/{event.slug}/people"


def times_of(event: Event, language: str, zone: str | None) -> Times:
    """How times of ``event`` are written for one reader."""
    starts = tuple(slot.starts for slot in event.timetable.slots)
    return times_for(language, event.programme.zone, zone, starts)


def _frame(event: Event, now: datetime, times: Times, title: str) -> Frame:
    return event_frame(event, moment_of(event, now), times, title=title, here="people")


def _page(address: str, looked_for: str, number: int) -> str:
    query = {"q": looked_for} if looked_for else {}
    return f"{address}?{urlencode({**query, 'page': number})}"


def _found(people: Sequence[Registrant], looked_for: str) -> list[Registrant]:
    """By name; those in which every word that is looked for begins a word."""
    wanted = name_key(looked_for).split()
    chosen = []
    for one in sorted(people, key=lambda one: (name_key(one.name), one.id)):
        there = name_key(f"{one.name} {one.affiliation}").split()
        if all(any(word.startswith(part) for word in there) for part in wanted):
            chosen.append(one)
    return chosen


@dataclass(frozen=True, slots=True)
class _Lines:
    event: Event
    where: Whereabouts
    by: Identity
    times: Times

    def line(self, one: Registrant) -> PersonLine:
        picture = self.where.picture
        barred = one.id in picture.barred
        here = one.id in picture.seats or one.id in picture.places
        # Who never opened his link is not in anybody's way.
        able = may_send_out(self.by, one) and (here or one.id in self.where.opened)
        address = f"{people_href(self.event)}/{one.id}"
        return PersonLine(
            name=one.name,
            affiliation=one.affiliation,
            category=self._category(one),
            place=self._place(one),
            now=self._now(one),
            here=here,
            out=f"{address}/out" if able and not barred else "",
            back=f"{address}/back" if barred and may_send_out(self.by, one) else "",
        )

    def _category(self, one: Registrant) -> str:
        say = words(self.times.language).gettext
        if one.member is None:
            return ""
        return say("member") if one.member else say("non-member")

    def _place(self, one: Registrant) -> str:
        say = words(self.times.language).gettext
        roles = {
            Role.ORGANISER: say("organiser"),
            Role.CHAIR: say("chair"),
            Role.SPEAKER: say("speaker"),
        }
        if one.role in roles:
            return roles[one.role]
        return say("waiting list") if one.is_standby else say("confirmed")

    def _now(self, one: Registrant) -> str | Markup:
        say, picture = words(self.times.language).gettext, self.where.picture
        if one.id in picture.barred:
            return say("sent out")
        if (seat := picture.seats.get(one.id)) is not None:
            since = self.times.when(seat.taken).said
            name = self.where.rooms.get(seat.room, "")
            text = say("in the room since %(at)s") % {"at": since}
            return f"{name}, {text}" if name else text
        if (found := picture.places.get(one.id)) is not None:
            number = found[0] + 1
            raised = ordinal(number, self.times.language)
            told = Markup("{}<sup>{}</sup>").format(number, raised)
            return Markup(say("in the queue, %(place)s")) % {"place": told}  # noqa: S704 -- our own words
        return (
            say("not here") if one.id in self.where.opened else say("link not opened")
        )
