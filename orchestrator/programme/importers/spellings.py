"""One person or one institution, written in two ways.

Only what nobody would take for two things counts as two spellings of one: a
letter more or less in a long word, accents and dashes, initials, surname
first, an acronym beside its words. Martin and Martine are two people.
"""

import re
from enum import StrEnum
from functools import lru_cache

from orchestrator.programme.importers.inline import fold
from orchestrator.programme.importers.names import is_first_name


class Likeness(StrEnum):
    SAME = "same"
    """Letter for letter (but for capitals)."""
    SPELLED = "spelled"
    """One person, written in two ways."""
    OTHER = "other"


_WORDS = re.compile(r"[^\W_]+")
_SMALL_WORDS = """
    de du des la le les l d et of the and for pour en in a au aux
"""
_SMALL = frozenset(_SMALL_WORDS.split())
_SHORTEST_SLIP = 5
"""Letters of a word in which one letter may be a slip of the keyboard."""
_SHORTEST_WORD = 3
_SHORTEST_ACRONYM = 3
_FEWEST_LETTERS = 2


@lru_cache(maxsize=16384)
def compare_names(one: str, other: str) -> Likeness:
    """Whether two names are one person's."""
    if _squeezed(one) == _squeezed(other):
        return Likeness.SAME
    words, others = name_words(one), name_words(other)
    if words == others or sorted(words) == sorted(others):
        return Likeness.SPELLED
    if len(words) == len(others) and _differ_by_slip(words, others):
        return Likeness.SPELLED
    if _same_initials(words, others) or _same_initials(others, words):
        return Likeness.SPELLED
    return Likeness.OTHER


def name_words(name: str) -> tuple[str, ...]:
    """The words of ``name`` without case, accents, dashes and dots."""
    return tuple(_WORDS.findall(fold(name)))


@lru_cache(maxsize=4096)
def compare_institutions(one: str, other: str) -> Likeness:
    """Whether two affiliations are one institution; one may be a part or an acronym."""
    if _squeezed(one) == _squeezed(other):
        return Likeness.SAME
    words, others = _institution_words(one), _institution_words(other)
    if not words or not others:
        return Likeness.OTHER
    if _within(words, others) or _within(others, words):
        return Likeness.SPELLED
    if _is_acronym(one, other) or _is_acronym(other, one):
        return Likeness.SPELLED
    return Likeness.OTHER


def _squeezed(text: str) -> str:
    return " ".join(text.split()).casefold()


def _differ_by_slip(words: tuple[str, ...], others: tuple[str, ...]) -> bool:
    """One word differs, by one letter, and the two are not two first names."""
    pairs = [(a, b) for a, b in zip(words, others, strict=True) if a != b]
    if len(pairs) != 1 or len(words) < _FEWEST_LETTERS:
        return False
    one, other = pairs[0]
    if is_first_name(one) and is_first_name(other):
        return False
    if words[0] == one and {one + "e", other + "e"} & {one, other}:
        return False  # Daniel and Daniele, Pascal and Pascale
    long = min(len(one), len(other)) >= _SHORTEST_SLIP
    doubled = _undoubled(one) == _undoubled(other)
    return (long and one_edit(one, other)) or (
        doubled and min(len(one), len(other)) >= _SHORTEST_WORD
    )


def _undoubled(word: str) -> str:
    return re.sub(r"(.)\1", r"\1", word)


def one_edit(one: str, other: str) -> bool:
    """Whether one letter added, left out, changed or two swapped make them equal."""
    if len(one) > len(other):
        one, other = other, one
    if len(other) - len(one) > 1:
        return False
    start = next(
        (n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b),
        len(one),
    )
    if len(one) < len(other):
        return one[start:] == other[start + 1 :]
    swapped = one[start : start + 2] == other[start : start + 2][::-1]
    return one[start + 1 :] == other[start + 1 :] or (
        swapped and one[start + 2 :] == other[start + 2 :]
    )


def _same_initials(short: tuple[str, ...], full: tuple[str, ...]) -> bool:
    """``F. Malgouyres`` beside ``François Malgouyres``; the surname is whole."""
    surname = [word for word in short if len(word) > 1]
    initials = short[: len(short) - len(surname)]
    if not initials or not surname or any(len(word) > 1 for word in initials):
        return False
    given = full[: len(full) - len(surname)]
    if list(full[len(given) :]) != surname or not given:
        return False
    return all(a == b[0] for a, b in zip(initials, given, strict=False)) and any(
        len(word) > 1 for word in given
    )


def _institution_words(text: str) -> tuple[str, ...]:
    return tuple(w for w in _WORDS.findall(fold(text)) if w not in _SMALL)


def _within(part: tuple[str, ...], whole: tuple[str, ...]) -> bool:
    """Whether every word of ``part`` stands in ``whole``, a slip allowed."""
    return all(
        word in whole
        or (len(word) > _SHORTEST_SLIP and any(one_edit(word, w) for w in whole))
        for word in part
    )


def _is_acronym(short: str, full: str) -> bool:
    """Whether a word of ``short`` in capitals is made of the initials in ``full``."""
    capitals = [
        word.casefold()
        for word in _WORDS.findall(short)
        if word.isupper() and len(word) >= _SHORTEST_ACRONYM
    ]
    if not capitals:
        return False
    parts = re.split(r"[,;()–—/]", full)
    initials = {
        _initials(part, small=small) for part in parts for small in (True, False)
    }
    return any(word in initials for word in capitals)


def _initials(text: str, *, small: bool) -> str:
    words = _WORDS.findall(fold(text))
    return "".join(word[0] for word in words if small or word not in _SMALL)
