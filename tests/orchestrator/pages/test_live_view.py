"""Rooms as they are now: bars, words of warning, and the day that is drawn."""

from dataclasses import replace

import pytest

from orchestrator.pages.live_view import live_view
from orchestrator.pages.people_view import times_of
from tests.orchestrator.pages.made_up import at, event
from tests.orchestrator.pages.shown import (
    HALL,
    desk,
    inside,
    morning,
    organise,
    soup,
    text,
)

TEN = at(10, 5)


def gauge(count, language="fr", **figures):
    page = soup(organise(TEN, language, inside=inside(count, **figures)))
    return page.select_one("[data-gauge]")


def test_bar_has_one_unit_a_seat_and_a_mark_at_nine_tenths():
    shown = gauge(412, reserved=3)

    assert text(shown.select_one(".n")) == "412 / 600"
    assert shown.svg["viewbox"] == "0 0 600 12"
    assert [
        (one["class"], one.get("x"), one["width"]) for one in shown.svg("rect")
    ] == [
        (["f-accent"], None, "412"),
        (["f-warn"], "414", "3"),
    ]
    assert shown.svg.path["d"] == "M540 0V12"
    assert shown.svg["aria-label"] == (
        "412 présents, 3 réservées aux intervenants, 185 libres"
    )


@pytest.mark.parametrize(
    ("count", "figures", "fill", "words"),
    [
        (539, {}, "f-accent", []),
        (540, {}, "f-warn", ["Presque complète, 60 libres"]),
        (561, {}, "f-warn", ["Presque complète, 39 libres"]),
        (599, {}, "f-warn", ["Presque complète, 1 libre"]),
        (597, {"reserved": 3}, "f-over", ["Complète, personne dans la file"]),
        (600, {"waiting": 12}, "f-over", ["Complète, 12 dans la file"]),
        (601, {"waiting": 1}, "f-over", ["Complète, 1 dans la file"]),
    ],
)
def test_nearly_full_and_full_are_said(count, figures, fill, words):
    shown = gauge(count, **figures)

    said = [text(p) for p in shown.select("[data-level]") if "hidden" not in p.attrs]
    assert (said, shown.svg.rect["class"]) == (words, [fill])
    assert int(shown.svg.rect["width"]) <= 600


def test_figures_tell_who_is_there():
    shown = gauge(
        11,
        "en",
        members=5,
        non_members=3,
        unknown=2,
        staff=1,
        peak=11,
        waiting=2,
        watching=1,
    )

    assert [text(one) for one in shown.select(".figures dt, .figures dd")] == [
        *("Registered", "544", "Link opened", "471"),
        *("In the queue", "2", "Members", "5", "Non-members", "3"),
        *("Not specified", "2"),
        *("Staff", "1", "At most", "11", "Watching the stream", "1"),
    ]


def test_rooms_stand_one_below_the_other_with_the_people_of_all_above():
    rooms = (
        replace(HALL, id="a", name="Amphi A"),
        replace(HALL, id="b", name="Amphi B"),
    )

    page = soup(organise(TEN, inside=inside(3, 4, rooms=rooms)))

    assert [one["data-gauge"] for one in page.select("[data-gauge]")] == [
        "Amphi A",
        "Amphi B",
    ]
    assert [text(n) for n in page.select(".gauge[data-gauge] .n")] == [
        "3 / 600",
        "4 / 600",
    ]
    assert len(page.select("[data-people]")) == 1
    assert page.select("[data-gauge] [data-people]") == []


def test_chair_sees_the_rooms_of_his_sessions():
    rooms = (HALL, replace(HALL, id="b", name="Amphi B"))

    page = soup(desk(TEN, inside=inside(561, 4, rooms=rooms)))

    assert [text(one) for one in page.select(".gaugelet .n")] == ["561 / 600"]


def view(seen, now=TEN):
    times = times_of(event(), "fr", None)
    shown = inside(1, seen={"hall": seen})
    return live_view(event(), shown, now, times).rooms[0].curve


def test_curve_covers_the_day_from_the_first_who_came_to_the_last_session():
    drawn = view(morning())

    assert drawn.span == (int(at(9, 45).timestamp()), int(at(18).timestamp()))
    assert len(drawn.begun) == 11
    assert view([]) is None


def test_after_the_day_its_curve_stays():
    assert view(morning(), now=at(9, day=30)).title == (
        "Présents dans la salle, de 9:45 à 10:05"
    )
