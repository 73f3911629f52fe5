"""A page that follows the stage: in place, by the right clock, through a lost line."""

from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from aiohttp import web

from orchestrator.app import build_app
from orchestrator.hub.channels import spoken
from orchestrator.pages.fragments import Fragment
from orchestrator.pages.frame import Frame, utc_iso
from orchestrator.pages.kept import SERVER_TIMING, timing
from orchestrator.pages.render import _environment
from orchestrator.web.runner import runner
from tests.orchestrator.app_client import SLUG, application
from tests.waiting import until, until_so

pytestmark = pytest.mark.journey

PATH = "/test/stage"
FRENCH = spoken(SLUG, "fr")
SHAPE = """{% extends "base.html" %}{% block main %}<main id="main"><h1>Stage</h1>
"""
LISTENING = """
for (const name of ["clock", "bell", "second", "woke"]) {
  document.addEventListener(name, ({ detail }) => (window.heard ??= []).push([name, detail]));
}
"""


@dataclass
class Shown:
    template = "shown here"
    frame: Frame


@dataclass
class Stage:
    """The application with one page more, whose body a test gives; on one port."""

    services: object
    event: object
    body: str = ""
    late: timedelta = timedelta()
    port: int = 0
    _running: list = field(default_factory=list)

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}{PATH}"

    @property
    def hub(self):
        return self.services.hub

    def now(self):
        return self.services.programmes.now(self.event)

    async def start(self):
        app = build_app(self.services)
        app.router.add_get(PATH, self._answer)
        running = runner(app)
        await running.setup()
        await web.TCPSite(running, "127.0.0.1", self.port).start()
        self.port = running.addresses[0][1]
        self._running.append(running)

    async def stop(self):
        # What starts next is another process, with a hub that takes people.
        await self._running.pop().cleanup()
        self.hub._closed = False

    async def _answer(self, _request):
        now, event = self.now(), await self.services.programmes.find(SLUG)
        frame = Frame(
            language="fr",
            title="Stage",
            now=now,
            live=True,
            slug=SLUG,
            stage=True,
            revision=event.revision,
        )
        shape = _environment("fr").from_string(
            f"{SHAPE}{self.body}</main>{{% endblock %}}"
        )
        headers = {"Content-Type": "text/html", SERVER_TIMING: timing(now - self.late)}
        return web.Response(text=shape.render(page=Shown(frame)), headers=headers)

    def tell(self, target, html, version=1):
        self.hub.publish(Fragment(target=target, html=html, version=version, to=FRENCH))

    async def open(self, page, body):
        """Show ``body`` on ``page``, once it listens."""
        self.body = body
        await page.add_init_script(LISTENING)
        await page.goto(self.url)
        await until(lambda: self.hub.has(FRENCH))
        return page


@asynccontextmanager
async def staged(url, folder):
    async with application(url, folder) as site:
        stage = Stage(site.services, site.event)
        await stage.start()
        yield stage
        while stage._running:
            await stage.stop()


@pytest.fixture
async def stage(upgraded_sqlite_url, tmp_path):
    async with staged(upgraded_sqlite_url, tmp_path) as one:
        yield one


async def text(page, selector):
    return await page.locator(selector).inner_text()


async def shown(page, selector, expected):
    """Once the element says what is expected."""
    await page.wait_for_function(
        "([selector, text]) => document.querySelector(selector)?.textContent === text",
        arg=[selector, expected],
    )


def rows(*names, checked="c1", word="x"):
    lines = "".join(
        f'<li id="r{n}"><input type="radio" name="cue" id="c{n}"{" checked" if checked == f"c{n}" else ""}>'
        f'<label for="c{n}">{name} {word}</label><button id="b{n}" type="button">Up</button></li>'
        for n, name in names
    )
    return f'<ol id="order" data-live data-version="1">{lines}</ol>'


DESK = """<div id="desk" data-live data-version="1"><p id="word">{}</p>
<form><input id="field" name="t"><input id="given" value="{}"><input type="hidden" id="rev" value="{}"><textarea id="area">{}</textarea></form>
<details id="fold"><summary>Fold</summary><p>{}</p></details><div data-kept id="kept">{}</div><p id="tail">end</p></div>"""


