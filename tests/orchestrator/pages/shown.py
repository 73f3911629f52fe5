"""Every page of the service at some moment of the made-up day, and how to read it."""

from dataclasses import replace
from datetime import timedelta

from bs4 import BeautifulSoup

from integrations.video.provider import Capabilities, How
from orchestrator.access.feed_keys.model import FeedChoice
from orchestrator.access.model import Grant, Identity, Role
from orchestrator.admission.model import Picture, Place, Seat, Tally, Waiting
from orchestrator.archive.model import AttachmentKind, Material
from orchestrator.attendance.figures import measure, of_event, of_person
from orchestrator.attendance.model import Interval, Presence
from orchestrator.inbox.model import Aside
from orchestrator.pages.attendance_view import attendance_page
from orchestrator.pages.desk_view import organise_page
from orchestrator.pages.error_view import (
    error_page,
    named_page,
    refused_link_page,
)
from orchestrator.pages.events_view import events_page
from orchestrator.pages.join_view import landing_page
from orchestrator.pages.live_view import Inside
from orchestrator.pages.me_view import me_page, own_calendar, renew_page
from orchestrator.pages.people_view import (
    Asked,
    Whereabouts,
    out_page,
    people_page,
    times_of,
)
from orchestrator.pages.programme_view import programme_page
from orchestrator.pages.render import render
from orchestrator.pages.room_setting_view import (
    Asked as AskedRoom,
)
from orchestrator.pages.room_setting_view import (
    RoomNow,
    room_setting_page,
)
from orchestrator.pages.room_video_view import link_view, video_view
from orchestrator.pages.room_view import Places, RoomState, room_page
from orchestrator.pages.screen_view import screen_page
from orchestrator.pages.session_view import session_page
from orchestrator.pages.silent_view import silent_page
from orchestrator.pages.speaker_view import speaker_page
from orchestrator.pages.stage_view import desk_page, order_page
from orchestrator.pages.talk_view import talk_page
from orchestrator.pages.zone_view import zone_page
from orchestrator.registration.model import Registrant, Standing
from orchestrator.rooms.model import Room
from tests.orchestrator.pages import on_stage
from tests.orchestrator.pages.made_up import BASE_URL, at, event
from tests.orchestrator.pages.staged import (
    BREACHES,
    GIVEN,
    MESSAGES,
    OVER,
    breaching_proposal,
    rundown,
    stand,
)

WRONG_ROOM = AskedRoom(
    room="Amphi B",
    connection="link",
    url="http://elsewhere",
    field_name="url",
    error="Écrivez une adresse entière.",
)
SLIDES = Material(
    kind=AttachmentKind.SLIDES,
    href="/e/reseaux-profonds/t/talk3/slides",
    external=False,
    media_type="application/pdf",
    size=2_412_000,
)
FILM = Material(
    kind=AttachmentKind.VIDEO,
    href="/e/reseaux-profonds/t/talk3/video",
    external=False,
    plays=True,
    media_type="video/mp4",
    size=148_000_000,
)


def programme(now, language="fr", **options):
    return programme_page(
        event(), now=now, language=language, base_url=BASE_URL, **options
    )


def talk(name, now, language="fr", **options):
    return talk_page(
        event(), name, now=now, language=language, base_url=BASE_URL, **options
    )


def session(name, now, language="fr", **options):
    return session_page(
        event(), name, now=now, language=language, base_url=BASE_URL, **options
    )


def somebody(*grants, **facts):
    facts = {"name": "Camille Dupré", **facts}
    return Identity(
        registrant="registrant1", event="event1", version=1, grants=grants, **facts
    )


def calendar(key="k" * 32, **choice):
    chosen = FeedChoice(**choice)
    return own_calendar(event(), chosen, key, base_url=BASE_URL, language="fr")


def me(now, language="fr", who=None, **options):
    return me_page(event(), who or somebody(), now=now, language=language, **options)


def landing(now, language="fr", **options):
    options = {"name": "Camille Dupré", "action": "/j/abc", **options}
    return landing_page(event(), now=now, language=language, **options)


def room(state, now, language="fr", **options):
    options = {"name": "Camille Dupré", **options}
    return room_page(event(), state=state, now=now, language=language, **options)


HALL = Room(id="hall", event="event1", name="", capacity=600, connection="main")
LINK = "https://video.example/r"
FALLBACK = "https://elsewhere.example/plan-b"


def linked(address=LINK):
    """The way into a room that is known by its address."""
    return link_view(HALL, address)


def led(how=How.ADDRESS, *, origin="", **options):
    """The way into a room of another provider, with another room to fall back on."""
    hall = replace(HALL, fallback=FALLBACK)
    can = Capabilities(how=how, origin=origin)
    return video_view("reseaux-profonds", hall, can, **options)


def silent(now, language="fr", *, fallback=FALLBACK):
    again = "/e/reseaux-profonds/room/video"
    return silent_page(
        event(), now=now, language=language, again=again, fallback=fallback
    )


