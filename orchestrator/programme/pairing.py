"""Which talk of a new reading is which stored talk, and so with the sessions.

The surest sign comes first, each stored talk is used once: the id; title and
speakers; the title; the speakers (retitled, or no longer "to be announced");
a title much like the former. Ids that the stored meeting does not know are
not taken over: they may be those of another meeting, whose rows they would
overwrite. (``advance`` looks for them among the withdrawn.)
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from orchestrator.ids import SessionId, TalkId
from orchestrator.programme.alike import Pairs, likeness, plain
from orchestrator.programme.frames import unfilled
from orchestrator.programme.model import Programme, Session, Talk

_ID = re.compile(r"[a-z0-9-]{1,40}")

# "A ratio over 0.6 means the sequences are close matches" (Python's difflib):
# enough where a speaker is the same. Without one, titles of one field share so
# many words that only a correction of a word or two may pass.
_CLOSE, _VERY_CLOSE = 0.6, 0.85

# A word that more titles than this have in common tells nothing.
_COMMON_TITLES = 30


Window = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class _Place:
    """A talk where the programme has it; session -1 while it has none."""

    talk: Talk
    session: int
    window: Window | None
    position: int

    @property
    def what(self) -> str:
        """Talks pair with talks whatever their kind, breaks with breaks."""
        return "talk" if self.talk.kind.is_talk else self.talk.kind.value

    @property
    def title(self) -> str:
        return plain(self.talk.title)

    @property
    def speakers(self) -> frozenset[str]:
        return frozenset(plain(person.name) for person in self.talk.speakers)


def pair(before: Programme, after: Programme) -> Programme:
    """``after`` with the ids and stamps of ``before`` where it is the same thing.

    ``before`` is stored; ``after`` is freshly read, laid out or not. What is new
    has no stamp; an id that ``before`` does not know is kept only to be looked up.
    Doors of which the source can tell nothing are those that were stored.
    """
    talks = _paired_talks(before, after)
    sessions = _paired_sessions(before, after, talks)
    _join_pauses(talks, sessions)
    return _carried(before, after, talks, sessions)


def same_talks(before: Sequence[Talk], after: Sequence[Talk]) -> dict[int, int]:
    """Pairs of equal title and speakers alone: index of ``after`` to ``before``."""
    pairs = Pairs(
        [_Place(talk, -1, None, index) for index, talk in enumerate(before)],
        [_Place(talk, -1, None, index) for index, talk in enumerate(after)],
    )
    pairs.join_equal(_title_and_speakers, _distance)
    return pairs.former


def _paired_talks(before: Programme, after: Programme) -> Pairs[_Place]:
    pairs = Pairs(list(_places(before)), list(_places(after)))
    pairs.join_equal(lambda place: place.talk.id, _distance)
    pairs.join_equal(_title_and_speakers, _distance)
    pairs.join_equal(lambda place: place.title and (place.what, place.title), _distance)
    pairs.join_equal(
        lambda place: place.speakers and (place.what, place.speakers), _unlikeness
    )
    pairs.join_best(_similar(pairs))
    pairs.join_equal(_unannounced, _distance)
    return pairs


def _places(programme: Programme) -> Iterator[_Place]:
    """All talks but the fillers, which pair with those of their session."""
    for index, session in enumerate(programme.sessions):
        for position, talk in enumerate(unfilled(session)[0].talks):
            yield _Place(talk, index, _window(session), position)
    for position, talk in enumerate(programme.talks):
        yield _Place(talk, -1, None, position)


def _title_and_speakers(place: _Place) -> tuple[object, ...]:
    if not place.title:
        return ()
    return (place.what, place.title, place.speakers)


def _unannounced(place: _Place) -> tuple[object, ...]:
    """Of a talk without title and speakers only its session is known."""
    if place.title or place.speakers:
        return ()
    return (place.what, place.talk.kind, place.window)


def _distance(one: _Place, other: _Place) -> tuple[float, ...]:
    """Twins pair within their session first, then by position."""
    return (one.window != other.window, abs(one.position - other.position))


def _unlikeness(one: _Place, other: _Place) -> tuple[float, ...]:
    return (-likeness(one.title, other.title, least=0), *_distance(one, other))


def _similar(pairs: Pairs[_Place]) -> Iterator[tuple[tuple[float, ...], int, int]]:
    """Candidates by title, the most alike first."""
    index = _by_clue(pairs)
    for new in pairs.open_after():
        place = pairs.after[new]
        candidates = {old for clue in _clues(place) for old in index.get(clue, ())}
        for old in candidates:
            former = pairs.before[old]
            if former.what != place.what:
                continue
            shared = bool(former.speakers & place.speakers)
            announced = shared and not (former.title and place.title)
            least = _CLOSE if shared else _VERY_CLOSE
            alike = likeness(former.title, place.title, least=least)
            if alike or announced:
                yield (-alike, *_distance(former, place)), old, new


def _by_clue(pairs: Pairs[_Place]) -> dict[tuple[str, str], list[int]]:
    """The unpaired stored talks by what could lead to them."""
    index: dict[tuple[str, str], list[int]] = defaultdict(list)
    for old in pairs.open_before():
        for clue in _clues(pairs.before[old]):
            index[clue].append(old)
    return {
        clue: olds
        for clue, olds in index.items()
        if clue[0] == "speaker" or len(olds) <= _COMMON_TITLES
    }


def _clues(place: _Place) -> Iterator[tuple[str, str]]:
    """Speakers and words: comparing every title with every other takes minutes."""
    for name in place.speakers:
        yield "speaker", name
    for word in set(place.title.split()):
        yield "word", word


def _join_pauses(talks: Pairs[_Place], sessions: Pairs[Session]) -> None:
    """Renamed breaks and discussions: the same one of its kind in its session."""
    open_after = talks.open_after()
    scored = []
    for old in talks.open_before():
        former = talks.before[old]
        for new in open_after:
            place = talks.after[new]
            same = sessions.former.get(place.session) == former.session
            if same and place.what == former.what != "talk":
                scored.append((_distance(former, place), old, new))
    talks.join_best(scored)


def _paired_sessions(
    before: Programme, after: Programme, talks: Pairs[_Place]
) -> Pairs[Session]:
    pairs = Pairs(before.sessions, after.sessions)
    pairs.join_equal(lambda session: session.id, _room_apart)
    pairs.join_equal(_title_and_day, _room_apart)
    pairs.join_equal(_window, _room_apart)
    pairs.join_best(_sharing(pairs, talks))
    pairs.join_equal(lambda session: plain(session.title), _room_apart)
    return pairs


def _room_apart(one: Session, other: Session) -> tuple[float, ...]:
    return (plain(one.room) != plain(other.room),)


def _title_and_day(session: Session) -> tuple[object, ...]:
    if not session.title or session.starts is None:
        return ()
    # Of its own zone: the event's, in which both readings are.
    return (plain(session.title), session.starts.date())


def _window(session: Session) -> Window | None:
    if session.starts is None or session.ends is None:
        return None
    return session.starts.astimezone(UTC), session.ends.astimezone(UTC)


def _sharing(
    pairs: Pairs[Session], talks: Pairs[_Place]
) -> Iterator[tuple[tuple[float, ...], int, int]]:
    """Sessions by how many talks they have in common."""
    shared = Counter(
        (talks.before[old].session, talks.after[new].session)
        for new, old in talks.former.items()
    )
    for old in pairs.open_before():
        for new in pairs.open_after():
            if common := shared[old, new]:
                yield (-common,), old, new


def _carried(
    before: Programme,
    after: Programme,
    talks: Pairs[_Place],
    sessions: Pairs[Session],
) -> Programme:
    strangers = _Strangers(before, after)
    places = iter(range(len(talks.after)))
    carried = []
    for index, session in enumerate(after.sessions):
        body, filler = unfilled(session)
        own = [_talk(next(places), talks, strangers) for _ in body.talks]
        former = sessions.former.get(index)
        stored = None if former is None else before.sessions[former]
        if filler is not None:
            own.append(_filler(filler, stored))
        carried.append(_session(session, stored, tuple(own), strangers))
    loose = tuple(_talk(next(places), talks, strangers) for _ in after.talks)
    paired = replace(after, sessions=tuple(carried), talks=loose)
    return paired if after.tells_doors else _with_doors(before, paired)


def _with_doors(before: Programme, paired: Programme) -> Programme:
    former = {session.id: session for session in before.sessions}
    sessions = (
        keeping_doors(session, former.get(session.id)) for session in paired.sessions
    )
    return replace(paired, sessions=tuple(sessions))


def keeping_doors(session: Session, former: Session | None) -> Session:
    """``session`` with the doors of ``former`` where it has none of its own."""
    if former is None:
        return session
    own = session.opens_before, session.closes_after
    stored = former.opens_before, former.closes_after
    opens, closes = (a if b is None else b for a, b in zip(stored, own, strict=True))
    return replace(session, opens_before=opens, closes_after=closes)


class _Strangers:
    """Ids that ``before`` does not know, each granted once and if well formed."""

    def __init__(self, before: Programme, after: Programme) -> None:
        self._taken: set[str] = {talk.id for talk in before.all_talks}
        self._taken |= {session.id for session in before.sessions}

    def admit(self, wanted: str) -> str:
        """``wanted``, or nothing."""
        if wanted in self._taken or not _ID.fullmatch(wanted):
            return ""
        self._taken.add(wanted)
        return wanted


def _talk(index: int, talks: Pairs[_Place], strangers: _Strangers) -> Talk:
    talk = talks.after[index].talk
    if (old := talks.former.get(index)) is None:
        return replace(talk, id=TalkId(strangers.admit(talk.id)), stamp=None)
    former = talks.before[old].talk
    return replace(talk, id=former.id, stamp=former.stamp)


def _filler(filler: Talk, stored: Session | None) -> Talk:
    former = unfilled(stored)[1] if stored else None
    if former is None:
        return replace(filler, id=TalkId(""), stamp=None)
    return replace(filler, id=former.id, stamp=former.stamp)


def _session(
    session: Session,
    stored: Session | None,
    talks: tuple[Talk, ...],
    strangers: _Strangers,
) -> Session:
    if stored is None:
        stranger = SessionId(strangers.admit(session.id))
        return replace(session, talks=talks, id=stranger, stamp=None)
    return replace(session, talks=talks, id=stored.id, stamp=stored.stamp)
