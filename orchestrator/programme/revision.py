"""Importing again: what is the same, what changed, what identity it has.

``pair`` finds the former self of each talk and session, ``compare`` says what
storing would change, ``lines`` says it in words, ``advance`` gives identities.
"""

from orchestrator.programme.advance import advance
from orchestrator.programme.change import (
    Change,
    FactChange,
    SessionChange,
    TalkChange,
    TalkPlace,
)
from orchestrator.programme.compare import compare
from orchestrator.programme.pairing import pair
from orchestrator.programme.telling import lines

__all__ = [
    "Change",
    "FactChange",
    "SessionChange",
    "TalkChange",
    "TalkPlace",
    "advance",
    "compare",
    "lines",
    "pair",
]
