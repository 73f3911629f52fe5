"""Corners of pages that real authors have been seen to write."""

from datetime import date

import pytest

from orchestrator.programme.importers import UnreadableProgramme, read
from orchestrator.programme.importers.heading import read_heading
from orchestrator.programme.importers.people import read_names, read_people
from orchestrator.programme.importers.spellings import Likeness, compare_institutions
from tests.orchestrator.programme.importers.pages import page_with, sessions_of, told

SESSION = "- Session 1 : 10h-12h"
HEADED = "### Un titre, par Ada Roux (LIP6)\n\n"


def only_talk(page):
    (talk,) = read(page).programme.all_talks
    return talk


def test_a_table_and_a_list_in_an_abstract_stay_in_it():
    talk = only_talk(
        page_with(
            f"{HEADED}Texte.\n\n1. un\n2. deux\n\n| a | b |\n|---|---|\n| 1 | 2 |\n"
        )
    )

    assert talk.abstract == (
        "Texte.\n\n1. un\n1. deux\n\n| a | b |\n| --- | --- |\n| 1 | 2 |"
    )


def test_a_block_of_code_may_hold_the_programme():
    page = page_with(
        "```\n9h-10h : Un, par Ada Roux\n10h-11h : Deux, par Bob Test\n```\n"
    )

    assert [told(talk) for talk in read(page).programme.all_talks] == [
        "09:00-10:00 contributed Un / Ada Roux",
        "10:00-11:00 contributed Deux / Bob Test",
    ]


@pytest.mark.parametrize(
    "written",
    [
        "du 28 juin 2021 au 29 juin",
        "28 juin 2021 et 29 juin",
        "28/06/2021 – 29/06/2021",
    ],
)
def test_the_last_day_may_leave_out_its_year(written):
    programme = read(page_with(SESSION, date=written)).programme

    assert (programme.first_day, programme.last_day) == (
        date(2021, 6, 28),
        date(2021, 6, 29),
    )


def test_a_leap_day_in_a_common_year_is_refused():
    page = page_with(SESSION, date="29 février", above="En 2021.")

    with pytest.raises(UnreadableProgramme) as refused:
        read(page)

    assert refused.value.line == 3


def test_a_call_without_a_year_ends_before_the_meeting():
    page = page_with(SESSION, date="3 janvier 2022") + (
        "\n## Appel à communications\n\nÉcrivez avant le 15 novembre.\n"
    )

    assert read(page).programme.call.deadline == date(2021, 11, 15)


def test_a_session_named_twice_takes_its_window_from_where_it_stands():
    page = page_with(
        f"### Session 1\n\n- Un, par Ada Roux\n- Deux, par Bob Test\n\n### Horaires\n\n{SESSION}\n"
    )

    assert sessions_of(read(page).programme) == [
        [
            "Session 1",
            "28/06 10:00-12:00",
            "",
            "contributed Un / Ada Roux",
            "contributed Deux / Bob Test",
        ]
    ]


def test_timed_talks_belong_to_the_session_in_whose_window_they_start():
    page = (
        page_with(f"{SESSION}\n- Session 2 : 14h-16h\n")
        + "\n## Exposés\n\n### 10h-11h : Un, par Ada Roux\n\n### 15h-16h : Deux, par Bob Test\n"
    )

    assert sessions_of(read(page).programme) == [
        ["Session 1", "28/06 10:00-12:00", "", "10:00-11:00 contributed Un / Ada Roux"],
        [
            "Session 2",
            "28/06 14:00-16:00",
            "",
            "15:00-16:00 contributed Deux / Bob Test",
        ],
    ]


@pytest.mark.parametrize(
    ("lines", "titles"),
    [
        ("- 19h-20h : Un, par Ada Roux", ["Soirée"]),
        ("- 9h-13h : Un, par Ada Roux\n- 13h-18h : Deux, par Bob Test", ["Journée"]),
        (
            "- 8h-9h : Un, par Ada Roux\n- 10h30-11h : Deux, par Bob Test",
            ["Matin", "Matin (2)"],
        ),
    ],
)
def test_half_days_are_named(lines, titles):
    programme = read(page_with(lines)).programme

    assert [session.title for session in programme.sessions] == titles


