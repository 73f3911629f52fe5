"""People against places, as figures and as a bar (one unit, one place)."""

from dataclasses import dataclass

from orchestrator.pages.words import words
from orchestrator.programme.model import Counts


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of the bar, with its words; ``fill`` is a class of ``look.css``."""

    fill: str
    x: int
    width: int
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Gauge:
    """A count, the places and the parts; ``places`` is None without a limit.

    ``sentence`` says in words what the bar shows.
    """

    total: int
    places: int | None
    free: int
    units: int
    parts: tuple[Part, ...]
    free_words: str
    sentence: str


def gauge(counts: Counts | None, places: int | None, language: str) -> Gauge | None:
    """The gauge of ``counts`` registered for ``places``; None for no counts."""
    if counts is None:
        return None
    ngettext = words(language).ngettext
    units = max(counts.total, places or 0, 1)
    parts = _parts(_labels(counts, language), units)
    free = max(0, (places or 0) - counts.total)
    free_words = (
        ngettext("%(n)s place left", "%(n)s places left", free) % {"n": free}
        if places is not None
        else ""
    )
    sentence = ", ".join(filter(None, (*(part.label for part in parts), free_words)))
    return Gauge(
        total=counts.total,
        places=places,
        free=free,
        units=units,
        parts=parts,
        free_words=free_words,
        sentence=sentence,
    )


def _labels(counts: Counts, language: str) -> tuple[tuple[str, int, str], ...]:
    """Fill, number and words of each category."""
    ngettext = words(language).ngettext
    members, others, unknown = counts.members, counts.non_members, counts.unknown
    return (
        ("f-accent", members, ngettext("%(n)s member", "%(n)s members", members)),
        ("f-edge", others, ngettext("%(n)s non-member", "%(n)s non-members", others)),
        (
            "f-ink2",
            unknown,
            ngettext("%(n)s not specified", "%(n)s not specified", unknown),
        ),
    )


def _parts(labels: tuple[tuple[str, int, str], ...], units: int) -> tuple[Part, ...]:
    gap = round(units / 300)
    x, parts = 0, []
    for fill, number, label in labels:
        if number:
            start = x + (gap if x else 0)
            width = max(1, x + number - start)
            parts.append(
                Part(fill=fill, x=start, width=width, label=label % {"n": number})
            )
            x += number
    return tuple(parts)
