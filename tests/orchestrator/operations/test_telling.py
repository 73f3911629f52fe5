"""What providers tell of who is in: presence, seats, and who is put out again."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlmodel import col

from integrations.video.provider import Capabilities, Participant
from orchestrator.admission import store as seats
from orchestrator.admission.history import store as history
from orchestrator.admission.model import GRACE, SILENT, Visitor, Why
from orchestrator.admission.tables import SeatRow
from orchestrator.app import wire
from orchestrator.attendance import store as attendance_store
from orchestrator.attendance import told as rules
from orchestrator.attendance.model import SignKind, Source
from orchestrator.database import run
from orchestrator.errors import Unavailable
from orchestrator.ids import RegistrantId
from orchestrator.inbox.tables import DeliveryRow
from orchestrator.programme.errors import NoSuchEvent
from orchestrator.rooms.video import service as video_service
from orchestrator.rooms.video import store as places
from tests.orchestrator.app_client import CAMILLE, DANA, NOE, made, settings
from tests.orchestrator.inbox.signed import Sender, SignedProvider


@pytest.fixture
async def hall(database, tmp_path, monkeypatch):
    one = Hall()
    monkeypatch.setattr(video_service, "choose", lambda _settings, _around: one.server)
    one.services = wire(settings(database.url, tmp_path), database, "tests")
    one.event = await made(one.services)
    (one.room,) = await one.services.rooms.of(one.event)
    async with database.transaction() as session:
        await places.made(session, one.room.id, one.room.connection, "RM_7")
    people = await one.services.registration.people(one.event.id)
    one.ids = {person.email: person.id for person in people}
    return one


class Hall:
    """A made-up day whose room is on a server that tells who comes."""

    def __init__(self):
        self.server, self.sender = SignedProvider(), Sender()
        self.services = self.event = self.room = None
        self.ids = {}

    @property
    def now(self):
        """The meeting's."""
        return self.services.programmes.now(self.event)

    async def was_elsewhere(self):
        """The room was on another connection, ``former``, which still tells of it."""
        async with self.services.database.transaction() as session:
            await places.made(session, self.room.id, "former", "")
        self.services.rooms.video._connections["former"] = {}

    async def told(self, *news, connection="main"):
        """Take ``news`` (kind, who, and how the server words it), and what follows."""
        inbox, worker = self.services.told.inbox, self.services.told.worker
        for kind, email, more in news:
            words = {"place": self.room.id, "at": inbox.clock(), "stream": "one"}
            guest = self.ids.get(email, email) if email else ""
            body = self.sender.told(kind, guest=guest, **{**words, **more})
            delivery = self.sender.delivery(body, received=inbox.clock())
            await inbox.take(connection, delivery)
        _, afterwards = await worker.round()
        for one in afterwards:
            await one()

    async def signs(self, *emails):
        """What stands in the journal: source, kind and moment, in order."""
        ids = [self.ids[one] for one in emails]
        async with self.services.database.reading() as session:
            found = await attendance_store.of_people(session, self.event.id, ids)
        return sorted((one.at, one.source, one.kind) for one in found)

    async def lines(self):
        """How many lines the journal has."""
        async with self.services.database.reading() as session:
            return len(await attendance_store.people(session, self.event.id))

    async def enter(self, email, *, device="one", version=1):
        who = Visitor(registrant=self.ids[email], version=version, device=device)
        return await self.services.admission.enter(self.event, who, self.now)

    async def seat(self, email):
        """Until when his seat is leased, None without one."""
        query = select(col(SeatRow.until)).where(
            col(SeatRow.registrant_id) == self.ids[email]
        )
        async with self.services.database.reading() as session:
            return (await run(session, query)).scalar()

    async def held(self, *emails):
        """Who of them holds a seat without a lease."""
        query = select(col(SeatRow.registrant_id)).where(col(SeatRow.until).is_(None))
        async with self.services.database.reading() as session:
            ids = {*(await run(session, query)).scalars()}
        return [one for one in emails if self.ids[one] in ids]

    async def left(self):
        """How many deliveries are not done."""
        query = select(col(DeliveryRow.state)).where(col(DeliveryRow.state) != "done")
        async with self.services.database.reading() as session:
            return len((await run(session, query)).all())


