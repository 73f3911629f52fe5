"""What a desk answers to a press that was not simply carried out."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from orchestrator.errors import NotFound, OrchestratorError
from orchestrator.ids import TalkId
from orchestrator.pages.stage_names import (
    Names,
    breaching,
    breaching_button,
    has_just,
)
from orchestrator.pages.stage_press import Press
from orchestrator.pages.stage_view import Banner
from orchestrator.pages.times import Times, capital
from orchestrator.pages.words import words
from orchestrator.stage.model import Breach, Record
from orchestrator.stage.schemas import Action


def say(phrase: str) -> str:
    """Marks a phrase for the catalogue; it is translated where it is used."""
    return phrase


_REASONS = frozenset(
    (
        say("Another one is next now: look at the running order."),
        say("It has no time for questions."),
        say("It is answered by now. Reopen it first."),
        say("It is removed by now. Reopen it first."),
        say("It has to last from 1 to 240 minutes."),
        say("It is in that session already: move it there."),
        say("It stands there already."),
        say("It would have ended already: finish it instead."),
        say("No such talk in this session: look at the running order as it is now."),
        say("Nothing has ended yet: undo takes a start back."),
        say("Nothing is on and nothing is to come."),
        say("Nothing is on and nothing is to come: nothing to re-time."),
        say("Nothing is on: say which talk."),
        say("Nothing is on: there is nothing to finish."),
        say("Nothing is to come: insert or restore something first."),
        say("Nothing is to come: look at the running order."),
        say("Nothing was pressed that could be taken back."),
        say("Say by how many minutes."),
        say("That one has been given; undo takes its end back."),
        say("That one is not skipped."),
        say("That one is on: finish it first, or press back."),
        say("That one is skipped: restore it first."),
        say("A talk stands twice in that order: name each once."),
        say("That order leaves a talk out: name all that are to come."),
        say("That order names a talk that is not to come in this session."),
        say("That proposal is out of date: look at the one shown now."),
        say("The other session has gone on since: move the talk back instead."),
        say("The programme was imported again since then: put it right by hand."),
        say("There is nothing to re-time: all is near what is promised."),
        say("They stand in that order already."),
        say("Write a text or choose a card: one of the two."),
        say("No speaker is on or to come."),
        say("Ask a chair of the session that is under way there."),
        say("It was lowered, or the person has left."),
        say("Its video room does not record when told to."),
        say("It was started already."),
        say("It has ended, or was never started."),
        say("Nothing has changed. Please try again."),
        say("Please try again in a minute."),
    )
)
"""What the rules say."""

_FIGURES = (
    say("It has %(n)s characters. Say it in %(most)s."),
    say(
        "The session would last until %(at)s of the next day: shorten or skip "
        "something first."
    ),
)
"""What they say with figures in it."""

_GONE = say("It is not there any more. This is how it stands now.")
"""Of a question, a message or a talk of somewhere else, which are named by their ids."""

_PLACE = re.compile(r"%\\\((\w+)\\\)s")
_PATTERNS = tuple(
    (phrase, re.compile(_PLACE.sub(r"(?P<\1>[0-9:]+)", re.escape(phrase))))
    for phrase in _FIGURES
)


def stale_banner(since: Sequence[Record], names: Names) -> Banner:
    """Somebody pressed first: who did what; ``since`` is newest first."""
    gettext = words(names.language).gettext
    return Banner(
        level="warn",
        title=f"{has_just(since[0], names)}."
        if since
        else gettext("The running order has changed."),
        text=gettext("Your action was not applied. This is how it stands now."),
    )


def breach_banner(
    action: Action, facts: Mapping[str, object], names: Names, times: Times
) -> Banner:
    """What ``action`` would move, and the button that means it."""
    breaches = tuple(_breaches(facts))
    meant = action.model_copy(update={"breach": True})
    return Banner(
        level="over",
        title=f"{capital(breaching(breaches, names, times))}.",
        text=words(names.language).gettext("Nothing has been changed yet."),
        again=Press(
            label=breaching_button(breaches, names, times),
            act=meant.model_dump_json(exclude_none=True),
            key="a",
        ),
    )


def refused_banner(error: OrchestratorError, language: str) -> Banner:
    """It cannot be done, and why; in English where the reason is not known here."""
    gettext = words(language).gettext
    text = _reason(error, language)
    return Banner(
        level="warn",
        title=gettext("Your action was not applied."),
        text=text or error.detail,
        lang="" if text or language == "en" else "en",
    )


def _reason(error: OrchestratorError, language: str) -> str:
    """Why, in ``language``; empty where nobody has translated it."""
    gettext, detail = words(language).gettext, error.detail
    if detail in _REASONS:
        return gettext(detail)
    for phrase, pattern in _PATTERNS:
        if found := pattern.fullmatch(detail):
            return gettext(phrase) % found.groupdict()
    return gettext(_GONE) if isinstance(error, NotFound) else ""


def _breaches(facts: Mapping[str, object]) -> list[Breach]:
    """The breaches that a refusal names."""
    told = facts.get("breaches")
    return [
        Breach(
            talk=TalkId(one["talk"]) if one["talk"] is not None else None,
            was=datetime.fromisoformat(one["was"]),
            now=datetime.fromisoformat(one["now"]),
        )
        for one in (told if isinstance(told, list) else [])
    ]