async def test_fragment_changes_what_differs_and_leaves_the_reader_s_own(page, stage):
    await stage.open(page, DESK.format(*["one"] * 6))
    await page.fill("#area", "a longer thought")
    await page.fill("#given", "mine")
    await page.click("#fold summary")
    await page.fill("#field", "half a sen")
    await page.evaluate("""() => {
      document.getElementById("field").setSelectionRange(2, 5);
      window.nodes = [...document.querySelectorAll("#desk [id]")];
    }""")

    stage.tell("desk", DESK.format(*["two"] * 6), 2)
    await shown(page, "#word", "two")

    assert await page.evaluate("""() => {
      const by = (id) => document.getElementById(id), field = by("field");
      return {
        focus: document.activeElement.id, typed: field.value,
        selection: [field.selectionStart, field.selectionEnd],
        area: by("area").value, given: by("given").value, hidden: by("rev").value,
        open: by("fold").open, inside: by("fold").lastChild.textContent,
        kept: by("kept").textContent, version: by("desk").dataset.version,
        same: window.nodes.every((node) => node === by(node.id)),
        classes: by("desk").className,
      };
    }""") == {
        "focus": "field",
        "typed": "half a sen",
        "selection": [2, 5],
        "area": "a longer thought",
        "given": "mine",
        "hidden": "two",
        "open": True,
        "inside": "two",
        "kept": "one",
        "version": "2",
        "same": True,
        "classes": "",
    }


async def test_chosen_row_focus_and_scrolling_survive_another_order(page, stage):
    many = [(n, f"Talk {n}") for n in range(1, 61)]
    await stage.open(page, rows(*many))
    await page.check("#c20")
    await page.focus("#b30")
    await page.evaluate("scrollTo(0, 300)")
    before = await page.evaluate("scrollY")
    swapped = [many[1], many[0], *many[2:-1], (61, "New")]

    stage.tell("order", rows(*swapped, checked="c61", word="y"), 2)
    await shown(page, "#r20 label", "Talk 20 y")

    assert await page.evaluate("""() => [
      document.querySelector("input:checked").id, document.activeElement.id, scrollY,
      [...document.querySelectorAll("#order li")].map((one) => one.id).slice(0, 3),
      document.querySelectorAll("#order li").length,
    ]""") == ["c20", "b30", before, ["r2", "r1", "r3"], 60]


async def test_inner_html_is_taken_as_well_and_nothing_older(page, stage):
    await stage.open(page, '<p id="now" data-version="5" data-say="A">five</p>')

    stage.tell("now", "<b>six</b>", 6)
    stage.tell("elsewhere", "not on this page", 6)
    await shown(page, "#now b", "six")
    stage.tell("now", "four", 4)
    stage.tell("now", '<p id="now" class="over" data-say="B">seven</p>', 7)
    await shown(page, "#now", "seven")

    now = page.locator("#now")
    told = [await now.get_attribute(one) for one in ("class", "data-version")]
    assert told == ["over", "7"]
    assert await text(page, "#said") == "B"


OFF = """async (address) => {
  const [now, at] = await new Promise((resolve) => document.addEventListener(
    "second", ({ detail }) => resolve([detail.now, performance.now()]), { once: true }));
  let best = { took: Infinity };
  for (let n = 0; n < 5; n++) {
    const asked = performance.now(), answer = await (await fetch(address)).json();
    const took = performance.now() - asked;
    if (took < best.took) best = { took, off: now + asked + took / 2 - at - Date.parse(answer.now) };
  }
  return best.off;
}"""


async def off(page, *, after):
    """By how many ms the page's clock is fast, once it had the event ``after``."""
    await page.wait_for_function(
        "(name) => window.heard?.some(([heard]) => heard === name)", arg=after
    )
    return await page.evaluate(OFF, f"/api/v1/clock?event={SLUG}")


