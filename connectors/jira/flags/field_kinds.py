"""Kinds of custom fields that can be filled, what stands in one, and which edit puts our value there or takes it away.

A field of one value is ours or somebody's. In a field of many values (options, labels) ours stands beside those of
others, which stay. Source of the names: Atlassian, REST v3, "Create custom field" (`type`). Pure.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Literal

from connectors.jira.flags.adf import adf_text
from connectors.jira.flags.edits import Edit

Kind = Literal["option", "options", "labels", "line", "paragraphs"]
KINDS: Final[dict[str, Kind]] = {
    "select": "option",
    "radiobuttons": "option",
    "multiselect": "options",
    "multicheckboxes": "options",
    "labels": "labels",
    "textfield": "line",
    "textarea": "paragraphs",
}
"""By the end of the field's schema key."""
_WITH_OPTIONS = ("option", "options")
_OF_MANY = ("options", "labels")


@dataclass(frozen=True)
class OwnField:
    """The field that is meant, as Jira knows it."""

    id: str
    name: str
    kind: Kind

    @property
    def has_options(self) -> bool:
        """Whether an administrator defines what may stand there."""
        return self.kind in _WITH_OPTIONS


@dataclass(frozen=True)
class Entry:
    """One value in a field: what a person sees, and how it is written (an option by its id)."""

    written: str
    shown: str


IsOurs = Callable[[Entry], bool]


def standing(field: OwnField, value: Any) -> tuple[Entry, ...]:
    """What stands in the field, from the JSON of an issue."""
    given = value if isinstance(value, list) else [value]
    found = (_entry(field, one) for one in given if one)
    return tuple(entry for entry in found if entry.shown)


def _entry(field: OwnField, value: Any) -> Entry:
    if field.has_options and isinstance(value, dict):
        return Entry(str(value.get("id", "")), str(value.get("value") or ""))
    text = (adf_text(value) if isinstance(value, dict) else str(value)).strip()
    return Entry(text, text)


def clearing(field: OwnField, there: tuple[Entry, ...], is_ours: IsOurs) -> Edit | None:
    """Takes ours away and leaves the others; None where nothing of ours is there."""
    others = tuple(entry for entry in there if not is_ours(entry))
    return None if others == there else _edit(field, others, "")


def filling(field: OwnField, there: tuple[Entry, ...], is_ours: IsOurs, wanted: Entry) -> Edit | str | None:
    """Puts our value there; a text says why it may not be, None that it stands there already.

    Where somebody else chose the same among many, it is theirs, and ours goes.
    """
    others = tuple(entry for entry in there if not is_ours(entry))
    if others and field.kind not in _OF_MANY:
        return f"{field.name} holds {others[0].shown!r}, which we did not write; it was left"
    if any(entry.shown == wanted.shown for entry in others):
        return _edit(field, others, "") if others != there else None
    same = len(there) == len(others) + 1 and any(entry.shown == wanted.shown for entry in there)
    return None if same else _edit(field, (*others, wanted), wanted.shown)


def _edit(field: OwnField, entries: tuple[Entry, ...], shown: str) -> Edit:
    values = [entry.written for entry in entries]
    return Edit(field.id, field.kind, tuple(sorted(values) if field.kind in _OF_MANY else values), shown)
