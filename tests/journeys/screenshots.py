"""Every page into ``docs/images/``: two languages, two widths or more (``make screenshots``).

``python -m tests.journeys.screenshots [NAME…]`` takes the pages named only.
"""

import asyncio
import base64
import sys
import tempfile
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import time
from pathlib import Path

from orchestrator.access.model import Role
from orchestrator.app import open_services, serving
from orchestrator.archive.model import AttachmentKind
from orchestrator.operations.demo import (
    Demo,
    free_port,
    moment_of,
    prepare,
    settings_in,
)
from tests.journeys import screenshots_video
from tests.journeys.attended import (
    LATECOMERS,
    attend,
    come_late,
    empty,
    queue_behind,
)
from tests.journeys.browser import NARROW, WIDE, launched, new_reader
from tests.journeys.chromium import HOW_TO_INSTALL, ROOT, find_chromium
from tests.journeys.onstage import CALM, LATE, Morning
from tests.livekit_server import binary as livekit
from tests.orchestrator.archive.samples import PDF, box

IMAGES = ROOT / "docs" / "images"
MIDDLE, PAPER = 1024, 794
_HEIGHTS = {WIDE: 900, MIDDLE: 768, NARROW: 844, PAPER: 1123}
_QUANTISE = Path(__file__).with_name("quantise.js").read_text()


# Of a size that people know; nobody plays them.
_FILES = {
    AttachmentKind.SLIDES: PDF[:8] + b"\n% slides" * 200_000 + PDF[8:],
    AttachmentKind.VIDEO: box(b"ftyp", b"isom\0\0\2\0isommp41")
    + box(b"moov", bytes(40))
    + box(b"mdat", bytes(24_000_000)),
}
_HAVING = {AttachmentKind.SLIDES: (2, 3), AttachmentKind.VIDEO: (2,)}


@dataclass(frozen=True)
class Shot:
    """A page: at what time, where, pressed by whom, and what is done there.

    ``calendar`` has the person make his own before. ``inside`` and ``waiting`` are
    how many others came before him, ``behind`` how many wait behind him.
    ``twice``: he has entered on another device. ``there`` is where he goes after
    his ``presses``, and ``then`` what he presses there. ``stage`` is how far a chair
    has brought the morning, ``who`` the name of the person, if it matters. It is taken
    at each of ``widths``, in each of ``languages``, on a ``media`` of ``colours``.
    Not ``alone``: others are there already, and stay.
    """

    name: str
    path: str = ""
    at: str = "10:05"
    role: Role | None = None
    presses: tuple[str, ...] = ()
    whole: bool = False
    calendar: bool = False
    inside: int = 0
    waiting: int = 0
    behind: int = 0
    twice: bool = False
    there: str = ""
    then: tuple[str, ...] = ()
    stage: str = ""
    who: str = ""
    widths: tuple[int, ...] = (WIDE, NARROW)
    languages: tuple[str, ...] = ("fr", "en")
    media: str = "screen"
    colours: str = "light"
    alone: bool = True


