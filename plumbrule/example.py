"""The example configuration and the JSON schema for editors, both made from `Settings`."""

import json
from collections.abc import Iterable, Iterator
from typing import Any, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from plumbrule.settings import Settings
from plumbrule.shapes import alternatives, tag_of

_SAMPLES: dict[str, dict[str, str]] = {
    "jira_cloud": {
        "name": "jira",
        "url": '"https://your-site.atlassian.net"',
        "email": '"pmo-bot@example.com"',
        "token": '"env:JIRA_TOKEN"',
    },
    "pwa": {
        "name": "plans",
        "url": '"https://projects.example.com/pwa"',
        "auth": '{ type = "basic", user = "EXAMPLE\\\\pmo-bot", password = "file:/run/secrets/pwa_password" }',
    },
    "dataverse": {
        "name": "plans",
        "url": '"https://your-org.crm4.dynamics.com"',
        "auth": '{ type = "bearer", token = "env:DATAVERSE_TOKEN" }',
    },
    "mspdi": {"name": "exports", "path": '"plans/*.xml"'},
    "tabular": {"name": "finance"},
    "odata_dump": {"name": "online", "path": '"dumps/project-online.zip"'},
    "mpp": {"name": "project_files", "path": '"plans/*.mpp"'},
    "jira_data_center": {"name": "jira", "url": '"https://jira.example.com"', "token": '"env:JIRA_TOKEN"'},
    "tempo_cloud": {"name": "tempo", "jira": '"jira"', "token": '"env:TEMPO_TOKEN"'},
    "tempo_data_center": {
        "name": "tempo",
        "url": '"https://jira.example.com"',
        "jira": '"jira"',
        "token": '"env:JIRA_TOKEN"',
    },
}
_IN_PLACE_OF_ANOTHER = frozenset(
    {"dataverse", "mpp", "odata_dump", "jira_data_center", "tempo_cloud", "tempo_data_center"}
)
"""Kinds that stand in the example commented out: beside the others they would read the same things twice."""
_TABLE = {
    "into": '"budget_line"',
    "path": '"tables/budget-*.xlsx"',
    "columns": '{ project = "Project no.", category = "Category", amount = "Approved (EUR)" }',
    "constants": '{ currency = "EUR" }',
}
"""The one table that the example reads."""
_ENTRIES = {
    "initiatives": [
        '# [initiatives."INI-07"]',
        '# name = "Warehouse automation"',
        '# projects = ["jira:WHA", "plans:Warehouse automation rollout"]',
        '# supersedes = ["online:Warehouse automation"]',
    ],
    "reports": [
        "# [[reports]]",
        '# name = "it"',
        '# language = "en"',
        '# formats = ["html", "xlsx"]',
        '# send = ["pmo-wiki", "it-team"]',
        '# days = ["monday"]',
        '# scope = { department = "IT" }',
    ],
    "receivers": [
        "# [receivers.pmo-wiki]",
        '# kind = "confluence_cloud"',
        '# url = "https://your-site.atlassian.net"',
        '# space = "PMO"',
        '# email = "pmo-bot@example.com"',
        '# token = "env:CONFLUENCE_TOKEN"',
        "# [receivers.it-team]",
        '# kind = "teams"',
        '# url = "env:IT_TEAM_WORKFLOW"',
        "# [receivers.board]",
        '# kind = "graph_mail"',
        '# mailbox = "pmo@example.com"',
        '# to = ["board@example.com"]',
        '# auth = { type = "client_secret", tenant = "TENANT", client_id = "APP", client_secret = "env:GRAPH_SECRET" }',
        "# [receivers.pmo-library]",
        '# kind = "sharepoint"',
        '# site = "https://example.sharepoint.com/sites/pmo"',
        '# auth = { type = "client_secret", tenant = "TENANT", client_id = "APP", client_secret = "env:GRAPH_SECRET" }',
    ],
    "people": ["# [[people]]", '# same = ["jira:5b10a2844c20165700ede21g", "li.wei@example.com"]'],
}


