"""The step `_network`: rows of the portfolio in, computed dates and floats out, column by column.

One row for each task that was looked at, and one for each plan, with an empty `item_id`.
"""

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from typing import Any, NamedTuple, TypeVar

from portfolio.model.column import Table, boolean, day, integer, key_text, text
from portfolio.model.views.network import PROBLEMS_OF_TASKS
from portfolio.ports import Computed
from rules.measures.network.assess import assess
from rules.measures.network.calendars import Calendars, Saying
from rules.measures.network.rows import LinkRow, PlanResult, PlanRow, TaskResult, TaskRow
from rules.measures.network.worktime import DAY

R = TypeVar("R", bound=NamedTuple)
_ROWS_AT_ONCE = 50_000
"""Rows of results that are held as objects."""

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
    """`pyarrow.Table`s of `READS` in, one of `RETURNS` out. Plan by plan, so that only one is held as objects."""
    import pyarrow as pa

    tasks_of, links_of = _by_project(tasks), _by_project(links)
    known = calendars_of(calendars, calendar_days)
    found, parts = _Columns(), []
    with _no_collector():
        for plan in rows_of(PlanRow, plans):
            if plan.project_id in tasks_of or plan.is_plan:
                own = list(rows_of(TaskRow, tasks_of.get(plan.project_id, tasks.slice(0, 0))))
                ties = rows_of(LinkRow, links_of.get(plan.project_id, links.slice(0, 0)))
                found.add(plan.project_id, *assess(plan, own, ties, known))
            if len(found) >= _ROWS_AT_ONCE:
                parts.append(found.table())
                found = _Columns()
        return pa.concat_tables([*parts, found.table()])


@contextmanager
def _no_collector() -> Iterator[None]:
    """Nothing that a network is made of refers back to itself, so all of it is freed without Python's collector of
    circles, which would walk over hundreds of thousands of living objects again and again: a third of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def rows_of(kind: type[R], table: Any) -> Iterator[R]:
    """Rows of a `pyarrow.Table` that has the columns of `kind`."""
    columns = [table.column(name).to_pylist() for name in kind._fields]
    return map(kind._make, zip(*columns, strict=True))


def _by_project(table: Any) -> dict[str, Any]:
    """The part of a table that belongs to each project."""
    ordered = table.sort_by("project_id").combine_chunks()
    names = ordered.column("project_id").to_pylist()
    starts = [n for n, name in enumerate(names) if n == 0 or names[n - 1] != name]
    return {names[a]: ordered.slice(a, b - a) for a, b in pairwise([*starts, len(names)])}


def calendars_of(calendars: Any, days: Any) -> Calendars:
    """Calendars of two `pyarrow.Table`s: calendars, and what they say of days."""
    bases = dict(zip(calendars.column("id").to_pylist(), calendars.column("base_id").to_pylist(), strict=True))
    columns = ("weekday", "starts_on", "ends_on", "is_working", "minutes", "shifts")
    told = zip(*(days.column(name).to_pylist() for name in columns), strict=True)
    sayings = (Saying(*saying) for saying in told)
    return Calendars(bases, zip(days.column("calendar_id").to_pylist(), sayings, strict=True))


class _Columns:
    """Rows of `RETURNS`, column by column."""

    def __init__(self) -> None:
        self._told: dict[str, list[Any]] = {column.name: [] for column in RETURNS.columns}

    def __len__(self) -> int:
        return len(self._told["item_id"])

    def add(self, project_id: str, tasks: Sequence[TaskResult], whole: PlanResult | None) -> None:
        """Rows of the tasks of a project, and one of the project where it is a plan."""
        columns = dict(zip(TaskResult._fields, zip(*tasks, strict=True), strict=True)) if tasks else {}
        if columns:
            self._extend(
                len(tasks),
                source_project_id=[project_id] * len(tasks),
                item_id=columns["item_id"],
                early_start_date=[*map(_start_day, columns["early_start"])],
                early_finish_date=[*map(_finish_day, columns["early_finish"], columns["early_start"])],
                late_start_date=[*map(_start_day, columns["late_start"])],
                late_finish_date=[*map(_finish_day, columns["late_finish"], columns["late_start"])],
                total_float_minutes=columns["total_float"],
                free_float_minutes=columns["free_float"],
                on_longest_path=columns["on_longest_path"],
                problem=columns["problem"],
            )
        if whole is not None:
            self._extend(
                1,
                source_project_id=[whole.project_id],
                early_finish_date=[_finish_day(whole.finish, None)],
                total_float_minutes=[whole.finish_float],
                path_minutes=[whole.path_minutes],
                delayed_id=[whole.delayed_id],
                moved_minutes=[whole.moved],
                is_calendar_stated=[whole.is_calendar_stated],
            )

    def _extend(self, rows: int, **told: Sequence[Any]) -> None:
        for name, column in self._told.items():
            column.extend(told.get(name, (None,) * rows))

    def table(self) -> Any:
        """As a `pyarrow.Table`."""
        import pyarrow as pa

        from portfolio.model.derive import arrow_schema

        schema = arrow_schema(RETURNS)
        # days are whole numbers up to here
        carried = [pa.int32() if pa.types.is_date(field.type) else field.type for field in schema]
        columns = zip(self._told.values(), carried, schema, strict=True)
        return pa.table([pa.array(told, kind).cast(field.type) for told, kind, field in columns], schema=schema)


def _start_day(moment: int | None) -> int | None:
    return None if moment is None else moment // DAY


def _finish_day(moment: int | None, start: int | None) -> int | None:
    """The day that ends at midnight is the one before; but nothing is over before the day on which it begins."""
    if moment is None:
        return None
    return (moment - 1) // DAY if start is None else max((moment - 1) // DAY, min(start, moment) // DAY)


NETWORK = Computed(RETURNS, READS, compute)
