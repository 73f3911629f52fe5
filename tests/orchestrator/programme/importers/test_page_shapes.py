"""Pages of many shapes, read as their readers would."""

from datetime import date

import pytest

from orchestrator.programme.importers import read
from orchestrator.programme.model import Counts, Kind, LinkKind, Person, Section
from tests.orchestrator.programme.importers.pages import (
    page_with,
    reading_of,
    sessions_of,
    told,
)


def test_a_timed_list():
    reading = reading_of("timed-list.md")
    programme = reading.programme

    assert (
        programme.title,
        programme.place,
        programme.capacity,
        programme.network,
    ) == (
        "Journée « Graphes et apprentissage »",
        "Institut Henri Poincaré, Paris (amphi Hermite)",
        80,
        "GdR Madeleine",
    )
    assert sessions_of(programme) == [
        [
            "Matin",
            "14/03",
            "",
            "09:15-09:45 break Accueil café",
            "09:45-10:30 contributed Marches au hasard sur les grands graphes"
            " / Sophie Germaine (LIP6, Sorbonne Université)",
            "10:30-11:00 break Pause café",
            "11:00-11:45 contributed Apprendre à colorier (et à se tromper)"
            " / Émile Noyer (IRIT)",
            "11:45-12:30 contributed Arbres couvrants et mémoire courte"
            " / Rosa Lindqvist (LORIA); Anatole Brun (LORIA)",
            "12:30-14:00 break Déjeuner",
        ],
        [
            "Après-midi",
            "14/03",
            "",
            "14:00-15:00 invited Des graphons partout / Hedwig Blau (ETH Zürich)",
            "15:00-15:30 discussion Table ronde : que partager ?",
        ],
    ]
    assert [leftover.line for leftover in reading.leftovers] == [20]
    assert programme.sections == (
        Section(title="Programme", text="Les exposés seront donnés en français."),
    )


def test_a_table_in_a_page_of_a_site():
    reading = reading_of("table.html")
    programme = reading.programme

    assert (
        programme.title,
        programme.first_day,
        programme.place,
        programme.capacity,
    ) == (
        "Atelier Ondelettes 2023",
        date(2023, 6, 1),
        "salle du conseil, bâtiment 12, Orsay",
        45,
    )
    assert sessions_of(programme) == [
        [
            "Matin",
            "01/06",
            "",
            "09:30-10:00 break Accueil",
            "10:00-10:40 contributed Bases adaptées aux signaux rares / Yves Meunier (CMLA)",
            "10:40-11:00 break Pause",
            "11:00-11:40 contributed Trames et redondance / Ingrid Dahl (KTH Stockholm)",
            "11:40-12:20 contributed Diffusion (encore elle) / Stéphane Maillet (ENS Paris)",
            "12:20-14:00 break Déjeuner",
        ],
        [
            "Après-midi",
            "01/06",
            "",
            "14:00-14:40 contributed Compresser sans oublier / Marguerite Dubosc (Inria)",
            "14:40-15:10 discussion Discussion et clôture",
        ],
    ]
    assert programme.organisers == (
        Person(name="Yves Meunier", email="yves.meunier@cmla.example"),
    )
    assert [(remark.line, remark.text) for remark in reading.remarks] == [
        (
            20,
            "The link “/pdf/dahl.pdf” of “Trames et redondance” leads nowhere without"
            " the address of the site; write it whole, with https://.",
        ),
        (
            24,
            "No end is given for “Discussion et clôture”; 15:10 is assumed. Write the"
            " window, as in 17h-17h30.",
        ),
    ]


def test_two_days_in_two_rooms_in_english():
    programme = reading_of("two-rooms.md").programme

    assert (programme.language, programme.first_day, programme.last_day) == (
        "en",
        date(2022, 5, 9),
        date(2022, 5, 10),
    )
    assert sessions_of(programme) == [
        [
            "Morning",
            "09/05",
            "Room A",
            "09:00-09:15 break Welcome",
            "09:15-10:00 invited Counting what we hear / Ada Birdsong (Cornell)",
            "10:00-10:30 break Coffee break",
            "10:30-11:00 contributed Sparse echoes / Tom Reverb (IRCAM)",
            "11:00-11:30 contributed Noise by Design / Lucy Hiss (Aalto University)",
        ],
        [
            "Morning",
            "09/05",
            "Room B",
            "09:00-09:15 break Welcome",
            "09:15-10:00 contributed Whales at low rate / Owen Deepwater (Ifremer)",
            "10:30-11:00 contributed Rhythm trees / Clara Beat (CNRS)",
            "11:00-12:00 discussion Panel discussion",
        ],
        [
            "Afternoon",
            "10/05",
            "Room A",
            "14:00-14:45 contributed Tuning forks and other priors / Greta Pitch (KTH)",
            "14:45-15:15 contributed Bells / Max Clapper (Inria)",
        ],
        [
            "Afternoon",
            "10/05",
            "Room B",
            "14:00-15:00 contributed Tutorial: microphones in the wild"
            " / Iris Membrane (EPFL)",
        ],
    ]