async def test_clock_is_right_on_a_machine_an_hour_off(page, stage):
    """What the page says of itself came late, as through a slow proxy."""
    stage.late = timedelta(minutes=1)
    await page.add_init_script("""{
      Math.random = () => 20; // not measured until it is asked for
      const Real = Date, off = 3600_000;
      window.Date = class extends Real {
        constructor(...given) { given.length ? super(...given) : super(Real.now() + off); }
        static now() { return Real.now() + off; }
      };
    }""")
    await stage.open(page, '<p id="wall" data-clock="seconds"></p>')

    assert -90_000 < await off(page, after="second") < -55_000
    await page.evaluate("document.dispatchEvent(new Event('woke'))")
    # Wrong by half of what the answer took at most, on a busy machine some seconds.
    assert abs(await off(page, after="clock")) < 5_000
    hours, minutes, _ = map(int, (await text(page, "#wall")).split(":"))
    assert (hours, 5 <= minutes < 15) == (10, True)


COUNTER = """<section data-phase="on-time"><p id="n" data-counts="{}" data-from="{}" data-until="{}"
 data-phases="soon:300 over:0"></p><p id="w" data-word-on-time="Reste" data-word-soon="Bientôt" data-word-over="Dépassement"></p></section>"""


@pytest.mark.parametrize(
    ("counts", "left", "reads", "phase", "word"),
    [
        ("down", 400, "6:", "on-time", "Reste"),
        ("down", 290, "4:", "soon", "Bientôt"),
        ("down", -432, "+7:", "over", "Dépassement"),
        ("down", 4000, "1:06:", "on-time", "Reste"),
        ("up", -30, "10:", "over", "Dépassement"),
    ],
)
async def test_counter_says_the_time_and_its_phase(
    page, stage, counts, left, reads, phase, word
):
    now = stage.now()
    moments = [now - timedelta(seconds=610), now + timedelta(seconds=left)]
    await stage.open(page, COUNTER.format(counts, *map(utc_iso, moments)))

    assert (await text(page, "#n")).startswith(reads)
    assert await page.get_attribute("section", "data-phase") == phase
    assert await text(page, "#w") == word


async def test_counter_follows_a_fragment_at_once(page, stage):
    now = stage.now()
    count = '<p id="n" data-counts="down" data-until="{}">?</p>'
    await stage.open(page, count.format(utc_iso(now + timedelta(seconds=100))))

    stage.tell("n", count.format(utc_iso(now + timedelta(seconds=4000))), 2)

    await page.wait_for_function(
        "() => document.getElementById('n').textContent.startsWith('1:0')"
    )


BELL = """<p data-counts="down" data-until="{}" data-bells="5 1 0" data-say-1="Encore 1 min"></p>
<label><input type="checkbox" data-setting="sound" id="sound">Son</label>
<label><input type="checkbox" data-setting="bell-5" id="five" checked>5 min</label>"""
STROKES = """
window.strokes = 0;
const start = OscillatorNode.prototype.start;
OscillatorNode.prototype.start = function (...given) { window.strokes++; return start.apply(this, given); };
"""


# A page that is loaded too late for a bell, or stands still for some seconds, leaves it
# out by design: this one is moved as the page's own clock goes, until it has rung.
SOON = """() => document.addEventListener("second", ({ detail: { now } }) => {
  const bell = document.querySelector("[data-bells]"), at = Date.parse(bell.dataset.until) - 60_000;
  if (window.heard.some(([name]) => name === "bell") || (now < at && at < now + 2_000)) return;
  bell.dataset.until = new Date(now + 61_500).toISOString();
})"""


def bell_later(stage):
    """No bell rings by itself, however long the rest takes."""
    return BELL.format(utc_iso(stage.now() + timedelta(hours=1)))


async def rung(page):
    """How many strokes there are once the bell of the last minute has rung."""
    await page.evaluate(SOON)
    await page.wait_for_function(
        "() => window.heard?.some(([name]) => name === 'bell')"
    )
    assert [
        detail for name, detail in await page.evaluate("window.heard") if name == "bell"
    ] == [{"minutes": 1}]
    return await page.evaluate("window.strokes")


async def test_bell_is_read_out_and_silent_by_default(page, stage):
    await page.add_init_script(STROKES)
    await stage.open(page, bell_later(stage))

    assert await rung(page) == 0
    assert await text(page, "#said") == "Encore 1 min"
    assert await page.get_attribute("html", "data-settings") == "bell-5"


