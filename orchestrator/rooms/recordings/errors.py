"""Why a recording is not started, stopped or given out."""

from orchestrator.errors import Conflict, NotFound, Unavailable


class CannotRecord(Conflict):
    """The provider of the room does not record when told to."""

    slug = "cannot-record"
    title = "This room cannot be recorded from here"


class AlreadyRecording(Conflict):
    """Somebody was faster."""

    slug = "already-recording"
    title = "The room is being recorded already"


class NotRecording(Conflict):
    """There is nothing to stop."""

    slug = "not-recording"
    title = "The room is not being recorded"


class NoSuchRecording(NotFound):
    """The meeting has no recording of that id whose file is there."""

    slug = "no-such-recording"
    title = "There is no such recording"


class RecordingsUnavailable(Unavailable):
    """The store of files does not answer, or has lost this one."""

    slug = "recordings-unavailable"
    title = "The recording cannot be reached right now"
