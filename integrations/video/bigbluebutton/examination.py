"""What the set-up of a BigBlueButton connection has and lacks."""

from collections.abc import Callable
from datetime import datetime, timedelta

from integrations.errors import IntegrationError, Rejected
from integrations.video.bigbluebutton.calls import Calls
from integrations.video.provider import Finding

# A meeting that is not there: only whether the call is understood matters.
_NOBODYS = {"meetingID": "examination"}
_CLOCK = "Its clock agrees with ours"
_APART = timedelta(minutes=1)
# Servers before 2.6 know no limit and tell of all.
_LATEST = {"state": "published", "limit": "50"}
_INSTALL = (
    "Install it on the server (apt-get install bbb-webhooks): people's coming and "
    "going is then told within a second. Without it the list is asked for."
)


async def examine(
    calls: Calls, *, hooks: str, records: bool, clock: Callable[[], datetime]
) -> tuple[Finding, ...]:
    """The findings, from the outside in; after the first failure no more is asked,
    but a clock that is off hides nothing.
    """
    what = f"BigBlueButton answers at {calls.base}"
    try:
        date = await calls.date()
    except IntegrationError as error:
        return (Finding(what=what, good=False, advice=str(error)),)
    answers, secret = Finding(what=what, good=True), await _secret(calls)
    findings = [answers, secret, *_clock(date, clock())]
    if secret.good and hooks != "no":
        findings.append(await _webhooks(calls))
    if secret.good and records:
        findings.extend(await _films(calls))
    return tuple(findings)


def _clock(there: datetime | None, here: datetime) -> tuple[Finding, ...]:
    """Nothing where the server does not tell the time."""
    if there is None:
        return ()
    apart = abs(there - here)
    advice = (
        f"They are {apart.total_seconds():.0f} s apart: set both by NTP. When people "
        "came and went is told by its clock."
    )
    return (Finding(what=_CLOCK, good=apart <= _APART, advice=advice),)


async def _secret(calls: Calls) -> Finding:
    what = "It takes our secret"
    try:
        await calls.ask("isMeetingRunning", _NOBODYS)
    except IntegrationError as error:
        return Finding(what=what, good=False, advice=str(error))
    return Finding(what=what, good=True)


async def _webhooks(calls: Calls) -> Finding:
    what = "bbb-webhooks answers"
    try:
        await calls.ask("hooks/list", _NOBODYS)
    except Rejected:
        return Finding(what=what, good=False, advice=_INSTALL)
    except IntegrationError as error:
        return Finding(what=what, good=False, advice=f"{error} {_INSTALL}")
    return Finding(what=what, good=True)


async def _films(calls: Calls) -> tuple[Finding, ...]:
    """Known by what the server recorded before; nothing where that is nothing, or too
    much to be told.
    """
    try:
        answer = await calls.ask("getRecordings", _LATEST)
    except IntegrationError:
        return ()
    if answer.find("recordings/recording") is None:
        return ()
    formats = answer.iterfind("recordings/recording/playback/format/type")
    good = "video" in {(one.text or "").strip() for one in formats}
    advice = (
        "None of its recordings has the format video, which alone is a file: install "
        "bbb-playback-video and add it to recording.yml (docs/rooms)."
    )
    return (Finding(what="Its recordings are films", good=good, advice=advice),)
