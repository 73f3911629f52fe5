"""What the columns of a list mean, in French and in English.

Titles are compared without case, accents and punctuation, in any order.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from orchestrator.access.model import Role
from orchestrator.registration.likeness import clean, name_key

# Titles from the plainest to the vaguest: where two columns could be meant,
# the earlier title wins ("Courriel" over "Adresse", which may be a street).
_TITLES = {
    "email": (
        "email,e mail,mail,courriel,mel,adresse e mail,adresse email,adresse mail,"
        "adresse courriel,adresse de courriel,adresse electronique,"
        "adresse de messagerie,email address,e mail address,mail address,"
        "adresse,address"
    ),
    "full": (
        "full name,nom complet,nom et prenom,nom prenom,prenom nom,prenom et nom,"
        "participant"
    ),
    "first": "prenom,prenoms,first name,firstname,given name,forename",
    # Without a first name beside it "Nom" is the whole name.
    "last": "nom de famille,last name,lastname,family name,surname,nom,name",
    "affiliation": (
        "affiliation,laboratoire,labo,etablissement,institution,institut,universite,"
        "organisme,rattachement,unite,laboratory,lab,university,organization,"
        "organisation,company,entreprise,employeur"
    ),
    "member": "member,membre,membres,membership,adherent,adherente,adhesion",
    "role": "role,roles",
    "session": "session,sessions,seance",
    "talk": (
        "talk,talks,expose,exposes,presentation,communication,talk title,"
        "titre de l expose,titre de la communication,titre de la presentation"
    ),
    "language": "language,langue,lang,langues",
}
_ORDER = {
    field: {title: rank for rank, title in enumerate(titles.split(","))}
    for field, titles in _TITLES.items()
}
# "Membre du GdR ISIS", "Member of the network"
_MEMBER_OF = re.compile(r"(membre|member|adherent) (du|de|d|des|of)\b.*")

_MEMBER = {
    **dict.fromkeys(
        ("oui", "yes", "y", "o", "1", "x", "vrai", "true", "membre", "member"), True
    ),
    **dict.fromkeys(("adherent", "adherente"), True),
    **dict.fromkeys(("non", "no", "n", "0", "faux", "false"), False),
    **dict.fromkeys(("non membre", "nonmembre", "non adherent"), False),
    **dict.fromkeys(("non member", "nonmember", "not a member"), False),
    **dict.fromkeys(("non adherente", "externe", "external"), False),
}
_LANGUAGES = {
    **dict.fromkeys(("fr", "fra", "fre", "francais", "francaise", "french"), "fr"),
    **dict.fromkeys(("en", "eng", "anglais", "anglaise", "english"), "en"),
}
_ROLES = {
    Role.REGISTRANT: (
        "registrant,registered,inscrit,inscrite,participant,participante,attendee,"
        "auditeur,auditrice,public"
    ),
    Role.SPEAKER: (
        "speaker,invited speaker,intervenant,intervenante,orateur,oratrice,"
        "orateur invite,oratrice invitee,conferencier,conferenciere,presenter"
    ),
    Role.CHAIR: (
        "chair,session chair,chairman,chairwoman,chairperson,president,presidente,"
        "presidence,president de session,presidente de session,presidence de session,"
        "president de seance,presidente de seance,presidence de seance,moderateur,"
        "moderatrice,moderator"
    ),
    Role.ORGANISER: (
        "organiser,organizer,organisateur,organisatrice,organisation,"
        "comite d organisation"
    ),
}
_ROLE = {word: role for role, words in _ROLES.items() for word in words.split(",")}
_BETWEEN_ROLES = re.compile(r"\s*[,;/+&|]\s*|\s+(?:et|and)\s+")
# "président(e)", "intervenant·e", "orateur.rice": the first form says it all.
_INCLUSIVE = re.compile(r"(?<=\w)[(·•.](e|s|es|ice|rice|trice|ère|ere)\)?(?=\W|$)")

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Columns:
    """Where each field stands in a line; affiliation may have several places."""

    places: Mapping[str, tuple[int, ...]]
    unused: tuple[str, ...]

    def has(self, *fields: str) -> bool:
        """Whether there is a column of any of ``fields``."""
        return any(field in self.places for field in fields)

    def text(self, cells: Sequence[str], field: str) -> str:
        """What ``cells`` say of ``field``, empty if nothing."""
        places = self.places.get(field, ())
        said = (clean(cells[place]) for place in places if place < len(cells))
        return ", ".join(filter(None, said))

    def name(self, cells: Sequence[str]) -> str:
        """The name in one piece, the first name first."""
        if full := self.text(cells, "full"):
            return full
        parts = (self.text(cells, "first"), self.text(cells, "last"))
        return " ".join(filter(None, parts))


def recognise(titles: Sequence[str]) -> Columns:
    """Which of ``titles`` mean something, and what."""
    keys = [_title(title) for title in titles]
    places: dict[str, tuple[int, ...]] = {}
    for field, ranks in _ORDER.items():
        found = sorted(
            (ranks[key], place) for place, key in enumerate(keys) if key in ranks
        )
        if found:
            several = found if field == "affiliation" else found[:1]
            places[field] = tuple(sorted(place for _, place in several))
    used = {place for several in places.values() for place in several}
    unused = [
        title for n, title in enumerate(titles) if n not in used and title.strip()
    ]
    return Columns(places, tuple(clean(title) for title in unused))


def _title(title: str) -> str:
    key = name_key(title)
    return "membre" if _MEMBER_OF.fullmatch(key) else key


def read_member(text: str) -> bool | None:
    """Whether he is a member; None when nothing is said. Raises ValueError."""
    key = name_key(text)
    if text and key not in _MEMBER:
        raise ValueError("write yes or no (oui, non)")
    return _MEMBER.get(key)


def read_language(text: str) -> str:
    """``fr``, ``en`` or empty. Raises ValueError."""
    key = name_key(text).partition(" ")[0]  # "fr-FR" is "fr fr" here
    if text and key not in _LANGUAGES:
        raise ValueError("write fr or en")
    return _LANGUAGES.get(key, "")


def read_roles(text: str) -> tuple[Role, ...]:
    """The roles named, each once; none when nothing is said. Raises ValueError."""
    words = [name_key(word) for word in _BETWEEN_ROLES.split(_INCLUSIVE.sub("", text))]
    if any(word not in _ROLE for word in words if word):
        raise ValueError(
            "write registrant, speaker, chair or organiser "
            "(inscrit, intervenant, président, organisateur)"
        )
    return tuple(dict.fromkeys(_ROLE[word] for word in words if word))


def read_cell(
    columns: Columns,
    cells: Sequence[str],
    field: str,
    read: Callable[[str], Value],
) -> Value:
    """``read`` of a cell; its ValueError names the column's field and the text."""
    text = columns.text(cells, field)
    try:
        return read(text)
    except ValueError as error:
        raise ValueError(f"{field} {shorten(text)!r}: {error}") from error


def shorten(text: str) -> str:
    """``text`` as it is quoted in a complaint."""
    return text if len(text) <= 60 else text[:57] + "…"  # noqa: PLR2004 -- a line
