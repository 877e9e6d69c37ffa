"""`plumbrule serve` over a large check: how long until the first byte and the last, processor time, memory.

The portfolio is that of `portfolio_rows`, checked by the built-in rules; the server is a process of its own, asked over
loopback. A page is asked for twice: the first time it is made, the second time it was kept.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
import requests

from benchmarks.portfolio_rows import Size, as_of, fill
from benchmarks.processes import ROOT, DidNotRun
from benchmarks.watched import cpu_seconds

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
class Served:
    """One answer. Bytes are those sent, packed; `peak_mb` is the server's up to then."""

    page: str
    projects: int
    findings: int
    first_seconds: float
    whole_seconds: float
    cpu_seconds: float
    bytes: int
    peak_mb: float


def measure(folder: Path, size: Size, timeout_seconds: float) -> list[Served]:
    """Make the portfolio, check it, serve it, and ask for a page of each kind. Raises DidNotRun."""
    _checked(folder, size, timeout_seconds)
    key, finding, rule, findings = _known(folder)
    pages = {
        "the portfolio, first": "/",
        "the portfolio, again": "/",
        "a project": f"/projects/{key}",
        "its rules": f"/projects/{key}/rules",
        "a finding": f"/findings/{finding}",
        "all rules": "/rules",
        "a rule": f"/rules/{rule}",
        "history": "/history",
    }
    with _serving(folder) as (process, url):
        return [_asked(name, url + path, process.pid, (size.projects, findings)) for name, path in pages.items()]


def shown(found: Sequence[Served]) -> str:
    """A line an answer."""
    if not found:
        return ""
    head = f"served: {found[0].projects:,} projects, {found[0].findings:,} findings"
    lines = [f"{head:<44}{'first s':>9}{'whole s':>9}{'CPU s':>9}{'bytes':>12}{'peak MB':>9}"]
    for one in found:
        times = f"{one.first_seconds:>9.2f}{one.whole_seconds:>9.2f}{one.cpu_seconds:>9.2f}"
        lines.append(f"{one.page:<44}{times}{one.bytes:>12,}{one.peak_mb:>9.0f}")
    return "\n".join(lines)


def _checked(folder: Path, size: Size, timeout_seconds: float) -> None:
    from sync.lock import Owner
    from sync.store import open_store

    store = folder / "store" / "portfolio.duckdb"
    open_store(store, owner=Owner(os.getpid(), "bench", as_of())).close()
    fill(store, size)
    (folder / "plumbrule.toml").write_text(_SETTINGS)
    (folder / "plan.xml").write_text("<Project/>")
    try:
        ended = subprocess.run(
            _command("check", "--quiet"),
            cwd=folder,
            env=_environment(),
            capture_output=True,
            text=True,
            timeout=timeout_seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as late:
        raise DidNotRun(f"the check took more than {timeout_seconds:.0f} s") from late
    if ended.returncode > 1:  # 1: there are findings
        raise DidNotRun(f"the check ended with {ended.returncode}: {ended.stderr.strip()[-300:]}")


def _known(folder: Path) -> tuple[str, str, str, int]:
    """A project's key, one of its findings, that finding's rule, and how many findings are open."""
    with duckdb.connect(str(folder / "store" / "snapshots" / "latest.duckdb"), read_only=True) as db:
        of_one = "SELECT p.key, f.id, f.rule_id FROM finding f JOIN projects p USING (project_id) ORDER BY 1, 2 LIMIT 1"
        [(key, finding, rule)] = db.sql(of_one).fetchall()
        [(findings,)] = db.sql("SELECT count(*) FROM finding WHERE state = 'open'").fetchall()
    return key, finding, rule, findings


@contextmanager
def _serving(folder: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The server on a free port, until the block ends."""
    with (folder / "serve.txt").open("w") as log:
        process = subprocess.Popen(
            _command("serve", "--port", "0"),
            cwd=folder,
            env=_environment(),
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            told = re.search(r"http://[^/\s]+", line)
            if told is None:
                raise DidNotRun(f"the server said {line[:300]!r}")
            yield process, told[0]
        finally:
            process.terminate()
            process.wait(60)


def _asked(name: str, address: str, pid: int, counts: tuple[int, int]) -> Served:
    session = requests.Session()
    session.trust_env = False
    used, began = cpu_seconds(pid)[0], time.perf_counter()
    with session.get(address, stream=True, timeout=600) as answer:
        parts = answer.raw.stream(65_536, decode_content=False)
        size = len(next(parts, b""))
        first = time.perf_counter() - began
        size += sum(len(part) for part in parts)
        whole = time.perf_counter() - began
        if answer.status_code != requests.codes.ok:
            raise DidNotRun(f"{name}: {answer.status_code}")
    return Served(name, *counts, first, whole, cpu_seconds(pid)[0] - used, size, _peak_mb(pid))


def _peak_mb(pid: int) -> float:
    [held] = [
        line.split()[1] for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmHWM")
    ]
    return int(held) / 1024


def _command(*words: str) -> list[str]:
    return [sys.executable, "-m", "plumbrule.cli", words[0], "-c", "plumbrule.toml", *words[1:]]


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), "BENCH_TOKEN": "none"}
