"""What event_sync tells of Jitsi rooms, and whether it is event_sync that tells."""

import json
from dataclasses import replace
from datetime import UTC

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.errors import BadSignature, Rejected
from integrations.video.events import Came, Closed, Went
from integrations.video.jitsi import provider as jitsi
from integrations.video.provider import Delivery
from orchestrator.attendance.intervals import presence
from orchestrator.attendance.model import Interval, Sign, SignKind, Source
from tests.jitsi_bench import (
    ADA,
    CALLBACK,
    NOW,
    PLACE,
    SECOND,
    SECRET,
    around,
    bench_of,
)
from tests.jitsi_server import BEARER


@pytest.fixture
async def bench():
    async with bench_of({"secret": SECRET}, secret=SECRET) as one:
        yield one


async def test_visit_is_told_with_our_id_and_the_servers_moments(bench):
    await bench.enter(ADA)
    bench.clock.now += 90 * SECOND
    await bench.go(ADA)

    came, went = bench.heard()
    assert came == Came(
        place=PLACE.name,
        guest=ADA.id,
        stream=came.stream,
        at=NOW,
        name="Ada Lovelace",
    )
    assert went == Went(
        place=PLACE.name, guest=ADA.id, stream=came.stream, at=NOW + 90 * SECOND
    )


async def test_two_devices_are_two_streams(bench):
    await bench.enter(ADA)
    await bench.enter(ADA)

    first, second = bench.heard()
    assert first.guest == second.guest
    assert first.stream != second.stream


async def test_who_moves_into_a_breakout_room_stays_in_the_room(bench):
    room, address = await bench.enter(ADA)
    user = {"id": ADA.id, "name": ADA.name}
    bench.clock.now += 60 * SECOND
    await bench.server.leave(room, address)
    await bench.server.enter(room, user, address=address, breakout="b-1")
    bench.clock.now += 60 * SECOND
    await bench.server.leave(room, address, breakout="b-1")
    await bench.server.destroy(room, breakout="b-1")
    await bench.server.enter(room, user, address=address)
    bench.clock.now += 60 * SECOND
    await bench.server.leave(room, address)

    assert attended(bench.heard()) == (Interval(NOW, NOW + 180 * SECOND),)
    assert attended(reversed(bench.heard())) == attended(bench.heard())


async def test_end_of_a_breakout_room_is_not_the_end_of_the_room(bench):
    await bench.server.destroy(PLACE.name, breakout="b-1")
    assert bench.heard() == []

    await bench.server.destroy(PLACE.name)
    assert bench.heard() == [Closed(place=PLACE.name, at=NOW)]


async def test_end_of_the_room_mends_what_was_lost(bench):
    room, address = await bench.enter(ADA)
    came = bench.heard()
    bench.deliveries.clear()
    bench.clock.now += 60 * SECOND
    await bench.server.leave(room, address, lost=True)
    bench.clock.now += 60 * SECOND
    await bench.server.destroy(room)

    again, went, closed = bench.heard()
    assert [again] == came
    assert (went.stream, went.at) == (again.stream, NOW + 60 * SECOND)
    assert closed == Closed(place=room, at=NOW + 120 * SECOND)


async def test_who_never_left_has_gone_when_the_room_ends(bench):
    await bench.enter(ADA)
    told = json.loads(bench.deliveries[0].body)
    ended = {
        **told,
        "event_name": "muc-room-destroyed",
        "destroyed_at": int(NOW.timestamp()) + 5,
        "all_occupants": [told["occupant"]],
    }

    _, went, _ = bench.provider.understand(json.dumps(ended).encode())
    assert went.at == NOW + 5 * SECOND


@pytest.mark.parametrize("id_", [None, 7, "", "a\0b", "x" * 5000, ["a"]])
async def test_people_without_an_id_of_ours_are_nobodys_guests(bench, id_):
    await bench.server.enter(PLACE.name, {"id": id_, "name": 7})

    (came,) = bench.heard()
    assert (came.guest, came.name) == ("", "")


async def test_beginning_of_a_room_and_unknown_kinds_mean_nothing(bench):
    for kind in ("muc-room-created", "muc-something-new", None, 7, ["a"]):
        body = json.dumps({"event_name": kind, "room_name": "x"}).encode()

        assert (
            bench.provider.understand(bench.provider.accept(bench.sign(body)).body)
            == ()
        )


JOINED = {
    "event_name": "muc-occupant-joined",
    "room_name": "hall",
    "room_jid": "hall@conference.meet.example.org",
    "is_breakout": False,
    "occupant": {"occupant_jid": "a@b/c", "id": "x", "joined_at": 1795418828},
}
DESTROYED = {
    **JOINED,
    "event_name": "muc-room-destroyed",
    "destroyed_at": 1795418829,
    "all_occupants": [JOINED["occupant"]],
}


