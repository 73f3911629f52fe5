"""From somebody's calls to when he was surely inside, and when he may have been."""

from collections.abc import Iterable, Iterator, Sequence

from orchestrator.operations.rehearsal.ledger import Act, Call, Rules, Span, Told

_PRESENT = (Told.INSIDE, Told.ELSEWHERE)
_GIVES_UP = (Act.LEAVE, Act.UNLOAD)


def surely(
    calls: Sequence[Call], rules: Rules, told: Sequence[Told] = (Told.INSIDE,)
) -> tuple[Span, ...]:
    """When somebody of these calls was what he was ``told``, whatever happened to
    calls without an answer. What might end it, ends it as early as it may.
    """
    ends = sorted(_ends(calls, rules), key=lambda one: one.begins)
    found = []
    for call in calls:
        if not call.known or call.told not in told:
            continue
        if any(one.meets(call.since, call.ended) for one in ends):
            continue
        later = (one.begins for one in ends if one.begins > call.ended)
        until = min(call.since + rules.lease, next(later, float("inf")))
        if until > call.ended:
            found.append(Span(call.ended, until))
    return _joined(found)


def _ends(calls: Iterable[Call], rules: Rules) -> Iterator[Span]:
    yield from rules.closings
    for call in calls:
        if call.act in _GIVES_UP:
            yield Span(call.invoked, call.settled)


def visits(calls: Sequence[Call], rules: Rules) -> tuple[Span, ...]:
    """From when somebody may have got a seat or a place until he surely has none.

    Before each of them he surely had none.
    """
    gone = sorted(_gone(calls, rules), key=lambda one: one.begins)
    found = []
    for ask in calls:
        if not ask.asks or (ask.known and ask.told in (Told.OUTSIDE, Told.CLOSED)):
            continue
        after = (one.ends for one in gone if one.begins >= ask.settled)
        until = min(min(after, default=float("inf")), _lapses(calls, ask, rules))
        found.append(Span(ask.invoked, until))
    return _joined(found)


def _gone(calls: Iterable[Call], rules: Rules) -> Iterator[Span]:
    """After the end of each of these he has neither a seat nor a place."""
    yield from rules.closings
    for call in calls:
        if not call.known:
            continue
        if call.act is Act.LEAVE:
            yield Span(call.invoked, call.ended)
        elif call.told in (Told.OUTSIDE, Told.CLOSED):
            yield Span(call.since, call.ended)


def _lapses(calls: Sequence[Call], ask: Call, rules: Rules) -> float:
    """When a seat that ``ask`` gave has lapsed, by his last sign of life."""
    last = ask.settled
    for call in calls:
        if call.invoked > last + rules.lapse:
            break
        if call.invoked >= ask.invoked:
            last = max(last, call.settled)
    return last + rules.lapse


def possibly(calls: Sequence[Call], rules: Rules) -> tuple[Span, ...]:
    """When somebody may have been inside: his visits without the time for which he
    surely waited.
    """
    found = list(visits(calls, rules))
    for wait in _waits(calls, rules):
        found = [rest for one in found for rest in _without(one, wait)]
    return tuple(found)


def _waits(calls: Sequence[Call], rules: Rules) -> Iterator[Span]:
    """When somebody surely was not inside, since he was still waiting afterwards.

    Whoever gives signs of life and is inside is not put back into the queue.
    """
    begins, last = float("-inf"), float("-inf")
    for call in calls:
        if call.invoked > last + rules.lease:
            begins = call.invoked
        if call.told is Told.WAITING and call.known and call.since > begins:
            yield Span(begins, call.since)
        elif call.told in _PRESENT or call.act in _GIVES_UP:
            begins = max(begins, call.settled)
        if call.known and (call.asks or call.act is Act.RENEW):
            last = call.invoked


def _without(one: Span, wait: Span) -> Iterator[Span]:
    if not one.meets(wait.begins, wait.ends):
        yield one
        return
    if one.begins < wait.begins:
        yield Span(one.begins, wait.begins)
    if wait.ends < one.ends:
        yield Span(max(wait.ends, one.begins), one.ends)


def _joined(spans: Iterable[Span]) -> tuple[Span, ...]:
    """``spans`` in order, those that touch as one."""
    found: list[Span] = []
    for one in sorted(spans, key=lambda span: span.begins):
        if found and one.begins <= found[-1].ends:
            found[-1] = Span(found[-1].begins, max(found[-1].ends, one.ends))
        else:
            found.append(one)
    return tuple(found)
