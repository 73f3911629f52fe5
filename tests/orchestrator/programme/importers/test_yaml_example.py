import re
from pathlib import Path
from zoneinfo import ZoneInfo

from orchestrator.admission.doors import closes_at, opens_at
from orchestrator.programme.importers import yaml_schema
from orchestrator.programme.importers.yaml import read_yaml
from orchestrator.programme.model import Counts, Kind, LinkKind
from orchestrator.programme.timetable import lay_out

PARIS = ZoneInfo("Europe/Paris")
ROOT = Path(__file__).parents[4]
EXAMPLE = (ROOT / "examples/theorie-du-deep-learning.yaml").read_text("utf-8")
FORMAT = (ROOT / "docs/programme-format.md").read_text("utf-8")
ENTRIES = (
    *(yaml_schema.ProgrammeEntry, yaml_schema.SessionEntry, yaml_schema.TalkEntry),
    *(yaml_schema.PersonEntry, yaml_schema.RegisteredEntry, yaml_schema.CallEntry),
    yaml_schema.DoorsEntry,
)


def test_the_example_is_laid_out_as_the_day_was():
    timetable = lay_out(read_yaml(EXAMPLE).programme)

    assert [
        [
            (f"{slot.starts:%H:%M}", slot.talk.kind.value)
            for slot in timed.slots
            if slot.talk.kind.is_talk
        ]
        for timed in timetable.sessions
    ] == [
        [(at, "contributed") for at in ("10:00", "10:15", "10:30", "10:45")]
        + [("11:00", "contributed"), ("11:15", "contributed")],
        [
            ("16:00", "contributed"),
            ("16:15", "contributed"),
            ("16:30", "invited"),
            ("17:00", "contributed"),
            ("17:15", "invited"),
        ],
    ]


def test_the_example_holds_the_facts_of_the_day():
    programme = read_yaml(EXAMPLE).programme

    talks = programme.all_talks
    assert (
        programme.slug,
        programme.capacity,
        programme.registered,
        [theme.code for theme in programme.themes],
        len(programme.organisers),
        [talk.kind for talk in talks].count(Kind.INVITED),
        [talk.speakers[0].name for talk in talks if talk.link(LinkKind.SLIDES)],
        talks[-1].title,
    ) == (
        "theorie-du-deep-learning",
        600,
        Counts(members=282, non_members=262),
        ["A", "T"],
        5,
        2,
        ["Jean-Yves Franceschi", "Mathieu Serrurier"],
        "",
    )


def test_nobody_of_the_example_gets_mail():
    addresses = re.findall(r"[\w.-]+@[\w.-]+", EXAMPLE)

    assert {address.partition("@")[2] for address in addresses} == {"example.org"}


def test_the_programme_of_the_documentation_is_read():
    (shown, *_) = re.findall(r"```yaml\n(.*?)```", FORMAT, re.DOTALL)

    reading = read_yaml(shown)

    assert (len(reading.programme.all_talks), reading.remarks) == (3, ())


def test_the_doors_of_the_documentation_are_as_it_says():
    (shown,) = re.findall(r"```yaml\n([^`]*^doors:.*?)```", FORMAT, re.DOTALL | re.M)

    timetable = lay_out(read_yaml(shown).programme)

    edges = [(opens_at(one), closes_at(one)) for one in timetable.sessions]
    assert re.findall(r"opens at ([\d:]+) and\s+closes at ([\d:]+)", FORMAT) == [
        tuple(f"{edge.astimezone(PARIS):%-H:%M}" for edge in pair) for pair in edges
    ]


def test_every_key_is_documented():
    keys = {key for entry in ENTRIES for key in entry.model_fields}

    documented = set(re.findall(r"`(\w+)`", FORMAT)) | set(
        re.findall(r"^  (\w+):", FORMAT, re.MULTILINE)
    )

    assert keys - documented == set()
