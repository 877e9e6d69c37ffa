"""`python -m benchmarks.nightly`: a whole night, end to end. See docs/benchmarks.md.

A Jira and a Project Web App of a million items in five hundred projects are read whole, once. Then one of a hundred
changes, and `plumbrule run` does what it does every night: pull, match, measure, check, report, plan.
`--short` is small enough for CI.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import table
from benchmarks.contenders import EMAIL, PASSWORD, TOKEN, USER, counted
from benchmarks.figures import Verdict
from benchmarks.nightly_steps import Step, Steps
from benchmarks.nightly_steps import shown as shown_steps
from benchmarks.processes import HERE, ROOT, DidNotRun, LoadSite, Usage, compile_sources, load_site, plan_site
from benchmarks.watched import watch
from sandbox.load.scale import project_key

FIRST, NIGHT, SAME = "first run", "1 % changed", "nothing changed"
_FULL, _PROJECTS = 1_000_000, 500
_SHORT, _SHORT_PROJECTS = 5_000, 10
_CPU_SECONDS, _PEAK_MB = 60, 2_000
_SETTINGS = """\
[portfolio]
as_of = 2026-11-23T08:00:00Z

[store]
folder = "store"

[report]
folder = "report"

# Of the issues, which were last moved over three hundred days, a fifth are then flagged, as where work is left lying.
[rules.set."HYG-03"]
params = {{ max_days = 180 }}

[sources.jira]
kind = "jira_cloud"
url = "{jira}"
email = "{email}"
token = "env:LOAD_TOKEN"
requests_per_second = 100.0

[sources.plans]
kind = "pwa"
url = "{pwa}"
timezone = "Europe/Berlin"
currency = "EUR"
requests_per_second = 100.0
auth = {{ type = "basic", user = "{user}", password = "env:LOAD_PASSWORD" }}
"""
_JOINED = """
[initiatives."NIGHT-{number}"]
projects = ["jira:{key}", "plans:Load project {number:08x}"]
"""
_SECRETS = {"LOAD_TOKEN": TOKEN, "LOAD_PASSWORD": PASSWORD, "PYTHONPATH": str(ROOT)}


@dataclass(frozen=True)
class Size:
    """How much there is: a fifth of the items are tasks of plans, the others issues of trackers."""

    items: int
    projects: int

    @property
    def tasks(self) -> int:
        """Tasks in each plan."""
        return self.items // 5 // self.projects

    @property
    def issues(self) -> int:
        """Issues in all trackers."""
        return self.items - self.tasks * self.projects


@dataclass(frozen=True)
class Measured:
    """One run. `wrong`: why it does not count. Requests by source."""

    what: str
    items: int
    usage: Usage | None
    steps: Sequence[Step] = ()
    requests: Mapping[str, int] | None = None
    findings: int = 0
    wrong: str = ""


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print. Always ends with 0: a figure that misses its target is told, not raised."""
    options = _parser().parse_args(arguments)
    size = Size(_SHORT, _SHORT_PROJECTS) if options.short else Size(options.items, options.projects)
    about = {"at": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}", "machine": table.machine()}
    _say(f"{about['at']}  {about['machine']}")
    compile_sources()
    with tempfile.TemporaryDirectory(prefix="plumbrule-bench-", dir=options.folder) as folder:
        runs = _nights(Path(folder), options.kept, size, options)
    judged = verdicts(runs)
    _say("\n" + shown(runs) + "\n\n" + table.judged(judged, f"{_FULL:,} items"))
    kept = HERE / "out" / f"nightly-{about['at'].replace(':', '')}.json"
    kept.parent.mkdir(parents=True, exist_ok=True)
    document = {**about, "runs": [asdict(one) for one in runs], "targets": [asdict(one) for one in judged]}
    kept.write_text(json.dumps(document, indent=1) + "\n")
    _say(f"kept in {kept.relative_to(HERE.parent)}")
    return 0


def _nights(folder: Path, kept: Path | None, size: Size, options: argparse.Namespace) -> list[Measured]:
    """The first run, unless its store is `kept` from another time, and a night after it, and one without changes."""
    house = folder / "house"
    before = kept is not None and (kept / "sites.json").exists()
    if kept is not None and before:
        shutil.copytree(kept, house)
    else:
        house.mkdir()
    runs = []
    with _sites(house, size, options.latency_ms) as sites:
        if not before:
            runs.append(_run(FIRST, house, size, sites, options.timeout_seconds))
            if runs[0].usage is None:
                return runs
        if kept is not None and not before:
            shutil.copytree(house, kept)
        _touch(sites)
        runs.append(_run(NIGHT, house, size, sites, options.timeout_seconds))
        runs.append(_run(SAME, house, size, sites, options.timeout_seconds))
    return runs