def test_a_table_and_abstracts_that_complete_it():
    programme = reading_of("abstracts.md").programme
    marais, ostrov, martin = (
        talk for talk in programme.all_talks if talk.kind is Kind.CONTRIBUTED
    )

    assert told(marais) == (
        "13:45-14:30 contributed Temps local d'une marche paresseuse / Hélène Marais (IECL)"
    )
    assert marais.coauthors == ("Jean Martin", "B. Okoye")
    assert marais.link(LinkKind.SLIDES).url == "https://exemple.example/marais.pdf"
    assert (ostrov.title, ostrov.language) == ("How long is a long queue?", "en")
    assert ostrov.link(LinkKind.PREPRINT).url == "https://arxiv.org/abs/2201.01234"
    assert martin.abstract == "Les clients partent quand ils s'ennuient."


def test_two_people_of_one_surname_are_not_one():
    assert reading_of("abstracts.md").remarks == ()


def test_labelled_talks_without_any_heading():
    programme = reading_of("labels.md").programme

    assert sessions_of(programme) == [["Session", "03/04 14:00-17:00", ""]]
    assert [told(talk) for talk in programme.talks] == [
        "contributed Décomposer sans perdre / Alphonse Quertier (LAMA)",
        "contributed Mesures et démesure / Bérénice Taupin (Université de Lyon)",
        "invited Champs et capteurs / Casimir Volt (Gipsa-lab)",
    ]
    assert programme.talks[0].abstract == (
        "On décompose un tenseur en gardant ses symétries."
        " Le second paragraphe est sur la ligne suivante."
    )
    assert programme.talks[1].links[0].url == "https://www.lyon.example/taupin.pdf"
    assert programme.talks[2].coauthors == ("Dalida Ohm", "Édouard Farad")


def test_sessions_with_their_talks_below_them():
    programme = reading_of("sessions.html").programme

    assert sessions_of(programme) == [
        [
            "Session 1 : Restauration",
            "28/09 10:00-12:00",
            "",
            "contributed Flous et contours / Agathe Rameau (IMT)",
            "contributed Débruiter par paquets / Malo Kerven (Lab-STICC)",
            "contributed Trous dans les images / Inès Abad (LAAS)",
        ],
        [
            "Session 2 : Modèles",
            "28/09 14:00-16:00",
            "",
            "contributed Scores and flows / Oscar Lund (DTU)",
            "contributed Petits modèles, grandes images / Perle Aziz (IRIT)",
        ],
        [
            "Session 3",
            "29/09 09:30-11:00",
            "",
            "contributed Géométrie discrète / Ulysse Grand (CRAN)",
        ],
    ]
    assert programme.sessions[0].chairs == (Person(name="Flore Dunant"),)
    assert (
        programme.sessions[1].talks[1].links[0].url
        == "https://perle.example/slides.pdf"
    )


def test_paragraphs_of_several_lines():
    programme = reading_of("paragraphs.html").programme

    assert sessions_of(programme) == [
        [
            "Afternoon",
            "12/10",
            "",
            "13:30-14:15 contributed Bootstrapping small boats"
            " / Astrid Holm (University of Bergen)",
            "14:15-15:00 contributed Priors by the fjord / Johan Ask (NTNU)",
            "15:00-15:20 break Coffee",
            "15:20-16:00 discussion Discussion",
        ]
    ]
    assert programme.sessions[0].talks[0].coauthors == ("Leif Strand", "Sigrid Vik")


def test_a_grid_with_a_column_for_each_room():
    programme = reading_of("grid.md").programme

    assert programme.place == "Villard-de-Lans"
    assert [(s.room, *map(told, s.talks)) for s in programme.sessions] == [
        (
            "Salle Poincaré",
            "09:00-10:30 contributed Orbites périodiques / Henri Caillou (IMJ)",
            "10:30-11:00 break Pause",
            "11:00-12:00 contributed Entropie / Tao Lin (Tsinghua University)",
        ),
        (
            "Salle Birkhoff",
            "09:00-10:30 contributed Billards / Lou Carambole (LMO)",
            "10:30-11:00 break Pause",
        ),
        (
            "Salle Poincaré",
            "09:00-10:30 contributed Échange d'intervalles / Ana Belga (UFRJ)",
        ),
        (
            "Salle Birkhoff",
            "09:00-10:30 contributed Tresses / Wanda Noeud (LAGA)",
        ),
    ]


