"""Lines and tables that were once read as something else."""

import pytest

from orchestrator.programme.importers import read
from orchestrator.programme.model import Theme
from tests.orchestrator.programme.importers.pages import page_with, sessions_of, told

SESSION = "- Session 1 : 10h-12h"


def talk_of(line):
    programme = read(page_with(f"{SESSION}\n\n- {line}\n")).programme
    return told(programme.all_talks[0]).split(" ", 1)[1]


@pytest.mark.parametrize(
    ("line", "told_as"),
    [
        (
            "Yuki Tanabe (University of Tokyo), Neige : mesurer sans toucher",
            "Neige : mesurer sans toucher / Yuki Tanabe (University of Tokyo)",
        ),
        (
            "Théophile Nguema (LTHE), Débit des rivières : une histoire",
            "Débit des rivières : une histoire / Théophile Nguema (LTHE)",
        ),
        (
            "Ada Roux (LTHE) – Glace : un bilan",
            "Glace : un bilan / Ada Roux (LTHE)",
        ),
        (
            "Ada Roux (LTHE) et Bob Test (INRAE), Grêle – un bilan",
            "Grêle – un bilan / Ada Roux (LTHE); Bob Test (INRAE)",
        ),
        (
            "Ada Roux (LTHE), CNRS, Grenoble : Grêle, un bilan",
            "Grêle, un bilan / Ada Roux (LTHE, CNRS, Grenoble)",
        ),
        (
            "Ada Roux (LTHE), Bob Test (INRAE) : Grêle, un bilan",
            "Grêle, un bilan / Ada Roux (LTHE); Bob Test (INRAE)",
        ),
        ("Ada Roux (LTHE) : Les sols", "Les sols / Ada Roux (LTHE)"),
        ("Ada Roux, LTHE : Les sols", "Les sols / Ada Roux (LTHE)"),
        ("Les sols — Ada Roux (LTHE), 40 min", "Les sols / Ada Roux (LTHE)"),
    ],
)
def test_a_lab_in_parentheses_ends_the_person(line, told_as):
    assert talk_of(line) == told_as


@pytest.mark.parametrize("between", [", ", " ; ", " et "])
def test_themes_with_codes_are_divided_on_one_line(between):
    above = f"Thèmes : T1 – Hydrologie{between}T2 – Capteurs, sondes"

    programme = read(page_with(SESSION, above=above)).programme

    assert programme.themes == (
        Theme(code="T1", name="Hydrologie"),
        Theme(code="T2", name="Capteurs, sondes"),
    )


def test_a_line_that_gave_a_fact_is_not_also_not_understood():
    line = "Réunion du réseau Hydromesures. Capacité : 120 personnes."
    above = f"{line}\n\n## Présentation\n\nUne journée sur les sources."

    reading = read(page_with(SESSION, above=above))

    programme = reading.programme
    assert (programme.capacity, programme.network) == (120, "Hydromesures")
    assert programme.announcement == f"{line}\n\nUne journée sur les sources."
    assert (reading.leftovers, programme.sections) == ((), ())


def test_names_after_a_lab_in_parentheses_are_people():
    above = "Organisateurs : Cara Noe, Jean-Luc Bry (IMS), Nelsa Pustel"

    programme = read(page_with(SESSION, above=above)).programme

    assert [(p.name, p.affiliation) for p in programme.organisers] == [
        ("Cara Noe", ""),
        ("Jean-Luc Bry", "IMS"),
        ("Nelsa Pustel", ""),
    ]


def test_a_day_with_a_window_holds_the_talks_below_it_and_those_yet_unknown():
    page = page_with(
        "### Lundi 28 juin (10h – 12h)\n\n"
        "**Orateur :** Ada Roux (LTHE)\n**Titre :** Glace : un bilan\n"
        "**Résumé :** à venir\n\n"
        "**Orateur :** à confirmer\n**Titre :** à confirmer\n"
    )

    programme = read(page).programme

    assert sessions_of(programme) == [
        [
            "Session",
            "28/06 10:00-12:00",
            "",
            "contributed Glace : un bilan / Ada Roux (LTHE)",
            "contributed ",
        ]
    ]
    assert [talk.abstract for talk in programme.all_talks] == ["", ""]


def test_hours_right_below_a_list_begin_an_entry():
    page = page_with(
        "9h – 10h : Exposés courts\n- Ada Roux, Glace\n12h – 14h : Déjeuner\n"
    )

    talks = read(page).programme.all_talks

    assert [told(talk) for talk in talks] == [
        "09:00-10:00 contributed Exposés courts / Ada Roux (Glace)",
        "12:00-14:00 break Déjeuner",
    ]


def test_a_heading_with_a_pause_and_its_window_is_a_break():
    page = page_with(
        "## Session 1 (10h-11h)\n\n- Ada Roux (LTHE) : Glace\n\n## Pause café (11h-11h20)\n\n"
        "## Session 2 (11h20-12h)\n\n- Bob Test (INRAE) : Sols\n"
    )

    reading = read(page)

    assert [session[3:] for session in sessions_of(reading.programme)] == [
        ["contributed Glace / Ada Roux (LTHE)"],
        ["11:00-11:20 break Pause café"],
        ["contributed Sols / Bob Test (INRAE)"],
    ]
    assert reading.leftovers == ()