async def test_who_comes_and_goes_is_in_the_journal_by_the_meetings_clock(hall):
    at = hall.services.clock() - timedelta(minutes=20)
    later = at + timedelta(minutes=10)

    await hall.told(("came", CAMILLE, {"at": at}), ("went", CAMILLE, {"at": later}))

    assert hall.event.clock_offset != timedelta()
    assert await hall.signs(CAMILLE) == [
        (at + hall.event.clock_offset, Source.PROVIDER, SignKind.IN),
        (later + hall.event.clock_offset, Source.PROVIDER, SignKind.OUT),
    ]


async def test_the_providers_own_name_of_the_room_is_understood(hall):
    await hall.told(("came", CAMILLE, {"place": "RM_7"}))

    assert len(await hall.signs(CAMILLE)) == 1


@pytest.mark.parametrize(
    ("guest", "words"),
    [
        (CAMILLE, {"place": "theirs"}),
        (CAMILLE, {"place": ""}),
        (CAMILLE, {"place": "\0"}),
        ("w_abc", {}),
        ("", {}),
        ("\0", {}),
        ("nobodyknowsme", {}),
    ],
)
async def test_strangers_and_other_rooms_are_passed_over(hall, guest, words):
    await hall.told(("came", guest, words))

    assert (await hall.lines(), await hall.left(), hall.server.out) == (0, 0, [])


async def test_who_is_named_by_what_was_kept_of_him_is_recognised(hall):
    async with hall.services.database.transaction() as session:
        for email in (CAMILLE, DANA):
            kept = f'{{"url":"","registrant":"of {email}"}}'
            one = RegistrantId(hall.ids[email])
            await places.keep(session, hall.room.id, "main", one, kept, version=1)
    of_camille = {"mark": f'"registrant":"of {CAMILLE}"'}
    of_nobody = {"mark": '"registrant":"of the host"', "stream": "two"}

    await hall.told(
        ("came", "", of_camille), ("came", "", of_nobody), ("went", "", of_camille)
    )

    assert [kind for _, _, kind in await hall.signs(CAMILLE)] == [
        SignKind.IN,
        SignKind.OUT,
    ]
    assert (await hall.lines(), await hall.left()) == (1, 0)


@pytest.mark.parametrize("stream", ["", "\0", "\ud800", "x" * 100_000])
async def test_a_connection_may_be_called_anything(hall, stream):
    await hall.told(("came", CAMILLE, {"stream": stream}))

    assert (len(await hall.signs(CAMILLE)), await hall.left()) == (1, 0)


@pytest.mark.parametrize("wrong", [timedelta(days=1), timedelta(days=-4000)])
async def test_a_moment_that_cannot_be_is_when_it_was_received(hall, wrong):
    before = hall.now

    await hall.told(("came", CAMILLE, {"at": datetime.now(UTC) + wrong}))

    ((at, _, _),) = await hall.signs(CAMILLE)
    assert before <= at <= hall.now


async def test_without_the_check_it_is_believed(hall, monkeypatch):
    """The twin of it."""
    monkeypatch.setattr(rules, "_AHEAD", timedelta(days=2))

    await hall.told(("came", CAMILLE, {"at": datetime.now(UTC) + timedelta(days=1)}))

    ((at, _, _),) = await hall.signs(CAMILLE)
    assert at > hall.now


async def test_closing_a_room_ends_what_is_open(hall):
    at = hall.services.clock() - timedelta(minutes=20)
    minute = timedelta(minutes=1)

    await hall.told(
        ("came", CAMILLE, {"at": at}),
        ("came", DANA, {"at": at + minute}),
        ("closed", "", {"at": at + 5 * minute}),
        # Told late, of somebody who was in then.
        ("came", NOE, {"at": at + 2 * minute}),
        # The room is open again.
        ("came", DANA, {"at": at + 6 * minute, "stream": "two"}),
    )

    end = at + 5 * minute + hall.event.clock_offset
    ends = [
        [moment for moment, _, kind in await hall.signs(one) if kind is SignKind.OUT]
        for one in (CAMILLE, DANA, NOE)
    ]
    assert ends == [[end], [end], [end]]


