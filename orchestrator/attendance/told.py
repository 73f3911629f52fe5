"""From what a provider tells of a room to signs."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from integrations.video.events import Came, Closed
from orchestrator.attendance.model import Closing, Sign, SignKind, Source, Word
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
            stream=_stream(word.connection, word.news.stream),
            key=word.key,
            at=moment(word, event),
        )
        for word in words
        if not isinstance(word.news, Closed) and may_be_id(word.news.guest)
    )


def closings(event: Event, words: Iterable[Word]) -> tuple[Closing, ...]:
    """When the room was closed, and on which connection."""
    return tuple(
        Closing(word.connection, moment(word, event))
        for word in words
        if isinstance(word.news, Closed)
    )


def ends(comings: Iterable[Sign], closed: Sequence[Closing]) -> tuple[Sign, ...]:
    """What closings mean for those of whom ``comings`` tell: they have gone then.

    In which order the two are told makes no difference. Who was moved to another
    connection stays there when the first is closed behind him.
    """
    found = {
        (one.registrant, one.stream, end.at): one
        for end in closed
        for one in comings
        if one.stream.startswith(_prefix(end.connection))
        and end.at - STAYS <= one.at <= end.at
    }
    return tuple(
        replace(
            one,
            kind=SignKind.OUT,
            key=f"{one.room}/{who}/{stream}/closed/{at.isoformat()}",
            at=at,
        )
        for (who, stream, at), one in sorted(found.items(), key=lambda one: one[0])
    )


def _stream(connection: str, told: str) -> str:
    """The provider's name of somebody's connection, as it can be stored."""
    if not told.isprintable() or len(told) > _LONGEST_STREAM:
        told = hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()
    return _prefix(connection) + told


def is_of(sign: Sign, connection: str) -> bool:
    """Whether ``sign`` can be of ``connection``: lists do not say of which they are."""
    return not sign.stream or sign.stream.startswith(_prefix(connection))


def _prefix(connection: str) -> str:
    return f"{connection}/"
