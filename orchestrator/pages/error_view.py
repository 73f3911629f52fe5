"""Values of the pages that say why something is not to be had.

The fact as title, one line that helps, one button; nothing of the request is
repeated, so that a refused link looks the same whatever was wrong with it.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from orchestrator.pages.frame import Frame
from orchestrator.pages.words import words


def say(phrase: str) -> str:
    """Marks a phrase for the catalogue; it is translated where it is used."""
    return phrase


_PHRASES = {
    401: (
        say("We do not know you yet"),
        say("Open your personal link: it is in the message you received."),
    ),
    403: (
        say("This page is not open to you"),
        say("It is kept for those who run the meeting."),
    ),
    405: (
        say("This address is not opened that way"),
        say("Nothing has been changed. Go back to the page you came from."),
    ),
    404: (
        say("This page does not exist"),
        say("The address may be incomplete, or the page may have moved."),
    ),
    409: (
        say("This is not possible at the moment"),
        say("Nothing has been changed."),
    ),
    422: (
        say("We did not understand this request"),
        say("Nothing has been changed."),
    ),
    429: (
        say("Too many requests at once"),
        say("Wait a minute, then try again."),
    ),
    503: (
        say("The service does not answer at the moment"),
        say("Your seat and your link are safe. Try again in a minute."),
    ),
}
# By the name of the problem, where the status alone says too little.
_NAMED = {
    "talk-withdrawn": (
        say("This talk has been withdrawn"),
        say("The programme of the meeting no longer holds it."),
    ),
    "session-withdrawn": (
        say("This session has been withdrawn"),
        say("The programme of the meeting no longer holds this session."),
    ),
    "not-known": _PHRASES[401],
    "no-such-feed": (
        say("This calendar address does not work"),
        say("It is incomplete, or was changed. The present one is on your own page."),
    ),
    "no-such-entry": (
        say("This calendar file does not exist"),
        say("The pages of the programme lead to those that do."),
    ),
    "no-such-track": (
        say("This calendar file does not exist"),
        say("The pages of the programme lead to those that do."),
    ),
    "unknown-kind": (
        say("This calendar file does not exist"),
        say("The pages of the programme lead to those that do."),
    ),
    "no-feed-key": (
        say("You have no calendar of your own yet"),
        say("Create it on your own page."),
    ),
    "no-such-alarm": (
        say("There is no such reminder"),
        say("Choose one of those on your own page."),
    ),
}
_OTHERWISE = (
    say("Something went wrong on our side"),
    say("Your seat and your link are safe. The fault has been noted."),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorPage:
    """``detail`` is for the person, in English (``lang="en"`` marks it)."""

    template: ClassVar[str] = "error.html"

    frame: Frame
    status: int
    title: str
    text: str
    detail: str
    href: str
    label: str


def refused_link_page(*, now: datetime, language: str) -> ErrorPage:
    """The one answer (403) to every personal link that is not valid."""
    say = words(language).gettext
    return _page(
        now,
        language,
        status=403,
        title=say("This link does not work."),
        text=say("It is incomplete, expired or replaced.")
        + " "
        + say("The organisers can send you a new one."),
    )


def named_page(
    slug: str, status: int, *, now: datetime, language: str
) -> ErrorPage | None:
    """The page of the problem called ``slug``, None if it has none of its own."""
    if slug not in _NAMED:
        return None
    title, text = map(words(language).gettext, _NAMED[slug])
    return _page(now, language, status=status, title=title, text=text)


def error_page(
    status: int, *, now: datetime, language: str, detail: str = "", again: str = ""
) -> ErrorPage:
    """The page of an HTTP ``status``; one that is not known reads as 500.

    ``again`` is the address to try once more (for 429 and 503), ``detail`` the
    explanation of an expected error.
    """
    title, text = _texts(language, status)
    return _page(
        now,
        language,
        status=status,
        title=title,
        text=text,
        detail=detail if status in (409, 422, 429) else "",
        again=again,
    )


def _texts(language: str, status: int) -> tuple[str, str]:
    """The fact and the help for ``status``."""
    say = words(language).gettext
    fact, help_ = _PHRASES.get(status, _OTHERWISE)
    return say(fact), say(help_)


def _page(
    now: datetime,
    language: str,
    *,
    status: int,
    title: str,
    text: str,
    detail: str = "",
    again: str = "",
) -> ErrorPage:
    say = words(language).gettext
    return ErrorPage(
        frame=Frame(language=language, title=title.rstrip("."), now=now),
        status=status,
        title=title.rstrip("."),
        text=text,
        detail=detail,
        href=again or "/",
        label=say("Try again") if again else say("See the meetings"),
    )
