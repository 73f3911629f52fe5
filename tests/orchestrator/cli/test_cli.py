"""The command line: what is said, how it ends, and that failing leaves no trace."""

import asyncio
import csv
import io
import json
import shutil
import socket
import sqlite3
from contextlib import closing

import pytest
from icalendar import Calendar

from integrations.errors import Unreachable
from orchestrator.cli.programme import Format
from orchestrator.database import Database
from orchestrator.programme.importers import FORMATS
from orchestrator.rooms.video import service as video_service
from tests.journeys.meeting import PAGE, SLUG
from tests.orchestrator.app_client import dump
from tests.orchestrator.archive.samples import MP4, PDF
from tests.orchestrator.inbox.signed import SignedProvider

VIDEO = "https://video.example/graphes"
CSV = "name,email,member\nIda Ros,ida@lac.example,yes\nTom Ek,tom@lac.example,no\n"
ADDRESS = f"https://reunion.example/e/{SLUG}"


@pytest.fixture
def tables(folder, upgraded_sqlite_url):
    """Every row that a command may be said to store, now."""

    async def look():
        database = Database(upgraded_sqlite_url)
        try:
            rows = await dump(database)
        finally:
            await database.close()
        del rows["installation"]  # made by whatever comes first
        return rows

    return lambda: asyncio.run(look())


@pytest.fixture(scope="session")
def _imported():
    """The database of the meeting, once a test has imported it."""
    return {}


@pytest.fixture
def meeting(cli, folder, _imported, tmp_path_factory):
    """The meeting of the journeys, imported."""
    if not _imported:
        assert cli("programme", "import", PAGE, "--room", VIDEO, "--yes").code == 0
        _imported["file"] = tmp_path_factory.mktemp("imported") / "test.db"
        shutil.copyfile(folder / "test.db", _imported["file"])
    else:
        shutil.copyfile(_imported["file"], folder / "test.db")
    return SLUG


@pytest.fixture
def people(folder):
    """A file of two people."""
    file = folder / "people.csv"
    file.write_text(CSV)
    return file


def ids(cli):
    """Talk ids by title, as the command line tells them."""
    told = json.loads(cli("programme", "show", SLUG, "--json").out)
    return {
        slot["title"]: slot["id"] for one in told["sessions"] for slot in one["slots"]
    }


def test_dry_run_tells_everything_and_stores_nothing(cli, tables):
    before = tables()

    done = cli("programme", "import", PAGE, "--dry-run")

    lines = [line.strip() for line in done.out.splitlines()]
    assert (done.code, done.err) == (0, "")
    assert lines[0] == "Graphes aléatoires, du papier au code"
    assert "Capacity: 60" in lines
    assert "Registered: 43 (31 members, 12 non-members)" in lines
    assert "Session 2: 2026-09-14 14:00–15:30" in lines
    assert "4 talks in 2 sessions" in lines
    assert tables() == before


def test_a_file_that_is_not_there_is_not_taken_for_an_address(cli, meeting, tables):
    before = tables()

    done = cli("attach", SLUG, "1", "--slides", "talk.pdf")

    assert (done.code, "talk.pdf: there is no such file" in done.err) == (1, True)
    assert tables() == before


def test_revoking_ends_former_links_and_prints_a_new_one(cli, meeting, people):
    people.write_text("name,email\nAda Nouvelle,ada@delta.example\n")
    cli("registrants", "import", SLUG, people)
    former = cli("links", SLUG, "--email", "ada@delta.example", "--json").out

    done = cli("registrants", "revoke", SLUG, "ada@delta.example")

    (link,) = json.loads(former)
    assert done.code == 0
    assert "/j/" in done.out
    assert link["link"] not in done.out


def test_who_is_cancelled_has_no_link_any_more(cli, meeting, people):
    people.write_text("name,email\nAda Nouvelle,ada@delta.example\n")
    cli("registrants", "import", SLUG, people)

    done = cli("registrants", "cancel", SLUG, "ada@delta.example")

    assert (done.code, done.out) == (0, "Ada Nouvelle is off the list.\n")
    assert cli("links", SLUG, "--email", "ada@delta.example").code == 1
    assert cli("registrants", "cancel", SLUG, "ada@delta.example").code == 1


