"""A figure, its bound, and the table of all of them."""

import operator
import statistics
from dataclasses import dataclass

_NARROW = 3


@dataclass(frozen=True)
class Figure:
    """What was measured in several rounds; ``bound`` is None when it only informs.

    ``sense`` is ">=" or "<"; ``note`` says what else was seen.
    """

    name: str
    seen: tuple[float, ...]
    unit: str = ""
    sense: str = ">="
    bound: float | None = None
    note: str = ""

    @property
    def value(self):
        """The median of the rounds."""
        return statistics.median(self.seen)

    @property
    def holds(self):
        """Whether it keeps its bound; without one it always does."""
        if self.bound is None:
            return True
        compare = operator.ge if self.sense == ">=" else operator.lt
        return compare(self.value, self.bound)


def table(figures):
    """The lines of a Markdown table of ``figures``."""
    rows = [("Figure", "Seen", "Rounds", "Bound", "", "Beside it")]
    rows += [_row(one) for one in figures]
    widths = [max(_NARROW, *map(len, column)) for column in zip(*rows, strict=True)]
    rows.insert(1, tuple("-" * width for width in widths))
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        yield f"| {' | '.join(cells)} |"


def _row(one):
    bound = "" if one.bound is None else f"{one.sense} {one.bound:g}{one.unit}"
    verdict = "" if one.bound is None else ("pass" if one.holds else "FAIL")
    spread = f"{_text(min(one.seen))} to {_text(max(one.seen))}"
    return one.name, _text(one.value) + one.unit, spread, bound, verdict, one.note


def _text(number):
    return f"{number:.3g}" if number < 100 else f"{number:.0f}"
