"""Pages for everybody: right at each moment, for each reader, and cheap to ask again."""

from dataclasses import replace
from urllib.robotparser import RobotFileParser

import pytest
from bs4 import BeautifulSoup
from structlog.testing import capture_logs
from yarl import URL

from orchestrator.app import wire
from orchestrator.archive.model import AttachmentKind
from orchestrator.database import Database
from orchestrator.pages.assets import STATIC, address
from tests.orchestrator.app_client import (
    CAMILLE,
    INSTALL,
    SLUG,
    application,
    reading,
    settings,
)
from tests.orchestrator.pages.made_up import at
from tests.orchestrator.pages.shown import text

PROGRAMME = f"/e/{SLUG}"


async def look(browser, path=PROGRAMME, **headers):
    """The page at ``path``."""
    async with browser.get(path, headers=headers) as response:
        assert response.status == 200
        return BeautifulSoup(await response.text(), "html.parser")


def words(nodes):
    return [text(node) for node in nodes]


async def test_list_of_meetings_leads_to_the_programme(site):
    page = await look(await site.browser(), "/")

    assert [a["href"] for a in page.select(".meet a")] == [PROGRAMME]


async def test_programme_counts_members_non_members_and_places_left(site):
    page = await look(await site.browser())

    assert words(page.select(".gauge .n, .gauge .key li")) == [
        "4 / 600 places",
        "3 membres",
        "1 non-membre",
        "596 places libres",
    ]


async def test_programme_counts_what_the_page_says_until_somebody_registers(serve):
    async with serve(people=None) as site:
        page = await look(await site.browser())

    assert text(page.select_one(".gauge .n")) == "544 / 600 places"


@pytest.mark.parametrize(
    ("now", "states"),
    [
        (at(9, 31), [(1, "next")]),
        (at(10, 5), [(1, "now"), (2, "next")]),
        (at(10, 15), [(1, "done"), (2, "now"), (3, "next")]),
        (at(13), [(n, "done") for n in range(1, 8)] + [(8, "next")]),
        (at(18), [(n, "done") for n in range(1, 14)]),
        (at(10, 5, day=20), []),
    ],
)
async def test_programme_marks_what_is_on_and_what_is_next(serve, now, states):
    async with serve(now=now) as site:
        page = await look(await site.browser())

    marks = {"is-done": "done", "is-now": "now", "is-next": "next"}
    found = [
        (number, marks[name])
        for number, slot in enumerate(page.select(".slot"), start=1)
        for name in slot["class"]
        if name in marks
    ]
    assert found == states


async def test_programme_follows_the_minute_without_a_change(site):
    browser = await site.browser()
    before = await look(browser)

    await site.at(at(16, 35))
    after = await look(browser)

    assert [text(page.select_one(".strip .what")) for page in (before, after)] == [
        "Ana Petrović",
        "Mina Castellan",
    ]


async def test_own_time_stands_beside_by_query_then_by_cookie(site):
    browser = await site.browser()

    own = []
    for path in (PROGRAMME, f"{PROGRAMME}?tz=America/Los_Angeles", PROGRAMME):
        page = await look(browser, path)
        own.append(text(page.select_one(".slot .own")))

    assert own == [None, "01:00 à Los Angeles", "01:00 à Los Angeles"]


async def test_zone_that_is_none_is_not_kept(site):
    browser = await site.browser()

    async with browser.get(f"{PROGRAMME}?tz=Mars/Olympus&lang=xx") as response:
        assert (response.status, "Set-Cookie" in response.headers) == (200, False)


async def test_language_goes_by_query_then_cookie_then_browser(site):
    browser = await site.browser()
    english = {"Accept-Language": "de, en;q=0.8, fr;q=0.2"}

    languages = [
        (await look(browser, path, **headers)).html["lang"]
        for path, headers in (
            (PROGRAMME, {}),
            (PROGRAMME, english),
            (f"{PROGRAMME}?lang=fr", english),
            (PROGRAMME, english),
            (f"{PROGRAMME}?lang=en", {}),
            ("/", {}),
        )
    ]

    assert languages == ["fr", "en", "fr", "fr", "en", "en"]


async def test_page_that_the_browser_has_is_not_sent_again(site):
    browser = await site.browser()

    async with browser.get(PROGRAMME) as first:
        etag = first.headers["ETag"]
    known = {"If-None-Match": etag}
    async with browser.get(PROGRAMME, headers=known) as same:
        body = await same.read()
    async with browser.get(f"{PROGRAMME}?lang=en", headers=known) as other:
        pass
    await site.at(at(10, 16))
    async with browser.get(PROGRAMME, headers=known) as later:
        pass

    assert (same.status, body, same.headers["ETag"]) == (304, b"", etag)
    assert [other.status, later.status] == [200, 200]
    assert first.headers["Cache-Control"] == "private, no-cache"
    assert first.headers["Vary"] == "Accept-Encoding, Accept-Language, Cookie"


