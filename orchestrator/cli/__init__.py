"""The command line: what an organiser and an administrator type."""

from orchestrator.cli.main import main

__all__ = ["main"]
