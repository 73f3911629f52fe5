"""Addresses on the web that somebody wrote by themselves, not in a text."""

from urllib.parse import urlsplit

from orchestrator.programme.importers.links import absolute


def address(text: str) -> str:
    """``text`` as an http or https address; https when no scheme is written.

    Raises ``ValueError``, with a sentence on what to write, for anything else.
    """
    found = absolute(text)
    try:
        is_address = bool(urlsplit(found).hostname) and not any(map(str.isspace, found))
    except ValueError:
        is_address = False
    if not is_address:
        raise ValueError(
            f"“{text}” is no address; write it as https://example.org/talk.pdf."
        )
    return found
