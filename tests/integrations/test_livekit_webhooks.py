"""What a LiveKit server tells: whether it is the server's, and what it means."""

import json
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from livekit import api as livekit_api

from integrations.errors import BadSignature, Rejected
from integrations.video.events import (
    Came,
    Closed,
    Recorded,
    Recording,
    RecordingState,
    Went,
)
from integrations.video.livekit import told, webhooks
from integrations.video.livekit.tokens import ApiKey, entry_token
from integrations.video.provider import Guest
from orchestrator.clock import utc_now
from tests.integrations.livekit_bench import PLACE, forgeries, signed
from tests.livekit_server import KEY, SECRET

OURS = ApiKey(KEY, SECRET, utc_now)
AT = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
# As v1.13.5 sent them; the room shortened.
ROOM = {
    "sid": "RM_JigVBJ8bDaKF",
    "name": "hall",
    "maxParticipants": 600,
    "creationTimeMs": "1795679929365",
    "turnPassword": "ZbISMA8HZB9zS5ho",
    "enabledCodecs": [{"mime": "audio/opus"}],
}
ADA = {
    "sid": "PA_zvrP9fQXShgq",
    "identity": "2bcdfghjkmnp",
    "state": "ACTIVE",
    "joinedAt": "1795683600",
    "joinedAtMs": "1795683600516",
    "name": "Ada Lovelace",
    "version": 2,
    "permission": {"canSubscribe": True},
    "clientProtocol": 2,
}
JOINED = {
    "event": "participant_joined",
    "room": ROOM,
    "participant": ADA,
    "id": "EV_amiSjnJCSiE4",
    "createdAt": "1795683600",
}
LEFT = JOINED | {"event": "participant_left", "createdAt": "1795687200"}
EGRESS = {
    "event": "egress_ended",
    "id": "EV_dfgR4jJCSiE4",
    "createdAt": "1795687200",
    "egressInfo": {
        "egressId": "EG_xyz",
        "roomId": "RM_JigVBJ8bDaKF",
        "roomName": "hall",
        "status": "EGRESS_COMPLETE",
        "startedAt": "1795683600000000000",
        "endedAt": "1795687200000000000",
        "roomComposite": {"fileOutputs": [{"s3": {"secret": "{secret}"}}]},
        "fileResults": [
            {
                "filename": "talks/hall-1.mp4",
                "duration": "3600500000000",
                "size": "123456",
                "location": "https://s3.example.org/recordings/talks/hall-1.mp4",
            }
        ],
    },
}


def body(event, /, **changes):
    return json.dumps(event | changes).encode()


def accepted(event, /, **changes):
    return webhooks.accept(OURS, signed(body(event, **changes)))


def news(event, /, **changes):
    return webhooks.understand(accepted(event, **changes).body)


def test_delivery_is_named_by_the_servers_own_id():
    assert accepted(JOINED).key == "EV_amiSjnJCSiE4"


def test_what_is_not_read_is_not_kept():
    kept = accepted(JOINED).body + accepted(EGRESS).body

    assert b"turnPassword" not in kept
    assert b"roomComposite" not in kept


def test_server_and_another_reader_agree_on_what_is_signed():
    delivery = signed(body(JOINED))
    reader = livekit_api.WebhookReceiver(livekit_api.TokenVerifier(KEY, SECRET))

    event = reader.receive(delivery.body.decode(), delivery.headers["authorization"])

    assert event.id == accepted(JOINED).key


def test_every_forgery_is_refused():
    for forged in forgeries(signed(body(JOINED))):
        with pytest.raises(BadSignature):
            webhooks.accept(OURS, forged)


def test_token_of_a_participant_signs_nothing():
    guest = Guest(id="2bcdfghjkmnp", name="Ada", speaks=True)
    delivery = signed(body(JOINED))
    delivery.headers["authorization"] = entry_token(OURS, PLACE, guest)

    with pytest.raises(BadSignature):
        webhooks.accept(OURS, delivery)


def test_signature_is_judged_by_the_time_at_which_it_came():
    """Five minutes, and one for clocks; not by the time at which it is looked at."""
    delivery = signed(body(JOINED), received=AT)
    late = AT + timedelta(minutes=6, seconds=1)

    assert webhooks.accept(OURS, delivery).key
    with pytest.raises(BadSignature, match="old"):
        webhooks.accept(OURS, replace(delivery, received=late))


