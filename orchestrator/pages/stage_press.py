"""What a button of the desk says and sends."""

import json
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """A button: what it says, under that in small, and the action that it sends.

    ``name`` is said instead of ``label`` where one label stands on many buttons,
    ``key`` presses it, and ``why`` is set where it cannot be pressed now.
    """

    label: str
    small: str = ""
    act: str = ""
    name: str = ""
    key: str = ""
    why: str = ""


def act(do: str, **facts: object) -> str:
    """An action as a button sends it."""
    return json.dumps({"do": do, **facts}, separators=(",", ":"))
