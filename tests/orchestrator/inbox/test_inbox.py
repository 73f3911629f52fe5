"""What is delivered is kept once, handled once, and forgotten in the end."""

import asyncio
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Select, select, text, update
from sqlmodel import col

from integrations.errors import BadSignature
from integrations.video.events import Came, Recorded, Went
from orchestrator.database import Database, DatabaseUnavailable, run
from orchestrator.inbox import pauses
from orchestrator.inbox import worker as work
from orchestrator.inbox.errors import NoSuchConnection, UnreadableDelivery
from orchestrator.inbox.pauses import TRIES, pause
from orchestrator.inbox.service import Inbox
from orchestrator.inbox.tables import DeliveryRow
from tests.waiting import PATIENCE, until

NINE = datetime(2026, 11, 23, 9, tzinfo=UTC)


async def rows(database):
    """State, tries and body of what is kept, in order of arrival."""
    row = DeliveryRow
    columns = (col(row.state), col(row.tries), col(row.body))
    async with database.reading() as session:
        found = await run(session, select(*columns).order_by(col(row.number)))
        return [tuple(one) for one in found]


async def states(database):
    return [state for state, _, _ in await rows(database)]


async def all_done(database, number):
    """Wait until so many are kept and all are handled."""
    async with asyncio.timeout(PATIENCE):
        while await states(database) != ["done"] * number:  # noqa: ASYNC110 -- nothing tells when
            await asyncio.sleep(0.05)


async def change(database, **values):
    """Have all that is kept be so."""
    async with database.transaction() as session:
        await run(session, update(DeliveryRow).values(values))


@asynccontextmanager
async def working(*workers):
    """They work beside what is inside."""
    tasks = [asyncio.create_task(one.run()) for one in workers]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def listening(heard):
    async def handler(_session, told):
        heard.extend(told)

    return handler


async def test_what_is_told_is_kept_and_then_handled(inbox, worker, database, sender):
    heard = []
    worker.register(listening(heard), Came)
    body = sender.told("came", "hall", NINE, guest="ada", stream="one")

    reply = await inbox.take("main", sender.delivery(body))
    kept = await rows(database)
    await worker.round()

    assert (reply, kept) == (b"", [("new", 0, body)])
    (told,) = heard
    assert told.news == Came(place="hall", guest="ada", stream="one", at=NINE)
    assert (told.connection, await states(database)) == ("main", ["done"])
    assert await inbox.last("main") == told.received


async def test_what_is_told_again_is_handled_once(inbox, worker, database, sender):
    heard = []
    worker.register(listening(heard), Came)
    body = sender.told("came", "hall", NINE)

    deliveries = [sender.delivery(body) for _ in range(3)]
    await asyncio.gather(*(inbox.take("main", one) for one in deliveries))
    await worker.round()
    await inbox.take("main", deliveries[0])
    busy, _ = await worker.round()

    assert (len(heard), busy, await states(database)) == (1, False, ["done"])


async def test_without_the_key_it_is_handled_each_time(
    inbox, worker, sender, monkeypatch
):
    """The twin: it is the provider's key by which repeats are known."""
    heard, accept, keys = [], type(inbox.provider("main")).accept, iter("abc")
    worker.register(listening(heard), Came)
    monkeypatch.setattr(
        type(inbox.provider("main")),
        "accept",
        lambda self, one: replace(accept(self, one), key=next(keys)),
    )
    delivery = sender.delivery(sender.told("came", "hall", NINE))

    for _ in range(3):
        await inbox.take("main", delivery)
    await worker.round()

    assert len(heard) == 3


async def test_each_handler_hears_its_kinds_in_order(inbox, worker, sender):
    moves, recorded = [], []
    worker.register(listening(moves), Came, Went)
    worker.register(listening(recorded), Recorded)
    for kind in ("came", "recorded", "nobody knows", "went"):
        await inbox.take("main", sender.delivery(sender.told(kind, "hall", NINE)))

    await worker.round()

    assert [type(one.news) for one in moves] == [Came, Went]
    assert [type(one.news) for one in recorded] == [Recorded]


async def test_what_follows_is_done_once_it_is_durable(inbox, worker, database, sender):
    seen = []

    async def after():
        seen.append(await states(database))

    async def handler(_session, _told):
        return after

    worker.register(handler, Came)
    async with working(worker):
        await inbox.take("main", sender.delivery(sender.told("came", "hall", NINE)))
        await until(lambda: seen)

    assert seen == [["done"]]


async def test_what_cannot_follow_stops_nothing(inbox, worker, database, sender):
    async def after():
        raise RuntimeError

    async def handler(_session, _told):
        return after

    worker.register(handler, Came)
    async with working(worker):
        for _ in range(2):
            body = sender.told("came", "hall", NINE)
            await inbox.take("main", sender.delivery(body))
            await until(lambda: not worker._woken.is_set())
        await all_done(database, 2)


