"""The first session of the model day, and others like it."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from orchestrator.programme.model import Kind
from orchestrator.stage.actions import apply
from orchestrator.stage.lengths import lengths
from orchestrator.stage.model import Cue, Rundown
from orchestrator.stage.schemas import ACTION

PARIS = ZoneInfo("Europe/Paris")
TALK = Kind.CONTRIBUTED
INVITED, BREAK, DISCUSSION = Kind.INVITED, Kind.BREAK, Kind.DISCUSSION


def at(clock):
    """A moment of the day: ``10:53:12`` in Paris."""
    hour, minute, second = map(int, f"{clock}:00".split(":")[:3])
    return datetime(2021, 6, 28, hour, minute, second, tzinfo=PARIS)


def minutes(number):
    return timedelta(minutes=number)


def cue(talk, starts, ends, kind=TALK):
    starts, ends = at(starts), at(ends)
    talk_time, question_time = lengths(kind, ends - starts)
    return Cue(
        talk=talk,
        kind=kind,
        starts=starts,
        ends=ends,
        talk_time=talk_time,
        question_time=question_time,
    )


def rundown(*cues, session="morning", starts=None, ends=None):
    """A session of ``cues``, which bound it where nothing else is said."""
    return Rundown(
        session=session,
        version=1,
        starts=at(starts) if starts else cues[0].starts,
        ends=at(ends) if ends else cues[-1].ends,
        cues=cues,
    )


def morning():
    """Six talks of 15 minutes from 10:00 and a discussion up to 12:00."""
    talks = [
        cue(f"t{number + 1}", f"{10 + number // 4}:{number % 4 * 15:02}", ends)
        for number, ends in enumerate(
            ("10:15", "10:30", "10:45", "11:00", "11:15", "11:30")
        )
    ]
    return rundown(*talks, cue("end", "11:30", "12:00", DISCUSSION))


def afternoon():
    """Talks with pauses, a discussion and a break before an invited talk at 16:30."""
    return rundown(
        cue("a1", "15:00", "15:15"),
        cue("a2", "15:20", "15:35"),
        cue("talk", "15:35", "15:55", DISCUSSION),
        cue("tea", "15:55", "16:10", BREAK),
        cue("a3", "16:10", "16:25"),
        cue("belkin", "16:30", "17:30", INVITED),
        cue("a4", "17:30", "17:45"),
        session="afternoon",
        ends="17:50",
    )


def press(rundown, now, do, **said):
    """``rundown`` after an action that came as JSON."""
    return apply(rundown, action(do, **said), at(now))


def action(do, **said):
    return ACTION.validate_python({"do": do, **said})


def told(rundown):
    """Talk, state and promised times of each cue, as one line each."""
    return [
        f"{one.talk} {one.state} {one.starts:%H:%M}-{one.ends:%H:%M}"
        for one in rundown.cues
    ]


def times(rundown):
    """Promised times of each that is to come."""
    return [f"{one.talk} {one.starts:%H:%M}-{one.ends:%H:%M}" for one in rundown.ahead]
