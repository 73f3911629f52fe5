"""What the set-up of a BigBlueButton connection has and lacks."""

from urllib.parse import urlsplit

from integrations.errors import IntegrationError, Rejected
from integrations.video.bigbluebutton.callbacks import Callbacks
from integrations.video.bigbluebutton.calls import Calls
from integrations.video.provider import Finding

# A meeting that is not there: only whether the call is understood matters.
_NOBODYS = {"meetingID": "examination"}
_INSTALL = (
    "Install it on the server (apt-get install bbb-webhooks): people's coming and "
    "going is then told within a second. Without it the list is asked for."
)


async def examine(
    calls: Calls, callbacks: Callbacks, *, hooks: str
) -> tuple[Finding, ...]:
    """The findings, from the outside in; after the first failure no more is asked."""
    findings = [await _answers(calls)]
    if findings[-1].good:
        findings.append(await _secret(calls))
    if findings[-1].good and hooks != "no":
        findings.append(await _webhooks(calls))
    findings.append(_called_back(calls, callbacks))
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


def _called_back(calls: Calls, callbacks: Callbacks) -> Finding:
    """Whether the server could reach us, as far as the address tells."""
    here = ("localhost", "127.0.0.1", "::1")
    ours, theirs = (urlsplit(one).hostname for one in (callbacks.address, calls.base))
    return Finding(
        what=f"It can call {callbacks.address}",
        good=ours not in here or theirs in here,
        advice="Set ORCHESTRATOR_BASE_URL to the address at which the server reaches "
        "this service.",
    )
