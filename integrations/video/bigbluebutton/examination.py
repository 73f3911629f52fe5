"""What the set-up of a BigBlueButton connection has and lacks."""

from integrations.errors import IntegrationError, Rejected
from integrations.video.bigbluebutton.calls import Calls
from integrations.video.provider import Finding

# A meeting that is not there: only whether the call is understood matters.
_NOBODYS = {"meetingID": "examination"}
_INSTALL = (
    "Install it on the server (apt-get install bbb-webhooks): people's coming and "
    "going is then told within a second. Without it the list is asked for."
)


async def examine(calls: Calls, *, hooks: str) -> tuple[Finding, ...]:
    """The findings, from the outside in; after the first failure no more is asked."""
    findings = [await _answers(calls)]
    if findings[-1].good:
        findings.append(await _secret(calls))
    if findings[-1].good and hooks != "no":
        findings.append(await _webhooks(calls))
    return tuple(findings)


async def _answers(calls: Calls) -> Finding:
    what = f"BigBlueButton answers at {calls.base}"
    try:
        await calls.version()
    except IntegrationError as error:
        return Finding(what=what, good=False, advice=str(error))
    return Finding(what=what, good=True)


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
