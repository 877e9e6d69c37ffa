"""Child processes and what they used: wall time, CPU time and peak memory, as the kernel counts them."""

from __future__ import annotations

import compileall
import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

HERE = Path(__file__).parent
ROOT = HERE.parent


class DidNotRun(Exception):
    """A contender ended with an error or was too slow; the text says how."""


class TookTooLong(DidNotRun):
    """A contender was stopped after `seconds`."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"it was stopped after {seconds:.0f} s")
        self.seconds = seconds


@dataclass(frozen=True)
class Usage:
    """What a chain of processes used. CPU is user and system time; memory is the sum of their peaks.

    `children_cpu_seconds`: how much of it was theirs that the first had started and waited for, where that was asked.
    """

    wall_seconds: float
    cpu_seconds: float
    peak_mb: float
    children_cpu_seconds: float | None = None


@dataclass(frozen=True)
class LoadSite:
    """A running `python -m sandbox.load`."""

    url: str
    """Where Jira or the Project Web App is, without a slash at the end."""
    origin: str
    """Where what is asked of the server itself is, below /load."""
    size: int
    """Issues or tasks."""

    def touch(self, percent: int) -> int:
        """Edit that many of a hundred issues or projects; give how many."""
        return int(self._call("POST", "touch", {"percent": percent})["touched"])

    def expected(self) -> dict[str, int]:
        """Give what a complete store must hold, by name: issues, worklogs, changes; or projects, tasks and so on."""
        return cast("dict[str, int]", self._call("GET", "expected"))

    def forget_requests(self) -> None:
        """Count requests from nought again."""
        self._call("DELETE", "requests")

    def requests(self) -> dict[str, Any]:
        """Give the requests since then: `total`, `by_endpoint`, `most_at_once`."""
        return cast("dict[str, Any]", self._call("GET", "requests"))

    def _call(self, method: str, name: str, body: object = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.origin}/load/{name}", data, method=method)
        with urllib.request.urlopen(request, timeout=60) as answer:
            text = answer.read()
        return json.loads(text) if text else None


def compile_sources() -> None:
    """Keep the bytecode of what is measured, as an installation does: else ours, which is run from its sources, may
    compile them in every process (where PYTHONDONTWRITEBYTECODE is set), and the peers, which are installed, do not.
    """
    for package in ("benchmarks", "connectors", "plumbrule", "portfolio", "reports", "rules", "sync"):
        compileall.compile_dir(ROOT / package, quiet=2)


def load_site(issues: int, *, latency_ms: int, projects: int = 10, port: int = 0) -> AbstractContextManager[LoadSite]:
    """Serve a generated Jira in a process of its own while the block lasts."""
    counts = ("--issues", str(issues), "--projects", str(projects))
    return _served("jira", issues, *counts, "--latency-ms", str(latency_ms), "--port", str(port))


def plan_site(projects: int, tasks: int, *, latency_ms: int, port: int = 0) -> AbstractContextManager[LoadSite]:
    """Serve a generated Project Web App with so many tasks in each project, in the same way."""
    counts = ("--projects", str(projects), "--tasks", str(tasks))
    return _served("pwa", projects * tasks, "--pwa", *counts, "--latency-ms", str(latency_ms), "--port", str(port))


@contextmanager
def _served(kind: str, size: int, *options: str) -> Iterator[LoadSite]:
    command = [sys.executable, "-m", "sandbox.load", *options]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as server:
        try:
            assert server.stdout is not None
            url = str(json.loads(server.stdout.readline())[kind])
            parts = urlsplit(url)
            yield LoadSite(url, f"{parts.scheme}://{parts.netloc}", size)
        finally:
            server.terminate()


def run(
    chain: Sequence[Sequence[str]], *, folder: Path, timeout_seconds: float, env: Mapping[str, str] | None = None
) -> Usage:
    """Run commands joined by pipes in `folder` and wait for them all.

    Their standard errors go to `folder`/stderr.txt, the last one's output to stdout.txt. Raises DidNotRun.
    """
    began = time.perf_counter()
    with (folder / "stdout.txt").open("wb") as out, (folder / "stderr.txt").open("wb") as err:
        started: list[subprocess.Popen[bytes]] = []
        for place, command in enumerate(chain):
            last = place == len(chain) - 1
            source = started[-1].stdout if started else subprocess.DEVNULL
            sink = out if last else subprocess.PIPE
            process = subprocess.Popen(
                list(command), cwd=folder, env={**os.environ, **(env or {})}, stdin=source, stdout=sink, stderr=err
            )
            if started and started[-1].stdout is not None:
                started[-1].stdout.close()
            started.append(process)
        try:
            ended = [_wait(process, began + timeout_seconds) for process in started]
        except TimeoutError:
            for process in started:
                process.kill()
                process.wait()
            raise TookTooLong(timeout_seconds) from None
    wall = time.perf_counter() - began
    for status, _, _ in ended:
        if status != 0:
            raise DidNotRun(f"it ended with {status}: {_complaint(folder / 'stderr.txt')}")
    return Usage(wall, sum(cpu for _, cpu, _ in ended), sum(peak for _, _, peak in ended))


def _wait(process: subprocess.Popen[bytes], until: float) -> tuple[int, float, float]:
    """Wait for one process; give its exit status, CPU seconds (with its children's) and peak memory in MB."""
    while True:
        pid, status, used = os.wait4(process.pid, os.WNOHANG)
        if pid:
            process.returncode = os.waitstatus_to_exitcode(status)
            return process.returncode, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024
        if time.perf_counter() > until:
            raise TimeoutError
        time.sleep(0.005)


def _complaint(path: Path) -> str:
    lines = path.read_text(errors="replace").strip().splitlines()
    named = [line for line in lines if "error" in line.lower()]
    return (named or lines or ["no message"])[-1].strip()[:300]
