"""Zones are named by their city, in words that read well."""

from datetime import timedelta

import pytest

from orchestrator.pages import zones
from tests.orchestrator.pages.made_up import at


@pytest.mark.parametrize(
    ("zone", "french", "english", "there"),
    [
        ("Europe/Paris", "Heures de Paris", "Paris time", "à Paris"),
        ("Africa/Abidjan", "Heures d’Abidjan", "Abidjan time", "à Abidjan"),
        ("Africa/Cairo", "Heures du Caire", "Cairo time", "au Caire"),
        ("Europe/Athens", "Heures d’Athènes", "Athens time", "à Athènes"),
        ("UTC", "Heures UTC", "UTC time", "à UTC"),
    ],
)
def test_zone_is_named_in_words(zone, french, english, there):
    assert zones.zone_words(zone, "fr") == french
    assert zones.zone_words(zone, "en") == english
    assert zones.at_city(zone, "fr") == there


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [(0, "UTC"), (120, "UTC+2"), (330, "UTC+5:30"), (-420, "UTC\u22127")],
)
def test_offset_is_written_from_utc(minutes, expected):
    assert zones.offset_words(timedelta(minutes=minutes)) == expected


def test_choices_are_in_the_order_of_the_alphabet_without_accents():
    found = zones.choices("fr", at(10), chosen="Europe/Paris")

    cities = [choice.city for choice in found]
    assert cities[:3] == ["Abidjan", "Açores", "Alger"]
    assert [choice.name for choice in found if choice.chosen] == ["Europe/Paris"]


def test_choices_hold_the_zone_that_the_reader_has():
    found = zones.choices(
        "en", at(10), chosen="Asia/Tashkent", also=("Asia/Tashkent", "")
    )

    assert [choice.city for choice in found if choice.chosen] == ["Tashkent"]
