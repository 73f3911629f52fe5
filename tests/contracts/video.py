"""What every provider of video rooms must do; subclass it and provide ``bench``.

A bench has a ``provider``, a ``place`` that is made there, and ``secrets`` that nothing may
print. It plays people's browsers and the server: ``come(guest, entry)`` and
``go(guest)`` are what a browser does (and the server tells us of), ``deliveries`` what
the server sent so far, ``sign(body)`` a rightly signed delivery of any body,
``forgeries(delivery)`` what somebody might make of one. In ``silent()`` the server
takes connections and answers nothing; in ``saying(body, status)`` it answers everything
so. ``wire`` is what the provider asks by; ``asks`` is False where it asks no server but
to examine it. A server that keeps nobody (``link``) has no deliveries.
"""

import asyncio
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from integrations.errors import BadSignature, Rejected, Unreachable
from integrations.video.events import Came, Went
from integrations.video.provider import Delivery, Entry, Guest, How, Role
from tests.waiting import until

PATIENCE = 30
"""Seconds; far more than is waited for an answer that cannot come."""
TOGETHER = 7.5
"""Seconds; two who wait for an answer one after the other need eight."""

ADA = Guest(id="2bcdfghjkmnp", name="Ada Lovelace")
GRACE = Guest(id="3bcdfghjkmnp", name="Grace Hopper", role=Role.CHAIR, speaks=True)
MARKUP = Guest(id="4bcdfghjkmnp", name='<b onclick="x">&amp;</b> é, "ü"; 😀')

ANYTHING = Delivery(
    body=b"{}", headers={}, url="https://us.example/", received=datetime.now(UTC)
)
JUNK = [b"", b"null", b"[]", b"{}", b'"text"', b"\xff\xfe", b"{" * 20_000, b"a=b&a=c"]
KLINGON = b'<?xml version="1.0" encoding="klingon"?><body/>'
NONSENSE = [
    (b"", 200),
    (b"<html><body>Bad gateway</body></html>", 502),
    (b"<html><body>Welcome</body></html>", 200),
    (b'{"half": ', 200),
    (b"<response><half", 200),
    (b"null", 200),
    (b"[]", 200),
    (b"\xff\xfe\x00", 200),
    (KLINGON, 200),
    (b'{"code": "internal", "msg": "no"}', 500),
]


