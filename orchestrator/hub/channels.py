"""What a stream listens to: a meeting, its staff, or one person of it.

``{slug}`` is public; ``{slug}/staff`` is for its chairs and organisers;
``{slug}/{registrant}`` for one person, on all of his screens.
"""

from orchestrator.ids import RegistrantId

_STAFF = "staff"


def staff(slug: str) -> str:
    """The channel of a meeting's chairs and organisers."""
    return f"{slug}/{_STAFF}"


def person(slug: str, registrant: RegistrantId) -> str:
    """The channel of one person of a meeting."""
    return f"{slug}/{registrant}"


def is_person(channel: str) -> bool:
    """Whether ``channel`` is one person's."""
    _, _, whose = channel.partition("/")
    return whose not in ("", _STAFF)


def within(channel: str, prefix: str) -> bool:
    """Whether ``channel`` is ``prefix`` or below it.

    Below ``day`` are ``day/staff`` and ``day/{registrant}``, and ``day/`` means
    these without ``day`` itself. ``daylight`` is another meeting. Everything is
    below the empty prefix.
    """
    if not prefix or channel == prefix:
        return True
    return channel.startswith(prefix if prefix.endswith("/") else f"{prefix}/")
