"""Addresses for clients carry the whole address of the feed, query included."""

from urllib.parse import parse_qs, urlsplit

import pytest

from calendars import links

FEED = "https://conf.example:8443/e/jour/s/s1.ics?talks=1&x=a,b"


def test_webcal_changes_the_scheme_alone():
    assert links.webcal(FEED) == "webcal" + FEED.removeprefix("https")


def test_google_is_given_the_webcal_address():
    link = urlsplit(links.google(FEED))

    assert (link.netloc, link.path) == ("calendar.google.com", "/calendar/r")
    assert parse_qs(link.query) == {"cid": [links.webcal(FEED)]}


@pytest.mark.parametrize(
    ("link", "host"),
    [(links.outlook, "outlook.live.com"), (links.outlook_work, "outlook.office.com")],
)
def test_outlook_is_given_the_address_and_a_name(link, host):
    made = urlsplit(link(FEED, "Journée d’été & co"))

    assert (made.netloc, made.path) == (host, "/calendar/0/addfromweb")
    assert parse_qs(made.query) == {"url": [FEED], "name": ["Journée d’été & co"]}
