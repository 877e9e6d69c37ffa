"""Columns of the admin's own on msdyn_project, and what may be written into each: the capability test before a write.

Source: Microsoft, "Query table definitions using the Web API": attributes with `IsCustomAttribute`, `IsValidForUpdate`,
`AttributeType`, and the options of a choice. Columns of Microsoft's own solutions are custom too, so the prefix counts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from connectors import microsoft_plan as plan
from connectors.dataverse.client import Dataverse
from connectors.dataverse.settings import VENDOR_PREFIX
from portfolio.errors import RemoteRefusal

_NUMBERS = frozenset({"Integer", "BigInt", "Decimal", "Double", "Money"})
_WHOLE = frozenset({"Integer", "BigInt"})
_TEXTS = frozenset({"String", "Memo"})
_CHOICE = "Picklist"
_DEFINITION = "EntityDefinitions(LogicalName='msdyn_project')/Attributes(LogicalName='{name}')"
_PLAIN = "?$select=LogicalName,AttributeType,IsCustomAttribute,IsValidForUpdate"
_OPTIONS = (
    "/Microsoft.Dynamics.CRM.PicklistAttributeMetadata?$select=LogicalName"
    "&$expand=OptionSet($select=Options),GlobalOptionSet($select=Options)"
)
_LENGTH = "/Microsoft.Dynamics.CRM.{kind}AttributeMetadata?$select=LogicalName,MaxLength"
_SHORTEST = 100
"""Characters of a text column whose definition does not say how many it takes; the default of a new column."""


class Unwritable(ValueError):
    """Why a column, or a value, cannot be written; in words."""


class NoColumn(Unwritable):
    """The table has no such column."""


@dataclass(frozen=True)
class OwnColumn:
    """A column that may be filled. `options`: label in small letters -> number and label, of a choice."""

    name: str
    type: str
    most_characters: int = 0
    options: Mapping[str, tuple[int, str]] = field(default_factory=dict)

    def value(self, body: Mapping[str, Any]) -> Any:
        """What to write for the body of a mark: the first of its `options` that there is, or its `text`.

        Raises Unwritable where the column takes none of it.
        """
        if self.type == _CHOICE:
            for name in body.get("options") or ():
                if found := self.options.get(str(name).casefold()):
                    return found[0]
            raise Unwritable(f"{self.name} has no choice {' or '.join(body.get('options') or ['that was meant'])}")
        text = str(body.get("text") or "")
        return self._number(text) if self.type in _NUMBERS else text[: self.most_characters]

    def _number(self, text: str) -> int | float:
        try:
            found = Decimal(text)
        except InvalidOperation:
            found = Decimal("NaN")
        if (
            not found.is_finite()
            or plan.too_large(found)
            or (self.type in _WHOLE and found != found.to_integral_value())
        ):
            kind = "a whole number" if self.type in _WHOLE else "a number"
            raise Unwritable(f"{self.name} takes {kind}, and {text[:60]!r} is none")
        return int(found) if found == found.to_integral_value() else float(found)

    def shown(self, value: Any) -> str:
        """A value as the ledger remembers it and a person sees it; empty for none."""
        if value is None:
            return ""
        if self.type == _CHOICE:
            return next((label for number, label in self.options.values() if number == value), str(value))
        if self.type in _NUMBERS:
            return f"{Decimal(str(value)).normalize():f}"
        return str(value)

    def written(self, line: str) -> str:
        """What a text of the ledger would look like in the column: it notes what was meant before it was written."""
        if self.type == _CHOICE:
            return self.options.get(line.casefold(), (0, line))[1]
        if self.type in _TEXTS:
            return line[: self.most_characters]
        try:
            return self.shown(self._number(line))
        except Unwritable:
            return line


def own_column(dataverse: Dataverse, name: str) -> OwnColumn:
    """The column of that logical name, if it may be filled. Raises Unwritable, in words for an admin; and what reading
    definitions raises."""
    if name.startswith(VENDOR_PREFIX):
        raise Unwritable(f"a column of your own: {name} is Microsoft's")
    try:
        found = dataverse.one(_DEFINITION.format(name=name) + _PLAIN)
    except RemoteRefusal as refused:
        if refused.code != "remote.not_found":
            raise
        raise NoColumn(f"a column {name} on the table msdyn_project: create it, or correct its name") from refused
    kind = str(found.get("AttributeType"))
    if found.get("IsCustomAttribute") is not True:
        raise Unwritable(f"a column of your own: {name} belongs to the system")
    if found.get("IsValidForUpdate") is not True:
        raise Unwritable(f"a column that can be written: {name} is calculated or read-only")
    if kind == _CHOICE:
        return OwnColumn(name, kind, options=_options(dataverse.one(_DEFINITION.format(name=name) + _OPTIONS)))
    if kind in _TEXTS:
        length = dataverse.one(_DEFINITION.format(name=name) + _LENGTH.format(kind=kind)).get("MaxLength")
        return OwnColumn(name, kind, length if isinstance(length, int) and length > 0 else _SHORTEST)
    if kind not in _NUMBERS:
        raise Unwritable(f"a text, a number or a choice: {name} is a {kind}")
    return OwnColumn(name, kind)


def _options(definition: Mapping[str, Any]) -> dict[str, tuple[int, str]]:
    """Options by every label that they have, in any language."""
    held = [definition.get(which) for which in ("OptionSet", "GlobalOptionSet")]
    options = [option for one in held if isinstance(one, Mapping) for option in one.get("Options") or ()]
    return {label.casefold(): (int(option["Value"]), _shown(option)) for option in options for label in _labels(option)}


def _labels(option: Mapping[str, Any]) -> Sequence[str]:
    told = option.get("Label") or {}
    return [str(one["Label"]) for one in told.get("LocalizedLabels") or () if one.get("Label")]


def _shown(option: Mapping[str, Any]) -> str:
    """The label in the account's language."""
    mine = (option.get("Label") or {}).get("UserLocalizedLabel") or {}
    return str(mine.get("Label") or (_labels(option) or [option["Value"]])[0])
