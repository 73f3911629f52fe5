"""What headings, labels and columns of French and English pages mean."""

import re
from enum import StrEnum
from functools import lru_cache

from orchestrator.programme.importers.inline import fold, plain

_SUFFIX = re.compile(
    r"[·•.(/\-⋅]+(?:rices?|trices?|ices?|euses?|ieres?|ses?|es?|s|e)\b(?:[·•.\-⋅]s\b)?\)?"
)
_NUMBERING = re.compile(r"^(?:\d{1,2}|[ivx]{1,4})\s?[.)]\s*")
_NOT_WORD = re.compile(r"[\W_]+")
_ARTICLE = re.compile(r"^(?:les|le|la|l|the|our|nos|liste des|list of(?: the)?) ")


class Topic(StrEnum):
    """What a section, or a label before the programme, is about."""

    TITLE = "title"
    DATE = "date"
    PLACE = "place"
    HOURS = "hours"
    THEMES = "themes"
    CAPACITY = "capacity"
    REGISTRATION = "registration"
    ANNOUNCEMENT = "announcement"
    TOPICS = "topics"
    INVITED = "invited"
    CALL = "call"
    DEADLINE = "deadline"
    ORGANISERS = "organisers"
    NETWORK = "network"
    PROGRAMME = "programme"
    ABSTRACTS = "abstracts"
    SPEAKERS = "speakers"
    OTHER = "other"


class Field(StrEnum):
    """What a label inside a talk, or a column of a table, holds."""

    TITLE = "title"
    SPEAKER = "speaker"
    AUTHORS = "authors"
    AFFILIATION = "affiliation"
    ABSTRACT = "abstract"
    HOURS = "hours"
    ENDS = "ends"
    DAY = "day"
    ROOM = "room"
    LENGTH = "length"
    COAUTHORS = "coauthors"
    CHAIR = "chair"
    KIND = "kind"
    SESSION = "session"
    LANGUAGE = "language"
    SLIDES = "slides"
    VIDEO = "video"
    PREPRINT = "preprint"
    REFERENCE = "reference"


