"""The JSON Schema of the report: what `json` files, webhooks and `docs/report.schema.json` hold to."""

import hashlib
import json
from typing import Any

from reports.model import FORMAT, SCHEMA_VERSION, ReportModel


def report_schema() -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of the report as it is written: amounts are decimal text, days and instants ISO."""
    made = ReportModel.model_json_schema(mode="serialization")
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:{FORMAT.replace('/', ':')}:{SCHEMA_VERSION}",
        "title": f"Report of Plumbrule, schema {SCHEMA_VERSION}",
    }
    return {**head, **{name: value for name, value in made.items() if name != "title"}}


def report_schema_text() -> str:
    """docs/report.schema.json."""
    return json.dumps(report_schema(), indent=2, ensure_ascii=False, sort_keys=True) + "\n"


def schema_digest() -> str:
    """Tells one shape of the report from another, whatever its documentation says and its version is called."""
    shape = _without_words(ReportModel.model_json_schema(mode="serialization"))
    shape["properties"].pop("schema_version")
    return hashlib.sha256(json.dumps(shape, sort_keys=True).encode()).hexdigest()[:16]


def _without_words(node: Any) -> Any:
    if isinstance(node, dict):
        return {
            name: _without_words(value)
            for name, value in node.items()
            if name not in ("description", "title") or not isinstance(value, str)
        }
    return [_without_words(one) for one in node] if isinstance(node, list) else node