async def test_a_bad_one_does_not_hold_up_the_others(inbox, worker, database, sender):
    heard = []
    worker.register(listening(heard), Came)
    for kind in ("came", "bad", "came"):
        await inbox.take("main", sender.delivery(sender.told(kind, "hall", NINE)))

    await worker.round()

    assert len(heard) == 2
    assert [(s, n) for s, n, _ in await rows(database)] == [
        ("done", 0),
        ("new", 1),
        ("done", 0),
    ]


async def test_a_handler_that_fails_at_one_hears_the_others(
    inbox, worker, database, sender
):
    async def handler(session, told):
        await run(session, text("DELETE FROM installation"))
        if any(one.news.guest == "evil" for one in told):
            raise RuntimeError

    worker.register(handler, Came)
    for guest in ("ada", "evil", "grace"):
        body = sender.told("came", "hall", NINE, guest=guest)
        await inbox.take("main", sender.delivery(body))

    await worker.round()

    assert await states(database) == ["done", "new", "done"]


async def test_after_five_failures_it_is_set_aside_until_somebody_asks(
    inbox, worker, database, sender
):
    await inbox.take("main", sender.delivery(sender.told("bad", "hall", NINE)))

    for _ in range(TRIES):
        assert await inbox.aside(["main"]) == []
        busy, _ = await worker.round()
        waits, _ = await worker.round()
        assert (busy, waits) == (True, False)
        await change(database, due=NINE - timedelta(days=365))

    (one,) = await inbox.aside(["main", "other"])
    assert (one.connection, one.error, one.number) == ("main", "A bad one.", 1)
    assert await inbox.aside(["other"]) == []
    assert (await worker.round())[0] is False

    assert await inbox.again(["main"]) == 1
    assert await inbox.aside(["main"]) == []
    assert (await worker.round())[0] is True


async def test_without_a_limit_it_is_tried_for_ever(
    inbox, worker, database, sender, monkeypatch
):
    """The twin of the five failures."""
    monkeypatch.setattr(pauses, "TRIES", 1000)
    await inbox.take("main", sender.delivery(sender.told("bad", "hall", NINE)))

    for _ in range(TRIES + 1):
        await worker.round()
        await change(database, due=NINE - timedelta(days=365))

    assert (await worker.round())[0] is True


def test_pauses_grow_and_differ():
    least = [pause(n, 0).total_seconds() for n in range(1, TRIES)]
    most = [pause(n, 1).total_seconds() for n in range(1, TRIES)]

    assert (least, most) == ([1, 4, 16, 64], [2, 8, 32, 128])
    assert pause(TRIES, 0) is None


async def test_a_connection_that_is_gone_is_told(database, inbox, sender):
    await inbox.take("main", sender.delivery(sender.told("came", "hall", NINE)))
    later = work.Worker(database, lambda _name: None)

    for _ in range(TRIES):
        await later.round()
        await change(database, due=NINE - timedelta(days=365))

    (one,) = await inbox.aside(["main"])
    assert one.error == "The settings name no such connection any more."


async def test_words_of_a_bug_are_not_told(inbox, worker, database, sender):
    """They may hold a part of the body."""

    async def handler(_session, told):
        raise ValueError(told)

    worker.register(handler, Came)
    await inbox.take("main", sender.delivery(sender.told("came", "hall", NINE)))
    await change(database, tries=TRIES - 1)

    await worker.round()

    assert [one.error for one in await inbox.aside(["main"])] == ["ValueError"]


async def test_two_workers_never_have_the_same_in_hand(database, inbox, sender):
    heard = []
    bodies = [sender.told("came", "hall", NINE) for _ in range(400)]
    pair = [work.Worker(database, inbox._find) for _ in range(2)]
    for one in pair:
        one.register(listening(heard), Came)
    await asyncio.gather(*(inbox.take("main", sender.delivery(b)) for b in bodies))

    async with working(*pair):
        await all_done(database, len(bodies))

    assert len({one.key for one in heard}) == len(heard) == len(bodies)


async def test_without_the_lock_they_have(
    upgraded_postgres_url, provider, sender, monkeypatch
):
    """The twin; SQLite has one writer anyway."""
    database = Database(upgraded_postgres_url)
    both, heard = asyncio.Barrier(2), []

    async def handler(_session, told):
        await both.wait()
        heard.extend(told)

    monkeypatch.setattr(Select, "with_for_update", lambda self, **_options: self)
    pair = [work.Worker(database, {"main": provider}.get) for _ in range(2)]
    for one in pair:
        one.register(handler, Came)
    inbox = Inbox(database, {"main": provider}.get, clock=None, stored=pair[0].wake)
    await inbox.take("main", sender.delivery(sender.told("came", "hall", NINE)))

    await asyncio.gather(*(one.round() for one in pair))
    await database.close()

    assert len(heard) == 2


