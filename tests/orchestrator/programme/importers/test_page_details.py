"""Details of pages: what one line or one cell may hold, and what comes of it."""

from datetime import date

import pytest

from orchestrator.programme.importers import read
from orchestrator.programme.model import Kind, LinkKind, Theme
from tests.orchestrator.programme.importers.pages import page_with, sessions_of, told

SESSION = "- Session 1 : 10h-12h"


def talks_of(page):
    return [told(talk) for talk in read(page).programme.all_talks]


def test_facts_may_stand_in_sections_of_their_own():
    programme = read(
        "# Journée d'essai\n\n## Date\n\n17 mai 2022\n\n## Lieu\n\nLille, bâtiment M3\n\n"
        "## Thèmes\n\n- A - Un thème\n- Un autre\n\n## Mots-clés\n\narbres, haies\n\n"
        "## Capacité\n\n40\n\n## Date limite\n\n1er avril\n\n## Organisateurs\n\n"
        "| Ada Roux | LIP6 |\n|---|---|\n| Bob Test | IRIT |\n\n"
        f"## Programme\n\n{SESSION}\n"
    ).programme

    assert (programme.first_day, programme.place, programme.capacity) == (
        date(2022, 5, 17),
        "Lille, bâtiment M3",
        40,
    )
    assert programme.themes == (
        Theme(code="A", name="Un thème"),
        Theme(code="", name="Un autre"),
    )
    assert programme.topics == ("arbres", "haies")
    assert programme.call.deadline == date(2022, 4, 1)
    assert [(p.name, p.affiliation) for p in programme.organisers] == [
        ("Ada Roux", "LIP6"),
        ("Bob Test", "IRIT"),
    ]


def test_facts_may_stand_in_headings():
    programme = read(
        "# Journée d'essai\n\n## Date : 17 mai 2022\n\n## Organisateurs : Ada Roux (LIP6)\n\n"
        f"## Programme\n\n{SESSION}\n"
    ).programme

    assert programme.first_day == date(2022, 5, 17)
    assert [person.name for person in programme.organisers] == ["Ada Roux"]


@pytest.mark.parametrize(
    "line",
    [
        "Lundi 14 mars 2022, Maison du Lac, Évry",
        "Maison du Lac, Évry, le lundi 14 mars 2022",
        "**Date et lieu :** lundi 14 mars 2022, de 10h à 12h, à la Maison du Lac, Évry",
        "Date : lundi 14 mars 2022\n\nLieu : Maison du Lac, Évry",
    ],
)
def test_date_and_place_on_one_line(line):
    programme = read(
        f"# Journée d'essai\n\n{line}\n\n## Programme\n\n{SESSION}\n"
    ).programme

    assert (programme.first_day, programme.place) == (
        date(2022, 3, 14),
        "Maison du Lac, Évry",
    )


def test_a_room_below_the_title_is_the_place():
    programme = read(page_with(SESSION, above="Salle 2015, bâtiment A.")).programme

    assert programme.place == "Salle 2015, bâtiment A"


def test_a_date_in_prose_serves_when_no_other_is_named():
    page = (
        "# Journée d'essai\n\n## Présentation\n\nNous nous verrons le 3 mai 2022, pour"
        f" la première fois.\n\n## Programme\n\n{SESSION}\n"
    )

    assert read(page).programme.first_day == date(2022, 5, 3)


def test_a_date_in_the_title_serves_too():
    page = f"# Journée d'essai du 3 mai 2022\n\n## Programme\n\n{SESSION}\n"

    assert read(page).programme.first_day == date(2022, 5, 3)


def test_registration_is_no_date_of_the_meeting():
    programme = read(
        page_with(SESSION, above="Inscriptions du 1er mai 2021 au 3 juin 2021.")
    ).programme

    assert (programme.first_day, programme.last_day) == (date(2021, 6, 28),) * 2


