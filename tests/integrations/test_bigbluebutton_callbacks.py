"""What a BigBlueButton server calls us for: believed, told apart, understood."""

import hashlib
import hmac
import json
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.errors import BadSignature, Rejected
from integrations.http import Wire
from integrations.video.bigbluebutton import callbacks as calling_back
from integrations.video.bigbluebutton.callbacks import Callbacks
from integrations.video.bigbluebutton.news import understand
from integrations.video.events import (
    Came,
    Closed,
    Recorded,
    Recording,
    RecordingState,
    Went,
)
from tests.bigbluebutton_bench import NOW, PLACE, SECRET, Bench, delivery
from tests.bigbluebutton_server import (
    BigBlueButton,
    Meeting,
    event_of,
    hook_form,
    ready_form,
    sign,
)
from tests.contracts.video import ADA, GRACE

US = "https://us.example/webhooks/main"
HOOK = f"{US}?room={PLACE.name}"
AT = 1_795_419_570_298
MOMENT = datetime(2026, 11, 23, 7, 39, 30, 298_000, tzinfo=UTC)
MEETING = Meeting({"meetingID": PLACE.name}, AT)
RECORD = MEETING.internal
SOMEBODY = {"internal-user-id": "w_1", "external-user-id": "reg7", "name": "Ada"}
CAME = event_of(MEETING, "user-joined", {"user": SOMEBODY}, AT)


@pytest.fixture
async def bench(aiohttp_server):
    wire = Wire()
    made = Bench(BigBlueButton(SECRET), wire)
    yield await made.start(aiohttp_server, record="yes")
    await wire.close()


@pytest.fixture
def ours():
    return Callbacks(US, SECRET)


def hooked(*events, algorithm="sha1", url=HOOK):
    body = hook_form(list(events), AT)
    return delivery(body, sign(url, body, SECRET, algorithm))


# bbb-webhooks


async def test_meeting_is_told_from_the_first_to_the_end(bench):
    await bench.come(ADA, await bench.provider.entry(bench.place, ADA))
    await bench.come(GRACE, await bench.provider.entry(bench.place, GRACE))
    await bench.go(ADA)
    await bench.server.end(PLACE.name)

    news = bench.news()

    told = [(type(one), getattr(one, "guest", "")) for one in news]
    assert told == [
        (Came, ADA.id),
        (Came, GRACE.id),
        (Went, ADA.id),
        (Closed, ""),
        (Closed, ""),  # by bbb-webhooks and by the server itself
    ]
    assert {one.place for one in news} == {PLACE.name}
    assert news[0].name == "Ada Lovelace"
    assert news[2].stream == news[0].stream


@pytest.mark.parametrize("algorithm", ["sha1", "sha256", "sha384", "sha512"])
def test_checksum_of_every_kind_is_known_by_its_length(ours, algorithm):
    accepted = ours.accept(hooked(CAME, algorithm=algorithm))

    assert understand(accepted.body) == (
        Came(place=PLACE.name, guest="reg7", stream="w_1", at=MOMENT, name="Ada"),
    )


def test_checksum_stands_for_the_address_as_it_was_registered(ours):
    body = hook_form([CAME], AT)
    digest = sign(f"{US}?room=another", body, SECRET).rpartition("=")[2]

    with pytest.raises(BadSignature):
        ours.accept(delivery(body, f"{HOOK}&checksum={digest}"))
    assert ours.accept(delivery(body, f"{US}?room=another&checksum={digest}")).body


def test_forged_checksum_would_pass_without_the_guard(ours, monkeypatch):
    forged = delivery(hook_form([CAME], AT), f"{HOOK}&checksum={'0' * 40}")
    with pytest.raises(BadSignature):
        ours.accept(forged)

    monkeypatch.setattr(calling_back, "_same", lambda _given, _right: True)

    assert ours.accept(forged).body == forged.body


async def test_secret_itself_is_taken_where_webhooks_send_it(bench):
    bench.server.bearer = True

    await bench.come(ADA, await bench.provider.entry(bench.place, ADA))

    (came,) = bench.news()
    assert came.guest == ADA.id
    assert "checksum" not in bench.deliveries[0].url


