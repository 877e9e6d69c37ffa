"""One plan of a site: tasks, baselines, assignments, dependencies, constraints, risks, the issue log, on one page."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import astuple, dataclass
from datetime import date
from functools import partial

from connectors import microsoft_plan as plan
from connectors.pwa import normalise, plan_rows, timephased, wanted
from connectors.pwa.client import ProjectWebApp, Record
from connectors.pwa.normalise import Row, Site
from connectors.pwa.people import owners
from connectors.pwa.server_plans import LINKS, ServerPlans
from connectors.pwa.server_plans import TASKS as SERVER_TASKS
from connectors.pwa.tidy import Tidy
from connectors.pwa.together import Together
from portfolio.columns import ColumnRows, columns_of
from portfolio.ports import Page, Scope

_RECORDS = {
    "Tasks": ("task", "TaskId"),
    "Assignments": ("assignment", "AssignmentId"),
    "TaskBaselines": ("baseline", "TaskId"),
    "ProjectBaselines": ("baseline", "ProjectId"),
    "AssignmentBaselines": ("baseline", "AssignmentId"),
    timephased.TASKS: ("timephased", "TaskId"),
    timephased.BASELINES: ("timephased", "TaskId"),
    timephased.ASSIGNMENTS: ("timephased", "AssignmentId"),
    timephased.ASSIGNMENT_BASELINES: ("timephased", "AssignmentId"),
}
"""Entity set -> what one record of it is, and the column that names it."""

_FEW = frozenset({"ProjectBaselines"})
"""Of these a project has few; they are read for several projects at once, as the lists of its site are."""

_KIND_OF_RECORD = {
    "work_item": "task",
    "assignment": "assignment",
    "baseline": "baseline",
    "risk": "risk",
    "project_issue": "project_issue",
    "work_item_link": "link",
    "artefact": "deliverable",
    "timephased": "timephased",
}


@dataclass(frozen=True)
class Extras:
    """What is read of a plan only where the admin wants it. `window`: the days of what is spread over time."""

    interim_baselines: bool = True
    assignment_baselines: bool = False
    deliverables: bool = False
    window: timephased.Window | None = None
    timephased_assignments: bool = False

    @property
    def stamp(self) -> list[object]:
        """What a plan was read with: another one reads it again. Empty for what is read by default."""
        plain = Extras()
        return [str(value) for value, usual in zip(astuple(self), astuple(plain), strict=True) if value != usual]


_OF_BASELINES = (timephased.BASELINES, timephased.ASSIGNMENT_BASELINES)


class PlanReader:
    """Reads plans. Thread-safe.

    `site` is asked when it is needed: its fields are known only after the first call. `told` gives what the list of
    projects says of a project, by its column.
    """

    def __init__(
        self,
        pwa: ProjectWebApp,
        site: Callable[[], Site],
        account_of_name: Callable[[str | None], str | None],
        told: Callable[[str, str], str | None],
        extras: Extras,
    ) -> None:
        self._pwa = pwa
        self._site_now = site
        self._told = told
        self._together = Together(pwa)
        self._extras = extras
        self._account_of_name = account_of_name
        self._server = ServerPlans(pwa)

    @property
    def _site(self) -> Site:
        return self._site_now()

    @property
    def refused(self) -> frozenset[str]:
        """Collections of ProjectServer that never answered in this run."""
        return self._server.refused

    def expect(self, projects: Sequence[str]) -> None:
        """Tell which plans will be read, in that order."""
        self._together.expect(projects)

    def look(self, projects: Sequence[str]) -> None:
        """Find out what ProjectServer answers, by the first of those projects for which it does."""
        self._server.look(projects)

    def page(self, project: str, position: str) -> Page:
        """The whole plan. What it does not hold any more is gone; tables with unreadable records are left alone."""
        tidy = Tidy("pwa")
        told = self._server.of_project(project)
        tables = {
            **self._schedule(project, told.tasks, tidy),
            "risk": self._risks(project, tidy),
            "project_issue": self._issue_log(project, tidy),
        }
        if self._extras.deliverables:
            tables["artefact"] = tidy.all(
                "deliverable",
                self._listed(project, "Deliverables"),
                "DeliverableId",
                lambda r: normalise.deliverable_row(r, self._site),
            )
        if self._extras.window is not None:
            tables["timephased"] = self._over_time(project, self._extras.window, tidy)
        links = self._there(LINKS, told.links, project, tidy)
        if told.links is not None:
            tables["work_item_link"] = tidy.all(
                "link", links, "Id", lambda r: plan_rows.link_row(r, self._site, project)
            )
        project_id = plan.row_id(self._site.source, "project", project)
        scopes = [
            scope
            for table in tables
            for scope in tidy.safe([Scope(table, "project_id", project_id)], _KIND_OF_RECORD[table])
        ]
        columns = {name: ColumnRows(columns_of(rows)) for name, rows in tables.items()}  # lighter while they wait
        return Page(columns, position, scopes, tidy.rejected, whole=True)

    def _schedule(self, project: str, server_tasks: Sequence[Record] | None, tidy: Tidy) -> dict[str, list[Row]]:
        """Tasks with their constraints and assignees, baselines, assignments."""
        site = self._site
        there = self._there(SERVER_TASKS, server_tasks, project, tidy)
        constraints = dict(tidy.all("constraint", there, "Id", lambda r: plan_rows.constraint(r, site)))
        tasks = self._rows(project, "Tasks", tidy, lambda r: plan_rows.task_row(r, site, constraints))
        assignments = self._rows(project, "Assignments", tidy, lambda r: plan_rows.assignment_row(r, site))
        baselines = self._baselines(project, tidy)
        by_task = plan.assignees(assignments)
        for task in tasks:
            task["assignee_id"] = by_task.get(task["id"])
        return {"work_item": tasks, "assignment": assignments, "baseline": baselines}

    def _baselines(self, project: str, tidy: Tidy) -> list[Row]:
        site = self._site
        makers = {"TaskBaselines": plan_rows.task_baseline_row, "ProjectBaselines": plan_rows.project_baseline_row}
        if self._extras.assignment_baselines:
            makers["AssignmentBaselines"] = plan_rows.assignment_baseline_row
        also = None if self._extras.interim_baselines else "BaselineNumber eq 0"
        return [
            row
            for entity_set, maker in makers.items()
            for row in self._rows(project, entity_set, tidy, partial(_made, maker, site), also=also)
        ]

    def _over_time(self, project: str, window: timephased.Window, tidy: Tidy) -> list[Row]:
        """Work and cost over time; nothing where the project collects none: that is not known, and never zero."""
        setting = self._told(project, "ProjectTimephased")
        if timephased.switched_off(setting):
            return []
        makers = {timephased.TASKS: timephased.task_rows, timephased.BASELINES: timephased.baseline_rows}
        if self._extras.timephased_assignments:
            makers[timephased.ASSIGNMENTS] = timephased.assignment_rows
            makers[timephased.ASSIGNMENT_BASELINES] = timephased.assignment_baseline_rows
        found: list[Row] = []
        for entity_set, maker in makers.items():
            also = window.clause()
            if entity_set in _OF_BASELINES and not self._extras.interim_baselines:
                also = f"{also} and BaselineNumber eq 0"
            kind, key = _RECORDS[entity_set]
            records = self._pwa.of_project(entity_set, project, tuple(wanted.WANTED[entity_set]), also=also)
            make = partial(_spread, maker, self._site, timephased.ends(records, self._site, setting))
            found += [row for rows in tidy.all(kind, records, key, make) for row in rows]
        return found

    def _rows(
        self, project: str, entity_set: str, tidy: Tidy, make: Callable[[Record], Row], *, also: str | None = None
    ) -> list[Row]:
        kind, key = _RECORDS[entity_set]
        columns = tuple(wanted.columns_of(entity_set, self._site.fields))
        read = self._together if entity_set in _FEW else self._pwa
        return tidy.all(kind, read.of_project(entity_set, project, columns, also=also), key, make)

    def _risks(self, project: str, tidy: Tidy) -> list[Row]:
        records = self._listed(project, "Risks")
        if not records:
            return []
        known, currency = owners(records, self._account_of_name), self._told(project, "ProjectCurrency")
        return tidy.all("risk", records, "RiskId", lambda r: normalise.risk_row(r, self._site, known, currency))

    def _issue_log(self, project: str, tidy: Tidy) -> list[Row]:
        records = self._listed(project, "Issues")
        known = owners(records, self._account_of_name)
        return tidy.all(
            "project_issue", records, "IssueId", lambda r: normalise.project_issue_row(r, self._site, known)
        )

    def _listed(self, project: str, entity_set: str) -> list[Record]:
        """Entries of a list on the project's site, which may be sorted into folders: those are no entries."""
        records = self._together.of_project(entity_set, project, tuple(wanted.WANTED[entity_set]))
        return [record for record in records if record.get("IsFolder") is not True]

    def _there(self, collection: str, found: Sequence[Record] | None, project: str, tidy: Tidy) -> Sequence[Record]:
        """A collection of ProjectServer; one that answers for other projects and not for this is told as rejected."""
        if found is None and collection not in self._server.refused:
            said = f"ProjectServer does not give the {collection} of this project"
            tidy.remark(f"server_{collection.lower()}", project, [said])
        return found or []


def _made(maker: Callable[[Record, Site], Row], site: Site, record: Record) -> Row:
    return maker(record, site)


def _spread(
    maker: Callable[[Record, Site, Mapping[date, date]], list[Row]],
    site: Site,
    ends: Mapping[date, date],
    record: Record,
) -> list[Row]:
    return maker(record, site, ends)