def test_registration_may_hold_the_place_and_the_capacity():
    page = page_with(SESSION) + (
        "\n## Inscriptions\n\nLieu : Évry\n\nLimitée à 40 participants.\n\n"
        "Écrivez-nous. Il reste 3 places. Venez.\n"
    )

    programme = read(page).programme

    assert (programme.place, programme.capacity, programme.registered) == (
        "Évry",
        40,
        None,
    )
    assert [section.title for section in programme.sections] == ["Inscriptions"]


def test_a_date_below_the_heading_of_the_place():
    page = f"# Essai\n\n## Lieu\n\n3 mai 2022, Évry\n\n## Programme\n\n{SESSION}\n"

    programme = read(page).programme

    assert (programme.first_day, programme.place) == (date(2022, 5, 3), "Évry")


def test_a_sentence_below_the_themes_is_none():
    page = page_with(SESSION) + "\n## Thèmes\n\nA - Un ; B - Deux\n\nEt ce qui suit.\n"

    programme = read(page).programme

    assert [(t.code, t.name) for t in programme.themes] == [("A", "Un"), ("B", "Deux")]
    assert [section.text for section in programme.sections] == ["Et ce qui suit."]


def test_titles_before_speakers_in_labels():
    page = (
        "Une journée pour voir\n\nDate : 3 mai 2022\n\nHoraires : 10h-12h\n\n"
        "Titre : Un\nOrateur : Ada Roux (LIP6)\nRésumé : Texte.\n\n"
        "Titre : Deux\nOrateur : Bob Test (IRIT)\nRésumé : Texte.\n"
    )

    assert [told(talk) for talk in read(page).programme.talks] == [
        "contributed Un / Ada Roux (LIP6)",
        "contributed Deux / Bob Test (IRIT)",
    ]


@pytest.mark.parametrize(
    ("line", "title", "speaker"),
    [
        ("Un titre (par Ada Roux)", "Un titre", "Ada Roux"),
        ("Un titre (mesuré par Ada Roux ou non)", "Un titre (mesuré par Ada Roux ou non)", None),
        ("Zorblat Quixen : Haies", "Haies", "Zorblat Quixen"),
        ("“Titre”", "Titre", None),
        ("De La", "De La", None),
        ("Titre etc.", "Titre etc.", None),
        ("x" * 700, "x" * 700, None),
    ],
)  # fmt: skip
def test_lines_that_announce_talks(line, title, speaker):
    found = read_heading(line)

    assert (found.title, found.speakers[0].name if found.speakers else None) == (
        title,
        speaker,
    )


def test_the_order_of_a_list_decides_what_looks_alike():
    names_first = page_with(
        "- 9h-10h : Ada Roux (LIP6) : Un\n- 10h-11h : Bob Test (IRIT) : Deux\n"
        "- 11h-12h : Zorblat Quixen : Mirva Oltas\n"
    )
    titles_first = page_with(
        "- 9h-10h : Un — Ada Roux (LIP6)\n- 10h-11h : Deux — Bob Test (IRIT)\n"
        "- 11h-12h : Zorblat Quixen — Mirva Oltas\n"
    )

    assert [
        [p.name for p in read(page).programme.all_talks[2].speakers]
        for page in (names_first, titles_first)
    ] == [["Zorblat Quixen"], ["Mirva Oltas"]]


def test_a_name_known_from_elsewhere_is_a_speaker_and_no_title():
    page = page_with("- 9h-10h : Zorblat Quixen\n- 10h-11h : Un, par Bob Test\n") + (
        "\n## Résumés\n\n### Haies, par Zorblat Quixen (LIP6)\n\nTexte.\n"
    )

    talk = read(page).programme.all_talks[0]

    assert told(talk) == "09:00-10:00 contributed Haies / Zorblat Quixen (LIP6)"


def test_an_untimed_note_and_a_session_of_one_title():
    page = page_with(
        "### Session A (10h-12h)\n\n- Un titre sans personne\n- Pause\n\nChacun parle dix minutes.\n"
    )

    reading = read(page)

    assert sessions_of(reading.programme) == [
        [
            "Session A",
            "28/06 10:00-12:00",
            "",
            "contributed Un titre sans personne",
            "break Pause",
        ]
    ]
    assert [leftover.text for leftover in reading.leftovers] == [
        "Chacun parle dix minutes."
    ]


