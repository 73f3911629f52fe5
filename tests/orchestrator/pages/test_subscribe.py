"""One calendar has an address for every program that people use."""

from dataclasses import replace
from functools import partial
from urllib.parse import parse_qs, urlsplit

import pytest

from orchestrator.pages.subscribe import event_subscription, subscription
from tests.orchestrator.pages.made_up import BASE_URL, at, event, talk, timed
from tests.orchestrator.pages.shown import calendar, me, programme, session, soup, text
from tests.orchestrator.pages.shown import talk as shown_talk

ADDRESS = f"{BASE_URL}/e/x/s/1.ics?talks=1"


def asked(link, name):
    """What the address ``link`` asks for under ``name``."""
    return parse_qs(urlsplit(link).query)[name]


def test_every_way_leads_to_the_same_calendar_with_its_query():
    ways = subscription(ADDRESS, "Réseaux, session 1")

    followed = ADDRESS.replace("https:", "webcal:")
    assert (ways.https, ways.download) == (ADDRESS, "/e/x/s/1.ics?talks=1")
    assert ways.webcal == followed
    assert asked(ways.google, "cid") == [followed]
    assert [asked(link, "url") for link in (ways.outlook, ways.outlook_work)] == [
        [ADDRESS]
    ] * 2
    assert asked(ways.outlook, "name") == ["Réseaux, session 1"]


def test_tracks_can_be_followed_alone():
    talks = [
        (15, replace(talk(number), track=track))
        for number, track in ((1, "Bruit & sens"), (2, ""), (3, "Bruit & sens"))
    ]
    tracked = event(timetable=(timed(1, at(10), at(12), talks),))

    ways = event_subscription(tracked, BASE_URL, "fr")

    assert [part.label for part in ways.excerpts] == [
        "Les sessions seules",
        "Les exposés seuls",
        "Bruit & sens",
    ]
    assert asked(ways.excerpts[2].webcal, "track") == ["Bruit & sens"]


@pytest.mark.parametrize("page", [programme, partial(session, "session1")])
def test_page_says_how_soon_each_program_follows(page):
    said = text(soup(page(at(10), "en")).select_one("section:has(> .others)"))

    assert "Apple Calendar, Thunderbird and Nextcloud update within the hour" in said
    assert "Google up to a day" in said
    assert "Outlook takes about three hours, at times more than a day" in said


def test_other_sites_open_beside_and_learn_nothing_of_the_page():
    page = soup(programme(at(10), "en"))

    away = page.select(".others a[href^=https]")
    assert [text(link) for link in away] == [
        "Google Calendar (new tab)",
        "Outlook (work or university account) (new tab)",
        "Outlook.com (new tab)",
    ]
    facts = {(link["target"], *link["rel"]) for link in away}
    assert facts == {("_blank", "noopener", "noreferrer")}


def test_only_the_own_calendar_says_that_its_address_is_secret():
    own = soup(me(at(10), calendar=calendar()))
    public = soup(programme(at(10)))

    said = [page.select_one("#calendar-hint") for page in (own, public)]
    assert text(said[0]) == (
        "Gardez-la pour vous : quiconque a cette adresse peut lire votre calendrier."
    )
    assert said[1] is None


def test_public_pages_lead_to_the_own_calendar():
    pages = (
        programme(at(10)),
        session("session1", at(10)),
        shown_talk("talk1", at(10)),
    )

    links = [soup(page).select('aside a[href$="/me#calendar"]') for page in pages]
    assert [[text(link) for link in found] for found in links] == [["votre espace"]] * 3
