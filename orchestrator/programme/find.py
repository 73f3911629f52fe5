"""Which talk a person means who names it in his own way."""

from orchestrator.programme.errors import NoSuchTalk
from orchestrator.programme.model import Event, Talk


def talk_named(event: Event, name: str) -> Talk:
    """The talk whose id, number in the programme, title or speaker is ``name``.

    Numbers count the talks of the whole meeting from 1, breaks left out; part of
    a title is enough when only one has it. Raises ``NoSuchTalk`` naming the
    talks that there are.
    """
    talks = [slot.talk for slot in event.timetable.slots if slot.talk.kind.is_talk]
    for talk in talks:
        if talk.id == name:
            return talk
    if name.isdecimal() and 1 <= int(name) <= len(talks):
        return talks[int(name) - 1]
    wanted = name.casefold().strip()
    fits = [talk for talk in talks if wanted and wanted in _words(talk)]
    if len(fits) == 1:
        return fits[0]
    known = "\n".join(
        f"  {number}  {talk.id}  {talk.title or '(to be announced)'}"
        for number, talk in enumerate(talks, start=1)
    )
    several = "Several talks are" if fits else "No talk is"
    raise NoSuchTalk(f"{several} called {name!r}. There are:\n{known}")


def _words(talk: Talk) -> str:
    speakers = " ".join(speaker.name for speaker in talk.speakers)
    return f"{talk.title} {speakers}".casefold()
