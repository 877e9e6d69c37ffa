"""Projects, with what their entity property says of them, and versions."""

from typing import Any

import orjson

from connectors.jira.mapping import PROPERTY_KEYS
from connectors.jira.normalise.context import Site
from connectors.jira.normalise.people import account_key
from connectors.jira.normalise.rejections import rejected
from connectors.jira.normalise.values import Unreadable, day, instant, native, record, words
from connectors.proposed import COLUMNS, proposed
from portfolio.model.work import PHASES
from portfolio.ports import Rejected, Row

_SIZES = ("small", "medium", "large")


def project_row(site: Site, raw: Any) -> tuple[Row, list[Rejected]]:
    """One project of `GET /project/search`, and what its property says that we cannot take. Raises Unreadable."""
    record(raw, "project")
    key = words(raw.get("key"))
    name = words(raw.get("name"))
    if not name:
        raise Unreadable("the project has no name")
    said, complaints = _said(site, raw)
    lead = account_key(raw.get("lead"))
    manager = said.pop("manager", None) or lead
    row = {
        "id": site.id("project", native(raw.get("id"), "project")),
        "source": site.source,
        "native_id": native(raw.get("id"), "project"),
        "key": key,
        "name": name,
        "kind": "tracker",
        "category": words((raw.get("projectCategory") or {}).get("name")),
        "url": f"{site.browse_url}/browse/{key}" if key else None,
        "archived": bool(raw.get("archived", False)),
        "manager_id": site.id("account", manager) if manager else None,
        "updated_at": instant((raw.get("insight") or {}).get("lastIssueUpdateTime")),
        **said,
        "currency": said.get("currency") or site.currency,
    }
    return row, complaints


def project_property(site: Site, raw: dict[str, Any]) -> dict[str, Any]:
    """What the PMO's property on a project says, by our names; empty where there is none.

    The list of projects gives it as an object, or as its JSON text; both are taken.
    """
    value = (raw.get("properties") or {}).get(site.mapping.project_property)
    if isinstance(value, str):
        try:
            value = orjson.loads(value)
        except orjson.JSONDecodeError:
            return {}
    if not isinstance(value, dict):
        return {}
    named = site.mapping.property_keys
    return {ours: _inside(value, named.get(ours, ours)) for ours in PROPERTY_KEYS}


def _inside(value: Any, path: str) -> Any:
    """The value at a path of keys with dots between them."""
    for key in path.split("."):
        value = value.get(key) if isinstance(value, dict) else None
    return value


def version_row(site: Site, project: str, raw: Any) -> Row:
    """One version of `GET /project/{id}/version`. Raises Unreadable."""
    record(raw, "version")
    name = words(raw.get("name"))
    if not name:
        raise Unreadable("the version has no name")
    return {
        "id": site.id("version", native(raw.get("id"), "version")),
        "source": site.source,
        "project_id": site.id("project", project),
        "name": name,
        "released": raw.get("released"),
        "archived": raw.get("archived"),
        "start_date": day(raw.get("startDate")),
        "release_date": day(raw.get("releaseDate")),
    }


_VOCABULARY = {"phase": PHASES, "size": _SIZES}


def _said(site: Site, raw: dict[str, Any]) -> tuple[dict[str, Any], list[Rejected]]:
    """Columns from the property. A value outside its vocabulary is left out and reported; the project stays."""
    columns: dict[str, Any] = {}
    complaints: list[Rejected] = []
    typed, names = {}, {}
    for name, value in project_property(site, raw).items():
        if PROPERTY_KEYS[name] in COLUMNS:
            typed[PROPERTY_KEYS[name]], names[PROPERTY_KEYS[name]] = value, name
            continue
        reason = _objection(name, value)
        if reason:
            said = f"property {site.mapping.project_property}: {reason}"
            complaints.append(rejected(site, "project", raw, "project.property", said))
        else:
            text = words(value)
            columns[PROPERTY_KEYS[name]] = text.lower() if text and name in _VOCABULARY else text
    amounts, problems = proposed(typed, names)
    for problem in problems:
        said = f"property {site.mapping.project_property}: {problem}"
        complaints.append(rejected(site, "project", raw, "project.property", said))
    return {**columns, **amounts}, complaints


def _objection(name: str, value: Any) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        return f"{name} must be a text"
    allowed = _VOCABULARY.get(name)
    if allowed and value.strip().lower() not in allowed:
        return f"{name} is {value!r}, not one of {', '.join(allowed)}"
    return ""