@pytest.mark.parametrize(
    ("page", "title"),
    [
        ("<html><head><title>Le titre | Le site</title></head><body><p>Date : 3 mai 2022</p><p>Session 1 : 10h-12h</p><p>Session 2 : 14h-15h</p></body></html>", "Le titre"),
        (f"# Réunion\n\nDate : 3 mai 2022\n\n## Programme\n\n{SESSION}\n", "Réunion"),
        (f"Titre : Le titre\n\nDate : 3 mai 2022\n\n## Programme\n\n{SESSION}\n", "Le titre"),
        (f"Une journée pour voir\n\nDate : 3 mai 2022\n\n## Programme\n\n{SESSION}\n", "Une journée pour voir"),
        (f"## Programme\n\nDate : 3 mai 2022\n\n{SESSION}\n", "Réunion"),
    ],
)  # fmt: skip
def test_the_title_may_stand_elsewhere(page, title):
    assert read(page).programme.title == title


def test_a_page_without_any_title_is_remarked():
    reading = read(f"## Programme\n\nDate : 3 mai 2022\n\n{SESSION}\n")

    assert [remark.text for remark in reading.remarks] == [
        "The page has no title; “Réunion” is taken. Write a heading above it."
    ]


def test_unknown_sections_keep_their_headings():
    page = (
        page_with(SESSION)
        + "\n## Venir\n\nÀ pied.\n\n### Par le sud\n\nDroit devant.\n"
    )

    (section,) = read(page).programme.sections

    assert section.text == "À pied.\n\n### Par le sud\n\nDroit devant."


def test_columns_for_start_end_day_and_several_speakers():
    rows = (
        "<tr><th>Date<th>Début<th>Fin<th>Exposé<th>Orateur(s)<th>Type"
        "<tr><td>28 juin 2021<td>9h<td>10h<td>Un<td>Ada Roux<br>Bob Test<td>invité"
        "<tr><td>29 juin 2021<td>9h<td>9h45<td>Deux<td>Clara Voss<br>LIP6<td>"
        "<tr><td>29 juin 2021<td>10h<td>10h15<td><td><td>Pause"
    )
    page = f"<h1>Essai</h1><p>Date : 28-29 juin 2021</p><table>{rows}</table>"

    assert [row[1:] for row in sessions_of(read(page).programme)] == [
        ["28/06", "", "09:00-10:00 invited Un / Ada Roux; Bob Test"],
        [
            "29/06",
            "",
            "09:00-09:45 contributed Deux / Clara Voss (LIP6)",
            "10:00-10:15 break Pause",
        ],
    ]


def test_a_table_without_a_head_is_read_by_what_stands_in_it():
    rows = (
        "<tr><td>9h-10h<td>Un titre de chose<td>Ada Roux<td>Salle 1"
        "<tr><td>10h-11h<td>Un autre titre<td>Bob Test<td>Salle 1"
    )
    page = f"<h1>Essai</h1><p>Date : 28 juin 2021</p><table>{rows}</table>"

    assert sessions_of(read(page).programme) == [
        [
            "Matin",
            "28/06",
            "Salle 1",
            "09:00-10:00 contributed Un titre de chose / Ada Roux",
            "10:00-11:00 contributed Un autre titre / Bob Test",
        ]
    ]


def test_a_column_without_a_name_beside_the_hours_holds_the_talks():
    page = page_with("| Heure | |\n|---|---|\n| 9h-10h | Un, par Ada Roux |\n")

    assert talks_of(page) == ["09:00-10:00 contributed Un / Ada Roux"]


def test_a_session_in_a_row_of_a_table():
    page = page_with(
        "| Heure | Titre | Orateur |\n|---|---|---|\n"
        "| 9h-11h | Session 1 : Haies | |\n| | Un | Ada Roux |\n"
        "| 14h-15h | Session 2 | |\n| | Deux | Bob Test |\n"
    )

    assert sessions_of(read(page).programme) == [
        ["Session 1 : Haies", "28/06 09:00-11:00", "", "contributed Un / Ada Roux"],
        ["Session 2", "28/06 14:00-15:00", "", "contributed Deux / Bob Test"],
    ]