def test_names_with_hours_and_titles_further_down():
    programme = reading_of("names-then-titles.md").programme

    assert [told(talk) for talk in programme.sessions[0].talks] == [
        "09:00-09:45 contributed Premier titre / Ada Exemple (LIP6)",
        "09:45-10:30 contributed Deuxième titre / Bob Test (IRIT)",
        "10:30-10:45 break pause",
        "10:45-11:30 contributed Troisième titre / Cléa Nom (LORIA)",
    ]


@pytest.mark.parametrize(
    ("line", "talk"),
    [
        (
            "10h-11h : Learning by Doing (and Failing) by Ada Example (Lab (Team))",
            "contributed Learning by Doing (and Failing) / Ada Example (Lab (Team))",
        ),
        ("10h-11h : Learning by Doing", "contributed Learning by Doing"),
        ("10h-11h Titre — Ada Exemple", "contributed Titre / Ada Exemple"),
        ("10h-11h Ada Exemple (LIP6) : Titre : suite", "contributed Titre : suite / Ada Exemple (LIP6)"),
        ("10h-11h « Titre, suite », Ada Exemple", "contributed Titre, suite / Ada Exemple"),
        ("10h-11h Ada Exemple – LIP6 – Titre", "contributed Titre / Ada Exemple (LIP6)"),
        ("10h-11h Titre, Ada Exemple, LIP6", "contributed Titre / Ada Exemple (LIP6)"),
        ("10h-11h Titre (Ada Exemple, LIP6)", "contributed Titre / Ada Exemple (LIP6)"),
        ("**10h-11h** — *Titre* — **Ada Exemple**", "contributed Titre / Ada Exemple"),
        ("10h-11h : Titre [invité] - Ada Exemple", "invited Titre / Ada Exemple"),
        ("10h-11h : exposé invité d'Ada Exemple (LIP6) : Titre", "invited Titre / Ada Exemple (LIP6)"),
        ("10h-11h : Keynote by Ada Example (LIP6): Title", "invited Title / Ada Example (LIP6)"),
        ("Titre, par Ada Exemple (10h-11h)", "contributed Titre / Ada Exemple"),
        ("10h-11h : TBA, par Ada Exemple", "contributed  / Ada Exemple"),
        ("10h-11h : Apprentissage par renforcement", "contributed Apprentissage par renforcement"),
        ("10h-11h : Breaking symmetry, by Ada Example", "contributed Breaking symmetry / Ada Example"),
        ("10h-11h : Opening the black box", "contributed Opening the black box"),
        ("10h-11h : Échanges d'idées, par Ada Exemple", "contributed Échanges d'idées / Ada Exemple"),
        ("10h-11h : Ouverture, par Ada Exemple", "break Ouverture / Ada Exemple"),
        ("10h-11h : Session posters", "discussion Session posters"),
    ],
)  # fmt: skip
def test_a_line_with_hours(line, talk):
    programme = read(page_with(f"- 9h-10h : Zéro\n- {line}")).programme

    assert [told(t) for t in programme.all_talks][1:] == [f"10:00-11:00 {talk}"]


@pytest.mark.parametrize(
    ("heading", "title", "day", "room"),
    [
        ("Session 1 : 10h-12h", "Session 1", 28, ""),
        ("Session 2 – 10:00-12:00 – Graphes", "Session 2 – Graphes", 28, ""),
        ("Matin (10h - 12h), salle 3", "Matin", 28, "salle 3"),
        ("Mardi 29 juin, session A : 10h à 12h", "Session A", 29, ""),
        ("Jour 2 : matinée, 10h-12h", "Matinée", 29, ""),
    ],
)
def test_a_session_with_a_window(heading, title, day, room):
    page = page_with(f"### {heading}", date="28-29 juin 2021")

    (session,) = read(page).programme.sessions

    assert (session.title, session.starts.day, session.room) == (title, day, room)
    assert (session.starts.hour, session.ends.hour) == (10, 12)


def test_sessions_of_one_line():
    programme = read(page_with("Sessions : 10h-12h et 14h-16h")).programme

    assert sessions_of(programme) == [
        ["Session 1", "28/06 10:00-12:00", ""],
        ["Session 2", "28/06 14:00-16:00", ""],
    ]


def test_talks_nested_below_sessions_of_a_timed_list():
    programme = read(
        page_with(
            "- 9h30-10h Accueil\n"
            "- 10h-12h Session 1 : Arbres\n"
            "    - Ada Exemple (LIP6) : Un titre\n"
            "    - Bob Test (IRIT) : Un autre titre\n"
            "- 12h-14h Pause déjeuner\n"
            "- 14h-15h Session 2\n"
            "    - Carl Dupont (LRI) : Encore un titre\n"
        )
    ).programme

    assert sessions_of(programme) == [
        ["Accueil", "28/06", "", "09:30-10:00 break Accueil"],
        [
            "Session 1 : Arbres",
            "28/06 10:00-12:00",
            "",
            "contributed Un titre / Ada Exemple (LIP6)",
            "contributed Un autre titre / Bob Test (IRIT)",
        ],
        ["Pause déjeuner", "28/06", "", "12:00-14:00 break Pause déjeuner"],
        [
            "Session 2",
            "28/06 14:00-15:00",
            "",
            "contributed Encore un titre / Carl Dupont (LRI)",
        ],
    ]