@pytest.mark.parametrize(
    "told",
    [
        {**JOINED, "occupant": None},
        {**JOINED, "room_name": None},
        {**JOINED, "room_name": ""},
        {**JOINED, "room_name": "a\0"},
        {**JOINED, "room_name": "a" * 2000},
        {**JOINED, "is_breakout": True},
        {**JOINED, "event_name": "muc-occupant-left"},
        {**JOINED, "occupant": {**JOINED["occupant"], "occupant_jid": 7}},
        *(
            {**JOINED, "occupant": {**JOINED["occupant"], "joined_at": at}}
            for at in (None, "1795418828", True, 1e300, 10**30, float("nan"), [])
        ),
        {**DESTROYED, "destroyed_at": None},
        {**DESTROYED, "all_occupants": "everybody"},
        {**DESTROYED, "all_occupants": ["somebody"]},
        {**DESTROYED, "all_occupants": {"a": "b"}},
    ],
)
async def test_what_should_mean_something_and_does_not_is_refused(bench, told):
    with pytest.raises(Rejected):
        bench.provider.understand(json.dumps(told).encode())


async def test_repetition_has_the_same_key_whoever_wrote_it_down(bench):
    other_order = dict(reversed(JOINED.items()))

    keys = {
        bench.provider.accept(bench.sign(body)).key
        for body in (
            json.dumps(JOINED).encode(),
            json.dumps(other_order, indent=1).encode(),
        )
    }

    assert len(keys) == 1


async def test_every_part_of_a_visit_makes_another_key(bench):
    visit = JOINED["occupant"]
    messages = [
        JOINED,
        DESTROYED,
        {**DESTROYED, "destroyed_at": 1795418830},
        {**JOINED, "event_name": "muc-occupant-left"},
        {**JOINED, "room_jid": "hall2@conference.meet.example.org"},
        {**JOINED, "breakout_room_id": "b-1"},
        {**JOINED, "occupant": {**visit, "occupant_jid": "a@b/d"}},
        {**JOINED, "occupant": {**visit, "joined_at": 1795418829}},
        {**JOINED, "occupant": {**visit, "left_at": 1795418829}},
    ]

    keys = {
        bench.provider.accept(bench.sign(json.dumps(one).encode())).key
        for one in messages
    }

    assert len(keys) == len(messages)


async def test_forgery_would_pass_without_the_guard(bench, monkeypatch):
    monkeypatch.setattr(jitsi, "_same", lambda *_: True)
    forgery = replace(bench.sign(b"{}"), headers={"authorization": "Bearer x"})

    assert bench.provider.accept(forgery)


async def test_scheme_may_be_written_in_any_case(bench):
    headers = {"authorization": f"bearer {BEARER}"}

    assert bench.provider.accept(replace(bench.sign(b"{}"), headers=headers))


async def test_without_events_token_nothing_is_believed():
    async with bench_of({"secret": SECRET, "events_token": ""}, secret=SECRET) as deaf:
        for header in ("Bearer ", "Bearer", f"Bearer {BEARER}"):
            delivery = replace(deaf.sign(b"{}"), headers={"authorization": header})
            with pytest.raises(BadSignature):
                deaf.provider.accept(delivery)

        assert not deaf.provider.capabilities.presence


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3)
    ),
    max_leaves=5,
)
MOMENTS = st.integers(0, 2**33) | ANYTHING
OCCUPANTS = st.fixed_dictionaries(
    {"occupant_jid": st.text() | ANYTHING, "joined_at": MOMENTS},
    optional={"left_at": MOMENTS, "id": st.text() | ANYTHING, "name": ANYTHING},
)
MESSAGES = st.fixed_dictionaries(
    {
        "event_name": st.sampled_from(
            ["muc-occupant-joined", "muc-occupant-left", "muc-room-destroyed"]
        ),
        "room_name": st.text() | ANYTHING,
        "occupant": OCCUPANTS | ANYTHING,
    },
    optional={
        "is_breakout": ANYTHING,
        "breakout_room_id": st.text() | ANYTHING,
        "destroyed_at": MOMENTS,
        "all_occupants": st.lists(OCCUPANTS, max_size=3) | ANYTHING,
    },
)
PROVIDER = jitsi.make(
    {"url": "https://h", "app_id": "a", "secret": SECRET, "events_token": BEARER},
    around(),
)


@given(st.binary() | (MESSAGES | ANYTHING).map(lambda one: json.dumps(one).encode()))
def test_any_body_is_understood_or_refused(body):
    delivery = Delivery(
        body=body,
        headers={"authorization": f"Bearer {BEARER}"},
        url=CALLBACK,
        received=NOW,
    )
    try:
        news = PROVIDER.understand(PROVIDER.accept(delivery).body)
    except Rejected:
        return

    for one in news:
        assert one.at.tzinfo is UTC
        for text in (one.place, getattr(one, "guest", ""), getattr(one, "name", "")):
            assert "\0" not in text
            text.encode()


@given(st.dictionaries(st.sampled_from(["authorization", "x"]), st.text()), st.binary())
def test_no_header_but_the_right_one_is_believed(headers, body):
    delivery = Delivery(body=body, headers=headers, url=CALLBACK, received=NOW)

    with pytest.raises(BadSignature):
        PROVIDER.accept(delivery)


def attended(news):
    """The presence that ``news`` add up to, for the one person they are about."""
    kinds = {Came: SignKind.IN, Went: SignKind.OUT}
    signs = [
        Sign(
            event="e",
            room="r",
            registrant=one.guest,
            source=Source.PROVIDER,
            kind=kinds[type(one)],
            stream=one.stream,
            key=str(number),
            at=one.at,
        )
        for number, one in enumerate(news)
        if type(one) in kinds
    ]
    (found,) = presence(signs).values()
    return found.rooms["r"]
