"""What providers tell of who is in, on its way into presence and to the seats."""

import asyncio
from collections import defaultdict
from collections.abc import (
    Awaitable,
    Callable,
    Collection,
    Iterator,
    Mapping,
    Sequence,
)
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import structlog
from sqlmodel.ext.asyncio.session import AsyncSession

from integrations.video.events import Came, Closed, Recorded, Went
from integrations.video.provider import Participant
from orchestrator.admission.model import LEASE
from orchestrator.admission.service import Admission
from orchestrator.attendance.model import Sign, SignKind, Word
from orchestrator.attendance.service import Attendance
from orchestrator.attendance.told import is_of
from orchestrator.ids import RegistrantId, RoomId, may_be_id
from orchestrator.inbox.model import Told
from orchestrator.inbox.worker import After
from orchestrator.programme.errors import NoSuchEvent
from orchestrator.programme.model import Event
from orchestrator.programme.service import Programmes
from orchestrator.rooms.model import Room

KINDS = (Came, Went, Closed)
"""The news that ``Telling.hear`` takes."""

FindRoom = Callable[[str, str], Awaitable[Room | None]]
"""The room on a connection that is told of by a word, None where it is none of ours."""

Marked = Callable[[Room, str, Collection[str]], Awaitable[Mapping[str, RegistrantId]]]
"""Who in a room on a connection bears which mark, of those that anybody bears."""

PutOut = Callable[[Event, Room, RegistrantId], Awaitable[bool]]
"""Has the provider put somebody out of a room, on the connection that it names, if
it can; what it does not take is asked again.
"""

Arrived = Callable[[Event, Room, Came], Awaitable[None]]
"""Told that a registrant has come just now, and whether the provider lets him speak."""

# Who came longer ago may have gone, and the list of the provider tells the rest.
_JUST_NOW = LEASE

_log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _There:
    """A room, and what was told of it. ``holds``: who is in it keeps his seat by that;
    not by a former connection where seats go by the news of the present one.
    """

    event: Event
    room: Room
    holds: bool = True
    words: list[Word] = field(default_factory=list)


