"""The tokens that LiveKit takes: JWTs, signed with the secret of an API key."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from integrations.signing import HS256, hs256
from integrations.video.provider import Guest, Place, Role

ALGORITHM = HS256
GOOD_FOR = timedelta(seconds=120)
"""The time from the press to the room. The server allows another minute."""
EMPTY_FOR = timedelta(minutes=10)
"""A room to which nobody came ends after this time."""
LEFT_FOR = timedelta(minutes=2)
"""A room that all have left ends after this time; a room that is opened anew takes
its limit anew.
"""

_LONGEST_NAME = 256

_jws = hs256()


@dataclass(frozen=True, slots=True)
class ApiKey:
    """One of the ``keys`` in the configuration of the server.

    Tokens have no ``nbf``: a server whose clock is behind would refuse them.
    """

    name: str
    secret: str = field(repr=False)
    clock: Callable[[], datetime]

    def token(
        self, grants: Mapping[str, Any], lasts: timedelta = GOOD_FOR, **claims: object
    ) -> str:
        """A token with these ``video`` grants, good from now on."""
        expires = int((self.clock() + lasts).timestamp())
        said = {"iss": self.name, "exp": expires, "video": grants, **claims}
        payload = json.dumps(said, separators=(",", ":")).encode()
        return _jws.encode(payload, self.secret, ALGORITHM)


def entry_token(key: ApiKey, place: Place, guest: Guest) -> str:
    """What lets ``guest`` into ``place`` and nowhere else.

    What is left out of the grants is allowed, so all is written. Nobody is given
    rights over others: the service itself moderates.
    """
    speaks = guest.speaks or guest.role is Role.CHAIR
    grants = {"roomJoin": True, "room": place.name, **_rights(speaks=speaks)}
    return key.token(
        grants,
        sub=guest.id,
        name=_fitting(guest.name),
        # Any token opens a room that is not there, with the limits in it.
        roomConfig={
            "maxParticipants": most(place),
            "emptyTimeout": int(EMPTY_FOR.total_seconds()),
            "departureTimeout": int(LEFT_FOR.total_seconds()),
        },
    )


def most(place: Place) -> int:
    """How many people the server lets in; 0 would let in any number."""
    return max(1, place.capacity)


def _rights(*, speaks: bool) -> dict[str, bool]:
    return {
        "canPublish": speaks,
        "canPublishData": speaks,
        "canSubscribe": True,
        "canUpdateOwnMetadata": False,
    }


def permission(*, speaks: bool) -> dict[str, bool]:
    """What somebody who is in may do: it replaces everything that he was allowed."""
    return {
        "can_publish": speaks,
        "can_publish_data": speaks,
        "can_subscribe": True,
        "can_update_metadata": False,
    }


def _fitting(name: str) -> str:
    """``name`` within what the server takes of one, 256 bytes."""
    return name.encode(errors="replace")[:_LONGEST_NAME].decode(errors="ignore")
