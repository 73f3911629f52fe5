"""Hypothesis strategies for the values of a programme, as importers make them.

Texts have no white space at their ends, times are in the meeting's zone and to
the minute, windows end after they start. Nothing more is promised: a programme
made here need not fit its windows.
"""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from orchestrator.programme.model import (
    Call,
    Counts,
    Kind,
    Link,
    LinkKind,
    Person,
    Programme,
    Section,
    Session,
    Talk,
    Theme,
)

# Whole programmes take a while to draw; on a busy machine that is no defect.
PATIENT = settings(suppress_health_check=[HealthCheck.too_slow])

# What YAML, JSON and an organiser stumble over, more often than chance finds it.
TRICKY = (
    "Oui : non", "no", "null", "~", "10:30", "2021-06-28", "1e3", "0x1F", "# rien",
    "l’été à Nancy", "- tiret", "*gras*", "@home", "«\u202fguillemets\u202f»", "a\tb",
    "[1] V. Lebedev", "{x}", "100 %", "! attention", "Léon (ENS (Lyon))", "x" * 120,
    "deux  \nlignes", "# titre\n\n* un\n* deux", "fin\\n", 'a "b" \'c\'', "ligne #3",
    "\u2028séparée", "---", "...", "--- a\n---\nb", "<b>&amp;</b>", "😀 β-stable",
)  # fmt: skip
ZONES = (
    "Europe/Paris", "UTC", "America/Los_Angeles", "Asia/Kolkata", "Australia/Lord_Howe",
)  # fmt: skip
EPOCH = date(2020, 1, 1)


def lines(**bounds):
    """One text, without white space at its ends."""
    characters = st.characters(codec="utf-8", exclude_categories=["Cs"])
    free = st.text(characters, **({"max_size": 40} | bounds)).map(str.strip)
    least = bounds.get("min_size", 0)
    tricky = st.sampled_from(TRICKY).map(str.strip)
    return st.one_of(free, tricky).filter(lambda text: len(text) >= least)


def words():
    """One text that is not empty."""
    return lines(min_size=1)


def days():
    return st.dates(EPOCH, date(2030, 12, 31))


def clocks():
    return st.builds(time, st.integers(0, 23), st.integers(0, 59))


def lengths():
    return st.integers(1, 240).map(lambda minutes: timedelta(minutes=minutes))


@st.composite
def moments(draw, zone, day=None):
    """An instant in ``zone``, on ``day`` when one is given (by its UTC clock)."""
    start = draw(days()) if day is None else day
    at = datetime.combine(start, draw(clocks()), UTC)
    return at.astimezone(ZoneInfo(zone))


@st.composite
def people(draw):
    hours = sorted(draw(st.sets(clocks(), min_size=2, max_size=2)))
    return Person(
        name=draw(words()),
        affiliation=draw(lines()),
        email=draw(st.sampled_from(["", "ada@example.org", "j.d+x@mail.example.org"])),
        zone=draw(st.sampled_from(["", *ZONES])),
        hours=draw(st.sampled_from([(), tuple(hours)])),
    )


def links():
    urls = st.sampled_from(
        ["https://example.org/a.pdf", "http://example.org/~x/#y", "https://example.org"]
    )
    return st.builds(Link, kind=st.sampled_from(LinkKind), url=urls, label=lines())


@st.composite
def talks(draw, zone, day=None):
    """A talk without an id; its times, if it has any, are of ``day``."""
    starts = draw(st.none() | moments(zone, day))
    ends = draw(st.none() | lengths().map(lambda length: starts and starts + length))
    return Talk(
        title=draw(lines()),
        kind=draw(st.sampled_from(Kind)),
        speakers=tuple(draw(st.lists(people(), max_size=2))),
        coauthors=tuple(draw(st.lists(words(), max_size=2))),
        abstract=draw(lines(max_size=200)),
        links=tuple(draw(st.lists(links(), max_size=3))),
        language=draw(st.sampled_from(["", "fr", "en", "pt-BR"])),
        track=draw(lines()),
        duration=draw(st.none() | lengths()),
        starts=starts,
        ends=ends and _later(starts, ends),
        not_before=draw(st.none() | clocks()),
    )


def _later(starts, ends):
    """``ends`` as an instant after ``starts``, whatever the clocks do between."""
    return (starts.astimezone(UTC) + (ends - starts)).astimezone(starts.tzinfo)


@st.composite
def sessions(draw, zone):
    """A session with a window, or one whose talks alone may have times."""
    day = draw(days())
    starts = draw(st.none() | moments(zone, day))
    ends = starts and _later(starts, starts + draw(lengths()))
    return Session(
        title=draw(lines()),
        starts=starts,
        ends=ends,
        room=draw(lines()),
        chairs=tuple(draw(st.lists(people(), max_size=2))),
        talks=tuple(draw(st.lists(talks(zone, day), max_size=3))),
        opens_before=draw(doors()),
        closes_after=draw(doors()),
    )


def doors():
    """Few values, so that often all sessions have the same."""
    some = st.sampled_from([0, 20, 240])
    return st.none() | some.map(lambda minutes: timedelta(minutes=minutes))


@st.composite
def programmes(draw, *, with_ids=True):
    """Whole programmes; every session and talk has an id, or none has."""
    zone = draw(st.sampled_from(ZONES))
    held = sorted(draw(st.lists(days(), max_size=2)))
    programme = Programme(
        title=draw(words()),
        zone=zone,
        language=draw(st.sampled_from(["fr", "en", "de"])),
        slug=draw(st.sampled_from(["", "journee", "theorie-du-deep-learning"])),
        network=draw(lines()),
        first_day=held[0] if held else None,
        last_day=held[-1] if held else None,
        place=draw(lines()),
        summary=draw(lines()),
        themes=tuple(draw(st.lists(_themes(), max_size=3))),
        capacity=draw(st.none() | st.integers(1, 1000)),
        registered=draw(st.none() | _counts()),
        announcement=draw(lines()),
        topics=tuple(draw(st.lists(words(), max_size=2))),
        call=draw(st.none() | _calls()),
        organisers=tuple(draw(st.lists(people(), max_size=2))),
        invited=tuple(draw(st.lists(people(), max_size=2))),
        sessions=tuple(draw(st.lists(sessions(zone), max_size=3))),
        talks=tuple(draw(st.lists(talks(zone), max_size=3))),
        sections=tuple(draw(st.lists(_sections(), max_size=2))),
        changeover=draw(st.just(timedelta()) | lengths()),
    )
    return _numbered(programme) if with_ids and draw(st.booleans()) else programme


def _themes():
    return st.builds(Theme, code=st.sampled_from(["", "A", "T", "no"]), name=words())


def _counts():
    few = st.integers(0, 500)
    return st.builds(Counts, members=few, non_members=few, unknown=few)


def _calls():
    return st.builds(Call, text=lines(), deadline=st.none() | days())


def _sections():
    return st.builds(Section, title=lines(), text=lines())


def _numbered(programme):
    """``programme`` with an id on every session and talk."""
    numbers = iter(range(1000))

    def name(talk):
        return replace(talk, id=f"t{next(numbers)}")

    return replace(
        programme,
        sessions=tuple(
            replace(
                session,
                id=f"s{next(numbers)}",
                talks=tuple(map(name, session.talks)),
            )
            for session in programme.sessions
        ),
        talks=tuple(map(name, programme.talks)),
    )
