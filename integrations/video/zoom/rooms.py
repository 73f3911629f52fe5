"""The two kinds of rooms that Zoom has, and how each of them is asked for."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from integrations.video.provider import Place
from integrations.video.zoom.calls import Fields

_LONGEST_TITLE = 200


class Kind(StrEnum):
    """In a meeting everybody may speak; in a webinar panelists do, others listen."""

    MEETING = "meeting"
    WEBINAR = "webinar"

    @property
    def path(self) -> str:
        """The first part of its addresses, and the name of its lists."""
        return f"{self}s"

    @property
    def past(self) -> str:
        """The first part of the addresses of what is over."""
        return f"past_{self}s"


# Zoom writes to nobody: the addresses it has are made up, and people know from us.
_SILENT = {"enable": False}
_COMMON = {
    "approval_type": 1,
    "registrants_email_notification": False,
    "close_registration": False,
    # A link is one person's: a second device is let in when the first has left.
    "allow_multiple_devices": False,
    "auto_recording": "none",
    "show_share_button": False,
}
_SETTINGS: Mapping[Kind, Mapping[str, object]] = {
    Kind.MEETING: _COMMON
    | {
        "registrants_confirmation_email": False,
        "alternative_hosts_email_notification": False,
        "email_notification": False,
        # The doors are ours, so Zoom's are open: no host need be there first.
        "join_before_host": True,
        "jbh_time": 0,
        "waiting_room": False,
        "meeting_authentication": False,
        "mute_upon_entry": True,
    },
    Kind.WEBINAR: _COMMON
    | {
        # Zoom approves a webinar's registrants by itself or by a second call for
        # each; who registers past us can watch, and is counted as nobody's guest.
        "approval_type": 0,
        "panelists_invitation_email_notification": False,
        "attendees_and_panelists_reminder_email_notification": _SILENT,
        "follow_up_attendees_email_notification": _SILENT,
        "follow_up_absentees_email_notification": _SILENT,
        "practice_session": False,
        "panelist_authentication": False,
        "meeting_authentication": False,
    },
}
_SCHEDULED = {Kind.MEETING: 2, Kind.WEBINAR: 5}


@dataclass(frozen=True, slots=True)
class Rooms:
    """What rooms of a connection are like; ``hosts`` may act as their hosts beside
    the user who owns them.
    """

    kind: Kind
    user: str = "me"
    hosts: tuple[str, ...] = ()

    def wanted(self, place: Place) -> Fields:
        """The room to be made for ``place``, without a date: it is open from now on.

        Approval is by hand in a meeting, and each registration of ours is approved
        as it is made: who finds Zoom's page of registration waits there for ever.
        """
        settings = dict(_SETTINGS[self.kind])
        if self.hosts:
            settings["alternative_hosts"] = ";".join(self.hosts)
        title = "".join(filter(str.isprintable, place.title)).strip()
        return {
            "topic": title[:_LONGEST_TITLE] or place.name,
            "type": _SCHEDULED[self.kind],
            "settings": settings,
        }
