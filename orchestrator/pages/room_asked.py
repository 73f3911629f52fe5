"""Which room of a meeting an address means."""

from aiohttp import web

from orchestrator.programme.model import Event


def room_asked(request: web.Request, event: Event) -> str | None:
    """The room that the address names, or in which the session that it names is
    by now: a calendar's entry says the session, and rooms change their names.
    """
    room = request.query.get("room")
    if room is not None:
        return room
    session = request.query.get("session")
    sessions = (timed.session for timed in event.timetable.sessions)
    return next((one.room for one in sessions if one.id == session), None)
