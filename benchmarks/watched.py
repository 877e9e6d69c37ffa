"""One command and all its children, watched: CPU time as the kernel counts it, and the memory of all of them at once.

`benchmarks.processes` asks for the peak of a process and of those it waited for, which is the larger of the two. A
check has its rules evaluated by children beside itself, one after the other. So here the peaks that the living had
since they were last looked at, a twentieth of a second ago, are added, and the largest sum counts. It is never less
than what was in use at once. Pages that they share are counted for each.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from benchmarks.processes import DidNotRun, TookTooLong, Usage

_EVERY_SECONDS = 0.05
_TICKS = os.sysconf("SC_CLK_TCK")
_FORGET_PEAK = "5"
"""What the kernel is told to count the peak of a process anew: proc(5), /proc/pid/clear_refs."""


def watch(
    command: Sequence[str],
    *,
    folder: Path,
    timeout_seconds: float,
    env: Mapping[str, str] | None = None,
    look: Callable[[int], None] = lambda _pid: None,
) -> Usage:
    """Run a command in `folder` and wait for it; its output goes to stdout.txt there. Raises DidNotRun.

    `look` is called with its process id each time that it is looked at, the last time when it has ended.
    """
    began = time.perf_counter()
    peak = 0
    with (folder / "stdout.txt").open("wb") as out, (folder / "stderr.txt").open("wb") as err:
        process = subprocess.Popen(command, cwd=folder, env={**os.environ, **(env or {})}, stdout=out, stderr=err)
        while True:
            peak = max(peak, _held(process.pid))
            has_ended = os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT | os.WNOHANG) is not None
            look(process.pid)
            if has_ended:
                of_children = cpu_seconds(process.pid)[1]  # the kernel tells it as long as nobody has waited for it
                _, status, used = os.wait4(process.pid, 0)
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
    return Usage(wall, used.ru_utime + used.ru_stime, peak / 1024, of_children)


def cpu_seconds(pid: int) -> tuple[float, float]:
    """What a process used so far, and what those did that it has waited for (proc(5), stat: fields 14 to 17)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:13])) / _TICKS, sum(map(int, fields[13:15])) / _TICKS


def _held(root: int) -> int:
    """Sum of the peaks, in KB, that a process and everything below it had since this was last asked."""
    total, waiting = 0, [root]
    while waiting:
        process = Path(f"/proc/{waiting.pop()}")
        try:
            status = (process / "status").read_text()
            waiting += [int(child) for child in (process / f"task/{process.name}/children").read_text().split()]
            with contextlib.suppress(OSError):  # where the kernel cannot, each counts with its highest peak
                (process / "clear_refs").write_text(_FORGET_PEAK)
        except OSError:  # it has ended meanwhile
            continue
        held = next((line for line in status.splitlines() if line.startswith("VmHWM:")), None)
        total += int(held.split()[1]) if held else 0
    return total
