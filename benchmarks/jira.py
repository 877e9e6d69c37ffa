"""`python -m benchmarks.jira`: Jira into DuckDB, ours beside others, on one generated site. See docs/benchmarks.md.

`--only plumbrule` measures ours alone, `--short` is small enough for CI.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import UTC, datetime

from benchmarks import table
from benchmarks.cases import Conditions, full_load, side_by_side
from benchmarks.contenders import Contender, known
from benchmarks.figures import FLOOR, OURS, Measured, medians, verdicts
from benchmarks.processes import HERE, compile_sources

_SHORT_ISSUES, _SHORT_PEER_ISSUES = 1000, 150
_FALLBACK_ISSUES = 2000
"""What a peer is measured with that did not end in time."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print. Always ends with 0: a figure that misses its target is told, not raised."""
    options = _parser().parse_args(arguments)
    about = {"at": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}", "machine": table.machine()}
    _say(f"{about['at']}  {about['machine']}")
    contenders = known()
    chosen = options.only.split(",") if options.only else _usual(options)
    unknown = [name for name in chosen if name not in contenders]
    if unknown:
        _say(f"unknown: {', '.join(unknown)}; there are {', '.join(contenders)}")
        return 2
    compile_sources()
    runs = _measure([contenders[name] for name in chosen], options)
    lines = medians(runs)
    judged = verdicts(lines)
    versions = {name: contenders[name].version() for name in chosen}
    _say("\n" + table.table(lines) + "\n\nrequests of ours by endpoint\n" + table.endpoints(lines, OURS))
    _say("\n" + table.each_issue(lines))
    _say("\n" + table.judged(judged) + "\n\n" + ", ".join(f"{name} {told}" for name, told in versions.items()))
    kept = HERE / "out" / f"jira-{about['at'].replace(':', '')}.json"
    table.keep(kept, {**about, "versions": versions, "options": vars(options)}, runs, lines, judged)
    _say(f"kept in {kept.relative_to(HERE.parent)}")
    return 0


def _usual(options: argparse.Namespace) -> list[str]:
    return [OURS, FLOOR, "jira library"] if options.short else list(known())


def _measure(contenders: Sequence[Contender], options: argparse.Namespace) -> list[Measured]:
    conditions = Conditions(options.latency_ms, options.timeout_seconds)
    issues, repeats = (_SHORT_ISSUES, 1) if options.short else (options.issues, options.repeats)
    pair = [one for one in contenders if one.name in (OURS, FLOOR)]
    runs = side_by_side(pair, issues, repeats, conditions, _told) if pair else []
    for peer in contenders:
        if peer.name not in (OURS, FLOOR):
            runs += _peer(peer, issues, conditions, short=options.short)
    for more in [issues * 10] * options.ten_times + options.sizes:
        runs += full_load(known()[OURS], more, conditions, _told)
    return runs


def _peer(peer: Contender, issues: int, conditions: Conditions, *, short: bool) -> list[Measured]:
    """Measure a peer once, with fewer issues where it is known to be too slow, or shows itself to be."""
    size = min(issues, _SHORT_PEER_ISSUES) if short else min(issues, peer.most_issues or issues)
    runs = side_by_side([peer], size, 1, conditions, _told)
    if runs and runs[0].usage is None and not peer.missing() and size > _FALLBACK_ISSUES:
        runs += side_by_side([peer], _FALLBACK_ISSUES, 1, conditions, _told)
    return runs


def _told(one: Measured) -> None:
    _say(table.told(one))


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.jira", description=__doc__)
    parser.add_argument("--issues", type=int, default=20_000, help="(default: %(default)s)")
    parser.add_argument("--repeats", type=int, default=3, help="of ours and the reference (default: %(default)s)")
    parser.add_argument("--latency-ms", type=int, default=50, help="of each answer (default: %(default)s)")
    parser.add_argument("--timeout-seconds", type=float, default=600, help="of one run (default: %(default)s)")
    parser.add_argument("--only", default="", help="contenders, separated by commas; left out: all")
    parser.add_argument("--ten-times", action="store_true", help="load ten times the issues too, ours only")
    parser.add_argument(
        "--sizes", type=_numbers, default=[], help="load so many issues too, ours only: such as 100000,1000000"
    )
    parser.add_argument("--short", action="store_true", help="1,000 issues, once, no peer that needs an installation")
    return parser


def _numbers(text: str) -> list[int]:
    return [int(number) for number in text.split(",")]


if __name__ == "__main__":
    raise SystemExit(main())
