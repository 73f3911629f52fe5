"""What is asked of the turnstile, and what it answers."""

from dataclasses import dataclass

from orchestrator.access.service import Browser
from orchestrator.admission.model import (
    Seat,
    Standing,
    Terms,
    Visitor,
    Waiting,
    Why,
)
from orchestrator.ids import RegistrantId, RoomId

Beat = tuple[RoomId, RegistrantId, str]
"""A sign of life: in which room, whose, on which device."""

Page = tuple[RoomId, RegistrantId, str]
"""A page: of which room, whose, on which device."""

Guest = tuple[RoomId, RegistrantId]
"""Somebody in a room, by its provider's word."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Press:
    """Somebody wants to be in ``room``. ``take_over``: he said to continue here.

    ``browser`` is to be known from now on, in the same transaction.
    """

    terms: Terms
    room: RoomId
    who: Visitor
    take_over: bool = False
    browser: Browser | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Leave:
    """Somebody gives up every seat and place that he has."""

    terms: Terms
    registrant: RegistrantId
    why: Why = Why.LEFT
    by: RegistrantId | None = None
    """Who sent him out; then he stays out."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Signs:
    """Devices that gave a sign of life, and those whose page was closed; who is in a
    room, and who has gone from it, whatever his page says.
    """

    terms: Terms
    beats: tuple[Beat, ...] = ()
    closed: tuple[Page, ...] = ()
    inside: tuple[Guest, ...] = ()
    gone: tuple[Guest, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Tidy:
    """Let lapsed seats go and those who wait in."""

    terms: Terms


Order = Press | Leave | Signs | Tidy


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came of a press."""

    standing: Standing
    seat: Seat | None = None
    waiting: Waiting | None = None
