"""How guests are known to Zoom, and what is kept of them."""

import json
from dataclasses import asdict, dataclass, field
from typing import Self

from integrations.video.provider import Guest

_LONGEST_NAME = 64
"""Characters of a first or a last name at Zoom."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What Zoom gave for a guest of one ``meeting``: his own link, and by what it is
    taken back; all empty before that. ``registrant`` and ``panelist`` are Zoom's ids, empty where he is not
    one of them.
    """

    meeting: str
    url: str = field(default="", repr=False)
    registrant: str = ""
    panelist: str = ""

    @classmethod
    def read(cls, kept: str, meeting: str) -> Self | None:
        """What was kept of a guest of that ``meeting``, None where it was nothing."""
        try:
            match json.loads(kept):
                case {"meeting": str(of), "url": str(url)} as fields if of == meeting:
                    return cls(
                        meeting=of,
                        url=url,
                        registrant=str(fields.get("registrant", "")),
                        panelist=str(fields.get("panelist", "")),
                    )
        except (ValueError, RecursionError):
            pass
        return None

    def written(self) -> str:
        """To be kept, as JSON without what is empty."""
        fields = {name: value for name, value in asdict(self).items() if value}
        return json.dumps(fields, separators=(",", ":"))


def mark(registrant: str) -> str:
    """What is in ``Kept.written`` of that registrant alone; empty for none."""
    if not registrant:
        return ""
    return json.dumps({"registrant": registrant}, separators=(",", ":"))[1:-1]


@dataclass(frozen=True, slots=True)
class Addresses:
    """The mail addresses that Zoom is given: the guest's id, at a domain of ours.

    Nobody reads mail there. Zoom shows them in what it tells of people who
    registered, so that it names them by our ids.
    """

    domain: str

    def of(self, guest: Guest) -> str:
        """The address that ``guest`` is registered with."""
        return f"{guest.id}@{self.domain}"

    def guest(self, address: str) -> str:
        """The id of the guest with that address, empty where it is another's."""
        local, _, domain = address.rpartition("@")
        return local if domain.lower() == self.domain.lower() else ""


def names(guest: Guest) -> tuple[str, str]:
    """First and last name; Zoom shows both with a blank between them.

    A first name is obligatory: a guest without any is shown by his id.
    """
    shown = "".join(c if c.isprintable() else " " for c in guest.name).split()
    first, *rest = shown or [guest.id]
    return first[:_LONGEST_NAME], " ".join(rest)[:_LONGEST_NAME]