_ENTER, _LEAVE = ".btn.main", ".way form button"
_DESK, _TURN = ("[value=chair]",), ("[value=speaker]",)
_OWN, _OTHERS, _RENEW = "[value=me]", ".others summary", "[href$=renew]"
SHOTS = (
    Shot("programme", "/e/{slug}"),
    Shot("programme-whole", "/e/{slug}", whole=True),
    Shot("events", "/"),
    Shot("talk", "/e/{slug}/t/{talk}", at="20:00"),
    Shot("session", "/e/{slug}/s/{session}"),
    Shot("zone", "/zone?back=/e/{slug}"),
    Shot("refused-link", "/j/incomplete"),
    Shot("not-found", "/e/elsewhere"),
    Shot("room-unknown", "/e/{slug}/room"),
    Shot("landing", role=Role.REGISTRANT, at="9:31"),
    Shot("landing-chair", role=Role.CHAIR),
    Shot("room", role=Role.REGISTRANT, presses=(_ENTER,)),
    Shot("room-left", role=Role.REGISTRANT, presses=(_ENTER, _LEAVE)),
    Shot("chair", role=Role.CHAIR, presses=_DESK),
    Shot("speaker", role=Role.SPEAKER, presses=_TURN, at="9:50"),
    Shot("organise", role=Role.ORGANISER, presses=("[value=organiser]",)),
    Shot(
        "organise-live",
        role=Role.ORGANISER,
        presses=("[value=organiser]",),
        at="10:53",
        inside=412,
        whole=True,
    ),
    Shot(
        "organise-room",
        role=Role.ORGANISER,
        presses=("[value=organiser]",),
        there="/e/{slug}/organise/room",
    ),
    Shot(
        "people",
        role=Role.ORGANISER,
        presses=(_ENTER,),
        there="/e/{slug}/people?q=a",
        inside=200,
    ),
    Shot(
        "people-out",
        role=Role.ORGANISER,
        presses=(_ENTER,),
        there="/e/{slug}/people",
        then=(".act .danger",),
        inside=412,
    ),
    Shot("landing-open", role=Role.REGISTRANT),
    Shot("room-before", role=Role.REGISTRANT, presses=(_ENTER,), at="9:31"),
    Shot("room-between", role=Role.REGISTRANT, presses=(_ENTER,), at="13:00"),
    Shot("landing-over", role=Role.REGISTRANT, at="20:00"),
    Shot("me-new", role=Role.SPEAKER, presses=(_OWN,)),
    Shot(
        "me", role=Role.REGISTRANT, presses=(_OWN, _OTHERS), whole=True, calendar=True
    ),
    Shot("me-renew", role=Role.REGISTRANT, presses=(_OWN, _RENEW), calendar=True),
    Shot("room-elsewhere", role=Role.REGISTRANT, presses=(_ENTER,), twice=True),
    # Last: more people are registered for it than there are seats.
    Shot(
        "room-full",
        role=Role.REGISTRANT,
        presses=(_ENTER,),
        at="16:12",
        inside=600,
        waiting=11,
        behind=4,
        whole=True,
    ),
)

_LATE = {
    "role": Role.CHAIR,
    "who": "Caroline Chaux",
    "presses": _DESK,
    "stage": LATE,
    "at": "10:53:10",
    "inside": 412,
}
# On a demo of their own, in the order of its morning.
STAGED = (
    Shot(
        "room-live",
        role=Role.REGISTRANT,
        presses=(_ENTER,),
        at="10:38",
        stage=CALM,
        inside=412,
        whole=True,
    ),
    Shot(
        "speaker-before",
        role=Role.SPEAKER,
        who="Gianni Franchi",
        presses=_TURN,
        at="10:38",
        stage=CALM,
        whole=True,
    ),
    Shot("screen", "/e/{slug}/screen", at="10:38", stage=CALM, widths=(WIDE,)),
    Shot(
        "speaker-on",
        role=Role.SPEAKER,
        who="Mathieu Serrurier",
        presses=_TURN,
        at="10:48:30",
        stage=LATE,
        whole=True,
    ),
    Shot("desk", widths=(WIDE, MIDDLE, NARROW), **_LATE),
    Shot("desk-dark", widths=(WIDE,), languages=("fr",), colours="dark", **_LATE),
    Shot(
        "desk-paper",
        there="/e/{slug}/chair/{session}/print",
        widths=(PAPER,),
        media="print",
        **_LATE,
    ),
)


ON_AIR = Shot(
    screenshots_video.NAME,
    role=Role.REGISTRANT,
    presses=(_ENTER,),
    at="10:38",
    stage=CALM,
    alone=False,
)


