"""Work over time in a dump: the rows of a live site, with the ends of buckets found as records stream by. Pure."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from connectors.pwa import timephased
from connectors.pwa.normalise import Row, Site

Record = Mapping[str, Any]

MAKERS: Mapping[str, Callable[[Record, Site, Mapping[date, date]], list[Row]]] = {
    timephased.TASKS: timephased.task_rows,
    timephased.BASELINES: timephased.baseline_rows,
    timephased.ASSIGNMENTS: timephased.assignment_rows,
    timephased.ASSIGNMENT_BASELINES: timephased.assignment_baseline_rows,
}
"""Sets of work over time -> what makes rows of one record."""

KEYS: Mapping[str, str] = {name: "AssignmentId" if name.startswith("Assignment") else "TaskId" for name in MAKERS}
"""Which column names what a record is about."""


class Spread:
    """Makes rows of one set. `settings` is the `ProjectTimephased` of projects, where it is known."""

    def __init__(self, entity_set: str, site: Site, settings: Mapping[str, str]) -> None:
        self._make = MAKERS[entity_set]
        self._site = site
        self._settings = settings
        self._fiscal: dict[str, dict[date, date]] = {}

    @property
    def by_period(self) -> bool:
        """Whether all records must be looked at before: of fiscal periods only the next tells where one ends."""
        return any(map(timephased.by_fiscal_period, self._settings.values()))

    def look(self, records: Iterable[Record]) -> None:
        """Take the first days of the fiscal periods; nothing else of the records is kept."""
        firsts: dict[str, set[date]] = {}
        for record in records:
            project, setting = self._project(record)
            first = timephased.start(record, self._site) if timephased.by_fiscal_period(setting) else None
            if first is not None:
                firsts.setdefault(project, set()).add(first)
        self._fiscal = {
            project: timephased.ends_of(days, self._settings.get(project)) for project, days in firsts.items()
        }

    def rows(self, record: Record) -> list[Row]:
        """The rows of one record; none where its project collects nothing. Raises ValueError for a bad record."""
        project, setting = self._project(record)
        if timephased.switched_off(setting):
            return []
        ends = self._fiscal.get(project)
        if ends is None:
            first = timephased.start(record, self._site)
            ends = timephased.ends_of([first] if first else [], setting)
        return self._make(record, self._site, ends)

    def _project(self, record: Record) -> tuple[str, str | None]:
        project = self._site.values(record).guid("ProjectId") or ""
        return project, self._settings.get(project)