@contextmanager
def _sites(house: Path, size: Size, latency_ms: int) -> Iterator[dict[str, LoadSite]]:
    """Both tools; where a store is kept they are where they were, since it holds their addresses."""
    known = house / "sites.json"
    ports = json.loads(known.read_text()) if known.exists() else {"jira": 0, "plans": 0}
    with ExitStack() as stack:
        jira = load_site(size.issues, projects=size.projects, latency_ms=latency_ms, port=ports["jira"])
        plans = plan_site(size.projects, size.tasks, latency_ms=latency_ms, port=ports["plans"])
        sites = {"jira": stack.enter_context(jira), "plans": stack.enter_context(plans)}
        known.write_text(json.dumps({name: int(site.origin.rpartition(":")[2]) for name, site in sites.items()}))
        settings = _SETTINGS.format(jira=sites["jira"].url, pwa=sites["plans"].url, email=EMAIL, user=USER)
        joined = [_JOINED.format(number=number, key=project_key(number)) for number in range(size.projects)]
        (house / "plumbrule.toml").write_text("".join([settings, *joined]))
        yield sites


def _touch(sites: Mapping[str, LoadSite]) -> None:
    for site in sites.values():
        site.touch(1)


def _run(what: str, house: Path, size: Size, sites: Mapping[str, LoadSite], seconds: float) -> Measured:
    command = [sys.executable, "-m", "plumbrule.cli", "run", "-c", "plumbrule.toml"]
    for site in sites.values():
        site.forget_requests()
    steps = Steps(house / "stderr.txt")
    try:
        usage = watch(command, folder=house, timeout_seconds=seconds, env=_SECRETS, look=steps.look)
    except DidNotRun as problem:
        _say(f"  {what}: {problem}")
        return Measured(what, size.items, None, wrong=str(problem))
    requests = {name: int(site.requests()["total"]) for name, site in sites.items()}
    wrong, findings = _missing(house, sites), _findings(house)
    found = Measured(what, size.items, usage, steps.done(), requests, findings, wrong)
    _say(shown([found]) + "\n")
    return found


def _missing(house: Path, sites: Mapping[str, LoadSite]) -> str:
    """How the store differs from what the tools hold."""
    store = house / "store" / "portfolio.duckdb"
    jira = {"issues": "work_item", "worklogs": "time_entry", "changes": "field_change"}
    held = counted(store, {name: f"{table} WHERE source = 'jira'" for name, table in jira.items()})
    wanted = {name: f"{table} WHERE source = 'plans' AND deleted_at IS NULL" for name, table in _PLANS.items()}
    of_plans = counted(store, {name: text.replace("WHERE owner", "AND owner") for name, text in wanted.items()})
    expected = sites["plans"].expected()
    wrong = [f"the store holds {held}, Jira {sites['jira'].expected()}"] if held != sites["jira"].expected() else []
    if of_plans != {name: expected[name] for name in of_plans}:
        wrong.append(f"the store holds {of_plans}, Project Web App {expected}")
    return "; ".join(wrong)


_PLANS = {"projects": "project", "tasks": "work_item", "assignments": "assignment", "links": "work_item_link"}


def _findings(house: Path) -> int:
    latest = house / "store" / "snapshots" / "latest.duckdb"
    return counted(latest, {"open": "finding WHERE state = 'open'"})["open"]


def shown(runs: Sequence[Measured]) -> str:
    """A line a run, and under it a line a step."""
    head = ("items", "wall s", "CPU s", "of it children", "peak MB", "requests", "findings")
    lines = [f"{'':<20}" + "".join(f"{one:>15}" for one in head)]
    for one in runs:
        if one.usage is None:
            continue
        used, asked = one.usage, sum((one.requests or {}).values())
        figures = f"{used.wall_seconds:>15.1f}{used.cpu_seconds:>15.1f}{used.children_cpu_seconds or 0:>15.1f}"
        lines.append(f"{one.what:<20}{one.items:>15,}{figures}{used.peak_mb:>15.0f}{asked:>15,}{one.findings:>15,}")
        lines.append(shown_steps(one.steps))
    wrong = [f"{one.what}: {one.wrong}" for one in runs if one.wrong]
    return "\n".join([*lines, *(["does not count:", *wrong] if wrong else [])])


def verdicts(runs: Sequence[Measured]) -> list[Verdict]:
    """Hold the night against its targets, which are stated for a million items in five hundred projects."""
    night = next((one.usage for one in runs if (one.what, one.items) == (NIGHT, _FULL) and not one.wrong), None)
    cpu, peak = (night.cpu_seconds, night.peak_mb) if night else (None, None)
    return [
        Verdict(
            f"a night under {_CPU_SECONDS} CPU s",
            None if cpu is None else cpu < _CPU_SECONDS,
            "" if cpu is None else f"{cpu:.1f} s",
        ),
        Verdict(
            f"a night under {_PEAK_MB:,} MB",
            None if peak is None else peak < _PEAK_MB,
            "" if peak is None else f"{peak:.0f} MB",
        ),
    ]


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.nightly", description=__doc__)
    parser.add_argument("--items", type=int, default=_FULL, help="(default: %(default)s)")
    parser.add_argument("--projects", type=int, default=_PROJECTS, help="(default: %(default)s)")
    parser.add_argument("--latency-ms", type=int, default=50, help="of each answer (default: %(default)s)")
    parser.add_argument("--timeout-seconds", type=float, default=7200, help="of one run (default: %(default)s)")
    parser.add_argument("--folder", type=Path, help="where stores are made for the run (default: the temporary one)")
    parser.add_argument("--kept", type=Path, help="a folder for the store of the first run, made once and used again")
    parser.add_argument("--short", action="store_true", help=f"{_SHORT:,} items in {_SHORT_PROJECTS} projects")
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
