"""How figures are shown: a table of text, and JSON for keeping."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from benchmarks.figures import AT_ISSUES, FLOOR, FULL, OURS, Line, Measured, Verdict

_HEAD = ("", "issues", "runs", "wall s", "CPU s", "peak MB", "requests", "wall x", "CPU x")


def machine() -> str:
    """Say what this was measured on, and how busy it was with other things."""
    memory_gb = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    load = os.getloadavg()[0]
    cores = os.cpu_count()
    python = platform.python_version()
    return f"{cores} cores ({_processor()}), {memory_gb:.0f} GB, Python {python}; load average at the start {load:.1f}"


def table(lines: Sequence[Line], of: str = "issues") -> str:
    """Show medians by case; `x` is the ratio to the reference of the same case and size, counted in `of`."""
    floors = {(line.case, line.issues): line.usage for line in lines if line.contender == FLOOR}
    rows = []
    for line in lines:
        floor = floors.get((line.case, line.issues))
        if line.usage is None:
            continue
        ratios = ("", "")
        if floor is not None:
            ratios = (
                f"{line.usage.wall_seconds / floor.wall_seconds:.2f}",
                f"{line.usage.cpu_seconds / floor.cpu_seconds:.2f}",
            )
        figures = (f"{line.usage.wall_seconds:.2f}", f"{line.usage.cpu_seconds:.2f}", f"{line.usage.peak_mb:.0f}")
        rows.append(
            (line.contender, f"{line.issues:,}", str(line.runs), *figures, str(line.requests), *ratios, line.case)
        )
    rows.sort(key=lambda row: [line.case for line in lines].index(row[-1]))
    parts = []
    for case in dict.fromkeys(row[-1] for row in rows):
        shown = [(case, of, *_HEAD[2:]), *(row[:-1] for row in rows if row[-1] == case)]
        parts.append("\n".join(_row(row) for row in shown))
    failed = [f"{line.contender}, {line.case}: {line.wrong}" for line in lines if line.wrong]
    return "\n\n".join([*parts, *(["does not count:\n" + "\n".join(failed)] if failed else [])])


def each_issue(lines: Sequence[Line]) -> str:
    """Show what a full load of ours costs an issue, at each size, beside the smallest; and how long it only waited."""
    loads = sorted((x for x in lines if (x.contender, x.case) == (OURS, FULL) and x.usage), key=lambda x: x.issues)
    if not loads or loads[0].usage is None:
        return "what an issue costs: not measured"
    least = loads[0].usage.cpu_seconds / loads[0].issues
    shown = ["a full load of ours: issues, CPU ms an issue, x, share of the time without work for a core"]
    for one in loads:
        if one.usage is not None:
            each = one.usage.cpu_seconds / one.issues
            idle = max(0.0, 1 - one.usage.cpu_seconds / one.usage.wall_seconds)
            shown.append(f"{one.issues:>14,}{each * 1000:>10.3f}{each / least:>8.2f}{idle:>8.0%}")
    return "\n".join(shown)


def endpoints(lines: Sequence[Line], contender: str) -> str:
    """Show a contender's requests by endpoint."""
    shown = [line for line in lines if line.contender == contender and line.by_endpoint]
    return "\n".join(
        f"{line.case}, {line.issues:,} issues: "
        + ", ".join(f"{count} {endpoint}" for endpoint, count in line.by_endpoint.items())
        for line in shown
    )


def told(one: Measured, of: str = "issues") -> str:
    """Show one run on a line."""
    figures = one.wrong
    if one.usage is not None:
        used = one.usage
        figures = f"wall {used.wall_seconds:.2f} s, CPU {used.cpu_seconds:.2f} s, {used.peak_mb:.0f} MB"
        figures += f", {one.requests} requests" + (f"; DOES NOT COUNT: {one.wrong}" if one.wrong else "")
    return f"  {one.contender}, {one.case}, {one.issues:,} {of}: {figures}"


def judged(verdicts: Sequence[Verdict], of: str = f"{AT_ISSUES:,} issues") -> str:
    """Show the targets, or that none could be judged: they are stated for so many."""
    if all(one.met is None for one in verdicts):
        return f"targets: not judged, they are stated for {of}"
    return "\n".join(f"{one.word:<13} {one.target:<62} {one.figures}" for one in verdicts)


def keep(
    path: Path,
    about: Mapping[str, object],
    runs: Sequence[Measured],
    lines: Sequence[Line],
    verdicts: Sequence[Verdict],
) -> None:
    """Write everything to a file of JSON."""
    document = {
        **about,
        "medians": [asdict(line) for line in lines],
        "runs": [asdict(run) for run in runs],
        "targets": [asdict(one) for one in verdicts],
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document, indent=1) + "\n")


def _row(cells: Sequence[str]) -> str:
    return f"{cells[0]:<26}" + "".join(f"{cell:>10}" for cell in cells[1:])


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.machine())
