"""How much a few words look like somebody's name.

No list of names is complete, so this is a score: the shape of the words first,
then what first names, institutions and subjects say for or against.
"""

import re
from functools import lru_cache

from orchestrator.programme.importers.inline import fold

LIKELY = 1
"""Score from which a text stands where a name is expected."""

SURE = 3
"""Score of what is a name wherever it stands."""

_IMPOSSIBLE = -10
_PARTICLES_WORDS = """
    de du des la le von van der den di da dos del della el al bin ben ibn d y e
    af av ten ter zu te
"""
_PARTICLES = frozenset(_PARTICLES_WORDS.split())
_FIRST_NAMES_WORDS = """
    lucy owen lou wanda tao sigrid leif svante emre anatole hedwig petra katja sofie greta denise clea bob ann ada adam adele adrien agathe agnes ahmed aicha alain alan albert alessandro
    alex alexander alexandra alexandre alexis ali alice alicia alina aline alix
    amelie amina amine ana anais anders andre andrea andreas andrei andrew ange
    angela anna anne annie anthony antoine anton antonio arnaud arthur astrid
    augustin augustine aurelie aurelien axel barbara baptiste bastien beatrice
    ben benjamin benoit bernard bernhard bertrand boris brigitte bruno camille
    carl carla carlos carole caroline catherine cecile cedric celine chantal
    charles charlotte chen chiara chloe chris christian christelle christine
    christophe christopher claire clara claude claudia clemence clement colette
    colin constance corentin corinne cyril damien dan daniel danielle daphne
    david deborah delphine denis diana diane didier diego dimitri dominique
    donald dora dorothee edith edmond eduardo edward el-mehdi eleonore elena
    eliane elie elisa elisabeth elise elizabeth ella elodie eloise elsa emanuel
    emeline emile emilie emily emma emmanuel emmanuelle emmy enzo eric erik
    ernest erwan estelle esther etienne eugene eugenie eva eve evelyne fabien
    fabienne fabio fabrice fanny fatima faustine felix fernando fiona flora
    florence florent florian francesca francesco francis francisco franck
    francois francoise frank fred frederic frederique gabriel gabriela gabrielle
    gael gaelle gaspard gauthier genevieve geoffrey george georges gerard
    germaine ghislain gianni gilbert gilles giovanni giulia giuseppe grace
    gregoire gregory guillaume gustave guy hadrien hakim hamid hannah hans
    harold hassan hedy helen helena helene henri henriette henry herve hippolyte
    hugo ian ibrahim ida ignacio igor ines ingrid irene iris isaac isabel
    isabelle ivan jack jacob jacqueline jacques jakob james jan jana jane janet
    janine jasmine javier jean jeanne jennifer jeremie jeremy jerome jessica jim
    joachim joan joana joel johan johann johanna johannes john jon jonas
    jonathan jordan jorge jose joseph josephine joshua juan judith jules julia
    julian julie julien juliette justine karen karim karin karl kate katherine
    kathleen katia kevin khaled kim kirsten konstantin kurt laetitia lars laura
    laure laurence laurent lea leila leo leon leonard leonhard leonie leonor
    leslie lilian lin lina linda linus lionel lisa lise lola lorenzo louis
    louisa louise luc luca lucas lucie lucien ludovic luis luisa lydia madeleine
    mael maelle magali malik manon manuel marc marcel marco marcus margaret
    margaux margot maria marianne marie marina mario marion marius mark markus
    marta martha martin martina martine mary maryam massimo mateo mathias
    mathieu mathilde matteo matthew matthias matthieu maud maurice max maxence
    maxime mehdi mei melanie melissa michael michel michele michelle mickael
    miguel mikhail mila mireille mohamed mohammed mona monica monique morgane
    mounir muriel myriam nabil nadia nadine nancy naomi natacha natalia natalie
    nathalie nathan nathanael nicholas nicola nicolas nicole nikita nils nina
    noa noah noe noemie nora norbert odile oleg olga oliver olivia olivier omar
    ondine oscar otto pablo pamela paola paolo pascal pascale patrice patricia
    patrick paul paula pauline pedro penelope perrine peter philip philippe
    pierre pietro quentin rachel rachid rafael raphael raphaelle ravi raymond
    rebecca regine regis remi remy renaud rene renee ricardo richard rita robert
    roberto robin rodolphe roger roland romain roman rosa rosalind rose rosalie
    roxane ruben ruth ryan sabine sabrina said salim salma sam samia samir
    samuel sandra sandrine sara sarah sebastian sebastien selim serge sergei
    sergio severine sibylle simon simone sofia sofiane solange solene sonia
    sophia sophie stefan stefano stephane stephanie stephen steve steven susan
    susanne suzanne sven sylvain sylvie tanguy tatiana tarek ted teresa theo
    theodore theophile theresa thibault thibaut thierry thomas tim timothee tom
    tristan ulrich umut ursula valentin valentina valentine valerie vanessa vera
    veronique victor victoire vincent violette virginie vivien vladimir walter
    wei wendelin werner wilfried william xavier yacine yan yann yannick yasmine
    yassine ying yohann yolande youssef yuri yves yvette yvonne zoe zoltan
"""
_FIRST_NAMES = frozenset(_FIRST_NAMES_WORDS.split())
_INSTITUTIONS_WORDS = """
    universite university univ universitat universita ecole school institut
    institute istituto laboratoire laboratory lab labo centre center cnrs inria
    insa ens ensta enst inserm inrae cea onera ifremer cnam ehess epfl eth mit
    ucl telecom polytechnique polytechnic mines centrale centralesupelec
    sorbonne college academy academie faculte faculty department departement
    equipe team group groupe research recherche sciences science technology
    technologies technologique umr ura gdr lip6 limos irisa irit observatoire
    hospital hopital chu foundation fondation company google meta microsoft
    deepmind nvidia amazon thales safran airbus valeo sncf edf orange criteo
    societe paris lyon nancy toulouse marseille bordeaux lille nantes rennes
    grenoble strasbourg montpellier nice dijon besancon orsay saclay cachan
    london berlin zurich geneve lausanne bruxelles brussels cambridge oxford
    stanford harvard princeton berkeley california diego madrid rome milan
    torino pisa munich wien vienna copenhagen amsterdam tokyo beijing montreal
    toronto quebec normale superieure national nationale royal imperial state
"""
_INSTITUTIONS = frozenset(_INSTITUTIONS_WORDS.split())
_SUBJECTS_WORDS = """
    learning deep neural network networks theory model models modeles modele
    data method methods methode methodes gradient descent stochastic random
    optimal transport bayesian machine image images signal signaux sparse convex
    large small fast new towards algorithm algorithms algorithmes inference
    kernel kernels tensor tensors graph graphs graphes quantum generative flow
    flows matching forest forests search control system systems systemes design
    high low open problem problems problemes apprentissage profond reseaux
    neurones donnees statistique statistiques statistics statistical bruit
    processus geometrie geometry geometric topology topologie algebra algebre
    monte markov chain chains gaussian processes fourier wasserstein hilbert
    coffee cafe break lunch session sessions talk talks room salle day jour
    morning afternoon matin welcome opening closing discussion table ronde panel
    poster posters keynote invited pause dejeuner accueil programme program
    workshop seminar seminaire journee meeting reunion proof proofs logic
    logique language languages langage langages vision speech robust private
    federated adaptive online offline first second third next big mean field
    dynamics energy climate health medical brain physics biology chemistry
    numerical digital real time space spaces functions function equations
    equation operators methodology approach approaches survey tutorial
    introduction conclusion perspectives applications application advances
    recent beyond hidden simple free fair green safe
"""
_SUBJECTS = frozenset(_SUBJECTS_WORDS.split())
_ABSTRACT_ENDING = re.compile(
    r"(?:tion|tions|sion|ing|ings|ism|isme|ique|iques|ics|ity|ite|ness|ance|ence|ical"
    r"|ised|ized|tive|tional|ology|ologie|ment|ments|graphy|graphie|metry)$"
)
_NAME_WORD = re.compile(r"(?:[dDlLO]['’])?[^\W\d_]+(?:[-'’][^\W\d_]+)*\.?")
_INITIAL = re.compile(r"[^\W\d_]{1,2}\.(?:-?[^\W\d_]{1,2}\.)*")
_HONORIFIC = re.compile(
    r"^(?:professeure?|professor|prof\.?|pr\.?|doctor|docteur|dr\.?|mme\.?|mlle\.?|mr\.?"
    r"|ms\.?|mrs\.?|m\.|sir)\s+(?=\w)",
    re.IGNORECASE,
)
_MARKS = " \t*†‡§¶⁰¹²³⁴⁵⁶⁷⁸⁹,;:.-–—"
_FEWEST, _MOST, _USUAL = 2, 6, 3
_LONGEST = 60