def test_coauthors_and_links_below_an_item_are_not_its_affiliation():
    page = page_with(
        f"{SESSION}\n\n1. **Glace** — *Ada Roux* (LTHE)\n   Co-auteurs : Bob Test\n"
        "   [Slides](https://exemple.fr/a.pdf) | [Vidéo](https://exemple.fr/b)\n"
    )

    talk = read(page).programme.all_talks[0]

    assert told(talk).endswith("Glace / Ada Roux (LTHE)")
    assert talk.coauthors == ("Bob Test",)
    assert [link.kind.value for link in talk.links] == ["slides", "video"]


def html_page(rows):
    return (
        '<html lang="fr"><body><h1>Journée d\'essai</h1><p>Date : 28 juin 2021</p>'
        f"<h2>Programme</h2><table>{rows}</table></body></html>"
    )


def test_hours_over_two_rows_are_divided_between_their_talks():
    page = html_page(
        "<tr><th>Horaire</th><th>Orateur</th><th>Titre</th></tr>"
        "<tr><td rowspan=2>9h30 - 10h30</td><td>Ada Roux (LTHE)</td><td>Glace</td></tr>"
        "<tr><td>Bob Test (INRAE)</td><td>Sols</td></tr>"
    )

    assert sessions_of(read(page).programme) == [
        [
            "Matin",
            "28/06",
            "",
            "09:30-10:00 contributed Glace / Ada Roux (LTHE)",
            "10:00-10:30 contributed Sols / Bob Test (INRAE)",
        ]
    ]


def test_an_opening_with_its_speaker_is_held_once_for_all_rooms():
    page = html_page(
        "<tr><th>Heure</th><th>Salle 1</th><th>Salle 2</th></tr>"
        "<tr><td>9h-9h30</td><td colspan=2>Ouverture, Cara Noe (CNRS)</td></tr>"
        "<tr><td>9h30-10h</td><td>Glace, par Ada Roux</td><td>Sols, par Bob Test</td></tr>"
    )

    assert [session[2:] for session in sessions_of(read(page).programme)] == [
        ["", "09:00-09:30 break Ouverture / Cara Noe (CNRS)"],
        ["Salle 1", "09:30-10:00 contributed Glace / Ada Roux"],
        ["Salle 2", "09:30-10:00 contributed Sols / Bob Test"],
    ]


def test_a_column_of_sessions_names_them_and_their_chairs():
    page = html_page(
        "<tr><th>Session</th><th>Horaire</th><th>Orateur</th><th>Titre</th></tr>"
        "<tr><td rowspan=2>Eaux<br>Chair : Cara Noe</td><td>9h-10h</td>"
        "<td>Ada Roux</td><td>Glace</td></tr>"
        "<tr><td>10h-11h</td><td>Bob Test</td><td>Grêle</td></tr>"
        "<tr><td>Terres</td><td>11h-12h</td><td>Dan Fox</td><td>Sols</td></tr>"
    )

    sessions = read(page).programme.sessions

    assert [(s.title, [p.name for p in s.chairs], len(s.talks)) for s in sessions] == [
        ("Eaux", ["Cara Noe"], 2),
        ("Terres", [], 1),
    ]


def test_rooms_on_lines_of_their_own_hold_for_the_hours_below():
    page = page_with(
        "Lundi 28 juin\nSalle A\n9h-10h Ada Roux : Glace\nSalle B\n9h-10h Bob Test : Sols\n"
    )

    assert [session[2:] for session in sessions_of(read(page).programme)] == [
        ["Salle A", "09:00-10:00 contributed Glace / Ada Roux"],
        ["Salle B", "09:00-10:00 contributed Sols / Bob Test"],
    ]


def test_a_wrong_weekday_does_not_move_a_talk_to_another_year():
    page = page_with("### Mardi 28 juin\n\n- 9h-10h : Glace, par Ada Roux\n")

    reading = read(page)

    assert [session.talks[0].starts.year for session in reading.programme.sessions] == [
        2021
    ]
    assert [remark.text for remark in reading.remarks] == [
        "2021-06-28 is a Monday, the page says Tuesday; the date is kept."
        " Correct one of them."
    ]


def test_the_affiliation_beside_a_name_below_a_title_is_kept():
    page = page_with(
        f"{SESSION}\n\n### Glace\n\n**Ada Roux**, Université du Lac\n\nOn fond.\n"
    )

    talk = read(page).programme.all_talks[0]

    assert told(talk).endswith("Glace / Ada Roux (Université du Lac)")
    assert talk.abstract == "On fond."


def test_an_abstract_may_begin_right_below_the_names():
    page = page_with(
        f"{SESSION}\n\n## Résumés\n\n### Glace\nAda Roux, Bob Test\nOn fond l'eau.\n"
    )

    talk = read(page).programme.all_talks[0]

    assert told(talk).endswith("Glace / Ada Roux; Bob Test")
    assert talk.abstract == "On fond l'eau."


@pytest.mark.parametrize("label", ["Résumé. ", "**Abstract.** ", "Résumé : "])
def test_the_label_of_an_abstract_is_no_part_of_it(label):
    page = page_with(f"{SESSION}\n\n### Glace, par Ada Roux\n\n{label}On fond l'eau.\n")

    assert read(page).programme.all_talks[0].abstract == "On fond l'eau."
