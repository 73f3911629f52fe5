"""What follows from a press: slots, calendars, mail, and the way back."""

import asyncio
from collections import Counter
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

import pytest

from orchestrator.app import wire
from orchestrator.database import Database
from orchestrator.ids import EventId
from orchestrator.outbox import store as outbox
from orchestrator.programme import service as programme_service
from orchestrator.programme import store as programme_store
from orchestrator.programme.retimed import retimed
from orchestrator.registration import store as registration_store
from orchestrator.stage import service
from orchestrator.stage.errors import ChairsOnly
from orchestrator.stage.model import CueState
from orchestrator.stage.schemas import Finish, Next
from orchestrator.stage.stale import Stale
from tests.orchestrator.app_client import (
    INSTALL,
    ORGANISER,
    SLUG,
    reading,
    settings,
)
from tests.orchestrator.pages.made_up import at
from tests.orchestrator.stage.desk import Desk


def clock(iso):
    return iso[11:16]


async def starts(desk):
    """Promised starts of the session, by the clock, in its running order."""
    return [clock(cue["starts"]) for cue in (await desk.look())["cues"]]


async def owed(desk):
    """How many messages are owed to whom."""
    services = desk.site.services
    async with services.database.reading() as session:
        messages = await outbox.owed(session, desk.site.event.id)
    people = await services.registration.people(desk.site.event.id)
    names = {one.id: one.email for one in people}
    return [(names[one.registrant], one.kind, dict(one.facts)) for one in messages]


@asynccontextmanager
async def another_process(desk, folder):
    """The services on the same database, with nothing in memory."""
    database = Database(desk.site.services.database.url)
    try:
        yield wire(settings(database.url, folder), database, INSTALL)
    finally:
        await database.close()


async def identity(desk, email):
    one = await desk.site.person(email)
    async with desk.site.services.database.reading() as session:
        return (await registration_store.identities(session, [one.id]))[one.id]


async def test_accepted_proposal_is_in_slots_timetable_and_calendar(desks):
    async with desks() as desk:
        before, timetable = await desk.entries(), await desk.timetable()
        await desk.done("next")
        await desk.site.at(at(10, 22))
        unmoved = await desk.timetable()

        await desk.done("accept", until=at(10, 22).isoformat())

        assert unmoved == timetable
        assert await starts(desk) == [
            "10:00",
            "10:22",
            "10:37",
            "10:52",
            "11:07",
            "11:22",
            "11:37",
        ]
        promised = {
            (clock(one["starts"]), clock(one["ends"]))
            for one in (await desk.look())["cues"]
            if one["kind"] != "discussion"
        }
        entries = await desk.entries()
        event = await desk.site.services.programmes.find(SLUG)
        uids = {
            slot.talk.stamp.uid: slot.talk.id
            for slot in event.timetable.sessions[0].slots
            if slot.talk.kind.is_talk
        }
        shown = {entries[uid][:2] for uid in uids}
        assert {(f"{a:%H:%M}", f"{b:%H:%M}") for a, b in shown} == promised
        after = await desk.timetable()
        assert {uid: entries[uid][:2] for uid in uids} == {
            uid: tuple(map(type(at(10)).fromisoformat, after[talk]))
            for uid, talk in uids.items()
        }
        assert {entries[uid][2] - before[uid][2] for uid in uids} == {1}
        # The other session is untouched.
        others = before.keys() - uids
        assert {one: entries[one] for one in others} == {
            one: before[one] for one in others
        }


async def test_what_is_kept_in_memory_is_what_is_stored(desks):
    async with desks() as desk:
        programmes = desk.site.services.programmes
        await programmes.look()
        await desk.done("next")
        await desk.site.at(at(10, 30))
        await desk.done("accept", until=at(10, 30).isoformat())
        await desk.done("insert", kind="break", minutes=5, before=desk.talk(3))
        await desk.done("skip", talk=desk.talk(4))
        second = desk.site.event.timetable.sessions[1].session.id
        await desk.done("transfer", talk=desk.talk(5), session=second, breach=True)
        await desk.done("undo")
        await desk.done("undo")
        await desk.done("undo")

        kept = programmes._kept[SLUG]
        async with desk.site.services.database.reading() as session:
            stored = await programme_store.get(session, SLUG)

        assert stored == kept
        assert len(kept.withdrawn) == 1