async def test_page_is_the_same_in_plain_and_compressed(site):
    browser = await site.browser()

    pages = []
    for encoding in ("identity", "gzip"):
        async with browser.get(
            PROGRAMME, headers={"Accept-Encoding": encoding}
        ) as response:
            pages.append(
                (response.headers.get("Content-Encoding"), await response.text())
            )

    assert [encoding for encoding, _ in pages] == [None, "gzip"]
    assert pages[0][1] == pages[1][1]


async def test_what_another_process_stores_is_seen(site, upgraded_sqlite_url, tmp_path):
    browser = await site.browser()
    before = await look(browser)
    database = Database(upgraded_sqlite_url)
    other = wire(settings(upgraded_sqlite_url, tmp_path), database, INSTALL)

    await other.programmes.store(reading(title="Réseaux profonds, preuves longues"))
    await database.close()
    await site.services.programmes.look()
    after = await look(browser)

    assert words([before.h1, after.h1]) == [
        "Réseaux profonds, preuves courtes",
        "Réseaux profonds, preuves longues",
    ]


async def test_talk_page_shows_what_was_attached(site):
    browser, event = await site.browser(), site.event
    talk = event.timetable.slots[0].talk
    path = f"{PROGRAMME}/t/{talk.id}"
    before = await look(browser, path)

    await site.services.archive.attach_url(
        event, talk.id, AttachmentKind.SLIDES, "https://labs.example/deck.pdf"
    )
    await site.services.programmes.look()
    after = await look(browser, path)

    assert before.select_one("#slides") is None
    assert after.select_one("#slides a")["href"] == "https://labs.example/deck.pdf"


async def test_talk_of_another_meeting_is_not_found(site):
    browser = await site.browser()

    async with browser.get(f"{PROGRAMME}/t/nothing") as response:
        assert response.status == 404


@pytest.mark.parametrize(
    ("language", "title"), [("fr", "Session 2"), ("en", "Session 2")]
)
async def test_session_page_is_kept_and_its_calendar_is_the_feed(site, language, title):
    browser = await site.browser()
    session = site.event.timetable.sessions[1].session
    path = f"{PROGRAMME}/s/{session.id}"

    page = await look(browser, f"{path}?lang={language}")
    async with browser.get(path) as first:
        etag = first.headers["ETag"]
    async with browser.get(path, headers={"If-None-Match": etag}) as again:
        pass
    async with browser.get(page.select_one(".block .btn.plain")["href"]) as feed:
        lines = (await feed.text()).splitlines()

    assert (page.html["lang"], text(page.h1), again.status) == (language, title, 304)
    assert lines.count("BEGIN:VEVENT") == 1 + len(page.select(".slot:not(.is-pause)"))


async def test_session_of_another_meeting_is_not_found(site):
    browser = await site.browser()

    async with browser.get(f"{PROGRAMME}/s/nothing") as response:
        assert response.status == 404


async def test_session_that_was_withdrawn_says_so(site):
    browser, day = await site.browser(), reading()
    gone = site.event.timetable.sessions[1].session
    programme = replace(day.programme, sessions=day.programme.sessions[:1])
    await site.services.programmes.store(replace(day, programme=programme), slug=SLUG)

    async with browser.get(f"{PROGRAMME}/s/{gone.id}") as response:
        page = BeautifulSoup(await response.text(), "html.parser")

    assert (response.status, text(page.h1)) == (404, "Cette session a été retirée")


async def test_static_file_is_kept_for_ever_under_its_address(site):
    browser, marked = await site.browser(), address("look.css")

    async with (
        browser.get(marked) as lasting,
        browser.get("/static/look.css") as bare,
        browser.get("/static/look.css?v=0123456789") as older,
    ):
        content = await lasting.read()

    assert marked.startswith("/static/look.css?v=")
    assert content == (STATIC / "look.css").read_bytes()
    assert [one.headers["Cache-Control"] for one in (lasting, bare, older)] == [
        "public, max-age=31536000, immutable",
        "public, max-age=3600",
        "public, max-age=3600",
    ]


@pytest.mark.parametrize(
    ("accepted", "encoding"), [("br, gzip", "gzip"), ("gzip;q=0", None), ("", None)]
)
async def test_static_file_is_sent_in_the_form_that_is_taken(site, accepted, encoding):
    browser = await site.browser(**{"Accept-Encoding": accepted})

    async with browser.get("/static/app.js") as response:
        content, headers = await response.read(), response.headers
    again = {"If-None-Match": headers["ETag"]}
    async with browser.get("/static/app.js", headers=again) as unchanged:
        pass
    async with browser.head("/static/app.js") as looked:
        pass

    assert headers.get("Content-Encoding") == encoding
    assert content == (STATIC / "app.js").read_bytes()
    assert (unchanged.status, unchanged.headers["ETag"]) == (304, headers["ETag"])
    assert looked.headers["Content-Length"] == headers["Content-Length"]
    assert [one.headers["Vary"] for one in (response, unchanged)] == [
        "Accept-Encoding"
    ] * 2
    assert headers["Content-Type"] == "text/javascript"


