"""The ledger of runs, and how a run is asked to stop."""

import os
import signal
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sync_memory import AS_OF

from portfolio.errors import InternalError
from sync import DuckStore, Owner, Stop, begin_run, end_run, open_store, stop_on_signals

OWNER = Owner(4711, "host", AS_OF)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[DuckStore]:
    with open_store(tmp_path / "portfolio.duckdb", owner=OWNER) as opened:
        yield opened


def begin(store: DuckStore, run_id: str) -> tuple[str, ...]:
    return begin_run(store, run_id, owner=OWNER, as_of=AS_OF, version="0.1.0", config_hash="abc")


def test_a_run_is_written_down_when_it_begins_and_when_it_ends(store: DuckStore) -> None:
    assert begin(store, "r1") == ()
    (row,) = store.rows("FROM run")
    assert (row["process_id"], row["host"], row["outcome"], row["ended_at"]) == (4711, "host", None, None)
    end_run(store, "r1", ended_at=AS_OF + timedelta(minutes=3), outcome="partial")
    (row,) = store.rows("FROM run")
    assert row["outcome"] == "partial"
    assert row["ended_at"] - row["started_at"] == timedelta(minutes=3)
    assert (row["version"], row["config_hash"]) == ("0.1.0", "abc")


def test_runs_that_were_killed_are_marked_when_the_next_begins(store: DuckStore) -> None:
    begin(store, "r1")
    begin(store, "r2")
    end_run(store, "r2", ended_at=AS_OF, outcome="complete")
    assert begin(store, "r3") == ()
    rows = store.rows("SELECT id, outcome, ended_at FROM run ORDER BY id")
    assert [(row["id"], row["outcome"]) for row in rows] == [("r1", "interrupted"), ("r2", "complete"), ("r3", None)]
    assert rows[0]["ended_at"] is None, "when it died is not known"


def test_the_killed_runs_are_named(store: DuckStore) -> None:
    begin(store, "r1")
    assert begin(store, "r2") == ("r1",)


def test_a_run_that_never_began_cannot_end(store: DuckStore) -> None:
    with pytest.raises(InternalError, match="r9"):
        end_run(store, "r9", ended_at=AS_OF, outcome="complete")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_asks_to_stop_and_handlers_are_put_back(number: signal.Signals) -> None:
    before = signal.getsignal(number)
    with stop_on_signals() as stop:
        assert not stop.is_set()
        os.kill(os.getpid(), number)
        assert stop.wait(5)
        assert stop.signal_number == number
        assert signal.getsignal(number) == before, "a second one acts at once"
    assert signal.getsignal(number) == before


def test_outside_the_main_thread_no_handler_is_touched() -> None:
    seen: list[Stop] = []

    def body() -> None:
        with stop_on_signals() as stop:
            seen.append(stop)

    before = signal.getsignal(signal.SIGTERM)
    thread = threading.Thread(target=body)
    thread.start()
    thread.join()
    assert signal.getsignal(signal.SIGTERM) == before
    assert not seen[0].is_set()