@pytest.mark.parametrize(
    "presses",
    [
        [("next", {})],
        [("next", {}), ("next", {}), ("back", {})],
        [("next", {}), ("finish", {})],
        [("skip", {"talk": 2}), ("restore", {"talk": 2})],
        [("move", {"talk": 3, "by": -2})],
        [("order", {"talks": [3, 1, 2, 4, 5, 6, 7]})],
        [("extend", {"talk": 2, "minutes": 5})],
        [("put-questions-off", {"talk": 2})],
        [("insert", {"kind": "break", "minutes": 10, "before": 3})],
        [("next", {}), ("accept", {"until": at(10, 31).isoformat()})],
        [("next", {}), ("refuse", {"until": at(10, 31).isoformat()})],
        [("start", {"talk": 3}), ("next", {})],
    ],
    ids=lambda presses: presses[-1][0],
)
async def test_undo_brings_back_what_was_and_stamps_step_on(desks, presses):
    async with desks() as desk:
        before, timetable = await desk.entries(), await desk.timetable()
        cues = (await desk.look())["cues"]
        for do, fields in presses:
            named = {
                name: desk.talk(value) if name in ("talk", "before") else value
                for name, value in fields.items()
            }
            if "talks" in named:
                named["talks"] = [desk.talk(one) for one in named["talks"]]
            if "until" in named:
                await desk.site.at(at(10, 31))
            await desk.done(do, **named)
        changed = await desk.entries()

        for _ in presses:
            await desk.done("undo")

        seen = await desk.look()
        assert seen["cues"] == cues
        assert (seen["version"], seen["ends"]) == (
            2 * len(presses),
            "2021-06-28T12:00:00+02:00",
        )
        assert await desk.timetable() == timetable
        entries = await desk.entries()
        assert {one: entries[one][:2] for one in before} == {
            one: before[one][:2] for one in before
        }
        stepped = {one for one in before if changed[one] != before[one]}
        assert {one for one in before if entries[one][2] > changed[one][2]} == stepped
        nothing_left = await desk.press("undo")
        assert nothing_left.problem == (409, "impossible-now")


async def test_undo_after_undo_takes_back_the_press_before(desk):
    await desk.done("next")
    await desk.done("extend", minutes=1)
    await desk.done("undo")

    await desk.done("undo")

    records = await desk.site.services.stage.records(desk.site.event, desk.session)
    assert [(one.version, one.action["do"], one.undone) for one in records] == [
        (4, "undo", None),
        (3, "undo", None),
        (2, "extend", 3),
        (1, "next", 4),
    ]
    assert await desk.states() == ["planned"] * 7


async def test_latest_presses_hold_what_undo_would_take_back(desk, monkeypatch):
    monkeypatch.setattr(service, "MOST_SINCE", 3)
    stage, event = desk.site.services.stage, desk.site.event
    await desk.done("next")
    for _ in range(2):
        await desk.done("extend", minutes=1)
        await desk.done("undo")

    rundowns = await stage.rundowns(event)
    latest = await stage.latest(rundowns)

    assert list(latest) == [one.session for one in rundowns]
    assert [one.version for one in latest[desk.session]] == [5, 4, 3, 1]
    assert latest[rundowns[1].session] == ()


async def test_transfer_is_a_step_of_both_sessions_and_undone_in_both(desks):
    async with desks() as desk:
        other = Desk(desk.site, desk.browser, 1)
        before = (await desk.look())["cues"], (await other.look())["cues"]

        await desk.done(
            "transfer", talk=desk.talk(2), session=other.session, breach=True
        )
        moved = await other.look()
        await other.done("undo")

        assert moved["version"] == 1
        assert moved["cues"][-1]["talk"] == desk.talk(2)
        assert [one["action"]["do"] for one in moved["actions"]] == ["transfer"]
        after = (await desk.look())["cues"], (await other.look())["cues"]
        assert after == before
        assert (desk.etag, other.etag) == ('"2"', '"2"')
        assert len(await desk.entries()) == len(await other.entries())


async def test_transfer_stays_once_the_other_session_has_gone_on(desk):
    other = Desk(desk.site, desk.browser, 1)
    await desk.done("transfer", talk=desk.talk(2), session=other.session, breach=True)
    await other.look()
    await other.done("next")

    refused = await desk.press("undo")
    await other.done("undo")
    done = await desk.press("undo")

    assert refused.problem == (409, "impossible-now")
    assert done.status == 200


