"""Rooms on a BigBlueButton server: one meeting for each, in a page of its own."""

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

from integrations.errors import Rejected
from integrations.video.bigbluebutton import answers
from integrations.video.bigbluebutton.callbacks import Callbacks
from integrations.video.bigbluebutton.calls import Calls, Refused
from integrations.video.bigbluebutton.examination import examine
from integrations.video.bigbluebutton.meetings import Meetings, Record
from integrations.video.bigbluebutton.names import full_name
from integrations.video.bigbluebutton.news import understand
from integrations.video.events import News, Recording
from integrations.video.provider import (
    Accepted,
    Capabilities,
    Delivery,
    Entry,
    Finding,
    Guest,
    Participant,
    Place,
    Role,
)
from integrations.video.setup import Around, Settings, UnusableSetting, needed, server

_STATES = "processing,processed,published,unpublished"
_HOOKS = ("auto", "yes", "no")


@dataclass(frozen=True, slots=True)
class BigBlueButtonProvider:
    """A server, or a balancer before several.

    ``hooks`` is ``auto``, ``yes`` or ``no``: what was said of bbb-webhooks.
    """

    calls: Calls = field(repr=False)
    callbacks: Callbacks = field(repr=False)
    meetings: Meetings = field(repr=False)
    clock: Callable[[], datetime] = field(repr=False)
    hooks: str = "auto"

    @property
    def capabilities(self) -> Capabilities:
        """It can be asked who is in, and shows slides. To press record, to give
        somebody the floor and to put somebody out are things that only people in the
        meeting can do.
        """
        return Capabilities(
            presence=True, listing=True, polled=self.hooks == "no", slides=True
        )

    @property
    def published(self) -> Mapping[str, bytes]:
        """Nothing."""
        return {}

    def leads(self, place: Place) -> bool:
        """Always: a meeting is made for whoever comes."""
        return True

    async def ensure(self, place: Place) -> str:
        """Have the meeting; it goes by our name of the room."""
        await self.meetings.opened(place)
        return ""

    async def entry(self, place: Place, guest: Guest) -> Entry:
        """A link that the server takes until this meeting ends.

        Where it is refused (the meeting is another by now), it leads to our page.
        """
        joining = {
            "fullName": full_name(guest.name, otherwise=guest.id),
            "meetingID": place.name,
            "role": "MODERATOR" if guest.role is Role.CHAIR else "VIEWER",
            "userID": guest.id,
            "createTime": await self.meetings.opened(place),
        }
        if place.home:
            joining["errorRedirectUrl"] = place.home
        if guest.language:
            joining["userdata-bbb_override_default_locale"] = guest.language
        return Entry(url=str(self.calls.address("join", joining)))

    async def let_speak(self, place: Place, guest: str, *, speaks: bool) -> None:
        """Nothing: in BigBlueButton everybody may speak, and who presents is chosen
        there by the chair.
        """

    async def remove(self, place: Place, guest: Guest) -> None:
        """Nothing: there is no call for it."""

    async def end(self, place: Place) -> None:
        """Ask for the end; it takes the server some seconds."""
        password = self.meetings.password(place.name, "MODERATOR")
        self.meetings.forget(place.name)
        try:
            await self.calls.ask("end", {"meetingID": place.name, "password": password})
        except Refused as refused:
            if refused.key != "notFound":
                raise

    async def participants(self, place: Place) -> tuple[Participant, ...]:
        """Who is in by the server's list; nobody where there is no meeting."""
        try:
            answer = await self.calls.ask("getMeetingInfo", {"meetingID": place.name})
        except Refused as refused:
            if refused.key == "notFound":
                return ()
            raise
        await self.meetings.hook(place.name)
        return answers.participants(answer)

    async def start_recording(self, place: Place) -> str:
        """Raises ``Rejected``: the server records when somebody presses there."""
        raise Rejected("Press Record in BigBlueButton: it cannot be told from here.")

    async def stop_recording(self, place: Place, recording: str) -> None:
        """Nothing was started from here."""

    async def recordings(self, place: Place) -> tuple[Recording, ...]:
        """What was recorded; only the format ``video`` is a file to be fetched."""
        try:
            answer = await self.calls.ask(
                "getRecordings", {"meetingID": place.name, "state": _STATES}
            )
        except Refused as refused:
            if refused.key == "notFound":
                return ()
            raise
        found = answers.recordings(answer)
        return tuple(one for one in found if one.place == place.name)

    async def open_recording(self, recording: Recording) -> AsyncIterator[bytes]:
        """The file, also where the server's video.yml gives it another ending."""
        if not recording.location:
            raise Rejected("BigBlueButton has no video file of this recording yet.")
        *others, last = answers.files(recording.location)
        for location in others:
            try:
                async for piece in self.calls.wire.stream(location):
                    yield piece
            except Rejected:  # told before the first piece, or not at all
                continue
            return
        async for piece in self.calls.wire.stream(last):
            yield piece

    def accept(self, delivery: Delivery) -> Accepted:
        """See ``callbacks.py``."""
        return self.callbacks.accept(delivery)

    def understand(self, body: bytes) -> tuple[News, ...]:
        """See ``news.py``."""
        return understand(body)

    async def examine(self) -> tuple[Finding, ...]:
        """See ``examination.py``."""
        records = self.meetings.record is not Record.NO
        return await examine(
            self.calls, hooks=self.hooks, records=records, clock=self.clock
        )


def make(settings: Settings, around: Around) -> BigBlueButtonProvider:
    """The provider of a connection's settings: ``url``, ``secret``, ``webhooks``
    (``auto``, ``yes``, ``no``) and ``record`` (``no``, ``yes``, ``auto``).

    Raises ``UnusableSetting``.
    """
    what = "Write the secret that `bbb-conf --secret` shows on the server."
    secret = needed(settings, "secret", what)
    calls = Calls(around.wire, _interface(server(settings, "url")), secret)
    callbacks = Callbacks(around.callback, secret)
    hooks = _one_of(settings, "webhooks", _HOOKS)
    record = Record(_one_of(settings, "record", tuple(Record)))
    meetings = Meetings.of(calls, callbacks, record=record, hooked=hooks != "no")
    return BigBlueButtonProvider(calls, callbacks, meetings, around.clock, hooks)


def _interface(url: str) -> str:
    """``https://host``, ``…/bigbluebutton`` and ``…/bigbluebutton/api`` are one."""
    if not urlsplit(url).path:
        url += "/bigbluebutton"
    return url if url.endswith("/api") else f"{url}/api"


def _one_of(settings: Settings, key: str, known: tuple[str, ...]) -> str:
    """The setting ``key``, by default the first of ``known``."""
    value = settings.get(key, "").strip().lower() or known[0]
    value = {"true": "yes", "false": "no"}.get(value, value)
    if value not in known:
        raise UnusableSetting(key, f"Write one of: {', '.join(known)}.")
    return value