class Server(SignedProvider):
    """Puts people out, unless it is ``away``."""

    away = False

    async def remove(self, place, guest):
        await super().remove(place, guest)
        if self.away:
            raise Unreachable("it does not answer")


@pytest.fixture
def server(monkeypatch, folder, meeting):
    """Has the rooms of the meeting."""
    with closing(sqlite3.connect(folder / "test.db")) as database, database:
        database.execute("INSERT INTO room_place SELECT id, connection, '' FROM room")
    one = Server()
    monkeypatch.setattr(video_service, "choose", lambda _settings, _around: one)
    return one


@pytest.mark.parametrize("away", [False, True])
@pytest.mark.parametrize("command", ["revoke", "cancel"])
def test_video_room_is_told_at_once_who_must_not_be_in(
    cli, people, server, command, away
):
    people.write_text("name,email\nAda Nouvelle,ada@delta.example\n")
    cli("registrants", "import", SLUG, people)
    server.away = away

    done = cli("registrants", command, SLUG, "ada@delta.example")

    assert (done.code, len(server.out)) == (0, 1)
    assert ("The video room does not answer" in done.out) is away


def test_meetings_are_listed(cli, meeting):
    assert SLUG in cli("programme", "list").out


def test_dry_run_needs_neither_secret_nor_database(cli, folder, monkeypatch):
    monkeypatch.delenv("ORCHESTRATOR_SECRET")
    monkeypatch.setenv(
        "ORCHESTRATOR_DATABASE_URL", f"sqlite+aiosqlite:///{folder / 'none.db'}"
    )

    done = cli("programme", "import", PAGE, "--dry-run")

    assert (done.code, (folder / "none.db").exists()) == (0, False)


@pytest.mark.parametrize(
    ("answers", "code", "stored"), [("y\n", 0, True), ("n\n", 1, False)]
)
def test_import_asks(cli, tables, answers, code, stored):
    done = cli("programme", "import", PAGE, answers=answers)

    assert (done.code, f"Stored: {ADDRESS}" in done.out) == (code, stored)
    assert bool(tables()["event"]) is stored


def test_import_without_a_terminal_wants_to_be_told(cli, tables):
    done = cli("programme", "import", PAGE)

    assert (done.code, done.err) == (
        1,
        "Store this? Nobody can answer here: add --yes.\n",
    )
    assert tables()["event"] == []


def test_importing_again_says_that_nothing_changes(cli, meeting, tables):
    before = tables()

    done = cli("programme", "import", PAGE)

    assert (done.code, done.out.splitlines()[-1]) == (0, "Nothing changes.")
    assert tables() == before


def test_edited_yaml_changes_what_was_edited_and_keeps_every_id(cli, meeting, folder):
    before = ids(cli)
    text = cli("programme", "show", SLUG, "--yaml").out
    file = folder / "edited.yaml"
    file.write_text(text.replace("in a stream", "in a river"))

    same = cli("programme", "import", folder / "edited.yaml", "--dry-run").out
    done = cli("programme", "import", file, "--yes")
    after = ids(cli)

    old, new = "Counting triangles in a stream", "Counting triangles in a river"
    assert (done.code, new in same, old in same) == (0, True, True)
    assert after == {
        (new if title == old else title): talk for title, talk in before.items()
    }


@pytest.mark.parametrize(("form", "name"), [("--yaml", "a.yaml"), ("--page", "a.md")])
def test_what_is_written_out_reads_back_the_same(cli, meeting, folder, form, name):
    text = cli("programme", "show", SLUG, form).out
    (folder / name).write_text(text)

    done = cli("programme", "import", folder / name)

    assert (done.code, done.out.splitlines()[-1]) == (0, "Nothing changes.")


def test_show_tells_the_timetable(cli, meeting):
    done = cli("programme", "show", SLUG)

    assert (done.code, done.out.splitlines()[-1]) == (0, "4 talks in 2 sessions")


