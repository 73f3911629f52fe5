"""Who is named on a page more than once, and in more than one way."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from orchestrator.programme.importers.drafts import Draft
from orchestrator.programme.importers.facts import Named
from orchestrator.programme.importers.spellings import (
    Likeness,
    compare_institutions,
    compare_names,
    name_words,
)
from orchestrator.programme.model import Person, Remark

_MOST_ALIKE = 40
"""Names that share a word and are compared; more would be a mistake of the page."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A name with its affiliation at a line of the page."""

    name: str
    affiliation: str
    line: int


def own_coauthors(draft: Draft) -> tuple[tuple[str, ...], list[Remark]]:
    """The co-authors without the speakers, each once; who was a speaker misspelled."""
    kept: list[str] = []
    remarks: list[Remark] = []
    for name in draft.coauthors:
        speaker, likeness = _closest(name, draft.speakers)
        if likeness is Likeness.SPELLED and speaker is not None:
            remarks.append(
                Remark(
                    line=draft.coauthors_line or draft.line,
                    text=f"“{speaker.name}” (line {draft.line}) and “{name}”"
                    f" (line {draft.coauthors_line or draft.line}) are taken as one"
                    f" person, shown as “{speaker.name}” and not again among the"
                    " co-authors; correct the spelling that is wrong.",
                )
            )
        if likeness is Likeness.OTHER and name not in kept:
            kept.append(name)
    return tuple(kept), remarks


def find_person(person: Person, drafts: Iterable[Draft]) -> Draft | None:
    """The first talk that ``person`` gives, under this or a like spelling."""
    return next(
        (
            draft
            for draft in drafts
            if _closest(person.name, draft.speakers)[1] is not Likeness.OTHER
        ),
        None,
    )


def written_two_ways(mentions: Sequence[Mention]) -> list[Remark]:
    """A remark for each person, and each one's institution, written in two ways."""
    remarks: list[Remark] = []
    first: dict[str, Mention] = {}
    for mention in mentions:
        first.setdefault(mention.name.casefold(), mention)
    for one, other in _pairs(list(first.values())):
        if _unlike(one, other):
            continue
        remarks.append(
            Remark(
                line=other.line,
                text=f"“{one.name}” (line {one.line}) and “{other.name}” (line"
                f" {other.line}) look like one person written in two ways; each place"
                " keeps its spelling. Correct the one that is wrong.",
            )
        )
    return remarks + _institutions(mentions)


def mentions_of(
    named: Iterable[Named],
    drafts: Iterable[Draft],
    coauthors: dict[int, tuple[str, ...]],
) -> list[Mention]:
    """Every name on the page, in a fixed order: lists first, then the talks."""
    found = [Mention(n.person.name, n.person.affiliation, n.line) for n in named]
    for draft in drafts:
        found += [Mention(p.name, p.affiliation, draft.line) for p in draft.speakers]
        found += [
            Mention(name, "", draft.coauthors_line or draft.line)
            for name in coauthors.get(id(draft), ())
        ]
    return [mention for mention in found if mention.name]


def _closest(name: str, people: tuple[Person, ...]) -> tuple[Person | None, Likeness]:
    found: tuple[Person | None, Likeness] = (None, Likeness.OTHER)
    for person in people:
        likeness = compare_names(person.name, name)
        if likeness is Likeness.SAME:
            return person, likeness
        if likeness is Likeness.SPELLED:
            found = person, likeness
    return found


def _pairs(mentions: list[Mention]) -> Iterator[tuple[Mention, Mention]]:
    """Pairs of names that share a word and are spelled alike, each pair once."""
    by_word: dict[str, list[int]] = defaultdict(list)
    for place, mention in enumerate(mentions):
        near: dict[int, None] = {}
        for word in name_words(mention.name):
            near.update(dict.fromkeys(by_word[word][-_MOST_ALIKE:]))
            by_word[word].append(place)
        for before in near:
            one = mentions[before]
            if compare_names(one.name, mention.name) is Likeness.SPELLED:
                yield one, mention


def _unlike(one: Mention, other: Mention) -> bool:
    """Two like names at two places that have nothing in common are two people."""
    if not one.affiliation or not other.affiliation:
        return False
    likeness = compare_institutions(one.affiliation, other.affiliation)
    return likeness is Likeness.OTHER


def _institutions(mentions: Sequence[Mention]) -> list[Remark]:
    """One person's institution short and long, or two institutions."""
    remarks: list[Remark] = []
    known: dict[str, list[Mention]] = defaultdict(list)
    for mention in mentions:
        if not mention.affiliation:
            continue
        others = known[" ".join(name_words(mention.name))]
        if any(o.affiliation == mention.affiliation for o in others):
            continue
        if others:
            remarks.append(_affiliated(others[0], mention))
        others.append(mention)
    return remarks


def _affiliated(one: Mention, other: Mention) -> Remark:
    likeness = compare_institutions(one.affiliation, other.affiliation)
    alike = (
        "taken as one institution"
        if likeness is not Likeness.OTHER
        else "taken as two affiliations of one person"
    )
    text = (
        f"{other.name} is of “{one.affiliation}” (line {one.line}) and of"
        f" “{other.affiliation}” (line {other.line}), {alike};"
        " each place keeps its wording."
    )
    return Remark(line=other.line, text=text)
