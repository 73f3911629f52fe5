"""Made-up meeting pages, and short ways of saying what was read from one."""

from pathlib import Path

from orchestrator.programme.importers import read

PAGES = Path(__file__).parents[3] / "data" / "pages"


def reading_of(name):
    """The reading of a page of ``tests/data/pages``."""
    return read((PAGES / name).read_bytes(), name=name)


def page_with(programme, *, date="28 juin 2021", above=""):
    """A page with a title, a date and the Markdown of a programme section."""
    return f"# Journée d'essai\n\nDate : {date}\n\n{above}\n\n## Programme\n\n{programme}\n"


def told(talk):
    """A talk as one line: ``9:45-10:30 kind Title / Name (Lab); Name``."""
    hours = f"{talk.starts:%H:%M}-{talk.ends:%H:%M} " if talk.starts else ""
    people = "; ".join(
        f"{p.name} ({p.affiliation})" if p.affiliation else p.name
        for p in talk.speakers
    )
    return f"{hours}{talk.kind.value} {talk.title}" + (f" / {people}" if people else "")


def sessions_of(programme):
    """Each session as ``[title, day or window, room, talks…]``."""
    return [
        [session.title, _when(session), session.room, *map(told, session.talks)]
        for session in programme.sessions
    ]


def _when(session):
    if session.starts:
        return f"{session.starts:%d/%m %H:%M}-{session.ends:%H:%M}"
    first = session.talks[0].starts
    return f"{first:%d/%m}" if first else ""
