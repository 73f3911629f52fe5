"""What roles allow."""

import pytest

from orchestrator.access.model import Grant, Identity, Role, allows, foremost
from orchestrator.ids import EventId, RegistrantId, SessionId, TalkId

ONE, OTHER = SessionId("ses1"), SessionId("ses2")
MINE, HERS = TalkId("tlk1"), TalkId("tlk2")


def somebody(*grants):
    return Identity(
        registrant=RegistrantId("reg"),
        event=EventId("evt"),
        name="Ada",
        version=1,
        grants=grants,
    )


ORGANISER = somebody(Grant(Role.ORGANISER))
CHAIR = somebody(Grant(Role.CHAIR, session=ONE))
CHAIR_OF_ALL = somebody(Grant(Role.CHAIR))
SPEAKER = somebody(Grant(Role.SPEAKER, talk=MINE))
SPEAKER_OF_NOTHING = somebody(Grant(Role.SPEAKER))
PLAIN = somebody()


@pytest.mark.parametrize(
    ("who", "role", "where", "allowed"),
    [
        (PLAIN, Role.REGISTRANT, {}, True),
        (PLAIN, Role.SPEAKER, {}, False),
        (PLAIN, Role.CHAIR, {}, False),
        (PLAIN, Role.ORGANISER, {}, False),
        (SPEAKER, Role.SPEAKER, {}, True),
        (SPEAKER, Role.SPEAKER, {"talk": MINE}, True),
        (SPEAKER, Role.SPEAKER, {"talk": HERS}, False),
        (SPEAKER, Role.CHAIR, {}, False),
        (SPEAKER_OF_NOTHING, Role.SPEAKER, {}, True),
        (SPEAKER_OF_NOTHING, Role.SPEAKER, {"talk": MINE}, False),
        (CHAIR, Role.CHAIR, {}, True),
        (CHAIR, Role.CHAIR, {"session": ONE}, True),
        (CHAIR, Role.CHAIR, {"session": OTHER}, False),
        (CHAIR, Role.ORGANISER, {}, False),
        (CHAIR, Role.SPEAKER, {"talk": MINE}, False),
        (CHAIR_OF_ALL, Role.CHAIR, {"session": OTHER}, True),
        (ORGANISER, Role.ORGANISER, {}, True),
        (ORGANISER, Role.CHAIR, {"session": OTHER}, True),
        (ORGANISER, Role.SPEAKER, {"talk": MINE}, False),
    ],
)
def test_who_may_act_as_what(who, role, where, allowed):
    assert allows(who, role, **where) is allowed


def test_the_foremost_role_is_the_one_shown():
    both = somebody(Grant(Role.SPEAKER, talk=MINE), Grant(Role.CHAIR, session=ONE))

    assert both.role is Role.CHAIR
    assert both.roles == {Role.REGISTRANT, Role.SPEAKER, Role.CHAIR}
    assert (PLAIN.role, PLAIN.staff) == (Role.REGISTRANT, False)
    assert foremost(ORGANISER.grants) is Role.ORGANISER
