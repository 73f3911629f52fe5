"""When two spellings are one person, and when they may be."""

import pytest

from orchestrator.registration.likeness import alike, clean, email_key, name_key


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        (" Ada \u00a0 Mare\n", "Ada Mare"),
        ("A\u200bd\u202ea\ufeff", "Ada"),
        ("Ada\x00Mare\u2028\x85", "Ada Mare"),
        ("Ze\u0301", "Zé"),
        ("نا\u200cم", "نا\u200cم"),
        ("Ada\ud800", "Ada"),
    ],
)
def test_what_cannot_be_seen_is_taken_out(text, cleaned):
    assert clean(text) == cleaned


def test_an_address_is_one_whatever_its_case():
    assert email_key("  Zoé@Example.ORG ") == email_key("zoé@example.org")


def test_a_name_is_one_whatever_its_accents_and_hyphens():
    assert name_key("Jean-Noël  D’ARC") == name_key("jean noel d'arc")


@pytest.mark.parametrize(
    ("one", "other", "maybe"),
    [
        ("thomas roburrin", "thomas roburin", True),
        ("mikhail belkin", "belkin mikhail", True),
        ("m belkin", "mikhail belkin", True),
        ("mikhail belkin", "misha belkin", False),
        ("marie martin", "mario martini", False),
        ("", "", False),
        ("ada", "ada", True),
        ("ada", "adam", False),
    ],
)
def test_which_names_may_be_one_person(one, other, maybe):
    assert alike(one, other) is maybe