async def test_retry_is_known_by_its_key(bench):
    entry = await bench.provider.entry(bench.place, ADA)
    bench.statuses = [500, 503]

    await bench.come(ADA, entry)

    assert len(bench.deliveries) == 3
    assert len({bench.provider.accept(one).key for one in bench.deliveries}) == 1


def test_same_event_at_another_time_has_another_key(ours):
    bodies = [hook_form([CAME], at) for at in (AT, AT + 1)]

    keys = {ours.accept(delivery(one, sign(HOOK, one, SECRET))).key for one in bodies}

    assert len(keys) == 2


def test_one_delivery_may_hold_several_events(ours):
    left = event_of(MEETING, "user-left", {"user": SOMEBODY}, str(AT))
    ended = event_of(MEETING, "meeting-ended", {}, AT)
    other = event_of(MEETING, "user-audio-muted", {"user": SOMEBODY}, AT)

    news = understand(ours.accept(hooked(CAME, other, left, ended)).body)

    assert news[1:] == (
        Went(place=PLACE.name, guest="reg7", stream="w_1", at=MOMENT),
        Closed(place=PLACE.name, at=MOMENT),
    )


def test_people_without_our_id_are_nobodys_guests(ours):
    stranger = {"internal-user-id": "w_1", "external-user-id": "w_1", "name": "Eve"}
    unknown = {"internal-user-id": "w_2", "external-user-id": ""}
    events = [
        event_of(MEETING, "user-joined", {"user": stranger}, AT),
        event_of(MEETING, "user-left", {"user": unknown}, AT),
    ]

    came, went = understand(hook_form(events, AT))

    assert (came.guest, came.stream) == ("", "w_1")
    assert (went.guest, went.stream) == ("", "w_2")


def test_name_that_no_database_takes_is_cleaned():
    user = SOMEBODY | {"name": '<b>\x00A\ud800da</b>\n"'}

    (came,) = understand(
        hook_form([event_of(MEETING, "user-joined", {"user": user}, AT)], AT)
    )

    assert came.name == '<b> A da</b> "'


@pytest.mark.parametrize(
    "change",
    [
        {"meeting": {}},
        {"meeting": {"external-meeting-id": 7}},
        {"meeting": None},
        {"user": {}},
        {"user": []},
        {"user": {"internal-user-id": None}},
    ],
)
def test_event_that_names_nothing_is_refused(change):
    attributes = CAME["data"]["attributes"] | change
    event = {"data": CAME["data"] | {"attributes": attributes}}

    with pytest.raises(Rejected):
        understand(hook_form([event], AT))


@pytest.mark.parametrize("ts", [None, "soon", 1e30, 10**40, "1" * 5000, True, [], "-"])
def test_event_without_a_time_is_refused(ts):
    with pytest.raises(Rejected):
        understand(hook_form([event_of(MEETING, "meeting-ended", {}, ts)], AT))


@pytest.mark.parametrize(
    "event", [None, 7, [], {"data": None}, {"data": {"id": ["user-joined"]}}]
)
def test_event_of_no_known_kind_means_nothing(event):
    assert understand(hook_form([event], AT)) == ()


@pytest.mark.parametrize(
    "body",
    [
        b"a=b",
        b"event={}",
        b"event=[",
        b"ended=a",
        b"ended=a&at=soon",
        b"ended=a&at=2026-11-23T09:00:00",
        b"recorded=b",
        b"a=b&" * 50,
    ],
)
def test_form_that_we_did_not_write_is_refused(body):
    with pytest.raises(Rejected):
        understand(body)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(
    user=ANYTHING,
    meeting=ANYTHING,
    ts=ANYTHING,
    kind=st.sampled_from(
        ["user-joined", "user-left", "meeting-ended", "rap-publish-ended"]
    ),
)
def test_any_event_is_understood_or_refused(user, meeting, ts, kind):
    attributes = {"meeting": meeting, "user": user, "recording": user}
    data = {"id": kind, "attributes": attributes, "event": {"ts": ts}}
    try:
        news = understand(hook_form([{"data": data}], AT))
    except Rejected:
        return
    json.dumps([one.place for one in news]).encode()