BAD = {
    "unreadable yaml": ("a.yaml", "title: A\nsessions: [\n", "Line 3"),
    "impossible date": (
        "a.yaml",
        "title: A\ndate: 2026-02-30\nsessions:\n- {starts: '10:00', ends: '11:00'}\n",
        "Line 2, date",
    ),
    "talk too long": (
        "a.yaml",
        "title: A\ndate: 2026-02-03\nsessions:\n- title: Matin\n  starts: '10:00'\n"
        "  ends: '11:00'\n  talks:\n  - {title: Long, minutes: 90}\n",
        "30 min",
    ),
    "not a programme": ("a.md", "\n", ""),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_programme_is_explained_and_not_stored(cli, meeting, folder, tables, case):
    name, text, told = BAD[case]
    (folder / name).write_text(text)
    before = tables()

    done = cli("programme", "import", folder / name, "--slug", SLUG, "--yes")

    assert (done.code, done.err.startswith("orchestrator: ")) == (1, True)
    assert told in done.err
    assert "Traceback" not in done.err
    assert tables() == before


def test_second_meeting_of_one_slug_is_refused(cli, meeting, folder, tables):
    file = folder / "other.md"
    file.write_text(
        "# Autre chose\n\n**Date :** 15-09-2026\n\n### Programme\n\n"
        "- Session 1 : 9h-10h\n\n### Résumé des contributions\n\n"
        "#### Autre exposé by Zoé Lac (Lab)\n\nCourt.\n"
    )
    before = tables()

    done = cli("programme", "import", file, "--slug", SLUG, "--yes")

    assert (done.code, "--slug" in done.err) == (1, True)
    assert tables() == before


def test_missing_file_is_named(cli):
    done = cli("programme", "import", "nowhere.md", "--yes")

    assert (done.code, done.out) == (1, "")
    assert done.err == (
        "orchestrator: The file could not be read.\n"
        "nowhere.md: No such file or directory.\n"
    )


def test_room_that_is_no_address_stores_nothing(cli, tables):
    done = cli("programme", "import", PAGE, "--room", "video.example", "--yes")

    assert (done.code, tables()["event"]) == (1, [])


@pytest.mark.parametrize("slug", ["A b/é", "x" * 61, "-day"])
def test_slug_that_cannot_stand_in_an_address_stores_nothing(cli, tables, slug):
    done = cli("programme", "import", PAGE, f"--slug={slug}", "--yes")

    assert (done.code, f"“{slug}” cannot stand" in done.err) == (1, True)
    assert tables()["event"] == []


def test_formats_are_those_of_the_importers():
    assert [form.value for form in Format] == list(FORMATS)


def test_registrants_are_imported_and_have_links(cli, meeting, people):
    done = cli("registrants", "import", SLUG, people)
    links = json.loads(cli("links", SLUG, "--role", "registrant", "--json").out)

    assert (done.code, done.out.splitlines()[-1]) == (0, "Stored: 2 new, 0 changed")
    facts = [{k: v for k, v in one.items() if k != "link"} for one in links]
    assert facts == [
        {"name": "Ida Ros", "email": "ida@lac.example", "role": "registrant"},
        {"name": "Tom Ek", "email": "tom@lac.example", "role": "registrant"},
    ]
    assert all(one["link"].startswith("https://reunion.example/j/ey") for one in links)


def test_links_name_staff_first_and_one_person_when_asked(cli, meeting, people):
    cli("registrants", "import", SLUG, people)

    everybody = cli("links", SLUG).out.splitlines()[::2]
    one = cli("links", SLUG, "--email", "TOM@lac.example")
    nobody = cli("links", SLUG, "--email", "nobody@lac.example")

    assert everybody[0] == "Marc Tessandier <marc.tessandier@delta.example> organiser"
    assert everybody[-1] == "Tom Ek <tom@lac.example> registrant"
    assert one.out.splitlines()[0] == "Tom Ek <tom@lac.example> registrant"
    assert (nobody.code, "nobody@lac.example" in nobody.err) == (1, True)


def test_links_are_a_list_for_a_mail_merge(cli, meeting, people):
    cli("registrants", "import", SLUG, people)

    told = cli("links", SLUG, "--role", "registrant", "--csv").out

    lines = list(csv.DictReader(io.StringIO(told)))
    assert [(one["name"], one["email"], one["role"]) for one in lines] == [
        ("Ida Ros", "ida@lac.example", "registrant"),
        ("Tom Ek", "tom@lac.example", "registrant"),
    ]
    assert all(one["link"].startswith("https://reunion.example/j/ey") for one in lines)


def test_role_that_nobody_has_is_said(cli, meeting):
    told = cli("links", SLUG, "--role", "registrant")

    assert (told.code, told.out) == (0, "")
    assert f"orchestrator registrants import {SLUG} people.csv" in told.err


@pytest.mark.parametrize(
    ("options", "code", "stored"), [((), 1, 0), (("--skip-bad",), 0, 2)]
)
def test_bad_lines_are_named_and_nothing_is_imported_unless_skipped(
    cli, meeting, people, tables, options, code, stored
):
    people.write_text(CSV + "No Address,nobody-at-all,yes\n")
    before = len(tables()["registrant"])

    done = cli("registrants", "import", SLUG, people, *options)

    assert (done.code, "line 4:" in done.out) == (code, True)
    assert len(tables()["registrant"]) - before == stored


def test_registrants_dry_run_stores_nothing(cli, meeting, people, tables):
    before = tables()

    done = cli("registrants", "import", SLUG, people, "--dry-run")

    assert (done.code, done.out) == (
        0,
        "2 new, 0 changed, 0 unchanged, 0 wrong\nNothing was stored.\n",
    )
    assert tables() == before


@pytest.mark.parametrize(
    ("options", "role"), [(("--no",), "registrant"), (("--yes",), "speaker")]
)
def test_match_by_name_gives_a_role_only_when_confirmed(
    cli, meeting, people, options, role
):
    people.write_text("name,email\nAwa Sarr,awa@delta.example\n")

    done = cli("registrants", "import", SLUG, people, *options)
    (link,) = json.loads(
        cli("links", SLUG, "--email", "awa@delta.example", "--json").out
    )

    assert (done.code, "looks like Awa Sarr" in done.out) == (0, True)
    assert link["role"] == role


def test_without_a_terminal_a_match_has_to_be_answered_beforehand(
    cli, meeting, people, tables
):
    """A person stored twice cannot be made one again."""
    people.write_text("name,email\nAwa Sarr,awa@delta.example\n")
    before = tables()

    done = cli("registrants", "import", SLUG, people)

    assert (done.code, "--yes if they are the same" in done.err) == (1, True)
    assert "looks like Awa Sarr" in done.err
    assert tables() == before


def test_list_in_the_wrong_shape_is_refused(cli, meeting, people, tables):
    people.write_text("colour;size\nred;3\n")
    before = tables()

    done = cli("registrants", "import", SLUG, people)

    assert (done.code, done.err.startswith("orchestrator: ")) == (1, True)
    assert tables() == before


def test_exported_list_reads_back_the_same(cli, meeting, people):
    cli("registrants", "import", SLUG, people)
    people.write_text(cli("registrants", "export", SLUG).out)

    done = cli("registrants", "import", SLUG, people, "--dry-run")

    assert "0 new, 0 changed" in done.out


def test_attached_files_are_shown_on_the_written_page(cli, meeting, folder):
    (folder / "talk.pdf").write_bytes(PDF)
    (folder / "talk.mp4").write_bytes(MP4)

    done = cli("attach", SLUG, "1", "--slides", "talk.pdf", "--video", "talk.mp4")
    page = cli("programme", "show", SLUG, "--page").out

    address = done.out.splitlines()[-1]
    assert (done.code, address.startswith(f"{ADDRESS}/t/")) == (0, True)
    assert f"{address}/slides" in page
    assert f"{address}/video" in page


def test_one_wrong_file_leaves_the_other_unattached(cli, meeting, folder, tables):
    (folder / "talk.pdf").write_bytes(PDF)
    (folder / "talk.mp4").write_bytes(PDF)
    before = tables()

    done = cli("attach", SLUG, "1", "--slides", "talk.pdf", "--video", "talk.mp4")

    assert done.code == 1
    assert tables() == before


def test_removing_what_is_not_attached_says_so(cli, meeting):
    done = cli("attach", SLUG, "3", "--remove")

    assert (done.code, "Nothing is attached" in done.err) == (1, True)


def test_attached_address_replaces_the_page_s_own_until_removed(cli, meeting):
    talk, deck = "Percolation sur un arbre qui pousse", "https://lab.example/new.pdf"

    attached = cli("attach", SLUG, talk, "--slides", deck)
    shown = cli("programme", "show", SLUG, "--page").out
    removed = cli("attach", SLUG, talk, "--remove")
    after = cli("programme", "show", SLUG, "--page").out

    assert [attached.code, removed.code] == [0, 0]
    assert (deck in shown, "percolation.pdf" in shown) == (True, False)
    assert (deck in after, "percolation.pdf" in after) == (False, True)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("1",), "--slides"),
        (("99", "--slides", "https://lab.example/a.pdf"), "99"),
        (("1", "--slides", "fake.pdf"), ""),
        (("1", "--slides", "javascript:alert(1)"), ""),
    ],
)
def test_what_cannot_be_attached_is_refused(
    cli, meeting, folder, tables, arguments, told
):
    (folder / "fake.pdf").write_text("<script>alert(1)</script>")
    before = tables()

    done = cli("attach", SLUG, *arguments)

    assert (done.code, told in done.err) == (1, True)
    assert tables()["attachment"] == before["attachment"] == []


