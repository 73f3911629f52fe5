"""One publisher, many listeners, nobody held up."""

import itertools

from orchestrator.hub.hub import Hub
from orchestrator.programme.events import ProgrammeChanged


def changed(revision):
    return ProgrammeChanged(event="day", revision=revision)


def drained(queue):
    return [queue.get_nowait() for _ in range(queue.qsize())]


def test_listeners_of_a_meeting_hear_it_in_order_and_others_do_not():
    hub = Hub()

    with hub.subscription("day") as ours, hub.subscription("night") as theirs:
        hub.publish(changed(1))
        hub.publish(changed(2))

        assert drained(ours) == [
            b'id: 1\nevent: programme\ndata: {"event":"day","revision":1}\n\n',
            b'id: 2\nevent: programme\ndata: {"event":"day","revision":2}\n\n',
        ]
        assert drained(theirs) == []


def test_one_who_never_reads_is_told_to_come_back_and_holds_up_nobody():
    hub = Hub()

    with hub.subscription("day") as asleep, hub.subscription("day") as awake:
        for number in itertools.count():
            hub.publish(changed(number))
            awake.get_nowait()
            if number > 300:
                break

        assert drained(asleep)[-1] is None
        assert awake.empty()


def test_at_the_end_everybody_is_asked_to_come_back():
    hub = Hub()

    with hub.subscription("day") as queue:
        hub.close()

        assert drained(queue) == [None]
