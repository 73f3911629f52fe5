"""What the doors of a meeting must do, however many processes they are in.

Subclass it and provide ``make``: ``await make(capacity=…, …)`` gives the doors of a
new event (options as of ``doorway``), and all that is asked of it may go to another
process each time. ``time`` is the clock of the database and of the processes.
"""

import asyncio
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy.exc import OperationalError

from orchestrator.access.model import Role
from orchestrator.admission import store
from orchestrator.admission.model import Standing
from orchestrator.database import DatabaseUnavailable
from orchestrator.registration.model import Standing as Registered
from tests.orchestrator.admission.people import (
    BESIDE,
    LINK,
    LISTED,
    TEN,
    TOLD,
    crowd,
    give_role,
)

IN, WAIT = Standing.INSIDE, Standing.WAITING
ELSEWHERE, OUT = Standing.ELSEWHERE, Standing.OUTSIDE
CLOSED, WITHDRAWN = Standing.CLOSED, Standing.WITHDRAWN
STANDBY = Registered.STANDBY
LATER = timedelta(minutes=10)
LEASE, GRACE, SILENT = 60, 90, 75


async def standings(doors, names, **options):
    """What each is answered, one after the other."""
    return [(await doors.enter(name, **options)).standing for name in names]


async def full(make, *, waiting=0, capacity=3, **options):
    """Doors of a full room: who is inside, who waits."""
    doors = await make(capacity=capacity, staff_seats=0, **options)
    names = await crowd(doors.database, capacity + waiting)
    await standings(doors, names)
    return doors, names[:capacity], names[capacity:]


