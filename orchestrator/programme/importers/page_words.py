"""What a written page calls its parts, in French and in English."""

from dataclasses import dataclass
from datetime import date, time

from orchestrator.programme.importers.french import MONTHS_EN, MONTHS_FR, say_day


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """Headings and labels of one language; ``colon`` as its typography has it."""

    language: str
    colon: str
    meeting: str
    when: str
    span: str
    place: str
    network: str
    themes: str
    registration: str
    registered: str
    capacity: str
    announcement: str
    invited: str
    invited_talk: str
    by: str
    call: str
    deadline: str
    organisers: str
    programme: str
    abstracts: str
    joint: str
    also: str
    length: str
    reference: str
    room: str
    chair: str
    unknown: str
    pause: str
    discussion: str

    def listed(self, names: tuple[str, ...]) -> str:
        """``A, B et C``."""
        if len(names) == 1:
            return names[0]
        return f"{', '.join(names[:-1])} {self.also} {names[-1]}"

    def day(self, day: date) -> str:
        """``31 mai 2021``."""
        months = MONTHS_EN if self.language == "en" else MONTHS_FR
        number = "1er" if day.day == 1 and self.language == "fr" else str(day.day)
        return f"{number} {months[day.month - 1]} {day.year}"

    def weekday(self, day: date) -> str:
        """``Lundi 9 mai 2022``."""
        said = say_day(day, self.language)
        return f"{said[:1].upper()}{said[1:]} {day.year}"

    def clock(self, clock: time) -> str:
        """``9h30``, ``10h``; in English ``9:30``."""
        if self.language == "en":
            return f"{clock.hour}:{clock.minute:02}"
        return f"{clock.hour}h{clock.minute:02}" if clock.minute else f"{clock.hour}h"


FRENCH = Words(
    language="fr",
    colon=" :",
    meeting="Réunion",
    when="Date",
    span="du {first} au {last}",
    place="Lieu",
    network="Réseau",
    themes="Thèmes scientifiques",
    registration="Inscriptions",
    registered="{members} personnes membres et {others} personnes non membres sont"
    " inscrites à cette réunion.",
    capacity="Capacité de la salle : {places} personnes.",
    announcement="Annonce",
    invited="Orateurs invités",
    invited_talk="exposé invité",
    by="par",
    call="Appel à contributions",
    deadline="Date limite : {day}",
    organisers="Organisateurs",
    programme="Programme",
    abstracts="Résumé des contributions",
    joint="Travail commun avec {names}.",
    also="et",
    length="Durée : {minutes} min",
    reference="Référence",
    room="salle",
    chair="Présidence : {names}",
    unknown="Titre à préciser",
    pause="Pause",
    discussion="Discussion",
)
ENGLISH = Words(
    language="en",
    colon=":",
    meeting="Meeting",
    when="Date",
    span="{first} to {last}",
    place="Venue",
    network="Network",
    themes="Scientific themes",
    registration="Registration",
    registered="{members} members and {others} non-members are registered.",
    capacity="Room capacity: {places} people.",
    announcement="Announcement",
    invited="Invited speakers",
    invited_talk="invited talk",
    by="by",
    call="Call for contributions",
    deadline="Deadline: {day}",
    organisers="Organisers",
    programme="Programme",
    abstracts="Abstracts",
    joint="This is a joint work with {names}.",
    also="and",
    length="Duration: {minutes} min",
    reference="Reference",
    room="room",
    chair="Chair: {names}",
    unknown="TBA",
    pause="Break",
    discussion="Discussion",
)


def words_of(language: str) -> Words:
    """English for ``en`` and its kin, French for everything else."""
    return ENGLISH if language.lower().partition("-")[0] == "en" else FRENCH
