"""`python -m benchmarks.jira`: Jira into DuckDB, ours beside others, on one generated site. See docs/benchmarks.md."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.contenders import TOKEN, Contender, ours
from benchmarks.processes import ROOT, DidNotRun, LoadSite, Usage, load_site, run

LATENCY_MS = 50
CASES = ("full load", "nothing changed", "1 % changed")


@dataclass(frozen=True)
class Measured:
    """One run of one contender. `wrong`: how its store differs from the site; then the figures do not count."""

    contender: str
    case: str
    issues: int
    usage: Usage | None
    requests: int = 0
    by_endpoint: dict[str, int] = field(default_factory=dict)
    wrong: str = ""


def measure(
    contender: Contender, site: LoadSite, issues: int, cases: Sequence[str], timeout_seconds: float
) -> list[Measured]:
    """Run one contender through the cases, in a new folder."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        chain = contender.prepare(folder, site.url)
        done = []
        for case in cases:
            if case == "1 % changed":
                site.touch(1)
            site.forget_requests()
            try:
                env = {"LOAD_TOKEN": TOKEN, "PYTHONPATH": str(ROOT)}
                usage = run(chain, folder=folder, timeout_seconds=timeout_seconds, env=env)
            except DidNotRun as why:
                done.append(Measured(contender.name, case, issues, None, wrong=str(why)))
                break
            counted, expected = contender.count(folder), site.expected()
            wrong = "" if counted == expected else f"the store holds {counted}, the site {expected}"
            told: dict[str, Any] = site.requests()
            done.append(Measured(contender.name, case, issues, usage, told["total"], told["by_endpoint"], wrong))
        return done


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print. Always ends with 0: a figure that misses its target is told, not raised."""
    options = _parser().parse_args(arguments)
    for _ in range(options.repeats):
        with load_site(options.issues, latency_ms=options.latency_ms) as site:
            for one in measure(ours(), site, options.issues, CASES, 600):
                _tell(one)
    return 0


def _tell(one: Measured) -> None:
    used = one.usage
    if used is not None:
        figures = f"wall {used.wall_seconds:6.2f} s   cpu {used.cpu_seconds:6.2f} s   peak {used.peak_mb:5.0f} MB"
        sys.stdout.write(f"{one.contender:<12}{one.case:<18}{figures}   {one.requests} requests\n")
        for endpoint, count in one.by_endpoint.items():
            sys.stdout.write(f"{'':<30}{count:>6} {endpoint}\n")
    if one.wrong:
        sys.stdout.write(f"{one.contender:<12}{one.case:<18}DOES NOT COUNT: {one.wrong}\n")
    sys.stdout.flush()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.jira", description=__doc__)
    parser.add_argument("--issues", type=int, default=20_000)
    parser.add_argument("--repeats", type=int, default=1)
    parser.add_argument("--latency-ms", type=int, default=LATENCY_MS)
    parser.add_argument("--only", default="plumbrule", help="contenders, separated by commas")
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