def test_an_item_with_talks_below_it_is_a_session():
    page = page_with(
        "- 9h-11h Haies\n    - 9h-10h Un, par Ada Roux\n    - 10h-11h Deux, par Bob Test\n"
        "- 14h-15h Talus\n    - Trois, par Clara Voss (LIP6)\n"
    )

    assert sessions_of(read(page).programme) == [
        [
            "Haies",
            "28/06 09:00-11:00",
            "",
            "09:00-10:00 contributed Un / Ada Roux",
            "10:00-11:00 contributed Deux / Bob Test",
        ],
        ["Talus", "28/06 14:00-15:00", "", "contributed Trois / Clara Voss (LIP6)"],
    ]


def test_a_heading_with_hours_and_talks_below_it_is_a_session():
    page = page_with("### 9h-11h : Haies\n\n- Un, par Ada Roux\n- Deux, par Bob Test\n")

    assert sessions_of(read(page).programme) == [
        [
            "Haies",
            "28/06 09:00-11:00",
            "",
            "contributed Un / Ada Roux",
            "contributed Deux / Bob Test",
        ]
    ]


def test_a_heading_with_talks_below_it_groups_them():
    page = page_with(
        "### Haies\n\n#### Un, par Ada Roux\n\nTexte.\n\n#### Deux, par Bob Test\n\nTexte.\n"
    )

    assert sessions_of(read(page).programme) == [
        ["Haies", "", "", "contributed Un / Ada Roux", "contributed Deux / Bob Test"]
    ]


def test_a_day_on_the_line_of_each_entry():
    page = page_with(
        "- Lundi 28 juin, 9h-10h : Un, par Ada Roux\n"
        "- Mardi 29 juin, 9h-10h : Deux, par Bob Test\n",
        date="28-29 juin 2021",
    )

    assert [row[1:] for row in sessions_of(read(page).programme)] == [
        ["28/06", "", "09:00-10:00 contributed Un / Ada Roux"],
        ["29/06", "", "09:00-10:00 contributed Deux / Bob Test"],
    ]


def test_days_of_the_programme_alone_give_the_dates():
    page = (
        "# Essai\n\n## Programme\n\n### Lundi 28 juin 2021\n\n- 9h-10h : Un, par Ada Roux\n\n"
        "### Mardi\n\n- 9h-10h : Deux, par Bob Test\n\n### Jour 3\n\n- 9h-10h : Trois\n"
    )

    programme = read(page).programme

    assert [row[1] for row in sessions_of(programme)] == ["28/06", "29/06", "30/06"]


def test_the_labels_of_a_talk_are_read():
    page = page_with(
        "### Un titre\n\nOrateur : Ada Roux\n\nAffiliation : LIP6\n\nHoraire : 9h-10h\n\n"
        "Salle : 12\n\nLangue : anglais\n\nType : invité\n\nMots-clés : haies\n\nRésumé :\n\nTexte.\n"
    )

    (session,) = read(page).programme.sessions
    (talk,) = session.talks

    assert (session.room, told(talk)) == (
        "12",
        "09:00-10:00 invited Un titre / Ada Roux (LIP6)",
    )
    assert (talk.language, talk.abstract) == ("en", "Mots-clés : haies\n\nTexte.")


def test_authors_are_the_speaker_and_the_co_authors():
    page = page_with(
        "### Un titre\n\nAuteurs : Ada Roux, Bob Test\n\nRésumé : Texte.\n"
    )

    (talk,) = read(page).programme.talks

    assert (talk.speakers[0].name, talk.coauthors) == ("Ada Roux", ("Bob Test",))


@pytest.mark.parametrize(
    ("sentence", "coauthors", "abstract"),
    [
        ("Texte. Travail commun avec Bob Test et C. D. Voss. Suite.", ("Bob Test", "C. D. Voss"), "Texte. Suite."),
        ("Texte (travail joint avec Bob Test).", ("Bob Test",), "Texte"),
        ("Texte. This is a joint work with Bob Test, to appear.", ("Bob Test",), "Texte. This is a joint work with Bob Test, to appear."),
        ("En collaboration avec le CNES.", (), "En collaboration avec le CNES."),
        ("Joint work with Ada Roux and Bob Test.", ("Bob Test",), ""),
        ("Co-auteurs : Bob Test, Clara Voss", ("Bob Test", "Clara Voss"), ""),
    ],
)  # fmt: skip
def test_sentences_about_co_authors(sentence, coauthors, abstract):
    page = page_with(f"### Un titre, par Ada Roux (LIP6)\n\n{sentence}\n")

    (talk,) = read(page).programme.talks

    assert (talk.coauthors, talk.abstract) == (coauthors, abstract)


