"""The few words that calendars add to what the programme says, by language."""

from dataclasses import dataclass

from orchestrator.programme.model import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """``to_come`` stands for the title of a talk that has none yet, ``undated``
    for the day of an event that has none yet.
    """

    to_come: str
    undated: str
    cancelled: str
    coauthors: str
    chairs: str
    session: str
    kinds: dict[Kind, str]
    only: dict[str, str]
    mine: str
    no_longer: str
    unregistered: str
    door: str


_FRENCH = Words(
    to_come="Exposé à annoncer",
    undated="date à annoncer",
    cancelled="Annulé : ",
    coauthors="Avec ",
    chairs="Présidence : ",
    session="Session",
    kinds={Kind.INVITED: "Exposé invité", Kind.CONTRIBUTED: "Exposé"},
    only={"sessions": "sessions", "talks": "exposés"},
    mine="mon calendrier",
    no_longer="Plus à votre nom : ",
    unregistered="Inscription annulée : ",
    door="Entrer dans la salle",
)
_ENGLISH = Words(
    to_come="Talk to be announced",
    undated="date to be announced",
    cancelled="Cancelled: ",
    coauthors="With ",
    chairs="Chair: ",
    session="Session",
    kinds={Kind.INVITED: "Invited talk", Kind.CONTRIBUTED: "Talk"},
    only={"sessions": "sessions", "talks": "talks"},
    mine="my calendar",
    no_longer="No longer yours: ",
    unregistered="Registration cancelled: ",
    door="Enter the room",
)


def words(language: str) -> Words:
    """Those of a BCP 47 ``language``: French for fr and its variants, else
    English.
    """
    return _FRENCH if language.lower().split("-")[0] == "fr" else _ENGLISH
