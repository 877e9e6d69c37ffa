"""Ctrl-C and SIGTERM as a polite request to stop; asked a second time, Ctrl-C stops at once."""

import contextlib
import signal
import threading
from collections.abc import Iterator
from types import FrameType


class Stop(threading.Event):
    """Set when the run should end. `signal_number` says what asked for it: SIGINT or SIGTERM, None for neither."""

    signal_number: int | None = None


@contextlib.contextmanager
def stop_on_signals() -> Iterator[Stop]:
    """Within the block, the first SIGINT or SIGTERM sets the event; a second one acts as it did before.

    Outside the main thread, where Python allows no handlers, the event is merely never set by a signal.
    """
    stop = Stop()
    if threading.current_thread() is not threading.main_thread():
        yield stop
        return
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def ask(number: int, _frame: FrameType | None) -> None:
        stop.signal_number = number
        stop.set()
        for each, handler in before.items():
            signal.signal(each, handler)

    for number in before:
        signal.signal(number, ask)
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
