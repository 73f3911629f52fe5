"""The list to sign: everybody in each half-day, and a place for a signature."""

import csv
import io

from bs4 import BeautifulSoup

from orchestrator.registration.csv_in import read_csv
from tests.orchestrator.app_client import CAMILLE, ORGANISER, SLUG
from tests.orchestrator.pages.made_up import at
from tests.orchestrator.pages.shown import PEOPLE, attendance, soup, text

SHEET = f"/e/{SLUG}/attendance"
NIGHT = at(20)


def rows(section):
    return [
        [text(cell) for cell in row.select("th, td")]
        for row in section.select("tbody tr")
    ]


def test_each_half_day_has_everybody_by_name_with_times_and_a_place_to_sign():
    page = soup(attendance(NIGHT))

    morning, afternoon = page.select(".sheet")
    assert [text(one.h2) for one in (morning, afternoon)] == [
        "Lundi 28 juin 2021, matin",
        "Lundi 28 juin 2021, après-midi",
    ]
    assert [text(one.header.p) for one in (morning, afternoon)] == [
        "1 présent sur 8",
        "0 présent sur 8",
    ]
    assert [text(one) for one in morning.select("thead th")] == [
        "Nom",
        "Affiliation",
        "Arrivée",
        "Départ",
        "Minutes",
        "Signature",
    ]
    names = [row[0] for row in rows(morning)]
    assert names == sorted(one.name for one in PEOPLE)
    lanterne = "Laboratoire Lanterne"
    assert rows(morning)[0:2] == [
        ["Ana Petrović", lanterne, "–", "–", "–", ""],
        ["Camille Dupré", lanterne, "10:05", "10:55", "50 estimé", ""],
    ]
    assert {row[2] for row in rows(afternoon)} == {"–"}


def test_the_list_speaks_english_too():
    page = soup(attendance(NIGHT, "en"))

    assert text(page.select_one(".sheet h2")) == "Monday 28 June 2021, morning"
    assert rows(page.select_one(".sheet"))[1][4] == "50 estimated"


async def test_organiser_goes_to_the_list_and_takes_the_same_as_csv(site):
    browser = await site.known(ORGANISER)
    async with browser.get(f"/e/{SLUG}/organise") as response:
        assert f'href="{SHEET}"' in await response.text()

    async with browser.get(f"{SHEET}?lang=en") as response:
        headers, page = (
            response.headers,
            BeautifulSoup(await response.text(), "html.parser"),
        )
    async with browser.get(page.select_one("main .btn")["href"]) as response:
        told = await response.text()

    assert headers["Cache-Control"] == "no-store"
    titles, *lines = csv.reader(io.StringIO(told))
    assert titles[0] == "day"
    assert {line[2] for line in lines} == {text(one) for one in page.select("tbody th")}
    assert CAMILLE in {one.email for one in read_csv(told.encode()).lines}
