"""Who speaks of what: the programme's word, and the roles that people have."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from orchestrator.access.model import Grant, Role
from orchestrator.ids import TalkId
from orchestrator.programme.model import Event
from orchestrator.registration.model import Registrant
from orchestrator.registration.staff import named, recognise


@dataclass(frozen=True, slots=True)
class Part:
    """One speaker of one talk; ``registrant`` is None for who is not on the list."""

    talk: TalkId
    name: str
    registrant: Registrant | None


def parts(event: Event, people: Sequence[Registrant]) -> Iterator[Part]:
    """The speakers of each talk of ``event``, in the order of the timetable: those whom
    the programme names, then those who have the role by another word.

    ``people`` are all who have the role of a speaker and are on the list.
    """
    recognised = recognise(named(event), people)
    for slot in event.timetable.slots:
        talk = slot.talk.id
        grant = Grant(Role.SPEAKER, talk=talk)
        its = [(one, known) for one, known in recognised if grant in one.grants]
        for one, known in its:
            yield Part(talk, known.name if known else one.name, known)
        listed = {known.id for _, known in its if known}
        for other in people:
            if grant in other.grants and other.id not in listed:
                yield Part(talk, other.name, other)
