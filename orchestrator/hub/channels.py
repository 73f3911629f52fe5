"""What a stream listens to: a meeting, its people, its staff, the chairs of one of its
sessions, or one person of it.

``{slug}`` is public; ``{slug}/people`` is for everybody who is known at the meeting,
``{slug}/staff`` for its chairs and organisers, ``{slug}/chairs/{session}`` for those
who chair one session (they see how its speakers can be called), and
``{slug}/{registrant}`` for one person, on all of his screens. Each of them has a
channel for every language in which it is read: ``{slug}/.fr``, ``{slug}/people/.fr``.
"""

from orchestrator.ids import RegistrantId, SessionId

_PEOPLE = "people"
_STAFF = "staff"
_CHAIRS = "chairs/"
_SPOKEN = "/."


def people(slug: str) -> str:
    """The channel of all who are known at a meeting."""
    return f"{slug}/{_PEOPLE}"


def staff(slug: str) -> str:
    """The channel of a meeting's chairs and organisers."""
    return f"{slug}/{_STAFF}"


def chairs(slug: str, session: SessionId) -> str:
    """The channel of those who chair one session of a meeting."""
    return f"{slug}/{_CHAIRS}{session}"


def chaired(channel: str) -> SessionId | None:
    """The session for whose chairs ``channel`` is, None if it is for others."""
    _, _, whose = channel.partition("/")
    if not whose.startswith(_CHAIRS):
        return None
    return SessionId(whose.removeprefix(_CHAIRS))


def person(slug: str, registrant: RegistrantId) -> str:
    """The channel of one person of a meeting."""
    return f"{slug}/{registrant}"


def is_person(channel: str) -> bool:
    """Whether ``channel`` is one person's; those of his languages are not counted."""
    _, _, whose = channel.partition("/")
    if whose in ("", _PEOPLE, _STAFF) or _SPOKEN in channel:
        return False
    return chaired(channel) is None


def spoken(channel: str, language: str) -> str:
    """What is said in ``language`` to those of ``channel``: a slug is everybody."""
    return f"{channel}{_SPOKEN}{language}"


def spoken_people(slug: str, language: str) -> str:
    """What is said in ``language`` to all who are known at a meeting."""
    return spoken(people(slug), language)


def spoken_chairs(slug: str, session: SessionId, language: str) -> str:
    """What is said in ``language`` to those who chair one session of a meeting."""
    return spoken(chairs(slug, session), language)


def spoken_person(slug: str, registrant: RegistrantId, language: str) -> str:
    """What is said in ``language`` to one person of a meeting."""
    return spoken(person(slug, registrant), language)


def unspoken(channel: str) -> tuple[str, str]:
    """The channel and the language that ``spoken`` made it of; no language if it
    is none of those.
    """
    whose, _, language = channel.partition(_SPOKEN)
    return whose, language


def within(channel: str, prefix: str) -> bool:
    """Whether ``channel`` is ``prefix`` or below it.

    Below ``day`` are ``day/staff`` and ``day/{registrant}``, and ``day/`` means
    these without ``day`` itself, in whichever language. ``daylight`` is another
    meeting. Everything is below the empty prefix.
    """
    if not prefix or channel == prefix:
        return True
    if prefix.endswith("/"):
        return channel.startswith(prefix) and not channel.startswith(f"{prefix}.")
    return channel.startswith(f"{prefix}/")
