"""Which importer a file is for."""

import pytest

from orchestrator.programme.importers import (
    UnreadableProgramme,
    format_of,
    read,
)
from tests.orchestrator.programme.importers.pages import PAGES, page_with

SCHEDULES = PAGES.parent / "schedules"
YAML = "# Un commentaire\ntitle: Journée\ndate: 2021-06-28\nsessions:\n  - title: Un\n"


@pytest.mark.parametrize(
    ("text", "name", "format_"),
    [
        (page_with("- Session 1 : 10h-12h"), "", "page"),
        (page_with("- Session 1 : 10h-12h"), "https://x.example/page.md?v=2", "page"),
        ("<html><body><p>x</p></body></html>", "", "page"),
        ("<?xml version='1.0'?><html><body/></html>", "", "page"),
        ("---\ntitle: Jour\ndate: 2021-06-28\n---\n\n# Jour\n", "", "page"),
        ("Titre : Jour\nDate : 3 mai 2022", "", "page"),
        (YAML, "", "yaml"),
        ("title: Journée", "journee.YML", "yaml"),
        ('{"schedule": {}}', "", "pretalx"),
        ("not json", "schedule.json", "pretalx"),
        ("<?xml version='1.0'?>\n<!-- x --><schedule/>", "", "frab"),
        ("{not json}", "", "page"),
        ("", "", "page"),
    ],
)
def test_the_format_is_told_from_content_and_name(text, name, format_):
    assert format_of(text, name=name) == format_


@pytest.mark.parametrize("name", ["frab.xml", "pretalx.json"])
def test_schedules_of_other_programs_are_read(name):
    reading = read((SCHEDULES / name).read_bytes())

    assert reading.programme.sessions != ()


def test_the_project_s_own_format_is_read():
    source = "title: Jour\ndate: 2021-06-28\nsessions:\n  - title: Un\n    window: 10:00-12:00\n"

    assert read(source, format="yaml").programme.title == "Jour"


def test_the_head_of_a_static_page_gives_title_and_date():
    page = "---\ntitle: Jour\ndate: 2021-06-28\n---\n\n## Programme\n\n- Session 1 : 10h-12h\n"

    programme = read(page).programme

    assert (programme.title, str(programme.first_day)) == ("Jour", "2021-06-28")


def test_an_unknown_format_is_refused():
    with pytest.raises(UnreadableProgramme) as refused:
        read("", format="ical")

    assert refused.value.detail == (
        "“ical” is no format; choose one of auto, page, yaml, pretalx, frab."
    )
