"""`python -m benchmarks.network`: dates, floats and the critical path test of large plans. See docs/benchmarks.md.

`--short` is small enough for CI. The step is measured as a run uses it, from columns to columns; reading plans and
writing views is measured elsewhere.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from random import Random
from typing import TYPE_CHECKING, Any

from benchmarks import table
from benchmarks.figures import Verdict
from benchmarks.processes import HERE
from rules.measures.network.activity import Ends
from rules.measures.network.rows import LinkRow, PlanRow, TaskRow
from rules.measures.network.step import NETWORK

if TYPE_CHECKING:
    import pyarrow as pa

_FULL, _SHORT, _LINKS_A_TASK, _SECONDS = 100_000, 5_000, 2, 5.0
_ENDS: tuple[Ends, ...] = ("FS", "SS", "FF", "SF")
_BEGIN = (date(2026, 1, 5) - date(1970, 1, 1)).days
_REACH = 400
"""How far back in its plan a task may look for its predecessors: paths are then some hundreds of tasks long."""


@dataclass(frozen=True)
class Shape:
    """So many plans of so many tasks, each task with two dependencies."""

    name: str
    plans: int
    tasks: int


@dataclass(frozen=True)
class Measured:
    """One computation, in seconds of processor time. `wrong`: why it does not count."""

    shape: Shape
    seconds: float
    peak_mb: float
    wrong: str = ""


def shapes(tasks: int) -> list[Shape]:
    """Plans as a portfolio has them, and one plan of them all."""
    return [Shape("plans of 500 tasks", max(1, tasks // 500), min(500, tasks)), Shape("one plan", 1, tasks)]


def told(shape: Shape, seed: int = 7) -> dict[str, pa.Table]:
    """What the step takes: a calendar with days off, all kinds of dependencies, a constraint now and then."""
    import pyarrow as pa

    chance = Random(seed)
    plans, tasks, links = [], [], []
    for number in range(shape.plans):
        plan = f"plan:{number}"
        plans.append(PlanRow(plan, True, True, _BEGIN, _BEGIN + 90, _BEGIN + 700, "calendar", 480, "UTC"))
        for place in range(shape.tasks):
            tasks.append(_task(plan, place, chance))
            links += _links(plan, place, chance)
    return {
        "plans": _table(PlanRow, plans),
        "tasks": _table(TaskRow, tasks),
        "links": _table(LinkRow, links),
        "calendars": pa.table({"id": ["calendar"], "base_id": pa.array([None], pa.string())}),
        "calendar_days": _calendar_days(),
    }


def _task(plan: str, place: int, chance: Random) -> TaskRow:
    known: dict[str, Any] = dict.fromkeys(TaskRow._fields)
    minutes = chance.randint(1, 10) * 480
    pinned = chance.random() < 0.02
    known |= {
        "item_id": f"{plan}:{place:06}", "project_id": plan, "sequence": place, "is_leaf": True, "is_milestone": False,
        "is_manual": False, "is_external": False, "is_done": False, "is_begun": False, "minutes": minutes,
        "remaining_minutes": minutes, "constraint_kind": "start_no_earlier_than" if pinned else None,
        "constraint_day": _BEGIN + chance.randint(0, 300) if pinned else None,
    }  # fmt: skip
    return TaskRow(**known)


def _links(plan: str, place: int, chance: Random) -> list[LinkRow]:
    found = []
    for before in {chance.randint(max(0, place - _REACH), place - 1) for _ in range(_LINKS_A_TASK)} if place else ():
        ends = chance.choices(_ENDS, (90, 5, 4, 1))[0]
        lag = chance.choices((0, 480, -480), (90, 7, 3))[0]
        names = f"{plan}:{before:06}", f"{plan}:{place:06}"
        found.append(LinkRow(plan, *names, ends, lag, None, plan, None, None))
    return found


def _table(kind: type, rows: Sequence[tuple[object, ...]]) -> pa.Table:
    import pyarrow as pa

    fields = kind._fields  # type: ignore[attr-defined]
    return pa.table(dict(zip(fields, map(list, zip(*rows, strict=True)), strict=True)))


def _calendar_days() -> pa.Table:
    import pyarrow as pa

    shifts = "08:00-12:00 13:00-17:00"
    week = [("calendar", day, None, None, True, 480, shifts) for day in range(1, 6)]
    off = [_BEGIN + 36 * n for n in range(100)]
    rows = [*week, *(("calendar", None, day, day, False, 0, None) for day in off)]
    names = ("calendar_id", "weekday", "starts_on", "ends_on", "is_working", "minutes", "shifts")
    return pa.table(dict(zip(names, map(list, zip(*rows, strict=True)), strict=True)))


def measured(shape: Shape) -> Measured:
    """The step once over plans of that shape; what it returns is looked at, so that nothing is measured that failed."""
    columns = told(shape)
    began = time.process_time()  # it runs on one processor and waits for nothing
    found = NETWORK.compute(**columns)
    seconds = time.process_time() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    floats = found.column("total_float_minutes").null_count
    moved = [m for m in found.column("moved_minutes").to_pylist() if m is not None]
    complete = found.num_rows == shape.plans * (shape.tasks + 1) and floats == 0 and len(moved) == shape.plans
    return Measured(shape, seconds, peak, "" if complete else "not every task has its float")


def verdict(runs: Sequence[Measured]) -> Verdict:
    """The slower of the shapes against the target."""
    wrong = [run.wrong for run in runs if run.wrong]
    slowest = max(run.seconds for run in runs)
    target = f"{_FULL:,} tasks, {_FULL * _LINKS_A_TASK:,} dependencies under {_SECONDS:.0f} s of CPU"
    return Verdict(target, not wrong and slowest < _SECONDS, wrong[0] if wrong else f"{slowest:.1f} s")


def shown(runs: Sequence[Measured]) -> str:
    """The runs as a table."""
    lines = ["| shape | tasks | CPU s | peak MB |", "|---|--:|--:|--:|"]
    for run in runs:
        tasks = run.shape.plans * run.shape.tasks
        lines.append(f"| {run.shape.name} | {tasks:,} | {run.wrong or f'{run.seconds:.2f}'} | {run.peak_mb:.0f} |")
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print. Always ends with 0: a figure that misses its target is told, not raised."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.network", description=__doc__)
    parser.add_argument("--short", action="store_true", help=f"{_SHORT:,} tasks")
    options = parser.parse_args(arguments)
    at = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
    print(f"{at}  {table.machine()}")
    runs = [measured(shape) for shape in shapes(_SHORT if options.short else _FULL)]
    judged = [] if options.short else [verdict(runs)]
    print("\n" + shown(runs) + ("\n\n" + table.judged(judged, f"{_FULL:,} tasks") if judged else ""))
    kept = HERE / "out" / f"network-{at.replace(':', '')}.json"
    kept.parent.mkdir(parents=True, exist_ok=True)
    about = {"at": at, "machine": table.machine(), "runs": [asdict(one) for one in runs]}
    kept.write_text(json.dumps({**about, "targets": [asdict(one) for one in judged]}, indent=1) + "\n")
    print(f"kept in {kept.relative_to(HERE.parent)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