async def test_screen_that_wants_it_rings_and_remembers(new_page, stage):
    page, other = await new_page(), await new_page()
    await page.add_init_script(STROKES)
    await stage.open(page, bell_later(stage))
    await page.check("#sound")
    tried = await page.evaluate("window.strokes")
    await page.uncheck("#five")

    await page.reload()
    assert await page.get_attribute("html", "data-settings") == "sound"
    await page.click("h1")

    # Two strokes of three tones each; choosing it sounded one of them.
    assert (tried, await rung(page)) == (3, 6)
    await stage.open(other, stage.body)
    assert await other.get_attribute("html", "data-settings") == "bell-5"


LINE = "() => document.documentElement.dataset.line"


async def test_page_keeps_its_state_while_the_line_is_lost_and_catches_up(
    new_page, stage
):
    page = await new_page(allow=["ERR_", "503"])
    field = '<p id="now" data-live data-version="{}">{}</p><div id="f" data-live><input id="field"></div>'
    await stage.open(page, field.format(1, "before"))
    await page.fill("#field", "half a sen")

    await stage.stop()
    await page.wait_for_function(f"{LINE} === 'lost'")
    lost = page.locator("#lost")
    assert await lost.is_visible()
    assert (await lost.inner_text()).startswith("Liaison perdue depuis 10:0")
    await page.wait_for_function(
        "() => /Nouvel essai dans \\d+\\u00a0s\\./.test(document.getElementById('lost').textContent)"
    )
    assert await text(page, "#now") == "before"

    stage.body = field.format(2, "after")
    await stage.start()
    # For five seconds: looked at once.
    await page.wait_for_function("""() => {
      const by = (id) => document.getElementById(id);
      return document.documentElement.dataset.line === "back" && by("now").textContent === "after"
        && !by("lost").checkVisibility() && by("back").checkVisibility();
    }""")
    assert await page.input_value("#field") == "half a sen"
    await until(lambda: stage.hub.has(FRENCH))
    stage.tell("now", "live again", 3)
    await shown(page, "#now", "live again")
    await page.wait_for_function(f"{LINE} === undefined")
    assert not await page.locator("#back").is_visible()


async def test_form_sent_to_a_service_that_is_gone_does_not_lose_the_page(
    new_page, stage
):
    page = await new_page(allow=["ERR_", "503", "401"])
    form = '<form method="post" action="/e/{}/room/leave"><button>Go</button></form>'
    form = f"<div data-standing>{form}</div>"
    await stage.open(page, form.format(SLUG))

    await stage.stop()
    await page.click("button")
    await page.locator("#unsent").wait_for()
    assert page.url == stage.url
    assert await text(page, "form button") == "Go"

    await stage.start()
    await page.locator("#unsent").wait_for(state="hidden")
    await page.click("button")
    await page.wait_for_url(lambda url: url != stage.url)


async def test_browser_that_knows_it_is_offline_says_so_at_once(new_page, stage):
    page = await new_page(allow=["ERR_"])
    await stage.open(page, '<p id="now" data-live>before</p>')

    await page.context.set_offline(True)
    await page.wait_for_function(f"{LINE} === 'lost'")
    stage.body = '<p id="now" data-live>after</p>'
    await page.context.set_offline(False)

    await shown(page, "#now", "after")


@pytest.mark.parametrize(
    "happens",
    [
        pytest.param("page.clock.fast_forward", id="silent"),
        pytest.param("window.skew = 60_000", id="woke"),
    ],
)
async def test_line_that_broke_without_a_word_is_opened_anew(page, stage, happens):
    await page.add_init_script("""{
      const now = Date.now;
      window.skew = 0;
      Date.now = () => now.call(Date) + window.skew;
    }""")
    if happens.startswith("page"):
        await page.clock.install()
    await stage.open(page, '<p id="now" data-live>before</p>')
    (former,) = stage.hub._channels[FRENCH]
    stage.body = '<p id="now" data-live>after</p>'

    def is_gone():
        return former not in stage.hub._channels.get(FRENCH, {})

    async def noticed():
        # A page that does not know yet that its line is open misses nothing.
        await page.clock.run_for(45_000)
        return is_gone()

    if happens.startswith("page"):
        await until_so(noticed)
    else:
        await page.evaluate(happens)
        await until(is_gone)
    await until(lambda: stage.hub.has(FRENCH))