@pytest.mark.parametrize(
    ("guard", "without", "forged"),
    [
        ("hmac.compare_digest", lambda *_: True, {"sha256": "AAAA"}),
        ("_check_age", lambda *_: None, {"exp": 1}),
    ],
)
def test_forgery_would_pass_without_the_guard(monkeypatch, guard, without, forged):
    monkeypatch.setattr(f"integrations.video.livekit.webhooks.{guard}", without)

    assert webhooks.accept(OURS, signed(body(JOINED), **forged)).key


def test_token_with_grants_would_sign_without_the_guard(monkeypatch):
    delivery = signed(body(JOINED), video={"roomJoin": True})
    with pytest.raises(BadSignature, match="participant"):
        webhooks.accept(OURS, delivery)

    monkeypatch.setattr(webhooks, "_GRANTS", ())

    assert webhooks.accept(OURS, delivery).key


@pytest.mark.parametrize(
    "event",
    [
        {"event": "participant_joined"},
        JOINED | {"id": ""},
        JOINED | {"id": 7},
        JOINED | {"id": "x" * 201},
    ],
)
def test_signed_event_without_an_id_is_refused(event):
    with pytest.raises(Rejected):
        accepted(event)


def test_somebody_comes():
    assert news(JOINED) == (
        Came(
            place="hall",
            guest="2bcdfghjkmnp",
            stream="PA_zvrP9fQXShgq",
            at=AT + timedelta(milliseconds=516),
            name="Ada Lovelace",
            speaks=False,
        ),
    )


@pytest.mark.parametrize(
    ("permission", "speaks"),
    [({"canPublish": True}, True), ({"canPublish": False}, False), (None, None)],
)
def test_who_comes_may_speak_or_not(permission, speaks):
    (came,) = news(JOINED, participant=ADA | {"permission": permission})

    assert came.speaks is speaks


@pytest.mark.parametrize(
    ("event", "began"),
    [("participant_left", True), ("participant_connection_aborted", False)],
)
def test_somebody_goes(event, began):
    assert news(LEFT, event=event) == (
        Went(
            place="hall",
            guest="2bcdfghjkmnp",
            stream="PA_zvrP9fQXShgq",
            at=AT + timedelta(hours=1),
            began=began,
        ),
    )


def test_nobody_goes_before_he_came():
    """Events have whole seconds, coming has milliseconds."""
    (came,), (went,) = news(JOINED), news(LEFT, createdAt="1795683600")

    assert went.at == came.at


def test_coming_is_told_by_older_servers_in_seconds():
    older = {name: ADA[name] for name in ADA if name != "joinedAtMs"}

    (came,) = news(JOINED, participant=older)

    assert came.at == AT


@pytest.mark.parametrize(
    "other",
    [
        {"kind": "AGENT"},
        {"kind": "EGRESS"},
        {"kind": "INGRESS"},
        {"kind": 99},
        {"permission": {"hidden": True}},
        {"permission": {"recorder": True}},
    ],
)
def test_what_is_no_person_is_not_told_of(other):
    for event in (JOINED, LEFT):
        assert news(event, participant=ADA | other) == ()


def test_telephone_is_a_person_of_whom_no_id_is_known():
    for event in (JOINED, LEFT):
        (one,) = news(event, participant=ADA | {"kind": "SIP"})
        assert one.guest == ""


def test_room_ends():
    assert news(LEFT, event="room_finished") == (
        Closed(place="hall", at=AT + timedelta(hours=1)),
    )


@pytest.mark.parametrize("event", ["room_started", "track_published", "new_kind", ""])
def test_other_kinds_mean_nothing(event):
    assert news(JOINED, event=event) == ()


def test_recording_is_there():
    assert news(EGRESS) == (
        Recorded(
            recording=Recording(
                id="EG_xyz",
                place="hall",
                state=RecordingState.READY,
                started=AT,
                seconds=3600.5,
                size=123456,
                location="talks/hall-1.mp4",
            )
        ),
    )


