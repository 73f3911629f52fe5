"""What a stream listens to: a meeting, its people, its staff, or one person of it.

``{slug}`` is public; ``{slug}/people`` is for everybody who is known at the meeting,
``{slug}/staff`` for its chairs and organisers,
``{slug}/{registrant}`` for one person, on all of his screens. Each of them has a
channel for every language in which it is read: ``{slug}/.fr``, ``{slug}/staff/.fr``.
"""

from orchestrator.ids import RegistrantId

_PEOPLE = "people"
_STAFF = "staff"
_SPOKEN = "/."


def people(slug: str) -> str:
    """The channel of all who are known at a meeting."""
    return f"{slug}/{_PEOPLE}"


def staff(slug: str) -> str:
    """The channel of a meeting's chairs and organisers."""
    return f"{slug}/{_STAFF}"


def person(slug: str, registrant: RegistrantId) -> str:
    """The channel of one person of a meeting."""
    return f"{slug}/{registrant}"


def is_person(channel: str) -> bool:
    """Whether ``channel`` is one person's; those of his languages are not counted."""
    _, _, whose = channel.partition("/")
    return whose not in ("", _PEOPLE, _STAFF) and _SPOKEN not in channel


def spoken(channel: str, language: str) -> str:
    """What is said in ``language`` to those of ``channel``: a slug is everybody."""
    return f"{channel}{_SPOKEN}{language}"


def spoken_people(slug: str, language: str) -> str:
    """What is said in ``language`` to all who are known at a meeting."""
    return spoken(people(slug), language)


def spoken_staff(slug: str, language: str) -> str:
    """What is said in ``language`` to a meeting's chairs and organisers."""
    return spoken(staff(slug), language)


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