class VideoContract:
    """``bench`` has a room that nobody has entered."""

    async def test_making_a_room_again_changes_nothing(self, bench):
        first = await bench.provider.ensure(bench.place)

        again = await bench.provider.ensure(replace(bench.place, reference=first))

        assert again == first

    async def test_entry_lets_its_guest_in(self, bench):
        entries = [await go_in(bench, guest) for guest in (ADA, GRACE, MARKUP)]

        embedded = bench.provider.capabilities.embedded
        for entry in entries:
            assert (entry.how is not How.ADDRESS, bool(entry.token)) == (
                embedded,
                embedded,
            )
        if bench.provider.capabilities.listing:
            assert await listed(bench) == {ADA.id, GRACE.id, MARKUP.id}

    async def test_what_was_kept_of_a_guest_leads_in_again(self, bench):
        first = await bench.provider.entry(bench.place, ADA)

        again = await bench.provider.entry(bench.place, replace(ADA, kept=first.kept))

        assert again.kept == first.kept
        assert bool(first.kept) == bench.provider.capabilities.keeps
        await bench.come(ADA, again)

    async def test_who_came_and_who_went_is_told(self, bench):
        if not bench.provider.capabilities.presence:
            assert bench.deliveries == []
            return
        await go_in(bench, ADA)
        await bench.go(ADA)
        await until(lambda: told(bench, Went, ADA))

        (came, *_), (went, *_) = told(bench, Came, ADA), told(bench, Went, ADA)
        names = {bench.place.name, bench.place.reference} - {""}
        assert {came.place, went.place} <= names
        assert came.stream == went.stream
        assert came.at <= went.at
        assert went.at.tzinfo is not None
        if bench.provider.capabilities.listing:
            assert await listed(bench) == set()

    async def test_who_is_put_out_is_out_and_others_are_not(self, bench):
        first = await go_in(bench, ADA)
        await go_in(bench, GRACE)

        await bench.provider.remove(bench.place, replace(ADA, kept=first.kept))

        if bench.provider.capabilities.removal:
            await until(lambda: told(bench, Went, ADA))
            assert await listed(bench) == {GRACE.id}

    async def test_what_is_not_there_needs_no_putting_out_or_closing(self, bench):
        await bench.provider.remove(bench.place, ADA)
        await bench.provider.let_speak(bench.place, ADA.id, speaks=True)
        await bench.provider.end(bench.place)

        if bench.provider.capabilities.listing:
            assert await bench.provider.participants(bench.place) == ()

    async def test_the_floor_is_given_and_taken(self, bench):
        if not bench.provider.capabilities.stage:
            return
        await go_in(bench, ADA)

        for speaks in (True, False):
            await bench.provider.let_speak(bench.place, ADA.id, speaks=speaks)
            (ada,) = await bench.provider.participants(bench.place)
            assert (ada.id, ada.speaks) == (ADA.id, speaks)

    async def test_what_comes_again_has_the_same_key_and_nothing_else_has(self, bench):
        if not bench.provider.capabilities.presence:
            return
        for guest in (ADA, GRACE):
            await go_in(bench, guest)
        deliveries = tuple(bench.deliveries)

        keys = [bench.provider.accept(one).key for one in deliveries]
        again = [
            bench.provider.accept(replace(one, received=later(one))).key
            for one in deliveries
        ]

        assert again == keys
        assert len(set(keys)) == len({one.body for one in deliveries})

    async def test_what_is_not_the_providers_is_refused(self, bench):
        if not bench.provider.capabilities.presence:
            with pytest.raises(BadSignature):
                bench.provider.accept(ANYTHING)
            return
        await go_in(bench, ADA)
        one = next(one for one in bench.deliveries if one.body)

        for forged in bench.forgeries(one):
            with pytest.raises(BadSignature):
                bench.provider.accept(forged)
        assert bench.provider.accept(one).body

    @pytest.mark.parametrize("body", JUNK)
    async def test_signed_junk_is_refused_or_means_nothing(self, bench, body):
        if not bench.provider.capabilities.presence:
            return
        try:
            accepted = bench.provider.accept(bench.sign(body))
            assert bench.provider.understand(accepted.body) == ()
        except Rejected:
            pass

    async def test_silence_is_told_in_time(self, bench):
        """To each question; who asks nobody needs no answer."""
        with hurried(bench):
            async with bench.silent():
                for asks in questions(bench):
                    told = pytest.raises(Unreachable) if bench.asks else nullcontext()
                    async with asyncio.timeout(PATIENCE):
                        with told:
                            await asks

    async def test_silence_is_told_in_time_to_two_at_the_door(self, bench):
        """Neither waits for the end of the other's waiting."""
        place = elsewhere(bench, "2")
        async with bench.silent(), asyncio.timeout(TOGETHER):
            answers = await asyncio.gather(
                *(bench.provider.entry(place, guest) for guest in (ADA, GRACE)),
                return_exceptions=True,
            )

        wanted = Unreachable if bench.asks else Entry
        assert [type(one) for one in answers] == [wanted, wanted]

    @pytest.mark.parametrize(("body", "status"), NONSENSE)
    async def test_nonsense_is_no_surprise(self, bench, body, status):
        async with bench.saying(body, status):
            for asks in questions(bench):
                with suppress(Unreachable, Rejected):
                    await asks
            findings = await bench.provider.examine()

        assert all(one.good or one.advice for one in findings)

    async def test_nothing_is_lacking(self, bench):
        await bench.provider.ensure(bench.place)

        assert [one for one in await bench.provider.examine() if not one.good] == []

    async def test_no_secret_is_printed(self, bench):
        entry = await bench.provider.entry(bench.place, ADA)

        printed = f"{bench.provider!r} {bench.place!r} {entry!r}"
        for secret in (*bench.secrets, entry.token, entry.kept):
            assert not secret or secret not in printed


def elsewhere(bench, more):
    """A room that nobody has made."""
    return replace(bench.place, name=f"{bench.place.name}{more}", reference="")


@contextmanager
def hurried(bench):
    """So long as no answer can come, less is enough to wait for it."""
    usual, bench.wire._seconds = bench.wire._seconds, 0.5
    try:
        yield
    finally:
        bench.wire._seconds = usual


def questions(bench):
    """All that is asked of the server, where it is asked at all."""
    provider, place = bench.provider, bench.place
    can = provider.capabilities
    yield provider.ensure(elsewhere(bench, "3"))
    yield provider.entry(elsewhere(bench, "4"), ADA)
    if can.listing:
        yield provider.participants(place)
    if can.removal:
        yield provider.remove(place, ADA)
    if can.stage:
        yield provider.let_speak(place, ADA.id, speaks=True)
    if can.recording:
        yield provider.start_recording(place)
        yield provider.recordings(place)
        yield provider.stop_recording(place, "EG_2bcdfghjkmnp")
    yield provider.end(place)


async def go_in(bench, guest):
    """``guest`` goes in, and it is told where the provider tells."""
    entry = await bench.provider.entry(bench.place, guest)
    before = len(told(bench, Came, guest))
    await bench.come(guest, entry)
    if bench.provider.capabilities.presence:
        await until(lambda: len(told(bench, Came, guest)) > before)
    return entry


def told(bench, kind, guest):
    """What the server told of ``guest``, of that kind, so far."""
    news = []
    for delivery in tuple(bench.deliveries):
        accepted = bench.provider.accept(delivery)
        news += bench.provider.understand(accepted.body)
    return [one for one in news if isinstance(one, kind) and one.guest == guest.id]


async def listed(bench):
    """The ids of those in the room."""
    return {one.id for one in await bench.provider.participants(bench.place)}


def later(delivery):
    """A little after it came."""
    return delivery.received + timedelta(seconds=1)
