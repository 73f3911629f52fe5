"""People who do not exist, for the demo: the same ones each time."""

import random
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

_FIRST = (
    "Adèle Amina Anatole Anouk Aurélien Bastien Bilal Camille Chiara Clémence Côme Daniela "
    "Diane Elif Élise Émile Fatou Félix Gaëlle Giulia Hana Hélène Hugo Ibrahim Inès Iris "
    "Jonas Jules Karim Kenza Lars Léa Leïla Lina Louise Lucas Maëlle Malo Mariam Mathilde "
    "Mei Nadia Naïm Nils Noé Nour Oscar Ousmane Paula Pauline Quentin Rania Rémi Rosalie "
    "Sacha Salomé Samir Sofia Solène Soren Tariq Théo Thaïs Ulysse Valentine Victor Wassim "
    "Yann Yasmine Zoé"
)
_LAST = (
    "Abadie Aubin Barreau Belmont Benali Bertin Blanchet Bonnaire Bouvier Cazenave Chabert "
    "Charpin Cissé Cordier Courtois Dabrowski Delorme Desmarais Diallo Durand Escoffier "
    "Fabre Faure Ferrand Fischer Garnier Gauthier Giraud Guérin Haddad Hamel Ivanova Jaffré "
    "Jansen Kaya Keller Lacombe Lambert Larsen Leclair Lefort Lemoine Maréchal Marini "
    "Mercier Monteil Moreau Nakamura Nguyen Olivier Pasquier Pelletier Perrin Poirier "
    "Quesnel Rahmani Renaud Ricard Rolland Rossi Sabatier Salvat Santos Tanguy Tessier "
    "Torres Vasseur Verdier Vidal Zeller"
)
_LABS = (
    "Laboratoire des signaux, Brest",
    "Institut d’analyse des images, Lyon",
    "École supérieure du calcul, Paris",
    "Centre de statistique, Grenoble",
    "Université de la côte, Nice",
    "Laboratoire de mathématiques, Rouen",
    "Institut d’optique numérique, Saclay",
    "Université des plaines, Lille",
    "Centre d’automatique, Nancy",
    "Institut du traitement du son, Marseille",
    "Bureau d’études Halbronn",
    "Université de Dakar",
    "Technical University of the North",
)


@dataclass(frozen=True, slots=True)
class MadeUp:
    """One person: ``member`` is his category, ``language`` what he reads."""

    name: str
    email: str
    affiliation: str
    member: bool
    language: str


def people(*, members: int, others: int, seed: int = 28062021) -> Iterator[MadeUp]:
    """``members`` members and ``others`` non-members, no two with one name."""
    choose = random.Random(seed)  # noqa: S311 -- nothing secret, and repeatable
    pairs = [(first, last) for first in _FIRST.split() for last in _LAST.split()]
    for number, (first, last) in enumerate(choose.sample(pairs, members + others)):
        yield MadeUp(
            name=f"{first} {last}",
            email=f"{_plain(first)}.{_plain(last)}@example.org",
            affiliation=choose.choice(_LABS),
            member=number < members,
            language="en" if choose.random() < 0.1 else "fr",  # noqa: PLR2004
        )


def _plain(name: str) -> str:
    decomposed = unicodedata.normalize("NFKD", name)
    return decomposed.encode("ascii", "ignore").decode().lower()
