"""Where the time of a run goes: the steps that it tells on standard error, with what it had used when it began each."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.watched import cpu_seconds

_TOLD = "plumbrule: "
_BEFORE = "start"


@dataclass(frozen=True)
class Step:
    """A step of a run. CPU is that of the process and of the children that it has waited for."""

    name: str
    wall_seconds: float
    cpu_seconds: float


class Steps:
    """Follows the lines of a file while a process writes them, as often as `look` is called."""

    def __init__(self, said: Path) -> None:
        self._said = said
        self._seen = 0
        self._began: list[tuple[str, float, float]] = [(_BEFORE, time.perf_counter(), 0.0)]
        self._last = (time.perf_counter(), 0.0)

    def look(self, pid: int) -> None:
        """See whether another step has begun."""
        self._last = (time.perf_counter(), sum(cpu_seconds(pid)))
        lines = self._said.read_text(errors="replace").splitlines()
        for line in lines[self._seen :]:
            name = line.removeprefix(_TOLD)
            if name != line and "=" not in name:  # lines with figures tell of sources, not of steps
                self._began.append((name, *self._last))
        self._seen = len(lines)

    def done(self) -> list[Step]:
        """The steps from the first to the last look."""
        ends = [(wall, cpu) for _, wall, cpu in self._began[1:]] + [self._last]
        pairs = zip(self._began, ends, strict=True)
        return [Step(name, wall - began, cpu - used) for (name, began, used), (wall, cpu) in pairs]


def shown(steps: Sequence[Step]) -> str:
    """A line a step."""
    return "\n".join(f"  {one.name:<33}{one.wall_seconds:>15.1f}{one.cpu_seconds:>15.1f}" for one in steps)
