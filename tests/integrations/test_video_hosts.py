"""Addresses of rooms name their product where it is known."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.errors import Rejected
from integrations.video.hosts import product
from integrations.video.link import checked


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("https://zoom.us/j/9?pwd=a", "Zoom"),
        ("https://univ-lac.zoom.us/j/9", "Zoom"),
        ("https://meet.jit.si/abc", "Jitsi Meet"),
        ("https://teams.microsoft.com/l/meetup-join/19%3a", "Microsoft Teams"),
        ("https://MEET.GOOGLE.COM/abc-defg-hij", "Google Meet"),
        ("https://bbb.univ-lac.example/b/ada", "BigBlueButton"),
        ("https://bbb2.univ-lac.example/b/ada", "BigBlueButton"),
        ("https://visio.univ-lac.example/bigbluebutton/api/join?a=b", "BigBlueButton"),
        ("https://rendez-vous.renater.fr/our-day", "RENATER Rendez-vous"),
        ("https://zoom.us.evil.example/j/9", ""),
        ("https://notzoom.us/j/9", ""),
        ("https://bbb.example/", ""),
        ("https://video.example/zoom.us", ""),
    ],
)
def test_product_is_told_by_the_host(address, name):
    assert product(address) == name


@given(st.text(max_size=60).map("https://rooms.example.org/".__add__) | st.text())
def test_any_address_that_can_lead_to_a_room_has_an_answer(address):
    try:
        kept = checked(address)
    except Rejected:
        return

    assert isinstance(product(kept), str)
