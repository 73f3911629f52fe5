"""Recordings in Zoom's cloud: which of its many files is the recording."""

from collections.abc import Iterator
from itertools import groupby

from integrations.errors import Rejected
from integrations.video.events import Recording, RecordingState
from integrations.video.zoom.calls import Fields, objects, text
from integrations.video.zoom.times import moment

_BEST_FIRST = (
    "shared_screen_with_speaker_view",
    "shared_screen_with_speaker_view(CC)",
    "shared_screen_with_gallery_view",
    "active_speaker",
    "gallery_view",
    "shared_screen",
)


def recordings(occurrence: Fields, place: str) -> tuple[Recording, ...]:
    """The recordings of one occurrence of a meeting, oldest first.

    Zoom gives a stretch of time (it ends where somebody pauses) as several films with
    another layout, sound alone, chat and texts. One of them is the recording: the
    film that shows most, else the sound. Chat is left where it is.
    """
    files = sorted(_playable(occurrence), key=_started)
    stretches = groupby(files, key=_started)
    return tuple(_recording(min(same, key=_rank), place) for _, same in stretches)


def _playable(occurrence: Fields) -> Iterator[Fields]:
    for file in objects(occurrence, "recording_files"):
        sort = text(file, "file_type")
        whole = sort == "M4A" and text(file, "recording_type") == "audio_only"
        if sort == "MP4" or whole:
            yield file


def _started(file: Fields) -> str:
    return text(file, "recording_start")


def _rank(file: Fields) -> tuple[bool, int, str]:
    layout = text(file, "recording_type")
    known = layout in _BEST_FIRST
    place = _BEST_FIRST.index(layout) if known else len(_BEST_FIRST)
    return text(file, "file_type") != "MP4", place, text(file, "id")


def _recording(file: Fields, place: str) -> Recording:
    if not (name := text(file, "id")):
        raise Rejected("Zoom names a recording without its id.")
    starts = moment(text(file, "recording_start"))
    ends = text(file, "recording_end")
    location = text(file, "download_url")
    ready = text(file, "status") == "completed" and location
    size = file.get("file_size")
    return Recording(
        id=name,
        place=place,
        state=RecordingState.READY if ready else RecordingState.PROCESSING,
        started=starts,
        seconds=max((moment(ends) - starts).total_seconds(), 0) if ends else 0,
        size=size if isinstance(size, int) else 0,
        location=location,
    )
