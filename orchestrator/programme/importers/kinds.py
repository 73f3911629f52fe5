"""What a line announces: a break, a discussion, the end, an invited talk."""

import re

from orchestrator.programme.importers.inline import fold
from orchestrator.programme.model import Kind

_INVITED = (
    r"(?:invited|keynote|plenary|invitee?s?|expose (?:invite|plenier)|pleniere"
    r"|conference (?:invitee|pleniere)|presentation invitee|orateur invite"
    r"|oratrice invitee|cours invite)"
    r"(?:[ -](?:talk|speaker|lecture|address|presentation|speech|session))?"
)
_MARK = re.compile(rf"\s*[(\[]\s*{_INVITED}\s*[)\]]\s*")
_PREFIX = re.compile(
    rf"\s*{_INVITED}(?:\s*(?:n°|#)?\s?\d{{1,2}})?(?:\s*[:–—|]\s*|\s+-\s+|\n|\s+(?=(?:by|par)\s))"
)
_SUFFIX = re.compile(rf"\s*[-–—,:|]\s*{_INVITED}\s*$")
_WHOLE = re.compile(rf"\s*{_INVITED}(?:\s*\d{{1,2}})?\s*$")
_TAIL = r"(?=\s*(?:$|[,;:.!()&+/|\n–—-]|et |and |with |avec |de |des |du |d'|of |for |au |a |in |en |sur |by |par |libre|generale?|ouverte?|finale?|collective|commun|offert|on |at |\())"
_BREAK = re.compile(
    r"(?:pauses?(?! longue)|cafe|coffee|tea|the|lunch(?:eon)?|dejeuner|dejeuner-buffet"
    r"|repas|buffet|diner|dinner|cocktail|aperitif|apero|gouter|petit[- ]dejeuner"
    r"|breakfast|accueil|welcome(?: coffee| reception| address| remarks)?|mots? d'ouverture"
    r"|emargement|mots? d'accueil|mots? de bienvenue|opening (?:remarks|ceremony|words"
    r"|address|session)|bienvenue|allocution|reception|networking|photo(?: de groupe)?"
    r"|group photo|pot|free time|temps libre|collation)"
    rf"(?:[ -](?:cafe|coffee|dejeuner|gourmande|meridienne|midi|lunch|tea|break|the|repas|buffet|time|dinatoire|dejeunatoire)\b)*{_TAIL}"
)
# Words that titles begin with too: a break only when hardly anything follows.
_STRICT_BREAK = re.compile(
    r"(?:registration|enregistrement|inscriptions?|ouverture|opening|introduction"
    r"|interruption|presentation)(?: (?:desk|generale))?"
    r"(?=\s*(?:$|[,;(&+/|\n–—-]|et |and |par |by |de la (?:journee|reunion|rencontre"
    r"|conference|seance)|du (?:colloque|workshop|seminaire|gdr)|des (?:participants"
    r"|journees|rencontres|travaux)|of the (?:day|workshop|meeting|conference)))"
)
_BREAK_END = re.compile(
    r"(?:[\w' -]{1,24} )?(?:coffee|lunch|tea|short|long)?[ -]?break\s*$"
)
_LUNCH = re.compile(r"dejeuner|lunch|repas|meridienne|buffet|\bmidi\b")
_DISCUSSION = re.compile(
    r"(?:discussions?|tables? rondes?|round[ -]?tables?|panel(?: discussion)?|debats?"
    r"|questions?(?: et reponses| and answers)?|q ?& ?a|q/a|conclusions?|cloture"
    r"|closing(?: remarks| session| words| ceremony| address)?|bilan|synthese|echanges?"
    r"|(?:sessions? )?posters?(?: session| et cafe)?|session (?:questions|discussion)"
    r"|open problems?(?: session)?|assemblee generale|business meeting|general assembly|wrap[ -]?up|brainstorming"
    rf"|mots? de (?:la )?(?:fin|cloture|conclusion)|open discussion){_TAIL}"
)
_SPOKEN = re.compile(
    r"(?:accueil|welcome|ouverture|opening|mots? d|bienvenue|allocution|introduction"
    r"(?! (?:a|to|aux?) )|presentation (?:de la|du|of the)|table|round|panel|discussion"
    r"|debat|closing|cloture|conclusion|bilan|synthese|wrap|questions? et|assemblee"
    r"|business)"
)
_END = re.compile(
    r"(?:fin|end|adjourn\w*|depart|departure)"
    r"(?: (?:de|du|des|d'|of|the|la|le|les|day|journee|seminaire|workshop|meeting|reunion"
    r"|session|exposes|talks|premiere|\w+ ?day))*[ .!]*"
)
_EMPTY = re.compile(
    r"(?:tba|tbc|tbd|a venir|to be announced|to be confirmed|a annoncer|a confirmer|a preciser|titre a (?:venir|preciser|confirmer)|title tba|\?+|-|–|—|\.\.\.|…)[ .]*"
)
_LONGEST_BREAK = 90


def take_invited(text: str) -> tuple[str, bool]:
    """``text`` without its mark of an invited talk, and whether it had one."""
    folded = fold(text)
    if _WHOLE.fullmatch(folded):
        return "", True
    if found := _PREFIX.match(folded):
        return text[found.end() :].strip(), True
    if found := _MARK.search(folded):
        before, after = text[: found.start()].rstrip(), text[found.end() :].lstrip()
        glue = "" if not after or after[0] in ",.:;" else " "
        return f"{before}{glue}{after}".strip(), True
    if found := _SUFFIX.search(folded):
        return text[: found.start()].strip(), True
    return text, False


def pause_of(text: str, *, spoken: bool = False) -> Kind | None:
    """``BREAK`` or ``DISCUSSION`` when ``text`` announces one, else None.

    ``spoken`` when somebody is named with it: then only a welcome, a closing,
    a panel and the like is one, and "Échanges d'intervalles" is a talk.
    """
    folded = fold(text).strip(' *_.:-–—«»"')
    if len(folded) > _LONGEST_BREAK or (spoken and not _SPOKEN.match(folded)):
        return None
    if _DISCUSSION.match(folded):
        return Kind.DISCUSSION
    if any(rule.match(folded) for rule in (_BREAK, _STRICT_BREAK)):
        return Kind.BREAK
    return Kind.BREAK if _BREAK_END.fullmatch(folded) else None


def is_lunch(text: str) -> bool:
    """Whether a break is the one at noon."""
    return _LUNCH.search(fold(text)) is not None


def is_end(text: str) -> bool:
    """Whether ``text`` only says that the day is over."""
    return _END.fullmatch(fold(text).strip(" *_.:-–—")) is not None


def is_unannounced(title: str) -> bool:
    """Whether ``title`` stands for one that is not known yet."""
    return _EMPTY.fullmatch(fold(title).strip(' *_()[]"«»“”')) is not None