async def test_closing_what_people_were_moved_from_leaves_them_where_they_are(hall):
    """The room is on another connection by now; the server of the first then ends it."""
    at, minute = hall.services.clock() - timedelta(minutes=20), timedelta(minutes=1)
    others = Sender()
    await hall.was_elsewhere()
    closed = others.told("closed", hall.room.id, at + minute)
    inbox = hall.services.told.inbox
    await inbox.take("former", others.delivery(closed, received=inbox.clock()))

    await hall.told(("came", CAMILLE, {"at": at}))

    assert [kind for _, _, kind in await hall.signs(CAMILLE)] == [SignKind.IN]


async def test_who_comes_keeps_his_seat(hall):
    await hall.enter(CAMILLE)
    before = await hall.seat(CAMILLE)

    await hall.told(("came", CAMILLE, {}))

    assert await hall.seat(CAMILLE) > before


async def test_who_has_gone_again_or_came_long_ago_does_not(hall):
    await hall.enter(CAMILLE)
    before = await hall.seat(CAMILLE)
    long_ago = hall.services.clock() - timedelta(minutes=20)

    await hall.told(("came", CAMILLE, {"at": long_ago}))
    await hall.told(("came", CAMILLE, {}), ("went", CAMILLE, {}))

    assert await hall.seat(CAMILLE) == before


@pytest.fixture
def telling_hall(hall):
    """Its server tells who comes and goes, and cannot be asked."""
    hall.server.capabilities = Capabilities(presence=True)
    return hall


async def test_seat_is_held_from_the_word_that_he_came_to_that_he_went(telling_hall):
    hall = telling_hall
    await hall.enter(CAMILLE)
    await hall.enter(DANA)
    before = await hall.held(CAMILLE, DANA)

    await hall.told(("came", CAMILLE, {}), ("came", DANA, {}))
    inside = await hall.held(CAMILLE, DANA)
    await hall.told(("went", CAMILLE, {}))

    left = await hall.seat(CAMILLE) - hall.services.clock()
    assert (before, inside) == ([], [CAMILLE, DANA])
    assert await hall.held(CAMILLE, DANA) == [DANA]
    assert SILENT - timedelta(seconds=10) < left + GRACE <= SILENT


async def test_seat_stays_held_while_another_connection_of_his_is_there(telling_hall):
    hall = telling_hall
    await hall.enter(CAMILLE)

    await hall.told(("came", CAMILLE, {}), ("came", CAMILLE, {"stream": "two"}))
    await hall.told(("went", CAMILLE, {}))

    assert await hall.held(CAMILLE) == [CAMILLE]


async def test_seat_of_who_comes_back_is_held_again(telling_hall):
    hall = telling_hall
    await hall.enter(CAMILLE)

    await hall.told(("came", CAMILLE, {}))
    await hall.told(("went", CAMILLE, {}))
    await hall.told(("came", CAMILLE, {"stream": "two"}))
    # The end of the first once more, late.
    await hall.told(("went", CAMILLE, {}))

    assert await hall.held(CAMILLE) == [CAMILLE]


async def test_old_news_of_who_went_takes_no_seat(telling_hall):
    hall = telling_hall
    await hall.enter(CAMILLE)
    await hall.services.admission.present(hall.event, hall.room, [hall.ids[CAMILLE]])

    for age in (timedelta(minutes=5), timedelta(days=90)):
        at = hall.services.clock() - age
        await hall.told(("went", CAMILLE, {"at": at}), ("closed", "", {"at": at}))

    assert await hall.held(CAMILLE) == [CAMILLE]


