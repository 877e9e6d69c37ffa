"""kill -9 at any point of a pull: the next one ends with the same tables as if nothing had happened."""

import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from sync_memory import AS_OF, MemoryConnector, Source, contents, small_source

from portfolio.ports import Partition
from sync import DuckStore, Owner, begin_run, open_store, pull

KILLED = Path(__file__).parents[1] / "sync_killed.py"
KILLS = 4


def source() -> Source:
    return small_source(projects=12, items=3)


def tables(store: DuckStore) -> list[list[dict[str, Any]]]:
    return [store.rows(f"FROM {name} ORDER BY ALL") for name in ("project", "work_item", "time_entry", "cursor")]


@pytest.fixture
def expected(tmp_path: Path) -> list[list[dict[str, Any]]]:
    with open_store(tmp_path / "whole.duckdb", owner=Owner(1, "host", AS_OF)) as store:
        pull(
            store,
            [MemoryConnector(source())],
            as_of=AS_OF,
            run_id="r",
            progress=lambda _e, _f: None,
        )
        return tables(store)


def test_a_pull_killed_at_any_point_and_run_again_ends_with_the_same_tables(
    tmp_path: Path, expected: list[list[dict[str, Any]]]
) -> None:
    path = tmp_path / "killed.duckdb"
    chance = random.Random(20261123)
    pages_seen = []
    for attempt in range(KILLS):
        statements = chance.randrange(3, 25)  # too few to end: 12 projects take over 100
        child = subprocess.run(
            [sys.executable, str(KILLED), str(path), str(statements), f"k{attempt}"],
            check=False,
            timeout=60,
            capture_output=True,
            text=True,
        )
        assert child.returncode == -9, child.stderr
        with open_store(path, owner=Owner(1, "host", AS_OF)) as store:
            pages_seen.append(len(contents(store).get("work_item", {})))
            for partition, position in store.positions("mem").items():
                _nothing_is_missing_before(store, partition, int(position))
    assert pages_seen == sorted(pages_seen), "what was committed once is never lost"
    with open_store(path, owner=Owner(1, "host", AS_OF)) as store:
        pull(
            store,
            [MemoryConnector(source())],
            as_of=AS_OF,
            run_id="r",
            progress=lambda _e, _f: None,
        )
        assert tables(store) == expected
        died = begin_run(store, "last", owner=Owner(1, "host", AS_OF), as_of=AS_OF, version="1", config_hash="x")
        left = store.rows("SELECT count(*) AS n FROM run WHERE outcome = 'interrupted'")
    assert left[0]["n"] == KILLS, "every child was killed, and the ledger says so"
    assert len(died) == 1, "the others were noticed by the run after them"


def _nothing_is_missing_before(store: DuckStore, partition: Partition, position: int) -> None:
    """A cursor never stands past a record that is not stored."""
    stored = {row_id for rows in contents(store).values() for row_id in rows}
    covered = {row_id for row_id, (revision, _, _) in source().rows[partition.key].items() if revision <= position}
    assert covered <= stored