def test_a_heading_inside_a_talk_is_a_line_of_it():
    talk = only_talk(
        page_with(f"{HEADED}Texte.\n\n#### Pour aller plus loin\n\nUn livre.\n")
    )

    assert talk.abstract == "Texte.\n\n**Pour aller plus loin**\n\nUn livre."


def test_labels_of_days_and_references_in_a_talk():
    talk = only_talk(
        page_with(
            f"{HEADED}Date : mardi 29 juin, 9h-10h\n\n"
            "Référence : un livre très ancien https://x.example/r et rien d'autre\n",
            date="28-29 juin 2021",
        )
    )

    assert (talk.starts.day, told(talk)) == (
        29,
        "09:00-10:00 contributed Un titre / Ada Roux (LIP6)",
    )
    assert talk.links[0].url == "https://x.example/r"
    assert talk.abstract.startswith("Référence : un livre")


def test_question_marks_of_addresses_are_none_of_lost_letters():
    reading = read(page_with(f"{HEADED}l?arbre, https://x.example/a?b=c et d?ici.\n"))
    (talk,) = reading.programme.talks

    assert talk.abstract == "l’arbre, https://x.example/a?b=c et d’ici."
    assert [remark.text[:32] for remark in reading.remarks] == [
        "2 characters look mis-decoded (l"
    ]


def test_mail_addresses_in_links_are_addresses_of_people():
    page = (
        "<h1>Essai</h1><p>Date : 28 juin 2021</p><h2>Programme</h2><ul><li>Session 1 : 10h-12h</ul>"
        "<h2>Organisateurs</h2><ul><li><a href='mailto:ada@x.example?subject=y'>Ada Roux</a>, LIP6"
        "<li><b>Bob\nTest</b>, <a href='#'>IRIT</a> <a href='tel:+33'>1</a><i> </i></ul>"
    )

    found = [(p.name, p.affiliation, p.email) for p in read(page).programme.organisers]

    assert found[0] == ("Ada Roux", "LIP6", "ada@x.example")
    assert found[1][:1] == ("Bob Test",)


def test_mail_addresses_on_the_line_of_a_talk_are_no_links():
    page = page_with("- 9h-10h : Un, par [Ada Roux](mailto:ada@x.example) (LIP6)\n")

    assert told(only_talk(page)) == "09:00-10:00 contributed Un / Ada Roux (LIP6)"


def test_a_day_and_its_hours_without_a_talk_open_the_day():
    page = page_with(
        "- Lundi 28 juin, 9h-12h, salle 3\n- 9h-10h : Un, par Ada Roux\n"
        "- Mardi 29 juin : retour\n",
        date="28-29 juin 2021",
    )

    reading = read(page)

    assert [row[1:3] for row in sessions_of(reading.programme)] == [
        ["28/06", "salle 3"]
    ]
    assert [leftover.text for leftover in reading.leftovers] == [
        "Mardi 29 juin : retour"
    ]


def test_people_and_names_with_odd_commas():
    assert [p.name for p in read_people("Ada Roux,, Bob Test,")] == [
        "Ada Roux",
        "Bob Test",
    ]
    assert read_names("Ada Roux, et Bob Test, LIP6 and others") == (
        ("Ada Roux", "Bob Test"),
        "others",
    )
    assert compare_institutions("de la", "LIP6") is Likeness.OTHER


def test_cells_of_several_lines_and_empty_rows():
    page = (
        "<h1>Essai</h1><p>Date : 28 juin 2021</p><table><tr><th>Heure<th>Salle 1"
        "<tr><td><td><tr><td>9h-10h<td>Un\ntitre,\npar Ada Roux</table>"
    )

    assert sessions_of(read(page).programme) == [
        ["Matin", "28/06", "Salle 1", "09:00-10:00 contributed Un titre / Ada Roux"]
    ]


def test_a_timed_section_without_a_known_heading_is_programme():
    page = (
        "# Essai\n\nDate : 28 juin 2021\n\n## Ce qui vient\n\n- 9h-10h : Un, par Ada Roux\n"
        "- 10h-11h : Deux\n\n### Et puis\n\nUne remarque.\n"
    )

    reading = read(page)

    assert [told(talk) for talk in reading.programme.all_talks] == [
        "09:00-10:00 contributed Un / Ada Roux",
        "10:00-11:00 contributed Deux",
    ]
    assert reading.programme.all_talks[1].abstract == "**Et puis**\n\nUne remarque."
