"""What Zoom tells is Zoom's, and is understood."""

import hashlib
import hmac
import json
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.errors import BadSignature, Rejected
from integrations.http import Wire
from integrations.video.choose import choose
from integrations.video.events import Came, Closed, Recorded, Went
from integrations.video.provider import Guest, Place
from integrations.video.setup import Around
from integrations.video.zoom import webhooks
from tests import zoom_payloads as payloads
from tests.zoom_server import CALLBACK, HOOK_SECRET, Meeting, Person, ZoomServer, now

T = datetime(2026, 11, 26, 9, 0, 0, tzinfo=UTC)
SIGNER = ZoomServer()
SETTINGS = {
    "provider": "zoom",
    "account_id": "a",
    "client_id": "c",
    "client_secret": "s",
    "webhook_secret": HOOK_SECRET,
    "mail_domain": "people.meeting.example",
}
PROVIDER = choose(SETTINGS, Around(Wire(), CALLBACK, now))
MEETING = Meeting(81234567890, "meeting", "Hall A", {}, uuid="/aj+X//Kj48==", started=T)
WEBINAR = replace(MEETING, kind="webinar")
ADA = Person(
    "2bcdfghjkmnp@people.meeting.example",
    "Ada Lovelace",
    "https://zoom.example/w/1",
    registrant="r1",
    user_id="16778240",
    uuid="P-UUID",
)
FILE = payloads.recording_file(
    MEETING,
    "f1",
    "active_speaker",
    (T, T + timedelta(hours=1)),
    url="https://zoom.us/rec/download/f1",
)
EVENTS = [
    payloads.joined(MEETING, ADA, T),
    payloads.left(MEETING, ADA, T),
    payloads.ended(MEETING, T),
    payloads.joined(WEBINAR, ADA, T),
    payloads.left(WEBINAR, ADA, T),
    payloads.ended(WEBINAR, T),
    payloads.recording_changed(MEETING, "started", T),
    payloads.recording_completed(MEETING, [FILE], T),
]


def body(event):
    return json.dumps(event).encode()


def understood(event):
    return PROVIDER.understand(body(event))


def sent(event, **how):
    return SIGNER.sign(body(event), **how)


def changed(event, *path, to):
    """``event`` with another value at ``path``; without it where that is None."""
    event = json.loads(json.dumps(event))
    *above, last = path
    place = event
    for name in above:
        place = place[name]
    if to is None:
        del place[last]
    else:
        place[last] = to
    return event


@pytest.mark.parametrize("meeting", [MEETING, WEBINAR])
def test_coming_and_going_are_told_of_our_guest(meeting):
    assert understood(payloads.joined(meeting, ADA, T)) == (
        Came(
            place="81234567890",
            guest="2bcdfghjkmnp",
            stream="/aj+X//Kj48== 16778240",
            at=T,
            name="Ada Lovelace",
        ),
    )
    assert understood(payloads.left(meeting, ADA, T + timedelta(hours=1))) == (
        Went(
            place="81234567890",
            guest="2bcdfghjkmnp",
            stream="/aj+X//Kj48== 16778240",
            at=T + timedelta(hours=1),
        ),
    )


def test_each_occurrence_has_streams_of_its_own():
    (monday,) = understood(payloads.joined(MEETING, ADA, T))
    (tuesday,) = understood(payloads.joined(replace(MEETING, uuid="b"), ADA, T))

    assert monday.stream != tuesday.stream


@pytest.mark.parametrize("email", ["", "host@lab.example"])
def test_who_came_another_way_is_nobodys_guest(email):
    (came,) = understood(payloads.joined(MEETING, replace(ADA, email=email), T))

    assert (came.guest, came.name) == ("", "Ada Lovelace")


@pytest.mark.parametrize("number", [81234567890, "81234567890"])
@pytest.mark.parametrize("event", EVENTS)
def test_number_of_a_meeting_is_a_text_or_a_number(event, number):
    (news,) = understood(changed(event, "payload", "object", "id", to=number))

    place = news.recording.place if isinstance(news, Recorded) else news.place
    assert place == "81234567890"


def test_end_of_a_meeting_closes_the_room():
    closed = (Closed(place="81234567890", at=T),)

    assert understood(payloads.ended(MEETING, T)) == closed
    assert understood(payloads.ended(WEBINAR, T)) == closed


def test_end_of_a_rehearsal_closes_nothing():
    practice = changed(
        payloads.ended(WEBINAR, T), "payload", "object", "practice_session", to=True
    )

    assert understood(practice) == ()


