"""What holds for every page: the look, its contrasts, and no inline code."""

import gzip
import re

import pytest

from orchestrator.pages.assets import STATIC
from orchestrator.pages.render import render
from tests.orchestrator.pages.shown import every_page, soup, text

PAGES = [
    pytest.param(language, zone, id=f"{language}-{zone}")
    for language, zone in (("fr", None), ("en", "Africa/Dakar"))
]
NAMES = sorted(every_page("fr"))

VIDEO = ("video.js", "video_tiles.js", "video_tools.js", "video_devices.js")
ROOM = ("room.js", "moved.js", *VIDEO, "video_jitsi.js")
OURS = ("app.js", "door.js", "curve.js", "stage.js", "desk.js", *ROOM)
LIVEKIT = "vendor/livekit-client.umd.js"
VENDOR = ("uplot.min.js", "htmx.min.js", "sortable.min.js", "livekit-client.umd.js")
SCRIPTS = (*OURS, *(f"vendor/{name}" for name in VENDOR))

# The pairs of the look with the least ratio that each needs (WCAG 2.2).
TEXT = 4.5
MARK = 3
PAIRS = [
    ("ink", "paper", TEXT),
    ("ink", "panel", TEXT),
    ("ink-2", "paper", TEXT),
    ("ink-2", "panel", TEXT),
    ("ink-2", "tint", TEXT),
    ("ink-2", "over-tint", TEXT),
    ("ink-2", "warn-tint", TEXT),
    ("ink-2", "live-tint", TEXT),
    ("accent", "paper", TEXT),
    ("accent", "panel", TEXT),
    ("on-accent", "accent", TEXT),
    ("on-accent", "accent-deep", TEXT),
    ("paper", "ink", TEXT),
    ("on-stage", "stage", TEXT),
    ("live", "paper", TEXT),
    ("live", "panel", TEXT),
    ("live", "live-tint", TEXT),
    ("warn", "paper", TEXT),
    ("warn", "warn-tint", TEXT),
    ("warn", "tint", TEXT),
    ("over", "paper", TEXT),
    ("over", "over-tint", TEXT),
    ("edge", "paper", MARK),
    ("edge", "panel", MARK),
    ("warn-mark", "paper", MARK),
    ("focus", "paper", MARK),
    ("focus", "panel", MARK),
]


@pytest.fixture(scope="module")
def style():
    return (STATIC / "look.css").read_text()


def tokens(style, scheme):
    """Colour tokens of a scheme; dark ones stand on the light ones."""
    light, _, rest = style.partition("@media (prefers-color-scheme: dark)")
    dark = rest.partition("}")[0]
    colours = r"--([\w-]+):\s*(#[0-9a-f]{6})"
    found = dict(re.findall(colours, light))
    return found if scheme == "light" else {**found, **dict(re.findall(colours, dark))}


def luminance(colour):
    def linear(part):
        value = int(part, 16) / 255
        return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(colour[at : at + 2]) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_colours_can_be_told_apart(style, scheme):
    colours = tokens(style, scheme)

    faint = [
        (one, other)
        for one, other, least in PAIRS
        if contrast(colours[one], colours[other]) < least
    ]
    assert faint == []


def test_style_stays_small(style):
    assert len(gzip.compress(style.encode())) < 8 * 1024


def test_only_a_desk_has_the_style_of_the_desk():
    """What 600 people load does not grow by what their chair sees."""
    styled = {
        name
        for name, page in every_page("fr").items()
        if soup(page).select('link[href*="desk.css"]')
    }

    assert styled == {"desk", "desk before", "desk refused", "desk over"}
    assert len(gzip.compress((STATIC / "desk.css").read_bytes())) < 4 * 1024


def test_only_a_room_with_its_video_has_the_style_of_one():
    styled = {
        name
        for name, page in every_page("fr").items()
        if soup(page).select('link[href*="room.css"]')
    }

    assert styled == {"room livekit", "room jitsi"}


def test_fonts_are_those_that_the_build_brings(style):
    hook = (STATIC.parents[2] / "hatch_build.py").read_text()
    page = (STATIC.parent / "templates" / "base.html").read_text()

    used = set(re.findall(r"vendor/([\w-]+\.woff2)", style + page))
    assert used == {"source-sans-3-latin.woff2", "source-sans-3-latin-ext.woff2"}
    assert [name for name in used if f'"{name}"' not in hook] == []


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("language", "zone"), PAGES)
def test_pages_keep_the_rules_of_the_house(name, language, zone):
    page = soup(every_page(language, zone)[name])

    assert page.html["lang"] == language
    assert len(page.select("h1")) == 1
    assert len(page.select("main#main")) == 1
    assert text(page.title) != ""
    identities = [tag["id"] for tag in page.select("[id]")]
    assert sorted(set(identities)) == sorted(identities)
    names = {
        name
        for tag in page.select("[aria-labelledby]")
        for name in tag["aria-labelledby"].split()
    }
    assert names <= set(identities)
    assert len(page.select(".btn.main")) <= 1


