"""What is known of a Data Center once its catalogue was read; every later call needs some of it."""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from functools import cached_property
from typing import Any

import orjson

from connectors.http import Http
from connectors.jira.datacenter.parents import Parents
from connectors.jira.datacenter.shapes import Shapes
from connectors.jira.datacenter.times import ServerTime
from connectors.jira.datacenter.walk import Reach
from connectors.jira.normalise.context import Site
from connectors.jira.settings import JiraDataCenterSource
from portfolio.ports import Rejected

PAGE_ROWS = 100
ORDER = "ORDER BY created ASC, key ASC"


@dataclass(frozen=True)
class Known:
    """The site, its connection and its clock; `zone` is that of the account, `names` the statuses and issue types.

    `projects` are as received, by native id, with the PMO's property in `properties`; `people` lead them, by key or
    name. `refused` is what is wrong with other projects.
    """

    http: Http
    settings: JiraDataCenterSource
    site: Site
    shapes: Shapes
    time: ServerTime
    zone: tzinfo | None
    names: Sequence[Any]
    projects: Mapping[str, dict[str, Any]]
    people: Mapping[str, Any]
    refused: Sequence[Rejected]
    parents: Parents

    def reading(self, project: str) -> int:
        """A number for all but the issues themselves that goes into the rows of a project's issues."""
        return self.site.reading_of(project, self.projects.get(project, {}).get("key"), (self._named,))

    def reach(self, page_rows: int = PAGE_ROWS) -> Reach:
        """How far one walk through a project may go."""
        return Reach(page_rows, self.settings.result_window, self.settings.max_pages, self.zone)

    @cached_property
    def _named(self) -> int:
        """A renamed status, or one of another category, changes rows of issues that nobody edits."""
        return zlib.crc32(orjson.dumps(sorted(map(_meaning, self.names), key=str)))


def _meaning(one: Any) -> list[Any]:
    if not isinstance(one, dict):
        return []
    category = one.get("statusCategory")
    key = category.get("key") if isinstance(category, dict) else None
    return [one.get("id"), one.get("name"), one.get("subtask"), key]