@pytest.mark.parametrize(
    ("event", "path"),
    [
        (payloads.left(WEBINAR, ADA, T), ("participant", "leave_time")),
        (payloads.ended(WEBINAR, T), ("end_time",)),
    ],
)
def test_moment_that_is_missing_is_that_of_the_event(event, path):
    (news,) = understood(changed(event, "payload", "object", *path, to=None))

    assert news.at == T


def test_months_old_event_is_understood():
    (came,) = understood(payloads.joined(MEETING, ADA, T - timedelta(days=200)))

    assert came.at == T - timedelta(days=200)


@pytest.mark.parametrize(
    "kind",
    ["meeting.participant_jbh_joined", "meeting.started", "zoom.new", "", "__class__"],
)
def test_other_kinds_mean_nothing(kind):
    assert understood({"event": kind, "payload": {}}) == ()


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("payload",), None),
        (("payload", "object"), []),
        (("payload", "object", "id"), None),
        (("payload", "object", "id"), "hall"),
        (("payload", "object", "id"), True),
        (("payload", "object", "id"), "9" * 21),
        (("payload", "object", "id"), "٣"),
        (("payload", "object", "uuid"), ""),
        (("payload", "object", "participant"), "Ada"),
        (("payload", "object", "participant", "user_id"), None),
        (("payload", "object", "participant", "join_time"), "soon"),
        (("payload", "object", "participant", "join_time"), "2026-11-26T09:00:00"),
        (("payload", "object", "participant", "join_time"), "0001-01-01T00:00+23:00"),
    ],
)
def test_coming_that_cannot_be_placed_is_refused(path, value):
    with pytest.raises(Rejected):
        understood(changed(payloads.joined(MEETING, ADA, T), *path, to=value))


@pytest.mark.parametrize("moment", [None, "now", 1e300, 10**30, -(10**30)])
def test_event_without_any_moment_is_refused(moment):
    event = changed(payloads.ended(MEETING, T), "payload", "object", "end_time", to="")

    with pytest.raises(Rejected):
        understood(changed(event, "event_ts", to=moment))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)


@st.composite
def spoilt(draw):
    """One of Zoom's events with one value, anywhere, that Zoom would not write."""
    event = json.loads(json.dumps(draw(st.sampled_from(EVENTS))))
    place = event
    while True:
        name = draw(st.sampled_from(sorted(place) if isinstance(place, dict) else [0]))
        if not place[name] or not isinstance(place[name], dict | list) or draw(coin):
            place[name] = draw(JSON)
            return event
        place = place[name]


coin = st.integers(0, 3).map(lambda side: side == 0)


def texts(fields):
    for value in fields.values():
        if isinstance(value, dict):
            yield from texts(value)
        elif isinstance(value, str):
            yield value


@given(st.binary() | spoilt().map(body) | JSON.map(body))
def test_any_bytes_are_read_or_refused(written):
    try:
        accepted = PROVIDER.accept(SIGNER.sign(written))
        told = PROVIDER.understand(accepted.body)
    except Rejected:
        return

    assert all(text.isprintable() for news in told for text in texts(asdict(news)))


@given(st.binary(), st.text(), st.text())
def test_any_headers_are_refused(written, timestamp, signature):
    headers = {"x-zm-request-timestamp": timestamp, "x-zm-signature": signature}
    delivery = replace(SIGNER.sign(written), headers=headers)

    with pytest.raises(BadSignature):
        PROVIDER.accept(delivery)


@pytest.mark.parametrize("seconds", [-300, 0, 300])
def test_delivery_of_these_minutes_is_believed(seconds):
    delivery = sent(EVENTS[0], moment=T)

    assert PROVIDER.accept(replace(delivery, received=T + timedelta(seconds=seconds)))


@pytest.mark.parametrize("seconds", [-301, 301, 90 * 24 * 3600])
def test_delivery_of_another_time_is_not(seconds):
    delivery = sent(EVENTS[0], moment=T)

    with pytest.raises(BadSignature, match="clock"):
        PROVIDER.accept(replace(delivery, received=T + timedelta(seconds=seconds)))


def test_without_the_window_it_would_be(monkeypatch):
    monkeypatch.setattr(webhooks, "_WINDOW", timedelta.max)
    delivery = sent(EVENTS[0], moment=T)

    assert PROVIDER.accept(replace(delivery, received=T + timedelta(days=90)))


def test_without_the_signature_anything_would_be(monkeypatch):
    monkeypatch.setattr(webhooks, "_check_signature", lambda *_: None)

    assert PROVIDER.accept(sent(EVENTS[0], secret="wrong"))


