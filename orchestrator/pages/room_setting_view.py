"""Values of ``/e/{slug}/organise/room``: where each video room is, and the form that
changes it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

from orchestrator.pages.frame import Frame
from orchestrator.pages.meeting import Meeting, event_frame, meeting
from orchestrator.pages.moment import moment_of
from orchestrator.pages.times import Times
from orchestrator.pages.words import words
from orchestrator.programme.model import Event
from orchestrator.rooms.model import LINK, Room

_PRODUCTS = {
    "bigbluebutton": "BigBlueButton",
    "jitsi": "Jitsi Meet",
    "livekit": "LiveKit",
    "zoom": "Zoom",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A connection that a room can be put on."""

    name: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomNow:
    """A room as it is: whether it leads anywhere, and how many are in it."""

    room: Room
    is_set: bool = True
    inside: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What was sent, and what is wrong with it."""

    room: str
    connection: str
    url: str = field(default="", repr=False)
    fallback: str = field(default="", repr=False)
    overflow: str = field(default="", repr=False)
    field_name: str
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomForm:
    """One room. ``wrong`` is the name of the field that ``error`` is about, both
    empty where nothing is; ``inside`` are the people in it now.
    """

    number: int
    name: str
    choices: tuple[Choice, ...]
    connection: str
    url: str = field(repr=False)
    fallback: str = field(repr=False)
    overflow: str = field(repr=False)
    is_set: bool
    inside: int
    wrong: str
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomSettingPage:
    """The forms of all rooms; ``saved`` says that one was changed just now."""

    template: ClassVar[str] = "organise_room.html"

    frame: Frame
    meeting: Meeting
    action: str
    forms: tuple[RoomForm, ...]
    saved: bool

    @property
    def wrong(self) -> bool:
        """Whether something that was sent cannot be."""
        return any(one.error for one in self.forms)


def room_setting_page(
    event: Event,
    rooms: Sequence[RoomNow],
    providers: Mapping[str, str],
    *,
    now: datetime,
    times: Times,
    asked: Asked | None = None,
    saved: bool = False,
) -> RoomSettingPage:
    """The page for ``rooms``.

    ``providers`` are the connections of the settings, each with what it is on.
    """
    say = words(times.language).gettext
    return RoomSettingPage(
        frame=event_frame(
            event,
            moment_of(event, now),
            times,
            title=say("Video room"),
            here="organise",
        ),
        meeting=meeting(event, times),
        action=room_setting_href(event),
        forms=tuple(
            _form(
                one,
                number,
                asked if asked and asked.room == one.room.name else None,
                tuple(_choices(one.room, providers, times.language)),
            )
            for number, one in enumerate(rooms, start=1)
        ),
        saved=saved,
    )


def room_setting_href(event: Event) -> str:
    """The address of the page, from the site's root."""
    return f"/e/{event.slug}/organise/room"


def _choices(
    room: Room, providers: Mapping[str, str], language: str
) -> Iterator[Choice]:
    """Where ``room`` can be. Plain addresses need no two names: the built-in
    connection is left out where the settings have one.
    """
    say = words(language).gettext
    plain = [name for name, provider in providers.items() if provider not in _PRODUCTS]
    own = [name for name in plain if name != LINK or room.connection == LINK] or [LINK]
    for name in own:
        label = say("an address, below")
        yield Choice(name=name, label=f"{label} ({name})" if own[1:] else label)
    for name, provider in providers.items():
        if product := _PRODUCTS.get(provider):
            yield Choice(name=name, label=f"{product} ({name})")


def _form(
    one: RoomNow, number: int, asked: Asked | None, choices: tuple[Choice, ...]
) -> RoomForm:
    shown = asked or one.room
    return RoomForm(
        number=number,
        name=one.room.name,
        choices=choices,
        connection=shown.connection,
        url=shown.url,
        fallback=shown.fallback,
        overflow=shown.overflow,
        is_set=one.is_set,
        inside=one.inside,
        wrong=asked.field_name if asked else "",
        error=asked.error if asked else "",
    )
