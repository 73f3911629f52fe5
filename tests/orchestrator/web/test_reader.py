"""Language and zone of a reader, and what it takes, from what the browser tells."""

import pytest
from aiohttp.test_utils import make_mocked_request
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.web.reader import language_of, takes_gzip, zone_of


@pytest.mark.parametrize(
    ("path", "headers", "language"),
    [
        ("/", {}, "fr"),
        ("/", {"Accept-Language": "en-GB,en;q=0.9,fr;q=0.8"}, "en"),
        ("/", {"Accept-Language": "de,fr;q=0.5,en;q=0.7"}, "en"),
        ("/", {"Accept-Language": "de"}, "fr"),
        ("/", {"Accept-Language": "en;q=0, fr;q=0.1"}, "fr"),
        ("/", {"Accept-Language": "fr", "Cookie": "lang=en"}, "en"),
        ("/?lang=fr", {"Cookie": "lang=en"}, "fr"),
        ("/?lang=xx", {"Cookie": "lang=en"}, "en"),
    ],
)
def test_language_goes_by_address_then_cookie_then_browser(path, headers, language):
    assert language_of(make_mocked_request("GET", path, headers)) == language


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=80))
def test_any_accept_language_gives_one_of_the_two(header):
    request = make_mocked_request("GET", "/", {"Accept-Language": header})

    assert language_of(request) in ("fr", "en")


@pytest.mark.parametrize(
    ("path", "headers", "zone"),
    [
        ("/", {}, None),
        ("/?tz=Africa/Dakar", {}, "Africa/Dakar"),
        ("/", {"Cookie": "tz=America/Los_Angeles"}, "America/Los_Angeles"),
        ("/?tz=../../etc/passwd", {}, None),
        ("/?tz=Nowhere/City", {"Cookie": "tz=Asia/Tokyo"}, "Asia/Tokyo"),
    ],
)
def test_only_a_zone_that_exists_is_taken(path, headers, zone):
    assert zone_of(make_mocked_request("GET", path, headers)) == zone


@pytest.mark.parametrize(
    ("accepted", "taken"),
    [
        ("gzip", True),
        ("GZIP, deflate", True),
        ("deflate, gzip;q=1.0, *;q=0.5", True),
        ("x-gzip", True),
        ("gzip;q=0", False),
        ("gzip; q=0.000", False),
        ("deflate", False),
        ("identity", False),
        ("", False),
    ],
)
def test_takes_gzip(accepted, taken):
    assert takes_gzip(accepted) is taken
