"""The list of events, the choice of a zone, and refusals."""

from dataclasses import replace

import pytest

from orchestrator.pages.error_view import error_page, refused_link_page
from orchestrator.pages.events_view import events_page
from orchestrator.pages.render import render
from orchestrator.pages.zone_view import zone_page
from tests.orchestrator.pages.made_up import at, event, talk, timed
from tests.orchestrator.pages.shown import soup, text


def test_events_to_come_stand_before_past_ones():
    later = event(
        timetable=(timed(1, at(9, day=30), at(10, day=30), [(30, talk(1))]),),
        title="Plus tard",
    )
    now = at(20)

    page = soup(events_page([(later, now), (event(), now)], now=now, language="fr"))

    assert [text(title) for title in page.select("h2, .title")] == [
        "À venir",
        "Plus tard",
        "Passées",
        "Réseaux profonds, preuves courtes",
    ]


def test_each_event_is_judged_by_its_own_present():
    moved = replace(event(), slug="demo")

    page = events_page(
        [(event(), at(10, day=30)), (moved, at(10))], now=at(10, day=30), language="en"
    )

    assert [line.href for line in page.ahead] == ["/e/demo"]
    assert [line.today for line in page.ahead] == [True]
    assert [line.href for line in page.past] == ["/e/reseaux-profonds"]


def test_zone_form_returns_to_the_page_it_came_from():
    page = soup(
        zone_page(now=at(10), language="fr", back="/e/x-y/t/abc", zone="Asia/Tokyo")
    )

    assert (page.form["method"], page.form["action"]) == ("get", "/e/x-y/t/abc")
    assert page.select_one("option[selected]")["value"] == "Asia/Tokyo"


@pytest.mark.parametrize(
    "back",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "/j/secret",
        "/e/x?lang=en",
        "javascript:alert(1)",
    ],
)
def test_zone_form_leads_to_public_pages_of_events_only(back):
    assert zone_page(now=at(10), language="fr", back=back).back == "/"


def test_every_refused_link_looks_the_same():
    pages = {render(refused_link_page(now=at(10), language="fr")) for _ in range(2)}

    assert len(pages) == 1
    page = soup(refused_link_page(now=at(10), language="fr"))
    assert text(page.h1) == "Ce lien ne marche pas"
    assert text(page.select_one(".hero .label")).startswith(
        "Il est incomplet, expiré ou remplacé."
    )


@pytest.mark.parametrize("status", [401, 403, 404, 409, 422, 429, 500, 503, 418])
def test_every_error_has_one_fact_and_one_button(status):
    page = soup(error_page(status, now=at(10), language="fr"))

    assert len(page.select("main .btn")) == 1
    assert text(page.h1) != ""


def test_detail_is_shown_where_it_helps_and_marked_as_english():
    helped = soup(
        error_page(422, now=at(10), language="fr", detail="Line 4: no title.")
    )
    kept = soup(error_page(500, now=at(10), language="fr", detail="Traceback"))

    assert text(helped.select_one('main p[lang="en"]')) == "Line 4: no title."
    assert "Traceback" not in str(kept)


def test_what_may_work_later_can_be_tried_again():
    page = soup(error_page(503, now=at(10), language="fr", again="/e/x/room"))

    button = page.select_one("main .btn")
    assert (button["href"], text(button)) == ("/e/x/room", "Réessayer")