def test_calendar_is_written_out(cli, meeting):
    whole = Calendar.from_ical(cli("calendar", SLUG).out)
    one = Calendar.from_ical(cli("calendar", SLUG, "--talk", "1").out)

    assert len(whole.walk("VEVENT")) == 6
    assert [str(entry["SUMMARY"]) for entry in one.walk("VEVENT")] == [
        "Counting triangles in a stream"
    ]


def test_import_says_how_many_are_on_the_waiting_list(cli, meeting, folder):
    lines = "".join(f"P {n},p{n}@x.example\n" for n in range(62))
    for name, rows in (("few.csv", "P 0,p0@x.example\n"), ("many.csv", lines)):
        (folder / name).write_text(f"name,email\n{rows}")

    few = cli("registrants", "import", SLUG, "few.csv").out
    many = cli("registrants", "import", SLUG, "many.csv").out

    assert "waiting list" not in few
    assert many.endswith("On the waiting list: 2\n")


def test_room_is_set_and_unknown_ones_are_refused(cli, meeting, tables):
    done = cli("room", SLUG, "https://video.example/elsewhere")
    after = tables()
    unknown = cli("room", SLUG, "https://video.example/x", "--name", "Amphi")

    assert (done.code, unknown.code) == (0, 1)
    assert "https://video.example/elsewhere" in after["room"][0]
    assert tables() == after


