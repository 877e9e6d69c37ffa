"""Earned schedule: the time at which the plan had earned what is earned now.

A period is a week of five working days (Monday to Friday) from the first day with planned value: as long in every
project, which months are not. With PV_n the planned value at the end of week n and C the last week
whose PV_n is not above EV, ES = C + (EV - PV_C) / (PV_C+1 - PV_C). Below the first week it is interpolated from zero;
EV at or above the last PV gives the planned duration. Formulas: Lipke, Earned Schedule Concept,
https://www.scribd.com/doc/47929652/Earned-Schedule-Concept .
"""

import math
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from portfolio.model.column import Table, day, index, key_text, text
from portfolio.ports import Computed

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

_FIRST_DAY = date(1, 1, 1)
_EPOCH = (date(1970, 1, 1) - _FIRST_DAY).days
_FURTHEST_WEEKS = 52 * 40
"""A forecast further away than forty years is no date that anybody could use."""
_SAME = 1e-9
"""What double precision may add to a whole number of days."""


class Curve(NamedTuple):
    """Planned value at the end of each week; `weeks[0]` is 0, the last is the planned duration."""

    first: int
    weeks: "np.ndarray[Any, Any]"
    values: "np.ndarray[Any, Any]"


def working_days(days: Any) -> Any:
    """Working days before each day, which is counted from 0001-01-01, a Monday. The same count as in `_plan_tasks`."""
    import numpy as np

    return 5 * (days // 7) + np.minimum(days % 7, 5)


def curve_of(starts: Any, finishes: Any, amounts: Any) -> Curve:
    """The curve of tasks that each earn evenly from start to finish, both included (days from 0001-01-01).

    A task whose start is its finish plus one earns at once on its finish.
    """
    import numpy as np

    begins, ends = working_days(starts), working_days(finishes + 1)
    first, last = int(begins.min()), int(ends.max())
    weeks = np.append(np.arange(0, last - first, 5), last - first) / 5
    at = first + weeks * 5
    lengths = np.maximum(ends - begins, 0)
    shares = np.clip((at[None, :] - begins[:, None]) / np.maximum(lengths, 1)[:, None], 0, 1)
    shares = np.where(lengths[:, None] == 0, at[None, :] >= ends[:, None], shares)
    return Curve(first, weeks, (shares * amounts[:, None]).sum(axis=0))


def earned_weeks(weeks: Any, values: Any, ev: float, now: float = math.inf) -> float:
    """ES in weeks of that cumulative curve, whose first point is week 0.

    Where nothing was to be earned for a while, all of that while has the same PV; EV that is exactly that PV was earned
    at the moment of it that is nearest to `now` (AT): a project that has what it should have is neither early nor late.
    """
    import numpy as np

    if ev >= values[-1]:
        return float(weeks[-1])
    reached = int(np.searchsorted(values, ev, side="right")) - 1
    if reached < 0:
        return 0.0
    if values[reached] == ev:
        since = weeks[int(np.searchsorted(values, ev, side="left"))]
        return float(min(max(now, since), weeks[reached]))
    part = (ev - values[reached]) / (values[reached + 1] - values[reached])
    return float(weeks[reached] + part * (weeks[reached + 1] - weeks[reached]))


def last_day(first: int, weeks: float) -> date | None:
    """The working day on which work ends that begins on working day `first`; None if that is too far away."""
    if weeks > _FURTHEST_WEEKS:
        return None
    number = max(first, math.ceil(first + weeks * 5 - _SAME) - 1)
    return _FIRST_DAY + timedelta(days=7 * (number // 5) + number % 5)


def earned_schedules(values: "pa.Table", planned: "pa.Table") -> "pa.Table":
    """One row a project of `values`. Raises nothing: what cannot be computed has its gap stated."""
    import pyarrow as pa

    found = [_of_project(*one) for one in _by_project(values, planned)]
    named = {c.name: [row.get(c.name) for row in found] for c in _RETURNS}
    kinds = {"date": pa.date32(), "index": pa.float64(), "text": pa.string()}
    return pa.table({c.name: pa.array(named[c.name], kinds[c.kind.value]) for c in _RETURNS})


def _by_project(values: "pa.Table", planned: "pa.Table") -> Iterator[tuple[dict[str, Any], Any]]:
    """Each project's values, and its planned amounts by first and last day."""
    import numpy as np

    ordered = planned.sort_by([(name, "ascending") for name in ("project_id", "start_on", "finish_on", "amount")])
    ids = ordered["project_id"].to_pylist()
    keys = np.array(ids, dtype=object)
    edges = [0, *(np.flatnonzero(keys[1:] != keys[:-1]) + 1).tolist(), len(ids)] if ids else [0]
    places = {ids[left]: (left, right) for left, right in pairwise(edges)}
    for row in values.to_pylist():
        left, right = places.get(row["project_id"], (0, 0))
        yield row, ordered.slice(left, right - left)


def _of_project(row: dict[str, Any], planned: Any) -> dict[str, Any]:
    import numpy as np

    told = {name: row[name] for name in ("project_id", "basis", "status_on")}
    gap = _gap(row, planned)
    if gap:
        return {**told, "gap": gap}
    finishes = _days(planned["finish_on"])
    starts = planned["start_on"].combine_chunks()
    known = ~np.array(starts.is_null().to_pylist(), dtype=bool)
    begins = np.where(known, _days(starts.fill_null(_FIRST_DAY)), finishes + 1)
    if (begins > finishes + 1).any() or (begins[known] > finishes[known]).any():
        return {**told, "gap": "reversed_dates"}
    # What comes whole on its day begins there for the curve, else a list of due dates would begin at its first.
    curve = curve_of(begins, finishes, np.array(planned["amount"].to_pylist(), dtype=float))
    return {**told, **_measured(row, curve)}


def _measured(row: dict[str, Any], curve: Curve) -> dict[str, Any]:
    duration = float(curve.weeks[-1])
    start = last_day(curve.first, 0)
    stated = row["done_on"] if row["is_done"] and row["done_on"] else row["status_on"]
    until = min(stated, row["status_on"])
    actual = float(working_days((until - _FIRST_DAY).days + 1) - curve.first) / 5
    if actual <= 0:
        return {"start_on": start, "planned_weeks": duration, "gap": "not_begun"}
    earned = earned_weeks(curve.weeks, curve.values, float(row["ev"]), actual)
    expected = duration * actual / earned if earned > 0 else None
    return {
        "start_on": start,
        "planned_weeks": duration,
        "actual_weeks": actual,
        "earned_weeks": earned,
        "forecast_weeks": expected,
        "forecast_finish_on": None if expected is None else last_day(curve.first, expected),
    }


def _gap(row: dict[str, Any], planned: Any) -> str | None:
    if row["basis"] is None or not len(planned):
        return "no_baseline"
    if any(amount < 0 for amount in planned["amount"].to_pylist()) or (row["ev"] is not None and row["ev"] < 0):
        return "negative_value"
    if planned["finish_on"].null_count:
        return "unplaced_value"
    return "no_progress" if row["ev"] is None else None


def _days(column: Any) -> Any:
    """Days from 0001-01-01 of a column of dates."""
    import numpy as np
    import pyarrow as pa

    array = column.combine_chunks() if hasattr(column, "combine_chunks") else column
    return np.array(array.cast(pa.int32()).to_pylist(), dtype=np.int64) + _EPOCH


_RETURNS = Table(
    "_earned_schedule",
    "Time earned of each project's curve of planned value.",
    (
        key_text("project_id", "the initiative"),
        text("basis", "what is counted"),
        day("status_on", "day up to which it is computed"),
        day("start_on", "first day with planned value"),
        index("planned_weeks", "planned duration"),
        index("actual_weeks", "time gone"),
        index("earned_weeks", "time earned"),
        index("forecast_weeks", "expected duration"),
        day("forecast_finish_on", "expected finish"),
        text("gap", "why there is none"),
    ),
    key=("project_id",),
)

EARNED_SCHEDULE = Computed(
    _RETURNS,
    {
        "values": """
SELECT
    i.project_id,
    v.basis,
    coalesce(v.status_date, c.as_of) AS status_on,
    CAST(v.ev * 10000 AS BIGINT) AS ev,
    coalesce(v.ev >= v.bac, FALSE) AS is_done,
    coalesce(d.done_on, s.done_on) AS done_on
FROM (SELECT DISTINCT project_id FROM _source_projects) AS i
CROSS JOIN context AS c
LEFT JOIN _values AS v ON v.project_id = i.project_id
LEFT JOIN (
    SELECT project_id, max(coalesce(actual_finish_date, due_date)) AS done_on
    FROM _plan_tasks
    WHERE has_baseline
    GROUP BY project_id
) AS d ON d.project_id = i.project_id
LEFT JOIN _planned_sums AS s ON s.project_id = i.project_id
""",
        "planned": "SELECT project_id, start_on, finish_on, amount FROM _planned_values",
    },
    earned_schedules,
)
