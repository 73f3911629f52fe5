"""What the server's answers mean: who is in a meeting, what was recorded."""

from datetime import UTC, datetime
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

from integrations.errors import Rejected
from integrations.video.bigbluebutton.calls import text
from integrations.video.events import Recording, RecordingState
from integrations.video.provider import Participant

# The address of the format `video` is that of a page; the file lies beside it,
# under this name unless the server's video.yml says otherwise.
_FILES = ("video-0.m4v", "video-0.mp4", "video-0.webm")
_SECONDS_PER_MINUTE = 60


def create_time(answer: Element) -> str:
    """By which the server tells one meeting of a name from the next.

    Raises ``Rejected`` where the answer has none: a link without it would open
    every later meeting too.
    """
    found = text(answer, "createTime")
    if not (found.isascii() and found.isdecimal()):
        raise Rejected("The BigBlueButton server tells no createTime of its meeting.")
    return found


def participants(answer: Element) -> tuple[Participant, ...]:
    """Everybody in an answer to ``getMeetingInfo``; nobody without an id."""
    return tuple(
        Participant(id=found, name=text(one, "fullName"))
        for one in answer.iterfind("attendees/attendee")
        if (found := text(one, "userID"))
    )


def recordings(answer: Element) -> tuple[Recording, ...]:
    """Those in an answer to ``getRecordings``, oldest first."""
    found = (_recording(one) for one in answer.iterfind("recordings/recording"))
    kept = [one for one in found if one.id and one.place]
    first = datetime.min.replace(tzinfo=UTC)
    return tuple(sorted(kept, key=lambda one: one.started or first))


def files(location: str) -> tuple[str, ...]:
    """Where the file at ``location`` may be, the likeliest first."""
    folder, found, rest = location.rpartition(_FILES[0])
    return tuple(folder + one for one in _FILES) if found and not rest else (location,)


def moment(milliseconds: object) -> datetime:
    """A moment that is told in milliseconds, as number or text.

    Raises ``Rejected`` where it is none.
    """
    try:
        return datetime.fromtimestamp(int(str(milliseconds)) / 1000, UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise Rejected("BigBlueButton tells a time that is none.") from error


def _recording(one: Element) -> Recording:
    formats = one.iterfind("playback/format")
    video = next((each for each in formats if text(each, "type") == "video"), None)
    published = text(one, "state") in ("published", "")
    location = "" if video is None or not published else _file(text(video, "url"))
    return Recording(
        id=text(one, "recordID"),
        place=text(one, "meetingID"),
        state=RecordingState.READY if location else RecordingState.PROCESSING,
        started=_started(one),
        seconds=0 if video is None else _number(video, "length") * _SECONDS_PER_MINUTE,
        size=0 if video is None else _number(video, "size"),
        location=location,
    )


def _started(one: Element) -> datetime | None:
    try:
        return moment(text(one, "startTime"))
    except Rejected:
        return None


def _file(url: str) -> str:
    """Where the file of a format ``video`` is, empty for what is no web address."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return ""
    is_file = "." in parts.path.rpartition("/")[2]
    return url if is_file else f"{url.rstrip('/')}/{_FILES[0]}"


def _number(element: Element, path: str) -> int:
    found = text(element, path)
    small = found.isascii() and found.isdecimal() and len(found) < 16  # noqa: PLR2004
    return int(found) if small else 0
