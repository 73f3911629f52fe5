"""What the cues of a session are called, and what chairs did, in words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from orchestrator.ids import TalkId
from orchestrator.pages.frame import foreign
from orchestrator.pages.slot_view import Naming
from orchestrator.pages.times import NBSP, Times
from orchestrator.pages.words import words
from orchestrator.programme.model import Event, Kind, Slot
from orchestrator.stage.model import Breach, Record, Rundown

_MINUS = "\u2212"

_MANY = 4
"""From so many neighbours on only the first and the last are named."""


@dataclass(frozen=True, slots=True)
class Names:
    """Names of the cues of ``rundown`` in one language.

    Talks are numbered by their place among the talks of the session, as the
    running order shows them.
    """

    language: str
    slots: Mapping[TalkId, Slot]
    numbers: Mapping[TalkId, int]
    kinds: Mapping[TalkId, Kind]

    @property
    def talks(self) -> int:
        """How many talks the session has."""
        return len(self.numbers)

    def who(self, talk: TalkId) -> str:
        """Those who present it; what it is where nobody does."""
        slot = self.slots.get(talk)
        if slot is not None:
            return Naming(language=self.language).who(slot.talk)
        return self.thing(talk)

    def place(self, talk: TalkId) -> str:
        """Where those who present it are from."""
        slot = self.slots.get(talk)
        found = (one.affiliation for one in slot.talk.speakers) if slot else ()
        return ", ".join(dict.fromkeys(filter(None, found)))

    def title(self, talk: TalkId) -> str:
        """Its title, empty where the name says it already."""
        slot = self.slots.get(talk)
        if slot is None or not slot.talk.kind.is_talk:
            return ""
        return Naming(language=self.language).talk(slot.talk)

    def lang(self, talk: TalkId) -> str:
        """``lang`` of its title when it is not the page's."""
        slot = self.slots.get(talk)
        if slot is None or not slot.talk.title:
            return ""
        return foreign(slot.talk.language, self.language)

    def thing(self, talk: TalkId) -> str:
        """As a sentence speaks of it: "talk 3", "the discussion"."""
        say = words(self.language).gettext
        if talk in self.numbers:
            return say("talk %(n)s") % {"n": self.numbers[talk]}
        kind = self.kinds.get(talk)
        if kind is Kind.BREAK:
            return say("the break")
        if kind is Kind.DISCUSSION:
            return say("the discussion")
        return say("a talk that has left the session")

    def things(self, talks: Iterable[TalkId]) -> str:
        """Several of them: "talks 4, 5 and 6", "talks 1 to 6", "talk 4 and the break"."""
        say = words(self.language).gettext
        found = list(talks)
        places = [self.numbers[one] for one in found if one in self.numbers]
        numbers = [str(one) for one in places]
        others = [self.thing(one) for one in found if one not in self.numbers]
        if len(places) >= _MANY and places == list(range(places[0], places[-1] + 1)):
            ends = {"first": places[0], "last": places[-1]}
            numbers = [say("talks %(first)s to %(last)s") % ends]
        elif len(numbers) > 1:
            numbers = [say("talks %(list)s") % {"list": _listed(numbers, say("and"))}]
        else:
            numbers = [self.thing(one) for one in found if one in self.numbers]
        return _listed([*numbers, *others], say("and"))


def names_of(event: Event, rundown: Rundown, language: str) -> Names:
    """Names for the cues of ``rundown``, a session of ``event``."""
    talks = [cue for cue in rundown.cues if cue.kind.is_talk]
    return Names(
        language=language,
        slots={slot.talk.id: slot for slot in event.timetable.slots},
        numbers={cue.talk: number for number, cue in enumerate(talks, start=1)},
        kinds={cue.talk: cue.kind for cue in rundown.cues},
    )


def standing(records: Iterable[Record]) -> Record | None:
    """The press that "undo" would take back; ``records`` are newest first."""
    return next(
        (one for one in records if one.undone is None and one.action["do"] != "undo"),
        None,
    )


