"""Settings of a connection to Zoom, and what its set-up lacks."""

from datetime import timedelta

import pytest

from integrations.http import Wire
from integrations.video.choose import choose
from integrations.video.setup import Around, UnusableSetting
from tests.zoom_server import CALLBACK, now

SETTINGS = {
    "provider": "zoom",
    "account_id": "a",
    "client_id": "c",
    "client_secret": "s",
    "mail_domain": "people.meeting.example",
}
AROUND = Around(Wire(), CALLBACK, now)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("account_id", ""),
        ("client_id", " "),
        ("client_secret", ""),
        ("mail_domain", ""),
        ("mail_domain", "ada@example.org"),
        ("mail_domain", "example"),
        ("mail_domain", "exa mple.org"),
        ("mail_domain", "-a.org"),
        ("kind", "party"),
        ("dashboard", "perhaps"),
        ("url", "http://zoom.example/v2"),
        ("oauth_url", "ftp://127.0.0.1"),
        ("url", "https://user:word@zoom.example"),
    ],
)
def test_setting_of_no_use_is_named(key, value):
    with pytest.raises(UnusableSetting) as refused:
        choose({**SETTINGS, key: value}, AROUND)

    assert refused.value.key == key


def test_settings_that_are_needed_are_enough():
    provider = choose(SETTINGS, AROUND)

    assert provider.calls._url == "https://api.zoom.us/v2"
    assert provider.calls._bearer._account.url == "https://zoom.us"


@pytest.fixture
def lacks(connect):
    """Advice on what lacks in a connection with these settings."""

    async def lacks(**settings):
        findings = await connect(**settings).examine()
        return [one.advice for one in findings if not one.good]

    return lacks


async def test_nothing_lacks_where_everything_is_there(lacks):
    assert await lacks() == []
    assert await lacks(kind="webinar", dashboard="yes") == []


async def test_wrong_keys_are_found(lacks):
    (advice,) = await lacks(client_id="another")

    assert "client_id" in advice


async def test_zoom_out_of_reach_is_found(lacks, unused_tcp_port):
    (advice,) = await lacks(oauth_url=f"http://127.0.0.1:{unused_tcp_port}")

    assert "443" in advice


async def test_each_scope_that_was_left_out_is_found(zoom, lacks):
    for scope in zoom.scopes.split():
        if scope.startswith("webinar") or "webinars" in scope:
            continue
        whole = zoom.scopes
        zoom.scopes = zoom.scopes.replace(scope, "")

        assert await lacks(dashboard="yes") == [f"Add to the app's scopes: {scope}."]
        zoom.scopes = whole


async def test_scopes_of_an_older_app_do_as_well(zoom, lacks):
    zoom.scopes = (
        "meeting:write:admin meeting:read:admin user:read:admin recording:read:admin"
    )

    assert await lacks() == []


async def test_user_without_a_licence_is_found(zoom, lacks):
    zoom.licensed = False

    (advice,) = await lacks()

    assert "licence" in advice


async def test_user_who_is_not_there_is_found(lacks):
    advice, _ = await lacks(user="nobody@lab.example")

    assert "Check user" in advice


@pytest.mark.parametrize(
    ("group", "setting", "kind", "said"),
    [
        ("schedule_meeting", "join_before_host", "meeting", "join before host"),
        ("in_meeting", "waiting_room", "meeting", "Waiting room"),
        ("recording", "cloud_recording", "meeting", "Cloud recording"),
        ("recording", "cloud_recording", "webinar", "Cloud recording"),
        ("feature", "webinar", "webinar", "add-on"),
    ],
)
async def test_setting_of_the_user_that_is_wrong_is_found(
    zoom, lacks, group, setting, kind, said
):
    zoom.user_settings[group][setting] = not zoom.user_settings[group][setting]

    (advice,) = await lacks(kind=kind)

    assert said in advice


@pytest.mark.parametrize("kind", ["meeting", "webinar"])
async def test_signing_in_at_zoom_is_found(zoom, lacks, kind):
    zoom.authentication = {"meeting_authentication": True}

    (advice,) = await lacks(kind=kind)

    assert "authenticated users" in advice


@pytest.mark.parametrize("told", [{}, {"in_meeting": None, "feature": []}])
async def test_setting_that_zoom_does_not_tell_is_not_judged(zoom, lacks, told):
    zoom.user_settings, zoom.authentication = told, {}

    assert await lacks(kind="webinar") == await lacks() == []


@pytest.mark.parametrize("kind", ["meeting", "webinar"])
async def test_dashboard_that_the_plan_lacks_is_found(zoom, lacks, kind):
    zoom.dashboard = False

    (advice,) = await lacks(kind=kind, dashboard="yes")

    assert "dashboard=no" in advice
    assert await lacks(kind=kind) == []


async def test_webhook_secret_that_was_left_out_is_found(lacks):
    (advice,) = await lacks(webhook_secret="")

    assert "webhook_secret" in advice


@pytest.mark.parametrize("date", ["", "soon", "Thu, 26 Nov 2026 09:00:00 -0000"])
def test_clock_that_zoom_does_not_tell_is_not_judged(date):
    examination = choose(SETTINGS, AROUND).examination

    assert examination._time(date).good


async def test_clock_that_is_off_is_found(zoom):
    wire = Wire()
    around = Around(wire, CALLBACK, lambda: now() + timedelta(seconds=90))

    findings = await choose(zoom.settings, around).examine()

    await wire.close()
    (advice,) = [one.advice for one in findings if not one.good]
    assert "NTP" in advice


async def test_address_that_zoom_cannot_reach_is_found(zoom):
    wire = Wire()
    around = Around(wire, "http://localhost:8080/webhooks/main", now)

    findings = await choose(zoom.settings, around).examine()

    await wire.close()
    (advice,) = [one.advice for one in findings if not one.good]
    assert "BASE_URL" in advice
