"""The project's own format, as it is checked and as editors know it.

One class for each block that a programme is written in; a field's description
is what an editor shows. ``docs/programme-format.md`` explains the same to people.
"""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    NonNegativeInt,
    model_validator,
)
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from orchestrator.programme.importers import moments
from orchestrator.programme.importers.addresses import address
from orchestrator.programme.importers.yaml_words import (
    Written,
    door,
    identity,
    language,
    length,
    mail,
    named,
    names,
    slug,
    zone,
)
from orchestrator.programme.model import DOORS_AT_MOST, Kind, LinkKind, Person

Item = TypeVar("Item")

Day = Annotated[date, Written(moments.day, examples=["2021-06-28"])]
Clock = Annotated[time, Written(moments.clock, examples=["16:00"])]
Window = Annotated[tuple[time, time], Written(moments.window, examples=["10:00-12:00"])]
Moment = Annotated[
    datetime | moments.LocalTime,
    Written(moments.moment, examples=["10:30", "2021-06-28 10:30"]),
]
Length = Annotated[
    timedelta, Written(length, type=["integer", "string"], examples=[20])
]
DoorLength = Annotated[
    timedelta,
    Written(
        door,
        type=["integer", "string"],
        minimum=0,
        maximum=DOORS_AT_MOST // timedelta(minutes=1),
        examples=[20],
    ),
]
Address = Annotated[str, Written(address, examples=["https://example.org/talk.pdf"])]
Mail = Annotated[str, Written(mail, examples=["someone@example.org"])]
Zone = Annotated[str, Written(zone, examples=["Europe/Paris"])]
Language = Annotated[str, Written(language, examples=["fr", "en"])]
Slug = Annotated[str, Written(slug, examples=["theorie-du-deep-learning"])]
Identity = Annotated[str, Written(identity)]


class _OneOrMany:
    """Lets one item stand without a list around it."""

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        many = handler(schema)
        return {"anyOf": [many["items"], many]}


def _listed(value: object) -> object:
    return value if isinstance(value, list) else [value]


Several = Annotated[tuple[Item, ...], BeforeValidator(_listed), _OneOrMany()]


