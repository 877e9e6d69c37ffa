"""What editors are told of pack files and of the configuration, held against the files themselves.

`jsonschema` comes with `openapi-schema-validator`, which the tests need anyway.
"""

import json
import tomllib
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from rules.pack_schema import pack_schema, pack_schema_text, undescribed
from rules.reading import built_in_documents
from rules.scaffold import KINDS, new_pack, new_rule

ROOT = Path(__file__).parents[2]
PACKS = Draft202012Validator(pack_schema())


def _plain(value: Any) -> Any:
    """TOML days and instants as editors hand them to a schema: as texts."""
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_plain(v) for v in value]
    return value.isoformat() if isinstance(value, date | datetime) else value


def _complaints(text: str, validator: Draft202012Validator = PACKS) -> list[str]:
    return [f"{e.json_path}: {e.message}" for e in validator.iter_errors(_plain(tomllib.loads(text)))]


def test_the_schema_is_a_schema_and_every_key_has_a_sentence() -> None:
    Draft202012Validator.check_schema(pack_schema())
    assert undescribed() == [], "describe new keys in rules/pack_schema.py"
    assert json.loads(pack_schema_text()) == pack_schema()


@pytest.mark.parametrize("document", built_in_documents(), ids=lambda d: d.file)
def test_every_built_in_pack_fits_it_and_names_it(document: Any) -> None:
    assert _complaints(document.text) == []
    assert document.text.startswith("#:schema ../../docs/pack.schema.json\n")
    assert (ROOT / "rules" / "packs" / "../../docs/pack.schema.json").resolve().exists()


@pytest.mark.parametrize("kind", KINDS)
def test_a_new_rule_fits_it_and_names_it(kind: str) -> None:
    text = new_pack("OWN-07", new_rule("OWN-07", kind))
    assert _complaints(text) == [] and text.startswith("#:schema pack.schema.json\n")


def test_the_example_configuration_fits_the_schema_of_configurations() -> None:
    schema = json.loads((ROOT / "docs" / "plumbrule.schema.json").read_text(encoding="utf-8"))
    example = (ROOT / "config.example.toml").read_text(encoding="utf-8")
    assert _complaints(example, Draft202012Validator(schema)) == []
    assert example.startswith("#:schema ")


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('severity = "medium"', 'severity = "bad"', "'bad' is not one of"),
        ('kind = "row"', 'kind = "rows"', "'rows' is not one of"),
        ('fail_when = "FALSE"', "fail_when = 5", "5 is not"),
        ('why = "Say', 'reason = "Say', "'why' is a required property"),
        ('id = "OWN-07"', 'id = "own"', "does not match"),
    ],
)
def test_mistakes_are_seen_by_it(old: str, new: str, complaint: str) -> None:
    text = new_pack("OWN-07", new_rule("OWN-07"))
    assert old in text
    assert complaint in "\n".join(_complaints(text.replace(old, new)))
