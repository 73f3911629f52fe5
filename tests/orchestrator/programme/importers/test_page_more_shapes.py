"""More shapes of pages, each with the sessions and talks that a reader finds."""

import pytest

from tests.orchestrator.programme.importers.pages import reading_of, sessions_of

EXPECTED = {
    "bold-hours.md": [
        [
            "Après-midi",
            "08/12",
            "",
            "15:00-16:00 contributed What is missing, and where / Clara Vidal (Université d'Évry)",
            "16:00-17:00 contributed Moving sand with the least effort / Gaël Pommier (CNRS & ENS)",
        ]
    ],
    "plain-lines.md": [
        [
            "Matin",
            "20/01",
            "",
            "09:30-10:00 break Accueil",
            "10:00-10:50 contributed Déplier sans froisser / Émilie Chaume (Inria Saclay)",
            "10:50-11:40 contributed Diffuser pour tous / Nicolas Dupré (LIP6)",
            "11:40-14:00 break Pause déjeuner",
        ],
        [
            "Après-midi",
            "20/01",
            "",
            "14:00-14:50 contributed Ponts et gués / Valentin Du Bosc (ENS)",
            "14:50-15:40 discussion Table ronde",
        ],
    ],
    "definitions.html": [
        [
            "Matin",
            "07/03",
            "",
            "09:30-10:00 break Accueil des participants",
            "10:00-11:00 contributed Prévoir sans nuire / Marie Durance (Hôpital Nord)",
            "11:00-12:00 contributed Données rares, décisions lourdes / Karim Benali (INSERM)",
            "12:00-13:30 break Buffet",
        ],
        ["Après-midi", "07/03", "", "13:30-14:30 discussion Session posters"],
    ],
    "speaker-column.md": [
        [
            "Morning",
            "03/03",
            "",
            "09:30-10:00 break Registration and coffee",
            "10:00-11:00 contributed The tall ones, revisited / Svante Berg (Uppsala)",
            "11:00-11:30 break Coffee break",
            "11:30-12:30 contributed Limits by hand / Júlia Komár (ELTE)",
        ],
        ["Morning", "04/03", "", "10:00-11:00 contributed  / Mei Tanaka (Kyoto)"],
    ],
    "half-days.md": [
        [
            "Matinée",
            "12/10",
            "",
            "09:30-10:00 break accueil",
            "10:00-11:00 invited Apprendre de peu / Hervé Lebrun (CEA)",
            "11:00-11:30 contributed Images sans étiquettes / Camille Coulon (Orange)",
            "12:00-14:00 break pause déjeuner",
        ],
        [
            "Après-midi",
            "12/10",
            "",
            "14:00-15:00 invited Les biais / Matthieu Corde (Sorbonne Université)",
            "15:00-16:00 discussion discussion générale",
        ],
    ],
    "chaired.md": [
        [
            "Session 1: Foundations",
            "27/10",
            "",
            "09:00-09:45 invited What is sparse? / Alice Springs (UNSW)",
            "09:45-10:10 contributed Greedy is good / Bruno Keller (TU Wien)",
        ],
        [
            "Session 2: Applications",
            "27/10",
            "",
            "10:30-11:15 contributed Sparse oceans / Chloé Laurent (Inria); Denis Roy (Inria)",
        ],
        [
            "Session 3: Open problems",
            "28/10",
            "",
            "14:00-16:00 discussion Open problem session",
        ],
    ],
    "windows-and-lists.md": [
        [
            "Session 1 – Inférence",
            "14/06 14:00-15:30",
            "",
            "contributed Arrivées en grappes / Vincent Rivoire (Dauphine)",
            "contributed Courbes en vrac / Angèle Rocher (Dauphine)",
        ],
        ["Pause", "14/06", "", "15:30-16:00 break Pause"],
        [
            "Session 2 – Apprentissage",
            "14/06 16:00-17:00",
            "",
            "contributed Forêts / Erwan Cornet (X)",
        ],
    ],
    "head-row.md": [
        [
            "Matin",
            "15/03",
            "",
            "09:00-09:30 break Accueil",
            "09:30-10:30 contributed Noyaux et pépins / Marc Lavigne (Inria)",
            "10:30-11:00 break Café",
            "11:00-12:00 contributed Kernels at risk / Zoltan Sabo (LSE)",
        ]
    ],
    "seances.md": [
        [
            "Après-midi",
            "12/01",
            "",
            "14:00-14:45 contributed Un titre / Ada Exemple (LIP6)",
        ],
        [
            "Après-midi",
            "19/01",
            "12",
            "14:00-14:30 contributed Deux titres / Bob Test (IRIT)",
        ],
    ],
    "spans.html": [
        [
            "Matin",
            "02/02",
            "",
            "10:00-10:15 break Ouverture",
            "10:15-11:00 contributed Entendre les formes / Ada Exemple (Ircam)",
            "11:00-11:45 contributed Dessiner le timbre / Bob Test (GRM)",
        ]
    ],
    "rows-of-context.html": [
        [
            "Matin",
            "08/12",
            "Salle 1",
            "09:00-10:00 contributed Matrices creuses / Ada Exemple (LIP6)",
            "10:00-11:00 contributed Matrices pleines / Bob Test (LRI)",
        ],
        [
            "Après-midi",
            "08/12",
            "Salle 2",
            "14:00-15:00 contributed Matrices vides / Cléa Nom (IRIT)",
        ],
    ],
    "layout.html": [
        [
            "Matin",
            "06/04",
            "",
            "09:00-09:30 break Accueil",
            "09:30-10:30 contributed Formes et forces / Ada Exemple",
            "10:30-11:00 break Pause",
            "11:00-12:00 contributed Forces et formes / Bob Test",
        ]
    ],
    "headed-hours.md": [
        [
            "Après-midi",
            "12/10",
            "",
            "13:30-14:15 contributed Compter sans voir / Ada Exemple (IRISA)",
            "14:15-15:00 contributed Voir sans compter / Bob Test (Inria)",
            "15:00-15:30 break Pause",
            "15:30-16:15 contributed  / Cléa Nom",
        ]
    ],
    "invited-list.html": [
        [
            "Morning",
            "05/06",
            "",
            "09:00-10:00 invited Maps of maps / Ann Hill (Bonn)",
            "10:00-10:30 break Coffee",
            "10:30-11:30 invited Globes / Ben Dale (Mainz)",
        ]
    ],
}


