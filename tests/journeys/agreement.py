"""What the screens of the model day show, and what they ought to."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from tests.orchestrator.pages.made_up import PARIS

# What is off by less is told as it was promised.
_SMALL = timedelta(minutes=2)
_AHEAD = 5
_BEFORE = 3

_READ = """
  const text = (one) => one?.textContent.replace(/\\s+/g, " ").trim() ?? "";
  const times = (one) => [...(one?.querySelectorAll("time") ?? [])].map((time) => time.dateTime);
  const all = (selector, read) => [...document.querySelectorAll(selector)].map(read);
  const second = (moment) => moment ? Math.floor(Date.parse(moment) / 1000) : null;
"""
DESK = f"""() => {{ {_READ}
  const state = ({{ dataset, classList }}) => "ahead" in dataset ? "planned"
    : classList.contains("is-now") || classList.contains("is-over") ? "live"
    : classList.contains("is-done") ? "done" : "skipped";
  const act = (selector) => JSON.parse(document.querySelector(selector)?.value || "{{}}");
  const idle = document.querySelector(".clock").classList.contains("idle");
  return {{
    version: Number(document.querySelector("[name=version][form=press]").value),
    live: idle ? "" : text(document.querySelector(".clock .who")),
    until: idle ? null : second(document.querySelector(".clock .digits").dataset.until),
    next: act(".btn.next").talk ?? "",
    proposal: act(".proposal [data-key=a]").until ?? "",
    order: all(".rundown > li", (one) => [one.id.slice(4), state(one), ...times(one.querySelector(".t"))]),
  }};
}}"""
SPEAKER = f"""() => {{ {_READ}
  const facts = Object.fromEntries(all(".hero dt", (one) => [text(one), one.nextElementSibling]));
  const said = document.querySelector(".figure .state");
  const clock = document.querySelector(".figure [data-counts]");
  return {{
    state: clock ? "live" : said?.classList.contains("done") ? "done"
      : said?.classList.contains("absent") ? "skipped" : "planned",
    until: clock ? second(clock.dataset.until) : null,
    times: [...document.querySelector(".hero dd strong").querySelectorAll("time")].map((one) => one.dateTime),
    forecast: times(facts["As it stands"]),
    before: text(facts["Before you"]),
  }};
}}"""
ROOM = f"""() => {{ {_READ}
  const bar = document.querySelector("#on rect");
  return {{
    on: document.querySelector("#on .state.now") ? all("#on .on", text) : [],
    until: bar ? second(bar.dataset.untilEnd) : null,
    ahead: all("#order > li:not(.alone)", (one) => [text(one.querySelector("b")), ...times(one)]),
  }};
}}"""


@dataclass(frozen=True)
class Truth:
    """What the service says to programs, at one moment."""

    now: datetime
    slots: list[dict]
    rundown: dict
    """Of the session under way, as its chairs may read it."""
    entries: dict[str, tuple[datetime, datetime, int]]
    """Start, end and sequence of each talk in the meeting's calendar."""
    first: dict[str, datetime]
    """The start of each that was promised before anything happened."""

    @property
    def promised(self):
        """When those of the session are promised to start, by name, in their order."""
        ahead = sorted(self.cues, key=lambda cue: cue["starts"])
        return {named(cue): f"{moment(cue['starts']):%H:%M}" for cue in ahead}

    @property
    def states(self):
        return {named(cue): cue["state"] for cue in self.cues}

    @property
    def cues(self):
        return self.rundown["cues"]

    def slot(self, name):
        return next(slot for slot in self.slots if named(slot) == name)


def named(one):
    """Who gives it, else what it is."""
    names = [who if isinstance(who, str) else who["name"] for who in one["speakers"]]
    return ", ".join(names) or one["kind"].capitalize()


def moment(text):
    """None for none."""
    return text and datetime.fromisoformat(text).astimezone(PARIS)


def wanted(truth, talk):
    """What has to be shown where, when ``talk`` is that of the speaker."""
    desk = _desk(truth)
    return {
        "desk": desk,
        "other desk": desk,
        "speaker": _speaker(truth, talk),
        "room": _room(truth),
        "timetable": truth.slots,
        "rundown": (truth.rundown["version"], [_of_slot(truth, c) for c in truth.cues]),
        "calendar": {
            slot["id"]: (moment(slot["starts"]), moment(slot["ends"]), revised)
            for slot in truth.slots
            if slot["kind"] in ("contributed", "invited")
            for *_, revised in [truth.entries[slot["id"]]]
        },
    }


