"""Channels of one meeting are never another's."""

from hypothesis import given
from hypothesis import strategies as st

from orchestrator.hub.channels import (
    chaired,
    chairs,
    is_person,
    people,
    person,
    spoken,
    spoken_chairs,
    spoken_people,
    spoken_person,
    staff,
    unspoken,
    within,
)

slugs = st.text("abc-1", min_size=1, max_size=4)
ids = st.uuids().map(lambda one: one.hex)


@given(slugs, slugs, ids)
def test_what_is_within_a_meeting_is_its_own(slug, other, registrant):
    channels = (slug, people(slug), staff(slug), person(slug, registrant))

    assert [within(one, slug) for one in channels] == [True] * 4
    assert [within(one, f"{slug}/") for one in channels] == [False, True, True, True]
    assert [within(one, "") for one in channels] == [True] * 4
    assert {within(one, other) for one in channels} == {slug == other}
    assert {within(one, person(other, registrant)) for one in channels[:3]} == {False}


@given(slugs, ids)
def test_only_a_person_is_one(slug, registrant):
    assert [
        is_person(one)
        for one in (
            slug,
            people(slug),
            staff(slug),
            chairs(slug, "s1"),
            person(slug, registrant),
        )
    ] == [False, False, False, False, True]


@given(slugs, ids)
def test_what_is_said_in_a_language_goes_to_those_it_is_said_to(slug, registrant):
    channels = (slug, people(slug), chairs(slug, "s1"), person(slug, registrant))
    spoken_ones = (
        spoken(slug, "fr"),
        spoken_people(slug, "fr"),
        spoken_chairs(slug, "s1", "fr"),
        spoken_person(slug, registrant, "fr"),
    )

    assert [unspoken(one) for one in spoken_ones] == [(one, "fr") for one in channels]
    assert [unspoken(one) for one in channels] == [(one, "") for one in channels]
    assert [is_person(one) for one in spoken_ones] == [False] * 4
    # Known people end with their languages; whoever only reads along stays.
    assert [within(one, f"{slug}/") for one in spoken_ones] == [False, True, True, True]
    assert [within(one, slug) for one in spoken_ones] == [True] * 4
    assert [within(one, person(slug, registrant)) for one in spoken_ones] == [
        False,
        False,
        False,
        True,
    ]


@given(slugs, ids, ids)
def test_only_a_session_s_chairs_have_its_channel(slug, session, registrant):
    others = (slug, people(slug), staff(slug), person(slug, registrant))

    assert chaired(chairs(slug, session)) == session
    assert [chaired(one) for one in others] == [None] * 4
    assert within(chairs(slug, session), f"{slug}/")
