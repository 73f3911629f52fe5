"""One publisher, many listeners, nobody held up."""

from itertools import chain, repeat

import pytest

from orchestrator.hub import hub as hub_module
from orchestrator.hub.hub import MOST_PER_PERSON, Hub
from orchestrator.hub.stream import MOST_UNREAD, Stream
from orchestrator.programme.events import ProgrammeChanged
from tests.fakes import FakeTransport
from tests.waiting import until

FIRST = b'id: 1\nevent: programme\ndata: {"event":"day","revision":1}\n\n'
SECOND = b'id: 2\nevent: programme\ndata: {"event":"day","revision":2}\n\n'


class Whispered(ProgrammeChanged):
    """To whom ``event`` names."""


def changed(revision, channel="day"):
    return Whispered(event=channel, revision=revision)


@pytest.fixture
async def hub():
    hub = Hub()
    yield hub
    hub.close()


def listen(hub, *channels, stalled=False, chunked=False):
    transport = FakeTransport(stalled=stalled)
    hub.subscribe(transport, channels or ("day",), chunked=chunked)
    return transport


async def test_listeners_of_a_meeting_hear_it_in_order_and_others_do_not(hub):
    ours, theirs = listen(hub), listen(hub, "night")

    hub.publish(changed(1))
    hub.publish(changed(2))

    assert ours.written == [FIRST, SECOND]
    assert theirs.written == []


async def test_what_is_told_together_is_one_write(hub):
    ours = listen(hub)

    hub.publish(changed(1), changed(2))

    assert ours.written == [FIRST + SECOND]


async def test_one_stream_hears_each_of_its_channels_once(hub):
    known = listen(hub, "day", "day/ada", "day/staff")

    for channel in ("day", "day/ada", "day/staff", "day/grace"):
        hub.publish(changed(1, channel))

    assert [one.split(b'"')[3] for one in known.written] == [
        b"day",
        b"day/ada",
        b"day/staff",
    ]


async def test_chunks_are_framed_for_those_whose_head_says_so(hub):
    framed = listen(hub, chunked=True)

    hub.publish(changed(1))

    assert framed.written == [b"%x\r\n%b\r\n" % (len(FIRST), FIRST)]


async def test_an_event_is_written_once_however_many_listen(hub, monkeypatch):
    transports = [listen(hub) for _ in range(50)]
    written = []
    as_sse = Whispered.as_sse
    monkeypatch.setattr(
        Whispered,
        "as_sse",
        lambda *given: written.append(as_sse(*given)) or written[-1],
    )

    hub.publish(changed(1))

    assert written == [FIRST]
    assert {one for transport in transports for one in transport.written} == {FIRST}


async def test_nothing_is_written_for_nobody(hub, monkeypatch):
    listen(hub, "night")
    monkeypatch.setattr(Whispered, "as_sse", None)

    hub.publish(changed(1))


async def test_one_who_never_reads_is_dropped_and_holds_up_nobody(hub):
    asleep, awake = listen(hub, stalled=True), listen(hub)
    enough = 2 * MOST_UNREAD // len(FIRST)

    for _ in range(enough):
        hub.publish(changed(1))

    assert asleep.end == "aborted"
    assert asleep.unread <= MOST_UNREAD + len(FIRST) + 8
    assert len(awake.written) == enough
    assert len(hub) == 1


async def test_without_the_bound_one_who_never_reads_would_pile_up(hub, monkeypatch):
    """Twin: it is being dropped that keeps him small."""
    monkeypatch.setattr(Stream, "pause_writing", lambda *_: None)
    asleep = listen(hub, stalled=True)

    for _ in range(2 * MOST_UNREAD // len(FIRST)):
        hub.publish(changed(1))

    assert asleep.end is None
    assert asleep.unread > MOST_UNREAD + len(FIRST) + 8


async def test_one_who_left_his_last_answers_unread_is_not_taken(hub):
    transport = FakeTransport(stalled=True)
    transport.written.append(b"an answer before")

    hub.subscribe(transport, ("day",), chunked=True)

    assert (transport.end, hub.has("day")) == ("aborted", False)


async def test_who_is_there_is_known_by_channel(hub):
    listen(hub, "day")
    known = listen(hub, "day", "day/ada")
    listen(hub, "daylight", "daylight/ada")

    assert hub.listening("day") == ("day", "day/ada")
    assert hub.listening("day/") == ("day/ada",)
    assert hub.listening() == ("day", "day/ada", "daylight", "daylight/ada")
    assert (hub.has("day/ada"), hub.has("day/grace")) == (True, False)

    known.protocol.connection_lost(None)

    assert hub.listening("day") == ("day",)
    assert not hub.has("day/ada")


@pytest.mark.parametrize(
    ("prefix", "parted"),
    [
        ("day/", ["ada", "grace"]),
        ("day/ada", ["ada"]),
        ("day", ["ada", "grace", "nobody"]),
        ("day/a", []),
    ],
)
async def test_those_within_a_prefix_end_cleanly_and_the_others_stay(
    hub, prefix, parted
):
    streams = {
        "nobody": listen(hub, "day", chunked=True),
        "ada": listen(hub, "day", "day/ada", chunked=True),
        "grace": listen(hub, "day", "day/grace", "day/staff", chunked=True),
        "other": listen(hub, "daylight", "daylight/ada", chunked=True),
    }

    hub.part(prefix)

    ended = {name: one for name, one in streams.items() if one.end}
    assert sorted(ended) == parted
    assert {one.end for one in ended.values()} <= {"closed"}
    assert {tuple(one.written) for one in ended.values()} <= {(b"0\r\n\r\n",)}
    assert len(hub) == len(streams) - len(parted)


async def test_the_oldest_of_too_many_windows_ends_and_comes_later(hub):
    others = listen(hub, "day", "day/grace")
    windows = [listen(hub, "day", "day/ada") for _ in range(MOST_PER_PERSON + 1)]

    assert [one.end for one in windows] == ["closed", *repeat(None, MOST_PER_PERSON)]
    assert windows[0].written == [b"retry: 60000\n\n"]
    assert others.end is None


async def test_without_the_limit_one_person_could_open_any_number(hub, monkeypatch):
    """Twin: it is the limit that ends the oldest."""
    monkeypatch.setattr(hub_module, "MOST_PER_PERSON", 10**6)

    windows = [listen(hub, "day", "day/ada") for _ in range(MOST_PER_PERSON + 1)]

    assert {one.end for one in windows} == {None}


async def test_the_unknown_are_not_counted_together(hub):
    """Hundreds of them may sit behind one address."""
    streams = [listen(hub, "day") for _ in range(3 * MOST_PER_PERSON)]
    chairs = [listen(hub, "day", "day/staff") for _ in range(3 * MOST_PER_PERSON)]

    assert {one.end for one in chain(streams, chairs)} == {None}


async def test_silent_streams_are_kept_open_by_a_word():
    hub = Hub(silence=0.05)
    transports = [listen(hub) for _ in range(60)]

    await until(lambda: all(transport.written for transport in transports))
    hub.close()

    assert {one for t in transports for one in t.written} == {b"event: here\ndata:\n\n"}


async def test_at_the_end_everybody_is_asked_to_come_back():
    hub = Hub()
    there = listen(hub, chunked=True)
    asleep = listen(hub, stalled=True, chunked=True)

    hub.close()
    late = listen(hub, chunked=True)

    assert (there.written, there.end) == ([b"0\r\n\r\n"], "closed")
    assert asleep.end == "aborted"
    assert (late.written, late.end) == ([b"0\r\n\r\n"], "closed")
    assert len(hub) == 0