@given(st.binary() | st.text().map(lambda text: urlencode({"event": text}).encode()))
def test_any_body_is_understood_or_refused(body):
    with suppress(Rejected):
        assert understand(body) == ()


@given(
    body=st.binary(),
    tail=st.text(st.characters()) | st.text().map(lambda text: f"?checksum={text}"),
    header=st.text(st.characters()),
)
def test_any_delivery_without_a_signature_is_refused(body, tail, header):
    for prefix in (b"", b"signed_parameters=", b"{"):
        for said in (header, f"Bearer {header}"):
            with pytest.raises(BadSignature):
                Callbacks(US, SECRET).accept(
                    delivery(prefix + body, US + tail, authorization=said)
                )


# The end of a meeting


async def test_end_is_told_by_the_server_without_webhooks(bench):
    bench.server.webhooks = False
    await bench.provider.ensure(bench.place)

    await bench.server.end(PLACE.name)

    assert bench.news() == [Closed(place=PLACE.name, at=NOW)]
    assert bench.deliveries[0].body == b""
    assert bench.deliveries[0].url.endswith(f"&meetingID={PLACE.name}")


async def test_end_that_comes_again_has_the_same_key_and_the_next_another(bench):
    bench.server.webhooks = False
    bench.server.told_twice = True
    for _ in range(2):
        await bench.connected().ensure(bench.place)
        await bench.server.end(PLACE.name)

    keys = [bench.provider.accept(one).key for one in bench.deliveries]

    assert len(keys) == 4
    assert (keys[0], keys[2]) == (keys[1], keys[3])
    assert keys[0] != keys[2]


async def test_nobody_in_the_meeting_is_shown_how_to_end_it(bench):
    await bench.provider.ensure(bench.place)

    answer = await bench.provider.calls.ask("getMeetingInfo", {"meetingID": PLACE.name})

    assert [one.tag for one in answer.find("metadata")] == ["bbb-recording-ready-url"]
    assert "ended=" not in (answer.findtext("metadata/bbb-recording-ready-url"))


@pytest.mark.parametrize(
    "forge",
    [
        lambda url: url.replace(PLACE.name, "another"),
        lambda url: url[:-1] + ("0" if url[-1] != "0" else "1"),
        lambda url: url.partition("&ended")[0],
        lambda url: url.partition("?")[0],
        lambda url: f"{url.partition('ended=')[0]}ended=",
        lambda url: f"{url}\udcff",
        lambda url: f"{url}&ended=é",
        lambda url: f"{url}{'&a=b' * 50}",
    ],
)
def test_forged_end_is_refused(ours, forge):
    genuine = ours.ended(PLACE.name)

    with pytest.raises(BadSignature):
        ours.accept(delivery(url=forge(genuine)))
    assert ours.accept(delivery(url=f"{genuine}&recordingmarks=true")).body


def test_forged_end_would_pass_without_the_guard(ours, monkeypatch):
    monkeypatch.setattr(calling_back, "_same", lambda _given, _right: True)

    assert ours.accept(delivery(url=f"{US}?room={PLACE.name}&ended=x")).body


# Recordings


READY = Recording(id=RECORD, place=PLACE.name, state=RecordingState.READY)


async def test_recording_that_is_ready_is_told(bench):
    await bench.provider.ensure(bench.place)

    await bench.server.ready(PLACE.name)

    record = bench.meeting.internal
    assert bench.news() == [Recorded(recording=replace(READY, id=record))]


@pytest.mark.parametrize("success", [True, False])
async def test_video_that_is_made_or_failed_is_told(bench, success):
    await bench.provider.ensure(bench.place)

    await bench.server.published(PLACE.name, RECORD, success=success)

    state = RecordingState.READY if success else RecordingState.FAILED
    assert bench.news() == [Recorded(recording=replace(READY, state=state))]


def test_recording_is_known_by_its_meeting_where_it_has_no_name():
    said = {"success": True, "workflow": "video"}

    news = understand(hook_form([event_of(MEETING, "rap-publish-ended", said, AT)], AT))

    assert news == (Recorded(recording=READY),)


