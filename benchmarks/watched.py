"""One command and all its children, watched: CPU time as the kernel counts it, and the sum of the peaks of memory.

`benchmarks.processes` asks for the peak of a process and of those it waited for, which is the larger of the two. A
check has its rules evaluated by a child beside itself, so here each has its own peak, and they are added, be they of
different moments: never less than what was in use at once.
"""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.processes import DidNotRun, TookTooLong, Usage

_EVERY_SECONDS = 0.05


def watch(
    command: Sequence[str], *, folder: Path, timeout_seconds: float, env: Mapping[str, str] | None = None
) -> Usage:
    """Run a command in `folder` and wait for it; its output goes to stdout.txt there. Raises DidNotRun."""
    began = time.perf_counter()
    peaks: dict[int, int] = {}
    with (folder / "stdout.txt").open("wb") as out, (folder / "stderr.txt").open("wb") as err:
        process = subprocess.Popen(command, cwd=folder, env={**os.environ, **(env or {})}, stdout=out, stderr=err)
        while True:
            _note(process.pid, peaks)
            pid, status, used = os.wait4(process.pid, os.WNOHANG)
            if pid:
                break
            if time.perf_counter() - began > timeout_seconds:
                process.kill()
                process.wait()
                raise TookTooLong(timeout_seconds)
            time.sleep(_EVERY_SECONDS)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode < 0 or process.returncode > 1:
        last = (folder / "stderr.txt").read_text(errors="replace").strip().splitlines() or ["no message"]
        raise DidNotRun(f"it ended with {process.returncode}: {last[-1][:300]}")
    wall = time.perf_counter() - began
    return Usage(wall, used.ru_utime + used.ru_stime, sum(peaks.values()) / 1024)


def _note(root: int, peaks: dict[int, int]) -> None:
    """Take the peak so far, in KB, of a process and of everything below it."""
    waiting = [root]
    while waiting:
        pid = waiting.pop()
        try:
            status = Path(f"/proc/{pid}/status").read_text()
            waiting += [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
        except OSError:  # it has ended meanwhile
            continue
        held = next((line for line in status.splitlines() if line.startswith("VmHWM:")), None)
        if held:
            peaks[pid] = int(held.split()[1])  # the last word: before it becomes another program it shows its parent's
