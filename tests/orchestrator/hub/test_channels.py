"""Channels of one meeting are never another's."""

from hypothesis import given
from hypothesis import strategies as st

from orchestrator.hub.channels import is_person, person, staff, within

slugs = st.text("abc-1", min_size=1, max_size=4)
ids = st.uuids().map(lambda one: one.hex)


@given(slugs, slugs, ids)
def test_what_is_within_a_meeting_is_its_own(slug, other, registrant):
    channels = (slug, staff(slug), person(slug, registrant))

    assert [within(one, slug) for one in channels] == [True] * 3
    assert [within(one, f"{slug}/") for one in channels] == [False, True, True]
    assert [within(one, "") for one in channels] == [True] * 3
    assert {within(one, other) for one in channels} == {slug == other}
    assert {within(one, person(other, registrant)) for one in channels[:2]} == {False}


@given(slugs, ids)
def test_only_a_person_is_one(slug, registrant):
    assert [
        is_person(one) for one in (slug, staff(slug), person(slug, registrant))
    ] == [False, False, True]