_OF = r"(?:des?|du|d|of|et|and|the|les?|la|l|aux?|in|en)"
_PROGRAMME = (
    r"(?:program(?:me)?s?|(?:prochaines? |upcoming |next )?(?:seances|talks)|agenda|ordre du jour|emploi du temps|schedule|time ?table|planning"
    r"|deroulement|calendrier)"
)
_SCOPE = (
    r"(?:detaille|previsionnel|provisoire|definitif|preliminaire|final|scientifique"
    r"|scientific|detailed|preliminary|tentative|provisional|complet|full|online"
    r"|journees?|reunion|rencontres?|conference|exposes|presentations|sessions|seminaire"
    r"|day|days|meeting|workshop|jour|matinee|overview|resumes|abstracts|talks|seances?)"
)
_CONTRIBUTIONS = (
    r"(?:resumes|abstracts|exposes|talks|communications|contributions|presentations"
    r"|interventions|conferences|seances|titles|titres)"
)
_SPOKESMEN = (
    r"(?:orateurs?|oratrices?|intervenante?s?|conferencier(?:e)?s?|speakers?"
    r"|presentateurs?)"
)
_INVITED = r"(?:invitee?s?|pleniere?s?|plenier|invited|keynotes?|plenary)"
_SECTIONS = (
    (
        Topic.OTHER,
        r"(?:informations?|infos?|renseignements?)(?: pratiques?| generales?| utiles?)?"
        r"|practical \w+|organisation pratique|acces|plan d acces|venir.*|comment venir"
        r"|how to .*|hebergements?|hotels?|accommodation|restauration|restaurants?"
        r"|partenaires?|sponsors?|soutiens?|supported by|liens?(?: utiles)?|links"
        r"|comite (?:scientifique|de programme)|scientific committee"
        r"|program(?:me)? committee|financement|funding|bibliographie|bibliography"
        r"|references(?: bibliographiques)?|remerciements|acknowledg\w+|documents?"
        r"|photos?|videos?|faq|code de conduite|code of conduct|frais.*|fees|tarifs?"
        r"|visio\w*(?: .*)?|connexion.*|zoom.*|actualites|news|mentions legales"
        r"|navigation|menu|archives?|travel.*|logistique.*|live ?stream.*|diffusion.*",
    ),
    (
        Topic.INVITED,
        rf"(?:(?:{_SPOKESMEN}|{_CONTRIBUTIONS}|et|and|ou) )*{_INVITED}"
        rf"(?: (?:{_SPOKESMEN}|{_CONTRIBUTIONS}|{_INVITED}|et|and|lectures?|talks?))*",
    ),
    (
        Topic.PROGRAMME,
        rf"(?:{_SCOPE} )*{_PROGRAMME}(?: (?:{_SCOPE}|{_OF}|\d+))*|horaires",
    ),
    (
        Topic.ABSTRACTS,
        rf"(?:{_CONTRIBUTIONS} (?:{_OF} )*)?(?:book of )?{_CONTRIBUTIONS}"
        rf"(?: (?:{_OF}|{_CONTRIBUTIONS}|{_SPOKESMEN}|acceptee?s|accepted|contribue?s"
        r"|contributed|orales?|oraux|courts?|longs?|short|long))*"
        r"|(?:resume|abstract)s? (?:des?|of)(?: the)? \w+|detail des exposes",
    ),
    (
        Topic.SPEAKERS,
        rf"(?:confirmed |confirmes )?{_SPOKESMEN}"
        rf"(?: (?:{_SPOKESMEN}|{_OF}|confirmee?s|confirmed|pressentie?s))*",
    ),
    (
        Topic.CALL,
        r"(?:appel|call)(?: .*)?|soumissions?(?: .*)?|submissions?(?: .*)?"
        r"|contribuer|proposer .*",
    ),
    (
        Topic.DEADLINE,
        r"(?:date|dates) limites?.*|.*deadlines?|echeances?|important dates",
    ),
    (
        Topic.ORGANISERS,
        r"(?:organisat\w+|organis\w+|organiz\w+|coorganis\w+|comites? d organisation"
        r"|(?:local )?organi[sz]ing committee|contacts?|responsables?|coordinat\w+"
        r"|scientific organi\w+|porteurs?)(?: (?!pratique)\w+){0,4}",
    ),
    (
        Topic.TOPICS,
        r"topics(?: of interest| covered)?|sujets?(?: abordes| traites)?|mots cles"
        r"|keywords|(?:themes|thematiques) abord\w+",
    ),
    (
        Topic.THEMES,
        r"(?:scientific )?themes?(?: scientifiques?| du gdr| concernes?)*"
        r"|axes?(?: scientifiques?| thematiques?| du gdr| concernes?)*"
        r"|thematiques?(?: scientifiques?)?",
    ),
    (
        Topic.REGISTRATION,
        r"inscriptions?(?: .*)?|registrations?(?: .*)?|participants?|participation"
        r"|s inscrire|inscrits|nombre d inscrits|attendees",
    ),
    (
        Topic.CAPACITY,
        r"capacite(?: (?:de la salle|d accueil|maximale|maximum))?|(?:room )?capacity"
        r"|nombre de places|places",
    ),
    (
        Topic.ANNOUNCEMENT,
        r"annonces?|presentation(?: .*)?|description|objectifs?(?: .*)?|contexte(?: .*)?"
        r"|about(?: .*)?|overview|announcement|a propos(?: .*)?|motivations?"
        r"|introduction|resume(?: (?:de|of) .*)?|summary|aims?(?: and scope)?|scope"
        r"|goals?|abstract|argumentaire|preambule|background",
    ),
    (
        Topic.DATE,
        r"dates?(?: (?:et|and) (?:lieux?|heures?|horaires?|place|time|venue|location))?"
        r"|quand|when|jours?|days?",
    ),
    (
        Topic.PLACE,
        r"lieux?(?: .{0,30})?|place|venue|location|where|ou|adresse|address|salle|room",
    ),
    (Topic.HOURS, r"horaires?|heures?|time|times|hours|creneaux?"),
    (Topic.NETWORK, r"reseau|network|gdr|groupe de recherche"),
    (Topic.TITLE, r"titre|title|intitule|nom|event|evenement"),
)
_LABELS = (
    (Field.TITLE, r"titres?|titles?|intitule|sujet|subject|(?:title|titre) .{0,20}"),
    (
        Field.SPEAKER,
        rf"{_SPOKESMEN}|(?:invited|keynote) speakers?|presenters?|presente(?:e)? par"
        r"|exposante?s?|par|by|nom|name|nom et prenom|presented by|speakers? .{0,20}"
        rf"|{_SPOKESMEN} {_SPOKESMEN}|{_SPOKESMEN} {_INVITED}|qui|who",
    ),
    (Field.AUTHORS, r"auteure?s?(?: .{0,20})?|authors?(?: .{0,20})?"),
    (
        Field.AFFILIATION,
        r"affiliations?|laboratoires?|labos?|institutions?|institut|institutes?"
        r"|organismes?|etablissements?|universites?|university|company|lab|equipe|team",
    ),
    (
        Field.ABSTRACT,
        r"resumes?|abstracts?|summary|description|resume de l? ?(?:expose|intervention)",
    ),
    (
        Field.HOURS,
        r"heures?|horaires?|time|times|hours?|debut|start(?:s| time)?|begin"
        r"|creneaux?|slots?|quand|when|schedule|heure de debut|date et heure",
    ),
    (Field.ENDS, r"fin|ends?|end time|heure de fin"),
    (Field.DAY, r"dates?|jours?|days?"),
    (Field.ROOM, r"salles?|rooms?|lieux?|amphi(?:theatre)?s?|place|location|venue"),
    (Field.LENGTH, r"durees?|durations?|length|minutes|min"),
    (
        Field.COAUTHORS,
        r"co ?auteure?s?|co ?authors?|avec|with|joint with|collaborateurs?"
        r"|travail (?:commun|joint) avec|en collaboration avec|joint work with",
    ),
    (
        Field.CHAIR,
        r"(?:session )?chairs?|chair(?:wo)?man|chaired by|presidente?s?(?: de .*)?"
        r"|presidence(?: de .*)?|moderat\w+|anime par|animation|animat\w+|session chair",
    ),
    (Field.KIND, r"types?|kinds?|formats?|categorie|category|nature"),
    (Field.SESSION, r"sessions?|seances?|tracks?|parcours|bloc"),
    (Field.LANGUAGE, r"langues?|languages?"),
    (
        Field.SLIDES,
        r"slides?|transparents?|planches?|diaporamas?|diapos?|diapositives?"
        r"|supports?(?: .{0,20})?|presentation(?: pdf)?|pdf|powerpoint",
    ),
    (Field.VIDEO, r"videos?|enregistrements?|recordings?|replay|captation|youtube"),
    (
        Field.PREPRINT,
        r"pre ?prints?|pre ?publications?|arxiv|hal|articles?|papers?|papier|manuscript"
        r"|version longue|related papers?|article associe",
    ),
    (
        Field.REFERENCE,
        r"liens?|links?|doi|code|url|web|website|site|page|references?|refs?"
        r"|publications?|bibliograph\w+|github",
    ),
)
_PLAN = re.compile(
    r"expose|talk|presentation|intervention|contribution|communication|conference|quoi|what|programme?|activit[ey]e?|event"
)
_SECTION_PATTERNS = tuple((topic, re.compile(rule)) for topic, rule in _SECTIONS)
_LABEL_PATTERNS = tuple((field, re.compile(rule)) for field, rule in _LABELS)
_LONGEST_KEY = 80


