import json
from pathlib import Path

import jsonschema
import pytest
import yaml
from hypothesis import given

import orchestrator.programme
from orchestrator.programme.importers.yaml import write_yaml
from orchestrator.programme.importers.yaml_schema import programme_schema
from tests.orchestrator.programme.strategies import PATIENT, programmes

SCHEMA = Path(orchestrator.programme.__file__).parent / "schema/programme.schema.json"
EXAMPLE = Path(__file__).parents[4] / "examples" / "theorie-du-deep-learning.yaml"


class Yaml12(yaml.BaseLoader):
    """Scalars as an editor's YAML 1.2 reads them: only null and whole numbers."""


def _scalar(loader, node):
    if node.style is None and node.value in ("", "~", "null"):
        return None
    is_number = node.style is None and node.value.isascii() and node.value.isdigit()
    return int(node.value) if is_number else node.value


Yaml12.add_constructor("tag:yaml.org,2002:str", _scalar)


def accepts(text):
    """Whether an editor that knows the schema underlines nothing in ``text``."""
    validator = jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text("utf-8")))
    return validator.is_valid(yaml.load(text, Loader=Yaml12))  # noqa: S506 -- builds texts and numbers only


def test_the_schema_for_editors_is_the_one_that_is_checked():
    text = json.dumps(programme_schema(), indent=2, ensure_ascii=False) + "\n"

    assert SCHEMA.read_text("utf-8") == text, "write programme_schema() to this file"


@PATIENT
@given(programmes())
def test_an_editor_accepts_what_is_written(programme):
    assert accepts(write_yaml(programme))


@pytest.mark.parametrize("wrong", ["titre: T", "title: T\ntalks: [{kind: invité}]"])
def test_an_editor_underlines_a_mistake(wrong):
    assert not accepts(wrong)


def test_an_editor_accepts_the_example():
    assert accepts(EXAMPLE.read_text("utf-8"))
