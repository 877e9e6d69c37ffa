"""Interrupts what takes longer than a rule may, by one thread for all rules: to start one for each takes more time than
most rules do."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from types import TracebackType
from typing import Self

_LONGEST_SLEEP = 3_600.0


class Watchdog:
    """Calls `interrupt`, from a thread of its own, once a block under `watching` has lasted `seconds`.

    The thread ends with the block that the watchdog itself is entered for.
    """

    def __init__(self, interrupt: Callable[[], None], seconds: float) -> None:
        self._interrupt = interrupt
        self._seconds = seconds
        self._deadline: float | None = None
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._thread.join()

    @contextmanager
    def watching(self) -> Iterator[None]:
        """The block is interrupted when it takes too long, and never once it has ended."""
        with self._lock:
            self._deadline = monotonic() + self._seconds
        try:
            yield
        finally:
            with self._lock:
                self._deadline = None

    def _watch(self) -> None:
        """Nobody has to wake it: a block that begins while it sleeps may last until after it has woken by itself."""
        left = self._seconds
        while not self._ended.wait(min(left, _LONGEST_SLEEP)):
            with self._lock:
                left = self._seconds if self._deadline is None else self._deadline - monotonic()
                if left <= 0:
                    self._interrupt()
                    self._deadline, left = None, self._seconds
