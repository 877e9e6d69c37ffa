"""What a network is built from and what comes of it, row by row. Days count from 1970, amounts are minutes."""

from datetime import datetime
from typing import NamedTuple

from rules.measures.network.activity import Ends


class PlanRow(NamedTuple):
    """A project of a tool: a plan, or a tracker whose items depend on each other."""

    project_id: str
    is_plan: bool
    keeps_links: bool
    start_day: int | None
    status_day: int | None
    baseline_finish_day: int | None
    calendar_id: str | None
    minutes_per_day: int | None
    time_zone: str | None


class TaskRow(NamedTuple):
    """An item of it. Of a plan, summary tasks are here too; of a tracker, only items with dependencies."""

    item_id: str
    project_id: str
    parent_id: str | None
    sequence: int | None
    is_leaf: bool
    is_milestone: bool
    is_manual: bool
    is_external: bool
    is_done: bool
    is_begun: bool
    start_day: int | None
    due_day: int | None
    actual_start_day: int | None
    finished_day: int | None
    deadline_day: int | None
    constraint_kind: str | None
    constraint_day: int | None
    calendar_id: str | None
    start_at: datetime | None
    finish_at: datetime | None
    minutes: int | None
    elapsed_minutes: int | None
    remaining_minutes: int | None


class LinkRow(NamedTuple):
    """A dependency into an item of it; `from_*` tell of the predecessor, which may be of another project."""

    project_id: str
    from_id: str
    to_id: str
    ends: Ends
    lag: int | None
    elapsed_lag: int | None
    from_project_id: str
    from_start_day: int | None
    from_finish_day: int | None


class TaskResult(NamedTuple):
    """What was computed of a task. `problem` says why not all of it was."""

    item_id: str
    early_start: int | None = None
    early_finish: int | None = None
    late_start: int | None = None
    late_finish: int | None = None
    total_float: int | None = None
    free_float: int | None = None
    on_longest_path: bool | None = None
    problem: str | None = None


class PlanResult(NamedTuple):
    """What was computed of a plan as a whole.

    `path_minutes` is working time from the end of the status date to the computed finish, `finish_float` from there to
    the baseline finish. `delayed_id` is the task that the critical path test delayed, `moved` how far the end of the
    plan moved.
    """

    project_id: str
    finish: int | None = None
    path_minutes: int | None = None
    finish_float: int | None = None
    delayed_id: str | None = None
    moved: int | None = None
    is_calendar_stated: bool = False