def clean_name(text: str) -> str:
    """``text`` without a title before it and footnote marks around it."""
    return _HONORIFIC.sub("", text.strip().lstrip("*†‡ ,;:-–—")).rstrip(_MARKS)


@lru_cache(maxsize=8192)
def name_score(text: str) -> int:
    """From -10 (no name) over ``LIKELY`` to ``SURE`` and more."""
    honoured = _HONORIFIC.match(text.strip()) is not None
    words = clean_name(text).split()
    if not _FEWEST <= len(words) <= _MOST or len(text) > _LONGEST:
        return _IMPOSSIBLE
    capitals = [word for word in words if fold(word) not in _PARTICLES]
    if len(capitals) < _FEWEST and not _is_titled_particle(words):
        return _IMPOSSIBLE
    if not all(_is_name_word(word) for word in capitals):
        return _IMPOSSIBLE
    score = sum(map(_weight, capitals)) + (SURE if honoured else 0)
    score += _first_name(capitals)
    return score + (1 if len(words) <= _USUAL else 0)


def is_first_name(word: str) -> bool:
    """Whether ``word`` is in the short list of common first names."""
    return fold(word) in _FIRST_NAMES


def is_institution(text: str) -> bool:
    """Whether a word of ``text`` says that it is a place of work."""
    words = re.findall(r"[^\W_]+", fold(text))
    if any(word in _INSTITUTIONS for word in words):
        return True
    return len(words) == 1 and text.strip(" .()").isupper() and len(text) > 1


