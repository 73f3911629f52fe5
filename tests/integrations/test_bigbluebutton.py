"""Rooms on a BigBlueButton server: made, entered, closed, asked about."""

import asyncio
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit
from xml.etree.ElementTree import XML

import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st
from yarl import URL

from integrations.errors import Rejected, Unreachable
from integrations.http import Wire
from integrations.video.bigbluebutton import calls as calling
from integrations.video.bigbluebutton import meetings as meeting
from integrations.video.bigbluebutton.calls import Calls, Refused, read
from integrations.video.bigbluebutton.names import full_name, meeting_name
from integrations.video.choose import choose
from integrations.video.events import Recording, RecordingState
from integrations.video.provider import Capabilities, Document, Guest, Participant
from integrations.video.setup import Around, UnusableSetting
from tests.bigbluebutton_bench import NOW, PLACE, SECRET, Bench
from tests.bigbluebutton_server import BEGAN, BigBlueButton
from tests.contracts.video import ADA, GRACE, VideoContract
from tests.waiting import until

SLIDES = (
    Document(url='https://conf.example.org/s/1?a="b"&c=<d>', name="Ada & Grace.pdf"),
    Document(url="https://conf.example.org/s/2", name="é\x00.pdf"),
)


@pytest.fixture
async def wire():
    wire = Wire()
    yield wire
    await wire.close()


@pytest.fixture
def server():
    return BigBlueButton(SECRET)


@pytest.fixture
async def bench(server, wire, aiohttp_server):
    return await Bench(server, wire).start(aiohttp_server)


class TestBigBlueButton(VideoContract):
    pass


def asked(url):
    """The parameters of an address, without its checksum."""
    found = parse_qs(urlsplit(url).query, keep_blank_values=True)
    return {name: value for name, (value,) in found.items() if name != "checksum"}


def test_provider_promises_what_the_server_can_do(bench):
    assert bench.provider.capabilities == Capabilities(
        presence=True, listing=True, slides=True
    )


# Making a meeting


async def test_meeting_is_made_as_the_room_is(bench):
    await bench.provider.ensure(bench.place)

    made = dict(bench.meeting.asked)
    ended = made.pop("meetingEndedURL")
    passwords = {made.pop("attendeePW"), made.pop("moderatorPW")}
    assert made == {
        "name": "Numbers – and what they are for",
        "meetingID": PLACE.name,
        "maxParticipants": "600",
        "muteOnStart": "true",
        "guestPolicy": "ALWAYS_ACCEPT",
        "record": "false",
        "logoutURL": PLACE.home,
    }
    assert ended.startswith(f"{bench.callback}?room={PLACE.name}&ended=")
    assert {len(one) for one in passwords} == {32}
    assert len(passwords) == 2


@pytest.mark.parametrize(
    ("record", "pressed"), [("yes", "false"), ("true", "false"), ("auto", "true")]
)
async def test_meeting_is_recorded_where_the_connection_says_so(
    server, wire, aiohttp_server, record, pressed
):
    bench = await Bench(server, wire).start(aiohttp_server, record=record)

    await bench.provider.ensure(bench.place)

    made = bench.meeting.asked
    assert made["record"] == made["allowStartStopRecording"] == "true"
    assert made["autoStartRecording"] == pressed
    assert made["meta_bbb-recording-ready-url"] == bench.callback


async def test_slides_of_the_talks_are_there_from_the_start(bench):
    await bench.provider.ensure(replace(bench.place, slides=SLIDES))

    assert bench.meeting.slides == [
        {
            "url": 'https://conf.example.org/s/1?a="b"&c=<d>',
            "filename": "Ada & Grace.pdf",
            "downloadable": "false",
            "removable": "true",
        },
        {
            "url": "https://conf.example.org/s/2",
            "filename": "é.pdf",
            "downloadable": "false",
            "removable": "true",
        },
    ]


async def test_nobody_waits_until_the_server_has_all_slides(bench, monkeypatch):
    monkeypatch.setattr(meeting, "_SLIDES_SECONDS", 1.0)
    bench.server.fetched = asyncio.Event()
    place = replace(bench.place, slides=SLIDES)

    page, _ = await bench.come(ADA, await bench.provider.entry(place, ADA))
    bench.server.fetched.set()

    assert page.path == "/client"
    assert len(bench.meeting.slides) == 2


