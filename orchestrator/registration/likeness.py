"""When two spellings mean one person, and when they may."""

import re
import unicodedata
from difflib import SequenceMatcher

_JOINERS = "\u200c\u200d"  # needed inside Persian and Indian names
_NOT_A_LETTER = re.compile(r"[\W_]+")
# "Mathieu" and "Mathieur" are at 0.93 and more with a first name; two people
# of one family and other first names are below 0.85.
_ALIKE = 0.9


def clean(text: str) -> str:
    """``text`` composed (NFC), single spaces, without control and invisible marks."""
    kept = "".join(map(_printable, unicodedata.normalize("NFC", text)))
    return " ".join(kept.split()).strip(_JOINERS + " ")


def _printable(character: str) -> str:
    match unicodedata.category(character):
        case "Cc" | "Zl" | "Zp" | "Zs":
            return " "
        case "Cs":
            return ""
        case "Cf":
            return character if character in _JOINERS else ""
    return character


def email_key(address: str) -> str:
    """What is equal for two ways to write one address; empty for none."""
    return unicodedata.normalize("NFKC", clean(address)).casefold()


def name_key(name: str) -> str:
    """What is equal for two ways to write one name: no case, accent or hyphen."""
    bare = "".join(
        one
        for one in unicodedata.normalize("NFKD", clean(name))
        if not unicodedata.combining(one)
    )
    return _NOT_A_LETTER.sub(" ", bare.casefold()).strip()


def alike(one: str, other: str) -> bool:
    """Whether two name keys may be one person's: to be asked, never assumed.

    The same words in another order, a first name shortened to its initial, or
    a slip of the pen.
    """
    if not one or not other:
        return False
    if sorted(one.split()) == sorted(other.split()):
        return True
    if _initials(one, other):
        return True
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    return (
        matcher.real_quick_ratio() >= _ALIKE
        and matcher.quick_ratio() >= _ALIKE
        and matcher.ratio() >= _ALIKE
    )


def _initials(one: str, other: str) -> bool:
    """``m belkin`` and ``mikhail belkin``."""
    *first, last = one.split()
    *other_first, other_last = other.split()
    if last != other_last or not first or not other_first:
        return False
    shorter, longer = sorted((first[0], other_first[0]), key=len)
    return len(shorter) == 1 and longer.startswith(shorter)
