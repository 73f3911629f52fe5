"""A talk that a page names twice (in the programme and among the abstracts) is one."""

from collections import defaultdict
from dataclasses import replace

from orchestrator.programme.importers.drafts import Draft
from orchestrator.programme.importers.spellings import Likeness, compare_names
from orchestrator.programme.importers.talks import speaker_key
from orchestrator.programme.importers.words import key
from orchestrator.programme.model import Link, Person, Remark

_ALIKE = 0.7
"""Share of words in common from which two titles of one speaker are one title."""

_MOST = 20
"""Talks of one title or one speaker that are compared."""


def merge(drafts: list[Draft]) -> tuple[list[Draft], list[Remark]]:
    """``drafts`` with each talk once, at its first place, and what was noticed."""
    kept: list[Draft] = []
    remarks: list[Remark] = []
    by_title: dict[str, list[Draft]] = defaultdict(list)
    by_speaker: dict[str, list[Draft]] = defaultdict(list)
    counts = _talks_by_speaker(drafts)
    for draft in drafts:
        same = (
            None
            if draft.is_pause or draft.ending
            else _same(draft, by_title, by_speaker, counts)
        )
        if same is None:
            kept.append(draft)
            _remember(draft, by_title, by_speaker)
        else:
            remarks += _absorb(same, draft)
            _remember(same, by_title, by_speaker)
    return kept, remarks


def _talks_by_speaker(drafts: list[Draft]) -> dict[tuple[str, bool], int]:
    """How many talks each speaker has with hours, and how many without."""
    counts: dict[tuple[str, bool], int] = defaultdict(int)
    for draft in drafts:
        for person in draft.speakers[:1]:
            counts[speaker_key(person), draft.starts is not None] += 1
    return counts


def _remember(
    draft: Draft, by_title: dict[str, list[Draft]], by_speaker: dict[str, list[Draft]]
) -> None:
    lists = [by_speaker[speaker_key(person)] for person in draft.speakers]
    if draft.title:
        lists.append(by_title[key(draft.title)])
    for known in lists:
        if len(known) < _MOST and draft not in known:
            known.append(draft)


def _same(
    draft: Draft,
    by_title: dict[str, list[Draft]],
    by_speaker: dict[str, list[Draft]],
    counts: dict[tuple[str, bool], int],
) -> Draft | None:
    """The earlier draft of the same talk, if any."""
    if draft.title:
        for other in by_title[key(draft.title)]:
            if _may_be_one(draft, other) and _share_speaker(draft, other):
                return other
    for person in draft.speakers:
        for other in by_speaker[speaker_key(person)]:
            if _may_be_one(draft, other) and _one_talk(draft, other, counts):
                return other
    return None


def _may_be_one(draft: Draft, other: Draft) -> bool:
    """Not two pauses, not two hours, not two rooms."""
    if other.is_pause or other.ending:
        return False
    if draft.starts is not None and other.starts is not None:
        same_day = draft.when == other.when
        return draft.starts == other.starts and same_day and draft.room == other.room
    return True


def _share_speaker(draft: Draft, other: Draft) -> bool:
    if not draft.speakers or not other.speakers:
        return True
    return any(
        compare_names(one.name, two.name) is not Likeness.OTHER
        for one in draft.speakers
        for two in other.speakers
    )


def _one_talk(draft: Draft, other: Draft, counts: dict[tuple[str, bool], int]) -> bool:
    """Whether two drafts of one speaker are one talk, though titled otherwise."""
    if draft.part == other.part:
        return False
    if not draft.title or not other.title or _alike(draft.title, other.title):
        return True
    timed = draft.starts is not None
    if timed == (other.starts is not None):
        return False
    name = speaker_key(draft.speakers[0])
    return counts[name, True] == counts[name, False] == 1


def _alike(one: str, other: str) -> bool:
    words, others = set(key(one).split()), set(key(other).split())
    if not words or not others:
        return False
    return len(words & others) >= _ALIKE * min(len(words), len(others))


def _absorb(first: Draft, second: Draft) -> list[Remark]:
    """Fill what ``first`` lacks from ``second``; says what the two tell differently."""
    remarks = _differences(first, second)
    first.title = first.title or second.title
    first.speakers = _people(first.speakers, second.speakers)
    first.coauthors += second.coauthors
    first.coauthors_line = first.coauthors_line or second.coauthors_line
    if first.starts is None and second.starts is not None:
        first.starts, first.ends = second.starts, second.ends
        first.when, first.room = second.when, second.room
    first.ends = first.ends or second.ends
    first.length = first.length or second.length
    first.session = first.session or second.session
    first.invited = first.invited or second.invited
    first.room = first.room or second.room
    first.language = first.language or second.language
    first.links = _links(first.links, second.links)
    if len(second.abstract) > len(first.abstract):
        first.abstract = second.abstract
    return remarks


def _differences(first: Draft, second: Draft) -> list[Remark]:
    if first.part == second.part:
        text = f"“{first.title}” stands twice (lines {first.line} and {second.line}); it is taken once."
        return [Remark(line=second.line, text=text)]
    if first.title and second.title and key(first.title) != key(second.title):
        text = (
            f"The talk of {first.speakers[0].name if first.speakers else second.speakers[0].name}"
            f" is called “{first.title}” (line {first.line}) and “{second.title}”"
            f" (line {second.line}); the first is shown."
        )
        return [Remark(line=second.line, text=text)]
    return []


def _people(
    first: tuple[Person, ...], second: tuple[Person, ...]
) -> tuple[Person, ...]:
    if not first:
        return second
    known = {speaker_key(person): person for person in second}
    return tuple(
        replace(
            person,
            affiliation=person.affiliation or other.affiliation,
            email=person.email or other.email,
        )
        if (other := known.get(speaker_key(person)))
        else person
        for person in first
    )


def _links(first: tuple[Link, ...], second: tuple[Link, ...]) -> tuple[Link, ...]:
    have = {link.url for link in first}
    return first + tuple(link for link in second if link.url not in have)