def queue(now, *, every=45, **changes):
    """The twelfth in the queue, who came eleven minutes ago."""
    facts = {
        "number": 12,
        "behind": 4,
        "since": now - timedelta(minutes=11),
        "every": every and timedelta(seconds=every),
        "wait": every and timedelta(seconds=12 * every),
        **changes,
    }
    return Place(**facts)


def full(now, language="fr", **options):
    """The lobby of a room of 600."""
    options = {
        "places": Places(capacity=600, taken=600),
        "place": queue(now),
        "here": "0a1b2c3d",
        **options,
    }
    return room(RoomState.FULL, now, language, **options)


def inside(*counts, rooms=(HALL,), seen=None, **figures):
    """As many people inside as ``counts`` says, one for each of ``rooms``."""
    tallies = {
        one.id: Tally(capacity=one.capacity, inside=count, **figures)
        for one, count in zip(rooms, counts, strict=True)
    }
    return Inside(
        rooms=rooms, tallies=tallies, registered=544, opened=471, seen=seen or {}
    )


def morning():
    """How many were in the room, minute by minute from 9:45 to 10:05."""
    return [(at(9, 45) + timedelta(minutes=n), 20 * n - n * n // 2) for n in range(21)]


def registrant(ident, name, **facts):
    facts = {"affiliation": "Laboratoire Lanterne", "member": True, **facts}
    return Registrant(
        id=ident, event="event1", name=name, registered=at(9, day=1), **facts
    )


PEOPLE = (
    registrant("registrant1", "Camille Dupré"),
    registrant("ines", "Inès Ravel", affiliation="LTCI", member=False),
    registrant("julien", "Julien Morel", member=None, standing=Standing.STANDBY),
    registrant("nadia", "Nadia Ferrand"),
    registrant("paul", "Paul Vasseur", affiliation=""),
    registrant("odile", "Odile Vautrin", grants=(Grant(Role.ORGANISER),)),
    registrant("chloe", "Chloé Ramin", grants=(Grant(Role.CHAIR),)),
    registrant("ana", "Ana Petrović", grants=(Grant(Role.SPEAKER, talk="talk1"),)),
)


def picture():
    """Camille is in, Julien waits, Paul was sent out."""
    seat = Seat(room="hall", number=1, registrant="registrant1", taken=at(9, 58))
    waits = Waiting(
        room="hall",
        registrant="julien",
        number=3,
        since=at(10, 1),
        seen=at(10, 4),
        standby=True,
    )
    return Picture(
        seats={"registrant1": seat},
        queues={"hall": (waits,)},
        barred=frozenset({"paul"}),
        gone={"hall": ()},
    )


def people(now, language="fr", *, by=None, among=PEOPLE, rooms=None, **asked):
    """The list as ``by`` (an organiser) sees it."""
    where = Whereabouts(
        picture=picture(), opened={"registrant1", "ines"}, rooms=rooms or {}
    )
    return people_page(
        event(),
        among,
        where,
        by=by or somebody(Grant(Role.ORGANISER)),
        now=now,
        times=times_of(event(), language, None),
        asked=Asked(**asked),
    )


def out(now, language="fr"):
    times = times_of(event(), language, None)
    return out_page(event(), PEOPLE[0], now=now, times=times)


def attendance(now, language="fr", *, people=PEOPLE, timetable=None):
    """Camille came for 50 minutes of the morning; Inès was not there."""
    here, there = (
        event(timetable=timetable),
        {
            "registrant1": Presence(
                rooms={"hall": (Interval(at(10, 5), at(10, 55)),)}, overflow={}
            )
        },
    )
    by = measure(here, [HALL], silent=["hall"])
    figures = of_event((of_person(p.id, there.get(p.id), by) for p in people), by)
    times = times_of(here, language, None)
    return attendance_page(here, people, figures, now=now, times=times)


def organise(now, language="fr", **options):
    return organise_page(event(), now=now, language=language, **options)


def room_setting(now, language="fr", *, asked=None, saved=False):
    """Amphi A is on a server, Amphi B leads nowhere yet."""
    there = Room(
        id="a", event="e", name="Amphi A", capacity=600, connection="main", url=""
    )
    rooms = (
        RoomNow(room=there, inside=412),
        RoomNow(room=replace(there, id="b", name="Amphi B"), is_set=False),
    )
    return room_setting_page(
        event(),
        rooms,
        {"link": "link", "main": "livekit"},
        now=now,
        times=times_of(event(), language, None),
        asked=asked,
        saved=saved,
    )


def desk(now, language="fr", here=None, **options):
    """The desk of the morning, as ``here`` has it (else as in the look)."""
    options = {"inside": inside(412), **options}
    return desk_page(event(), here or stand(), now=now, language=language, **options)


def soup(page):
    return BeautifulSoup(render(page), "html.parser")


def text(node):
    """The words of an element, with one plain space where any space stands."""
    return " ".join(node.get_text(" ").split()) if node else None


def every_page(language, zone=None):
    """One page of each kind and state, by name."""
    ten, one = at(10, 5), at(13)
    staff = somebody(
        Grant(Role.CHAIR, session="session2"), Grant(Role.SPEAKER, talk="talk9")
    )
    held = {"video": linked(), "desks": ("chair", "speaker")}
    livekit = led(How.LIVEKIT, origin="wss://video.example")
    jitsi = led(How.JITSI, origin="https://meet.example")
    return {
        "events": events_page([(event(), ten)], now=ten, language=language),
        "no events": events_page([], now=ten, language=language),
        "programme": programme(ten, language, zone=zone),
        "programme before": programme(at(9, day=20), language, zone=zone),
        "programme over": programme(at(9, day=30), language, zone=zone),
        "talk": talk("talk3", one, language, zone=zone, materials=(SLIDES, FILM)),
        "talk to come": talk("talk11", ten, language, zone=zone),
        "session": session("session1", ten, language, zone=zone),
        "session over": session("session2", at(9, day=29), language, zone=zone),
        "me": me(ten, language, zone=zone, calendar=calendar(), done="make"),
        "me new": me(ten, language, zone=zone, who=somebody(standby=True)),
        "me staff": me(ten, language, zone=zone, who=staff, calendar=calendar("")),
        "me over": me(at(9, day=29), language, calendar=calendar(), done="choose"),
        "me renewed": me(ten, language, calendar=calendar(), done="renew"),
        "renew": renew_page(event(), now=ten, language=language, zone=zone),
        "landing": landing(at(9, 31), language, zone=zone, roles=("chair",)),
        "landing days before": landing(at(9, day=25), language, zone=zone),
        "landing open": landing(ten, language, zone=zone, roles=("speaker",)),
        "landing between": landing(one, language, zone=zone, standby=True),
        "landing over": landing(at(9, day=29), language, zone=zone),
        "room": room(RoomState.HELD, ten, language, zone=zone, **held),
        "room pressed": room(RoomState.HELD, ten, language, video=led()),
        "room livekit": room(RoomState.HELD, ten, language, zone=zone, video=livekit),
        "room jitsi": room(RoomState.HELD, ten, language, video=jitsi),
        "room silent": silent(ten, language),
        "room live": on_stage.room(language=language, zone=zone),
        "room refused": on_stage.room(language=language, typed=on_stage.TYPED),
        "room early": room(RoomState.HELD, at(9, 50), language, zone=zone),
        "room before": room(RoomState.BEFORE, at(9, 31), language, zone=zone),
        "room between": room(RoomState.BETWEEN, one, language, zone=zone),
        "room free": room(RoomState.FREE, ten, language, zone=zone),
        "room full": full(ten, language, zone=zone, overflow="https://tv.example/1"),
        "room full for some": full(
            ten, language, place=queue(ten, every=None, kept_until=at(10, 10))
        ),
        "room elsewhere": room(RoomState.ELSEWHERE, ten, language, here="0a1b2c3d"),
        "room withdrawn": room(RoomState.WITHDRAWN, ten, language),
        "room over": room(RoomState.OVER, at(9, day=29), language),
        "room nobody": room(RoomState.NOBODY, ten, language, name=""),
        "desk": desk(OVER, language, mine=("session1", "session2")),
        "desk before": desk(at(9, 50), language, stand(rundown(version=0), records=())),
        "desk refused": desk(
            OVER, language, stand(proposal=breaching_proposal()), banner=BREACHES
        ),
        "desk over": desk(
            at(12, 5), language, stand(rundown(given=GIVEN), messages=MESSAGES)
        ),
        "order": order_page(event(), stand(), now=OVER, language=language),
        "speaker": speaker_page(event(), ("talk9",), now=ten, language=language),
        "speaker next": on_stage.speaker("talk4", language=language, zone=zone),
        "speaker on": on_stage.speaker("talk3", language=language, zone=zone),
        "speaker done": on_stage.speaker("talk2", language=language, zone=zone),
        "speaker refused": on_stage.speaker(
            "talk4", language=language, refused=on_stage.REFUSED
        ),
        "no talk": speaker_page(event(), (), now=ten, language=language),
        "screen": on_stage.screen(language=language),
        "screen of nothing": screen_page(
            event(timetable=()), None, now=ten, language=language
        ),
        "organise": organise(
            ten,
            language,
            inside=inside(412, reserved=3, seen={"hall": morning()}),
            unset=("Amphi B",),
            aside=(Aside(connection="main", error="No time.", number=3, last=ten),),
        ),
        "room setting": room_setting(ten, language, saved=True),
        "room setting refused": room_setting(ten, language, asked=WRONG_ROOM),
        "organise early": organise(at(9), language, inside=inside(0)),
        "people": people(ten, language, sent="Paul Vasseur"),
        "people found": people(ten, language, looked_for="ravel", back="Inès Ravel"),
        "people not found": people(ten, language, looked_for="nobody"),
        "out": out(ten, language),
        "attendance": attendance(at(20), language),
        "attendance of nothing": attendance(at(20), language, timetable=()),
        "zone": zone_page(now=ten, language=language, zone=zone),
        "withdrawn": named_page("session-withdrawn", 404, now=ten, language=language),
        "refused": refused_link_page(now=ten, language=language),
        **{
            f"error {status}": error_page(status, now=ten, language=language)
            for status in (401, 403, 404, 409, 422, 429, 500, 503)
        },
    }
