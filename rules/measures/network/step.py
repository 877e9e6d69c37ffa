"""The step `_network`: rows of the portfolio in, computed dates and floats out, column by column.

One row for each task that was looked at, and one for each plan, with an empty `item_id`.
"""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any, NamedTuple, TypeVar

from portfolio.model.column import Table, boolean, day, integer, key_text, text
from portfolio.model.views.network import PROBLEMS_OF_TASKS
from portfolio.ports import Computed
from rules.measures.network.assess import assess
from rules.measures.network.calendars import Calendars, Saying
from rules.measures.network.rows import LinkRow, PlanResult, PlanRow, TaskResult, TaskRow
from rules.measures.network.worktime import DAY

R = TypeVar("R", bound=NamedTuple)

RETURNS = Table(
    "_network",
    "What the critical path method says of each task, and, with an empty item_id, of each plan.",
    (
        key_text("source_project_id", "the project of the tool"),
        text("item_id", "the task", "the row is about the plan"),
        day("early_start_date", "first day on which it can begin"),
        day("early_finish_date", "first day on which it can be over; of a plan, its computed finish"),
        day("late_start_date", "last day on which it may begin"),
        day("late_finish_date", "last day on which it may be over"),
        integer("total_float_minutes", "working minutes; of a plan, from computed to baseline finish"),
        integer("free_float_minutes", "working minutes"),
        boolean("on_longest_path", "drives the finish"),
        text("problem", "why not all of it could be computed", "nothing is wrong", values=PROBLEMS_OF_TASKS),
        integer("path_minutes", "of a plan: working minutes from its status date to its computed finish"),
        text("delayed_id", "of a plan: the task that the critical path test delayed"),
        integer("moved_minutes", "of a plan: working minutes by which its last task moved then"),
        boolean("is_calendar_stated", "of a plan: its calendar is known"),
    ),
    key=("source_project_id", "item_id"),
)

READS = {
    "plans": "SELECT * FROM _logic_plans",
    "tasks": "SELECT * FROM _logic_tasks",
    "links": "SELECT * FROM _logic_links",
    "calendars": "SELECT id, base_id FROM calendar WHERE deleted_at IS NULL",
    "calendar_days": """
        SELECT
            calendar_id, weekday, is_working, shifts,
            date_diff('day', DATE '1970-01-01', starts_on) AS starts_on,
            date_diff('day', DATE '1970-01-01', ends_on) AS ends_on,
            CAST(round(hours * 60) AS BIGINT) AS minutes
        FROM calendar_day
        WHERE deleted_at IS NULL
    """,
}


def compute(plans: Any, tasks: Any, links: Any, calendars: Any, calendar_days: Any) -> Any:
    """`pyarrow.Table`s of `READS` in, one of `RETURNS` out."""
    tasks_of, links_of = _by_project(TaskRow, tasks), _by_project(LinkRow, links)
    known = calendars_of(calendars, calendar_days)
    found: dict[str, list[Any]] = {column: [] for column in RETURNS.names}
    for plan in rows_of(PlanRow, plans):
        results, whole = assess(plan, tasks_of.get(plan.project_id, []), links_of.get(plan.project_id, []), known)
        for result in results:
            _add_task(found, plan.project_id, result)
        if whole is not None:
            _add_plan(found, whole)
    return _as_columns(found)


def rows_of(kind: type[R], table: Any) -> Iterator[R]:
    """Rows of a `pyarrow.Table` that has the columns of `kind`."""
    columns = [table.column(name).to_pylist() for name in kind._fields]
    return map(kind._make, zip(*columns, strict=True))


def _by_project(kind: type[Any], table: Any) -> dict[str, list[Any]]:
    """Rows by project, in an order that follows from the rows themselves."""
    found: dict[str, list[Any]] = defaultdict(list)
    for row in rows_of(kind, table):
        found[row.project_id].append(row)
    for rows in found.values():
        rows.sort(key=repr)
    return found


def calendars_of(calendars: Any, days: Any) -> Calendars:
    """Calendars of two `pyarrow.Table`s: calendars, and what they say of days."""
    bases = dict(zip(calendars.column("id").to_pylist(), calendars.column("base_id").to_pylist(), strict=True))
    columns = ("weekday", "starts_on", "ends_on", "is_working", "minutes", "shifts")
    told = zip(*(days.column(name).to_pylist() for name in columns), strict=True)
    sayings = (Saying(*saying) for saying in told)
    return Calendars(bases, zip(days.column("calendar_id").to_pylist(), sayings, strict=True))


def _add_task(found: dict[str, list[Any]], project_id: str, result: TaskResult) -> None:
    _add(
        found,
        source_project_id=project_id,
        item_id=result.item_id,
        early_start_date=_start_day(result.early_start),
        early_finish_date=_finish_day(result.early_finish, result.early_start),
        late_start_date=_start_day(result.late_start),
        late_finish_date=_finish_day(result.late_finish, result.late_start),
        total_float_minutes=result.total_float,
        free_float_minutes=result.free_float,
        on_longest_path=result.on_longest_path,
        problem=result.problem,
    )


def _add_plan(found: dict[str, list[Any]], result: PlanResult) -> None:
    _add(
        found,
        source_project_id=result.project_id,
        early_finish_date=_finish_day(result.finish, None),
        total_float_minutes=result.finish_float,
        path_minutes=result.path_minutes,
        delayed_id=result.delayed_id,
        moved_minutes=result.moved,
        is_calendar_stated=result.is_calendar_stated,
    )


def _add(found: dict[str, list[Any]], **values: Any) -> None:
    for column, kept in found.items():
        kept.append(values.get(column))


def _start_day(moment: int | None) -> int | None:
    return None if moment is None else moment // DAY


def _finish_day(moment: int | None, start: int | None) -> int | None:
    """The day that ends at midnight is the one before; but nothing is over before the day on which it begins."""
    if moment is None:
        return None
    return (moment - 1) // DAY if start is None else max((moment - 1) // DAY, min(start, moment) // DAY)


def _as_columns(found: dict[str, list[Any]]) -> Any:
    import pyarrow as pa

    from portfolio.model.derive import arrow_schema

    schema = arrow_schema(RETURNS)
    columns = [
        pa.array(found[f.name], pa.int32()).cast(f.type)
        if pa.types.is_date(f.type)
        else pa.array(found[f.name], f.type)
        for f in schema
    ]
    return pa.table(columns, schema=schema)


NETWORK = Computed(RETURNS, READS, compute)