class SeatsContract:
    """Never one more than the seats, never a refusal while one is free."""

    async def test_as_many_enter_as_there_are_seats(self, make):
        doors = await make(capacity=3)
        names = await crowd(doors.database, 20)

        entries = await asyncio.gather(*map(doors.enter, names))

        assert Counter(one.standing for one in entries) == {IN: 3, WAIT: 17}
        assert sorted(one.seat.number for one in entries if one.seat) == [1, 2, 3]
        inside = await doors.inside()
        assert {*inside, *await doors.queue()} == {*names}
        assert {one.seat.registrant for one in entries if one.seat} == inside

    async def test_one_person_pressing_often_at_once_holds_one_seat(self, make):
        doors = await make(capacity=3)
        (name,) = await crowd(doors.database, 1)

        entries = await asyncio.gather(*(doors.enter(name) for _ in range(10)))

        assert {(one.standing, one.seat.number) for one in entries} == {(IN, 1)}

    async def test_of_many_devices_pressing_at_once_one_has_the_seat(self, make):
        doors = await make(capacity=3, epoch=lambda _event: 1)
        (name,) = await crowd(doors.database, 1)
        await doors.look(name)  # from now on nothing is read before the press
        devices = [f"device {number}" for number in range(10)]

        entries = await asyncio.gather(
            *(doors.enter(name, device=one) for one in devices)
        )

        assert Counter(one.standing for one in entries) == {IN: 1, ELSEWHERE: 9}
        (inside,) = [one.seat for one in entries if one.standing is IN]
        assert {one.seat.device for one in entries} == {inside.device}
        assert await doors.inside() == {name}

    async def test_pressing_again_keeps_the_seat(self, make):
        doors = await make(capacity=3)
        names = await crowd(doors.database, 2)
        first = [(await doors.enter(name)).seat.number for name in names]

        again = [(await doors.enter(name)).seat.number for name in names]

        assert again == first

    async def test_looking_changes_nothing(self, make):
        doors, inside, waiting = await full(make, waiting=1)
        (stranger,) = await crowd(doors.database, 1, prefix="stranger")

        looks = [await doors.look(one) for one in (inside[0], *waiting, stranger)]

        assert [one.standing for one in looks] == [IN, WAIT, OUT]
        assert (await doors.inside(), await doors.queue()) == ({*inside}, waiting)

    # The queue.

    async def test_seat_given_back_goes_to_the_first_in_the_queue(self, make):
        doors, inside, waiting = await full(make, waiting=3)

        await doors.leave(inside[1])

        assert await doors.inside() == {inside[0], inside[2], waiting[0]}
        assert await doors.queue() == waiting[1:]

    async def test_place_is_told_and_moves_up(self, make):
        doors, inside, waiting = await full(make, waiting=3)

        await doors.leave(inside[0])
        places = [(await doors.look(one)).place for one in waiting[1:]]

        assert [(one.number, one.behind) for one in places] == [(1, 1), (2, 0)]

    async def test_pressing_again_and_another_device_keep_the_place(self, make):
        doors, _, waiting = await full(make, waiting=3)

        await standings(doors, waiting[:1])
        await standings(doors, waiting[:1], device="laptop")

        assert await doors.queue() == waiting

    async def test_who_leaves_the_queue_comes_last_when_he_comes_again(self, make):
        doors, _, waiting = await full(make, waiting=3)

        await doors.leave(waiting[0])
        await doors.enter(waiting[0])

        assert await doors.queue() == [*waiting[1:], waiting[0]]

    async def test_silent_person_is_passed_over_and_keeps_the_place(self, make, time):
        doors, inside, waiting = await full(make, waiting=3)
        time.seconds += SILENT
        await doors.beat(*waiting[1:])

        await doors.leave(inside[0])
        passed_over = await doors.queue()
        await doors.beat(waiting[0])
        await doors.leave(inside[1])

        assert passed_over == [waiting[0], waiting[2]]
        assert await doors.inside() == {inside[2], waiting[1], waiting[0]}

    async def test_silent_person_is_forgotten_after_lease_and_grace(self, make, time):
        doors, _, waiting = await full(make, waiting=2)
        time.seconds += LEASE + GRACE
        await doors.beat(waiting[1])
        before = await doors.queue()

        time.seconds += 1
        await doors.tidy()

        assert before == waiting
        assert await doors.queue() == [waiting[1]]
        assert (await doors.look(waiting[0])).standing is OUT

    async def test_wait_is_told_once_three_seats_came_free(self, make):
        doors, inside, waiting = await full(make, waiting=6, capacity=4)

        await doors.leave(inside[0])
        await doors.leave(inside[1])
        two = (await doors.look(waiting[2])).place
        await doors.leave(inside[2])
        three = (await doors.look(waiting[4])).place

        # The doors opened a quarter of an hour ago.
        assert two.wait is None
        assert (three.every, three.wait) == (timedelta(minutes=5), 2 * three.every)

    # Leases.

    async def test_seat_lapses_after_lease_and_grace(self, make, time):
        doors, inside, waiting = await full(make, waiting=1, connections=BESIDE)
        time.seconds += LEASE + GRACE
        await doors.beat(*inside[1:], *waiting)
        still = await doors.inside()

        time.seconds += 1
        await doors.tidy()

        assert still == {*inside}
        assert await doors.inside() == {*inside[1:], *waiting}

    async def test_sign_of_life_keeps_the_seat(self, make, time):
        doors, inside, waiting = await full(make, waiting=1, connections=BESIDE)

        for _ in range(10):
            time.seconds += LEASE
            await doors.beat(*inside, *waiting)

        assert (await doors.inside(), await doors.queue()) == ({*inside}, waiting)

    async def test_lapsed_seat_stays_with_its_holder_while_nobody_wants_it(
        self, make, time
    ):
        doors, inside, _ = await full(make, connections=BESIDE)
        time.seconds += LEASE + GRACE + 1
        numbers = [(await doors.enter(name)).seat.number for name in inside]

        assert numbers == [1, 2, 3]
        assert await doors.inside() == {*inside}

    async def test_closed_page_keeps_its_seat_for_20_seconds(self, make, time):
        doors, inside, waiting = await full(make, waiting=1, connections=BESIDE)
        time.seconds += LEASE
        await doors.beat(*inside, *waiting)

        await doors.close_page(inside[0])
        time.seconds += 20
        await doors.tidy()
        kept = await doors.inside()
        time.seconds += 1
        await doors.tidy()

        assert kept == {*inside}
        assert await doors.inside() == {*inside[1:], *waiting}

    async def test_closed_page_keeps_its_seat_until_the_provider_was_asked(
        self, make, time
    ):
        doors, inside, waiting = await full(make, waiting=1, connections=LISTED)

        for name in inside:
            await doors.close_page(name)
        time.seconds += 25
        await doors.tidy()
        await doors.come(*inside[1:])
        time.seconds += 36
        await doors.beat(*waiting)

        assert await doors.inside() == {*inside[1:], *waiting}

    @pytest.mark.parametrize("secret", [TOLD["main"]["webhook_secret"], ""])
    async def test_while_no_list_is_given_whoever_may_be_inside_keeps_his_seat(
        self, make, time, secret
    ):
        """Without a secret nobody is told of, and anybody may be."""
        zoom = {**TOLD["main"], "dashboard": "yes", "webhook_secret": secret}
        doors, inside, waiting = await full(make, waiting=1, connections={"main": zoom})

        for name in inside:
            await doors.close_page(name)
        for _ in range(10):
            time.seconds += 40
            await doors.beat(*waiting)
            await doors.unlisted(*inside[1:])

        assert len(await doors.inside() & {*inside}) == (2 if secret else 3)

    async def test_closing_a_page_shortens_no_seat_in_another_room(self, make, time):
        doors = await make(rooms=("Plenary", "Annex"), connections=BESIDE)
        (name,) = await crowd(doors.database, 1)
        await doors.enter(name, room="Annex")

        await doors.close_page(name, room="Plenary")
        time.seconds += 50
        await doors.tidy()

        assert await doors.inside() == {name}

    async def test_page_loaded_anew_keeps_its_seat(self, make, time):
        doors, inside, waiting = await full(make, waiting=1, connections=BESIDE)
        time.seconds += LEASE
        await doors.beat(*inside, *waiting)

        await doors.close_page(inside[0])
        await doors.beat(inside[0])
        time.seconds += 50
        await doors.tidy()

        assert await doors.inside() == {*inside}

    async def test_closing_another_device_shortens_nothing(self, make, time):
        doors, inside, waiting = await full(make, waiting=1, connections=BESIDE)
        time.seconds += LEASE
        await doors.beat(*inside, *waiting)

        await doors.close_page(inside[0], device="laptop")
        time.seconds += 50
        await doors.tidy()

        assert await doors.inside() == {*inside}

    async def test_held_room_takes_nobodys_seat(self, make, time):
        doors, inside, _ = await full(make, waiting=1)

        await doors.close_page(inside[0])
        time.seconds += 7200
        await doors.tidy()

        assert await doors.inside() == {*inside}

    async def test_seats_held_so_far_are_leased_once_the_room_is_measured(
        self, make, time
    ):
        both = {"link": LINK["main"], **BESIDE}
        doors, inside, waiting = await full(make, waiting=1, connections=both)
        await doors.change_room(connection="link")
        await doors.beat(*inside, *waiting)  # held from now on
        await doors.change_room(connection="main")

        await doors.beat(*waiting)
        time.seconds += LEASE
        await doors.beat(*inside[1:], *waiting)
        before = await doors.inside()
        time.seconds += GRACE + 1
        await doors.beat(*inside[1:], *waiting)

        assert before == {*inside}
        assert await doors.inside() == {*inside[1:], *waiting}

    # Rooms whose provider only tells who came and went.

    async def test_seat_of_who_never_came_in_is_free_after_his_page_is_closed(
        self, make, time
    ):
        doors, inside, waiting = await full(make, waiting=1, connections=TOLD)

        await doors.close_page(inside[0])
        time.seconds += LEASE
        await doors.beat(*inside[1:], *waiting)
        kept = await doors.inside()
        time.seconds += 1
        await doors.tidy()

        assert kept == {*inside}
        assert await doors.inside() == {*inside[1:], *waiting}

    async def test_seat_of_who_came_is_held_whatever_his_page_does(self, make, time):
        doors, inside, _ = await full(make, waiting=1, connections=TOLD)

        await doors.come(*inside)
        await doors.beat(inside[0])
        await doors.enter(inside[1])
        for name in inside:
            await doors.close_page(name)
        time.seconds += 7200
        await doors.tidy()

        assert await doors.inside() == {*inside}

    async def test_seat_of_who_went_is_given_on_unless_his_page_is_alive(
        self, make, time
    ):
        doors, inside, waiting = await full(make, waiting=1, connections=TOLD)
        await doors.come(*inside)

        await doors.go(*inside[:2])
        for _ in range(2):
            time.seconds += SILENT - 1
            await doors.beat(inside[1], *waiting)
        time.seconds += 1
        await doors.beat(*waiting)

        assert await doors.inside() == {*inside[1:], *waiting}

    async def test_seat_of_who_came_back_is_held_again(self, make, time):
        doors, inside, _ = await full(make, waiting=1, connections=TOLD)
        await doors.come(*inside)

        await doors.go(inside[0])
        time.seconds += SILENT
        await doors.come(inside[0])
        time.seconds += 7200
        await doors.tidy()

        assert await doors.inside() == {*inside}

    async def test_let_in_from_the_queue_shows_himself_or_loses_the_seat(
        self, make, time
    ):
        doors, inside, waiting = await full(make, waiting=2)
        time.seconds += LEASE
        await doors.beat(*waiting)
        time.seconds += 1

        await doors.leave(inside[0])
        time.seconds += LEASE + GRACE + 1
        await doors.beat(waiting[1])
        await doors.enter(waiting[1])

        assert await doors.inside() == {*inside[1:], waiting[1]}

    async def test_seats_of_an_earlier_opening_are_free(self, make):
        doors, inside, waiting = await full(make, waiting=1, hours=(0, 6))
        doors.now = TEN + timedelta(hours=6)
        names = await crowd(doors.database, 3, prefix="evening")

        before = (await doors.inside(), await doors.queue())
        entered = await standings(doors, [*names, inside[0]])

        assert before == (frozenset(), [])
        assert entered == [IN, IN, IN, WAIT]
        assert (await doors.look(waiting[0])).standing is OUT

    # Devices.

    async def test_second_device_asks_before_it_takes_over(self, make):
        doors = await make()
        (name,) = await crowd(doors.database, 1)
        await doors.enter(name)

        asked = await doors.enter(name, device="laptop")
        moved = await doors.enter(name, device="laptop", take_over=True)
        former = await doors.enter(name)

        assert [one.standing for one in (asked, moved, former)] == [
            ELSEWHERE,
            IN,
            ELSEWHERE,
        ]
        assert {one.seat.number for one in (asked, moved, former)} == {1}
        assert (await doors.look(name)).standing is ELSEWHERE
        assert (await doors.look(name, device="laptop")).standing is IN

    async def test_silent_device_needs_no_asking(self, make, time):
        doors = await make(connections=BESIDE)
        (name,) = await crowd(doors.database, 1)
        await doors.enter(name)

        time.seconds += SILENT - 1
        alive = await doors.enter(name, device="laptop")
        time.seconds += 1
        silent = await doors.enter(name, device="laptop")

        assert (alive.standing, silent.standing) == (ELSEWHERE, IN)

    async def test_device_that_lost_the_seat_cannot_keep_it_alive(self, make, time):
        doors, inside, waiting = await full(make, waiting=1, connections=BESIDE)
        time.seconds += LEASE
        await doors.beat(*inside, *waiting)
        await doors.enter(inside[0], device="laptop", take_over=True)

        for _ in range(3):
            time.seconds += LEASE
            await doors.beat(*inside, *waiting)

        assert await doors.inside() == {*inside[1:], *waiting}

    # Staff.

    async def test_seat_is_set_aside_for_each_of_the_staff(self, make):
        doors = await make(capacity=4)
        staff = await crowd(doors.database, 2, prefix="staff", role=Role.SPEAKER)
        names = await crowd(doors.database, 3)

        assert await standings(doors, names) == [IN, IN, WAIT]
        assert await standings(doors, staff) == [IN, IN]

    async def test_staff_take_ordinary_seats_once_theirs_are_taken(self, make):
        doors = await make(capacity=4, staff_seats=1)
        staff = await crowd(doors.database, 4, prefix="staff", role=Role.SPEAKER)
        (name,) = await crowd(doors.database, 1)

        seats = [(await doors.enter(one)).seat for one in staff[:3]]

        assert await standings(doors, [name, staff[3]]) == [IN, WAIT]
        assert len({one.number for one in seats}) == 3

    async def test_staff_seat_given_back_goes_to_staff_only(self, make):
        doors = await make(capacity=2, staff_seats=1)
        staff = await crowd(doors.database, 2, prefix="staff", role=Role.SPEAKER)
        names = await crowd(doors.database, 2)
        await standings(doors, [staff[0], *names, staff[1]])

        await doors.leave(staff[0])

        assert await doors.inside() == {names[0], staff[1]}
        assert await doors.queue() == [names[1]]

    async def test_who_becomes_staff_while_he_waits_is_let_in(self, make):
        doors = await make(capacity=3, staff_seats=1)
        names = await crowd(doors.database, 4)
        await standings(doors, names)

        await give_role(doors.database, names[3])
        await doors.tidy()

        assert await doors.inside() == {*names[:2], names[3]}
        assert await doors.queue() == [names[2]]

    async def test_seats_missing_for_staff_are_made_up_for_before_the_queue(self, make):
        doors = await make(capacity=3)
        names = await crowd(doors.database, 4)
        await standings(doors, names)
        staff = await crowd(doors.database, 1, prefix="staff", role=Role.SPEAKER)

        await doors.leave(names[0])
        queue = await doors.queue()

        assert queue == [names[3]]
        assert await standings(doors, staff) == [IN]

    async def test_staff_seats_are_there_after_a_press_that_failed(
        self, make, monkeypatch
    ):
        doors = await make(capacity=2, staff_seats=1)
        names = await crowd(doors.database, 2)

        async def broken(*_):
            raise OperationalError("", {}, OSError("away"))

        with monkeypatch.context() as patched:
            patched.setattr(store, "give", broken)
            with pytest.raises(DatabaseUnavailable):
                await doors.enter(names[0])

        assert await standings(doors, names) == [IN, WAIT]

    # Standby.

    async def test_standby_wait_while_seats_are_kept_for_confirmed(self, make):
        doors = await make(capacity=3)
        confirmed = await crowd(doors.database, 2)
        standby = await crowd(doors.database, 2, prefix="late", standing=STANDBY)

        assert await standings(doors, standby) == [IN, WAIT]
        place = (await doors.look(standby[1])).place
        assert await standings(doors, confirmed) == [IN, IN]
        assert place.kept_until == TEN + LATER

    async def test_standby_enter_once_the_confirmed_were_seen(self, make):
        doors = await make(capacity=3)
        confirmed = await crowd(doors.database, 2)
        standby = await crowd(doors.database, 2, prefix="late", standing=STANDBY)
        await standings(doors, [*confirmed, *standby])

        await doors.leave(confirmed[0])

        assert await doors.inside() == {confirmed[1], *standby}

    async def test_all_are_equal_ten_minutes_into_the_session(self, make):
        doors = await make(capacity=3)
        confirmed = await crowd(doors.database, 3)
        standby = await crowd(doors.database, 3, prefix="late", standing=STANDBY)
        doors.now = TEN + LATER - timedelta(seconds=1)
        kept = await standings(doors, standby)

        doors.now = TEN + LATER
        await doors.tidy()

        assert kept == [WAIT] * 3
        assert await doors.inside() == {*standby}
        assert await standings(doors, confirmed) == [WAIT] * 3

    # Rooms.

    async def test_rooms_have_limits_of_their_own(self, make):
        doors = await make(capacity=4, rooms=("A", "B"), staff_seats=0)
        await doors.set_up("B", capacity=1)
        names = await crowd(doors.database, 6)

        in_b = await standings(doors, names[:2], room="B")
        in_a = await standings(doors, names[1:], room="A")

        assert (in_b, in_a) == ([IN, WAIT], [IN] * 4 + [WAIT])

    async def test_moving_frees_the_other_seat(self, make):
        doors = await make(capacity=1, rooms=("A", "B"), staff_seats=0)
        names = await crowd(doors.database, 2)
        await standings(doors, names, room="A")

        moved = await doors.enter(names[0], room="B")
        await doors.tidy()

        assert moved.standing is IN
        assert await doors.queue("A") == []
        assert (await doors.look(names[1], room="A")).standing is IN
        assert (await doors.look(names[0], room="A")).standing is OUT

    async def test_nobody_waits_for_a_room_while_he_is_in_another(self, make):
        doors = await make(capacity=1, rooms=("A", "B"), staff_seats=0)
        names = await crowd(doors.database, 2)
        await standings(doors, names, room="A")

        await doors.enter(names[1], room="B")
        await doors.leave(names[0])

        assert (await doors.look(names[1], room="A")).standing is OUT
        assert (await doors.look(names[1], room="B")).standing is IN
        assert [seat for seat in await doors.rows() if seat[2]] == [("B", 1, names[1])]

    # Capacity.

    async def test_smaller_capacity_throws_nobody_out_and_lets_nobody_in(self, make):
        doors, inside, waiting = await full(make, waiting=2, capacity=4)

        await doors.change_room(capacity=2)
        after = await doors.inside()
        await doors.leave(inside[0])
        await doors.leave(inside[1])
        at_the_limit = (await doors.inside(), await doors.queue())
        await doors.leave(inside[2])

        assert after == {*inside}
        assert at_the_limit == ({*inside[2:]}, waiting)
        assert await doors.inside() == {inside[3], waiting[0]}

    async def test_larger_capacity_lets_the_queue_in(self, make):
        doors, inside, waiting = await full(make, waiting=3, capacity=2)

        await doors.change_room(capacity=4)
        await doors.tidy()

        assert await doors.inside() == {*inside, *waiting[:2]}

    async def test_staff_seats_move_with_the_capacity(self, make):
        doors = await make(capacity=6, staff_seats=2)
        staff = await crowd(doors.database, 2, prefix="staff", role=Role.SPEAKER)
        names = await crowd(doors.database, 3)
        await standings(doors, names[:1])

        await doors.change_room(capacity=3)

        assert await standings(doors, names[1:]) == [WAIT, WAIT]
        assert await standings(doors, staff) == [IN, IN]

    async def test_staff_seats_are_there_in_a_room_that_grew_again(self, make):
        doors = await make(capacity=6, staff_seats=2)
        staff = await crowd(doors.database, 2, prefix="staff", role=Role.SPEAKER)
        names = await crowd(doors.database, 6)
        await standings(doors, names[:2])

        await doors.change_room(capacity=3)
        await doors.change_room(capacity=6)

        assert await standings(doors, names[2:]) == [IN, IN, WAIT, WAIT]
        assert await standings(doors, staff) == [IN, IN]

    # Doors, and people who are out.

    async def test_closed_doors_let_nobody_in(self, make):
        doors = await make()
        (name,) = await crowd(doors.database, 1)
        doors.now = TEN - timedelta(minutes=15, seconds=1)

        early = await doors.enter(name)
        doors.now = TEN + timedelta(hours=2, minutes=30)
        late = await doors.enter(name)

        assert {early.standing, late.standing} == {CLOSED}
        assert await doors.rows() == [("plenary", n, None) for n in (1, 2, 3)]

    async def test_sent_out_stays_out_until_he_is_let_back(self, make):
        doors, inside, waiting = await full(make, waiting=1)
        (boss,) = await crowd(doors.database, 1, prefix="boss", role=Role.ORGANISER)

        await doors.send_out(inside[0], by=boss)
        out = await standings(doors, inside[:1])
        seen = (await doors.look(inside[0])).standing
        now_inside = await doors.inside()
        await doors.let_back(inside[0])
        back = await standings(doors, inside[:1])

        assert (out, seen) == ([WITHDRAWN], WITHDRAWN)
        assert now_inside == {*inside[1:], *waiting}
        assert back == [WAIT]

    @pytest.mark.parametrize("cancelled", [False, True])
    async def test_who_is_no_more_entitled_loses_seat_and_place(self, make, cancelled):
        doors, inside, waiting = await full(make, waiting=2)

        await doors.revoke(inside[0], cancelled=cancelled)
        await doors.revoke(waiting[0], cancelled=cancelled)
        await doors.tidy()

        assert await doors.inside() == {*inside[1:], waiting[1]}
        assert await doors.queue() == []

    async def test_press_that_a_revocation_overtakes_gets_no_seat(self, make):
        doors = await make(capacity=3, staff_seats=0)
        names = await crowd(doors.database, 2)
        who = [await doors.visitor(name, "phone") for name in names]

        await doors.revoke(names[0], cancelled=True)
        await doors.revoke(names[1], cancelled=False)
        answers = [await doors.press(one) for one in who]

        assert [one.standing for one in answers] == [OUT, OUT]
        assert await doors.inside() == frozenset()