def test_co_authors_may_stand_in_the_heading():
    page = page_with(
        "### Un titre (avec Bob Test et Clara Voss), par Ada Roux (LIP6)\n"
    )

    (talk,) = read(page).programme.talks

    assert (talk.title, talk.coauthors) == ("Un titre", ("Bob Test", "Clara Voss"))


@pytest.mark.parametrize(
    ("line", "kind", "url", "label"),
    [
        ("[Slides](https://x.example/a) ", "slides", "https://x.example/a", ""),
        ("https://x.example/my-slides.pdf", "slides", "https://x.example/my-slides.pdf", ""),
        ("Vidéo : //x.example/v", "video", "", ""),
        ("Vidéo : [ici](//x.example/v)", "video", "https://x.example/v", "ici"),
        ("https://x.example/v.mp4", "video", "https://x.example/v.mp4", ""),
        ("Preprint: arXiv:2101.00001v2.", "preprint", "https://arxiv.org/abs/2101.00001v2", "arXiv:2101.00001v2"),
        ("Voir hal-01234567.", "preprint", "", ""),
        ("[1] A. Roux, doi:10.1000/x(1).", "reference", "https://doi.org/10.1000/x(1)", ""),
        ("[2] A. Roux (https://x.example/r).", "reference", "https://x.example/r", ""),
        ("Slides : http://[oups", "slides", "", ""),
    ],
)  # fmt: skip
def test_links(line, kind, url, label):
    page = page_with(f"### Un titre, par Ada Roux (LIP6)\n\nTexte.\n\n{line}\n")

    (talk,) = read(page).programme.talks
    found = [(link.kind.value, link.url, link.label) for link in talk.links]

    assert found == ([(kind, url, label)] if url else found)


def test_a_link_on_the_title_stays_out_of_it():
    page = page_with(
        "- 9h-10h : [Un titre](https://x.example/t.pptx), par Ada Roux [pdf](https://x.example/u)\n"
    )

    (talk,) = read(page).programme.all_talks

    assert told(talk) == "09:00-10:00 contributed Un titre / Ada Roux"
    assert [link.kind for link in talk.links] == [LinkKind.SLIDES, LinkKind.SLIDES]


def test_two_titles_of_one_talk_are_remarked():
    reading = read(
        page_with("- 9h-10h : Titre court, par Ada Roux")
        + "\n## Résumés\n\n### Tout autre chose, par Ada Roux\n\nTexte.\n"
    )
    (talk,) = reading.programme.all_talks

    assert (talk.title, talk.abstract) == ("Titre court", "Texte.")
    assert [remark.text for remark in reading.remarks] == [
        "The talk of Ada Roux is called “Titre court” (line 9) and “Tout autre chose”"
        " (line 13); the first is shown."
    ]


def test_abstracts_may_come_before_the_hours():
    reading = read(
        "# Essai\n\nDate : 28 juin 2021\n\n## Résumés\n\n### Un, par Ada Roux\n\nTexte.\n\n"
        "## Programme\n\n- 9h-10h : Un, par Ada Roux\n"
    )
    (talk,) = reading.programme.all_talks

    assert (told(talk), talk.abstract) == (
        "09:00-10:00 contributed Un / Ada Roux",
        "Texte.",
    )


def test_a_line_that_stands_twice_is_taken_once():
    reading = read(
        page_with("- 9h-10h : Un, par Ada Roux\n- 9h-10h : Un, par Ada Roux\n")
    )

    assert len(reading.programme.all_talks) == 1
    assert [remark.text for remark in reading.remarks] == [
        "“Un” stands twice (lines 9 and 10); it is taken once."
    ]