class Studio:
    """The demo, and a browser in which each shot is another reader."""

    def __init__(self, services, event, browser):
        self._services = services
        self._event = event
        self._browser = browser
        self._morning = Morning(services, event)

    async def reach(self, shot):
        """Bring the morning to where ``shot`` wants it."""
        await self._morning.reach(shot.stage, language="fr")
        await self.clock(shot)

    async def take(self, shot, *, language, width, ready=None):
        """The PNG of ``shot``, once ``ready(page)`` returns."""
        if shot.alone:
            await self._attend(shot)
        if shot.stage and shot.alone:
            await self._morning.reach(shot.stage, language=language)
        await self.clock(shot)
        context = await new_reader(
            self._browser,
            language=language,
            width=width,
            height=_HEIGHTS[width],
            color_scheme=shot.colours,
        )
        page = await context.new_page()
        # Open until the shot is taken: a page that is closed lets go.
        other = await self._elsewhere(shot) if shot.twice else None
        await page.goto(await self._address(shot), wait_until="load")
        await self._press(page, shot.presses)
        if shot.behind:
            await queue_behind(self._services, self._event, shot.behind)
            await page.reload()
        if shot.there:
            await page.goto(self._at(shot.there), wait_until="load")
            await self._press(page, shot.then)
        if ready:
            await ready(page)
        await page.emulate_media(media=shot.media)
        if shot.media == "print":
            # A picture is not a page: it has no margin of its own.
            await page.evaluate("document.body.style.margin = '14mm 16mm'")
        await page.evaluate("document.fonts.ready")
        raw = await page.screenshot(full_page=shot.whole)
        for one in filter(None, (context, other)):
            await one.close()
        return raw

    async def _press(self, page, presses):
        for button in presses:
            await page.locator(button).first.click()
            await page.wait_for_load_state("load")

    async def _elsewhere(self, shot):
        """Another device of the person, on which he has pressed already."""
        context = await new_reader(self._browser)
        page = await context.new_page()
        await page.goto(await self._address(shot))
        await self._press(page, shot.presses)
        return context

    async def _attend(self, shot):
        """Have as many others there as the shot wants, and nobody else."""
        await empty(self._services, self._event)
        if shot.inside > LATECOMERS:
            await come_late(self._services, self._event)
        if shot.inside:
            await attend(self._services, self._event, shot.inside, shot.waiting)

    async def small(self, raw):
        """``raw`` with a palette, which the browser computes on an empty page."""
        page = await self._browser.new_page()
        source = base64.b64encode(raw).decode()
        packed = await page.evaluate(f"source => ({_QUANTISE})(source)", source)
        await page.close()
        return base64.b64decode(packed)

    async def clock(self, shot):
        """Have the event's clock where ``shot`` wants it."""
        moment = moment_of(self._event, time(*map(int, shot.at.split(":"))))
        self._event = await self._services.programmes.set_now(self._event.slug, moment)

    async def names(self, role):
        """Of all with that role."""
        links = await self._services.registration.links(self._event, role=role)
        return [one.name for one in links]

    async def link(self, role, who=""):
        """The personal link of the first with that role, and of that name if any."""
        links = await self._services.registration.links(self._event, role=role)
        return next(one.link for one in links if who in ("", one.name))

    async def _address(self, shot):
        if shot.role is not None:
            link = await self.link(shot.role, shot.who)
            if shot.calendar:
                await self._make_calendar(link)
            return link
        return self._at(shot.path)

    def _at(self, path):
        timetable = self._event.timetable
        return self._services.settings.origin + path.format(
            slug=self._event.slug,
            session=timetable.sessions[0].session.id,
            talk=timetable.slots[2].talk.id,
        )

    async def _make_calendar(self, link):
        """Have the person of ``link`` a calendar of his own."""
        person = await self._services.access.holder(link.rpartition("/")[2])
        await self._services.feed_keys.make(person)


@asynccontextmanager
async def studio(browser, room=None):
    """The demo at work, with slides and a film for one talk."""
    with tempfile.TemporaryDirectory() as folder:
        settings = settings_in(Path(folder), free_port(), room)
        async with open_services(settings) as services:
            wanted = Demo(programme=None, at=time(10, 5), room=None)
            event = await prepare(services, wanted)
            for kind, content in _FILES.items():
                file = Path(folder) / f"talk.{kind.value}"
                file.write_bytes(content)
                for number in _HAVING[kind]:
                    talk = event.timetable.slots[number].talk.id
                    await services.archive.attach_file(event, talk, kind, file)
            async with serving(services, host="127.0.0.1", port=settings.port):
                yield Studio(services, event, browser)


async def main(names):
    """Take the shots named, or all."""
    chromium = find_chromium()
    if chromium is None:
        sys.exit(HOW_TO_INSTALL)
    IMAGES.mkdir(parents=True, exist_ok=True)
    async with launched(chromium) as browser:
        for shots in (SHOTS, STAGED):
            wanted = [one for one in shots if not names or one.name in names]
            if wanted:
                await _take(wanted, browser)
        if (not names or ON_AIR.name in names) and livekit():
            await screenshots_video.take(chromium, browser, ON_AIR, studio, _keep)
    sizes = [file.stat().st_size for file in IMAGES.glob("*.png")]
    print(
        f"{len(sizes)} images, {sum(sizes) // 1024} KiB in {IMAGES.relative_to(ROOT)}"
    )


async def _take(shots, browser):
    async with studio(browser) as here:
        for shot in shots:
            await here.clock(shot)
            for width in shot.widths:
                for language in shot.languages:
                    raw = await here.take(shot, language=language, width=width)
                    await _keep(here, shot, width, language, raw)


async def _keep(here, shot, width, language, raw):
    file = IMAGES / f"{shot.name}-{width}-{language}.png"
    file.write_bytes(await here.small(raw))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
