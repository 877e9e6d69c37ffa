"""Which projects of a site are read: by key, by category, or all that the account sees. Pure; both editions.

Categories (Atlassian: `projectCategory` of each project in the lists of projects) are compared without regard to upper
and lower case.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from connectors.jira.settings import JiraSource
from portfolio.errors import RemoteRefusal
from portfolio.located_toml import suggest
from portfolio.ports import Rejected


@dataclass
class Selection:
    """Chooses among projects as received, and remembers what it saw."""

    keys: Sequence[str]
    categories: Sequence[str]
    _seen: dict[str, str | None] = field(default_factory=dict)
    """Categories by key of every project that was looked at."""

    @classmethod
    def of(cls, settings: JiraSource) -> "Selection":
        """As configured."""
        return cls(settings.projects, settings.project_categories)

    def wants(self, raw: Mapping[str, Any]) -> bool:
        """Whether this project is to be read. Where keys and categories are given, both must hold."""
        key, category = str(raw.get("key")), _category(raw)
        self._seen[key] = category
        return self._is_selected(key, category)

    @property
    def selected(self) -> list[str]:
        """Keys of the projects that are read."""
        return [key for key, category in self._seen.items() if self._is_selected(key, category)]

    def _is_selected(self, key: str, category: str | None) -> bool:
        return (not self.keys or key in self.keys) and self._holds(category)

    def _holds(self, category: str | None) -> bool:
        if not self.categories:
            return True
        return category is not None and category.casefold() in {name.casefold() for name in self.categories}

    @property
    def complaints(self) -> list[Rejected]:
        """What is configured and was not found among all of them."""
        found: list[Rejected] = []
        for key in self.keys:
            if key not in self._seen:
                why = "the configured project does not exist, or the account may not see it"
                found.append(Rejected(key, "project.not_visible", why))
            elif not self._holds(self._seen[key]):
                why = f"{_of(self._seen[key])}, which `project_categories` does not name: it is not read"
                found.append(Rejected(key, "project.not_selected", why))
        known = {category for category in self._seen.values() if category}
        folded = {category.casefold() for category in known}
        for name in self.categories:
            if name.casefold() not in folded:
                hint = suggest(name, known) or f"there are: {', '.join(sorted(known)) or 'none'}"
                why = f"no project that the account sees is in the category {name!r}; {hint}"
                found.append(Rejected(name, "project.category_unknown", why))
        return found

    def refuse_none(self, chosen: Iterable[Any]) -> None:
        """Raises RemoteRefusal where nothing is to be read: it must not pass for an emptied site."""
        if not list(chosen):
            told = "; ".join(f"{one.native_id}: {one.reason}" for one in self.complaints if self.categories)
            raise RemoteRefusal(
                "Jira shows us none of the projects to be read" + (f" ({told})" if told else ""),
                code="jira.no_projects",
                remedy="Give the account Browse projects there, or correct `projects` and `project_categories`.",
            )


def _category(raw: Mapping[str, Any]) -> str | None:
    category = raw.get("projectCategory")
    name = category.get("name") if isinstance(category, dict) else None
    return name.strip() if isinstance(name, str) and name.strip() else None


def _of(category: str | None) -> str:
    return f"it is in the category {category!r}" if category else "it is in no category"
