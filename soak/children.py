"""The processes of runs: forked by a nursery, or started from nothing, as an operator's are."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

Edge = Literal["before", "after"]


@dataclass(frozen=True)
class Order:
    """A run: its words, the file for what it says, and what is to befall it.

    At the `number`th transaction it kills itself, `edge` the commit. `most_bytes`: how large a file of it may grow.
    """

    words: Sequence[str]
    said: Path
    number: int | None = None
    edge: Edge = "after"
    most_bytes: int | None = None


class Child:
    """A run under way. It can be killed by any thread, also when it has ended already."""

    def __init__(self, pid: int, reap: Callable[[], int]) -> None:
        self._handle = os.pidfd_open(pid)
        self._reap = reap

    def has_ended(self, within_seconds: float) -> bool:
        """Wait for its end, so long at most."""
        poll = select.poll()
        poll.register(self._handle, select.POLLIN)
        return bool(poll.poll(within_seconds * 1000))

    def kill(self) -> None:
        """SIGKILL."""
        with suppress(ProcessLookupError, OSError):  # it has ended, or was closed
            signal.pidfd_send_signal(self._handle, signal.SIGKILL)

    def close(self) -> int:
        """Wait for the end and give the exit code; negative: the signal that ended it."""
        code = self._reap()
        os.close(self._handle)
        self._handle = -1
        return code


class Nursery:
    """`python -m soak.nursery` and what it bears."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "soak.nursery"]
        self._program = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def begin(self, order: Order) -> Child:
        """Begin a run."""
        pid = self._ask(vars(order) | {"words": list(order.words), "said": str(order.said)})
        return Child(pid, lambda: self._ask({"reap": pid}))

    def close(self) -> None:
        """No more runs."""
        assert self._program.stdin is not None and self._program.stdout is not None
        self._program.stdin.close()
        self._program.wait()
        self._program.stdout.close()

    def _ask(self, what: dict[str, Any]) -> int:
        assert self._program.stdin is not None and self._program.stdout is not None
        self._program.stdin.write(json.dumps(what) + "\n")
        self._program.stdin.flush()
        return int(self._program.stdout.readline())


def fresh(words: Sequence[str], said: Path) -> Child:
    """Begin a run as an operator's shell does."""
    with said.open("wb") as out:
        started = subprocess.Popen([sys.executable, "-m", "plumbrule.cli", *words], stdout=out, stderr=out)
    return Child(started.pid, started.wait)
