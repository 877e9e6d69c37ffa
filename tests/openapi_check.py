"""Compares requests and answers with Atlassian's own OpenAPI document of Jira Cloud v3, read in place.

`check_request` and `check_response` give a list of faults in words; an empty list means that the document agrees.
Unknown operations, unknown query parameters, missing required ones, undeclared statuses, violated schemas are faults.
Use `needs_openapi` on tests: they are skipped where the document is absent.
"""

import json
import re
from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from typing import Any
from urllib.parse import unquote

import pytest
from jsonschema import FormatChecker
from openapi_schema_validator import OAS30ReadValidator, OAS30WriteValidator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT4
from shared_data import SHARED

DOCUMENT = SHARED / "openapi" / "jira-cloud-platform-v3.json"
needs_openapi = pytest.mark.skipif(not DOCUMENT.is_file(), reason="Atlassian's OpenAPI document is not on this machine")

_GENERAL_STATUSES = {"401", "403", "404", "405", "410", "429", "500", "503"}
"""Answers that any operation may give, which the document lists for some only."""

_FORMATS = FormatChecker(formats=())


@_FORMATS.checks("date-time")
def _is_moment(value: object) -> bool:
    # The document's own examples write "+0000" without a colon, which RFC 3339 does not allow.
    pattern = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}(Z|[+-]\d\d:?\d\d)"
    return not isinstance(value, str) or re.fullmatch(pattern, value) is not None


@_FORMATS.checks("date")
def _is_date(value: object) -> bool:
    return not isinstance(value, str) or re.fullmatch(r"\d{4}-\d\d-\d\d", value) is not None


@_FORMATS.checks("uri")
def _is_address(value: object) -> bool:
    return not isinstance(value, str) or re.fullmatch(r"[a-z]+://\S+", value) is not None


@cache
def _document() -> dict[str, Any]:
    return json.loads(DOCUMENT.read_bytes())


@cache
def _registry() -> Registry:
    return Registry().with_resource("urn:jira", Resource(contents=_document(), specification=DRAFT4))


@cache
def _templates() -> dict[int, list[tuple[re.Pattern[str], str, int]]]:
    """Give all paths as expressions by their number of slashes, those with fewest parameters first."""
    found: dict[int, list[tuple[re.Pattern[str], str, int]]] = defaultdict(list)
    for path in _document()["paths"]:
        parts = re.split(r"(\{[^}]+\})", path)
        expression = "".join("([^/]+)" if part.startswith("{") else re.escape(part) for part in parts)
        found[path.count("/")].append((re.compile(expression), path, len(parts)))
    for same in found.values():
        same.sort(key=lambda one: one[2])  # a literal path wins over one with a parameter
    return found


def _operation(method: str, path: str) -> dict[str, Any] | None:
    for expression, template, _ in _templates()[path.count("/")]:
        if expression.fullmatch(path):
            operation = _document()["paths"][template].get(method.lower())
            if operation is not None:
                return operation
    return None


def _faults(schema: dict[str, Any], value: Any, where: str, *, writing: bool) -> list[str]:
    kind = OAS30WriteValidator if writing else OAS30ReadValidator
    validator = kind(_absolute(schema), registry=_registry(), format_checker=_FORMATS)
    errors = sorted(validator.iter_errors(value), key=lambda one: [str(part) for part in one.absolute_path])
    return [f"{where}{_pointer(error.absolute_path)}: {error.message[:300]}" for error in errors]


def _pointer(parts: Any) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in parts)


def _absolute(schema: Any) -> Any:
    """Point references into the registered document."""
    if isinstance(schema, dict):
        return {
            key: (f"urn:jira{value}" if key == "$ref" and str(value).startswith("#") else _absolute(value))
            for key, value in schema.items()
        }
    return [_absolute(one) for one in schema] if isinstance(schema, list) else schema


def classic_scopes(method: str, path: str) -> frozenset[str]:
    """Give the OAuth scopes of an operation; the path's parameters may have any values."""
    operation = _operation(method, path) or {}
    return frozenset(scope for one in operation["security"] for scopes in one.values() for scope in scopes)


def check_request(
    method: str, path: str, query: Mapping[str, Any] | None = None, json: Any = None, *, base: str = ""
) -> list[str]:
    """Compare one request. `query` values are texts or lists of texts; `base` is a prefix of the path to ignore.

    Nothing is said of boards and sprints: the document is that of the platform, and theirs is another.
    """
    path = unquote(path.removeprefix(base))
    if path.startswith("/rest/agile/1.0/"):
        return []
    operation = _operation(method, path)
    if operation is None:
        return [f"{method} {path}: no such operation"]
    where = f"{method} {path}"
    return _query_faults(operation, dict(query or {}), where) + _body_faults(operation, json, where)


def _query_faults(operation: dict[str, Any], query: dict[str, Any], where: str) -> list[str]:
    declared = {one["name"]: one for one in operation.get("parameters", []) if one["in"] == "query"}
    faults = [f"{where}: unknown query parameter {name!r}" for name in query if name not in declared]
    faults += [
        f"{where}: query parameter {name!r} is missing"
        for name, one in declared.items()
        if one.get("required") and name not in query
    ]
    for name, given in query.items():
        if name in declared:
            values = [str(one) for one in given] if isinstance(given, (list, tuple)) else [str(given)]
            faults += _parameter_faults(declared[name].get("schema", {}), values, f"{where} ?{name}")
    return faults


def _parameter_faults(schema: dict[str, Any], values: list[str], where: str) -> list[str]:
    if schema.get("type") == "array":
        items = schema.get("items", {})
        # A list parameter is repeated or separated by commas; a reference to StringList is a plain text on the wire.
        parts = [part for value in values for part in value.split(",")]
        return [] if "$ref" in items else [fault for part in parts for fault in _typed(items, part, where)]
    if len(values) > 1:
        return [f"{where}: given {len(values)} times"]
    return _typed(schema, values[0], where)


def _typed(schema: dict[str, Any], text: str, where: str) -> list[str]:
    value: Any = text
    kind = schema.get("type")
    if kind in ("integer", "number"):
        if not re.fullmatch(r"-?\d+(\.\d+)?", text):
            return [f"{where}: {text!r} is not a number"]
        value = float(text) if "." in text else int(text)
    if kind == "boolean":
        if text not in ("true", "false"):
            return [f"{where}: {text!r} is not true or false"]
        value = text == "true"
    return _faults({key: one for key, one in schema.items() if key != "default"}, value, where, writing=True)


def _body_faults(operation: dict[str, Any], body: Any, where: str) -> list[str]:
    declared = operation.get("requestBody")
    if declared is None:
        return [] if body is None else [f"{where}: a body where none belongs"]
    if body is None:
        return [f"{where}: the body is missing"] if declared.get("required") else []
    content = declared["content"].get("application/json", {})
    return _faults(content.get("schema", {}), body, f"{where} body", writing=True)


def check_response(method: str, path: str, status: int, json: Any = None, *, base: str = "") -> list[str]:
    """Compare one answer with the schema of its status; `json` is the decoded body, None when there is none."""
    path = unquote(path.removeprefix(base))
    operation = _operation(method, path)
    if operation is None:
        return [f"{method} {path}: no such operation"]
    where = f"{method} {path} {status}"
    declared = operation["responses"].get(str(status))
    if declared is None:
        return [] if str(status) in _GENERAL_STATUSES else [f"{where}: undeclared status"]
    schema = declared.get("content", {}).get("application/json", {}).get("schema")
    if schema is None or not schema:
        return []
    if json is None:
        return [f"{where}: the body is missing"]
    return _faults(schema, json, where, writing=False)