async def test_other_process_finds_the_same_meeting(bench):
    first = await bench.provider.entry(bench.place, ADA)

    again = await bench.connected().entry(bench.place, ADA)

    assert again == first
    assert bench.server.calls.count("create") == 2
    assert bench.server.refused == []


async def test_meeting_made_before_the_secret_changed_is_entered(bench):
    await bench.provider.ensure(bench.place)
    bench.meeting.asked["moderatorPW"] = "of another secret"

    entry = await bench.connected().entry(bench.place, ADA)
    _, page = await bench.come(ADA, entry)

    assert bench.server.refused == ["idNotUnique"]
    assert page == "the meeting"


async def test_rush_makes_one_meeting_with_one_call(bench, count):
    people = [Guest(id=f"reg{n}", name="Ada") for n in range(count(600 * 50))]

    entries = await asyncio.gather(
        *(bench.provider.entry(bench.place, one) for one in people)
    )

    assert len({one.url for one in entries}) == len(people)
    assert bench.server.calls == ["create", "hooks/create"]


async def test_rush_would_ask_for_each_person_otherwise(bench, monkeypatch):
    monkeypatch.setattr(meeting, "_REMEMBERED", 0.0)

    for _ in range(5):
        await bench.provider.entry(bench.place, ADA)

    assert bench.server.calls.count("create") == 5


async def test_who_gives_up_does_not_take_the_others_answer_with_him(bench):
    async with bench.silent():
        impatient = asyncio.create_task(bench.provider.entry(bench.place, ADA))
        patient = asyncio.create_task(bench.provider.entry(bench.place, GRACE))
        await until(lambda: bench.server.held == 1)
        impatient.cancel()

    assert (await patient).url
    assert impatient.cancelled()
    assert bench.server.calls.count("create") == 1


async def test_failure_is_told_to_all_who_wait_and_not_remembered(bench):
    async with bench.saying(b"<html>", 502):
        told = await asyncio.gather(
            *(bench.provider.entry(bench.place, one) for one in (ADA, GRACE)),
            return_exceptions=True,
        )

    assert [type(one) for one in told] == [Unreachable, Unreachable]
    assert (await bench.provider.entry(bench.place, ADA)).url


# Going in


async def test_link_is_personal_and_of_this_meeting(bench):
    ada = Guest(id="reg7", name="Ada", language="fr")

    entry = await bench.provider.entry(bench.place, ada)

    assert asked(entry.url) == {
        "fullName": "Ada",
        "meetingID": PLACE.name,
        "role": "VIEWER",
        "userID": "reg7",
        "createTime": str(BEGAN),
        "errorRedirectUrl": PLACE.home,
        "userdata-bbb_override_default_locale": "fr",
    }


async def test_chair_is_moderator(bench):
    entry = await bench.provider.entry(bench.place, GRACE)

    assert asked(entry.url)["role"] == "MODERATOR"


@given(name=st.text(max_size=200))
def test_any_name_travels_unchanged_through_redirects_and_browsers(name):
    shown = full_name(name, otherwise="reg7")
    address = Calls(Wire(), "https://bbb.example.org/bigbluebutton/api", "s").address(
        "join", {"fullName": shown, "home": PLACE.home}
    )

    assert web.HTTPSeeOther(str(address)).headers["Location"] == str(address)
    # Browsers encode these in a query, all else of ASCII they leave.
    assert not set(str(address)) & set(" \"#<>'")
    assert asked(str(address))["fullName"] == shown


async def test_address_would_be_refused_if_it_were_quoted_as_it_came(
    bench, monkeypatch
):
    given_as = calling.urlencode({"fullName": "a/b: c, (d)"})
    monkeypatch.setattr(calling, "URL", AsItCame)

    url = bench.provider.calls.address("join", {"fullName": "a/b: c, (d)"})

    assert given_as in str(url)
    assert web.HTTPSeeOther(str(url)).headers["Location"] != str(url)


class AsItCame:
    """Stands for yarl's URL where it would quote: it does not."""

    def __new__(cls, text, *, encoded=False):
        if encoded:
            return URL(text, encoded=True)
        made = super().__new__(cls)
        made.raw_query_string = text.removeprefix("?")
        return made