async def test_last_talk_that_leaves_a_session_leaves_its_window(desk):
    other = Desk(desk.site, desk.browser, 1)
    for number in range(1, 8):
        await desk.done(
            "transfer", talk=desk.talk(number), session=other.session, breach=True
        )

    seen = await desk.look()

    assert (seen["cues"], clock(seen["starts"]), clock(seen["ends"])) == (
        [],
        "10:00",
        "12:00",
    )
    async with desk.browser.get(f"/e/{SLUG}") as response:
        assert response.status == 200


async def test_mail_is_owed_for_more_than_ten_minutes_to_whom_it_concerns(desks):
    async with desks() as desk:
        await desk.done("next")
        await desk.site.at(at(10, 25))
        await desk.done("accept", until=at(10, 25).isoformat())
        ten = await owed(desk)
        # Ten minutes more than what they were told at first, in two steps.
        await desk.site.at(at(10, 28))
        told = (await desk.look())["proposal"]["told"]

        await desk.done("accept", until=at(10, 28).isoformat())

        messages = await owed(desk)
        assert ten == []
        assert told == len(messages) == 5
        assert {to for to, _, _ in messages} == {
            f"speaker{number}@lab.example" for number in range(2, 7)
        }
        facts = {facts["talk"]: facts for _, _, facts in messages}[desk.talk(2)]
        assert facts == {
            "talk": desk.talk(2),
            "session": desk.session,
            "was": "2021-06-28T10:15:00+02:00",
            "now": "2021-06-28T10:28:00+02:00",
        }

        await desk.done("undo")
        assert Counter(to for to, _, _ in await owed(desk)) == Counter(
            f"speaker{number}@lab.example" for number in range(2, 7)
        )


async def test_who_is_off_the_list_is_owed_nothing(desk):
    gone = await desk.site.person("speaker3@lab.example")
    await desk.site.services.registration.cancel(gone.id)
    await desk.done("next")
    await desk.site.at(at(10, 31))

    await desk.done("accept", until=at(10, 31).isoformat())

    assert {to for to, _, _ in await owed(desk)} == {
        f"speaker{number}@lab.example" for number in (2, 4, 5, 6)
    }


async def test_rehearsal_owes_nobody_anything(desk):
    from orchestrator.operations.rehearsal.copy import make

    services = desk.site.services
    copy = await make(services, desk.site.event, attendees=1)
    people = await services.registration.people(copy.id)
    organiser = next(one for one in people if one.role.value == "organiser")
    async with services.database.reading() as session:
        chair = (await registration_store.identities(session, [organiser.id]))[
            organiser.id
        ]
    first = copy.timetable.sessions[0].session.id
    from orchestrator.stage.schemas import Accept

    await services.stage.act(copy, first, Next(do="next", breach=True), by=chair)
    copy = await services.programmes.set_now(copy.slug, at(11))
    accept = Accept(do="accept", until=at(11), breach=True)
    await services.stage.act(copy, first, accept, by=chair)

    async with services.database.reading() as session:
        assert await outbox.owed(session, copy.id) == ()


async def test_another_process_sees_the_same_in_mid_talk(desks, tmp_path):
    async with desks() as desk:
        await desk.done("next")
        await desk.done("extend", minutes=3)
        await desk.site.at(at(10, 31))
        await desk.done("refuse", until=at(10, 31).isoformat())
        here = await desk.site.services.stage.rundown(desk.site.event, desk.session)
        chair = await identity(desk, "odile@i2x.example")

        async with another_process(desk, tmp_path) as services:
            event = await services.programmes.find(SLUG)
            there = await services.stage.rundown(event, desk.session)
            done = await services.stage.act(
                event, desk.session, Finish(do="finish"), by=chair, version=3
            )

        assert there == here
        assert here.live.talk_time == timedelta(minutes=15)
        assert done.rundown.version == 4
        # The event in memory here is older than what is noted by now.
        late = await desk.press("next")
        assert late.problem == (412, "stale-version")
        await desk.site.services.programmes.look()
        assert (await desk.look())["live"] is None


async def test_old_event_and_new_notes_are_not_mixed(desks, tmp_path):
    async with desks() as desk, another_process(desk, tmp_path) as services:
        old = await services.programmes.find(SLUG)
        await services.stage.rundown(old, desk.session)
        await desk.done("next")
        services.stage.forget(old.id)

        found = await services.stage.rundown(old, desk.session)

        assert (found.version, found.cues[0].state) == (1, CueState.LIVE)