@pytest.mark.parametrize(
    ("status", "state"),
    [
        (None, RecordingState.RUNNING),
        ("EGRESS_STARTING", RecordingState.RUNNING),
        ("EGRESS_ACTIVE", RecordingState.RUNNING),
        ("EGRESS_ENDING", RecordingState.PROCESSING),
        ("EGRESS_LIMIT_REACHED", RecordingState.READY),
        ("EGRESS_FAILED", RecordingState.FAILED),
        ("EGRESS_ABORTED", RecordingState.FAILED),
    ],
)
def test_recording_has_a_state(status, state):
    (one,) = news(EGRESS, egressInfo=EGRESS["egressInfo"] | {"status": status})

    assert one.recording.state == state


def test_recording_of_which_there_is_no_file_has_failed():
    (one,) = news(EGRESS, egressInfo=EGRESS["egressInfo"] | {"fileResults": []})

    assert one.recording.state == RecordingState.FAILED


def test_stream_to_elsewhere_is_no_recording():
    stream = {"fileResults": [], "streamResults": [{"url": "rtmp://elsewhere"}]}

    assert news(EGRESS, egressInfo=EGRESS["egressInfo"] | stream) == ()


@pytest.mark.parametrize(
    "changes",
    [
        {"room": None},
        {"room": "hall"},
        {"participant": None},
        {"participant": [ADA]},
        {"participant": ADA | {"identity": 7}},
        {"participant": ADA | {"sid": ""}},
        {"participant": ADA | {"joinedAtMs": "soon"}},
        {"participant": ADA | {"joinedAtMs": 10**30}},
        {"participant": ADA | {"joinedAtMs": str(2**62)}},
        {"participant": ADA | {"permission": "all"}},
        {"createdAt": "", "event": "room_finished"},
        {"event": ["participant_joined"]},
    ],
)
def test_what_should_mean_something_and_does_not_is_refused(changes):
    with pytest.raises(Rejected):
        news(JOINED, **changes)


@pytest.mark.parametrize(
    "egress",
    [
        {"status": "EGRESS_DANCING"},
        {"egressId": ""},
        {"fileResults": {}},
        {"fileResults": ["x"]},
    ],
)
def test_recording_that_cannot_be_read_is_refused(egress):
    with pytest.raises(Rejected):
        news(EGRESS, egressInfo=EGRESS["egressInfo"] | egress)


def test_text_that_no_database_keeps_is_made_one_that_it_keeps():
    (came,) = news(JOINED, participant=ADA | {"name": "A\0d\ud800a"})

    assert came.name == "Ad?a"


_ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda some: st.lists(some) | st.dictionaries(st.text(), some),
    max_leaves=5,
)
_NAMES = sorted({*JOINED, *ADA, *EGRESS, *EGRESS["egressInfo"], "kind", "file"})
_KINDS = ["participant_joined", "participant_left", "room_finished", "egress_ended"]


@given(
    st.sampled_from(_KINDS),
    st.dictionaries(
        st.sampled_from(_NAMES),
        _ANY | st.dictionaries(st.sampled_from(_NAMES), _ANY, max_size=8),
    ),
)
def test_anything_that_is_signed_is_read_or_refused(kind, event):
    with suppress(Rejected):
        news({"room": ROOM, "participant": ADA, "id": "EV_1"} | event, event=kind)


@given(st.binary())
def test_any_bytes_are_read_or_refused(raw):
    with suppress(Rejected):
        webhooks.understand(raw)


@given(st.binary(), st.text())
def test_nothing_that_is_not_signed_is_accepted(raw, token):
    delivery = signed(raw)
    delivery.headers["authorization"] = token

    with pytest.raises(BadSignature):
        webhooks.accept(OURS, delivery)


def test_answers_and_webhooks_are_read_alike():
    """Answers name fields as protobuf does."""
    answer = {
        "participants": [
            {"identity": "a", "name": "Ada", "state": "ACTIVE", "kind": "STANDARD"},
            {
                "identity": "b",
                "state": "JOINED",
                "permission": {"can_publish": True, "hidden": False},
            },
            {"identity": "c", "state": "JOINING"},
            {"identity": "d", "state": "DISCONNECTED"},
            {"identity": "e", "state": "ACTIVE", "kind": "AGENT"},
        ]
    }

    assert [(one.id, one.name, one.speaks) for one in told.present(answer)] == [
        ("a", "Ada", None),
        ("b", "", True),
    ]