@pytest.mark.parametrize(
    "name",
    ["a/b: c+d, (e)", "D'Alembert", "Ωμέγα 😀", "%41%zz", "&fullName=Eve", "x" * 500],
)
async def test_any_name_is_let_in(bench, name):
    ada = Guest(id="reg7", name=name)

    _, page = await bench.come(ada, await bench.provider.entry(bench.place, ada))

    assert page == "the meeting"
    (found,) = await bench.provider.participants(bench.place)
    assert found == Participant(id="reg7", name=full_name(name, otherwise=""))


@pytest.mark.journey
async def test_browser_follows_our_redirect_into_the_meeting(
    bench, new_page, aiohttp_server
):
    page = await new_page(allow=("favicon.ico",))
    ada = Guest(id="reg7", name='Ada d\'Alembert / "A+b": (é), 50% & <c>; 😀')
    entry = await bench.provider.entry(bench.place, ada)

    async def redirect(_request):
        raise web.HTTPSeeOther(entry.url)

    door = web.Application()
    door.router.add_get("/", redirect)
    await page.goto(str((await aiohttp_server(door)).make_url("/")))

    assert await page.text_content("body") == "the meeting"
    (found,) = await bench.provider.participants(bench.place)
    assert found.name == ada.name.replace("'", "’")


@pytest.mark.parametrize("name", ["", "  ", "\x00\u0085"])
async def test_nameless_is_called_by_his_id(bench, name):
    entry = await bench.provider.entry(bench.place, Guest(id="reg7", name=name))

    assert asked(entry.url)["fullName"] == "reg7"


@given(title=st.text(max_size=200))
def test_any_title_becomes_a_name_that_the_server_takes(title):
    name = meeting_name(replace(PLACE, title=title))

    assert 2 <= len(name.encode("utf-16-le")) // 2 <= 64
    assert not set(name) & set(",\x00\n\r\t")
    assert name == name.strip()


async def test_link_of_a_meeting_that_ended_leads_to_our_page(bench):
    old = await bench.provider.entry(bench.place, ADA)
    await bench.server.end(PLACE.name)
    await bench.connected().ensure(bench.place)

    url, _ = await come_unless_away(bench, old)

    assert bench.server.refused == ["mismatchCreateTime"]
    assert url.host == "conf.example.org"


async def test_room_of_two_takes_no_third(bench):
    place = replace(bench.place, capacity=2)
    for guest in (ADA, GRACE):
        await bench.come(guest, await bench.provider.entry(place, guest))

    entry = await bench.provider.entry(place, Guest(id="reg9", name="Mary"))
    url, _ = await come_unless_away(bench, entry)

    assert bench.server.refused == ["maxParticipantsReached"]
    assert url.host == "conf.example.org"


async def come_unless_away(bench, entry):
    """Where the link leads, not followed beyond the server."""
    answer = await bench.wire.ask("GET", URL(entry.url, encoded=True))
    return URL(answer.headers["Location"]), answer


async def test_room_without_a_page_of_ours_is_entered_too(bench):
    place = replace(bench.place, home="")

    entry = await bench.provider.entry(place, ADA)

    assert "logoutURL" not in bench.meeting.asked
    assert "errorRedirectUrl" not in asked(entry.url)


def test_every_room_leads_somewhere():
    assert connected().leads(PLACE)
    assert connected().published == {}


# Closing


async def test_closing_puts_everybody_out_and_the_next_entry_opens_anew(bench):
    first = await bench.provider.entry(bench.place, ADA)
    await bench.come(ADA, first)

    await bench.provider.end(bench.place)

    assert bench.meeting.ended
    assert await bench.provider.participants(bench.place) == ()
    again = await bench.provider.entry(bench.place, ADA)
    assert asked(again.url)["createTime"] != asked(first.url)["createTime"]


async def test_refusal_to_close_is_told(bench):
    await bench.provider.ensure(bench.place)
    bench.meeting.asked["moderatorPW"] = "another"

    with pytest.raises(Rejected, match="invalidPassword"):
        await bench.provider.end(bench.place)


# Webhooks


