"""Every phrase of the pages has its French, written as French is set."""

import re

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from orchestrator.pages.render import HERE
from orchestrator.pages.words import LOCALES, words

METHODS = [("**.py", "python"), ("templates/**.html", "jinja2")]
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "say": None}


@pytest.fixture(scope="module")
def french():
    """French phrases by their English, plural forms in a tuple."""
    with (LOCALES / "fr" / "LC_MESSAGES" / "messages.po").open("rb") as stream:
        catalogue = read_po(stream, locale="fr")
    return {message.id: message.string for message in catalogue if message.id}


def phrases(strings):
    for found in strings:
        yield from found if isinstance(found, tuple) else (found,)


def test_pages_and_catalogue_hold_the_same_phrases(french):
    options = {"templates/**.html": {"trimmed": "true"}}
    found = extract_from_dir(
        HERE, METHODS, options, keywords=KEYWORDS, strip_comment_tags=True
    )

    assert {message for _, _, message, _, _ in found} == set(french)


def test_every_phrase_is_translated(french):
    assert [said for said in phrases(french.values()) if not said] == []


def test_placeholders_are_kept(french):
    def names(phrase):
        return set(re.findall(r"%\(\w+\)s|{\w*}", phrase))

    wrong = [
        (english, said)
        for english, said in french.items()
        for one in phrases([said])
        if names(one) != names(next(phrases([english])))
    ]
    assert wrong == []


def test_french_signs_have_a_space_that_does_not_break(french):
    wrong = [
        said for said in phrases(french.values()) if re.search(r" [:;?!»]|'", said)
    ]

    assert wrong == []


def test_english_says_what_the_code_says():
    assert words("en").gettext("Enter the room") == "Enter the room"
