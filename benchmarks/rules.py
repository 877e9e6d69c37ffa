"""`python -m benchmarks.rules`: a large portfolio measured and held against the rules. See docs/benchmarks.md.

`--short` is small enough for CI. Other tools run where `make bench-peers` has put them.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import table
from benchmarks.checks import CHECKS, COLUMNS, SIMPLE, as_json, pack, rule_ids
from benchmarks.figures import Verdict
from benchmarks.portfolio_rows import AS_OF, Size, as_of, fill
from benchmarks.processes import HERE, ROOT, DidNotRun, Usage, compile_sources
from benchmarks.watched import watch

CHECK, AGAIN, MEASURES = "check", "check, nothing changed", "measures"
SEVENTY, ENGINE, SQL = "70 simple rules", "plumbrule", "plain SQL"
PEERS = {
    "soda-core": ("soda", "soda_checks.py"),
    "pandera (polars)": ("pandera", "pandera_checks.py"),
    "dbt-duckdb": ("dbt-duckdb", "tests_of_dbt.py"),
    "great-expectations": ("great-expectations", "gx_checks.py"),
}
_FULL, _SHORT, _ITEMS_A_PROJECT = 1_000_000, 10_000, 2_000
_SECONDS, _PEAK_MB, _MEASURING_SECONDS, _SEVENTY_SECONDS, _TIMES_SQL, _GROWTH = 60, 2_000, 20, 3, 3, 1.25
_SETTINGS = f"""\
[portfolio]
as_of = "{as_of():%Y-%m-%dT%H:%M:%SZ}"
[store]
folder = "store"
[sources.jira]
kind = "jira_cloud"
url = "https://bench.atlassian.net"
email = "bench@bench.example"
token = "env:BENCH_TOKEN"
[sources.plans]
kind = "mspdi"
path = "plan.xml"
"""


@dataclass(frozen=True)
class Measured:
    """One run. `wrong`: why it does not count."""

    what: str
    items: int
    usage: Usage | None
    wrong: str = ""


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print. Always ends with 0: a figure that misses its target is told, not raised."""
    options = _parser().parse_args(arguments)
    items = _SHORT if options.short else options.items
    at = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
    _say(f"{at}  {table.machine()}")
    compile_sources()
    sizes = [items // 10, items] if not options.short else [items]
    sizes += [items * 10] if options.ten_times else []
    runs: list[Measured] = []
    for size in sizes:
        with tempfile.TemporaryDirectory(prefix="plumbrule-bench-", dir=options.folder) as folder:
            runs += _portfolio(Path(folder), Size(size, max(size // _ITEMS_A_PROJECT, 5)), size == items, options)
    judged = verdicts(runs, items)
    _say("\n" + shown(runs) + "\n\n" + table.judged(judged, f"{_FULL:,} items"))
    kept = HERE / "out" / f"rules-{at.replace(':', '')}.json"
    kept.parent.mkdir(parents=True, exist_ok=True)
    about = {"at": at, "machine": table.machine(), "runs": [asdict(one) for one in runs]}
    kept.write_text(json.dumps({**about, "targets": [asdict(one) for one in judged]}, indent=1, default=str) + "\n")
    _say(f"kept in {kept.relative_to(HERE.parent)}")
    return 0


def _portfolio(folder: Path, size: Size, is_whole: bool, options: argparse.Namespace) -> list[Measured]:
    """Everything about a portfolio of that size: two checks, and where `is_whole` the simple rules and the others."""
    _make(folder, size)
    _say(f"{size.items:,} items, {size.entries:,} time entries, {size.changes:,} changes, {size.projects:,} projects")

    def measured(what: str, command: Sequence[str], check: Callable[[], str]) -> Measured:
        return _measured(what, size.items, command, folder, options.timeout_seconds, check)

    whole = [sys.executable, "-m", "plumbrule.cli", "check", "--quiet", "-c", "plumbrule.toml"]
    views = [sys.executable, "-m", "benchmarks.run_measures", str(folder), AS_OF]
    runs = [measured(CHECK, whole, lambda: _faults(folder))]
    if runs[0].usage is not None:
        runs.append(measured(MEASURES, views, lambda: _empty(folder)))
    if options.part == MEASURES:
        return runs
    runs.append(measured(AGAIN, whole, lambda: _opened(folder)))
    if not is_whole or runs[0].usage is None:
        return runs
    engine = [sys.executable, "-m", "benchmarks.run_rules", str(folder), AS_OF]
    _write_pack(folder, pack(SIMPLE, rules=70))
    runs.append(measured(SEVENTY, engine, lambda: ""))
    _write_pack(folder, pack(CHECKS))
    _for_others(folder)
    plain = [sys.executable, str(HERE / "peers" / "plain_sql.py"), str(folder)]
    runs.append(measured(SQL, plain, lambda: ""))
    expected = _counts(folder)
    runs.append(measured(ENGINE, engine, lambda: _differs(_by_check(_counts(folder)), expected)))
    for name, (environment, program) in PEERS.items():
        python = HERE / ".venv-peers" / environment / "bin" / "python"
        if not python.exists():
            _say(f"  {name} is not measured: benchmarks/.venv-peers/{environment} is not here (make bench-peers)")
            continue
        command = [str(python), str(HERE / "peers" / program), str(folder)]
        runs.append(measured(name, command, lambda: _differs(_counts(folder), expected)))
    return runs


def _make(folder: Path, size: Size) -> None:
    """Write a configuration and a store with the portfolio. Not measured."""
    from sync.lock import Owner
    from sync.store import open_store

    store = folder / "store" / "portfolio.duckdb"
    open_store(store, owner=Owner(os.getpid(), "bench", as_of())).close()
    fill(store, size)
    (folder / "plumbrule.toml").write_text(_SETTINGS)
    (folder / "plan.xml").write_text("<Project/>")


def _write_pack(folder: Path, text: str) -> None:
    (folder / "packs").mkdir(exist_ok=True)
    (folder / "packs" / "bench.toml").write_text(text)


def _for_others(folder: Path) -> None:
    """Write what the others read: the items and the projects of the snapshot as Parquet, and the checks as JSON."""
    import duckdb

    (folder / "checks.json").write_text(as_json())
    columns = ", ".join(f"CAST({name} AS {kind}) AS {name}" for name, kind in COLUMNS.items())
    with duckdb.connect(str(folder / "store" / "snapshots" / "latest.duckdb"), read_only=True) as connection:
        connection.execute(f"COPY (SELECT {columns} FROM work_items) TO '{folder / 'items.parquet'}'")
        connection.execute(f"COPY (SELECT project_id FROM projects) TO '{folder / 'projects.parquet'}'")


def _measured(  # noqa: PLR0917 - what, of what, how, where, how long at most, and whether it is right
    what: str, items: int, command: Sequence[str], folder: Path, seconds: float, check: Callable[[], str]
) -> Measured:
    (folder / "counts.json").unlink(missing_ok=True)
    quiet = {"GX_ANALYTICS_ENABLED": "false", "DBT_SEND_ANONYMOUS_USAGE_STATS": "false"}
    env = {"PYTHONPATH": str(ROOT), "BENCH_TOKEN": "not used"} if command[0] == sys.executable else quiet
    try:
        usage = watch(command, folder=folder, timeout_seconds=seconds, env=env)
    except DidNotRun as problem:
        _say(f"  {what}: {problem}")
        return Measured(what, items, None, str(problem))
    wrong = check()
    told = f"wall {usage.wall_seconds:.2f} s, CPU {usage.cpu_seconds:.2f} s, {usage.peak_mb:.0f} MB"
    _say(f"  {what}: {told}" + (f"; DOES NOT COUNT: {wrong}" if wrong else ""))
    return Measured(what, items, usage, wrong)


def _faults(folder: Path) -> str:
    """A check in which a rule could not be evaluated does not count."""
    told = re.search(r"(\d+) error", (folder / "stdout.txt").read_text())
    return f"{told[1]} outcomes are errors" if told and told[1] != "0" else ""


def _opened(folder: Path) -> str:
    """Where nothing changed nothing may be opened or resolved."""
    text = (folder / "stdout.txt").read_text()
    return _faults(folder) or ("" if "(0 opened, 0 resolved" in text else "findings changed, though nothing else did")


def _empty(folder: Path) -> str:
    """Views without items were not measured: nothing was matched."""
    return "" if _counts(folder)["items"] else "the views are empty"


def _counts(folder: Path) -> dict[str, int]:
    told = folder / "counts.json"  # where a tool writes to standard output itself
    text = (told if told.exists() else folder / "stdout.txt").read_text()
    found: dict[str, int] = json.loads(text[text.index("{") :])
    return found


def _by_check(by_rule: Mapping[str, int]) -> dict[str, int]:
    return {name: by_rule.get(rule, 0) for name, rule in rule_ids(CHECKS).items()}


def _differs(found: Mapping[str, int], expected: Mapping[str, int]) -> str:
    """Which counts are not those of plain SQL. What needs no rule with us is not in `found`, and fails nowhere."""
    wrong = [
        f"{name} {found.get(name, 0)}, not {count}" for name, count in expected.items() if found.get(name, 0) != count
    ]
    return "; ".join(wrong)


def shown(runs: Sequence[Measured]) -> str:
    """A line a run."""
    lines = [f"{'':<28}{'items':>12}{'wall s':>10}{'CPU s':>10}{'peak MB':>10}"]
    for one in runs:
        if one.usage and not one.wrong:
            used = one.usage
            figures = f"{used.wall_seconds:>10.2f}{used.cpu_seconds:>10.2f}{used.peak_mb:>10.0f}"
            lines.append(f"{one.what:<28}{one.items:>12,}{figures}")
    wrong = [f"{one.what}, {one.items:,} items: {one.wrong}" for one in runs if one.wrong]
    return "\n".join([*lines, *(["does not count:", *wrong] if wrong else [])])


def verdicts(runs: Sequence[Measured], items: int) -> list[Verdict]:
    """Hold the figures against the targets, which are stated for a million items."""
    if items != _FULL:
        return [Verdict("stated for another size", None, "")]
    by = {(one.what, one.items): one.usage for one in runs if one.usage and not one.wrong}
    check, seventy = by.get((CHECK, items)), by.get((SEVENTY, items))
    measures, again = by.get((MEASURES, items)), [one for one in runs if (one.what, one.items) == (AGAIN, items)]
    return [
        _below(f"check under {_SECONDS} s", check.wall_seconds if check else None, _SECONDS, "s"),
        _below(f"check under {_PEAK_MB:,} MB", check.peak_mb if check else None, _PEAK_MB, "MB"),
        _below(
            f"measures under {_MEASURING_SECONDS} s",
            measures.wall_seconds if measures else None,
            _MEASURING_SECONDS,
            "s",
        ),
        _below(f"measures under {_PEAK_MB:,} MB", measures.peak_mb if measures else None, _PEAK_MB, "MB"),
        Verdict("nothing changed: nothing opened, nothing resolved", _held(again), ""),
        _below(
            f"70 simple rules under {_SEVENTY_SECONDS} CPU s",
            seventy.cpu_seconds if seventy else None,
            _SEVENTY_SECONDS,
            "s",
        ),
        *[_growth(by, small, small * 10) for small in (items // 10, items)],
        *[_ahead(name, by.get((name, items)), by.get((ENGINE, items))) for name in PEERS],
        _within_sql(by.get((ENGINE, items)), by.get((SQL, items))),
    ]


def _held(again: Sequence[Measured]) -> bool | None:
    """Whether a second check found all as it was; None where there was none, or it did not end."""
    ended = [one for one in again if one.usage is not None]
    return not any(one.wrong for one in ended) if ended else None


def _below(target: str, figure: float | None, bound: float, unit: str) -> Verdict:
    return Verdict(target, None if figure is None else figure < bound, "" if figure is None else f"{figure:.1f} {unit}")


def _growth(by: Mapping[tuple[str, int], Usage], small: int, large: int) -> Verdict:
    target = f"CPU grows no faster than items, {small:,} to {large:,} (at most {_GROWTH} x)"
    few, many = by.get((CHECK, small)), by.get((CHECK, large))
    if few is None or many is None:
        return Verdict(target, None, "")
    ratio = many.cpu_seconds / large / (few.cpu_seconds / small)
    return Verdict(target, ratio <= _GROWTH, f"{many.cpu_seconds:.1f} s / 10 x {few.cpu_seconds:.1f} s = {ratio:.2f}")


def _ahead(name: str, peer: Usage | None, ours: Usage | None) -> Verdict:
    target = f"20 checks: ahead of {name}, in CPU"
    if peer is None or ours is None:
        return Verdict(target, None, "")
    return Verdict(target, ours.cpu_seconds < peer.cpu_seconds, f"{ours.cpu_seconds:.1f} s, {peer.cpu_seconds:.1f} s")


def _within_sql(ours: Usage | None, plain: Usage | None) -> Verdict:
    target = f"20 checks: within {_TIMES_SQL} x plain SQL, in CPU"
    if ours is None or plain is None:
        return Verdict(target, None, "")
    ratio = ours.cpu_seconds / plain.cpu_seconds
    return Verdict(target, ratio <= _TIMES_SQL, f"{ours.cpu_seconds:.1f} s / {plain.cpu_seconds:.1f} s = {ratio:.2f}")


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.rules", description=__doc__)
    parser.add_argument("--items", type=int, default=_FULL, help="(default: %(default)s)")
    parser.add_argument("--part", choices=[MEASURES], help="nothing but a first check, and its measures by themselves")
    parser.add_argument("--ten-times", action="store_true", help="also ten times as many; takes 40 GB of disk")
    parser.add_argument(
        "--folder", type=Path, help="where the stores are made for the run (default: the temporary one)"
    )
    parser.add_argument("--timeout-seconds", type=float, default=3600, help="of one run (default: %(default)s)")
    parser.add_argument("--short", action="store_true", help=f"{_SHORT:,} items, and no growth")
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
