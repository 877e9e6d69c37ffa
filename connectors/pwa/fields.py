"""Which columns the configured fields are on this site: by column, by the name that people see, or by internal name."""

import difflib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from connectors.pwa.custom_fields import CustomField
from connectors.pwa.names import column_called
from connectors.pwa.settings import PwaFields

_OF_RESOURCES = frozenset({"resource_department"})
_OF_TASKS = frozenset({"task_acceptance"})
_LISTS = {"more": "Projects", "task_more": "Tasks"}


@dataclass(frozen=True)
class Absent:
    """A field that the site does not have: configured (`asked_for`), or looked for by default. `like` may be meant."""

    setting: str
    name: str
    entity_set: str
    asked_for: bool
    like: tuple[str, ...]


@dataclass(frozen=True)
class Resolved:
    """The fields under the names of their columns. `labels` gives the configured name of a column, where it differs."""

    fields: PwaFields
    labels: Mapping[str, str] = field(default_factory=dict)
    absent: tuple[Absent, ...] = ()


def resolve(
    fields: PwaFields,
    columns: Callable[[str], frozenset[str]],
    listed: Callable[[], Iterable[CustomField]],
) -> Resolved:
    """`columns` gives the columns of an entity set. `listed` gives the custom fields that ProjectServer knows; it is
    asked only where a name that the admin gave is no column. A field that is not found keeps its name, and is told."""
    found: dict[str, object] = {}
    labels: dict[str, str] = {}
    absent: list[Absent] = []

    def one(setting: str, name: str, entity_set: str) -> str:
        there = columns(entity_set)
        column = column_called(name, there) if name else name
        if column is None and setting in fields.model_fields_set:
            column = _by_internal_name(name, there, listed())
        if column is None:
            asked_for = setting in fields.model_fields_set
            absent.append(Absent(setting, name, entity_set, asked_for, _like(name, there, listed) if asked_for else ()))
            return name
        if column != name:
            labels[column] = name
        return column

    for setting, given in fields:
        if setting in _LISTS:
            found[setting] = [one(setting, name, _LISTS[setting]) for name in given]
        else:
            found[setting] = one(setting, given, _entity_set(setting))
    return Resolved(fields.model_copy(update=found), labels, tuple(absent))


def _entity_set(setting: str) -> str:
    if setting in _OF_RESOURCES:
        return "Resources"
    return "Tasks" if setting in _OF_TASKS else "Projects"


def _by_internal_name(name: str, columns: frozenset[str], listed: Iterable[CustomField]) -> str | None:
    meant = next((known for known in listed if name.casefold() in known.spellings), None)
    return column_called(meant.name, columns) if meant else None


def _like(name: str, columns: frozenset[str], listed: Callable[[], Iterable[CustomField]]) -> tuple[str, ...]:
    names = {*columns, *(known.name for known in listed())}
    by_form = {known.casefold(): known for known in sorted(names)}
    close = difflib.get_close_matches(name.casefold(), by_form, n=3, cutoff=0.75)
    return tuple(by_form[form] for form in close)