class Entry(BaseModel):
    """A block of ``key: value`` lines; a key left empty counts as not written."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _without_empty(cls, value: object) -> object:
        if not isinstance(value, Mapping):
            return value
        return {key: held for key, held in value.items() if held is not None}


class WordEntry(Entry):
    """A block that may be shortened to one text."""

    @classmethod
    def _of_text(cls, text: str) -> Mapping[str, object]:
        raise NotImplementedError

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: object) -> object:
        return cls._of_text(value) if isinstance(value, str) else value

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {"anyOf": [{"type": "string"}, handler(schema)]}


class PersonEntry(WordEntry):
    """A person: `Name`, `Name (Affiliation)`, or a block."""

    name: str = Field(min_length=1)
    affiliation: str = ""
    email: Mail = ""
    zone: Zone = Field("", description="Where the person is, when far away")
    hours: Window | None = Field(
        None, description="The hours, in the person's own zone, to speak at"
    )

    @classmethod
    def _of_text(cls, text: str) -> Mapping[str, object]:
        return named(text)

    def person(self) -> Person:
        return Person(
            name=self.name,
            affiliation=self.affiliation,
            email=self.email,
            zone=self.zone,
            hours=self.hours or (),
        )


class AddressEntry(WordEntry):
    """An address on the web, with a label or without."""

    url: Address
    label: str = ""

    @classmethod
    def _of_text(cls, text: str) -> Mapping[str, object]:
        return {"url": text}


class LinkEntry(AddressEntry):
    """An address and what it leads to."""

    kind: LinkKind = LinkKind.REFERENCE


class ThemeEntry(WordEntry):
    code: str = ""
    name: str

    @classmethod
    def _of_text(cls, text: str) -> Mapping[str, object]:
        return {"name": text}


class RegisteredEntry(Entry):
    """How many people the source says are registered."""

    members: NonNegativeInt = 0
    non_members: NonNegativeInt = 0
    unknown: NonNegativeInt = 0


class CallEntry(WordEntry):
    """Call for contributions."""

    text: str
    deadline: Day | None = None

    @classmethod
    def _of_text(cls, text: str) -> Mapping[str, object]:
        return {"text": text}


class SectionEntry(Entry):
    """Anything else that the page shows."""

    title: str
    text: str = ""


class TalkEntry(WordEntry):
    """A talk, a break or a discussion; only a title, when that is all."""

    id: Identity = Field("", description="Given by the service; leave it as it is")
    title: str = Field("", description="Empty while it is to be announced")
    kind: Kind = Kind.CONTRIBUTED
    speaker: Several[PersonEntry] = ()
    speakers: Several[PersonEntry] = ()
    coauthors: Annotated[Several[str], BeforeValidator(names)] = ()
    abstract: str = Field("", description="Markdown")
    slides: Several[AddressEntry] = ()
    video: Several[AddressEntry] = ()
    preprint: Several[AddressEntry] = ()
    references: Several[AddressEntry] = ()
    links: Several[LinkEntry] = ()
    language: Language = ""
    track: str = ""
    minutes: Length | None = Field(None, description="Length; chosen when missing")
    starts: Moment | None = Field(None, description="Chosen when missing")
    ends: Moment | None = None
    not_before: Clock | None = Field(
        None, description="Earliest time, in the meeting's zone"
    )

    @classmethod
    def _of_text(cls, text: str) -> Mapping[str, object]:
        return {"title": text}


class DoorsEntry(Entry):
    """When people are let in, in minutes."""

    before: DoorLength | None = Field(None, description="Open before the start; 15")
    after: DoorLength | None = Field(None, description="Close after the end; 30")


class SessionEntry(Entry):
    """A block of talks with a window, a room and chairs."""

    id: Identity = Field("", description="Given by the service; leave it as it is")
    title: str | None = None
    date: Day | None = Field(None, description="For a meeting of several days")
    window: Window | None = None
    starts: Moment | None = Field(None, description="Instead of a window")
    ends: Moment | None = None
    room: str = ""
    doors: DoorsEntry = Field(
        DoorsEntry(), description="Those of the meeting when missing"
    )
    chair: Several[PersonEntry] = ()
    chairs: Several[PersonEntry] = ()
    talks: tuple[TalkEntry, ...] = ()


def _coded(value: object) -> object:
    if not isinstance(value, dict):
        return value
    return [{"code": code, "name": name} for code, name in value.items()]


class _Coded:
    """Lets themes be written as ``CODE: name`` lines."""

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        codes = {"type": "object", "additionalProperties": {"type": "string"}}
        return {"anyOf": [codes, handler(schema)]}


class ProgrammeEntry(Entry):
    """A meeting."""

    title: str = Field(min_length=1)
    slug: Slug = Field("", description="Its place in the address: /e/slug")
    zone: Zone = Field("", description="IANA time zone; Europe/Paris when missing")
    language: Language = Field("fr", description="Language of the meeting's page")
    date: Day | None = Field(None, description="The day of a meeting of one day")
    dates: Annotated[Several[Day], Field(max_length=2)] = Field(
        (), description="First and last day"
    )
    place: str = ""
    network: str = Field("", description="Who publishes the meeting")
    summary: str = Field("", description="Markdown, at the top of the page")
    themes: Annotated[tuple[ThemeEntry, ...], BeforeValidator(_coded), _Coded()] = ()
    capacity: int | None = Field(
        None, gt=0, le=1_000_000, description="Places in the room"
    )
    registered: RegisteredEntry | None = None
    announcement: str = Field("", description="Markdown")
    topics: Several[str] = ()
    call: CallEntry | None = None
    organisers: Several[PersonEntry] = ()
    invited: Several[PersonEntry] = ()
    changeover: Length = Field(timedelta(), description="Minutes between two talks")
    doors: DoorsEntry = Field(
        DoorsEntry(), description="Of the sessions that say nothing else"
    )
    sessions: tuple[SessionEntry, ...] = ()
    talks: tuple[TalkEntry, ...] = Field(
        (), description="Talks that the timetable spreads over the sessions"
    )
    sections: tuple[SectionEntry, ...] = ()


class _Plain(GenerateJsonSchema):
    """Without titles that repeat the keys; a key may be left empty."""

    def field_title_should_be_set(
        self, schema: Any
    ) -> bool:  # Any: pydantic's union of schemas is not public
        return False

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        made = super().model_schema(schema)
        del made["title"]
        for key in made["properties"].keys() - made.get("required", ()):
            made["properties"][key] = _optional(made["properties"][key])
        return made


def _optional(schema: JsonSchemaValue) -> JsonSchemaValue:
    about = {"description": schema["description"]} if "description" in schema else {}
    bare = {
        key: held
        for key, held in schema.items()
        if key not in {"description", "default"}
    }
    empty = {"type": "null"}
    kinds = [kind for kind in bare.get("anyOf", [bare]) if kind != empty]
    return {**about, "anyOf": [*kinds, empty]}


def programme_schema() -> dict[str, Any]:
    """JSON Schema of the format, for editors; kept in ``schema/``."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Programme",
        **ProgrammeEntry.model_json_schema(schema_generator=_Plain),
    }