def deed(record: Record, names: Names) -> str:
    """What was done, as a noun: "start of talk 3"."""
    say = words(names.language).gettext
    facts = _facts(record, names)
    if record.action["do"] in ("next", "start") and not record.action.get("talk"):
        return say("step to the next one")
    if record.action["do"] == "insert":
        is_break = record.action.get("kind") == Kind.BREAK.value
        return say("a break added") if is_break else say("a discussion added")
    phrase = {
        "next": say("start of %(what)s"),
        "start": say("start of %(what)s"),
        "finish": say("end of what was on"),
        "back": say("one step back"),
        "skip": say("no-show for %(what)s"),
        "restore": say("return of %(what)s"),
        "move": say("move of %(what)s"),
        "order": say("another order"),
        "transfer": say("transfer of %(what)s"),
        "extend": say("%(minutes)s for %(what)s"),
        "put-questions-off": say("no questions in %(what)s"),
        "accept": say("new times"),
        "refuse": say("new times refused"),
        "undo": say("a step undone"),
    }.get(str(record.action["do"]), say("a change"))
    return phrase % facts


def has_just(record: Record, names: Names) -> str:
    """Who did what: "Valentin Emiya has just started talk 4"."""
    say = words(names.language).gettext
    do, facts = str(record.action["do"]), _facts(record, names)
    if do in ("next", "start") and not record.action.get("talk"):
        do = "go on"
    if do == "insert" and record.action.get("kind") == Kind.BREAK.value:
        do = "insert-break"
    phrase = {
        "next": say("%(name)s has just started %(what)s"),
        "start": say("%(name)s has just started %(what)s"),
        "go on": say("%(name)s has just gone on to the next one"),
        "finish": say("%(name)s has just ended what was on"),
        "back": say("%(name)s has just gone one step back"),
        "skip": say("%(name)s has just marked a no-show for %(what)s"),
        "restore": say("%(name)s has just brought %(what)s back"),
        "move": say("%(name)s has just moved %(what)s"),
        "order": say("%(name)s has just changed the order"),
        "transfer": say("%(name)s has just moved %(what)s to another session"),
        "insert": say("%(name)s has just added a discussion"),
        "insert-break": say("%(name)s has just added a break"),
        "extend": say("%(name)s has just given %(what)s %(minutes)s"),
        "put-questions-off": say("%(name)s has just put off the questions in %(what)s"),
        "accept": say("%(name)s has just accepted the new times"),
        "refuse": say("%(name)s has just refused the new times"),
        "undo": say("%(name)s has just undone the last step"),
    }.get(do, say("%(name)s has just changed something"))
    return phrase % facts


def breaching(breaches: Iterable[Breach], names: Names, times: Times) -> str:
    """What would happen: "talk 5 would start at 11:52, the session would end at 12:07"."""
    say = words(names.language).gettext
    parts = []
    for one in breaches:
        at = times.when(one.now).said
        if one.talk is None:
            parts.append(say("the session would end at %(at)s") % {"at": at})
        else:
            what = names.thing(one.talk)
            parts.append(
                say("%(what)s would start at %(at)s") % {"what": what, "at": at}
            )
    return ", ".join(parts)


def breaching_button(breaches: Iterable[Breach], names: Names, times: Times) -> str:
    """What the second press says: "End at 12:07", "Move talk 5 to 11:52"."""
    say = words(names.language).gettext
    found = list(breaches)
    at = {one.talk: times.when(one.now).said for one in found}
    if None in at and len(at) == 1:
        return say("End at %(at)s") % {"at": at[None]}
    talk = next(one for one in at if one is not None)
    facts = {"what": names.thing(talk), "at": at[talk], "end": at.get(None, "")}
    if None in at:
        return say("Move %(what)s to %(at)s, end at %(end)s") % facts
    return say("Move %(what)s to %(at)s") % facts


def _facts(record: Record, names: Names) -> dict[str, str]:
    action = record.action
    talk, minutes = action.get("talk"), action.get("minutes")
    return {
        "name": record.name,
        "what": _thing(talk, names),
        "minutes": f"{signed(minutes)}{NBSP}min" if isinstance(minutes, int) else "",
    }


def _thing(talk: object, names: Names) -> str:
    if isinstance(talk, str):
        return names.thing(TalkId(talk))
    return words(names.language).gettext("the talk under way")


def signed(minutes: int) -> str:
    """With its sign, and a true minus."""
    return f"+{minutes}" if minutes > 0 else f"{_MINUS}{-minutes}"


def _listed(parts: list[str], last: str) -> str:
    """As in "4, 5 and 6"; the last two stay on one line."""
    if len(parts) <= 1:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {last}{NBSP}{parts[-1]}"
