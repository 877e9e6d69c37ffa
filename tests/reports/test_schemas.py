"""What other people's schemas say of our documents. They are not ours to keep here, so they are looked for in a folder:

    npm pack @microsoft/jest-sarif @atlaskit/adf-schema, unpack both below FOLDER, and PLUMBRULE_SCHEMAS=FOLDER pytest

Without it the structure is checked in `test_sarif.py` and `test_atlassian.py`, by what the specifications require.
"""

import json
import os
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from page_reading import made
from small_report import small_report

from reports.inputs import LANGUAGES
from reports.render.formats import FORMATS


def schema(pattern: str) -> Any:
    folder = os.environ.get("PLUMBRULE_SCHEMAS")
    found = sorted(Path(folder).rglob(pattern)) if folder else []
    if not found:
        pytest.skip(f"no {pattern} below PLUMBRULE_SCHEMAS")
    return json.loads(found[0].read_text(encoding="utf-8"))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("name", "pattern"), [("sarif", "sarif-2.1.0*.json"), ("adf", "json-schema/v1/full.json")])
def test_it_is_valid(name: str, pattern: str, language: str) -> None:
    validator = jsonschema.Draft4Validator(schema(pattern))
    for model in (small_report(language), made(language)[0]):
        for content in FORMATS[name].files(model, "https://reports.example/all.html").values():
            assert [e.message for e in validator.iter_errors(json.loads(content))] == []