async def test_meeting_has_a_hook_of_its_own(bench):
    await bench.provider.ensure(bench.place)
    await bench.provider.ensure(replace(bench.place, name="another"))

    hooks = bench.server.hooks
    assert {url: hook["meetingID"] for url, hook in hooks.items()} == {
        f"{bench.callback}?room={PLACE.name}": PLACE.name,
        f"{bench.callback}?room=another": "another",
    }
    assert {hook["eventID"] for hook in hooks.values()} == {
        "user-joined,user-left,meeting-ended,rap-publish-ended"
    }


async def test_hook_that_the_server_dropped_is_registered_again(bench, monkeypatch):
    monkeypatch.setattr(meeting, "_HOOK_HOLDS", 0.0)
    await bench.provider.ensure(bench.place)
    bench.server.hooks.clear()

    await bench.provider.participants(bench.place)

    assert len(bench.server.hooks) == 1


async def test_hook_is_not_registered_at_every_question(bench):
    await bench.provider.ensure(bench.place)

    for _ in range(3):
        await bench.provider.participants(bench.place)

    assert bench.server.calls.count("hooks/create") == 1


async def test_server_without_webhooks_lets_in_and_lists(server, bench):
    server.webhooks = False

    await bench.come(ADA, await bench.provider.entry(bench.place, ADA))

    (ada,) = await bench.provider.participants(bench.place)
    assert ada.id == ADA.id
    assert bench.deliveries == []


async def test_webhooks_that_do_not_answer_hold_nobody_up(bench, monkeypatch):
    released = asyncio.Event()

    async def silent(*_):
        await released.wait()
        raise web.HTTPNotFound

    monkeypatch.setattr(bench.server, "_hooks_create", silent)
    monkeypatch.setattr(meeting, "_HOOK_SECONDS", 0.05)
    # Any other answer is waited for longer than the test lasts.
    monkeypatch.setattr(bench.wire, "_seconds", 60)

    async with asyncio.timeout(30):
        entry = await bench.provider.entry(bench.place, ADA)

    released.set()
    assert entry.url


async def test_webhooks_can_be_left_alone(server, wire, aiohttp_server):
    bench = await Bench(server, wire).start(aiohttp_server, webhooks="no")

    await bench.provider.ensure(bench.place)

    assert server.calls == ["create"]


# Recordings


async def test_recordings_are_listed_and_the_video_is_fetched(bench):
    await bench.provider.ensure(bench.place)
    record = bench.server.record(
        PLACE.name, "presentation", "video", folder=bench.origin
    )
    bench.server.files[f"{record}/video-0.m4v"] = b"film" * 100_000

    (found,) = await bench.provider.recordings(bench.place)

    assert found == Recording(
        id=record,
        place=PLACE.name,
        state=RecordingState.READY,
        started=found.started,
        seconds=180,
        size=4096,
        location=f"{bench.origin}/playback/video/{record}/video-0.m4v",
    )
    assert found.started.timestamp() * 1000 == BEGAN
    assert await content(bench, found) == b"film" * 100_000


async def test_video_of_another_ending_is_found(bench):
    await bench.provider.ensure(bench.place)
    record = bench.server.record(PLACE.name, "video", folder=bench.origin)
    bench.server.files[f"{record}/video-0.webm"] = b"film"

    (found,) = await bench.provider.recordings(bench.place)

    assert await content(bench, found) == b"film"


async def test_file_that_the_server_names_itself_is_fetched_from_there(bench):
    bench.server.files["a/talk.mp4"] = b"film"
    found = Recording(
        id="a",
        place=PLACE.name,
        state=RecordingState.READY,
        location=f"{bench.origin}/playback/video/a/talk.mp4",
    )

    assert await content(bench, found) == b"film"


async def test_video_that_is_gone_is_told(bench):
    await bench.provider.ensure(bench.place)
    bench.server.record(PLACE.name, "video", folder=bench.origin)
    (found,) = await bench.provider.recordings(bench.place)

    with pytest.raises(Rejected, match="404"):
        await content(bench, found)