@pytest.mark.parametrize("error", [DatabaseUnavailable("away"), RuntimeError()])
async def test_the_worker_outlives_what_it_cannot_help(
    inbox, worker, sender, monkeypatch, error
):
    heard, errors = [], [error]
    look = work.store.is_due

    async def looks(session):
        if errors:
            raise errors.pop()
        return await look(session)

    monkeypatch.setattr(work.store, "is_due", looks)
    worker.register(listening(heard), Came)
    async with working(worker):
        await inbox.take("main", sender.delivery(sender.told("came", "hall", NINE)))
        await until(lambda: heard)

    assert (errors, len(heard)) == ([], 1)


async def test_too_many_for_one_transaction_are_done_in_parts(
    inbox, worker, database, sender
):
    """A transaction has its time; what takes longer ends as if the database were away."""
    numbers = []

    async def handler(_session, told):
        numbers.append(len(told))
        if len(told) > 30:
            raise DatabaseUnavailable("too slow")

    worker.register(handler, Came)
    bodies = [sender.told("came", "hall", NINE) for _ in range(100)]
    await asyncio.gather(*(inbox.take("main", sender.delivery(b)) for b in bodies))

    for _ in range(2):
        with pytest.raises(DatabaseUnavailable):
            await worker.round()
    await worker.round()

    assert numbers == [100, 50, 25]


async def test_one_that_always_takes_too_long_is_no_loop(
    inbox, worker, database, sender
):
    async def handler(_session, _told):
        raise DatabaseUnavailable("too slow")

    worker.register(handler, Came)
    worker._at_once = 1
    await inbox.take("main", sender.delivery(sender.told("came", "hall", NINE)))

    await worker.round()

    assert [(s, n) for s, n, _ in await rows(database)] == [("new", 1)]


async def test_names_are_forgotten_before_keys(inbox, worker, database, sender):
    days = timedelta(days=1)
    delivery = sender.delivery(sender.told("came", "hall", NINE))
    await inbox.take("main", delivery)
    await worker.round()

    kept = {}
    for old in (6, 8, 59):
        await change(database, received=datetime.now(UTC) - old * days)
        await worker.sweep()
        kept[old] = [body is not None for _, _, body in await rows(database)]
    await inbox.take("main", delivery)
    assert (kept, (await worker.round())[0]) == (
        {6: [True], 8: [False], 59: [False]},
        0,
    )

    await change(database, received=datetime.now(UTC) - 61 * days)
    await worker.sweep()
    assert await rows(database) == []


async def test_what_was_set_aside_is_kept_for_two_weeks(
    inbox, worker, database, sender
):
    delivery = sender.delivery(sender.told("bad", "hall", NINE))
    await inbox.take("main", delivery)
    await change(database, tries=TRIES - 1)
    await worker.round()
    kept = {}
    for old in (13, 15):
        await change(database, received=datetime.now(UTC) - timedelta(days=old))
        await worker.sweep()
        body = [body is not None for _, _, body in await rows(database)]
        kept[old] = (body, len(await inbox.aside(["main"])))

    assert kept == {13: ([True], 1), 15: ([False], 0)}
    assert await inbox.again(["main"]) == 0
    await inbox.take("main", delivery)
    assert await states(database) == ["aside"]


async def test_the_worker_forgets_by_itself(inbox, worker, database, sender):
    await inbox.take("main", sender.delivery(sender.told("came", "hall", NINE)))
    await worker.round()
    await change(database, received=NINE - timedelta(days=900))

    async with working(worker):
        await all_done(database, 0)


async def test_what_is_not_handled_is_not_forgotten(inbox, worker, database, sender):
    await inbox.take("main", sender.delivery(sender.told("came", "hall", NINE)))
    await change(database, received=NINE - timedelta(days=900))

    await worker.sweep()

    assert await states(database) == ["new"]


async def test_keys_may_be_anything(inbox, worker, database, sender, provider):
    """PostgreSQL keeps no NUL, no half of a surrogate, and indexes no long text."""
    accept = provider.accept
    for key in ("\0", "\ud800", "x" * 1_000_000, ""):
        provider.accept = lambda one, key=key: replace(accept(one), key=key)
        await inbox.take("main", sender.delivery(sender.told("?", "hall", NINE)))

    await worker.round()

    assert await states(database) == ["done"] * 4


async def test_nobody_is_told_of_a_connection_that_is_not_there(inbox, sender):
    with pytest.raises(NoSuchConnection):
        await inbox.take("other", sender.delivery(sender.told("came", "hall", NINE)))


async def test_what_is_only_answered_is_not_kept(inbox, database, sender):
    body = sender.told("are you there", "hall", NINE)

    assert await inbox.take("main", sender.delivery(body)) == b'{"yes": true}'
    assert await rows(database) == []


async def test_what_is_not_believed_or_not_read_is_not_kept(inbox, database, sender):
    right = sender.delivery(sender.told("came", "hall", NINE))

    with pytest.raises(BadSignature):
        await inbox.take("main", replace(right, body=right.body + b" "))
    with pytest.raises(UnreadableDelivery):
        await inbox.take("main", sender.delivery(b"[]"))

    assert await rows(database) == []
