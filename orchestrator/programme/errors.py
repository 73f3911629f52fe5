"""Why a programme cannot be laid out, stored or found."""

from typing import Self

from orchestrator.errors import Conflict, Invalid, NotFound


class NoSuchEvent(NotFound):
    """No meeting has this slug."""

    slug = "no-such-event"
    title = "There is no such meeting"

    @classmethod
    def called(cls, slug: str) -> Self:
        """That none is called ``slug``."""
        return cls(
            f"There is no meeting called {slug}. "
            "'orchestrator programme list' and the first page name them."
        )


class NoSuchTalk(NotFound):
    """The meeting has no talk of this id."""

    slug = "no-such-talk"
    title = "There is no such talk"


class TalkWithdrawn(NotFound):
    """The talk was in the programme and is not any more."""

    slug = "talk-withdrawn"
    title = "This talk has been withdrawn"


class NoSuchSession(NotFound):
    """The meeting has no such session."""

    slug = "no-such-session"
    title = "There is no such session"


class BadDoors(Invalid):
    """Doors cannot open that early, or close that late."""

    slug = "bad-doors"
    title = "The doors cannot be set so"


class BadSlug(Invalid):
    """The slug cannot stand in an address."""

    slug = "bad-slug"
    title = "This cannot be a meeting's place in its address"


class SlugTaken(Conflict):
    """Another meeting has this slug."""

    slug = "slug-taken"
    title = "Another meeting is at this address"


class DoesNotFit(Invalid):
    """A session is over its window; facts ``session`` and ``minutes``."""

    slug = "does-not-fit"
    title = "The talks do not fit into their sessions"


class NoSuitableSession(Invalid):
    """No session is at a time when this talk can be given; fact ``talk``."""

    slug = "no-suitable-session"
    title = "A talk cannot be given in any session"


class SpeakerTwice(Invalid):
    """One person would speak in two places at once; fact ``talks``."""

    slug = "speaker-twice"
    title = "A speaker is in two places at once"


class Overlap(Invalid):
    """Two talks, or two sessions, share a room and a time; fact ``both``."""

    slug = "overlap"
    title = "Two parts of the programme overlap"


class NoWindow(Invalid):
    """It is not known when a session begins or ends; fact ``session``."""

    slug = "no-window"
    title = "A session has no times"


class NoSession(Invalid):
    """There are talks and no session to hold them."""

    slug = "no-session"
    title = "The programme has no session"


class OutsideWindow(Invalid):
    """The time given to a talk is not inside its session; fact ``talk``."""

    slug = "outside-window"
    title = "A talk is outside its session"


class BadTimes(Invalid):
    """Times that contradict each other or a zone that does not exist."""

    slug = "bad-times"
    title = "The times of the programme make no sense"
