"""A run that kills itself at the edge of a transaction."""

import atexit
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from sync.store import DuckStore


def deadly(number: int, edge: str) -> None:
    """Let `number` - 1 transactions of the store be, and die before or after the commit of the next.

    A run that ends by itself says how many there were.
    """
    calm = DuckStore._transaction
    left = number
    atexit.register(lambda: sys.stderr.write(f"transactions: {number - left}\n"))

    @contextmanager
    def transaction(store: DuckStore) -> Iterator[None]:
        nonlocal left
        left -= 1
        with calm(store):
            yield
            if left == 0 and edge == "before":
                os.kill(os.getpid(), signal.SIGKILL)
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    DuckStore._transaction = transaction  # type: ignore[method-assign, assignment]
