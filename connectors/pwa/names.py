"""Names of entity sets and columns, in English here and in the site's language there. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from connectors.pwa import french

_QUOTED = re.compile(r"('(?:[^']|'')*')")
_WORD = re.compile(r"\w+")

DEFAULT_FIELDS: Mapping[str, tuple[str, ...]] = {
    "ProjectDepartments": ("Servicesduprojet",),
    "ResourceDepartments": ("Servicesderessources",),
}
"""Fields that every site has keep the language of the site, also under [en-us]; the names that are known of them."""


@dataclass(frozen=True)
class Names:
    """What a site calls things. A name that is not listed is the same on both sides."""

    sets: Mapping[str, str] = field(default_factory=dict)
    columns: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def local_set(self, entity_set: str) -> str:
        """The site's name of a set."""
        return self.sets.get(entity_set, entity_set)

    def local(self, entity_set: str, column: str) -> str:
        """The site's name of a column."""
        return self.columns.get(entity_set, {}).get(column, column)

    def english(self, entity_set: str, column: str) -> str:
        """Our name of the site's column."""
        return self.back(entity_set).get(column, column)

    def record(self, entity_set: str, row: Mapping[str, Any]) -> Mapping[str, Any]:
        """A record under our names."""
        back = self.back(entity_set)
        return {back.get(name, name): value for name, value in row.items()} if back else row

    def clause(self, entity_set: str, text: str | None) -> str | None:
        """A $filter or $orderby of ours in the site's names; what stands in quotes is left alone."""
        own = self.columns.get(entity_set)
        if text is None or not own:
            return text
        parts = _QUOTED.split(text)
        return "".join(
            part if n % 2 else _WORD.sub(lambda m: own.get(m[0], m[0]), part) for n, part in enumerate(parts)
        )

    def back(self, entity_set: str) -> Mapping[str, str]:
        """Our names of a set's columns, by the site's."""
        return {theirs: ours for ours, theirs in self.columns.get(entity_set, {}).items()}


ENGLISH = Names()
FRENCH = Names(french.SETS, french.COLUMNS)


def squeezed(name: str) -> str:
    """A field's name as it becomes a column: without blanks and punctuation; letters of any script stay."""
    return "".join(sign for sign in name if sign.isalnum()).casefold()


def column_called(name: str, columns: frozenset[str]) -> str | None:
    """The column that a configured name means: its own name, a field's name as people see it, or its name in another
    language; None where there is none. Fields of tasks and resources end in `_T` and `_R` on assignments."""
    for candidate in (name, *DEFAULT_FIELDS.get(name, ())):
        if candidate in columns:
            return candidate
    wanted = squeezed(name)
    by_form = {squeezed(column.removesuffix("_T").removesuffix("_R")): column for column in sorted(columns)}
    return by_form.get(wanted) if wanted else None