def test_room_has_a_limit_of_its_own_until_it_is_given_back(cli, meeting):
    seats = "seats: {}, set aside for staff"
    usual = cli("room", SLUG).out
    done = cli("room", SLUG, "--capacity", "25")
    limited = cli("room", SLUG).out
    cli("programme", "import", PAGE, "--yes")
    later = cli("room", SLUG).out
    back = cli("room", SLUG, "--capacity", "event")

    assert (done.code, back.code) == (0, 0)
    assert seats.format(60) in usual
    assert limited == later
    assert seats.format("25 (its own limit; the meeting: 60)") in limited
    assert cli("room", SLUG).out == usual


@pytest.mark.parametrize("capacity", ["many", "-2", "61", "2.5"])
def test_limit_of_a_room_that_is_none_changes_nothing(cli, meeting, tables, capacity):
    before = tables()

    refused = cli("room", SLUG, "--capacity", capacity)

    assert refused.code == 1
    assert repr(capacity) in refused.err or f"{capacity}: " in refused.err
    assert tables() == before


def test_room_tells_what_is_set_and_what_was_changed(cli, meeting):
    before = cli("room", SLUG).out.splitlines()
    stream = "https://tv.example/live"
    done = cli("room", SLUG, "--overflow", stream, "--staff-seats", "2")
    after = cli("room", SLUG).out.splitlines()

    assert before == [
        "The room",
        "  connection: main",
        f"  address: {VIDEO}",
        "  fallback: (none)",
        "  seats: 60, set aside for staff: as many as there are: 6",
        "  stream for those who wait: (none)",
    ]
    assert done.out.splitlines() == [
        "The room",
        f"  stream for those who wait: {stream}",
        "  seats: 60, set aside for staff: 2",
        f"Changed. Personal links of {SLUG} stay good.",
    ]
    assert {*done.out.splitlines()[1:3]} <= {*after}


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--staff-seats", "61"), "61. Write a number up to 60, the seats of"),
        (("--staff-seats", "-2"), "or -1 for as many as there are staff."),
        (("--overflow", "tv"), "the whole address of the stream, with https://"),
        (("--fallback", "tv"), "Write the whole address of the room"),
        (("--connection", "zoom"), "no connection 'zoom'; there are: link, main."),
        (("--name", "zz"), "There is no room zz; there are: (the only one)."),
    ],
)
def test_room_that_cannot_be_set_so_is_refused(cli, meeting, tables, options, said):
    before = tables()

    done = cli("room", SLUG, *options)

    assert (done.code, said in done.err) == (1, True)
    assert tables() == before


