"""What the set-up of a connection to Zoom needs, asked of Zoom."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

from integrations.errors import IntegrationError, Unreachable
from integrations.video.provider import Finding
from integrations.video.zoom.calls import Calls, Fields, suppress_absent, text
from integrations.video.zoom.oauth import Bearer
from integrations.video.zoom.rooms import Kind, Rooms

_LICENSED = "2"
_TOKEN = "Zoom gives a token"  # noqa: S105 -- a sentence

_READING = {
    "user:read:user:admin": "user:read:admin",
    "user:read:settings:admin": "user:read:admin",
    "cloud_recording:read:list_recording_files:admin": "recording:read:admin",
}
_SCOPES: Mapping[Kind, Mapping[str, str]] = {
    Kind.MEETING: {
        "meeting:write:meeting:admin": "meeting:write:admin",
        "meeting:write:registrant:admin": "meeting:write:admin",
        "meeting:update:registrant_status:admin": "meeting:write:admin",
        "meeting:update:status:admin": "meeting:write:admin",
        "meeting:update:in_meeting_controls:admin": "meeting:write:admin",
        "meeting:read:list_past_instances:admin": "meeting:read:admin",
        **_READING,
    },
    Kind.WEBINAR: {
        "webinar:write:webinar:admin": "webinar:write:admin",
        "webinar:write:registrant:admin": "webinar:write:admin",
        "webinar:update:registrant_status:admin": "webinar:write:admin",
        "webinar:write:panelist:admin": "webinar:write:admin",
        "webinar:delete:panelist:admin": "webinar:write:admin",
        "webinar:update:status:admin": "webinar:write:admin",
        "webinar:read:list_panelists:admin": "webinar:read:admin",
        "webinar:read:list_past_instances:admin": "webinar:read:admin",
        **_READING,
    },
}
"""What an app must be allowed, and which scope of an older app holds it."""

_LISTING = {
    Kind.MEETING: "dashboard:read:list_meeting_participants:admin",
    Kind.WEBINAR: "dashboard:read:list_webinar_participants:admin",
}
_OLD_LISTING = {
    Kind.MEETING: "dashboard_meetings:read:admin",
    Kind.WEBINAR: "dashboard_webinars:read:admin",
}


@dataclass(frozen=True, slots=True)
class _Setting:
    """A setting of the user that is to be ``wanted``; ``at`` is where Zoom tells it."""

    what: str
    at: tuple[str, ...]
    wanted: bool
    advice: str


_WHERE = "for the user; where it is grey, the account or a group locks it."
_AUTHENTICATION = _Setting(
    "Nobody has to sign in to Zoom",
    ("meeting_authentication",),
    wanted=False,
    advice=f"Switch off 'Only authenticated users can join' {_WHERE}",
)
_CLOUD = _Setting(
    "It records in its cloud",
    ("recording", "cloud_recording"),
    wanted=True,
    advice=f"Switch on 'Cloud recording' {_WHERE}",
)
_OF_USER: Mapping[Kind, tuple[_Setting, ...]] = {
    Kind.MEETING: (
        _Setting(
            "People come in before the host",
            ("schedule_meeting", "join_before_host"),
            wanted=True,
            advice=f"Switch on 'Allow participants to join before host' {_WHERE}",
        ),
        _Setting(
            "There is no waiting room",
            ("in_meeting", "waiting_room"),
            wanted=False,
            advice=f"Switch off 'Waiting room' {_WHERE}",
        ),
        _CLOUD,
    ),
    Kind.WEBINAR: (
        _Setting(
            "The rooms' user may hold webinars",
            ("feature", "webinar"),
            wanted=True,
            advice="Give the user the Webinars add-on.",
        ),
        _CLOUD,
    ),
}
"""What a room of ours asks for, and a lock above it overrules: locks themselves are
told to few accounts, but they hold for the user as well.
"""

# Who has the number is of no matter: only whether it may be asked.
_SOME_ROOM = "1000000000"


# Of the five minutes within which a webhook is believed; its way takes some, too.
_APART = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    """Asks with the keys that the rooms are made with; ``callback`` is where webhooks
    are to come, ``signed`` whether their secret token is known.
    """

    calls: Calls = field(repr=False)
    bearer: Bearer = field(repr=False)
    rooms: Rooms
    clock: Callable[[], datetime]
    callback: str
    signed: bool
    dashboard: bool

    async def findings(self) -> tuple[Finding, ...]:
        """What is there and what lacks; later ones only where the first is good."""
        try:
            date = await self.bearer.renew()
        except IntegrationError as error:
            return (_keys(error), *self._webhooks())
        return (
            Finding(what=_TOKEN, good=True),
            self._time(date),
            self._scopes(),
            await self._user(),
            *await self._settings(),
            *([await self._listing()] if self.dashboard else ()),
            *self._webhooks(),
        )

    def _time(self, date: str) -> Finding:
        try:
            apart = abs(parsedate_to_datetime(date) - self.clock())
        except (ValueError, TypeError, OverflowError):
            apart = timedelta()
        return Finding(
            what="Its clock agrees with ours",
            good=apart <= _APART,
            advice=f"They are {apart.total_seconds():.0f} s apart, and what Zoom tells "
            "is believed within five minutes: set this machine's clock by NTP.",
        )

    def _scopes(self) -> Finding:
        kind, allowed = self.rooms.kind, self.bearer.scopes
        needed = dict(_SCOPES[kind])
        if self.dashboard:
            needed[_LISTING[kind]] = _OLD_LISTING[kind]
        missing = [one for one, old in needed.items() if not {one, old} & allowed]
        return Finding(
            what="The app has its scopes",
            good=not missing,
            advice=f"Add to the app's scopes: {', '.join(missing)}." if missing else "",
        )

    async def _user(self) -> Finding:
        what = "The rooms' user is licensed"
        try:
            user = await self.calls.ask("GET", "users", self.rooms.user)
        except IntegrationError as error:
            return Finding(what=what, good=False, advice=f"Check user: {error}")
        return Finding(
            what=what,
            good=text(user, "type") == _LICENSED,
            advice="Give the user a licence: registration needs one.",
        )

    async def _settings(self) -> tuple[Finding, ...]:
        path = ("users", self.rooms.user, "settings")
        asked = {"option": "meeting_authentication"}
        try:
            told = await self.calls.ask("GET", *path)
            doors = await self.calls.ask("GET", *path, query=asked)
        except IntegrationError as error:
            what = "The settings of the rooms' user are known"
            return (Finding(what=what, good=False, advice=str(error)),)
        return (
            *(_set(one, told) for one in _OF_USER[self.rooms.kind]),
            _set(_AUTHENTICATION, doors),
        )

    async def _listing(self) -> Finding:
        what, kind = "It can be asked who is in", self.rooms.kind.path
        live = {"type": "live"}
        try:
            with suppress_absent(idle=True):
                await self.calls.ask(
                    "GET", "metrics", kind, _SOME_ROOM, "participants", query=live
                )
        except IntegrationError as error:
            advice = f"{error} Set dashboard=no where the plan has no dashboard."
            return Finding(what=what, good=False, advice=advice)
        return Finding(what=what, good=True)

    def _webhooks(self) -> tuple[Finding, ...]:
        return (
            Finding(
                what="Webhooks can be verified",
                good=self.signed,
                advice="Set webhook_secret to the secret token of the app's feature "
                "page; without it nobody is seen to come and go.",
            ),
            Finding(
                what="Zoom can send to our address",
                good=self.callback.startswith("https://"),
                advice="Set ORCHESTRATOR_BASE_URL to an https address: Zoom takes no "
                f"other than such, and this one is {self.callback}.",
            ),
        )


def _set(setting: _Setting, told: Fields) -> Finding:
    """Good also where Zoom does not tell."""
    value: object = told
    for name in setting.at:
        value = value.get(name) if isinstance(value, dict) else None
    good = value is not (not setting.wanted)
    return Finding(what=setting.what, good=good, advice=setting.advice)


def _keys(error: IntegrationError) -> Finding:
    if isinstance(error, Unreachable):
        advice = f"{error} Let this machine reach zoom.us and api.zoom.us (443)."
    else:
        advice = str(error)
    return Finding(what=_TOKEN, good=False, advice=advice)
