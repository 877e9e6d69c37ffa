"""Networks told in a few words: tasks by name, links as text."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from rules.measures.network.activity import Ends
from rules.measures.network.assess import assess
from rules.measures.network.calendars import Calendars
from rules.measures.network.rows import LinkRow, PlanResult, PlanRow, TaskResult, TaskRow

MONDAY = date(2026, 11, 2)
DAY = 480
"""Minutes of a working day of the calendar that is taken where none is told."""
NO_CALENDARS = Calendars({}, ())


def number(day: date) -> int:
    return (day - date(1970, 1, 1)).days


def plan(**columns: Any) -> PlanRow:
    known: dict[str, Any] = dict.fromkeys(PlanRow._fields)
    known |= {"project_id": "P", "is_plan": True, "keeps_links": True, "start_day": number(MONDAY)}
    return PlanRow(**(known | columns))


def task(name: str, days: float | None = None, **columns: Any) -> TaskRow:
    known: dict[str, Any] = dict.fromkeys(TaskRow._fields)
    known |= {"item_id": name, "project_id": "P", "is_leaf": True, "sequence": 0}
    known |= dict.fromkeys(("is_milestone", "is_manual", "is_external", "is_done", "is_begun"), False)
    if days is not None:
        known |= {"minutes": round(days * DAY), "remaining_minutes": round(days * DAY)}
    return TaskRow(**(known | columns))


def link(text: str, **columns: Any) -> LinkRow:
    """`A>B`, `A>B SS`, `A>B FS+2` (days) or `A>B FF-1`."""
    names, _, kind = text.partition(" ")
    before, _, after = names.partition(">")
    kind = kind or "FS"
    row = LinkRow("P", before, after, cast("Ends", kind[:2]), round(float(kind[2:] or 0) * DAY), None, "P", None, None)
    return row._replace(**columns)


@dataclass(frozen=True)
class Found:
    """Results by task, and amounts in days."""

    tasks: Mapping[str, TaskResult]
    whole: PlanResult | None

    def early(self, name: str) -> tuple[int | None, int | None]:
        """Working days from the plan's start to the start and to the finish."""
        result = self.tasks[name]
        return _days(result.early_start), _days(result.early_finish)

    def late(self, name: str) -> tuple[int | None, int | None]:
        result = self.tasks[name]
        return _days(result.late_start), _days(result.late_finish)

    def float_days(self, name: str) -> float | None:
        found = self.tasks[name].total_float
        return None if found is None else found / DAY

    def free_days(self, name: str) -> float | None:
        found = self.tasks[name].free_float
        return None if found is None else found / DAY

    @property
    def problems(self) -> dict[str, str]:
        return {name: result.problem for name, result in self.tasks.items() if result.problem}

    @property
    def path(self) -> set[str]:
        return {name for name, result in self.tasks.items() if result.on_longest_path}


def _days(moment: int | None) -> int | None:
    from rules.measures.network.worktime import standard

    if moment is None:
        return None
    return standard().between(number(MONDAY) * 1440, moment) // DAY


def computed(
    tasks: Sequence[TaskRow],
    links: Sequence[LinkRow | str] = (),
    calendars: Calendars = NO_CALENDARS,
    **columns: Any,
) -> Found:
    rows = [link(told) if isinstance(told, str) else told for told in links]
    results, whole = assess(plan(**columns), tasks, rows, calendars)
    return Found({result.item_id: result for result in results}, whole)
