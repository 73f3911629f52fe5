"""Why somebody may not listen."""

from orchestrator.errors import Denied


class ForeignReader(Denied):
    """Another site's page would read with the cookie of whoever has it open."""

    slug = "foreign-reader"
    title = "This stream was asked for by another site"