def test_a_session_without_hours_or_talks_is_left_out_and_remarked():
    reading = read(page_with(f"{SESSION}\n\n### Session 2\n"))

    assert [session.title for session in reading.programme.sessions] == ["Session 1"]
    assert [remark.line for remark in reading.remarks] == [11]


def test_hours_with_nothing_behind_them_are_listed():
    reading = read(page_with("- 9h-10h : Un, par Ada Roux\n- 10h-11h"))

    assert [leftover.text for leftover in reading.leftovers] == ["10h-11h"]


def test_the_speaker_below_the_hours_and_the_title():
    page = page_with(
        "- 9h-10h : Un long titre\n  Ada Roux (LIP6)\n- 10h-11h : Deux\n  Bob Test (IRIT)\n"
    )

    assert talks_of(page) == [
        "09:00-10:00 contributed Un long titre / Ada Roux (LIP6)",
        "10:00-11:00 contributed Deux / Bob Test (IRIT)",
    ]


def test_hours_and_room_below_a_heading():
    page = page_with("### Un titre, par Ada Roux (LIP6)\n\n9h-10h, salle 3\n\nTexte.\n")

    (session,) = read(page).programme.sessions

    assert (session.room, told(session.talks[0])) == (
        "salle 3",
        "09:00-10:00 contributed Un titre / Ada Roux (LIP6)",
    )


def test_talks_below_the_heading_of_invited_ones_are_invited():
    page = (
        "# Essai\n\nDate : 28 juin 2021\n\nHoraires : 10h-12h\n\n## Exposés invités\n\n"
        "### Un, par Ada Roux\n\nTexte.\n\n## Exposés\n\n### Deux, par Bob Test\n\nTexte.\n"
    )

    assert talks_of(page) == ["invited Un / Ada Roux", "contributed Deux / Bob Test"]


def test_plain_html_marks_become_markdown():
    page = (
        "<h1>Essai</h1><p>Date : 28 juin 2021</p><h2>Programme</h2>"
        "<h3>Un, par Ada Roux</h3><p>Un <b>gros</b> <i>point</i>,<br>2<sup>n</sup> fois"
        " <a href='https://x.example/r'>ici</a> et x<sub>i</sub>, le 1<sup>er</sup>,"
        " <q>cité</q>, H<sub>2</sub>O, 10<sup>ab</sup>.</p>"
    )

    (talk,) = read(page).programme.talks

    assert talk.abstract == (
        "Un **gros** *point*,  \n2ⁿ fois [ici](https://x.example/r) et x_i, le 1er,"
        " «cité», H₂O, 10^ab."
    )


def test_what_a_page_hides_is_not_read():
    page = (
        "<h1>Essai</h1><p>Date : 28 juin 2021<!-- 3 mai 2020 --></p><h2>Programme</h2>"
        "<ul><li>Session 1 : 10h-12h</ul><script>31 juin</script><nav><h2>Session 9</h2></nav>"
        "<article><header><p>Bonjour.</p></header></article>"
    )

    programme = read(page).programme

    assert programme.first_day == date(2021, 6, 28)
    assert [session.title for session in programme.sessions] == ["Session 1"]


def test_html_inside_markdown_is_read():
    page = page_with(
        "<table>\n<tr><th>Heure</th><th>Titre</th></tr>\n"
        "<tr><td>9h-10h</td><td>Un, par Ada Roux</td></tr>\n</table>",
        above="Présentation<br>de <b>la journée</b>",
    )

    reading = read(page)

    assert talks_of(page) == ["09:00-10:00 contributed Un / Ada Roux"]
    assert reading.programme.announcement == "Présentation  \nde **la journée**"


def test_kinds_of_pauses_keep_their_names():
    page = page_with(
        "- 9h-10h : Un, par Ada Roux\n- 10h : Café\n- 10h30 : Bilan\n- 11h : Fin de la matinée\n"
    )

    found = [(talk.kind, talk.title) for talk in read(page).programme.all_talks][1:]

    assert found[:2] == [(Kind.BREAK, "Café"), (Kind.DISCUSSION, "Bilan")]
