"""What a chair may ask for, as JSON and as the fields of a form: ``do`` names it."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter

from orchestrator.ids import SessionId, TalkId

MOST_MINUTES = 240


class _Action(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Breaching(_Action):
    breach: bool = False
    """Said yes to moving an invited talk or the end of the session."""


class Start(_Breaching):
    """Bring ``talk`` on (the next one without it); what is live ends."""

    do: Literal["start"]
    talk: TalkId | None = None


class Next(_Breaching):
    """End what is live and bring the next one on; after the last one, only end."""

    do: Literal["next"]
    talk: TalkId | None = None
    """The one that the chair saw as next: another one is refused."""


class Finish(_Action):
    """End what is live; nobody is on."""

    do: Literal["finish"]


class Back(_Action):
    """Take back the start of what is live, and have the one before it on again, as
    if it had never ended.
    """

    do: Literal["back"]


class Skip(_Action):
    """``talk`` is not given: its speaker is missing."""

    do: Literal["skip"]
    talk: TalkId


class Restore(_Breaching):
    """A skipped ``talk`` is to be given after all, in its place in the order."""

    do: Literal["restore"]
    talk: TalkId


class Move(_Breaching):
    """``talk`` by so many places among those to come; negative is earlier."""

    do: Literal["move"]
    talk: TalkId
    by: Annotated[int, Field(ge=-500, le=500)]


class Order(_Breaching):
    """All that are to come, in this order (from dragging)."""

    do: Literal["order"]
    talks: Annotated[list[TalkId], Field(max_length=500)]


class Transfer(_Breaching):
    """``talk`` to the end of ``session``, another one of the event."""

    do: Literal["transfer"]
    talk: TalkId
    session: SessionId


class Insert(_Breaching):
    """A break or discussion of so many minutes, before ``before`` (None: last)."""

    do: Literal["insert"]
    kind: Literal["break", "discussion"]
    minutes: Annotated[int, Field(ge=1, le=MOST_MINUTES)]
    before: TalkId | None = None


class Extend(_Action):
    """``talk`` (what is live without it) has so many minutes more; negative: less."""

    do: Literal["extend"]
    minutes: Annotated[int, Field(ge=-MOST_MINUTES, le=MOST_MINUTES)]
    talk: TalkId | None = None


class PutQuestionsOff(_Action):
    """The questions to ``talk`` (what is live without it) come later, by writing."""

    do: Literal["put-questions-off"]
    talk: TalkId | None = None


class Accept(_Breaching):
    """Carry out the proposal that was shown for this end of what is live."""

    do: Literal["accept"]
    until: AwareDatetime


class Refuse(_Action):
    """Leave what is promised as it is, and propose nothing until it is two minutes
    worse.
    """

    do: Literal["refuse"]
    until: AwareDatetime


class Undo(_Action):
    """Take back the last press that stands, whoever made it."""

    do: Literal["undo"]


Action = Annotated[
    Start
    | Next
    | Finish
    | Back
    | Skip
    | Restore
    | Move
    | Order
    | Transfer
    | Insert
    | Extend
    | PutQuestionsOff
    | Accept
    | Refuse
    | Undo,
    Field(discriminator="do"),
]

ACTION: TypeAdapter[Action] = TypeAdapter(Action)


class CueState(BaseModel):
    """One cue; moments of the event, lengths in seconds."""

    talk: TalkId
    kind: str
    title: str
    speakers: list[str]
    state: str
    starts: datetime
    ends: datetime
    talk_seconds: int
    question_seconds: int
    actual_starts: datetime | None
    actual_ends: datetime | None
