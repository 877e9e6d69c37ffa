"""What the records of each large table become: the pieces that `stream` needs to know of them."""

from collections.abc import Callable

from connectors import microsoft_plan as plan
from connectors.dataverse import normalise, plan_rows
from connectors.dataverse.client import Record
from connectors.dataverse.lookups import Lookups, Staffing
from connectors.dataverse.stream import DELETED, Kind, Rows
from connectors.dataverse.tables import ASSIGNMENTS, DEPENDENCIES, TASKS, TIME
from connectors.dataverse.unread import Unread
from connectors.microsoft_values import BadValue
from portfolio.ports import Row, Scope


def task_kind(source: str, lookups: Lookups, staffing: Staffing) -> Kind:
    """Tasks, each with who works on it most and the length of a day in its project."""

    def make(record: Record, _: Unread) -> Rows:
        values = lookups.here.values(record)
        item = lookups.here.id_of("item", values.key(TASKS.key))
        hours = lookups.hours_per_day.get(values.guid("_msdyn_project_value") or "")
        assignee = staffing.assignees.get(item or "")
        return {"work_item": [plan_rows.task_row(record, lookups.here, hours, assignee, staffing.buckets)]}

    return Kind(source, "task", TASKS.key, ("work_item",), "item", make)


def dependency_kind(source: str, lookups: Lookups) -> Kind:
    """Dependencies between tasks."""
    make = _one("work_item_link", lambda r: plan_rows.link_row(r, lookups.here))
    return Kind(source, "link", DEPENDENCIES.key, ("work_item_link",), "link", make)


def entry_kind(source: str, lookups: Lookups) -> Kind:
    """Time entries of Project Operations."""
    make = _one("time_entry", lambda r: normalise.entry_row(r, lookups.here))
    return Kind(source, "time_entry", TIME.key, ("time_entry",), "time", make)


def assignment_kind(source: str, lookups: Lookups, *, timephased: bool) -> Kind:
    """Assignments; where asked for, with their planned work over time."""

    def make(record: Record, unread: Unread) -> Rows:
        row = plan_rows.assignment_row(record, lookups.here)
        if row is None:
            return {}
        return {"assignment": [row], **(spread(record, row, unread) if timephased else {})}

    def spread(record: Record, row: Row, unread: Unread) -> Rows:
        try:
            return {"timephased": plan_rows.timephased_rows(record, row, lookups.here)}
        except BadValue as problem:
            native = lookups.here.values(record).key(ASSIGNMENTS.key)
            unread.note("contour", plan.row_id(source, "timephased", native), str(problem))
            return {}

    def parts(assignment: str) -> list[Scope]:
        return [Scope("timephased", "assignment_id", assignment, DELETED)]

    tables = ("assignment", "timephased") if timephased else ("assignment",)
    if not timephased:
        return Kind(source, "assignment", ASSIGNMENTS.key, tables, "assignment", make)
    return Kind(source, "assignment", ASSIGNMENTS.key, tables, "assignment", make, parts)


def _one(table: str, make: Callable[[Record], Row | None]) -> Callable[[Record, Unread], Rows]:
    """For records that are one row of one table, or none."""

    def made(record: Record, _: Unread) -> Rows:
        row = make(record)
        return {table: [row]} if row is not None else {}

    return made
