"""JSON Schema of a pack file, for editors: derived from the strict models, with a sentence for every key."""

import json
from typing import Any

from rules.pack import PackFile

SCHEMA_FILE = "pack.schema.json"
"""What `#:schema` names in the packs that we write; `plumbrule rules schema` prints the file."""

_FILE = {
    "schema": "version of the pack format",
    "pack": "what the pack is; several files may belong to one pack",
    "rule": "the rules of this file",
    "id": "id of the pack, in small letters",
    "title": "name of the pack",
    "version": "raised by its author when a rule changes its meaning",
    "depends_on": "packs that this one builds on, as name or name@version",
    "min_views": "version of the documented views that it was written for",
}
_RULE = {
    "id": "stable id, never used again: capitals, a dash, digits",
    "aliases": "other names that the rule is known by",
    "title": "what leans, in a few words; in English, or in en and zh-Hans",
    "level": "what a finding is about: the item of the row, or the subject",
    "kind": "how the rule asks; see docs/writing-rules.md",
    "view": "the documented view whose rows are judged (`plumbrule rules columns`)",
    "subject": "whom the rule judges: rows are gathered by it",
    "project_when": "condition over view projects: which projects the rule is about",
    "subject_when": "condition over the view of the subjects (projects, programmes, departments, people, organisation):"
    " which of them the rule is about",
    "applies_when": "condition over the view: which rows are judged; others are not applicable",
    "requires": "columns that must be known; a row where one is empty cannot be judged",
    "count_when": "ratio: condition over the view: which of the judged rows are counted",
    "fail_when": "condition that fails; of a ratio over ratio, count, denominator, excluded",
    "warn_when": "softer condition, judged where `fail_when` does not hold",
    "metric": "metric, trend: VIEW.COLUMN of a view with one row a subject",
    "period": "trend: what one value stands for",
    "topic": "attest: what must be confirmed, or $name",
    "by_role": "attest: the role in which it must be confirmed, or $name",
    "valid_for_days": "attest: days that a confirmation holds, or $name",
    "warn_days": "attest: days before its end at which it warns, or $name",
    "grace_days": "days that a failure may last before it becomes a finding",
    "min_runs": "days on which a failure must be seen before it becomes a finding",
    "discriminator": "columns that tell several findings of one item apart",
    "fingerprint_version": "raise it where the rule means something else now: its findings start anew",
    "plugin": "plugin: name of the installed plugin whose rows are judged",
    "expect": "expect: which related rows must exist",
    "tolerance": "how much may lean before the subject does",
    "max_missing": "share of rows that may be impossible to judge before the subject is unknown",
    "unknown_reason": "reason to give where that column is empty",
    "value": "column whose value is shown and kept",
    "limit": "parameter that the value is held against",
    "severity": "weight of a failure",
    "mode": "enforce; observe (shown, not scored); off",
    "family": "family of the catalogue; OWN for your own",
    "dimension": "the colour that the rule decides about",
    "key": "where this rule cannot be answered, its dimension is not green",
    "frameworks": "where the rule comes from",
    "owner_role": "role that answers for its findings",
    "service": "service of the PMO that helps",
    "message": "sentence of a finding, with {placeholders}",
    "warn_message": "sentence of a warning, where it needs other words",
    "summary": "sentence about the subject, where findings are about items",
    "why": "why it matters",
    "fix": "what to do",
    "evidence": "which rows and columns show the failure",
    "params": "limits that a site may set, by name; conditions write $name",
    "test": "self-tests",
}
_PARAMETER = {
    "type": "type of the value",
    "default": "value where nobody set one",
    "min": "least value that a site may set",
    "max": "greatest value that a site may set",
    "stricter": "the direction that tightens the rule",
    "doc": "what it means",
}
_TEST = {
    "name": "what the test shows",
    "as_of": "the day of the run",
    "params": "values of parameters for this test",
    "boundary": "a value stands exactly at the limit and another just beyond it; this is checked",
    "capabilities": "what the sources of the test declare that they cannot hold",
    "each": "values, by view, of every given row that does not state them",
    "given": "rows by view; columns left out are null",
    "expect": "outcomes by subject",
}
_EXPECTED = {
    "subject": "id of the subject, or several",
    "outcome": "the outcome",
    "reason": "why it is unknown",
    "missing": "the columns that were missing",
    "count": "rows that lean or are counted",
    "denominator": "rows that could be judged",
    "excluded": "rows that could not be judged",
    "value": "the measured value",
    "limit": "the limit that it is held against",
    "items": "ids of the items that lean, sorted",
    "item": "what is expected of single items, by id",
    "message": "the finding's sentence",
}
_DOCS: dict[str, dict[str, str]] = {
    "PackFile": _FILE,
    "PackHeader": _FILE,
    "RuleEntry": _RULE,
    "ParameterEntry": _PARAMETER,
    "ToleranceEntry": {"max_ratio": "share of rows, or $name", "max_count": "number of rows, or $name"},
    "ExpectEntry": {
        "view": "the view whose rows must exist",
        "on": "column that both views have; the subject's where left out",
        "where": "condition over that view",
        "min": "least number of rows, or $name",
    },
    "EvidenceEntry": {
        "columns": "columns to show",
        "order_by": "column, or column DESC; several with commas",
        "limit": "most rows that are kept",
    },
    "SelfTest": _TEST,
    "ExpectedOutcome": _EXPECTED,
    "ExpectedItem": {k: _EXPECTED[k] for k in ("value", "limit", "message")},
    "Words": {"en": "in English", "zh-Hans": "in Simplified Chinese"},
}


def pack_schema() -> dict[str, Any]:
    """The schema as a value."""
    made = PackFile.model_json_schema(by_alias=True)
    models = {"PackFile": made, **made["$defs"]}
    for name, model in models.items():
        model.pop("title", None)
        for key, entry in model.get("properties", {}).items():
            entry.pop("title", None)
            if doc := _DOCS.get(name, {}).get(key):
                entry["description"] = doc
    made["title"] = "Plumbrule rule pack"
    return _with_plain_texts(made)  # type: ignore[no-any-return]


def pack_schema_text() -> str:
    """The schema as a file."""
    return json.dumps(pack_schema(), indent=2, ensure_ascii=False, sort_keys=True) + "\n"


def undescribed() -> list[str]:
    """Keys that have no sentence yet, as `Model.key`."""
    made = pack_schema()
    models = {"PackFile": made, **made["$defs"]}
    keys = [(name, key, e) for name, model in models.items() for key, e in model.get("properties", {}).items()]
    return [f"{name}.{key}" for name, key, entry in keys if "description" not in entry]


def _with_plain_texts(node: Any) -> Any:
    """A text in one language may be written as a plain string, which the models turn into words."""
    if isinstance(node, list):
        return [_with_plain_texts(each) for each in node]
    if not isinstance(node, dict):
        return node
    if node.get("$ref") == "#/$defs/Words":
        kept = {key: value for key, value in node.items() if key != "$ref"}
        return {**kept, "anyOf": [{"type": "string", "minLength": 1}, {"$ref": "#/$defs/Words"}]}
    return {key: _with_plain_texts(value) for key, value in node.items()}
