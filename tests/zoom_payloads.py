"""What Zoom tells, field by field as its own library types it (``test_zoom_rivet``)."""

from datetime import UTC

ACCOUNT, HOST = "AbC1dEfGhIjKlMnOpQrStU", "hOsTiDhOsTiDhOsTiD"


def written(moment):
    """As Zoom writes a moment."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def event(name, moment, told, **beside):
    return {
        "event": name,
        "payload": {"account_id": ACCOUNT, "object": told},
        "event_ts": int(moment.timestamp() * 1000),
        **beside,
    }


def validation(moment, token):
    return {
        "payload": {"plainToken": token},
        "event_ts": int(moment.timestamp() * 1000),
        "event": "endpoint.url_validation",
    }


def room(meeting):
    """What every event says of a meeting (type 2) or webinar (type 5)."""
    return {
        "id": str(meeting.number),
        "uuid": meeting.uuid,
        "host_id": HOST,
        "topic": meeting.topic,
        "type": {"meeting": 2, "webinar": 5}[meeting.kind],
        "start_time": written(meeting.started),
        "timezone": "Europe/Paris",
        "duration": 60,
    }


def joined(meeting, person, moment):
    participant = _person(person) | {"join_time": written(moment)}
    told = room(meeting) | {"participant": participant}
    return event(f"{meeting.kind}.participant_joined", moment, told)


def left(meeting, person, moment):
    reason = f"{person.name} left the meeting. Reason: Left the meeting"
    participant = _person(person) | {
        "leave_time": written(moment),
        "leave_reason": reason,
    }
    told = room(meeting) | {"participant": participant}
    return event(f"{meeting.kind}.participant_left", moment, told)


def _person(person):
    told = {
        "user_id": person.user_id,
        "user_name": person.name,
        "id": "",
        "participant_uuid": person.uuid,
        "email": person.email,
    }
    # Who registered has it; a panelist and a host have not.
    return told | ({"registrant_id": person.registrant} if person.registrant else {})


def ended(meeting, moment):
    told = room(meeting) | {"end_time": written(moment)}
    return event(f"{meeting.kind}.ended", moment, told)


def recording_changed(meeting, what, moment, *, since=None):
    """``what``: started, stopped, ...; ``since`` is when that recording began."""
    ends = written(moment) if what == "stopped" else ""
    file = {"recording_start": written(since or moment), "recording_end": ends}
    told = room(meeting) | {"id": meeting.number, "recording_file": file}
    return event(f"recording.{what}", moment, told)


def recording_completed(meeting, files, moment):
    """Here alone the number of a meeting is no text."""
    told = room(meeting) | {
        "id": meeting.number,
        "account_id": ACCOUNT,
        "password": "x1y2z3",
        "host_email": "rooms@lab.example",
        "share_url": "https://zoom.example/rec/share/abc",
        "total_size": sum(file["file_size"] for file in files),
        "recording_count": len(files),
        "recording_files": files,
    }
    return event(
        "recording.completed", moment, told, download_token="eyJ.of-the-delivery.x"
    )


def recording_file(meeting, name, layout, times, *, sort="MP4", url=""):
    starts, ends = times
    return {
        "id": name,
        "meeting_id": meeting.uuid,
        "recording_start": written(starts),
        "recording_end": written(ends),
        "file_type": sort,
        "file_extension": {"CHAT": "TXT"}.get(sort, sort),
        "file_size": 24_000_000,
        "download_url": url,
        "status": "completed",
        "recording_type": layout,
    }