@pytest.mark.parametrize(
    ("setting", "value"),
    [("PROVIDER", "zoomm"), ("PRESENCE", "Seite"), ("URL", "http://video.example")],
)
def test_video_connection_that_opens_no_room_is_named(
    cli, meeting, monkeypatch, setting, value
):
    variable = f"ORCHESTRATOR_VIDEO__MAIN__{setting}"
    monkeypatch.setenv(variable, value)

    imported = cli("programme", "import", PAGE, "--room", VIDEO, "--yes")
    for done in (imported, cli("room", SLUG), cli("serve", "--port", "0")):
        assert (done.code, f"{variable}: " in done.err) == (1, True)


USUAL = [
    "Doors of Graphes aléatoires, du papier au code (Europe/Paris)",
    "  Session 1 (2026-09-14 09:30–11:00): opens at 09:15, closes at 11:30",
    "  Session 2 (2026-09-14 14:00–15:30): opens at 13:45, closes at 16:00",
]


def test_doors_are_told_and_set_for_one_session_and_for_all(cli, meeting):
    usual = cli("doors", SLUG).out.splitlines()
    one = cli("doors", SLUG, "--session", "session 2", "--before", "60").out
    cli("doors", SLUG, "--after", "0")

    told = cli("doors", SLUG).out.splitlines()

    line = "  Session 2 (2026-09-14 14:00–15:30): opens at 13:00, closes at {}"
    assert usual == USUAL
    assert one.splitlines() == [USUAL[0], line.format("16:00")]
    assert told == [
        USUAL[0],
        USUAL[1].replace("11:30", "11:00"),
        line.format("15:30"),
    ]


def test_doors_of_another_day_are_told_with_it(cli, meeting, folder):
    yaml = cli("programme", "show", SLUG, "--yaml").out.replace("09:30", "00:30")
    (folder / "night.yaml").write_text(yaml)
    cli("programme", "import", "night.yaml", "--yes")

    done = cli("doors", SLUG, "--session", "1", "--before", "90")

    assert "opens at 2026-09-13 23:00, closes at" in done.out


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        (("--session", "9", "--before", "5"), 1, "1 Session 1; 2 Session 2"),
        (("--session", ""), 1, "1 Session 1; 2 Session 2"),
        (("--before", "241"), 2, "less than or equal to 240"),
        (("--after", "-1"), 2, "greater than or equal to 0"),
    ],
)
def test_doors_that_cannot_be_set_are_refused(
    cli, meeting, tables, options, code, said
):
    before = tables()

    done = cli("doors", SLUG, *options)

    assert (done.code, said in done.err) == (code, True)
    assert tables() == before


def test_doors_are_written_out_and_named_when_they_go(cli, meeting, folder):
    cli("doors", SLUG, "--session", "1", "--before", "20", "--after", "0")
    text = cli("programme", "show", SLUG, "--yaml").out
    (folder / "same.yaml").write_text(text)
    (folder / "less.yaml").write_text(
        text.replace("    doors:\n      before: 20\n      after: 0\n", "")
    )

    same = cli("programme", "import", "same.yaml").out.splitlines()
    page = cli("programme", "import", PAGE).out.splitlines()
    less = cli("programme", "import", "less.yaml", "--dry-run").out

    assert (same[-1], page[-1]) == ("Nothing changes.", "Nothing changes.")
    assert "  ~ session Session 1: doors changed\n" in less


def test_database_is_brought_up_to_date(cli, folder, monkeypatch):
    new = folder / "new.db"
    monkeypatch.setenv("ORCHESTRATOR_DATABASE_URL", f"sqlite+aiosqlite:///{new}")

    done = cli("db", "upgrade")

    assert (done.code, new.exists()) == (0, True)


def test_missing_secret_is_explained(cli, monkeypatch):
    monkeypatch.delenv("ORCHESTRATOR_SECRET")

    done = cli("serve")

    assert (done.code, done.out) == (1, "")
    assert "secrets.token_urlsafe" in done.err