def _is_titled_particle(words: list[str]) -> bool:
    """``Tung Le Quoc`` and the like: particles with a capital are names too."""
    return sum(word[0].isupper() for word in words) >= _FEWEST


def _is_name_word(word: str) -> bool:
    if _INITIAL.fullmatch(word):
        return True
    # "d'Alembert", and names that a page writes in small letters after a dash.
    shaped = _NAME_WORD.fullmatch(word) is not None and not word.endswith(".")
    elided = word[:2] in ("d'", "d’") and word[2:3].isupper()
    return shaped and (word[0].isupper() or elided)


def _weight(word: str) -> int:
    """What one word says against the text being a name."""
    folded = fold(word)
    if _INITIAL.fullmatch(word):
        return 1
    if folded in _INSTITUTIONS:
        return -4
    if folded in _SUBJECTS:
        return -3
    if folded in _FIRST_NAMES:
        return 0
    return -1 if _ABSTRACT_ENDING.search(folded) else 0


def _first_name(words: list[str]) -> int:
    if not words:
        return 0
    if any(fold(part) in _FIRST_NAMES for part in (words[0], *words[0].split("-"))):
        return 3
    # "MARTIN Jean": the surname first, in capitals.
    last = fold(words[-1]) in _FIRST_NAMES and words[0].isupper()
    return 2 if last else 0
