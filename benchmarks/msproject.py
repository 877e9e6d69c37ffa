"""`python -m benchmarks.msproject`: a large plan as MSPDI into DuckDB, beside MPXJ reading it. See docs/benchmarks.md.

`--short` is small enough for CI. MPXJ runs where Java and benchmarks/.venv-peers/mpxj are there.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from benchmarks import table
from benchmarks.msproject_plan import Size, write
from benchmarks.processes import HERE, DidNotRun, Usage, compile_sources, run

OURS, AGAIN, PEER = "plumbrule pull", "plumbrule pull, nothing changed", "MPXJ reads it"
_FULL_TASKS, _SHORT_TASKS = 10_000, 200
_PEAK_MB = 400
"""Target: the whole pull of 10,000 tasks with 50,000 assignments and a million days stays below."""


@dataclass(frozen=True)
class Measured:
    """One run. `wrong`: why it does not count."""

    contender: str
    usage: Usage | None
    wrong: str = ""


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print. Always ends with 0: a figure that misses its target is told, not raised."""
    options = _parser().parse_args(arguments)
    size = Size(_SHORT_TASKS if options.short else options.tasks)
    repeats = 1 if options.short else options.repeats
    at = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
    _say(f"{at}  {table.machine()}")
    compile_sources()
    with tempfile.TemporaryDirectory(prefix="plumbrule-bench-") as folder:
        plan = Path(folder) / "large.xml"
        write(plan, size)
        megabytes = plan.stat().st_size / 2**20
        _say(
            f"{size.tasks:,} tasks, {size.assignments:,} assignments, {size.stretches:,} days of work;"
            f" {megabytes:.0f} MB of XML"
        )
        runs = [found for turn in range(repeats) for found in _round(Path(folder), turn, plan, size, options)]
    _say("\n" + shown(runs, size) + "\n\n" + judged(runs, size))
    kept = HERE / "out" / f"msproject-{at.replace(':', '')}.json"
    kept.parent.mkdir(parents=True, exist_ok=True)
    about = {"at": at, "machine": table.machine(), "size": asdict(size), "runs": [asdict(one) for one in runs]}
    kept.write_text(json.dumps(about, indent=1) + "\n")
    _say(f"kept in {kept.relative_to(HERE.parent)}")
    return 0


def _round(folder: Path, turn: int, plan: Path, size: Size, options: argparse.Namespace) -> list[Measured]:
    """Ours twice, the second time with nothing changed, and the peer, in turn."""
    own = folder / f"turn-{turn}"
    own.mkdir()
    (own / "plumbrule.toml").write_text(
        f'[store]\nfolder = "store"\n[sources.files]\nkind = "mspdi"\npath = "{plan}"\ntimephased = true\n'
    )
    pull = [[sys.executable, "-m", "plumbrule.cli", "pull", "-c", "plumbrule.toml"]]
    found = [_measured(OURS, pull, own, options, lambda: _wrong(own / "store", size))]
    found.append(_measured(AGAIN, pull, own, options, lambda: _wrong(own / "store", size)))
    python = HERE / ".venv-peers" / "mpxj" / "bin" / "python"
    if python.exists() and shutil.which("java"):
        command = [[str(python), str(HERE / "peers" / "mpxj_read.py"), str(plan), str(options.java_megabytes)]]
        found.append(_measured(PEER, command, own, options, lambda: _miscounted(own / "stdout.txt", size)))
    elif turn == 0:
        _say("  MPXJ is not measured: Java or benchmarks/.venv-peers/mpxj is not here (make bench-peers)")
    shutil.rmtree(own)
    return found


def _measured(
    name: str, command: Sequence[Sequence[str]], folder: Path, options: argparse.Namespace, check: Callable[[], str]
) -> Measured:
    try:
        usage = run(command, folder=folder, timeout_seconds=options.timeout_seconds)
    except DidNotRun as problem:
        _say(f"  {name}: {problem}")
        return Measured(name, None, str(problem))
    wrong = check()
    told = f"wall {usage.wall_seconds:.2f} s, CPU {usage.cpu_seconds:.2f} s, {usage.peak_mb:.0f} MB"
    _say(f"  {name}: {told}" + (f"; DOES NOT COUNT: {wrong}" if wrong else ""))
    return Measured(name, usage, wrong)


def _wrong(store: Path, size: Size) -> str:
    """How the store differs from what is in the plan; nothing where it does not."""
    import duckdb

    (file,) = store.glob("*.duckdb")
    with duckdb.connect(str(file), read_only=True) as connection:
        for name, expected in size.expected.items():
            ((count,),) = connection.execute(f"SELECT count(*) FROM {name} WHERE deleted_at IS NULL").fetchall()
            if count != expected:
                return f"{count} rows of {name}, not {expected}"
    return ""


def _miscounted(output: Path, size: Size) -> str:
    counted = json.loads(output.read_text())
    differs = [f"{counted[name]} of {name}" for name in counted if counted[name] != size.expected[name]]
    return ", ".join(differs)


def shown(runs: Sequence[Measured], size: Size) -> str:
    """Medians by contender; rows a second are rows of the store, over the wall time."""
    rows = sum(size.expected.values())
    lines = [f"{'':<34}{'runs':>6}{'wall s':>10}{'CPU s':>10}{'peak MB':>10}{'rows/s':>12}"]
    for name in dict.fromkeys(one.contender for one in runs):
        used = [one.usage for one in runs if one.contender == name and one.usage and not one.wrong]
        if used:
            wall, cpu = median(u.wall_seconds for u in used), median(u.cpu_seconds for u in used)
            rate = f"{rows / wall:,.0f}" if name == OURS else ""
            peak = median(u.peak_mb for u in used)
            lines.append(f"{name:<34}{len(used):>6}{wall:>10.2f}{cpu:>10.2f}{peak:>10.0f}{rate:>12}")
    wrong = [f"{one.contender}: {one.wrong}" for one in runs if one.wrong]
    return "\n".join([*lines, *(["does not count:", *wrong] if wrong else [])])


def judged(runs: Sequence[Measured], size: Size) -> str:
    """The target, stated for the full size."""
    peaks = [one.usage.peak_mb for one in runs if one.contender == OURS and one.usage and not one.wrong]
    if size.tasks != _FULL_TASKS or not peaks:
        return f"target: not judged, it is stated for {_FULL_TASKS:,} tasks"
    return f"{'pass' if max(peaks) < _PEAK_MB else 'FAIL'}  peak under {_PEAK_MB} MB: {max(peaks):.0f} MB at most"


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.msproject", description=__doc__)
    parser.add_argument("--tasks", type=int, default=_FULL_TASKS, help="(default: %(default)s)")
    parser.add_argument("--repeats", type=int, default=3, help="(default: %(default)s)")
    parser.add_argument("--timeout-seconds", type=float, default=900, help="of one run (default: %(default)s)")
    parser.add_argument("--java-megabytes", type=int, default=4096, help="heap of MPXJ (default: %(default)s)")
    parser.add_argument("--short", action="store_true", help=f"{_SHORT_TASKS} tasks, once")
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