async def test_forms_of_a_static_file_are_not_taken_for_each_other(site):
    plain = await site.browser(**{"Accept-Encoding": "identity"})

    async with plain.get("/static/app.js") as response:
        plain_tag = response.headers["ETag"]
    asked = {"Accept-Encoding": "gzip", "If-None-Match": plain_tag}
    async with plain.get("/static/app.js", headers=asked) as zipped:
        assert (zipped.status, zipped.headers["Content-Encoding"]) == (200, "gzip")


async def test_font_is_not_compressed_again(site):
    browser, font = await site.browser(), "vendor/source-sans-3-latin.woff2"

    async with browser.get(f"/static/{font}") as response:
        assert "Content-Encoding" not in response.headers
        assert response.headers["Content-Type"] == "font/woff2"
        assert await response.read() == (STATIC / font).read_bytes()


TRAVERSALS = (
    "/static/../render.py",
    "/static/..%2Frender.py",
    "/static/%2e%2e/render.py",
    "/static/%2e%2e%2frender.py",
    "/static//etc/passwd",
    "/static/%2Fetc%2Fpasswd",
    "/static/vendor/../../render.py",
    "/static/",
    "/static/vendor",
)


@pytest.mark.parametrize("path", TRAVERSALS)
async def test_nothing_outside_the_static_folder_is_served(site, path):
    browser = await site.browser()

    async with browser.get(URL(site.url + path, encoded=True)) as response:
        assert response.status == 404


@pytest.mark.promise("robots")
async def test_robots_may_read_calendars_and_no_personal_link(site):
    browser = await site.browser()

    async with browser.get("/robots.txt") as response:
        rules = RobotFileParser()
        rules.parse((await response.text()).splitlines())

    allowed = [
        rules.can_fetch("Google-Calendar-Importer", path)
        for path in (
            f"{PROGRAMME}.ics",
            f"{PROGRAMME}.ics?kind=talks",
            f"{PROGRAMME}/s/x.ics?talks=1",
            f"{PROGRAMME}/t/x.ics",
            "/c/key.ics",
            "/j/x",
        )
    ]
    assert allowed == [True] * 5 + [False]


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("text/html,*/*", "text/html"),
        ("application/json", "application/problem+json"),
        ("*/*", "application/problem+json"),
    ],
)
async def test_failure_is_a_page_for_people_and_a_document_for_programs(
    site, accept, media_type
):
    browser = await site.browser()

    async with browser.get("/e/nowhere", headers={"Accept": accept}) as response:
        assert (response.status, response.content_type) == (404, media_type)


async def test_choice_of_zone_leads_back_to_the_meeting_only(site):
    browser = await site.browser()

    pages = [
        await look(browser, f"/zone?back={back}")
        for back in (PROGRAMME, "https://elsewhere.example", "//elsewhere.example")
    ]

    assert [page.form["action"] for page in pages] == [PROGRAMME, "/", "/"]


@pytest.mark.postgres
async def test_what_is_kept_is_served_while_the_database_is_away(
    postgres, upgraded_postgres_url, tmp_path
):
    async with application(upgraded_postgres_url, tmp_path) as site:
        browser, link = await site.browser(), await site.link(CAMILLE)
        kept = (PROGRAMME, f"{PROGRAMME}.ics", "/static/look.css", "/healthz", link)
        before = [await answer(browser, "GET", path) for path in kept]

        postgres.stop(mode="immediate")
        try:
            with capture_logs() as logged:
                away = [await answer(browser, "GET", path) for path in kept]
                refused = [
                    await answer(browser, method, path)
                    for method, path in (
                        ("POST", link),
                        ("GET", "/"),
                        ("GET", "/readyz"),
                    )
                ]
        finally:
            postgres.start()
        back = await answer(browser, "GET", "/readyz")

    assert before == away == [(200, None)] * 5
    assert refused == [(503, "5")] * 3
    assert back == (200, None)
    routes = [one["route"] for one in logged if "route" in one]
    assert routes == ["/j/{token}", "/", "/readyz"]


async def answer(browser, method, path):
    """Status, and when to come again."""
    async with browser.request(method, path, allow_redirects=False) as response:
        return response.status, response.headers.get("Retry-After")


async def test_zones_are_told_by_the_day_of_the_meeting(site):
    page = await look(await site.browser(), f"/zone?back={PROGRAMME}")

    # In June; in winter it is UTC+1.
    assert "UTC+2" in text(page.select_one('option[value="Europe/Paris"]'))


async def test_talk_that_was_withdrawn_says_so(site):
    day = reading()
    first, *others = day.programme.sessions
    gone = site.event.timetable.slots[0].talk
    shorter = replace(first, talks=first.talks[1:])
    programme = replace(day.programme, sessions=(shorter, *others))
    await site.services.programmes.store(replace(day, programme=programme), slug=SLUG)

    browser = await site.browser()
    async with browser.get(f"{PROGRAMME}/t/{gone.id}") as response:
        page = BeautifulSoup(await response.text(), "html.parser")

    assert (response.status, text(page.h1)) == (404, "Cet exposé a été retiré")
