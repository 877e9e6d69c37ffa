"""`python -m benchmarks.writing`: flags in Jira, planned against those that stand there. See docs/benchmarks.md.

`--short` is small enough for CI. Plan and writing are measured as a run does them, with the ledger in a store of its
own; the pretend Jira is a process apart.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path

from benchmarks import table
from benchmarks.figures import Verdict
from benchmarks.flag_site import EMAIL, FIRST_ID, PROJECT, TOKEN
from benchmarks.processes import HERE, ROOT
from plumbrule import log
from plumbrule.publishing import apply_changes, ledger, make_plan, mark_settings
from plumbrule.settings import Settings
from portfolio.ports import Change, Mark, Receipt
from reports.marks import OpenFinding, desired_marks
from reports.publications import publications_after
from sync import DuckStore, Owner, open_store

_FULL, _SHORT, _CHANGED_OF = 10_000, 500, 100
_AS_OF = datetime(2026, 11, 23, 6, tzinfo=UTC)
_RULES = tuple(f"BENCH-{n:02}" for n in range(20))


@dataclass(frozen=True)
class Measured:
    """One case. Seconds of planning and of writing; `requests` by endpoint, as we count them. `wrong`: why it does not
    count."""

    case: str
    flagged: int
    changed: int
    changes: int
    plan_wall: float
    plan_cpu: float
    write_wall: float
    write_cpu: float
    requests: dict[str, int] = field(default_factory=dict)
    peak_mb: float = 0.0
    wrong: str = ""


def findings(count: int, changed: int = 0) -> list[OpenFinding]:
    """One finding an issue; of the first `changed` the rule says something else than before."""
    return [
        OpenFinding(
            id=f"{number:032x}",
            rule_id=_RULES[number % len(_RULES)],
            project_id="INI-01",
            subject_kind="item",
            subject_id=f"jira:item:{FIRST_ID + number}",
            severity="critical" if number < changed else "high",
            opened_on=date(2026, 11, 2),
            item_key=f"{PROJECT}-{number + 1}",
            item_title=f"Task {number}",
            message="8 working days late, at most 5 are allowed" if number < changed else "6 days late, at most 5",
        )
        for number in range(count)
    ]


def settings_for(url: str, folder: Path) -> Settings:
    """All kinds of flags that cost a request of their own."""
    return Settings.model_validate(
        {
            "store": {"folder": folder},
            "sources": {
                "jira": {
                    "kind": "jira_cloud", "url": url, "email": EMAIL, "token": TOKEN, "requests_per_second": 100.0,
                }
            },
            "writeback": {
                "enabled": True, "marks": ["property", "remote_link", "label"], "max_changes": 1_000_000,
                "report_url": "https://reports.meridian.example/portfolio.html",
            },
        }
    )  # fmt: skip


def marks(count: int, changed: int, settings: Settings) -> tuple[Mark, ...]:
    """What should stand there."""
    return desired_marks(findings(count, changed), (), mark_settings(settings), today=_AS_OF.date())


def stand(store: DuckStore, wanted: Sequence[Mark], settings: Settings) -> None:
    """Let the ledger say that all of them were written before."""
    plan = make_plan(wanted, [], _AS_OF, "", settings)
    receipts = [Receipt(change, _native(change)) for change in plan.changes]
    store.put({"publication": publications_after([], receipts, _AS_OF)}, replace=["publication"])


def _native(change: Change) -> str | None:
    return change.mark.name if change.mark.channel == "remote_link" else None


def measured(store: DuckStore, settings: Settings, count: int, changed: int) -> Measured:
    """Plan and write once."""
    wall, cpu = time.perf_counter(), time.process_time()
    plan = make_plan(marks(count, changed, settings), ledger(store, settings), _AS_OF, "", settings)
    planned_wall, planned_cpu = time.perf_counter(), time.process_time()
    written = apply_changes(plan, store, settings, _AS_OF)
    done_wall, done_cpu = time.perf_counter(), time.process_time()
    failed = [r.error for r in written.receipts if r.error] + ([written.stopped.what] if written.stopped else [])
    traffic = written.traffic.get("jira")
    touched = {change.mark.target for change in plan.changes}
    foreign = len(touched) != changed
    return Measured(
        "nothing changed" if not changed else f"{changed / count:.0%} changed",
        count,
        changed,
        len(plan.changes),
        planned_wall - wall,
        planned_cpu - cpu,
        done_wall - planned_wall,
        done_cpu - planned_cpu,
        dict(sorted(traffic.by_endpoint.items())) if traffic else {},
        resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        failed[0] if failed else "other issues than those that changed were written to" if foreign else "",
    )


@contextmanager
def site(issues: int) -> Iterator[str]:
    """The pretend Jira; yields its address."""
    command = [sys.executable, "-m", "benchmarks.flag_site", str(issues)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None and child.stdin is not None
        try:
            yield str(json.loads(child.stdout.readline())["url"])
        finally:
            child.stdin.close()
            child.wait(30)


def run(count: int) -> list[Measured]:
    """`count` flags that stand there: nothing changed, one of a hundred changed, and the run after that."""
    changed = count // _CHANGED_OF
    with site(count) as url, tempfile.TemporaryDirectory() as kept:
        folder = Path(kept)
        settings = settings_for(url, folder)
        store = open_store(folder / "portfolio.duckdb", owner=Owner(0, "benchmark", _AS_OF))
        try:
            stand(store, marks(count, 0, settings), settings)
            cases = [measured(store, settings, count, 0), measured(store, settings, count, changed)]
            again = make_plan(marks(count, changed, settings), ledger(store, settings), _AS_OF, "", settings)
            wrong = f"{len(again.changes)} changes were planned again" if again.changes else cases[1].wrong
            return [cases[0], replace(cases[1], wrong=wrong)]
        finally:
            store.close()


def verdicts(cases: Sequence[Measured]) -> list[Verdict]:
    """Held against what is wanted: requests for what changed, and for nothing else."""
    quiet, some = cases
    asked = sum(some.requests.values())
    wrong = next((case.wrong for case in cases if case.wrong), "")
    most = 4 * some.changed
    return [
        Verdict("nothing changed, nothing sent", not wrong and not quiet.requests, f"{sum(quiet.requests.values())}"),
        Verdict(f"at most {most} requests for {some.changed} flags", not wrong and asked <= most, wrong or str(asked)),
    ]


def shown(cases: Sequence[Measured]) -> str:
    """The cases as a table, and the requests below it."""
    lines = [
        "| case | flags | changes | plan wall s | plan CPU s | write wall s | write CPU s | requests | peak MB |",
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for one in cases:
        figures = (one.plan_wall, one.plan_cpu, one.write_wall, one.write_cpu)
        seconds = " | ".join(f"{figure:.2f}" for figure in figures)
        row = f"| {one.case} | {one.flagged:,} | {one.changes} | {seconds} | {sum(one.requests.values())} "
        lines.append(f"{row}| {one.peak_mb:.0f} |")
    for one in cases:
        lines += [f"  {count:5} {endpoint}" for endpoint, count in one.requests.items()]
        lines += [f"{one.case} does not count: {one.wrong}"] if one.wrong else []
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print. Always ends with 0: a figure that misses its target is told, not raised."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.writing", description=__doc__)
    parser.add_argument("--flags", type=int, default=_FULL, help="(default: %(default)s)")
    parser.add_argument("--short", action="store_true", help=f"{_SHORT:,} flags")
    options = parser.parse_args(arguments)
    at = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
    print(f"{at}  {table.machine()}")
    log.configure("warning", "console", [])
    count = _SHORT if options.short else options.flags
    cases = run(count)
    judged = verdicts(cases)
    print("\n" + shown(cases) + "\n\n" + table.judged(judged, f"{count:,} flags"))
    kept = HERE / "out" / f"writing-{at.replace(':', '')}.json"
    kept.parent.mkdir(parents=True, exist_ok=True)
    about = {"at": at, "machine": table.machine(), "runs": [asdict(one) for one in cases]}
    kept.write_text(json.dumps({**about, "targets": [asdict(one) for one in judged]}, indent=1) + "\n")
    print(f"kept in {kept.relative_to(HERE.parent)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