def _speaker(truth, talk):
    (slot,) = [one for one in truth.slots if one["id"] == talk]
    (cue,) = [one for one in truth.cues if one["talk"] == talk]
    planned = cue["state"] == "planned"
    forecast = _proposed(truth).get(talk)
    return {
        "state": cue["state"],
        "until": _clock(cue, truth.now) if cue["state"] == "live" else None,
        "times": [*_starts(truth, slot), _ends(slot)],
        "forecast": [forecast] if planned and forecast else [],
        "before": _before(truth, cue) if planned else "",
    }


def _room(truth):
    live = [one for one in truth.slots if _state(one) == "live"]
    ahead = [one for one in truth.slots if _state(one) == "planned"]
    ahead.sort(key=lambda slot: slot["starts"])
    return {
        "on": [slot["title"] or "Discussion" for slot in live],
        "until": int(_until(live[0]).timestamp()) if live else None,
        "ahead": [[named(one), *_starts(truth, one)] for one in ahead[:_AHEAD]],
    }


def _starts(truth, slot):
    """As promised at first where that is off, and as it is."""
    promised, began = moment(slot["starts"]), moment(slot["actual_starts"])
    starts = _told(promised, began or promised)
    first = _told(starts, truth.first[slot["id"]])
    return [_iso(one) for one in dict.fromkeys((first, starts))]


def _iso(when):
    return when.astimezone(PARIS).isoformat(timespec="minutes")


def _told(promised, actual):
    return actual if abs(actual - promised) >= _SMALL else promised


def _state(slot):
    if slot["skipped"]:
        return "skipped"
    if slot["actual_ends"]:
        return "done"
    return "live" if slot["actual_starts"] else "planned"


def facts(cue):
    """Of a cue as everybody may read it."""
    fields = ("talk", "state", "starts", "ends", "actual_starts", "actual_ends")
    return [cue[name] for name in fields]


def _of_slot(truth, cue):
    """The facts of a cue, by its slot."""
    (slot,) = [one for one in truth.slots if one["id"] == cue["talk"]]
    moments = [
        slot[name] and moment(slot[name]).isoformat()
        for name in ("starts", "ends", "actual_starts", "actual_ends")
    ]
    return [slot["id"], _state(slot), *moments]


def _until(slot):
    """When what is on ends, as all but its chairs are told: as promised, unless it
    began much too early or too late for that.
    """
    starts, ends = moment(slot["starts"]), moment(slot["ends"])
    began = moment(slot["actual_starts"])
    kept = starts - _SMALL < began < ends
    return ends if kept else began + (ends - starts)


def _ends(slot):
    promised, ended = moment(slot["ends"]), moment(slot["actual_ends"])
    if ended is None and slot["actual_starts"]:
        ended = _until(slot)
    return _iso(_told(promised, ended or promised))


def _clock(cue, now):
    """What a speaker's clock counts to: the end of his talk, then of everything."""
    began = moment(cue["actual_starts"])
    talk = began + timedelta(seconds=cue["talk_seconds"])
    asked = timedelta(seconds=cue["question_seconds"])
    return int((talk + asked if asked and now >= talk else talk).timestamp())


def _proposed(truth):
    """The starts that are proposed now, of talks to come that would move."""
    shifts = (truth.rundown["proposal"] or {"shifts": []})["shifts"]
    planned = {cue["talk"] for cue in truth.cues if cue["state"] == "planned"}
    return {
        one["talk"]: _iso(moment(one["now"][0]))
        for one in shifts
        if one["talk"] in planned and one["now"][0] != one["was"][0]
    }


def _before(truth, mine):
    """Those who are on before him."""
    cues = truth.cues[: truth.cues.index(mine)]
    found = []
    for cue in cues:
        if cue["state"] == "live":
            found.append(f"{named(cue)}, on now")
        elif cue["state"] == "planned":
            found.append(f"{named(cue)}, at {moment(cue['starts']):%-H:%M}")
    return "; ".join(found[-_BEFORE:]) or "Nobody"


def _desk(truth):
    """What a chair's desk shows of the session."""
    live = [cue for cue in truth.cues if cue["state"] == "live"]
    proposed, proposal = _proposed(truth), truth.rundown["proposal"]
    order = []
    for cue in truth.cues:
        promised = _iso(moment(cue["starts"]))
        if then := proposed.get(cue["talk"]):
            shown = [promised, then]
        else:
            shown = [_iso(moment(cue["actual_starts"] or cue["starts"]))]
        order.append([cue["talk"], cue["state"], *shown])
    return {
        "version": truth.rundown["version"],
        "live": named(live[0]) if live else "",
        "until": _whole(live[0]) if live else None,
        "next": truth.rundown["next"] or "",
        "proposal": proposal["until"] if proposal else "",
        "order": order,
    }


def _whole(cue):
    """The end of all that it has."""
    seconds = cue["talk_seconds"] + cue["question_seconds"]
    return int((moment(cue["actual_starts"]) + timedelta(seconds=seconds)).timestamp())
