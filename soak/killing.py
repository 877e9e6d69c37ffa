"""Ways in which a run dies: SIGKILL, which nothing can prepare for.

At a transaction's edge the run kills itself, by `python -m soak.mortal`; at a request's edge and at a random
moment it is killed from outside.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Literal

from soak.proxy import Edge, Proxy

Way = Literal["transaction", "request", "moment"]
WAYS: tuple[Way, ...] = ("transaction", "request", "moment")
_LONGEST_SECONDS = 300


@dataclass(frozen=True)
class Death:
    """Where a run is to die: at the `number`th edge, before or after it, or at a `share` of its usual time."""

    way: Way
    number: int
    edge: Edge
    share: float


def drawn(random: Random, most: dict[Way, int]) -> Death:
    """A death somewhere in a run that has about `most` edges of each way."""
    way = random.choice(WAYS)
    return Death(way, random.randint(1, max(most[way], 1)), random.choice(("before", "after")), random.random())


def mortal(words: Sequence[str], death: Death | None) -> list[str]:
    """The command that runs Plumbrule with these words; one that dies at a transaction's edge knows where."""
    if death is None or death.way != "transaction":
        return [sys.executable, "-m", "plumbrule.cli", *words]
    return [sys.executable, "-m", "soak.mortal", str(death.number), death.edge, *words]


@dataclass(frozen=True)
class Ended:
    """How a run ended: its exit code (negative: killed), and what it said."""

    code: int
    said: str

    @property
    def was_killed(self) -> bool:
        """Whether SIGKILL ended it."""
        return self.code == -signal.SIGKILL


def run(words: Sequence[str], proxy: Proxy, death: Death | None, usual_seconds: float, folder: Path) -> Ended:
    """Run to the end or to the death; whatever it said is kept, since a run that is killed says nothing more."""
    said = folder / "said.txt"
    with said.open("wb") as out, subprocess.Popen(mortal(words, death), stdout=out, stderr=out) as child:
        proxy.watch = _at_a_request(child, death)
        try:
            if death is not None and death.way == "moment":
                _wait(child, death.share * usual_seconds)
                child.kill()
            child.wait(timeout=_LONGEST_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
            return Ended(1, f"no end after {_LONGEST_SECONDS} seconds: {' '.join(words)}")
        finally:
            proxy.watch = lambda _edge: None
    return Ended(child.returncode, said.read_text(encoding="utf-8", errors="replace"))


def _wait(child: subprocess.Popen[bytes], seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end and child.poll() is None:
        time.sleep(0.01)


def _at_a_request(child: subprocess.Popen[bytes], death: Death | None) -> Callable[[Edge], None]:
    left = threading.Semaphore(death.number - 1) if death is not None and death.way == "request" else None

    def watch(edge: Edge) -> None:
        if left is not None and death is not None and edge == death.edge and not left.acquire(blocking=False):
            os.kill(child.pid, signal.SIGKILL)

    return watch
