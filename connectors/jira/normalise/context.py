"""What reading one site needs to know: its name, address, resolved fields, mapping, and each project's currency."""

import zlib
from collections.abc import Mapping as MappingOf
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import orjson

from connectors.jira.mapping import Mapping, Rate

_READING_VERSION = 4
"""Raised when issues must be read again although they did not change, because we read more of them."""


@dataclass(frozen=True)
class FieldIds:
    """Ids of the fields that play a role, best first; a name may stand for several fields of one site."""

    by_role: MappingOf[str, tuple[str, ...]]

    @property
    def all(self) -> list[str]:
        """Every id once, in a stable order."""
        return sorted({field_id for ids in self.by_role.values() for field_id in ids})

    def known(self, role: str) -> bool:
        """Whether the site has a field for that role."""
        return bool(self.by_role.get(role))

    def value(self, fields: MappingOf[str, Any], role: str) -> Any:
        """The first value that an issue has for that role, or None."""
        for field_id in self.by_role.get(role, ()):
            value = fields.get(field_id)
            if value is not None:
                return value
        return None


@dataclass(frozen=True)
class Site:
    """One Jira site as the normalisers see it."""

    source: str
    browse_url: str
    mapping: Mapping
    field_ids: FieldIds
    currency: str | None = None
    currencies: MappingOf[str, str] = field(default_factory=dict)
    """By native project id, where the project's property names one."""
    label_prefix: str = "pmo-"
    group_rates: MappingOf[str, Rate] = field(default_factory=dict)
    """By account key: the rate of the first configured group that the person is in."""
    switches: tuple[bool, ...] = ()
    """Whether worklogs and histories are read: what was left out must be caught up on when it is switched on."""

    def id(self, kind: str, native: str) -> str:
        """`source:kind:native id`."""
        return f"{self.source}:{kind}:{native}"

    def currency_of(self, project: str) -> str | None:
        """Currency of a project's amounts, by its native id."""
        return self.currencies.get(project) or self.currency

    def reading_of(self, project: str, key: str | None, names: Sequence[int] = ()) -> int:
        """A number that stands for all but the issues themselves that goes into the rows of a project's issues.

        A project's new key, another mapping, field or currency, other names of statuses and types (`names` stands for
        them) change rows of issues whose `updated` stays.
        """
        means = [self._same_for_all, key, list(names), self.currency_of(project)]
        return zlib.crc32(orjson.dumps(means, option=orjson.OPT_SORT_KEYS))

    @cached_property
    def _same_for_all(self) -> int:
        means: list[Any] = [_READING_VERSION, self.source, self.browse_url, self.label_prefix]
        means += [self.mapping.model_dump(mode="json"), dict(self.field_ids.by_role), list(self.switches)]
        return zlib.crc32(orjson.dumps(means, option=orjson.OPT_SORT_KEYS))

    @cached_property
    def account_ids(self) -> dict[str, str]:
        """Our ids of the people met so far, by theirs: the same few are on nearly every record."""
        return {}

    @cached_property
    def due_fields(self) -> tuple[str, ...]:
        """Ids of the fields that the mapping fills the due date from."""
        return self.field_ids.by_role.get("column:due_date", ())

    @cached_property
    def fills_columns(self) -> bool:
        """Whether the mapping fills columns beyond those that Jira's own fields fill."""
        return bool(self.mapping.columns) or self.mapping.hours_per_point is not None

    @cached_property
    def status_categories(self) -> dict[str, str]:
        """What the mapping says of statuses, by name in lower case."""
        return {name.casefold(): category for name, category in self.mapping.status_categories.items()}

    def rate_of(self, key: str, email: str | None) -> Rate | None:
        """What an hour of that person costs: by account id, else by e-mail, else by group."""
        if not self._rates and not self.group_rates:
            return None
        own = self._rates.get(key) or (self._rates.get(email) if email else None)
        return own or self.group_rates.get(key)

    @cached_property
    def _rates(self) -> dict[str, Rate]:
        return {rate.who.lower() if "@" in rate.who else rate.who: rate for rate in self.mapping.rates if rate.who}

    def kind_of(self, issue_type: MappingOf[str, Any]) -> str:
        """Our kind of an issue type; types that nobody mapped are subtasks if Jira says so, else other."""
        kind = self._kinds.get(str(issue_type.get("name", "")).casefold())
        return kind or ("subtask" if issue_type.get("subtask") else "other")

    def link_kind(self, name: str) -> str:
        """Our kind of a type of link."""
        return self._links.get(name.casefold(), "other")

    @cached_property
    def _kinds(self) -> dict[str, str]:
        return {name.casefold(): kind for name, kind in self.mapping.kinds.items()}

    @cached_property
    def _links(self) -> dict[str, str]:
        return {name.casefold(): kind for name, kind in self.mapping.links.items()}


def resolve_fields(listed: Sequence[MappingOf[str, Any]], wanted: MappingOf[str, str]) -> FieldIds:
    """Find fields among those that `GET /field` lists, by id, by schema key (`schema.custom`), else by name.

    Story points are found by their schema key too, because sites rename them ("Story point estimate").
    """
    return FieldIds({role: tuple(_matches(listed, role, text)) for role, text in wanted.items() if text})


_ALSO = {"points": "com.pyxis.greenhopper.jira:jsw-story-points"}


def _matches(listed: Sequence[MappingOf[str, Any]], role: str, text: str) -> list[str]:
    def schema_key(entry: MappingOf[str, Any]) -> str:
        return str((entry.get("schema") or {}).get("custom", ""))

    sought = text.casefold()
    tests = (
        lambda entry: entry.get("id") == text,
        lambda entry: schema_key(entry) == text,
        lambda entry: str(entry.get("name", "")).casefold() == sought,
        lambda entry: role in _ALSO and schema_key(entry) == _ALSO[role],
    )
    for test in tests:
        found = [str(entry["id"]) for entry in listed if test(entry)]
        if found:
            return found
    return []