async def test_nobody_holds_a_seat_of_a_room_that_was_closed(telling_hall):
    hall = telling_hall
    await hall.enter(CAMILLE)

    await hall.told(("came", CAMILLE, {}))
    await hall.told(("closed", "", {}))

    assert await hall.held(CAMILLE) == []


async def test_who_comes_back_while_his_going_is_followed_is_held(
    telling_hall, monkeypatch
):
    """Another process notes it between the look at the journal and the lease."""
    hall = telling_hall
    await hall.enter(CAMILLE)
    await hall.told(("came", CAMILLE, {}))
    honest = hall.services.admission.gone

    async def overtaken(event, room, ids):
        if ids:
            monkeypatch.setattr(hall.services.admission, "gone", honest)
            await hall.told(("came", CAMILLE, {"stream": "two"}))
        await honest(event, room, ids)

    monkeypatch.setattr(hall.services.admission, "gone", overtaken)

    await hall.told(("went", CAMILLE, {}))

    assert await hall.held(CAMILLE) == [CAMILLE]


async def test_what_is_told_of_where_the_room_was_neither_holds_nor_frees(telling_hall):
    hall = telling_hall
    await hall.was_elsewhere()
    await hall.enter(CAMILLE)
    await hall.enter(DANA)
    await hall.services.admission.present(hall.event, hall.room, [hall.ids[DANA]])

    await hall.told(("came", CAMILLE, {}), ("came", DANA, {}), connection="former")
    await hall.told(("went", DANA, {}), ("closed", "", {}), connection="former")

    assert await hall.held(CAMILLE, DANA) == [DANA]


async def test_seats_are_followed_though_what_else_is_to_be_done_fails(
    telling_hall, monkeypatch
):
    hall = telling_hall
    await hall.enter(CAMILLE)
    await hall.told(("came", CAMILLE, {}))

    async def silent(*_given):
        raise Unavailable("away")

    monkeypatch.setattr(hall.services.told.telling, "_receive", silent)
    await hall.told(("came", DANA, {}), ("went", CAMILLE, {}))

    assert await hall.held(CAMILLE) == []


async def test_who_came_by_a_second_connection_keeps_his_seat(hall):
    """Though the first has ended after that."""
    await hall.enter(CAMILLE)
    before = await hall.seat(CAMILLE)
    now = hall.services.clock()

    await hall.told(
        ("came", CAMILLE, {"at": now - timedelta(seconds=9), "stream": "two"}),
        ("went", CAMILLE, {"at": now}),
    )

    assert await hall.seat(CAMILLE) > before


async def test_who_was_sent_out_is_put_out_whenever_he_appears(hall):
    await hall.enter(CAMILLE)
    chair = hall.ids[NOE]
    await hall.services.admission.send_out(
        hall.event, hall.ids[CAMILLE], hall.now, by=chair
    )
    hall.server.out.clear()

    await hall.told(("came", CAMILLE, {}), ("came", DANA, {}))
    listed = [Participant(id=hall.ids[one]) for one in (CAMILLE, DANA)]
    await hall.services.told.telling.listed(hall.event, hall.room, listed)

    assert hall.server.out == [hall.ids[CAMILLE]] * 2


async def test_who_must_not_be_in_is_put_out_where_he_is(hall):
    """The room has been moved since; its former server still tells."""
    former, video = SignedProvider(), hall.services.rooms.video
    video._connections["former"], video._providers["former"] = {}, former
    async with hall.services.database.transaction() as session:
        await places.made(session, hall.room.id, "former", "")
    await hall.services.admission.send_out(
        hall.event, hall.ids[CAMILLE], hall.now, by=hall.ids[NOE]
    )
    assert former.out == hall.server.out == [hall.ids[CAMILLE]]
    inbox = hall.services.told.inbox
    came = Sender().told("came", hall.room.id, inbox.clock(), guest=hall.ids[CAMILLE])
    await inbox.take("former", Sender().delivery(came, received=inbox.clock()))

    await hall.told()

    assert (len(former.out), len(hall.server.out)) == (2, 1)


