"""`python -m benchmarks.plot`: what an item costs beside how many there are, from the results that were kept, as a PNG.

A line that stays level costs in proportion to the size. Of each size the newest result counts. Needs matplotlib: `make
plot` installs it.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.kept import Result, results
from benchmarks.processes import HERE

Points = dict[int, tuple[float, float]]
"""CPU seconds and peak MB by size."""


@dataclass(frozen=True)
class Series:
    """One line of the plot: rows of a part whose fields are these, by the field that tells their size."""

    name: str
    part: str
    fields: Mapping[str, str]
    size: str


SERIES = (
    Series("a Jira read whole", "jira", {"contender": "plumbrule", "case": "full load"}, "issues"),
    Series("the same by the reference", "jira", {"contender": "reference", "case": "full load"}, "issues"),
    Series("a Project Web App read whole", "pwa", {"contender": "plumbrule", "case": "full load"}, "issues"),
    Series("a check by all rules", "rules", {"what": "check"}, "items"),
    Series("its measures alone", "rules", {"what": "measures"}, "items"),
    Series("a night, 1 % changed", "nightly", {"what": "1 % changed"}, "items"),
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Draw what there is; 1 where there is nothing."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.plot", description=__doc__)
    parser.add_argument("--out", type=Path, default=HERE / "out" / "cost.png", help="(default: %(default)s)")
    options = parser.parse_args(arguments)
    found = results()
    drawn = {one.name: points for one in SERIES if (points := points_of(one, found))}
    if not drawn:
        sys.stderr.write("no results are kept: run a bench first\n")
        return 1
    draw(drawn, options.out)
    sys.stdout.write(f"{options.out}\n")
    return 0


def points_of(series: Series, found: Sequence[Result]) -> Points:
    """The newest figures of a series at each size. `found` is in the order of time."""
    points: Points = {}
    for result in found:
        for row in result.rows if result.part == series.part else ():
            usage: Mapping[str, Any] | None = row.get("usage")
            if usage and all(row.get(name) == value for name, value in series.fields.items()):
                points[int(row[series.size])] = (usage["cpu_seconds"], usage["peak_mb"])
    return dict(sorted(points.items()))


def draw(drawn: Mapping[str, Points], out: Path) -> None:
    """CPU for an item above, peak memory below, both beside how many items there are."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8, 8), layout="constrained")
    cost, memory = figure.subplots(2, 1, sharex=True)
    for (name, points), marker in zip(drawn.items(), "osD^v*", strict=False):
        sizes = list(points)
        cost.plot(sizes, [points[n][0] / n * 1000 for n in sizes], marker=marker, label=name)
        memory.plot(sizes, [points[n][1] for n in sizes], marker=marker, label=name)
    for axes, title in ((cost, "CPU milliseconds for an item"), (memory, "peak memory, MB")):
        axes.set(xscale="log", yscale="log", ylabel=title)
        axes.grid(True, which="both", alpha=0.25)
    memory.set_xlabel("items: issues, tasks")
    cost.legend()
    out.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(out, dpi=110, metadata={"Software": None})


if __name__ == "__main__":
    raise SystemExit(main())
