"""The titles and values of the lists of attendance, by language."""

from collections.abc import Mapping
from dataclasses import dataclass

from orchestrator.access.model import Role
from orchestrator.attendance.model import Half

Titles = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """``person``, ``sums`` and ``sheet`` are titles of columns, in the order of the
    lists; the import of registrants knows those of ``person`` again.
    """

    person: Titles
    sums: Titles
    sheet: Titles
    halves: Mapping[Half, str]
    roles: Mapping[Role, str]
    yes: Mapping[bool | None, str]


_FRENCH = Words(
    person=("nom", "courriel", "affiliation", "membre", "rôle"),
    sums=("minutes", "exposés suivis", "minutes de retransmission", "estimé"),
    sheet=("jour", "demi-journée", "arrivée", "départ", "minutes", "estimé"),
    halves={Half.MORNING: "matin", Half.AFTERNOON: "après-midi"},
    roles={
        Role.REGISTRANT: "inscrit",
        Role.SPEAKER: "intervenant",
        Role.CHAIR: "président",
        Role.ORGANISER: "organisateur",
    },
    yes={True: "oui", False: "non", None: ""},
)
_ENGLISH = Words(
    person=("name", "email", "affiliation", "member", "role"),
    sums=("minutes", "talks", "overflow", "estimated"),
    sheet=("day", "half", "arrives", "leaves", "minutes", "estimated"),
    halves={half: half.value for half in Half},
    roles={role: role.value for role in Role},
    yes={True: "yes", False: "no", None: ""},
)


def words(language: str) -> Words:
    """Those of a BCP 47 ``language``: French for fr and its variants, else
    English.
    """
    return _FRENCH if language.lower().split("-")[0] == "fr" else _ENGLISH
