"""French or English: a vote of the small words."""

import re

from orchestrator.programme.importers.inline import fold

_WORDS = re.compile(r"[a-z]+")
_FRENCH_WORDS = """
    la les des du une est dans pour par sur avec nous vous que qui ce cette ces
    sont aux plus pas entre comme dont ainsi etre leur leurs nos notre lieu
    organisateurs organisatrices orateurs oratrices invites resume resumes
    inscription inscriptions horaire salle accueil dejeuner journee expose
    exposes appel matin reunion themes seance seminaire journees atelier colloque rencontre rencontres lundi mardi mercredi jeudi
    vendredi titre de le et au
"""
_FRENCH = frozenset(_FRENCH_WORDS.split())
_ENGLISH_WORDS = """
    the of and to in is are for with that this we by from as an be which can our
    it its at or has have been venue organisers organizers speakers abstract
    abstracts registration room schedule break lunch day talk talks chair
    morning afternoon meeting seminar monday tuesday wednesday thursday friday title welcome
"""
_ENGLISH = frozenset(_ENGLISH_WORDS.split())
_SHORT = 15
"""Words under which one side must have no vote at all."""


def guess_language(text: str) -> str:
    """``"fr"``, ``"en"``, or ``""`` when the small words do not settle it."""
    words = _WORDS.findall(fold(text))
    french = sum(word in _FRENCH for word in words)
    english = sum(word in _ENGLISH for word in words)
    high, low = max(french, english), min(french, english)
    if high == 0 or high < 2 * low or (len(words) < _SHORT and low):
        return ""
    return "fr" if french > english else "en"
