"""How a promised length is divided."""

import pytest

from orchestrator.stage.lengths import lengths
from tests.orchestrator.stage.rundowns import BREAK, DISCUSSION, INVITED, TALK, minutes


@pytest.mark.parametrize(
    ("kind", "promised", "talk", "questions"),
    [
        (TALK, 15, 12, 3),
        (TALK, 4, 4, 0),
        (TALK, 5, 4, 1),
        (INVITED, 30, 25, 5),
        (INVITED, 60, 55, 5),
        (BREAK, 15, 15, 0),
        (DISCUSSION, 30, 30, 0),
    ],
)
def test_talks_have_questions(kind, promised, talk, questions):
    assert lengths(kind, minutes(promised)) == (minutes(talk), minutes(questions))