async def test_format_that_is_no_file_is_no_news(bench):
    await bench.provider.ensure(bench.place)

    await bench.server.published(PLACE.name, RECORD, playback="presentation")

    assert bench.news() == []


def ready(claims=None, secret=SECRET, algorithm="HS256", received=NOW):
    token = jwt.encode(
        claims or {"meeting_id": "a", "record_id": "b"}, secret, algorithm
    )
    body = urlencode({"signed_parameters": token}).encode()
    return replace(delivery(body), received=received)


def test_second_format_is_not_taken_for_a_repetition_of_the_first(ours):
    body = ready_form(MEETING, SECRET).encode()
    moments = (NOW, NOW + timedelta(seconds=1), NOW + timedelta(minutes=5))

    keys = [ours.accept(replace(delivery(body), received=at)).key for at in moments]

    assert keys[0] == keys[1] != keys[2]


def forged_none():
    token = jwt.encode({"meeting_id": "a", "record_id": "b"}, None, "none")
    return delivery(urlencode({"signed_parameters": token}).encode())


@pytest.mark.filterwarnings("ignore::jwt.InsecureKeyLengthWarning")
@pytest.mark.parametrize(
    "forged",
    [
        ready(secret="another secret of thirty-two chars"),
        forged_none(),
        ready(secret=SECRET * 2, algorithm="HS512"),
        delivery(ready().body[:-2]),
        delivery(b"signed_parameters="),
        delivery(b"signed_parameters=%00%ff"),
        delivery(b"signed_parameters=\xff"),
        delivery(b"a=b&" + ready().body),
    ],
)
def test_forged_recording_is_refused(ours, forged):
    with pytest.raises(BadSignature):
        ours.accept(forged)


def test_forged_recording_would_pass_without_the_guard(ours, monkeypatch):
    decode = jwt.decode
    monkeypatch.setattr(
        calling_back.jwt,
        "decode",
        lambda token, *_, **__: decode(token, options={"verify_signature": False}),
    )

    assert ours.accept(forged_none()).body


@pytest.mark.parametrize(
    "claims", [{"a": 1}, {"meeting_id": "a", "record_id": 7}, {"record_id": "b"}]
)
def test_recording_without_a_name_is_refused(ours, claims):
    with pytest.raises(Rejected):
        ours.accept(ready(claims))


def test_recording_of_an_impossible_name_is_cleaned(ours):
    accepted = ours.accept(ready({"meeting_id": "a\ud800", "record_id": "b\x00c"}))

    (news,) = understand(accepted.body)
    assert (news.recording.place, news.recording.id) == ("a", "b c")


# The learning dashboard


def dashboard(algorithm="HS512", secret=SECRET, **claims):
    def part(value):
        return jwt.utils.base64url_encode(json.dumps(value).encode()).decode()

    signed = f"{part({'typ': 'JWT', 'alg': algorithm})}.{part(claims)}"
    digest = {"HS256": hashlib.sha256, "HS512": hashlib.sha512}[algorithm]
    made = hmac.new(secret.encode(), signed.encode(), digest).digest()
    token = f"{signed}.{jwt.utils.base64url_encode(made).decode()}"
    return delivery(b'{"data":{"attendees":[]}}', authorization=f"Bearer {token}")


@pytest.mark.parametrize("algorithm", ["HS256", "HS512"])
def test_dashboard_is_answered_and_read_by_nobody(ours, algorithm):
    accepted = ours.accept(dashboard(algorithm, exp=int(NOW.timestamp()) + 60))

    assert accepted.momentary
    assert accepted.body == b""


@pytest.mark.parametrize(
    "forged",
    [
        dashboard(exp=int(NOW.timestamp())),
        dashboard(exp="2099"),
        dashboard(),
        dashboard(exp=int(NOW.timestamp()) + 60, secret="another"),
    ],
)
def test_dashboard_of_somebody_else_is_refused(ours, forged):
    with pytest.raises(BadSignature):
        ours.accept(forged)
