"""Everything in a dump as rows, set by set, in an order in which what refers to something comes after it."""

import hashlib
import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from connectors import microsoft_plan as plan
from connectors.msproject import mspdi
from connectors.odata_dump.archive import Dump, Member
from connectors.odata_dump.doubles import Doubles
from connectors.odata_dump.formats import BadFile, Record, records
from connectors.odata_dump.names import Columns, Kind, columns, kind_of
from connectors.odata_dump.settings import OdataDumpSource
from connectors.odata_dump.spread import KEYS, MAKERS, Spread
from connectors.odata_dump.tidy import TidyDump
from connectors.pwa import normalise, plan_rows, stages, timesheets
from connectors.pwa.normalise import Row, Site
from connectors.pwa.people import People, owners
from portfolio.errors import RemoteRefusal
from portfolio.ports import Rejected

STAGES = "ProjectWorkflowStageDataSet"
_COPY = 1 << 20
Rows = Iterator[tuple[str, Row]]
"""Table and row."""

_OF_PLANS = frozenset({"Tasks", "Assignments", "TaskBaselines", "ProjectBaselines", "AssignmentBaselines", *MAKERS})
"""Sets whose content a plan's MSPDI file holds as well, and more of it."""


@dataclass
class Contents:
    """What there is in a dump, and the rows that it makes."""

    dump: Dump
    settings: OdataDumpSource
    site: Site
    tidy: TidyDump = field(default_factory=TidyDump)
    hidden: set[str] = field(default_factory=set)
    currencies: dict[str, str | None] = field(default_factory=dict)
    projects: set[str] = field(default_factory=set)
    again: bool = False
    """The dump was read whole before: then what is stored of a project says more than the name of a file."""
    collected: dict[str, str] = field(default_factory=dict)
    """`ProjectTimephased` of projects: by what they collect work over time."""
    columns: dict[str, Columns] = field(default_factory=dict)
    """What was found of the columns, by file."""

    def __post_init__(self) -> None:
        self._kinds = {member: kind for member in self.dump.members() if (kind := kind_of(member))}
        self._strangers = [m for m in self.dump.members() if m not in self._kinds]
        self._people = People(self.site)
        self._staffing = plan.Staffing()

    @property
    def sets(self) -> set[str]:
        """Entity sets of which there is a file."""
        return {kind.entity_set for kind in self._kinds.values() if kind.entity_set}

    @property
    def unread_sets(self) -> list[str]:
        """Sets that are known and not read: their content is no part of the portfolio's model."""
        return sorted(self.sets - (set(_TABLES) - self.settings.left_out))

    @property
    def plans(self) -> dict[str, tuple[Member, Kind]]:
        """Plans as MSPDI by project, the published one where there are both."""
        found: dict[str, tuple[Member, Kind]] = {}
        for member, kind in self._kinds.items():
            _, known = found.get(kind.project or "", (member, Kind()))
            if kind.plan and kind.project and (not known.plan or kind.plan == "published" != known.plan):
                found[kind.project] = (member, kind)
        return found

    @property
    def strangers(self) -> list[str]:
        """Files that nobody knows."""
        return [member.name for member in self._strangers]

    def records(self, entity_set: str) -> Iterator[Record]:
        """Records of a set from all its files, under English names. A file that cannot be read is rejected; of a record
        that two files hold, the first one counts."""
        plans = self.plans if entity_set in _OF_PLANS else {}
        files = [(m, k) for m, k in self._kinds.items() if k.entity_set == entity_set and k.project not in plans]
        doubles = Doubles(entity_set)
        for member, kind in files:
            doubles.begin(member.name)
            for record in self._of_file(entity_set, member, kind):
                first = doubles.earlier(record) if len(files) > 1 else None
                if first is None:
                    yield record
                elif not first[1]:
                    self.tidy.doubled(member.name, first[0], doubles.name(record))

    def rows(self) -> Rows:
        """All rows of all sets."""
        for stranger in self._strangers:
            reason = f"{stranger.name}: no entity set has this name, and no plan; it was not read"
            self.tidy.note(Rejected(stranger.name, "dump.unknown_file", reason))
        baselines = list(self.records("ProjectBaselines"))  # a dozen a project at most, and wanted twice
        gates = [] if STAGES in self.settings.left_out else list(self.records(STAGES))
        yield from self._projects(baselines, stages.phases(gates, self.site))
        yield from self._each(STAGES, "gate", "StageId", lambda r: [stages.gate_row(r, self.site)], gates)
        yield from self._each("Resources", "account", "ResourceId", self._account)
        yield from self._plans_as_xml()
        yield from self._each("Assignments", "assignment", "AssignmentId", self._assignment)
        yield from self._each("Tasks", "work_item", "TaskId", self._task)
        yield from self._each(
            "TaskBaselines", "baseline", "TaskId", lambda r: [plan_rows.task_baseline_row(r, self.site)]
        )
        yield from self._each(
            "ProjectBaselines", "baseline", "ProjectId",
            lambda r: [plan_rows.project_baseline_row(r, self.site)], baselines,
        )  # fmt: skip
        if self.settings.assignment_baselines:
            yield from self._each(
                "AssignmentBaselines", "baseline", "AssignmentId",
                lambda r: [plan_rows.assignment_baseline_row(r, self.site)],
            )  # fmt: skip
        if self.settings.deliverables:
            yield from self._each("Deliverables", "artefact", "DeliverableId", self._deliverable)
        yield from self._each("Risks", "risk", "RiskId", self._risk)
        yield from self._each("Issues", "project_issue", "IssueId", self._issue)
        if self.settings.timephased:
            for entity_set in MAKERS:
                yield from self._over_time(entity_set)
        yield from self._time()
        yield from self._projects_by_name()

    def _of_file(self, entity_set: str, member: Member, kind: Kind) -> Iterator[Record]:
        names: Columns | None = None
        table = _TABLES.get(entity_set, "")
        try:
            with self.dump.open(member) as file:
                for record in records(file, member.name):
                    if names is None or not names.english.keys() >= record.keys() - set(names.unread):
                        names = columns(entity_set, record.keys(), self.settings.fields)
                        self.columns[member.name] = names
                    found = {english: record[name] for name, english in names.english.items() if name in record}
                    if kind.project and "ProjectId" not in found:
                        found["ProjectId"] = kind.project
                    yield found
        except (BadFile, RemoteRefusal, OSError) as problem:
            self.tidy.damaged(member.name, problem, table)

    def _each(
        self,
        entity_set: str,
        table: str,
        key: str,
        make: Callable[[Record], Collection[Row]],
        read: Iterable[Record] | None = None,
    ) -> Rows:
        for record in self.records(entity_set) if read is None else read:
            try:
                if self.site.values(record).guid("ProjectId") in self.hidden or record.get("IsFolder") is True:
                    continue
                yield from ((table, row) for row in make(record))
            except ValueError as problem:
                self.tidy.refuse(table, record, key, f"{entity_set}: {problem}")

    def _projects(self, baselines: list[Record], phases: Mapping[str, str]) -> Rows:
        held = normalise.baselines(baselines, self.site)
        told = "ProjectBaselines" in self.sets
        for record in self.records("Projects"):
            try:
                values = self.site.values(record)
                if values.whole("ProjectType") == normalise.HIDDEN_PROJECT_TYPE:
                    self.hidden.add(values.key("ProjectId"))
                    continue
                key = values.guid("ProjectId") or ""
                around = normalise.Around(held.get(key), told and key not in self.plans, phases.get(key))
                row, problems = normalise.project_row(record, self.site, around)
            except ValueError as problem:
                self.tidy.refuse("project", record, "ProjectId", f"Projects: {problem}")
                continue
            self.tidy.remark("project_word", row["native_id"], problems)
            self.currencies[row["native_id"]] = row["currency"]
            self.projects.add(row["native_id"])
            if setting := values.text("ProjectTimephased"):
                self.collected[row["native_id"]] = setting
            yield "project", {**row, "url": None}  # its site is gone
            if budget := normalise.budget_row(row):
                yield "budget_line", budget

    def _account(self, record: Record) -> list[Row]:
        row = normalise.account_row(record, self.site)
        self._people.add(row["native_id"], row["name"])
        return [row]

    def _assignment(self, record: Record) -> list[Row]:
        row = plan_rows.assignment_row(record, self.site)
        self._staffing.add(row)
        return [row]

    def _task(self, record: Record) -> list[Row]:
        row = plan_rows.task_row(record, self.site, {})
        return [{**row, "assignee_id": self._staffing.assignee(row["id"])}]

    def _risk(self, record: Record) -> list[Row]:
        currency = self.currencies.get(self.site.values(record).key("ProjectId"))
        return [normalise.risk_row(record, self.site, owners([record], self._people.account_of_name), currency)]

    def _deliverable(self, record: Record) -> list[Row]:
        row = normalise.deliverable_row(record, self.site)
        path = self.site.values(record).text("ItemRelativeUrlPath")  # as it stands: there is no site to put before it
        return [{**row, "location": path}]

    def _issue(self, record: Record) -> list[Row]:
        return [normalise.project_issue_row(record, self.site, owners([record], self._people.account_of_name))]

    def _over_time(self, entity_set: str) -> Rows:
        spread = Spread(entity_set, self.site, self.collected)
        if spread.by_period:
            spread.look(self.records(entity_set))
        yield from self._each(entity_set, "timephased", KEYS[entity_set], spread.rows)

    def _time(self) -> Rows:
        """Day entries. The days of lines may stand anywhere in their file, so those of all lines are held."""
        days: dict[str, list[Record]] = {}
        for record in self.records("TimesheetLineActualDataSet"):
            line = self.site.values(record).guid("TimesheetLineId")
            if line:
                days.setdefault(line, []).append(record)
        for record in self.records("TimesheetLines"):
            try:
                values = self.site.values(record)
                if values.guid("ProjectId") in {None, *self.hidden}:
                    continue
                account = self._people.account_of(values.guid("TimesheetOwnerId"), values.text("TimesheetOwner"))
                booked = days.pop(values.key("TimesheetLineId"), [])
                yield from (("time_entry", row) for row in timesheets.entries(record, booked, self.site, account))
            except ValueError as problem:
                self.tidy.refuse("time_entry", record, "TimesheetLineId", f"TimesheetLines: {problem}")

    def _plans_as_xml(self) -> Rows:
        for member, kind in self._kinds.items():
            first, as_what = self.plans.get(kind.project or "", (member, kind))
            if kind.plan and first != member and kind.plan == as_what.plan and not self._same(first, member):
                self.tidy.doubled(member.name, first.name, f"the {kind.plan} plan of ProjectId {kind.project}")
        for native, (member, kind) in self.plans.items():
            reading = mspdi.Reading(
                self.site.source, self.site.zone, self.settings.timephased, stem=kind.title, native=native
            )
            try:
                yield from self._plan(native, member, reading)
            except (RemoteRefusal, OSError) as problem:
                self.tidy.damaged(member.name, problem, *_PLAN_TABLES)

    def _same(self, first: Member, second: Member) -> bool:
        try:
            return first.size == second.size and self._hash(first) == self._hash(second)
        except (RemoteRefusal, OSError):  # the first is told when it is read
            return False

    def _hash(self, member: Member) -> bytes:
        total = hashlib.sha256()
        with self.dump.open(member) as file:
            while chunk := file.read(_COPY):
                total.update(chunk)
        return total.digest()

    @property
    def _projects_stand(self) -> bool:
        """Whether stored projects must not be written over by what is known of them without their records."""
        return self.again and "project" in self.tidy.tables

    def _plan(self, native: str, member: Member, reading: mspdi.Reading) -> Rows:
        with tempfile.TemporaryDirectory(prefix="plumbrule-plan-") as folder:
            path = Path(folder) / "plan.xml"
            with self.dump.open(member) as file, path.open("wb") as out:
                while chunk := file.read(_COPY):
                    out.write(chunk)
            for part in mspdi.parts(path, reading):
                for table, rows in part.tables.items():
                    if table == "project" and (native in self.projects or self._projects_stand):
                        continue  # ProjectData says more of it
                    yield from ((table, row) for row in rows)
                for rejected in part.rejected:
                    self.tidy.note(rejected, *part.rejected_tables)
        self.projects.add(native)

    def _projects_by_name(self) -> Rows:
        """Plans of which there are files by name, and neither a record nor a plan: at least they have a name."""
        for kind in () if self._projects_stand else self._kinds.values():
            if kind.project and kind.project not in self.projects | self.hidden:
                self.projects.add(kind.project)
                yield (
                    "project",
                    {
                        "id": plan.row_id(self.site.source, "project", kind.project),
                        "source": self.site.source,
                        "native_id": kind.project,
                        "name": kind.title or kind.project,
                        "kind": "plan",
                    },
                )


_TABLES: Mapping[str, str] = {
    "Projects": "project", "Resources": "account", "Assignments": "assignment", "Tasks": "work_item",
    "TaskBaselines": "baseline", "ProjectBaselines": "baseline", "Risks": "risk", "Issues": "project_issue",
    STAGES: "gate", "Deliverables": "artefact", "AssignmentBaselines": "baseline",
    "TimesheetLines": "time_entry", "TimesheetLineActualDataSet": "time_entry",
    **dict.fromkeys(MAKERS, "timephased"),
}  # fmt: skip
_PLAN_TABLES = (*plan.CHILD_TABLES, "timephased", "calendar", "calendar_day", "project")


def tables_of(contents: Contents) -> set[str]:
    """Tables that the dump's files speak of: what they do not list any more is gone."""
    spoken: set[Any] = {_TABLES[name] for name in contents.sets - contents.settings.left_out if name in _TABLES}
    if "project" in spoken:
        spoken.add("budget_line")
    if contents.plans:
        spoken.update(_PLAN_TABLES)
    if not contents.settings.timephased:
        spoken.discard("timephased")
    return spoken
