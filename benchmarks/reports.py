"""`python -m benchmarks.reports`: a large report in every format, and as `plumbrule serve` shows one: how
long, how large, how much memory. See docs/benchmarks.md.

`--short` is small enough for CI.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import served, table
from benchmarks.figures import Verdict
from benchmarks.portfolio_rows import Size
from benchmarks.processes import HERE, ROOT, DidNotRun, compile_sources
from benchmarks.watched import watch
from reports.render.formats import FORMATS

_FULL, _TWICE, _SHORT = (1_000, 50_000), (2_000, 100_000), (50, 2_000)
_SERVED, _SERVED_SHORT = Size(items=160_000, projects=1_000), Size(items=2_000, projects=20)
"""160,000 items of that portfolio break rules about fifty thousand times."""
_MB = 1_000_000
_PEAK_MB, _XLSX_SECONDS = 500, 5.0


@dataclass(frozen=True)
class Measured:
    """One format of one size. Seconds are the renderer's own, `peak_mb` the whole process's, with the model."""

    format: str
    projects: int
    findings: int
    seconds: float
    cpu_seconds: float
    bytes: int
    largest: int
    peak_mb: float
    wrong: str = ""


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print. Always ends with 0: a figure that misses its target is told, not raised."""
    options = _parser().parse_args(arguments)
    at = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
    _say(f"{at}  {table.machine()}")
    compile_sources()
    sizes = [_SHORT] if options.short else [_FULL]
    runs: list[Measured] = []
    if options.part != "serve":
        runs += [_measure(name, *size) for size in sizes for name in FORMATS]
        if not options.short:
            runs.append(_measure("html", *_TWICE))
    pages = [] if options.part == "formats" else _serve(_SERVED_SHORT if options.short else _SERVED)
    judged = verdicts(runs)
    _say("\n" + shown(runs) + "\n\n" + served.shown(pages) + "\n\n" + table.judged(judged, f"{_FULL[1]:,} findings"))
    kept = HERE / "out" / f"reports-{at.replace(':', '')}.json"
    kept.parent.mkdir(parents=True, exist_ok=True)
    about = {
        "at": at,
        "machine": table.machine(),
        "runs": [asdict(one) for one in runs],
        "served": [asdict(one) for one in pages],
    }
    kept.write_text(json.dumps({**about, "targets": [asdict(one) for one in judged]}, indent=1) + "\n")
    _say(f"kept in {kept.relative_to(HERE.parent)}")
    return 0


def _measure(name: str, projects: int, findings: int) -> Measured:
    command = [sys.executable, "-m", "benchmarks.render_report", name, str(projects), str(findings)]
    with tempfile.TemporaryDirectory(prefix="plumbrule-bench-") as folder:
        try:
            usage = watch(command, folder=Path(folder), timeout_seconds=600, env={"PYTHONPATH": str(ROOT)})
            told = json.loads((Path(folder) / "stdout.txt").read_text())
        except (DidNotRun, json.JSONDecodeError) as problem:
            said = (Path(folder) / "stderr.txt").read_text(errors="replace").strip().splitlines()
            wrong = said[-1][:300] if said else str(problem)
            _say(f"  {name}: {wrong}")
            return Measured(name, projects, findings, 0, 0, 0, 0, 0, wrong)
    made = Measured(name, projects, findings, **told, peak_mb=usage.peak_mb)
    times = f"{made.seconds:.2f} s, CPU {made.cpu_seconds:.2f} s"
    _say(f"  {name}, {findings:,} findings: {times}, {made.bytes:,} bytes, {made.peak_mb:.0f} MB")
    return made


def _serve(size: Size) -> list[served.Served]:
    with tempfile.TemporaryDirectory(prefix="plumbrule-bench-") as folder:
        try:
            return served.measure(Path(folder), size, timeout_seconds=1_200)
        except DidNotRun as problem:
            _say(f"  serve: {problem}")
            return []


def shown(runs: Sequence[Measured]) -> str:
    """A line a run."""
    lines = [f"{'':<20}{'projects':>10}{'findings':>10}{'wall s':>9}{'CPU s':>9}{'bytes':>13}{'peak MB':>9}"]
    for one in runs:
        if not one.wrong:
            figures = f"{one.seconds:>9.2f}{one.cpu_seconds:>9.2f}{one.bytes:>13,}{one.peak_mb:>9.0f}"
            lines.append(f"{one.format:<20}{one.projects:>10,}{one.findings:>10,}{figures}")
    wrong = [f"{one.format}: {one.wrong}" for one in runs if one.wrong]
    return "\n".join([*lines, *(["does not count:", *wrong] if wrong else [])])


def verdicts(runs: Sequence[Measured]) -> list[Verdict]:
    """Hold the figures against the targets, which are stated for 50,000 and 100,000 findings. Times are CPU seconds: a
    renderer has one thread, and on a quiet machine they are the same."""
    right = {(one.format, one.findings): one for one in runs if not one.wrong}
    if not any(findings == _FULL[1] for _, findings in right):
        return [Verdict("stated for another size", None, "")]
    full = {name: one for (name, findings), one in right.items() if findings == _FULL[1]}
    page, book, twice = full.get("html"), full.get("xlsx"), right.get(("html", _TWICE[1]))
    return [
        _below("html: under 1 MB", page.bytes if page else None, _MB),
        _below("html: made in under 1 CPU s", page.cpu_seconds if page else None, 1.0),
        _below("html, 100,000 findings: under 2 MB", twice.bytes if twice else None, 2 * _MB),
        _below(f"xlsx: made in under {_XLSX_SECONDS:.0f} CPU s", book.cpu_seconds if book else None, _XLSX_SECONDS),
        _below(f"every format: peak under {_PEAK_MB} MB", max(one.peak_mb for one in right.values()), _PEAK_MB),
        _budgets(full),
    ]


def _below(target: str, figure: float | None, bound: float) -> Verdict:
    told = "" if figure is None else f"{figure:,.2f}".rstrip("0").rstrip(".")
    return Verdict(target, None if figure is None else figure < bound, told)


def _budgets(runs: Mapping[str, Measured]) -> Verdict:
    over = [n for n, one in runs.items() if (most := FORMATS[n].budget) is not None and one.largest > most]
    return Verdict("every format within its budget", not over, ", ".join(over))


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reports", description=__doc__)
    parser.add_argument("--short", action="store_true", help=f"{_SHORT[1]:,} findings")
    parser.add_argument("--part", choices=["formats", "serve"], help="this alone")
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