@pytest.mark.parametrize(
    ("name", "value"),
    [("DATABASE_URL", "mysql://somewhere"), ("REDIS_URL", "http://valkey:6379")],
)
def test_setting_that_cannot_be_used_is_named(cli, monkeypatch, name, value):
    monkeypatch.setenv(f"ORCHESTRATOR_{name}", value)

    done = cli("serve")

    assert (done.code, f"ORCHESTRATOR_{name}" in done.err) == (1, True)


@pytest.mark.parametrize(
    "url", ["foo", "localhost:8080", "http://", "http://a:b", "http://a/b", "http://[a"]
)
def test_rehearsal_asks_for_an_address(cli, meeting, url):
    done = cli("rehearse", SLUG, "--url", url)

    assert (done.code, "--url http://localhost:8080." in done.err) == (1, True)


@pytest.mark.parametrize(
    ("options", "first"),
    [
        (("csv", "--language", "en"), '"name","email"'),
        (("sheet", "--language", "en"), '"day","half"'),
        (("sheet",), '"jour","demi-journée"'),  # the meeting is a French one
    ],
)
def test_attendance_is_listed_for_everybody_registered(
    cli, meeting, people, options, first
):
    cli("registrants", "import", SLUG, people)

    done = cli("attendance", "export", SLUG, "--format", *options)

    assert (done.code, done.err, done.out.startswith(first)) == (0, "", True)
    assert '"Ida Ros","ida@lac.example"' in done.out


def test_attendance_is_told_to_programs(cli, meeting, people):
    cli("registrants", "import", SLUG, people)

    told = json.loads(cli("attendance", "export", SLUG, "--format", "json").out)

    minutes = {one["name"]: one["minutes"] for one in told["people"]}
    assert (told["event"], told["peak"], minutes["Ida Ros"]) == (SLUG, None, 0)


@pytest.mark.parametrize(
    "arguments",
    [
        ("links",),
        ("calendar",),
        ("programme", "show"),
        ("registrants", "export"),
        ("attendance", "export"),
    ],
)
def test_unknown_meeting_is_said_so(cli, arguments):
    done = cli(*arguments, "nowhere")

    assert (done.code, "There is no meeting called nowhere." in done.err) == (1, True)


def test_moment_that_does_not_exist_is_refused(cli):
    done = cli("demo", "--at", "25:00")

    assert (done.code, "10:05" in done.err) == (1, True)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("sqlite+aiosqlite:///nowhere/x.db", "unable to open database file"),
        ("sqlite+aiosqlite:///notes.txt", "file is not a database"),
        ("postgresql+asyncpg://me:hidden@127.0.0.1:1/x", "Connect call failed"),
    ],
)
def test_database_that_does_not_answer_is_said_so(cli, folder, monkeypatch, url, said):
    (folder / "notes.txt").write_text("These are notes, and no database at all.\n" * 99)
    monkeypatch.setenv("ORCHESTRATOR_DATABASE_URL", url)

    done = cli("programme", "show", SLUG)

    assert (done.code, done.out, said in done.err) == (1, "", True)
    assert "ORCHESTRATOR_DATABASE_URL" in done.err
    assert "Traceback" not in done.err
    assert "hidden" not in done.err


def test_port_in_use_is_said_so(cli):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        done = cli("serve", "--port", port)

    assert (done.code, done.out) == (1, "")
    assert f"127.0.0.1:{port}: " in done.err
    assert "--port" in done.err


def test_demo_of_a_missing_programme_names_the_file(cli):
    done = cli("demo", "--programme", "nowhere.yaml")

    assert (done.code, "nowhere.yaml: No such file" in done.err) == (1, True)


def test_doctor_tells_what_is_lacking_and_what_to_do(cli, meeting, monkeypatch):
    monkeypatch.setenv("ORCHESTRATOR_BASE_URL", "http://127.0.0.1:1")

    done = cli("doctor")
    listed = json.loads(cli("doctor", "--json").out)

    assert done.code == 1
    assert "LACKS  service: the service answers at http://127.0.0.1:1" in done.out
    assert done.out.endswith("1 thing is lacking.\n")
    assert [one["what"] for one in listed if not one["good"]] == [
        "the service answers at http://127.0.0.1:1"
    ]
