"""The values of the YAML format that are read from one text.

Each function takes what was written and raises ``ValueError`` with a sentence
that says what to write instead.
"""

import re
from collections.abc import Callable
from datetime import timedelta

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from orchestrator.programme.importers import moments
from orchestrator.programme.model import DOORS_AT_MOST
from orchestrator.programme.slug import is_slug

_NAMED = re.compile(
    r"(?P<name>[^()]*[^()\s])\s*\(\s*(?P<affiliation>(?:[^()]|\([^()]*\))+?)\s*\)"
)
_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_IDENTITY = re.compile(r"[A-Za-z0-9_-]{1,64}")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")
_BETWEEN_NAMES = re.compile(r"\s*[,;]\s*(?:(?:et|and)\s+)?|\s+(?:et|and|&)\s+")
_DAY_LONG = timedelta(days=1)
_MINUTE = timedelta(minutes=1)


class Written:
    """Annotation: a value that ``rule`` reads from one text.

    ``schema`` adds to what an editor is told; the type is ``string``.
    """

    def __init__(self, rule: Callable[[str], object], **schema: object) -> None:
        self._rule = rule
        self._schema = {"type": "string", **schema}

    def _read(self, value: object) -> object:
        if not isinstance(value, str):
            raise ValueError("One value belongs here, not a list or a block.")  # noqa: TRY004 -- pydantic collects a ValueError only
        return self._rule(value)

    def __get_pydantic_core_schema__(
        self, source: object, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self._read)

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return dict(self._schema)


def named(text: str) -> dict[str, object]:
    """Name and affiliation of ``Name (Affiliation)``; else all is the name."""
    found = _NAMED.fullmatch(text)
    return dict(found.groupdict()) if found else {"name": text}


def zone(text: str) -> str:
    return moments.zone_named(text).key


def length(text: str) -> timedelta:
    """A length of at most a day."""
    found = moments.length(text)
    if found > _DAY_LONG:
        raise ValueError(f"{text} minutes are more than a day.")
    return found


def door(text: str) -> timedelta:
    """Whole minutes up to ``DOORS_AT_MOST``; 0 is possible."""
    found = moments.length(text)
    if found > DOORS_AT_MOST or found % _MINUTE:
        most = DOORS_AT_MOST // _MINUTE
        raise ValueError(f"“{text}” is not possible; write minutes, from 0 to {most}.")
    return found


def mail(text: str) -> str:
    if text and not _MAIL.fullmatch(text):
        raise ValueError(f"“{text}” is no mail address; write it as name@example.org.")
    return text


def slug(text: str) -> str:
    if text and not is_slug(text):
        raise ValueError(
            f"“{text}” cannot stand in an address; use up to 60 small letters, figures"
            " and hyphens."
        )
    return text


def identity(text: str) -> str:
    if text and not _IDENTITY.fullmatch(text):
        raise ValueError(
            f"“{text}” is no id; leave the line out and the service gives one."
        )
    return text


def language(text: str) -> str:
    if text and not _LANGUAGE.fullmatch(text):
        raise ValueError(f"“{text}” is no language; write fr or en.")
    return text


def names(value: object) -> object:
    """The names of one line: ``A. Name, B. Name et C. Name``."""
    if not isinstance(value, str):
        return value
    return [name for name in _BETWEEN_NAMES.split(value) if name]
