"""Two small ways to wait for the network less: one step ahead, and several calls at once.

The threads are daemons and not a pool: a pool is joined when the interpreter ends, and a thread that waits out another
side's pause would then hold up a stopped run for minutes.
"""

import contextlib
import queue
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")
_POLL_SECONDS = 0.1
"""How soon a thread that hands over notices that nobody takes any more."""


@dataclass(frozen=True)
class _Last:
    """Nothing more comes; or nothing but this error."""

    error: BaseException | None = None


@dataclass(frozen=True)
class _Next(Generic[T]):
    value: T


def ahead(values: Iterator[T]) -> Iterator[T]:
    """The same values, of which the next is already being fetched while one is worked on. Errors come in their place.

    A reader that stops early leaves at most one call to end by itself.
    """
    handed: queue.Queue[_Next[T] | _Last] = queue.Queue(1)
    stopped = threading.Event()

    def put(step: _Next[T] | _Last) -> None:
        while not stopped.is_set():
            with contextlib.suppress(queue.Full):
                handed.put(step, timeout=_POLL_SECONDS)
                return

    def fetch() -> None:
        try:
            for value in values:
                put(_Next(value))
                if stopped.is_set():
                    return
        except BaseException as error:  # whatever it is, it belongs to who reads
            put(_Last(error))
        else:
            put(_Last())

    threading.Thread(target=fetch, name="jira ahead", daemon=True).start()
    try:
        while isinstance(step := handed.get(), _Next):
            yield step.value
        if step.error is not None:
            raise step.error
    finally:
        stopped.set()


def side_by_side(call: Callable[[T], R], values: Sequence[T], threads: int = 4) -> list[R]:
    """The results of the calls in the order of the values, a few calls at a time. Raises the first error met."""
    if len(values) < 2:
        return [call(value) for value in values]
    waiting = deque(enumerate(values))
    results: dict[int, R] = {}
    errors: list[BaseException] = []

    def work() -> None:
        while waiting and not errors:
            try:
                number, value = waiting.popleft()
            except IndexError:
                return
            try:
                results[number] = call(value)
            except BaseException as error:  # raised again below
                errors.append(error)

    started = [threading.Thread(target=work, name="jira calls", daemon=True) for _ in range(min(threads, len(values)))]
    for thread in started:
        thread.start()
    for thread in started:
        thread.join()
    if errors:
        raise errors[0]
    return [results[number] for number in range(len(values))]
