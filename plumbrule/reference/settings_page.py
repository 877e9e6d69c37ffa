"""docs/settings.md: every key of the configuration with its type, its default and its meaning."""

from collections.abc import Iterator
from dataclasses import dataclass
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from plumbrule.reference.cells import cell
from plumbrule.settings import Settings
from plumbrule.shapes import alternatives, tag_of

_HEAD = """\
# Settings

Made from code by `make docs`. One TOML file, by default `plumbrule.toml`; `plumbrule config example` prints one with
every setting commented, `plumbrule config schema` its [JSON Schema](plumbrule.schema.json) for editors,
`plumbrule config show --origin` what is in force and why.

Any key can be set by the environment: `PLUMBRULE_STORE__FOLDER` for `folder` of `[store]`. The environment counts more
than the file. Secrets never stand in the file: write `"env:NAME"`, `"file:/run/secrets/name"` or
`"keyring:SERVICE/NAME"` ([which one](connecting.md#where-secrets-are-kept)). Unknown keys are mistakes.

`NAME` is a name that you choose. A key without default, marked *required*, must be given where its table is.
"""
_ANY = {"sources": "NAME", "receivers": "NAME", "initiatives": "KEY"}
_LONG = 60
"""Longest default that is shown; the others are in config.example.toml."""


@dataclass(frozen=True)
class _Table:
    head: str
    model: type[BaseModel]
    tag: tuple[str, str] | None


def settings_page() -> str:
    """The page as Markdown."""
    return "\n".join([_HEAD, *(_section(table) for table in _tables())])


def _tables() -> Iterator[_Table]:
    for name, field in Settings.model_fields.items():
        yield from _below(name, field.annotation, name in _ANY)


def _below(path: str, annotation: Any, named: bool = False) -> Iterator[_Table]:
    """The tables that may stand at that path, each with those below it."""
    for kind in alternatives(annotation):
        origin = get_origin(kind)
        if origin in (dict, list, tuple):
            inner = get_args(kind)[1 if origin is dict else 0]
            below = f"{path}.{_ANY.get(path, 'NAME')}" if origin is dict else f"[{path}]"
            yield from _below(below, inner)
        elif isinstance(kind, type) and issubclass(kind, BaseModel):
            yield _Table(f"[{path}]", kind, tag_of(kind))
            for name, field in kind.model_fields.items():
                yield from _below(f"{path.strip('[]')}.{name}", field.annotation)


def _section(table: _Table) -> str:
    choice = f', {table.tag[0]} = "{table.tag[1]}"' if table.tag else ""
    about = cell((table.model.__doc__ or "").split("\n\n")[0])
    level = "##" if table.head.strip("[]").count(".") <= (table.head.strip("[]").split(".")[0] in _ANY) else "###"
    lines = [f"{level} {table.head}{choice}", "", about, ""]
    lines += ["| Key | Type | Default | Meaning |", "| --- | --- | --- | --- |"]
    lines += [_row(name, field) for name, field in table.model.model_fields.items()]
    return "\n".join(lines) + "\n"


def _row(name: str, field: FieldInfo) -> str:
    return f"| `{name}` | {cell(_type(field.annotation))} | {_default(field)} | {cell(field.description or '')} |"


_NAMES = {
    "str": "text", "int": "whole number", "float": "number", "Decimal": "number", "bool": "true or false",
    "date": "day", "datetime": "moment", "Path": "path", "SecretStr": "secret",
    "NoneType": "nothing", "Any": "anything",
}  # fmt: skip


def _type(annotation: Any) -> str:
    """The type in a reader's words."""
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is Literal:
        return " or ".join(f'"{word}"' if isinstance(word, str) else str(word).lower() for word in inner)
    if origin in (Union, UnionType):
        return " or ".join(dict.fromkeys(_type(a) for a in inner if a is not type(None)))
    if origin in (list, tuple, set, frozenset):
        return f"list of {_type(inner[0])}" if inner else "list"
    if origin is dict:
        return f"table of {_type(inner[1])}"
    return _type(inner[0]) if hasattr(annotation, "__metadata__") else _plain_type(annotation)


def _plain_type(annotation: Any) -> str:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return "table"
    name = getattr(annotation, "__name__", str(annotation))
    return _NAMES.get(name, name)


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "*required*"
    value = field.get_default(call_default_factory=True, validated_data={})
    if value is None or value is PydanticUndefined or value in ((), [], {}) or isinstance(value, BaseModel):
        return ""
    text = cell(_toml(value))
    return f"`{text}`" if len(text) <= _LONG else "see the example"


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_toml, value)) + "]"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{k} = {_toml(v)}" for k, v in value.items()) + " }"
    return f'"{value}"'
