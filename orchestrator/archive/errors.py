"""Why a deck or a recording is not taken, or not there."""

from orchestrator.errors import Invalid, NotFound, Unavailable


class NoSuchAttachment(NotFound):
    """Nothing of that kind is attached to the talk."""

    slug = "no-such-attachment"
    title = "There is no such file"


class NoTalkToAttachTo(NotFound):
    """The talk named is not in the programme of the event."""

    slug = "no-talk-to-attach-to"
    title = "There is no such talk"


class WrongContent(Invalid):
    """The file is not what it should be, whatever its name says."""

    slug = "wrong-content"
    title = "This file is neither a PDF nor a video"


class AttachmentTooLarge(Invalid):
    """The file is longer than the limit for its kind."""

    slug = "attachment-too-large"
    title = "This file is too large"


class UnreadableFile(Invalid):
    """The file named cannot be read on this machine."""

    slug = "unreadable-file"
    title = "The file cannot be read"


class UnusableLink(Invalid):
    """The address cannot be shown to readers."""

    slug = "unusable-link"
    title = "This is no address of slides or of a video"


class StorageUnavailable(Unavailable):
    """The place that keeps files does not answer; nothing was changed."""

    slug = "storage-unavailable"
    title = "Files cannot be kept or read right now"
