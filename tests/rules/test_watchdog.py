"""Too long a block is interrupted, by one thread for all blocks."""

import threading

import pytest

from rules.watchdog import Watchdog


def test_a_block_that_lasts_too_long_is_interrupted_once_and_a_later_one_again() -> None:
    interrupted = threading.Semaphore(0)
    with Watchdog(interrupted.release, 0.01) as watchdog:
        for _ in range(2):
            with watchdog.watching():
                assert interrupted.acquire(timeout=30)
                assert not interrupted.acquire(timeout=0.05), "once is enough"


def test_nothing_is_interrupted_between_blocks_or_in_time() -> None:
    interrupted = threading.Event()
    with Watchdog(interrupted.set, 0.02) as watchdog:
        for _ in range(200):
            with watchdog.watching():
                pass
        assert not interrupted.wait(0.1)


def test_the_thread_ends_with_the_watchdog_also_after_an_error() -> None:
    before = threading.active_count()
    with pytest.raises(ArithmeticError), Watchdog(lambda: None, 3_600) as watchdog, watchdog.watching():
        assert threading.active_count() == before + 1
        raise ArithmeticError
    assert threading.active_count() == before
