"""Why a source is not a programme."""

from orchestrator.errors import Invalid


class UnreadableProgramme(Invalid):
    """The source cannot be understood; fact ``line`` counts from 1, 0 is the whole."""

    slug = "unreadable-programme"
    title = "The programme cannot be read"

    def __init__(self, detail: str, *, line: int = 0, **facts: object) -> None:
        super().__init__(detail, line=line, **facts)
        self.line = line
