"""What an administrator may have left out, as far as the server can tell.

That its webhooks arrive, and that people's picture and sound pass, is seen where
webhooks arrive.
"""

from datetime import datetime

from integrations.errors import IntegrationError, Unreachable
from integrations.http import Answer
from integrations.video.livekit.twirp import Api, Refused
from integrations.video.provider import Finding

_MOST_APART = 60


async def examine(api: Api, *, records: bool) -> tuple[Finding, ...]:
    """One finding for each step that can be looked at; raises nothing.

    A server that does not answer is the only finding then.
    """
    try:
        answer = await api.wire.ask("GET", api.address)
    except Unreachable as error:
        return (_answers(api, str(error)),)
    if not answer.good:
        return (_answers(api, f"It answered {answer.status}."),)
    found = [_answers(api), *_clock(answer, api.key.clock()), await _key(api)]
    if records:
        found.append(await _egress(api))
    return tuple(found)


def _answers(api: Api, error: str = "") -> Finding:
    advice = f"{error} Check the setting url, and that the server runs."
    return Finding(
        what=f"LiveKit answers at {api.address}",
        good=not error,
        advice=advice if error else "",
    )


def _clock(answer: Answer, now: datetime) -> tuple[Finding, ...]:
    """Nothing where the server does not tell the time."""
    if answer.date is None:
        return ()
    apart = abs((answer.date - now).total_seconds())
    good = apart <= _MOST_APART
    advice = (
        f"They differ by {apart:.0f} s, and tokens last two minutes: let both "
        "machines follow the same time service (NTP)."
    )
    what = "The clocks of LiveKit and of this machine agree"
    return (Finding(what=what, good=good, advice="" if good else advice),)


async def _key(api: Api) -> Finding:
    what = f"LiveKit accepts the key {api.key.name}"
    try:
        await api.rooms("ListRooms", {"roomList": True})
    except IntegrationError as error:
        advice = f"{error} The pair must stand under keys: in its configuration."
        return Finding(what=what, good=False, advice=advice)
    return Finding(what=what, good=True)


async def _egress(api: Api) -> Finding:
    """LiveKit lists recordings without an Egress too. So one is asked for that names
    neither room nor file: an Egress refuses it, and without one nobody answers.
    """
    what = "LiveKit can record"
    try:
        await api.egress("ListEgress")
    except IntegrationError as error:
        advice = f"{error} It needs Redis: redis: in its configuration."
        return Finding(what=what, good=False, advice=advice)
    try:
        await api.egress("StartRoomCompositeEgress", again=False)
    except Refused:
        pass
    except IntegrationError as error:
        advice = (
            f"{error} No Egress took the order: start it, with the redis:, api_key and "
            "api_secret of LiveKit."
        )
        return Finding(what=what, good=False, advice=advice)
    return Finding(what=what, good=True)
