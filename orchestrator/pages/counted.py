"""Numbers that the script changes in the page, with the words around them."""

from dataclasses import dataclass

from orchestrator.pages.words import words


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """``value`` in words. ``one`` and ``other`` hold ``{}`` in its place, and
    ``zero``, when it is not empty, is said instead of no one. ``name`` is the
    field of the live update.
    """

    name: str
    value: int
    language: str
    one: str = "{}"
    other: str = "{}"
    zero: str = ""

    @property
    def text(self) -> str:
        if not self.value and self.zero:
            return self.zero
        # French counts nought as one, English as many.
        is_one = self.value == 1 or (self.language == "fr" and self.value == 0)
        return (self.one if is_one else self.other).replace("{}", str(self.value))


def people(name: str, value: int, language: str) -> Counted:
    """So many people, or nobody."""
    say = words(language)
    return Counted(
        name=name,
        value=value,
        language=language,
        one=say.gettext("{} person"),
        other=say.gettext("{} people"),
        zero=say.gettext("nobody"),
    )


def ordinal(number: int, language: str) -> str:
    """What follows ``number`` of a place: 1re, 12e; 1st, 12th."""
    if language == "fr":
        return "re" if number == 1 else "e"
    if number % 100 in (11, 12, 13):
        return "th"
    return {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
