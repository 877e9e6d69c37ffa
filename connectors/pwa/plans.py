"""One plan of a site: tasks, baselines, assignments, dependencies, constraints, risks, on one page."""

import threading
from collections.abc import Callable, Mapping, Sequence

from connectors import microsoft_plan as plan
from connectors.pwa import normalise, wanted
from connectors.pwa.client import ProjectWebApp, Record
from connectors.pwa.normalise import Row, Site
from connectors.pwa.tidy import Tidy
from portfolio.errors import RemoteRefusal, SignInError
from portfolio.ports import Page, Scope

GONE = "gone"
"""Position of a plan whose project the site does not list any more."""

_LINKS = "TaskLinks"
_SERVER_TASKS = "Tasks"
_SERVER_TASK_COLUMNS = ("Id", "ConstraintType", "ConstraintStartEnd")


class PlanReader:
    """Reads plans. Thread-safe."""

    def __init__(self, pwa: ProjectWebApp, site: Site, account_of_name: Callable[[str | None], str | None]) -> None:
        self._pwa = pwa
        self._site = site
        self._account_of_name = account_of_name
        self._lock = threading.Lock()
        self._answered: set[str] = set()
        self._refused: set[str] = set()

    @property
    def refused(self) -> frozenset[str]:
        """Collections of ProjectServer that never answered in this run."""
        return frozenset(self._refused)

    def look(self, projects: Sequence[str]) -> None:
        """Find out what ProjectServer answers, by the first of those projects for which it does."""
        for collection in (_LINKS, _SERVER_TASKS):
            for project in projects:
                self._refused.discard(collection)
                if self._optional(project, collection) is not None:
                    break

    def gone(self, project: str) -> Page:
        """Everything of a plan that was deleted is gone."""
        project_id = plan.row_id(self._site.source, "project", project)
        return Page({}, GONE, [*plan.child_scopes(project_id), Scope("risk", "project_id", project_id)])

    def page(self, project: str, position: str) -> Page:
        """The whole plan. What it does not hold any more is gone; tables with unreadable records are left alone."""
        tidy, site = Tidy("pwa"), self._site
        project_id = plan.row_id(site.source, "project", project)
        constraints = self._constraints(project, tidy)
        tasks = self._rows(project, "Tasks", "TaskId", tidy, lambda r: normalise.task_row(r, site, constraints))
        assignments = self._rows(
            project, "Assignments", "AssignmentId", tidy, lambda r: normalise.assignment_row(r, site)
        )
        baselines = self._rows(
            project, "TaskBaselines", "TaskId", tidy, lambda r: normalise.task_baseline_row(r, site)
        ) + self._rows(
            project, "ProjectBaselines", "ProjectId", tidy, lambda r: normalise.project_baseline_row(r, site)
        )
        by_task = plan.assignees(assignments)
        for task in tasks:
            task["assignee_id"] = by_task.get(task["id"])
        tables = {
            "work_item": tasks,
            "assignment": assignments,
            "baseline": baselines,
            "risk": self._risks(project, tidy),
        }
        scopes = [
            *tidy.safe([Scope("work_item", "project_id", project_id)], "Tasks"),
            *tidy.safe([Scope("assignment", "project_id", project_id)], "Assignments"),
            *tidy.safe([Scope("baseline", "project_id", project_id)], "TaskBaselines", "ProjectBaselines"),
            *tidy.safe([Scope("risk", "project_id", project_id)], "Risks"),
        ]
        links = self._optional(project, _LINKS)
        if links is not None:
            tables["work_item_link"] = tidy.all(_LINKS, links, "Id", lambda r: normalise.link_row(r, site, project))
            scopes += tidy.safe([Scope("work_item_link", "project_id", project_id)], _LINKS)
        return Page(tables, position, scopes, tidy.rejected)

    def _rows(self, project: str, entity_set: str, key: str, tidy: Tidy, make: Callable[[Record], Row]) -> list[Row]:
        records = self._pwa.of_project(entity_set, project, tuple(wanted.columns_of(entity_set, self._site.fields)))
        return tidy.all(entity_set, records, key, make)

    def _risks(self, project: str, tidy: Tidy) -> list[Row]:
        records = self._pwa.of_project("Risks", project, tuple(wanted.WANTED["Risks"]))
        if not records:
            return []
        owners = {str(r.get("Owner") or "").strip(): self._account_of_name(_owner(r)) for r in records}
        known = {name: account for name, account in owners.items() if account}
        currency = self._currency(project)
        return tidy.all("Risks", records, "RiskId", lambda r: normalise.risk_row(r, self._site, known, currency))

    def _currency(self, project: str) -> str | None:
        records = self._pwa.of_project("Projects", project, ("ProjectId", "ProjectCurrency"))
        return self._site.values(records[0]).text("ProjectCurrency") if records else None

    def _constraints(self, project: str, tidy: Tidy) -> Mapping[str, Row]:
        records = self._optional(project, _SERVER_TASKS, _SERVER_TASK_COLUMNS)
        return dict(tidy.all("constraint", records or [], "Id", lambda r: normalise.constraint(r, self._site)))

    def _optional(self, project: str, collection: str, columns: tuple[str, ...] = ()) -> list[Record] | None:
        """A collection of ProjectServer, or None where the site or the account has none of it.

        A collection that never answered is not asked for again in this run.
        """
        if collection in self._refused:
            return None
        try:
            found = self._pwa.server_rows(project, collection, columns)
        except RemoteRefusal:
            self._note_refusal(collection)
            return None
        except SignInError as refused:
            if refused.code == "sign_in.refused":
                raise
            self._note_refusal(collection)
            return None
        with self._lock:
            self._answered.add(collection)
            self._refused.discard(collection)
        return found

    def _note_refusal(self, collection: str) -> None:
        with self._lock:
            if collection not in self._answered:
                self._refused.add(collection)


def _owner(record: Record) -> str | None:
    return str(record.get("Owner") or "").strip() or None