class Telling:
    """Handler of the inbox: who came is present, keeps his seat, and is put out again
    if he must not be there.
    """

    def __init__(
        self,
        find: FindRoom,
        marked: Marked,
        programmes: Programmes,
        attendance: Attendance,
        admission: Admission,
        put_out: PutOut,
    ) -> None:
        self._find = find
        self._marked = marked
        self._programmes = programmes
        self._attendance = attendance
        self._admission = admission
        self._put_out = put_out
        self._arrived: list[Arrived] = []

    def arrived(self, told: Arrived) -> None:
        """Have ``told`` called for each registrant who has come just now, once that is
        durable. What it fails at, the next list of the provider has to put right.
        """
        self._arrived.append(told)

    async def hear(self, session: AsyncSession, told: Sequence[Told]) -> After | None:
        """Note who came and went, and that rooms were closed."""
        came: list[tuple[_There, list[Came]]] = []
        moved: list[tuple[_There, frozenset[RegistrantId]]] = []
        # In one order, in which others wait for rooms as well.
        for _, there in sorted((await self._rooms(told)).items()):
            words, event = there.words, there.event
            signs = await self._attendance.hear(session, event, there.room.id, words)
            since = self._attendance.now(event) - _JUST_NOW
            lately = [one for one in signs if one.at >= since]
            inside = _inside(lately)
            by_news = self._admission.goes_by_news(there.room)
            news: dict[str, dict[str, Came]] = defaultdict(dict)
            for word in words:
                if isinstance(word.news, Came) and word.news.guest in inside:
                    news[word.connection][word.news.guest] = word.news
            for connection, of in news.items():
                # He is put out where he is: the room may have been moved.
                room = replace(there.room, connection=connection)
                holds = connection == there.room.connection or not by_news
                came.append((_There(event, room, holds), list(of.values())))
            if by_news:
                here = [one for one in lately if is_of(one, there.room.connection)]
                moved.append((there, frozenset(one.registrant for one in here)))
        if not (came or moved):
            return None
        return lambda: self._follow(came, moved)

    async def listed(
        self, event: Event, room: Room, participants: Sequence[Participant]
    ) -> None:
        """Who is in ``room`` by the provider's list keeps his seat, or is put out."""
        await self._receive(event, room, [one.id for one in participants])

    async def _receive(
        self, event: Event, room: Room, guests: Sequence[str], *, holds: bool = True
    ) -> frozenset[RegistrantId]:
        """Renew the seats of those in ``room`` (if that ``holds`` them), and put out who
        must not be there: those.
        """
        ids = [RegistrantId(one) for one in guests if may_be_id(one)]
        out = await self._admission.unwelcome(event, room, ids)
        if holds:
            welcome = [one for one in ids if one not in out]
            await self._admission.present(event, room, welcome)
        await asyncio.gather(*(self._put_out(event, room, one) for one in sorted(out)))
        return out

    async def _rooms(self, told: Sequence[Told]) -> Mapping[RoomId, _There]:
        places: dict[tuple[str, str], list[Word]] = defaultdict(list)
        for one in told:
            news = one.news
            if not isinstance(news, Recorded):
                word = Word(
                    connection=one.connection,
                    news=news,
                    key=one.key,
                    received=one.received,
                )
                places[one.connection, news.place].append(word)
        found: dict[RoomId, _There] = {}
        for (connection, place), words in places.items():
            room = await self._find(connection, place) if place.isprintable() else None
            if room is None:
                continue  # others have rooms on the same server
            if room.id not in found:
                try:
                    event = await self._programmes.by_id(room.event)
                except NoSuchEvent:
                    continue  # it has just been removed
                found[room.id] = _There(event, room)
            found[room.id].words += await self._named(room, connection, words)
        return found

    async def _named(
        self, room: Room, connection: str, words: Sequence[Word]
    ) -> Sequence[Word]:
        """``words`` with the guests whom the provider names by their marks alone."""
        marks = {mark for one in words if (mark := _mark(one.news))}
        if not marks:
            return words
        known = await self._marked(room, connection, marks)
        return [_named(one, known) for one in words]

    async def _follow(
        self,
        came: Sequence[tuple[_There, Sequence[Came]]],
        moved: Sequence[tuple[_There, frozenset[RegistrantId]]],
    ) -> None:
        # Seats first: no list makes good what is not followed here, and a provider may
        # be silent when somebody is to be put out.
        for there, people in moved:
            with _logged("seats-not-followed", there):
                await self._hold(there.event, there.room, people)
        for there, news in came:
            with _logged("arrivals-not-followed", there):
                await self._greet(there, news)

    async def _hold(
        self, event: Event, room: Room, people: frozenset[RegistrantId]
    ) -> None:
        """Have the seats of ``people`` be held, or not, as all that was told of them
        says: until what was followed is what the journal tells. Another process may
        have noted meanwhile that one of them came back, or went.
        """
        followed: frozenset[RegistrantId] | None = None
        while (
            inside := await self._attendance.inside(event, room, people)
        ) != followed:
            await self._admission.gone(event, room, people - inside)
            await self._admission.present(event, room, inside)
            followed = inside

    async def _greet(self, there: _There, news: Sequence[Came]) -> None:
        event, room = there.event, there.room
        guests = [one.guest for one in news]
        out = await self._receive(event, room, guests, holds=there.holds)
        known = (await self._admission.roll(event)).versions.keys() - out
        for one in news:
            if one.guest in known:
                for told in self._arrived:
                    await told(event, room, one)


@contextmanager
def _logged(failure: str, there: _There) -> Iterator[None]:
    """What fails in one room is no reason to leave the others."""
    try:
        yield
    except Exception as error:  # noqa: BLE001 -- whatever it is
        _log.warning(failure, room=there.room.id, exc_info=error)


def _mark(news: Came | Went | Closed) -> str:
    """Of somebody who is not named otherwise."""
    return "" if isinstance(news, Closed) or news.guest else news.mark


def _named(word: Word, known: Mapping[str, RegistrantId]) -> Word:
    news = word.news
    if isinstance(news, Closed) or not (guest := known.get(_mark(news))):
        return word
    return replace(word, news=replace(news, guest=guest))


def _inside(signs: Sequence[Sign]) -> frozenset[RegistrantId]:
    """Of whom the last of ``signs`` of one of his connections is that he came."""
    in_order = sorted(signs, key=lambda one: one.at)
    last = {(one.registrant, one.stream): one.kind for one in in_order}
    return frozenset(who for (who, _), kind in last.items() if kind is SignKind.IN)