async def test_programme_imported_in_mid_session_keeps_what_happened(desks):
    async with desks() as desk:
        await desk.done("next")
        await desk.done("next")
        await desk.done("skip", talk=desk.talk(4))
        await desk.done("insert", kind="break", minutes=5, before=desk.talk(6))
        before = await desk.look()

        await desk.site.services.programmes.store(reading())

        seen = await desk.look()
        assert [cue["state"] for cue in seen["cues"]] == [
            "done",
            "live",
            "planned",
            "skipped",
            *["planned"] * 3,
        ]
        happened = ("actual_starts", "actual_ends", "talk_seconds")
        assert [
            [cue[name] for name in happened] for cue in seen["cues"] if cue["state"]
        ][:2] == [[cue[name] for name in happened] for cue in before["cues"]][:2]
        assert seen["version"] == 4
        # What was pressed before is no more what an undo would take back.
        assert (await desk.press("undo")).problem == (409, "impossible-now")
        await desk.done("next")
        await desk.done("undo")


async def test_followers_run_only_when_a_window_moves(desks, monkeypatch):
    async with desks() as desk:
        followed = []
        programmes = desk.site.services.programmes

        async def follower(_session, before, after):
            windows = [
                (one.starts, one.ends)
                for event in (before, after)
                for one in event.timetable.sessions
            ]
            followed.append(windows)

        monkeypatch.setattr(
            programmes, "_followers", (*programmes._followers, follower)
        )
        await desk.done("next")
        await desk.site.at(at(10, 22))
        await desk.done("accept", until=at(10, 22).isoformat())
        assert followed == []
        await desk.site.at(at(11))

        await desk.done("accept", until=at(11).isoformat(), breach=True)

        ((_, second),) = [{0: one[0], 1: one[2]}.values() for one in followed]
        assert second[1] > at(12)


async def test_service_refuses_who_is_no_chair_and_who_is_late(desk):
    stage, event = desk.site.services.stage, desk.site.event
    speaker = await identity(desk, "speaker9@lab.example")
    chair = await identity(desk, "odile@i2x.example")
    first = await stage.act(event, desk.session, Next(do="next"), by=chair, version=0)

    with pytest.raises(ChairsOnly):
        await stage.act(event, desk.session, Next(do="next"), by=speaker)
    with pytest.raises(Stale) as late:
        await stage.act(event, desk.session, Next(do="next"), by=chair, version=0)

    assert (late.value.rundown, late.value.since) == (first.rundown, (first.record,))


async def test_organiser_of_another_meeting_presses_nothing(desk):
    who = replace(await identity(desk, ORGANISER), event=EventId("another"))

    with pytest.raises(ChairsOnly):
        await desk.site.services.stage.act(
            desk.site.event, desk.session, Next(do="next"), by=who
        )


async def test_late_press_holds_one_connection_at_a_time(desk, monkeypatch):
    services, old = desk.site.services, desk.site.event
    who = await identity(desk, ORGANISER)
    await services.stage.act(old, desk.session, Next(do="next"), by=who)
    reading, held = services.database.reading, [0]
    own = asyncio.current_task()

    @asynccontextmanager
    async def counting():
        # Workers read meanwhile.
        one = int(asyncio.current_task() is own)
        held.append(held[-1] + one)
        async with reading() as session:
            yield session
        held.append(held[-1] - one)

    monkeypatch.setattr(services.database, "reading", counting)
    with pytest.raises(Stale):
        await services.stage.act(
            old, desk.session, Next(do="next"), by=who, version=0, key="another"
        )

    assert max(held) == 1


async def test_each_press_is_told_of(desk, monkeypatch):
    told, others = [], []
    services = desk.site.services
    services.stage.tell(told.append)
    monkeypatch.setattr(services.programmes, "_tell", others.append)

    await desk.done("next", key="one")
    await desk.press("next", key="one")
    await desk.press("next", etag='"0"')

    assert (told, others) == ([SLUG], [SLUG])


async def test_event_stored_meanwhile_by_somebody_else_is_not_kept_over_it(desk):
    programmes = desk.site.services.programmes
    await programmes.look()
    event = await programmes.find(SLUG)
    newer = retimed(event, (), at(10))
    newest = replace(newer, revision=newer.revision + 1)

    await programmes.stored(newest)
    await programmes.stored(newer)

    assert programmes._kept[SLUG] == newest
    assert programme_service.windows(newest) == programme_service.windows(event)