@pytest.mark.parametrize("timestamp", ["", "soon", "1e9", "9" * 30, "9" * 5000])
def test_timestamp_that_is_none_is_refused_even_signed(timestamp):
    signed = f"v0:{timestamp}:{{}}".encode()
    digest = hmac.new(HOOK_SECRET.encode(), signed, hashlib.sha256).hexdigest()
    headers = {"x-zm-request-timestamp": timestamp, "x-zm-signature": f"v0={digest}"}

    with pytest.raises(BadSignature):
        PROVIDER.accept(replace(SIGNER.sign(b"{}"), headers=headers))


def test_nothing_is_believed_without_a_secret():
    around = Around(Wire(), CALLBACK, now)
    provider = choose({**SETTINGS, "webhook_secret": " "}, around)

    with pytest.raises(BadSignature, match="webhook_secret"):
        provider.accept(sent(EVENTS[0], secret=""))


def test_address_is_proven_to_be_ours():
    accepted = PROVIDER.accept(sent(payloads.validation(T, "qgg8vlvZRS6UYooatFL8Aw")))

    proof = hmac.new(HOOK_SECRET.encode(), b"qgg8vlvZRS6UYooatFL8Aw", hashlib.sha256)
    assert accepted.momentary
    assert json.loads(accepted.reply) == {
        "plainToken": "qgg8vlvZRS6UYooatFL8Aw",
        "encryptedToken": proof.hexdigest(),
    }


@pytest.mark.parametrize("token", [None, 7, "\ud800"])
def test_validation_without_a_token_is_refused(token):
    event = changed(payloads.validation(T, ""), "payload", "plainToken", to=token)

    with pytest.raises(Rejected):
        PROVIDER.accept(sent(event))


def test_unsigned_validation_is_not_answered():
    with pytest.raises(BadSignature):
        PROVIDER.accept(sent(payloads.validation(T, "abc"), secret="wrong"))


def test_events_are_not_answered():
    accepted = PROVIDER.accept(sent(EVENTS[0]))

    assert (accepted.reply, accepted.momentary) == (b"", False)


@pytest.mark.parametrize("event", EVENTS)
def test_what_is_not_read_is_not_journalled(event):
    """A key to recordings, a password, the host's address and name."""
    accepted = PROVIDER.accept(sent(event))

    assert PROVIDER.understand(accepted.body) == understood(event)
    unread = ("download_token", "password", "host_email", "host_id", "topic", "share")
    assert [name for name in unread if name.encode() in accepted.body] == []


@pytest.mark.parametrize("kind", ["meeting.started", "user.created", "zoom.new", ""])
def test_kinds_that_are_not_read_are_not_journalled(kind):
    event = payloads.joined(MEETING, ADA, T) | {"event": kind}

    assert PROVIDER.accept(sent(event)).momentary


def test_same_event_has_the_same_key_however_it_is_written():
    event = payloads.recording_completed(MEETING, [FILE], T)
    again = dict(reversed(event.items())) | {"download_token": "another"}

    (first, second) = (PROVIDER.accept(sent(one)).key for one in (event, again))

    assert first == second


def test_different_events_have_different_keys():
    others = [
        payloads.joined(MEETING, replace(ADA, user_id="2"), T),
        payloads.joined(replace(MEETING, uuid="b"), ADA, T),
        payloads.joined(MEETING, ADA, T + timedelta(milliseconds=1)),
    ]

    keys = [PROVIDER.accept(sent(one)).key for one in (*EVENTS, *others)]

    assert len(set(keys)) == len(keys)


async def test_guest_without_an_address_is_known_by_his_registration(zoom, connect):
    zoom.hides_addresses = True
    provider = connect(dashboard="yes")
    bare = Place(name="h", title="Hall", capacity=600)
    place = replace(bare, reference=await provider.ensure(bare))
    ada, eve = [
        await provider.entry(place, Guest(id=name, name=name))
        for name in ("ada", "eve")
    ]

    zoom.come(ada.url)
    (listed,) = await provider.participants(place)
    zoom.go(ada.url)

    told = [provider.understand(one.body)[0] for one in zoom.deliveries]
    assert [type(one) for one in told] == [Came, Went]
    for one in (*told, listed):
        assert one.mark
        assert [one.mark in kept for kept in (ada.kept, eve.kept)] == [True, False]
    assert [one.guest for one in told] == ["", ""]


async def test_two_connections_of_one_guest_are_told_apart(zoom, provider, hall):
    entry = await provider.entry(hall, Guest(id="g", name="Somebody"))
    zoom.come(entry.url)
    zoom.go(entry.url)
    zoom.come(entry.url)

    told = [provider.understand(one.body)[0] for one in zoom.deliveries]

    assert [type(one) for one in told] == [Came, Went, Came]
    assert told[0].stream == told[1].stream != told[2].stream