@pytest.mark.parametrize(
    ("formats", "state", "folder"),
    [
        (["presentation"], "published", "https://bbb.example.org"),
        ([], "processing", ""),
        (["video"], "unpublished", "https://bbb.example.org"),
        (["video"], "published", "file:///etc/passwd?"),
        (["video"], "published", "https://[bbb"),
        (["video"], "published", ""),
    ],
)
async def test_recording_without_a_file_is_not_ready(bench, formats, state, folder):
    await bench.provider.ensure(bench.place)
    bench.server.record(PLACE.name, *formats, state=state, folder=folder)

    (found,) = await bench.provider.recordings(bench.place)

    assert (found.state, found.location) == (RecordingState.PROCESSING, "")
    with pytest.raises(Rejected, match="no video file"):
        await content(bench, found)


async def test_recordings_are_of_this_room_and_oldest_first(bench):
    await bench.provider.ensure(bench.place)
    first = bench.server.record(PLACE.name)
    await bench.server.end(PLACE.name)
    await bench.connected().ensure(bench.place)
    second = bench.server.record(PLACE.name)
    bench.server.recordings.reverse()
    await bench.provider.ensure(replace(bench.place, name="another"))
    bench.server.record("another")

    found = await bench.provider.recordings(bench.place)

    assert [one.id for one in found] == [first, second]


async def test_recording_without_a_time_is_listed(bench):
    await bench.provider.ensure(bench.place)
    bench.server.record(PLACE.name)
    bench.server.recordings[0]["startTime"] = ""

    (found,) = await bench.provider.recordings(bench.place)

    assert found.started is None


@pytest.mark.parametrize(("key", "lists"), [("notFound", True), ("other", False)])
async def test_server_that_knows_no_recordings_has_none(bench, key, lists):
    body = f"<response><returncode>FAILED</returncode><messageKey>{key}</messageKey></response>"

    async with bench.saying(body.encode()):
        for ask in (bench.provider.recordings, bench.provider.participants):
            if lists:
                assert await ask(bench.place) == ()
            else:
                with pytest.raises(Rejected, match="other"):
                    await ask(bench.place)


async def test_recording_cannot_be_started_from_here(bench):
    with pytest.raises(Rejected, match="Press Record in BigBlueButton"):
        await bench.provider.start_recording(bench.place)

    await bench.provider.stop_recording(bench.place, "any")


async def content(bench, recording):
    return b"".join([one async for one in bench.provider.open_recording(recording)])


# Answers


BOMB = b"""<!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>
<response><returncode>SUCCESS</returncode><createTime>1&b;</createTime></response>"""
OUTSIDE = b"""<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/passwd">]>
<response><returncode>SUCCESS</returncode><createTime>&a;</createTime></response>"""


@pytest.mark.parametrize(
    "body",
    [
        BOMB,
        OUTSIDE,
        b"<response><returncode>SUCCESS</returncode></response>",
        b"<response><returncode>SUCCESS</returncode><createTime>x</createTime></response>",
        "<response><returncode>SUCCESS</returncode><createTime>\u0661</createTime></response>".encode(),
        b'<?xml version="1.0" encoding="nobodys"?><response/>',
        b'<?xml version="1.0" encoding="utf-7"?><response/>',
        b"<response/>",
        b"<a>" * 100_000,
    ],
)
async def test_answer_that_is_none_lets_nobody_in(bench, body):
    async with bench.saying(body):
        with pytest.raises(Rejected):
            await bench.provider.entry(bench.place, ADA)


def test_bomb_would_go_off_without_the_guard(monkeypatch):
    monkeypatch.setattr(calling, "fromstring", lambda body, **_: XML(body))

    assert read(BOMB).findtext("createTime") == "1hahahaha"


@given(
    st.binary() | st.text().map(lambda text: f"<response>{text}</response>".encode())
)
def test_any_answer_is_read_or_refused(body):
    with pytest.raises(Rejected):
        read(body)


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("checksumError", "bbb-conf --secret"),
        ("unsupportedRequest", "too old"),
        ("maxMeetingsReached", "maxMeetingsReached"),
        ("&lt;b&gt; in markup", "it gives no reason"),
        ("", "it gives no reason"),
    ],
)
def test_refusal_says_what_to_do(key, said):
    body = f"<response><returncode>FAILED</returncode><messageKey>{key}</messageKey></response>"

    with pytest.raises(Refused, match=said):
        read(body.encode())