async def test_without_the_look_he_stays(hall, monkeypatch):
    """The twin of it."""

    async def nobody(_event, _room, _ids):
        return frozenset()

    await hall.services.admission.send_out(
        hall.event, hall.ids[CAMILLE], hall.now, by=hall.ids[NOE]
    )
    hall.server.out.clear()
    monkeypatch.setattr(hall.services.admission, "unwelcome", nobody)

    await hall.told(("came", CAMILLE, {}))

    assert hall.server.out == []


async def gave_up(hall):
    await hall.services.admission.leave(hall.event, hall.ids[CAMILLE], hall.now)


async def lapsed(hall):
    room, who, now = hall.room.id, hall.ids[CAMILLE], hall.now
    async with hall.services.database.transaction() as session:
        await seats.release(session, [(room, who)])
        await history.depart(session, [(room, who, now)], why=Why.LAPSED)


@pytest.mark.parametrize(
    ("happens", "removal", "is_out"),
    [(gave_up, True, True), (lapsed, True, False), (gave_up, False, False)],
)
async def test_who_gave_his_seat_up_is_put_out_of_the_room(
    hall, happens, removal, is_out
):
    """Until he takes one again."""
    hall.server.capabilities = Capabilities(
        presence=True, listing=True, removal=removal
    )
    camille = hall.ids[CAMILLE]
    await hall.enter(CAMILLE)
    listed = [Participant(id=camille)]

    await hall.services.told.telling.listed(hall.event, hall.room, listed)
    seated = list(hall.server.out)
    await happens(hall)
    await hall.services.told.telling.listed(hall.event, hall.room, listed)
    without = list(hall.server.out)
    await hall.enter(CAMILLE)
    await hall.services.told.telling.listed(hall.event, hall.room, listed)

    assert seated == []
    assert without == hall.server.out == [camille] * is_out


async def test_whose_link_is_withdrawn_is_put_out_until_he_comes_by_a_new_one(hall):
    await hall.services.registration.revoke(hall.ids[CAMILLE])

    await hall.told(("came", CAMILLE, {}))
    first = list(hall.server.out)
    await hall.services.programmes.look()
    await hall.enter(CAMILLE, version=2)
    await hall.told(("came", CAMILLE, {"stream": "two"}))

    assert first == hall.server.out == [hall.ids[CAMILLE]]


async def test_others_are_told_who_has_come_and_may_speak(hall):
    heard = []

    async def arrived(event, room, came):
        heard.append((event.slug, room.id, came.guest))

    hall.services.told.telling.arrived(arrived)
    await hall.services.admission.send_out(
        hall.event, hall.ids[DANA], hall.now, by=hall.ids[NOE]
    )

    await hall.told(("came", CAMILLE, {}), ("came", DANA, {}), ("came", "w_abc", {}))

    assert heard == [(hall.event.slug, hall.room.id, hall.ids[CAMILLE])]


async def test_a_meeting_that_is_gone_is_no_fault(hall):
    async def gone(_ident):
        raise NoSuchEvent("It was removed.")

    hall.services.programmes.by_id = gone

    await hall.told(("came", CAMILLE, {}))

    assert await hall.left() == 0


async def test_rooms_close_while_others_are_told_to_come(hall):
    """Whichever of two processes is first: who came before has gone."""
    at = hall.services.clock() - timedelta(minutes=20)
    inbox, worker = hall.services.told.inbox, hall.services.told.worker
    news = [("came", email, at) for email in (CAMILLE, DANA, NOE)]
    news.insert(1, ("closed", "", at + timedelta(minutes=5)))
    for kind, email, moment in news:
        body = hall.sender.told(
            kind, hall.room.id, moment, guest=hall.ids.get(email, ""), stream="one"
        )
        await inbox.take("main", hall.sender.delivery(body, received=inbox.clock()))
    worker._at_once = 1

    await asyncio.gather(*(worker.round() for _ in news))
    while (await worker.round())[0]:
        pass

    for email in (CAMILLE, DANA, NOE):
        kinds = [kind for _, _, kind in await hall.signs(email)]
        assert kinds == [SignKind.IN, SignKind.OUT]
