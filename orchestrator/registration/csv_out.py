"""Lists as CSV, safe to open in a spreadsheet; and the list of registrants.

A cell that begins as a formula would be run by the spreadsheet of whoever
opens the list, so it gets an apostrophe in front, which reading takes off.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator

from orchestrator.access.model import Grant, Role, Source
from orchestrator.programme.model import Event
from orchestrator.registration.model import Registrant
from orchestrator.registration.places import Places

COLUMNS = (
    "name",
    "email",
    "affiliation",
    "member",
    "role",
    "session",
    "talk",
    "language",
)
_FORMULA = "=+-@|%"
MEMBER = {True: "yes", False: "no", None: ""}


def write_csv(registrants: Iterable[Registrant], event: Event) -> str:
    """``registrants`` of ``event``: a line each, for staff a line for each role.

    Reading it again gives the same people with the same roles. Roles that are
    nobody's word (organisers as chairs of a session without one) and cancelled
    people are left out.
    """
    return table(COLUMNS, _lines(registrants, Places(event)))


def table(titles: Iterable[str], lines: Iterable[Iterable[str]]) -> str:
    """``lines`` under their ``titles`` as CSV, every cell guarded."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    for line in (titles, *lines):
        writer.writerow(guarded(cell) for cell in line)
    return out.getvalue()


def _lines(
    registrants: Iterable[Registrant], places: Places
) -> Iterator[tuple[str, ...]]:
    for one in registrants:
        if one.is_cancelled:
            continue
        said = [grant for grant in one.grants if grant.source is not Source.DEFAULT]
        for grant in said or [Grant(Role.REGISTRANT)]:
            yield _cells(one, grant, places)


def _cells(one: Registrant, grant: Grant, places: Places) -> tuple[str, ...]:
    return (
        one.name,
        one.email,
        one.affiliation,
        MEMBER[one.member],
        grant.role.value,
        places.name_session(grant.session) if grant.session else "",
        places.name_talk(grant.talk) if grant.talk else "",
        one.language,
    )


def guarded(cell: str) -> str:
    """``cell`` so that no spreadsheet takes it for a formula."""
    return "'" + cell if _is_formula(cell.lstrip("'")) else cell


def unguarded(cell: str) -> str:
    """The text that ``guarded`` made ``cell`` of."""
    return cell[1:] if cell[:1] == "'" and _is_formula(cell.lstrip("'")) else cell


def _is_formula(cell: str) -> bool:
    """Whether a formula begins behind what a spreadsheet may skip over: spaces,
    control and invisible characters, full-width forms.
    """
    for character in unicodedata.normalize("NFKC", cell):
        if unicodedata.category(character)[0] not in "ZC" and not _FILLER.match(
            character
        ):
            return character in _FORMULA
    return "\t" in cell or "\r" in cell


# Letters by their category, blank by their look.
_FILLER = re.compile("[\u115f\u1160\u3164\uffa0\u2800\u034f]")
