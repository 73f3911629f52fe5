"""Who may do what on a stage: of which talk, of which session."""

from orchestrator.access.model import Identity, Role, allows
from orchestrator.errors import Denied
from orchestrator.ids import SessionId, TalkId
from orchestrator.programme.errors import NoSuchSession, NoSuchTalk
from orchestrator.programme.model import Event, TimedSession
from orchestrator.stage.errors import ChairsOnly


class NotOfThisMeeting(Denied):
    """Somebody of another meeting, or of none any more."""

    slug = "not-of-this-meeting"
    title = "This is for people of the meeting"


class SpeakersOnly(Denied):
    """Somebody who is not a speaker of that talk."""

    slug = "speakers-only"
    title = "This is for the speaker of the talk"


def session_of(event: Event, talk: TalkId) -> TimedSession:
    """The session that holds ``talk`` now; raises ``NoSuchTalk``."""
    for timed in event.timetable.sessions:
        if any(slot.talk.id == talk for slot in timed.slots):
            return timed
    raise NoSuchTalk(
        f"{event.slug} has no talk {talk!a}. The programme names its talks."
    )


def session_named(event: Event, session: SessionId) -> TimedSession:
    """The session of that id; raises ``NoSuchSession``."""
    for timed in event.timetable.sessions:
        if timed.session.id == session:
            return timed
    raise NoSuchSession(f"{event.slug} has no session {session!a}.")


def check_person(event: Event, who: Identity) -> None:
    """Refuse who is not of ``event``."""
    if who.event != event.id:
        raise NotOfThisMeeting("Open your personal link of this meeting.")


def chairs(event: Event, who: Identity, session: SessionId) -> bool:
    """Whether ``who`` chairs ``session``; organisers chair every one."""
    return who.event == event.id and allows(who, Role.CHAIR, session=session)


def speaks(event: Event, who: Identity, talk: TalkId) -> bool:
    """Whether ``who`` is a speaker of ``talk``."""
    return who.event == event.id and allows(who, Role.SPEAKER, talk=talk)


def check_chair(event: Event, who: Identity, session: SessionId) -> None:
    """Refuse who does not chair ``session``."""
    if not chairs(event, who, session):
        raise ChairsOnly("Ask the chair of that session, or an organiser.")


def check_speaker(event: Event, who: Identity, talk: TalkId) -> None:
    """Refuse who is not a speaker of ``talk``."""
    if not speaks(event, who, talk):
        raise SpeakersOnly("Open the personal link that its speaker received.")
