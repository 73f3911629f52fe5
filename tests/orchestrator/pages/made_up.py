"""A made-up meeting with the shape of the model day: two sessions, eleven talks."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from calendars.revision import Stamp
from orchestrator.ids import EventId, SessionId, TalkId
from orchestrator.programme.model import (
    Call,
    Counts,
    Event,
    Kind,
    Link,
    LinkKind,
    Person,
    Programme,
    Remark,
    Section,
    Session,
    Slot,
    Talk,
    Theme,
    TimedSession,
    Timetable,
)

PARIS = ZoneInfo("Europe/Paris")
WRITTEN = datetime(2021, 5, 3, 8, 0, tzinfo=UTC)
BASE_URL = "https://reunion.example"

SPEAKERS = (
    ("Ana Petrović", "Laboratoire Lanterne", "How wide must a network be before it forgets?"),
    ("Bruno Delcourt", "Université des Îles", "Smooth losses and the corners they hide"),
    ("Chiara Lodi", "Institut du Fleuve", "Certified radii for classifiers built from optimal assignment"),
    ("Driss Amrani", "École du Plateau", "Counting regions of piecewise linear maps"),
    ("Elif Şahin", "Centre Boréal", "A slow walk through the tails of stochastic descent"),
    ("Fabien Roche", "Université des Îles", "Compressing layers with few parameters and no retraining"),
    ("Gaëlle Ndiaye", "Laboratoire Lanterne", "Sparse factors: which supports are easy?"),
    ("Hugo Brandt", "Institut du Fleuve", "When is a product of sparse matrices unique?"),
    ("Mina Castellan", "Université du Cap", "Two descents, one curve"),
    ("Ivo Marek", "École du Plateau", "Normalised layers seen from a sphere"),
)  # fmt: skip

ABSTRACT = """A short text with *emphasis*, a formula in `code` and a list:

- first what is assumed,
- then what follows.

It ends with [a page](https://papers.example/1) to read."""


def at(hour, minute=0, *, day=28, second=0):
    """A moment of the meeting's month in Paris, given in UTC."""
    local = datetime(2021, 6, day, hour, minute, second, tzinfo=PARIS)
    return local.astimezone(UTC)


def stamp(uid="event"):
    return Stamp(uid=uid, sequence=0, created=WRITTEN, revised=WRITTEN)


def talk(number, **changes):
    name, place, title = SPEAKERS[number - 1]
    invited = number == 9
    made = Talk(
        id=TalkId(f"talk{number}"),
        title=title,
        kind=Kind.INVITED if invited else Kind.CONTRIBUTED,
        speakers=(
            Person(
                name=name,
                affiliation=place,
                email=f"speaker{number}@lab.example",
                zone="America/Los_Angeles" if invited else "",
            ),
        ),
        abstract=ABSTRACT,
        language="en",
        stamp=stamp(f"talk{number}"),
    )
    return replace(made, **changes)


def to_come():
    return Talk(
        id=TalkId("talk11"),
        title="",
        kind=Kind.INVITED,
        speakers=(Person(name="Rémi Aubert", affiliation="Observatoire du Lac"),),
        stamp=stamp("talk11"),
    )


def timed(number, starts, ends, talks, **changes):
    """A session of (minutes, talk) pairs one after another from ``starts``."""
    slots, clock = [], starts
    for minutes, one in talks:
        after = clock + timedelta(minutes=minutes)
        slots.append(Slot(talk=one, starts=clock, ends=after))
        clock = after
    session = Session(
        id=SessionId(f"session{number}"),
        title=f"Session {number}",
        starts=starts,
        ends=ends,
        talks=tuple(slot.talk for slot in slots),
    )
    return TimedSession(session=replace(session, **changes), slots=tuple(slots))


def discussion(number=1):
    return Talk(title="", kind=Kind.DISCUSSION, id=TalkId(f"discussion{number}"))


def sessions():
    morning = [(15, talk(number)) for number in range(1, 7)]
    afternoon = [(15, talk(7)), (15, talk(8)), (30, talk(9)), (15, talk(10))]
    paper = Link(kind=LinkKind.PREPRINT, url="https://papers.example/abs/2012.1")
    book = Link(kind=LinkKind.REFERENCE, url="https://books.example/b", label="A book")
    morning[2] = (
        15,
        talk(3, links=(paper, book), coauthors=("Nour Haddad", "Théo Lin")),
    )
    morning[1] = (
        15,
        talk(2, links=(Link(kind=LinkKind.SLIDES, url="https://labs.example/s.pdf"),)),
    )
    return (
        timed(1, at(10), at(12), [*morning, (30, discussion(1))]),
        timed(2, at(16), at(18), [*afternoon, (30, to_come()), (15, discussion(2))]),
    )


def programme(**changes):
    made = Programme(
        title="Réseaux profonds, preuves courtes",
        slug="reseaux-profonds",
        network="GdR Exemple",
        first_day=date(2021, 6, 28),
        place="Visioconférence",
        summary="Une journée sur ce que l’on sait démontrer des réseaux de neurones.",
        themes=(
            Theme(code="A", name="Méthodes et modèles"),
            Theme(code="T", name="Apprentissage et images"),
        ),
        capacity=600,
        registered=Counts(members=282, non_members=262),
        announcement="Les réseaux marchent. On sait *rarement* pourquoi.\n\nCette journée fait le point.",
        topics=("Généralisation", "Robustesse", "Expressivité"),
        call=Call(text="Envoyez un titre et une page.", deadline=date(2021, 5, 31)),
        organisers=(
            Person(name="Odile Vautrin", affiliation="I2X", email="odile@i2x.example"),
            Person(name="Paul Kerjean", affiliation="LIZ", email="paul@liz.example"),
            Person(name="Quentin Sorel", affiliation="IMQ"),
        ),
        invited=(
            Person(name="Mina Castellan", affiliation="Université du Cap"),
            Person(name="Rémi Aubert", affiliation="Observatoire du Lac"),
        ),
        sections=(Section(title="Accès", text="La salle est *en ligne*."),),
    )
    return replace(made, **changes)


def event(*, timetable=None, revision=3, **changes):
    """The made-up day as it is stored; ``changes`` are of its programme."""
    placed = sessions() if timetable is None else timetable
    return Event(
        id=EventId("event1"),
        slug="reseaux-profonds",
        programme=programme(sessions=tuple(one.session for one in placed), **changes),
        timetable=Timetable(sessions=placed),
        stamp=stamp(),
        revision=revision,
        remarks=(
            Remark(
                line=31,
                text="Rémi Aubert is invited and has no talk: one to be announced was added.",
            ),
            Remark(line=0, text="Elif Şahin and Elif Sahin may be one person."),
        ),
    )
