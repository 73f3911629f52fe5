"""Sentences of an abstract that say with whom the work was done."""

import re
from itertools import islice

from orchestrator.programme.importers.inline import fold, plain
from orchestrator.programme.importers.people import read_names

_WORK = r"(?:joint|common|collaborative|co-?)\s?-?work|cowork|work|collaboration"
_SAID = re.compile(
    rf"(?:(?:this|it) (?:talk |presentation |work |paper |lecture )?(?:is|was|presents|describes|is based on"
    rf"|is about|relies on|reports on) (?:a |an |some |on )?(?:{_WORK}) (?:done )?(?:with|by|of|between)"
    r"|(?:based (?:up)?on )?(?:a )?(?:joint|common) (?:work|works|paper|papers) (?:done )?(?:with|by|of)"
    r"|this is joint with|joint with|in collaboration with|collaboration with|work (?:done )?(?:jointly )?with|cowork (?:by|with)"
    r"|co-?authors?\s?:|co-?auteure?s?\s?:"
    r"|(?:ceci est |il s'agit d'|c'est |cet expose (?:presente|repose sur|s'appuie sur) )?(?:un |des |d'un |les )?"
    r"(?:travail|travaux|oeuvre)s? (?:realises? |effectues? |menes? )?(?:en )?(?:commune?s?|jointe?s?|collaboratifs?|collaboration|conjointe?s?)"
    r"(?: (?:avec|de|entre))"
    r"|en (?:collaboration|commun) avec|conjointement avec|avec la collaboration de"
    r"|(?:travail|travaux) (?:realises? |effectues? |menes? )?avec)\s*:?\s+"
)
_BEGINNING = re.compile(r"(?:^|[.!?]\s+|\n|\()\s*$")
_STOP = re.compile(r"[.!?](?=\s|$|\))|\)\s*\.?$")
_INITIALS = re.compile(r"(?:^|[\s.-])[^\W\d_]{1,2}$")

_MOST = 8
"""Sentences of one paragraph that are looked at."""


def take_coauthors(text: str) -> tuple[str, tuple[str, ...]]:
    """A paragraph without its sentence about co-authors, and their names.

    The sentence goes when it holds nothing but names; one that says more
    ("..., to appear") stays, and its names are returned all the same.
    """
    for found in islice(_SAID.finditer(fold(text)), _MOST):
        end = _sentence_end(text, found.end())
        names, rest = read_names(text[found.end() : end].rstrip(" .)"))
        if not names:
            continue
        start = found.start()
        begins = _BEGINNING.search(text[:start])
        if rest or begins is None:
            return text, names
        enclosed = text[:start].rstrip().endswith("(")
        before = text[:start].rstrip()
        before = before[:-1] if enclosed else before
        after = text[end:].lstrip(" .)")
        return " ".join(part for part in (before.strip(), after) if part), names
    return text, ()


def names_after(label: str) -> tuple[str, ...]:
    """Names behind a label such as "Co-auteurs :"."""
    return read_names(plain(label).strip(" ."))[0]


def _sentence_end(text: str, start: int) -> int:
    """Where the sentence ends: not at the dot of an initial."""
    for stop in _STOP.finditer(text, start):
        if stop[0] == "." and _INITIALS.search(text[start : stop.start()][-4:]):
            continue
        return stop.start()
    return len(text)