def example() -> str:
    """config.example.toml: every setting with its meaning; what is commented out shows the default."""
    lines = [
        "#:schema plumbrule.schema.json",
        "# Plumbrule's configuration. Lines that are commented out show the defaults.",
        '# Secrets never stand here: write "env:NAME", "file:/run/secrets/name" or "keyring:SERVICE/NAME".',
        "# Every key can also be set by the environment: PLUMBRULE_STORE__FOLDER=/var/lib/plumbrule",
    ]
    for name, field in Settings.model_fields.items():
        if name == "sources":
            lines.extend(_sources(field))
            continue
        lines.append("")
        if name in _ENTRIES:
            lines.extend([f"# {_sentence(field)}", *_ENTRIES[name]])
            continue
        model = field.annotation
        assert isinstance(model, type)  # noqa: S101 - every other field of Settings is a section
        lines.extend([f"# {(model.__doc__ or '').splitlines()[0]}", f"[{name}]", *_fields(model, prefix=name)])
    return "\n".join(lines) + "\n"


def schema() -> str:
    """JSON Schema of the configuration, for editors that understand `#:schema`."""
    return json.dumps(Settings.model_json_schema(), indent=2, ensure_ascii=False, sort_keys=True) + "\n"


def _sources(field: FieldInfo) -> Iterator[str]:
    for model in alternatives(get_args(field.annotation)[1]):
        tag = tag_of(model)
        assert tag is not None  # noqa: S101 - every source has a kind
        kind = tag[1]
        sample = _SAMPLES[kind]
        lines = [f"# {(model.__doc__ or '').splitlines()[0]}", f"[sources.{sample['name']}]", f'kind = "{kind}"']
        lines += _fields(model, sample, prefix=f"sources.{sample['name']}")
        yield ""
        yield from _commented(lines) if kind in _IN_PLACE_OF_ANOTHER else lines


def _fields(model: type[BaseModel], sample: dict[str, str] | None = None, prefix: str = "") -> Iterator[str]:
    nested: list[tuple[str, type[BaseModel]]] = []
    heads: list[tuple[str, type[BaseModel]]] = []
    for name, field in model.model_fields.items():
        if name == "kind" and sample is not None:
            continue
        if rows := _rows_of(field):
            heads.append((f"{prefix}.{name}", rows))
            continue
        below = [a for a in alternatives(field.annotation) if isinstance(a, type) and issubclass(a, BaseModel)]
        if below and name not in (sample or {}):
            nested.append((name, below[0]))
            continue
        if _sentence(field):
            yield f"# {_sentence(field)}"
        value = (sample or {}).get(name)
        shown = f"{name} = {value if value is not None else _toml(_default(field))}"
        yield shown if field.is_required() or value is not None else f"# {shown}"
    for name, inner in nested:
        head = f"{prefix}.{name}" if prefix else name
        yield from ("", f"# {(inner.__doc__ or '').splitlines()[0]}", f"# [{head}]")
        yield from _commented(_fields(inner, None, head))

    for head, inner in heads:
        yield from ("", f"# {(inner.__doc__ or '').splitlines()[0]}", f"[[{head}]]")
        yield from _fields(inner, _TABLE, head)


def _rows_of(field: FieldInfo) -> type[BaseModel] | None:
    """The model of an array of tables that must be there; None for other fields."""
    if not field.is_required() or get_origin(field.annotation) is not list:
        return None
    (inner,) = get_args(field.annotation)
    return inner if isinstance(inner, type) and issubclass(inner, BaseModel) else None


def _commented(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        yield line if line.startswith("#") or not line else f"# {line}"


def _default(field: FieldInfo) -> Any:
    value = field.get_default(call_default_factory=True, validated_data={})
    return None if value is PydanticUndefined else value


def _sentence(field: FieldInfo) -> str:
    return (field.description or "").replace("\n", " ")


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, dict):
        return "{ " + ", ".join(f'"{k}" = {_toml(v)}' for k, v in value.items()) + " }" if value else "{}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_toml(v) for v in value) + "]"
    return "   # not set" if value is None else json.dumps(str(value), ensure_ascii=False)