@lru_cache(maxsize=4096)
def key(text: str) -> str:
    """``text`` as words in lower case: no accents, marks, articles or -trices."""
    folded = _NUMBERING.sub("", fold(plain(text)[: _LONGEST_KEY + 1]).strip())
    words = _NOT_WORD.sub(" ", _SUFFIX.sub("", folded)).strip()
    return _ARTICLE.sub("", words)


@lru_cache(maxsize=4096)
def topic_of(heading: str) -> Topic | None:
    """What a section under ``heading`` is about, when all of the heading says it."""
    words = key(heading)
    if len(words) > _LONGEST_KEY:
        return None
    for topic, pattern in _SECTION_PATTERNS:
        if pattern.fullmatch(words):
            return topic
    return None


@lru_cache(maxsize=4096)
def field_of(label: str) -> Field | None:
    """What the label of a talk, or the head of a column, announces."""
    words = key(label)
    for field, pattern in _LABEL_PATTERNS:
        if pattern.fullmatch(words):
            return field
    return None


def column_of(head: str) -> Field | None:
    """As ``field_of``, but a column called "Exposé" or "Programme" holds titles."""
    words = key(head)
    found = field_of(head)
    if found in (None, Field.SLIDES) and _PLAN.match(words):
        return Field.TITLE
    if found is None and words and all(field_of(w) for w in words.split(" ou ")):
        return field_of(words.split(" ou ", maxsplit=1)[0])
    return found
