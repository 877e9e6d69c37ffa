"""The schema of the report: published, versioned, and held by every report."""

import json
from typing import Any

import jsonschema
import pytest
from fixture_portfolio import MemoryReader, inputs
from portfolio_rows import rows
from small_report import small_report

from reports.build import build
from reports.inputs import LANGUAGES
from reports.model import SCHEMA_VERSION, ReportModel
from reports.model.schema import report_schema, schema_digest
from reports.render import render_json

KNOWN = {"1.0": "7cacdd103ef9c0f1"}
"""The shape of each published version. An old line is never changed: a changed model gets a new one, and the version
rises in `reports.model` (the first number where a reader of the version before could break)."""


def errors(document: Any) -> list[str]:
    schema = report_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    found = jsonschema.Draft202012Validator(schema).iter_errors(document)
    return [f"{error.json_path}: {error.message[:200]}" for error in found]


def test_the_version_rises_with_the_shape() -> None:
    assert KNOWN[SCHEMA_VERSION] == schema_digest(), "add a version to KNOWN, and raise SCHEMA_VERSION"
    assert list(KNOWN)[-1] == SCHEMA_VERSION


@pytest.mark.parametrize("language", LANGUAGES)
def test_reports_hold_to_their_schema(language: str) -> None:
    full = build(MemoryReader(rows()), **inputs() | {"language": language})
    empty = build(MemoryReader(), **inputs() | {"language": language})
    for model in (full, empty, small_report(language)):
        assert errors(json.loads(render_json(model))) == []


@pytest.mark.parametrize(
    ("path", "value"),
    [(("title",), None), (("tiles", "health", "red"), "many"), (("unheard",), 1), (("format",), "plumbrule.report/2")],
)
def test_what_is_no_report_is_told_apart(path: tuple[str, ...], value: Any) -> None:
    document = json.loads(render_json(small_report()))
    here = document
    for step in path[:-1]:
        here = here[step]
    here[path[-1]] = value
    assert errors(document)


def test_a_report_is_read_back_as_it_was_written() -> None:
    model = small_report()
    assert ReportModel.model_validate_json(render_json(model)) == model