@pytest.mark.parametrize("name", EXPECTED)
def test_sessions_and_talks(name):
    assert sessions_of(reading_of(name).programme) == EXPECTED[name]


@pytest.mark.parametrize(
    ("name", "place", "network"),
    [
        ("bold-hours.md", "Maison des sciences, amphi Perrault", ""),
        ("plain-lines.md", "amphithéâtre Perrault, Évry", "GdR Ombelle"),
        ("definitions.html", "Maison du Lac (salle 101)", ""),
        ("speaker-column.md", "Room 314, Botany building, Uppsala", ""),
        ("head-row.md", "Rennes, IRISA", ""),
        ("headed-hours.md", "amphi B, Rennes", ""),
        ("invited-list.html", "Bonn", ""),
    ],
)
def test_place_and_network(name, place, network):
    programme = reading_of(name).programme

    assert (programme.place, programme.network) == (place, network)


@pytest.mark.parametrize(
    ("name", "abstracts"),
    [
        (
            "bold-hours.md",
            [
                (
                    "What is missing, and where",
                    "In this talk we look for what is not there.",
                    (),
                ),
                (
                    "Moving sand with the least effort",
                    "Sand is moved from one heap to another.",
                    (),
                ),
            ],
        ),
        (
            "speaker-column.md",
            [
                ("The tall ones, revisited", "We look again at the tallest hedge.", ()),
                ("Limits by hand", "We cut, and count.", ("Pál Szabó",)),
            ],
        ),
        (
            "seances.md",
            [
                ("Un titre", "Un résumé.", ()),
                ("Deux titres", "Deux résumés.\n\nRéférences : Un livre.", ()),
            ],
        ),
        (
            "headed-hours.md",
            [
                ("Compter sans voir", "On compte des choses invisibles.", ()),
                ("Voir sans compter", "On voit des choses innombrables.", ()),
            ],
        ),
        (
            "invited-list.html",
            [
                ("Maps of maps", "A map may contain maps.", ()),
                ("Globes", "Round maps.", ("C. Vale", "Dora Peak")),
            ],
        ),
    ],
)
def test_abstracts_find_their_talks(name, abstracts):
    talks = reading_of(name).programme.all_talks

    found = [(t.title, t.abstract, t.coauthors) for t in talks if t.abstract]

    assert found == abstracts


def test_chairs_beside_and_below_the_title_of_a_session():
    chairs = [
        [person.name for person in session.chairs]
        for name in ("chaired.md", "windows-and-lists.md")
        for session in reading_of(name).programme.sessions
    ]

    assert chairs == [
        ["Clara Voss"],
        ["Rémi Dupuis"],
        [],
        ["Claire Lacombe"],
        [],
        ["Marc Hofer"],
    ]


@pytest.mark.parametrize("name", ["plain-lines.md", "seances.md"])
def test_what_is_assumed_or_not_understood_has_its_line(name):
    reading = reading_of(name)

    lines = [note.line for note in (*reading.remarks, *reading.leftovers)]

    assert lines == {"plain-lines.md": [24], "seances.md": [13]}[name]
