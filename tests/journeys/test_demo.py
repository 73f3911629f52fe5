"""``make run``: a meeting to look at within seconds, and every link it prints works."""

import io
import re
import time
from dataclasses import dataclass

import pytest
from icalendar import Calendar
from playwright.async_api import expect
from pypdf import PdfReader

from tests.journeys.browser import NARROW, WIDE, axe
from tests.journeys.service import demo

pytestmark = pytest.mark.journey

# On a machine that does nothing else it is 3; here a whole suite runs beside it.
_SECONDS_TO_PRINT = 120
_LINE = re.compile(r"^  (\w+) +(http://\S+)$")


@dataclass
class Printed:
    """What the demo printed, and how long that took."""

    lines: list[str]
    seconds: float

    @property
    def links(self):
        """Addresses by what they are."""
        return dict(m.groups() for m in map(_LINE.match, self.lines) if m)


@pytest.fixture(scope="module")
def printed(tmp_path_factory):
    folder, began = tmp_path_factory.mktemp("demo"), time.monotonic()
    with demo(folder) as lines:
        yield Printed(lines, time.monotonic() - began)
    assert list(folder.iterdir()) == []


def test_links_are_printed_within_seconds(printed):
    assert printed.seconds < _SECONDS_TO_PRINT
    assert printed.lines[0].endswith("it is 10:05 on 28 June 2021 at the meeting.")
    assert list(printed.links) == [
        "Programme",
        "Calendar",
        "Registrant",
        "Speaker",
        "Chair",
        "Organiser",
    ]


@pytest.mark.parametrize(("language", "width"), [("fr", NARROW), ("en", WIDE)])
@pytest.mark.parametrize(
    ("role", "target"),
    [
        ("Registrant", "room"),
        ("Speaker", "speaker"),
        ("Chair", "chair"),
        ("Organiser", "organise"),
    ],
)
async def test_personal_link_works(printed, new_page, role, target, language, width):
    page = await new_page(language=language, width=width)
    own = page.locator(f"button[value={role.lower()}]")

    await page.goto(printed.links[role])
    await expect(page.locator("[data-clock]")).to_have_text(re.compile(r"^10:[0-5]\d$"))
    assert await axe(page) == []
    await (page.locator(".btn.main") if target == "room" else own).click()

    await expect(page).to_have_url(
        re.compile(f"/e/theorie-du-deep-learning/{target}(/[a-z0-9]+)?$")
    )
    assert await axe(page) == []


async def test_calendar_has_every_talk(printed, page):
    answer = await page.request.get(printed.links["Calendar"])

    calendar = Calendar.from_ical(await answer.body())

    assert len(calendar.walk("VEVENT")) == 13  # eleven talks and two sessions


@pytest.mark.parametrize(
    ("language", "width", "scheme"), [("fr", NARROW, "dark"), ("en", WIDE, "light")]
)
async def test_pages_for_everybody(printed, new_page, language, width, scheme):
    page = await new_page(
        language=language, width=width, color_scheme=scheme, allow=("a status of 40",)
    )
    programme = printed.links["Programme"]

    await page.goto(programme)
    await expect(page.locator(".strip [data-clock]")).to_have_text(
        re.compile(r"^10:[0-5]\d$")
    )
    found = {"programme": await axe(page)}
    for name, path in {
        "events": "/",
        "talk": await page.locator(".slot h3 a").first.get_attribute("href"),
        "zone": "/zone?back=/e/theorie-du-deep-learning",
        "unknown browser": "/e/theorie-du-deep-learning/room",
        "no such page": "/e/nothing-here",
        "refused link": "/j/not-a-link",
    }.items():
        await page.goto(programme.rpartition("/e/")[0] + path)
        found[name] = await axe(page)

    assert {name: what for name, what in found.items() if what} == {}


async def test_moment_before_the_opening_shows_the_countdown(tmp_path, new_page):
    page = await new_page(language="en", width=NARROW)

    with demo(tmp_path, "--at", "9:31") as lines:
        await page.goto(Printed(lines, 0).links["Registrant"])
        digits = page.locator("[data-digits]")
        await expect(digits).to_have_text(re.compile(r"^1[0-4]:\d\d$"))
        first = await digits.text_content()
        await expect(digits).not_to_have_text(first)

        await page.get_by_role("button", name="Enter as soon as it opens").click()
        await expect(page.locator("[data-enter-at]")).to_be_visible()
        assert await axe(page) == []


async def test_programme_prints_on_one_sheet(printed, page):
    await page.goto(printed.links["Programme"])

    sheets = PdfReader(io.BytesIO(await page.pdf(prefer_css_page_size=True))).pages

    width, height = (round(side / 72 * 25.4) for side in sheets[0].mediabox[2:])
    words = sheets[0].extract_text()
    assert (len(sheets), width, height) == (1, 210, 297)
    assert [word in words for word in ("17:15", "Gérard Biau", "544")] == [1, 1, 0]