async def test_people_without_our_id_are_listed_by_the_servers(bench):
    await bench.provider.ensure(bench.place)
    link = bench.provider.calls.address(
        "join", {"fullName": "Eve", "meetingID": PLACE.name, "role": "VIEWER"}
    )
    answer = await bench.wire.ask("GET", link)
    await bench.wire.ask("GET", URL(answer.headers["Location"]))

    (eve,) = await bench.provider.participants(bench.place)

    assert eve.id.startswith("w_")
    assert eve.name == "Eve"


# Settings and set-up


@pytest.mark.parametrize(
    "url",
    [
        "https://bbb.example.org",
        "https://bbb.example.org/",
        "https://bbb.example.org/bigbluebutton",
        "https://bbb.example.org/bigbluebutton/",
        "https://bbb.example.org/bigbluebutton/api",
        "https://bbb.example.org/bigbluebutton/api/",
    ],
)
def test_address_is_taken_in_every_form_that_is_handed_out(url):
    provider = connected(url=url)

    assert provider.calls.base == "https://bbb.example.org/bigbluebutton/api"
    assert (
        connected(url="https://x.example/t/7").calls.base == "https://x.example/t/7/api"
    )


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("url", ""),
        ("url", "http://bbb.example.org"),
        ("url", "https://user:word@bbb.example.org"),
        ("secret", " "),
        ("webhooks", "maybe"),
        ("record", "sometimes"),
    ],
)
def test_setting_of_no_use_is_named(key, value):
    with pytest.raises(UnusableSetting) as refused:
        connected(**{key: value})

    assert refused.value.key == key


def connected(wire=None, **settings):
    named = {
        "provider": "bigbluebutton",
        "url": "https://bbb.example.org",
        "secret": SECRET,
    }
    around = Around(wire or Wire(), "https://us.example/webhooks/main", lambda: NOW)
    return choose(named | settings, around)


def findings(found):
    return {one.what: one.good for one in found}


async def test_examination_finds_the_wrong_secret(bench):
    found = await bench.connected(secret="another").examine()

    assert findings(found)["It takes our secret"] is False
    assert "bbb-conf --secret" in found[1].advice


@pytest.mark.parametrize(
    ("date", "good"),
    [
        ("Mon, 23 Nov 2026 09:00:59 GMT", True),
        ("Mon, 23 Nov 2026 09:01:01 GMT", False),
        ("Mon, 23 Nov 2026 08:58:59 GMT", False),
        ("soon", None),
    ],
)
async def test_examination_finds_a_clock_that_is_off(bench, date, good):
    bench.server.date = date

    found = findings(await bench.provider.examine())

    assert found.get("Its clock agrees with ours") is good


@pytest.mark.parametrize(
    ("formats", "good"),
    [([], None), ([["presentation"]], False), ([["presentation"], ["video"]], True)],
)
async def test_examination_finds_recordings_that_are_no_films(bench, formats, good):
    await bench.provider.ensure(bench.place)
    for some in formats:
        bench.server.record(PLACE.name, *some)

    found = findings(await bench.connected(record="yes").examine())

    assert found.get("Its recordings are films") is good
    assert "Its recordings are films" not in findings(await bench.provider.examine())


async def test_examination_finds_missing_webhooks(server, bench):
    server.webhooks = False

    assert findings(await bench.provider.examine())["bbb-webhooks answers"] is False
    quiet = await bench.connected(webhooks="no").examine()
    assert "bbb-webhooks answers" not in findings(quiet)


async def test_examination_finds_webhooks_that_fail(bench, monkeypatch):
    async def failing(*_):
        raise web.HTTPBadGateway

    monkeypatch.setattr(bench.server, "_hooks_list", failing)

    found = await bench.provider.examine()

    assert findings(found)["bbb-webhooks answers"] is False
    assert "502" in found[-1].advice


async def test_examination_finds_a_server_that_is_not_there(wire):
    found = await connected(wire, url="https://bbb.invalid").examine()

    assert findings(found) == {
        "BigBlueButton answers at https://bbb.invalid/bigbluebutton/api": False
    }
    assert "bbb.invalid did not answer" in found[0].advice
