"""Errors the service can explain to a person.

* OrchestratorError
  - NotFound      the thing named does not exist            -> 404
  - Denied        it exists, but not for this caller        -> 403
  - Conflict      the request is sound, the moment is not   -> 409
  - Invalid       the request itself cannot be understood   -> 422
  - TooOften      sound, but more than one person may ask   -> 429
  - Unavailable   someone else's server did not answer      -> 503

A feature subclasses one of the six kinds and sets ``slug`` and ``title``.
No class here knows HTTP: the numbers above live in ``web/problem.py``.
Anything that is not an OrchestratorError is a bug and ends as a 500.
"""

from typing import ClassVar


class OrchestratorError(Exception):
    """Base of every expected failure.

    ``detail`` is shown to the person who asked, so it names what they can do
    about it. ``facts`` go into the problem document as extension members.
    """

    slug: ClassVar[str]
    title: ClassVar[str]

    def __init__(self, detail: str, **facts: object) -> None:
        super().__init__(detail)
        self.detail = detail
        self.facts = facts


class NotFound(OrchestratorError):
    """The thing named does not exist."""


class Denied(OrchestratorError):
    """The thing exists, but not for this caller."""


class Conflict(OrchestratorError):
    """The request is sound, the moment is not."""


class Invalid(OrchestratorError):
    """The request itself cannot be understood."""


class TooOften(OrchestratorError):
    """The request is sound, but the same person has asked too much.

    ``again``: seconds after which it may be tried; None where waiting does not help.
    """

    def __init__(
        self, detail: str, *, again: float | None = None, **facts: object
    ) -> None:
        super().__init__(detail, **facts)
        self.again = again


class Unavailable(OrchestratorError):
    """Someone else's server did not answer."""