def test_a_pause_without_hours_lasts_until_the_next_talk():
    programme = read(
        page_with("9h-10h Un, par Ada Exemple\n\nPause\n\n10h30-11h Deux, par Bob Test")
    ).programme

    assert told(programme.sessions[0].talks[1]) == "10:00-10:30 break Pause"


def test_a_column_of_lengths_gives_the_missing_ends():
    programme = read(
        page_with(
            "| Début | Durée | Titre | Intervenant | Salle |\n"
            "|---|---|---|---|---|\n"
            "| 9h | 40 min | Un | Ada Exemple | 12 |\n"
            "| 10h | 20 | Deux | Bob Test | 12 |\n"
        )
    ).programme

    assert sessions_of(programme) == [
        [
            "Matin",
            "28/06",
            "12",
            "09:00-09:40 contributed Un / Ada Exemple",
            "10:00-10:20 contributed Deux / Bob Test",
        ]
    ]


def test_days_as_columns():
    programme = read(
        page_with(
            "| | Lundi 28 | Mardi 29 |\n|---|---|---|\n"
            "| 9h-10h | Ada Exemple : Un | Bob Test : Deux |\n",
            date="28-29 juin 2021",
        )
    ).programme

    assert [row[1:] for row in sessions_of(programme)] == [
        ["28/06", "", "09:00-10:00 contributed Un / Ada Exemple"],
        ["29/06", "", "09:00-10:00 contributed Deux / Bob Test"],
    ]


def test_a_cell_over_several_rows_stands_in_each():
    programme = read(
        "<h1>Jour</h1><p>Date : 28 juin 2021</p><table>"
        "<tr><th>Heure<th>Salle<th>Titre<th>Orateur"
        "<tr><td rowspan=2>9h-10h<td>A<td>Un<td>Ada Exemple"
        "<tr><td>B<td>Deux<td>Bob Test</table>"
    ).programme

    assert [(row[2], row[3]) for row in sessions_of(programme)] == [
        ("A", "09:00-10:00 contributed Un / Ada Exemple"),
        ("B", "09:00-10:00 contributed Deux / Bob Test"),
    ]


def test_speakers_listed_apart_give_their_affiliations():
    programme = read(
        page_with(
            "- 10h-11h Ada Exemple : Un",
            above="Orateurs : Ada Exemple (LIP6), Bob Test (IRIT)",
        )
    ).programme

    assert [told(talk) for talk in programme.all_talks] == [
        "10:00-11:00 contributed Un / Ada Exemple (LIP6)"
    ]


def test_a_repeated_heading_does_no_harm():
    page = (
        page_with("- Session 1 : 10h-12h") + "\n## Programme\n\n- Session 1 : 10h-12h\n"
    )

    assert sessions_of(read(page).programme) == [["Session 1", "28/06 10:00-12:00", ""]]


def test_unknown_sections_are_kept_and_listed():
    page = page_with("- Session 1 : 10h-12h") + "\n## Buffet froid\n\nSans gluten.\n"

    reading = read(page)

    assert reading.programme.sections == (
        Section(title="Buffet froid", text="Sans gluten."),
    )
    assert [leftover.text for leftover in reading.leftovers] == [
        "Buffet froid: Sans gluten."
    ]


def test_an_empty_link_line_is_no_link():
    programme = read(
        page_with(
            "### Un titre, par Ada Exemple (LIP6)\n\nTexte.\n\n"
            "- Slides: exemple.example/a.pdf\n- Video:\n"
        )
    ).programme
    (talk,) = programme.talks

    assert [(link.kind, link.url) for link in talk.links] == [
        (LinkKind.SLIDES, "https://exemple.example/a.pdf")
    ]
    assert talk.abstract == "Texte."


@pytest.mark.parametrize(
    ("sentence", "counts"),
    [
        ("12 membres et 30 non-membres sont inscrits.", Counts(members=12, non_members=30)),
        ("1 200 inscrits", Counts(unknown=1200)),
        ("12 members and 3 non-members are registered.", Counts(members=12, non_members=3)),
    ],
)  # fmt: skip
def test_people_registered_are_counted(sentence, counts):
    page = page_with("- Session 1 : 10h-12h") + f"\n## Inscriptions\n\n{sentence}\n"

    assert read(page).programme.registered == counts
