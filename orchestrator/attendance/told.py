"""From what a provider tells of a room to signs."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from integrations.video.events import Came, Closed
from orchestrator.attendance.model import Sign, SignKind, Source, Word
from orchestrator.ids import RegistrantId, RoomId, may_be_id
from orchestrator.programme.model import Event

STAYS = timedelta(hours=12)
"""Whoever came so long before a room was closed may have been in it until then."""

# Clocks that are kept right differ by less; a delivery may be many months late.
_AHEAD = timedelta(minutes=1)
_BEHIND = timedelta(days=400)

_LONGEST_STREAM = 100


def moment(word: Word, event: Event) -> datetime:
    """When it happened, by the clock of ``event``: as the provider says, or when it
    was received where that cannot be.
    """
    at = word.news.at
    if not word.received - _BEHIND <= at <= word.received + _AHEAD:
        at = word.received
    return at.astimezone(UTC) + event.clock_offset


def signs(event: Event, room: RoomId, words: Iterable[Word]) -> tuple[Sign, ...]:
    """Who came and went; nobody who cannot be a registrant."""
    return tuple(
        Sign(
            event=event.id,
            room=room,
            registrant=RegistrantId(word.news.guest),
            source=Source.PROVIDER,
            kind=SignKind.IN if isinstance(word.news, Came) else SignKind.OUT,
            stream=_stream(word.news.stream),
            key=word.key,
            at=moment(word, event),
        )
        for word in words
        if not isinstance(word.news, Closed) and may_be_id(word.news.guest)
    )


def closings(event: Event, words: Iterable[Word]) -> tuple[datetime, ...]:
    """When the room was closed."""
    return tuple(moment(word, event) for word in words if isinstance(word.news, Closed))


def ends(
    event: Event,
    room: RoomId,
    came: Iterable[tuple[RegistrantId, datetime]],
    closed: Sequence[datetime],
) -> tuple[Sign, ...]:
    """What closings mean for those who ``came``: they have gone then, whatever
    connections they had. In which order the two are told makes no difference.
    """
    found = {
        (who, end) for who, at in came for end in closed if end - STAYS <= at <= end
    }
    return tuple(
        Sign(
            event=event.id,
            room=room,
            registrant=who,
            source=Source.POLL,
            kind=SignKind.OUT,
            stream="",
            key=f"{room}/{who}/closed/{end.isoformat()}",
            at=end,
        )
        for who, end in sorted(found)
    )


def _stream(told: str) -> str:
    """The provider's name of a connection, as it can be stored."""
    if told.isprintable() and len(told) <= _LONGEST_STREAM:
        return told
    return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()
