"""Composition root: the only place that knows every part."""

from orchestrator.app.answering import serving, sharing
from orchestrator.app.application import build_app
from orchestrator.app.wiring import open_services, prepare_database, wire

__all__ = [
    "build_app",
    "open_services",
    "prepare_database",
    "serving",
    "sharing",
    "wire",
]
