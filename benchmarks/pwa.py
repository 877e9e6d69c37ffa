"""`python -m benchmarks.pwa`: a Project Web App into the store, its requests counted and explained. See
docs/benchmarks.md.

`--short` is small enough for CI.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

from benchmarks import table
from benchmarks.cases import Conditions, at_one_site
from benchmarks.contenders import plumbrule_of_plans
from benchmarks.figures import FULL, SAME, Line, Measured, Verdict, medians
from benchmarks.processes import HERE, LoadSite, compile_sources, plan_site
from benchmarks.pwa_requests import Explained, explained, shown

_SHORT_PROJECTS = 40
_MOST_AT_ONCE, _MOST_MB = 4, 400


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print. Always ends with 0: a figure that misses its target is told, not raised."""
    options = _parser().parse_args(arguments)
    projects = _SHORT_PROJECTS if options.short else options.projects
    about = {"at": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}", "machine": table.machine()}
    _say(f"{about['at']}  {about['machine']}")
    compile_sources()
    expected: dict[str, int] = {}
    runs = _measure(projects, options, expected)
    lines = medians(runs)
    right = [line for line in lines if line.runs]
    reasons = {line.case: explained(line.by_endpoint, expected, _changed(line, projects)) for line in right}
    judged = verdicts(lines, reasons)
    _say("\n" + table.table(lines, "tasks"))
    for case, found in reasons.items():
        _say(f"\n{case}: requests by set\n{shown(found)}")
    _say("\n" + table.judged(judged))
    kept = HERE / "out" / f"pwa-{about['at'].replace(':', '')}.json"
    table.keep(kept, {**about, "holds": expected, "options": vars(options)}, runs, lines, judged)
    _say(f"kept in {kept.relative_to(HERE.parent)}")
    return 0


def verdicts(lines: Sequence[Line], reasons: Mapping[str, Sequence[Explained]]) -> list[Verdict]:
    """Hold the figures against the targets."""
    right = [line for line in lines if line.usage is not None]
    most = max((line.most_at_once for line in right), default=0)
    peak = max((line.usage.peak_mb for line in right if line.usage), default=0.0)
    doubts = [one.name for found in reasons.values() for one in found if not one.understood]
    measured = len(right) == len(lines) > 0
    return [
        Verdict(f"at most {_MOST_AT_ONCE} requests at once", most <= _MOST_AT_ONCE if measured else None, str(most)),
        Verdict(f"peak under {_MOST_MB} MB", peak < _MOST_MB if measured else None, f"{peak:.0f} MB"),
        Verdict("every request explained", not doubts if measured else None, ", ".join(doubts)),
    ]


def _changed(line: Line, projects: int) -> int:
    return {FULL: projects, SAME: 0}.get(line.case, line.changed)


def _measure(projects: int, options: argparse.Namespace, expected: dict[str, int]) -> list[Measured]:
    @contextmanager
    def opened() -> Iterator[LoadSite]:
        with plan_site(projects, options.tasks, latency_ms=options.latency_ms) as site:
            expected.update(site.expected())
            yield site

    conditions = Conditions(options.latency_ms, options.timeout_seconds)
    return at_one_site(opened(), [plumbrule_of_plans()], options.repeats, conditions, _told)


def _told(one: Measured) -> None:
    _say(table.told(one, "tasks") + (f", {one.most_at_once} at once" if one.usage else ""))


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pwa", description=__doc__)
    parser.add_argument("--projects", type=int, default=2_000, help="(default: %(default)s)")
    parser.add_argument("--tasks", type=int, default=100, help="in each of them (default: %(default)s)")
    parser.add_argument("--repeats", type=int, default=1, help="(default: %(default)s)")
    parser.add_argument("--latency-ms", type=int, default=50, help="of each answer (default: %(default)s)")
    parser.add_argument("--timeout-seconds", type=float, default=1800, help="of one run (default: %(default)s)")
    parser.add_argument("--short", action="store_true", help=f"{_SHORT_PROJECTS} projects")
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
