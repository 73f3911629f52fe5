"""Why somebody is not given the attendance."""

from orchestrator.errors import Denied, Invalid


class OrganisersOnly(Denied):
    """The attendance of everybody is for organisers."""

    slug = "organisers-only"
    title = "This is for the organisers"


class UnknownFormat(Invalid):
    """Attendance is not written that way."""

    slug = "unknown-format"
    title = "There is no such format"
