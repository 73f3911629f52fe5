"""Having a meeting at the server: created, asked for again, told of.

``create`` is idempotent and the server forgets empty meetings after minutes, so it
is called before each entry. In a rush one call serves everybody.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from xml.etree.ElementTree import Element, SubElement, tostring

from integrations.errors import IntegrationError
from integrations.video.bigbluebutton import answers
from integrations.video.bigbluebutton.callbacks import Callbacks
from integrations.video.bigbluebutton.calls import Calls, Parameters, Refused
from integrations.video.bigbluebutton.names import file_name, meeting_name
from integrations.video.bigbluebutton.news import EVENTS
from integrations.video.provider import Document, Place

# A meeting that ends meanwhile costs those who press within these seconds a
# second press: their link is refused, and leads back to our page.
_REMEMBERED = 10.0
# bbb-webhooks drops a hook that has failed for about five minutes.
_HOOK_HOLDS = 180.0
# On top of the time that `create` may take: somebody waits at the door.
_HOOK_SECONDS = 1.0
# `create` answers when the server has fetched all slides. The meeting is there before
# that, and the slides come in the end.
_SLIDES_SECONDS = 2.0


class Record(StrEnum):
    """Whether meetings are recorded."""

    NO = "no"
    BY_HAND = "yes"
    """From the chair's press in BigBlueButton to the next."""
    ALWAYS = "auto"
    """From the first who comes; the chair can stop it."""


@dataclass(frozen=True, slots=True)
class Meetings:
    """The meetings of one server.

    ``hooked``: try bbb-webhooks. ``now`` counts seconds from anywhere.
    """

    calls: Calls
    callbacks: Callbacks
    record: Record
    hooked: bool
    now: Callable[[], float]
    _known: dict[str, tuple[float, str]]
    _asked: dict[str, asyncio.Task[str]]
    _told: dict[str, float]

    @classmethod
    def of(
        cls,
        calls: Calls,
        callbacks: Callbacks,
        *,
        record: Record = Record.NO,
        hooked: bool = True,
        now: Callable[[], float] = time.monotonic,
    ) -> "Meetings":
        """With nothing known yet."""
        return cls(calls, callbacks, record, hooked, now, {}, {}, {})

    async def opened(self, place: Place) -> str:
        """The ``createTime`` of the meeting, which is there now.

        Raises ``Unreachable`` and ``Rejected``.
        """
        until, created = self._known.get(place.name, (0.0, ""))
        if created and self.now() < until:
            return created
        if (asked := self._asked.get(place.name)) is None:
            asked = asyncio.create_task(self._open(place))
            self._asked[place.name] = asked
            asked.add_done_callback(partial(self._answered, place.name))
        # Who goes away meanwhile does not take the others' answer with him.
        return await asyncio.shield(asked)

    def forget(self, name: str) -> None:
        """The meeting ended: the next entry opens another."""
        self._known.pop(name, None)

    async def hook(self, name: str) -> None:
        """Have bbb-webhooks tell of the meeting, if it is there; raises nothing."""
        if not self.hooked or self.now() < self._told.get(name, 0):
            return
        self._told[name] = self.now() + _HOOK_HOLDS
        wanted = {
            "callbackURL": self.callbacks.hook(name),
            "meetingID": name,
            "eventID": ",".join(EVENTS),
        }
        try:
            async with asyncio.timeout(_HOOK_SECONDS):
                await self.calls.ask("hooks/create", wanted)
        except (IntegrationError, TimeoutError):
            return  # who is in is asked for anyway

    def password(self, name: str, role: str) -> str:
        """Nobody types it; a server that is asked twice compares it."""
        return self.callbacks.derived("password", name, role)

    async def _open(self, place: Place) -> str:
        created = await self._created(place)
        self._known[place.name] = self.now() + _REMEMBERED, created
        await self.hook(place.name)
        return created

    async def _created(self, place: Place) -> str:
        slides = _modules(place.slides) if place.slides else None
        try:
            async with asyncio.timeout(_SLIDES_SECONDS if slides else None):
                wanted = self._wanted(place)
                answer = await self.calls.ask("create", wanted, body=slides)
        except (Refused, TimeoutError) as error:
            # Made with other passwords: before the secret was changed.
            if isinstance(error, Refused) and error.key != "idNotUnique":
                raise
            answer = await self.calls.ask("getMeetingInfo", {"meetingID": place.name})
        return answers.create_time(answer)

    def _wanted(self, place: Place) -> Parameters:
        wanted = {
            "name": meeting_name(place),
            "meetingID": place.name,
            "attendeePW": self.password(place.name, "VIEWER"),
            "moderatorPW": self.password(place.name, "MODERATOR"),
            "maxParticipants": str(place.capacity),
            "muteOnStart": "true",
            # We have let him in already.
            "guestPolicy": "ALWAYS_ACCEPT",
            # Not meta_endCallbackUrl: metadata is shown to those in the meeting.
            "meetingEndedURL": self.callbacks.ended(place.name),
            "record": "false",
        }
        if place.home:
            wanted["logoutURL"] = place.home
        if self.record is not Record.NO:
            wanted["record"] = wanted["allowStartStopRecording"] = "true"
            always = self.record is Record.ALWAYS
            wanted["autoStartRecording"] = "true" if always else "false"
            wanted["meta_bbb-recording-ready-url"] = self.callbacks.address
        return wanted

    def _answered(self, name: str, asked: asyncio.Task[str]) -> None:
        self._asked.pop(name, None)
        if not asked.cancelled():
            asked.exception()  # seen, even where everybody has gone


def _modules(slides: tuple[Document, ...]) -> bytes:
    """Slides for ``create``: the first is shown, nobody downloads from there."""
    modules = Element("modules")
    module = SubElement(modules, "module", name="presentation")
    for one in slides:
        SubElement(
            module,
            "document",
            url=one.url,
            filename=file_name(one.name),
            downloadable="false",
            removable="true",
        )
    xml: bytes = tostring(modules, encoding="utf-8", xml_declaration=True)
    return xml