@pytest.mark.parametrize("name", NAMES)
def test_pages_hold_no_inline_script_or_style(name):
    page = soup(every_page("fr", "Africa/Dakar")[name])

    assert page.select("style, [style]") == []
    scripts = [one["src"].partition("?")[0] for one in page.select("script")]
    assert {"/static/app.js"} <= set(scripts) <= {f"/static/{one}" for one in SCRIPTS}
    handlers = [
        name for tag in page.find_all() for name in tag.attrs if name[:2] == "on"
    ]
    assert handlers == []


@pytest.mark.parametrize("name", NAMES)
def test_every_time_has_its_zone_in_the_markup(name):
    page = soup(every_page("fr")[name])

    moments = [time["datetime"] for time in page.select("time")]
    assert [
        moment
        for moment in moments
        if not re.fullmatch(r"\d{4}-\d\d-\d\d(T\d\d:\d\d[+-]\d\d:\d\d)?", moment)
    ] == []


@pytest.mark.parametrize("name", NAMES)
def test_live_parts_can_be_found_again(name):
    page = soup(every_page("fr")[name])

    assert [tag for tag in page.select("[data-live]") if not tag.get("id")] == []


def test_only_who_waits_for_a_room_is_let_in_by_the_script():
    sent = {
        name
        for name, page in every_page("fr").items()
        if "data-enter-at" in render(page)
    }

    assert sent == {"room before", "room between", "room silent"}


def test_a_page_loads_no_script_that_it_has_no_use_for():
    loaded = {
        name: {one["src"].partition("?")[0][8:] for one in page.select("script")}
        for name, page in ((n, soup(p)) for n, p in every_page("fr").items())
    }

    curves = {n for n, found in loaded.items() if "vendor/uplot.min.js" in found}
    doors = {n for n, found in loaded.items() if "door.js" in found}
    livekit = {n for n, found in loaded.items() if found & {LIVEKIT, *VIDEO}}
    jitsi = {n for n, found in loaded.items() if "video_jitsi.js" in found}
    assert (livekit, jitsi) == ({"room livekit"}, {"room jitsi"})
    assert curves == {"organise", "organise early"}
    assert doors - curves == {
        "desk",
        "desk before",
        "desk refused",
        "desk over",
        "room",
        "room pressed",
        "room livekit",
        "room jitsi",
        "room early",
        "room live",
        "room refused",
        "room free",
        "room full",
        "room full for some",
        "room elsewhere",
        "room withdrawn",
    }


def test_what_the_scripts_send_is_known():
    """The forms of the page, signs of life, that somebody follows the stream; questions
    and votes; that somebody wants the way into the video room.
    """
    scripts = {name: (STATIC / name).read_text() for name in OURS}
    sends = r"\bPOST\b|sendBeacon|\.submit\(|requestSubmit|XMLHttpRequest"

    assert {name: re.findall(sends, text) for name, text in scripts.items()} == {
        "app.js": ["requestSubmit", "requestSubmit"],
        "door.js": ["POST", "sendBeacon"],
        "curve.js": [],
        "stage.js": [],
        "desk.js": ["POST"],
        "room.js": ["POST", "requestSubmit"],
        "moved.js": [],
        "video.js": ["POST"],
        "video_tiles.js": [],
        "video_tools.js": [],
        "video_devices.js": [],
        "video_jitsi.js": ["POST"],
    }
    asked = {name: re.findall(r"fetch\(([^,)]*)", t) for name, t in scripts.items()}
    assert asked == {
        "app.js": ["location.href", '"/api/v1/clock"'],
        "door.js": ["address"],
        "curve.js": [],
        "stage.js": ["`/api/v1/clock?event=${root.dataset.event}`"],
        "desk.js": ["address"],
        "room.js": ["`${api}/${address}`"],
        "moved.js": [],
        "video.js": ["stage.dataset.video"],
        "video_tiles.js": [],
        "video_tools.js": [],
        "video_devices.js": [],
        "video_jitsi.js": ["stage.dataset.video"],
    }
