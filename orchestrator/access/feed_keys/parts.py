"""How the parts that people have in an event begin, end and come back.

A calendar has to say that somebody no longer speaks or chairs; the role itself
is gone by then.
"""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime

from orchestrator.access.feed_keys.model import EVERY, REGISTRATION, Part, Turn
from orchestrator.access.model import Grant, Role, Source
from orchestrator.ids import RegistrantId, SessionId, TalkId

Key = tuple[RegistrantId, Part]
Grants = Mapping[RegistrantId, Collection[Grant]]


def held(grants: Grants) -> Iterator[Key]:
    """The parts that ``grants`` give: sessions to chair, talks to give."""
    for who, own in grants.items():
        for grant in own:
            # Organisers lead every session, whether they are its chairs for want
            # of others or not.
            if grant.source is Source.DEFAULT:
                continue
            if grant.role is Role.ORGANISER:
                yield who, Part(session=EVERY)
            elif grant.role is Role.CHAIR:
                yield who, Part(session=grant.session or EVERY)
            elif grant.role is Role.SPEAKER and grant.talk:
                yield who, Part(talk=grant.talk)


def changed(
    known: Mapping[Key, Turn],
    present: Collection[Key],
    live: Collection[SessionId | TalkId],
    moment: datetime,
) -> dict[Key, Turn]:
    """The turns that differ from ``known`` at ``moment``, now that ``present`` are
    the parts; ``live`` are the sessions and talks that are in the programme.
    """
    new = {key: Turn(0, moment, ended=False) for key in present if key not in known}
    for key, turn in known.items():
        part, ended = key[1], key not in present
        if part == REGISTRATION or turn.ended == ended:
            continue
        by_itself = (part.session or part.talk) in live if ended else turn.turns % 2
        new[key] = Turn(turn.turns + bool(by_itself), moment, ended=ended)
    return new


def ended(turn: Turn | None, moment: datetime) -> Turn | None:
    """``turn`` of a registration that ends at ``moment``; None if it has already."""
    if turn is not None and turn.ended:
        return None
    return Turn(turn.turns + 1 if turn else 1, moment, ended=True)
