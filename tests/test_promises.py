"""What docs/calendars.md promises has tests that name it, and no test another name."""

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent


def promised():
    _, _, section = (
        (ROOT / "docs" / "calendars.md").read_text().partition("## What is promised")
    )
    rows = re.findall(r"^\| ([a-z-]+) \| ", section.partition("\n## ")[0], re.MULTILINE)
    return {name for name in rows if name.strip("-")}


def named():
    mark = re.compile(r"@pytest\.mark\.promise\(\"([^\"]+)\"\)")
    files = (path.read_text() for path in (ROOT / "tests").rglob("test_*.py"))
    return {name for text in files for name in mark.findall(text)}


def test_every_promise_has_a_test_that_names_it():
    assert len(promised()) > 20
    assert promised() == named()
