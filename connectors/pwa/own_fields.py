"""What can be written into an enterprise custom field of a project, and what a person sees there then. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from connectors.pwa.custom_fields import CustomField
from connectors.pwa.lookups import spoken

HOW_TO_MAKE = (
    "create it under Server Settings, Enterprise Custom Fields and Lookup Tables, New Field (entity Project; type "
    "Text, or Number for the score; no formula)"
)
"""Source: Microsoft, "Create an enterprise custom field" (Project Server)."""


@dataclass(frozen=True)
class Written:
    """A value as it is sent, and as it stands there."""

    sent: Mapping[str, str]
    stands: str
    shown: str


def named(name: str, listed: Iterable[CustomField]) -> CustomField | str:
    """The one field of projects that is called so, by name, internal name or id; else what is wrong, in words."""
    found = [f for f in listed if name.casefold() in f.spellings and f.entity.casefold() in ("", "project")]
    if not found:
        return f"an enterprise custom field {name!r} of projects: {HOW_TO_MAKE}, or correct its name"
    if len(found) > 1:
        return f"one field {name!r}: there are {len(found)}; write its id ({', '.join(f.id for f in found)})"
    if not found[0].entries and found[0].type not in ("text", "number"):
        return f"a field of text, of numbers, or with a lookup table: {name!r} is one of {found[0].type}"
    return found[0]


def written(field: CustomField, body: Mapping[str, Any] | None) -> Written | str:
    """How the mark's body goes into the field, None clears it; else why it cannot, in words."""
    if body is None:
        return _cleared(field)
    if field.entries:
        return _chosen(field, body["options"])
    text = str(body["text"])
    if field.type == "text":
        return _value(field, text, "Edm.String")
    try:
        number = Decimal(text)
    except InvalidOperation:
        return f"{field.name} takes numbers, and {text!r} is none"
    return _value(field, str(number), "Edm.Double")


def same(field: CustomField, standing: str, value: Written) -> bool:
    """Whether what stands there is that value: numbers whatever their zeros, choices by internal name."""
    if field.type != "number" or field.entries:
        return standing == value.stands
    try:
        return Decimal(standing) == Decimal(value.stands)
    except InvalidOperation:
        return False


def shown(field: CustomField, standing: str) -> str:
    """What a person sees there."""
    text = spoken(standing, field.entries) or ""
    if field.type == "number" and not field.entries:
        try:
            return f"{Decimal(text).normalize():f}"
        except InvalidOperation:
            return text
    return text


def _chosen(field: CustomField, options: Sequence[str]) -> Written | str:
    by_text = {text.casefold(): name for name, text in field.entries.items()}
    for option in options:
        if option.casefold() in by_text:
            name = by_text[option.casefold()]
            return Written(_pair(field, name, "Edm.String"), name, field.entries[name])
    return f"the lookup table of {field.name} has no entry {' or '.join(options)}"


def _cleared(field: CustomField) -> Written | str:
    if field.type == "number" and not field.entries:
        return f"{field.name} is a field of numbers, for which Microsoft documents no empty value: clear it by hand"
    return Written(_pair(field, "", "Edm.String"), "", "")


def _value(field: CustomField, text: str, kind: str) -> Written:
    return Written(_pair(field, text, kind), text, text)


def _pair(field: CustomField, text: str, kind: str) -> Mapping[str, str]:
    return {"Key": field.internal_name, "Value": text, "ValueType": kind}
