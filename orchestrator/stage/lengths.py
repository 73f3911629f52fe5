"""How a cue's promised length is divided, as long as no chair says otherwise."""

from datetime import timedelta

from orchestrator.programme.model import Kind

QUESTIONS_AT_MOST = timedelta(minutes=5)
_SHARE = 5
_MINUTE = timedelta(minutes=1)


def lengths(kind: Kind, promised: timedelta) -> tuple[timedelta, timedelta]:
    """Talk time and question time of a cue that was promised so long.

    The questions to a talk have a fifth of it, in whole minutes and at most five
    (15 min are 12 and 3); a break or a discussion has none.
    """
    if not kind.is_talk:
        return promised, timedelta()
    questions = min(promised // _SHARE // _MINUTE * _MINUTE, QUESTIONS_AT_MOST)
    return promised - questions, questions
