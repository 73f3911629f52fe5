"""One talk of a written page: its heading, its abstract, its links."""

import re
from collections.abc import Iterator

from orchestrator.programme.importers.page_words import ENGLISH, FRENCH, Words
from orchestrator.programme.model import Kind, Link, LinkKind, Person, Talk

# A heading inside an abstract would begin another talk.
_HEADING = re.compile(r"^ {0,3}#{1,6}\s+(.*?)\s*#*\s*$", re.MULTILINE)
_MINUTE = 60


def words_for(talk: Talk, words: Words) -> Words:
    """Those of the talk's own language when it is French or English."""
    language = talk.language.lower().partition("-")[0]
    return {"en": ENGLISH, "fr": FRENCH}.get(language, words)


def heading(talk: Talk, words: Words) -> str:
    """``Title (invited talk) by Name (Lab) and Name (Lab)``."""
    title = talk.title or words.unknown
    mark = f" ({words.invited_talk})" if talk.kind is Kind.INVITED else ""
    if not talk.speakers:
        return f"{title}{mark}"
    names = words.listed(tuple(map(_speaker, talk.speakers)))
    return f"{title}{mark} {words.by} {names}"


def talk_section(talk: Talk, words: Words) -> Iterator[str]:
    """The paragraphs of one talk, its heading first."""
    yield f"#### {heading(talk, words)}"
    yield _HEADING.sub(r"**\1**", talk.abstract)
    if talk.coauthors and not all(name in talk.abstract for name in talk.coauthors):
        yield words.joint.format(names=words.listed(talk.coauthors))
    if talk.duration and not talk.starts:
        minutes = int(talk.duration.total_seconds()) // _MINUTE
        yield words.length.format(minutes=minutes)
    yield from _papers(talk, words)
    yield "\n".join(_files(talk))


def _speaker(person: Person) -> str:
    return (
        f"{person.name} ({person.affiliation})" if person.affiliation else person.name
    )


def _papers(talk: Talk, words: Words) -> Iterator[str]:
    """Preprints and references; an address in the abstract says so itself."""
    for link in talk.links:
        if link.kind is LinkKind.PREPRINT and link.url not in talk.abstract:
            yield f"Preprint{words.colon} {_address(link)}"
        if link.kind is LinkKind.REFERENCE and link.url not in talk.abstract:
            yield f"{words.reference}{words.colon} {_address(link)}"


def _files(talk: Talk) -> Iterator[str]:
    """The lines of slides and video; empty ones wait to be filled in."""
    for kind, label in ((LinkKind.SLIDES, "Slides"), (LinkKind.VIDEO, "Video")):
        found = [_address(link) for link in talk.links if link.kind is kind]
        yield from (f"- {label}: {address}".rstrip() for address in found or [""])


def _address(link: Link) -> str:
    return f"[{link.label}]({link.url})" if link.label else link.url
