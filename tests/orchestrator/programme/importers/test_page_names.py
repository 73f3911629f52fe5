"""Names written in two ways are remarked, and nobody is merged in silence."""

import pytest

from orchestrator.programme.importers import read
from orchestrator.programme.importers.people import read_people
from orchestrator.programme.importers.spellings import (
    Likeness,
    compare_institutions,
    compare_names,
)
from tests.orchestrator.programme.importers.pages import page_with


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Simon Garriguet", "Simon Garriget"),
        ("Mathieu Serron", "Mathieur Serron"),
        ("Rémi Bélanger", "Remi Belanger"),
        ("Jean-Yves Moreau", "Jean Yves Moreau"),
        ("Moreau Jean-Yves", "Jean-Yves Moreau"),
        ("F. Malgrange", "François Malgrange"),
        ("J.-Y. Moreau", "Jean-Yves Moreau"),
        ("Anna Tehcnics", "Anna Technics"),
    ],
)
def test_two_spellings_of_one_person(one, other):
    assert compare_names(one, other) is Likeness.SPELLED
    assert compare_names(other, one) is Likeness.SPELLED


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Jean Martin", "Jeanne Martin"),
        ("Pascal Martin", "Pascale Martin"),
        ("Elsa Robin", "Elisa Robin"),
        ("Ada Roux", "Ada Rous"),
        ("A. Martin", "B. Martin"),
        ("Jean Martin", "Jean"),
    ],
)
def test_two_people(one, other):
    assert compare_names(one, other) is Likeness.OTHER


@pytest.mark.parametrize(
    ("one", "other", "likeness"),
    [
        ("University of Somewhere North", "USN", Likeness.SPELLED),
        ("Univerity of Somewhere North", "USN", Likeness.SPELLED),
        ("Sorbonne Université, LIP6", "LIP6", Likeness.SPELLED),
        ("ENS de Lyon", "ENS Lyon", Likeness.SPELLED),
        ("IRIT", "irit", Likeness.SAME),
        ("LIP6", "IRIT", Likeness.OTHER),
        ("Université de Nantes", "Université de Lille", Likeness.OTHER),
    ],
)
def test_institutions_short_and_long(one, other, likeness):
    assert compare_institutions(one, other) is likeness


def test_a_co_author_who_is_the_speaker_misspelled_is_remarked_and_left_out():
    reading = read(
        page_with(
            "### Un titre, par Ada Garriguet (LIP6)\n\nTexte.\n\n"
            "Travail commun avec Ada Garriget, Bob Test et Carl Dupont."
        )
    )
    (talk,) = reading.programme.talks

    assert (talk.speakers[0].name, talk.coauthors) == (
        "Ada Garriguet",
        ("Bob Test", "Carl Dupont"),
    )
    assert talk.abstract == "Texte."
    assert [(remark.line, remark.text) for remark in reading.remarks] == [
        (
            13,
            "“Ada Garriguet” (line 9) and “Ada Garriget” (line 13) are taken as one"
            " person, shown as “Ada Garriguet” and not again among the co-authors;"
            " correct the spelling that is wrong.",
        )
    ]


def test_a_name_spelled_otherwise_elsewhere_is_remarked_and_kept():
    reading = read(
        page_with(
            "### Un, par Ada Garriguet (LIP6)\n\nTexte.\n\n"
            "### Deux, par Bob Test (IRIT)\n\nEn collaboration avec Ada Garriget."
        )
    )

    assert reading.programme.talks[1].coauthors == ("Ada Garriget",)
    assert [(remark.line, remark.text) for remark in reading.remarks] == [
        (
            15,
            "“Ada Garriguet” (line 9) and “Ada Garriget” (line 15) look like one person"
            " written in two ways; each place keeps its spelling. Correct the one that"
            " is wrong.",
        )
    ]


def test_like_names_of_unlike_institutions_are_two_people():
    reading = read(
        page_with(
            "### Un, par Ada Garriguet (LIP6)\n\nTexte.\n\n"
            "### Deux, par Ada Garriget (IRIT)\n\nTexte."
        )
    )

    assert reading.remarks == ()


def test_an_organiser_among_the_co_authors_needs_no_remark():
    reading = read(
        page_with("### Un, par Ada Roux (LIP6)\n\nJoint work with Bob Test.")
        + "\n## Organisateurs\n\n- Bob Test (bob@irit.example), IRIT\n"
    )

    assert reading.remarks == ()


@pytest.mark.parametrize(
    ("line", "people"),
    [
        ("Ada Roux (ada@x.example), LIP6, Paris", [("Ada Roux", "LIP6, Paris", "ada@x.example")]),
        ("Ada Roux – LIP6 – ada (at) x (dot) example", [("Ada Roux", "LIP6", "ada@x.example")]),
        ("[Ada Roux](mailto:ada@x.example) (LIP6)", [("Ada Roux", "LIP6", "ada@x.example")]),
        ("Prof. Ada Roux¹, Sorbonne Université", [("Ada Roux", "Sorbonne Université", "")]),
        ("Ada Roux et Bob Test (LIP6)", [("Ada Roux", "LIP6", ""), ("Bob Test", "LIP6", "")]),
        (
            "Ada Roux (LIP6), Bob Test (Lab (Équipe)) & Carl Dupont",
            [("Ada Roux", "LIP6", ""), ("Bob Test", "Lab (Équipe)", ""), ("Carl Dupont", "", "")],
        ),
        (
            "Ada Roux, Institut de Recherche et Développement",
            [("Ada Roux", "Institut de Recherche et Développement", "")],
        ),
    ],
)  # fmt: skip
def test_lines_about_people(line, people):
    assert [(p.name, p.affiliation, p.email) for p in read_people(line)] == people


def test_an_invited_speaker_without_a_talk_has_one_to_be_announced():
    reading = read(
        page_with(
            "- Session 1 : 10h-12h",
            above="## Orateurs invités\n\n- Ada Roux (LIP6)",
        )
    )
    (talk,) = reading.programme.talks

    assert (talk.kind.value, talk.title, talk.speakers[0].name) == (
        "invited",
        "",
        "Ada Roux",
    )
    assert [remark.line for remark in reading.remarks] == [7]


def test_beside_a_timed_programme_no_talk_is_added_for_an_invited_speaker():
    reading = read(
        page_with(
            "- 10h-11h : Un, par Bob Test",
            above="## Orateurs invités\n\n- Ada Roux (LIP6)\n- Bob Test (IRIT)",
        )
    )
    (talk,) = reading.programme.all_talks

    assert (talk.kind.value, talk.speakers[0].affiliation) == ("invited", "IRIT")
    assert [remark.text for remark in reading.remarks] == [
        "Ada Roux is invited but has no talk on the page; none is added, since every"
        " talk has its hours."
    ]
