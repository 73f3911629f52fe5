"""What is wrong with a YAML programme, in words for the person who wrote it."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from orchestrator.programme.importers import yaml_schema as schema
from orchestrator.programme.importers.errors import UnreadableProgramme
from orchestrator.programme.importers.yaml_nodes import Path, Source

# More than a screen of complaints helps nobody: mend these, and read again.
_MOST = 20

_ENTRIES: dict[str, type[schema.Entry]] = {
    "": schema.ProgrammeEntry,
    "call": schema.CallEntry,
    "doors": schema.DoorsEntry,
    "links": schema.LinkEntry,
    "registered": schema.RegisteredEntry,
    "sections": schema.SectionEntry,
    "sessions": schema.SessionEntry,
    "talks": schema.TalkEntry,
    "themes": schema.ThemeEntry,
    **dict.fromkeys(
        ("organisers", "invited", "chair", "chairs", "speaker", "speakers"),
        schema.PersonEntry,
    ),
    **dict.fromkeys(("slides", "video", "preprint", "references"), schema.AddressEntry),
}

# Keys that a French organiser, or one used to another format, writes first.
_ALSO_CALLED = {
    "adresse": "url",
    "annonce": "announcement",
    "après": "after",
    "auteurs": "coauthors",
    "avant": "before",
    "capacité": "capacity",
    "debut": "starts",
    "duration": "minutes",
    "durée": "minutes",
    "début": "starts",
    "end": "ends",
    "fin": "ends",
    "fuseau": "zone",
    "horaire": "window",
    "horaires": "window",
    "lang": "language",
    "langue": "language",
    "lieu": "place",
    "length": "minutes",
    "mail": "email",
    "nom": "name",
    "orateur": "speaker",
    "orateurs": "speakers",
    "organisateurs": "organisers",
    "exposés": "talks",
    "portes": "doors",
    "président": "chair",
    "présidente": "chair",
    "réseau": "network",
    "résumé": "abstract",
    "salle": "room",
    "start": "starts",
    "thèmes": "themes",
    "time": "window",
    "timezone": "zone",
    "titre": "title",
    "type": "kind",
    "vidéo": "video",
}

_PLAINLY = {
    "dict_type": "A block of `key: value` lines belongs here.",
    "int_from_float": "Write a whole number.",
    "int_parsing": "Write a whole number.",
    "int_type": "Write a whole number.",
    "mapping_type": "A block of `key: value` lines belongs here.",
    "model_type": "A block of `key: value` lines belongs here.",
    "string_too_short": "Something must be written here.",
    "string_type": "A text belongs here, not a list or a block; quote it if it has"
    " “: ” or brackets inside.",
    "too_long": "Write two days at most, the first and the last.",
    "tuple_type": "A list belongs here: each item on a line that starts with `- `.",
}


@dataclass(frozen=True, slots=True)
class Complaint:
    """What is wrong at ``path``, and what to do about it."""

    path: Path
    text: str


def unreadable(source: Source, complaints: Iterable[Complaint]) -> UnreadableProgramme:
    """One error that lists ``complaints`` in the order of the lines."""
    found = sorted(
        {
            (source.line(one.path), _field(source, one.path), one.text)
            for one in complaints
        }
    )
    said = [f"Line {line}, {name}: {text}" for line, name, text in found[:_MOST]]
    if len(found) > _MOST:
        said.append(f"… and {len(found) - _MOST} more.")
    return UnreadableProgramme("\n".join(said), line=found[0][0])


def complaints_of(error: ValidationError) -> list[Complaint]:
    """What pydantic found, in plain words."""
    return [
        Complaint(tuple(found["loc"]), _plainly(found))
        for found in error.errors(include_url=False)
    ]


def _field(source: Source, path: Path) -> str:
    """The last key of ``path`` that is written in the source."""
    keys = [part for part in source.nearest(path) if isinstance(part, str)]
    return keys[-1] if keys else "programme"


def _plainly(found: ErrorDetails) -> str:
    """One sentence on what was found and what to write instead."""
    kind, place = found["type"], found["loc"]
    if kind == "extra_forbidden":
        return _unknown_key(place)
    if kind == "missing":
        return f"`{place[-1]}` is missing; add a line `{place[-1]}: …`."
    if kind == "enum":
        allowed = str(found["ctx"]["expected"]).replace("'", "").replace(" or ", ", ")
        return f"“{found['input']}” is not possible; write one of {allowed}."
    if kind == "value_error":
        return str(found["ctx"]["error"])
    if found["input"] is None:
        return "Nothing is written here; fill it in or take the line out."
    return _PLAINLY.get(kind, f"{found['msg']}.")


def _unknown_key(place: Path) -> str:
    key = str(place[-1])
    owner = next((part for part in reversed(place[:-1]) if isinstance(part, str)), "")
    known = list(_ENTRIES[owner].model_fields)
    also = _ALSO_CALLED.get(key.lower(), "")
    near = [also] if also in known else get_close_matches(key, known, n=1)
    if near:
        return f"There is no such key; did you mean `{near[0]}`?"
    return f"There is no such key; possible are {', '.join(known)}."
