"""A meeting as programs read it: plain values, no address of any person."""

from collections.abc import Iterable

from orchestrator.programme.model import (
    Event,
    Link,
    Person,
    Slot,
    TimedSession,
)

Plain = dict[str, object]


def event_summary(event: Event, base_url: str) -> Plain:
    """One line of the list of meetings."""
    programme = event.programme
    return {
        "slug": event.slug,
        "title": programme.title,
        "first_day": programme.first_day and programme.first_day.isoformat(),
        "last_day": programme.last_day and programme.last_day.isoformat(),
        "zone": programme.zone,
        "language": programme.language,
        "place": programme.place,
        "url": f"{base_url}/e/{event.slug}",
        "calendar": f"{base_url}/e/{event.slug}.ics",
    }


def event_facts(event: Event, base_url: str) -> Plain:
    """The whole meeting without its timetable."""
    programme = event.programme
    counts, call = programme.registered, programme.call
    return {
        **event_summary(event, base_url),
        "revision": event.revision,
        "network": programme.network,
        "summary": programme.summary,
        "themes": [{"code": one.code, "name": one.name} for one in programme.themes],
        "capacity": programme.capacity,
        "registered": counts
        and {"members": counts.members, "non_members": counts.non_members},
        "announcement": programme.announcement,
        "topics": list(programme.topics),
        "call": call
        and {
            "text": call.text,
            "deadline": call.deadline and call.deadline.isoformat(),
        },
        "organisers": _people(programme.organisers),
        "invited": _people(programme.invited),
    }


def timetable(event: Event) -> Plain:
    """Every session with its slots; times are ISO 8601 with their offset."""
    return {
        "slug": event.slug,
        "revision": event.revision,
        "zone": event.programme.zone,
        "sessions": [_session(timed) for timed in event.timetable.sessions],
    }


def _session(timed: TimedSession) -> Plain:
    return {
        "id": timed.session.id,
        "title": timed.session.title,
        "room": timed.session.room,
        "starts": timed.starts.isoformat(),
        "ends": timed.ends.isoformat(),
        "chairs": _people(timed.session.chairs),
        "slots": [_slot(slot) for slot in timed.slots],
    }


def _slot(slot: Slot) -> Plain:
    talk = slot.talk
    return {
        "id": talk.id,
        "kind": talk.kind.value,
        "title": talk.title,
        "speakers": _people(talk.speakers),
        "coauthors": list(talk.coauthors),
        "abstract": talk.abstract,
        "language": talk.language,
        "track": talk.track,
        "links": _links(talk.links),
        "starts": slot.starts.isoformat(),
        "ends": slot.ends.isoformat(),
        "actual_starts": slot.actual_starts and slot.actual_starts.isoformat(),
        "actual_ends": slot.actual_ends and slot.actual_ends.isoformat(),
        "skipped": slot.skipped,
    }


def _people(people: Iterable[Person]) -> list[Plain]:
    return [{"name": one.name, "affiliation": one.affiliation} for one in people]


def _links(links: Iterable[Link]) -> list[Plain]:
    return [
        {"kind": one.kind.value, "url": one.url, "label": one.label} for one in links
    ]
