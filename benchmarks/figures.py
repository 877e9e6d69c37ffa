"""What was measured: runs, their medians, and whether the targets are met. Pure: `benchmarks.cases` measures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Literal

from benchmarks.processes import Usage

FULL, SAME, SOME = "full load", "nothing changed", "1 % changed"
OURS, FLOOR = "plumbrule", "reference"
REFERENCE_REQUESTS = 207
"""What the reference pipeline of our first measurements needed for 20,000 issues."""
AT_ISSUES = 20_000
"""The size that the targets are stated for."""
MANY_ISSUES, MOST_ISSUES, _MOST_GROWTH = 100_000, 10_000_000, 1.5
"""What an issue costs at the most issues is held against what it costs at many."""


@dataclass(frozen=True)
class Measured:
    """One run of one contender. `wrong`: why it did not end, or how its store differs from the site.

    `issues`: or tasks, of a Project Web App. `stopped_seconds`: it was still running then, and stopped. `changed`: how
    many issues or projects were changed before it. `most_at_once`: requests under way, as the server counts them.
    """

    contender: str
    case: str
    issues: int
    usage: Usage | None = None
    requests: int = 0
    by_endpoint: dict[str, int] = field(default_factory=dict)
    wrong: str = ""
    stopped_seconds: float | None = None
    changed: int = 0
    most_at_once: int = 0


@dataclass(frozen=True)
class Line:
    """The medians of a contender's runs of a case. `usage` is None where no run counted; `wrong` says why.

    `at_least_seconds`: a bound on the wall time of one that was stopped.
    """

    contender: str
    case: str
    issues: int
    runs: int
    usage: Usage | None
    requests: int
    by_endpoint: dict[str, int]
    wrong: str
    at_least_seconds: float | None = None
    changed: int = 0
    most_at_once: int = 0


@dataclass(frozen=True)
class Verdict:
    """One target. `met` is None where it could not be measured."""

    target: str
    met: bool | None
    figures: str

    @property
    def word(self) -> Literal["pass", "FAIL", "not measured"]:
        """The verdict in a word."""
        return "not measured" if self.met is None else ("pass" if self.met else "FAIL")


def medians(runs: Iterable[Measured]) -> list[Line]:
    """Sum up runs by contender, case and size, in the order in which they come first. Wrong runs do not count."""
    groups: dict[tuple[str, str, int], list[Measured]] = {}
    for run in runs:
        groups.setdefault((run.contender, run.case, run.issues), []).append(run)
    return [_line(group) for group in groups.values()]


def _line(group: Sequence[Measured]) -> Line:
    right = [run for run in group if run.usage is not None and not run.wrong]
    used = [run.usage for run in right if run.usage is not None]
    usage = None
    if used:
        usage = Usage(
            median(one.wall_seconds for one in used),
            median(one.cpu_seconds for one in used),
            median(one.peak_mb for one in used),
        )
    middle = sorted(right, key=lambda run: run.requests)[len(right) // 2] if right else None
    wrong = next((run.wrong for run in group if run.wrong), "")
    first = group[0]
    requests, by_endpoint = (middle.requests, middle.by_endpoint) if middle else (0, {})
    bound = None if usage else max((run.stopped_seconds or 0 for run in group), default=0) or None
    most = max((run.most_at_once for run in right), default=0)
    counts = (requests, by_endpoint, wrong, bound, middle.changed if middle else 0, most)
    return Line(first.contender, first.case, first.issues, len(right), usage, *counts)


def verdicts(lines: Sequence[Line]) -> list[Verdict]:
    """Hold the figures against the targets, which are stated for 20,000 issues."""
    by = {(line.contender, line.case, line.issues): line for line in lines if line.usage or line.at_least_seconds}
    ours, floor = by.get((OURS, FULL, AT_ISSUES)), by.get((FLOOR, FULL, AT_ISSUES))
    return [
        _cpu(ours, floor),
        _at_most("full load: at most 1.3 x 207 requests", ours.requests if ours else None, 1.3 * REFERENCE_REQUESTS),
        _at_most("full load: peak under 500 MB", ours.usage.peak_mb if ours and ours.usage else None, 500, "MB"),
        _flat(ours, by.get((OURS, FULL, AT_ISSUES * 10))),
        _growth(by.get((OURS, FULL, MANY_ISSUES)), by.get((OURS, FULL, MOST_ISSUES))),
        _fewer("1 % changed: fewer than 15 requests", by.get((OURS, SOME, AT_ISSUES)), 15),
        _wall(ours, [line for line in by.values() if line.contender not in (OURS, FLOOR) and line.case == FULL]),
    ]


def _cpu(ours: Line | None, floor: Line | None) -> Verdict:
    target = "full load: CPU at most 1.5 x the reference"
    if ours is None or floor is None or ours.usage is None or floor.usage is None:
        return Verdict(target, None, "")
    ratio = ours.usage.cpu_seconds / floor.usage.cpu_seconds
    figures = f"{ours.usage.cpu_seconds:.1f} s / {floor.usage.cpu_seconds:.1f} s = {ratio:.2f}"
    return Verdict(target, ratio <= 1.5, figures)


def _at_most(target: str, figure: float | None, bound: float, unit: str = "") -> Verdict:
    if figure is None:
        return Verdict(target, None, "")
    return Verdict(target, figure <= bound, f"{figure:.0f} {unit}".strip() + f" (bound {bound:.0f})")


def _flat(ours: Line | None, big: Line | None) -> Verdict:
    target = "full load: peak flat (at most 1.25 x) when issues grow ten times"
    if ours is None or big is None or ours.usage is None or big.usage is None:
        return Verdict(target, None, "")
    ratio = big.usage.peak_mb / ours.usage.peak_mb
    return Verdict(target, ratio <= 1.25, f"{big.usage.peak_mb:.0f} MB / {ours.usage.peak_mb:.0f} MB = {ratio:.2f}")


def _growth(many: Line | None, most: Line | None) -> Verdict:
    target = f"CPU for an issue of {MOST_ISSUES:,}: at most {_MOST_GROWTH} x that of {MANY_ISSUES:,}"
    if many is None or most is None or many.usage is None or most.usage is None:
        return Verdict(target, None, "")
    ratio = (most.usage.cpu_seconds / MOST_ISSUES) / (many.usage.cpu_seconds / MANY_ISSUES)
    return Verdict(target, ratio <= _MOST_GROWTH, f"{ratio:.2f}")


def _fewer(target: str, line: Line | None, bound: int) -> Verdict:
    return Verdict(target, None, "") if line is None else Verdict(target, line.requests < bound, f"{line.requests}")


def _wall(ours: Line | None, peers: Sequence[Line]) -> Verdict:
    """Compare with the quickest peer of the same size; one that was stopped took at least as long as it was given."""
    target = "full load: wall at most 1/20 of the best peer"
    same = [line for line in peers if ours is not None and line.issues == ours.issues]
    if ours is None or ours.usage is None or not same:
        return Verdict(target, None, "")
    seconds, name, sign = min(
        (line.usage.wall_seconds, line.contender, "")
        if line.usage
        else (line.at_least_seconds or 0, line.contender, "more than ")
        for line in same
    )
    ratio = seconds / ours.usage.wall_seconds
    figures = f"{name} {sign}{seconds:.1f} s / {ours.usage.wall_seconds:.1f} s = {sign}{ratio:.1f} x"
    met = True if ratio >= 20 else (None if sign else False)  # a bound below the target tells nothing
    return Verdict(target, met, figures)
