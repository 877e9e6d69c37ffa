"""What the store forgets over years, what it never does, and how its file becomes small again."""

import os
import signal
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sync_stores import OWNER

from portfolio.errors import StoreError
from sync import DuckStore, Keep, open_store
from sync.retention import days_to_forget

TODAY = date(2026, 11, 23)


def fill(store: DuckStore, days: int = 40, *, bad: tuple[int, ...] = ()) -> None:
    """A run a day, the latest today; of those in `bad` (days ago) not everything could be read."""
    runs, parts, asked, measures = [], [], [], []
    for ago in range(days):
        began, name = datetime(2026, 11, 23, 6, tzinfo=UTC) - timedelta(days=ago), f"run-{1000 - ago}"
        outcome = "partial" if ago in bad else "complete"
        runs.append({"id": name, "started_at": began, "ended_at": began, "as_of": began, "outcome": outcome})
        parts += [{"run_id": name, "source": "s", "stream": "items", "partition": p} for p in "ab"]
        asked.append({"run_id": name, "source": "s"})
        day = TODAY - timedelta(days=ago)
        measures += [{"project_id": p, "taken_on": day, "measure": "eac", "value": 1.0} for p in ("P", "Q")]
    store.put({"run": runs, "stream_run": parts, "source_run": asked, "project_snapshot": measures})


def count(store: DuckStore, table: str) -> int:
    return int(store.rows(f"SELECT count(*) AS n FROM {table}")[0]["n"])


def days(store: DuckStore) -> set[date]:
    return {row["taken_on"] for row in store.rows("SELECT DISTINCT taken_on FROM project_snapshot")}


def test_the_latest_runs_are_told_in_full_and_the_others_in_one_line(store: DuckStore) -> None:
    fill(store)
    gone = store.prune(Keep(runs=10), TODAY)
    assert {one.what: one.rows for one in gone} == {"stream_run": 60, "source_run": 30}
    assert (count(store, "run"), count(store, "stream_run"), count(store, "source_run")) == (40, 20, 10)
    assert store.prune(Keep(runs=10), TODAY) == []


def test_the_latest_run_that_read_everything_stays_whole_however_old_it_is(store: DuckStore) -> None:
    fill(store, bad=tuple(range(30)))
    store.prune(Keep(runs=5), TODAY)
    kept = {row["run_id"] for row in store.rows("SELECT run_id FROM source_run")}
    assert kept == {"run-1000", "run-999", "run-998", "run-997", "run-996", "run-970"}


def test_a_run_under_way_stays_whole(store: DuckStore) -> None:
    fill(store)
    store.put({"run": [{"id": "run-900", "started_at": datetime(2020, 1, 1), "as_of": datetime(2020, 1, 1)}]})
    store.put({"source_run": [{"run_id": "run-900", "source": "s"}]})
    store.prune(Keep(runs=1, measures_days=400), TODAY)
    assert {row["run_id"] for row in store.rows("SELECT run_id FROM source_run")} == {"run-1000", "run-900"}
    assert count(store, "run") == 41


def test_a_moment_may_say_which_runs_stay_whole(store: DuckStore) -> None:
    fill(store)
    store.prune(Keep(runs=1, whole_after=datetime(2026, 11, 20)), TODAY)
    assert count(store, "source_run") == 4


def test_measures_become_weekly_and_then_go_but_never_the_first_nor_what_open_findings_need(store: DuckStore) -> None:
    fill(store, days=300)
    opened = date(2026, 5, 13)
    finding = {"id": "f", "rule_id": "R", "subject_kind": "project", "subject_id": "P", "state": "open"}
    store.put({"finding": [{**finding, "opened_on": opened, "last_seen_on": TODAY}]})
    first = TODAY - timedelta(days=299)
    store.prune(Keep(runs=20, daily_days=30, measures_days=200), TODAY)
    kept = days(store)
    assert {TODAY - timedelta(days=ago) for ago in range(31)} <= kept
    assert {first, opened} <= kept
    weekly = {day for day in kept if day < TODAY - timedelta(days=30)} - {first, opened}
    assert {day.isoweekday() for day in weekly} == {7}
    assert min(weekly) >= TODAY - timedelta(days=200)
    assert len(weekly) == 24
    assert min(row["as_of"] for row in store.rows("SELECT as_of FROM run")).date() >= TODAY - timedelta(days=200)


def test_asking_first_changes_nothing_and_says_the_same(store: DuckStore) -> None:
    fill(store)
    before = store.rows("FROM stream_run ORDER BY ALL")
    told = store.prune(Keep(runs=10), TODAY, dry_run=True)
    assert store.rows("FROM stream_run ORDER BY ALL") == before
    assert told == store.prune(Keep(runs=10), TODAY)
    assert all(one.bytes > 0 for one in told)


def test_what_checks_concluded_is_never_forgotten(store: DuckStore) -> None:
    old = date(2010, 1, 1)
    store.put(
        {
            "finding": [
                {
                    "id": "f",
                    "rule_id": "R",
                    "subject_kind": "project",
                    "subject_id": "P",
                    "state": "resolved",
                    "opened_on": old,
                    "last_seen_on": old,
                    "resolved_on": old,
                }
            ],
            "finding_event": [{"finding_id": "f", "event": "opened", "happened_on": old, "step": 1}],
        }
    )
    fill(store)
    store.prune(Keep(runs=1, daily_days=1, measures_days=1), TODAY)
    assert (count(store, "finding"), count(store, "finding_event")) == (1, 1)


@settings(deadline=None)
@given(
    st.lists(st.dates(date(2015, 1, 1), TODAY), max_size=60),
    st.integers(1, 800),
    st.integers(0, 3000),
    st.lists(st.dates(date(2015, 1, 1), TODAY), max_size=5),
)
def test_days_that_go_leave_the_latest_the_needed_and_every_recent_one(
    known: list[date], daily: int, more: int, needed: list[date]
) -> None:
    keep = Keep(daily_days=daily, measures_days=daily + more)
    gone = set(days_to_forget(known, TODAY, keep, needed))
    stays = set(known) - gone
    assert gone <= set(known)
    assert not gone & set(needed)
    assert not known or max(known) in stays
    assert all(day in stays for day in known if day >= TODAY - timedelta(days=daily))
    assert days_to_forget(stays, TODAY, keep, needed) == []  # a second time nothing goes
    weeks = {day.isocalendar()[:2] for day in known if day >= TODAY - timedelta(days=daily + more)}
    assert weeks <= {day.isocalendar()[:2] for day in stays}, "a week that is kept weekly keeps a day"


class TestCompaction:
    @staticmethod
    def bulky(store: DuckStore) -> int:
        """Leaves a file that is mostly free."""
        with store._transaction():
            store._connection.execute(
                "INSERT INTO rejection (source, stream, native_id, code, reason, body)"
                " SELECT 's', 'x', i::VARCHAR, 'c', 'r', repeat(md5(i::VARCHAR), 20) FROM range(30000) t(i)"
            )
        store.checkpoint()
        with store._transaction():
            store._connection.execute("DELETE FROM rejection WHERE native_id::INTEGER % 50 <> 0")
        store.checkpoint()
        return store.path.stat().st_size

    def test_the_file_becomes_small_and_holds_the_same(self, store: DuckStore) -> None:
        large = self.bulky(store)
        held = store.rows("SELECT * EXCLUDE (body), md5(body) AS body FROM rejection ORDER BY ALL")
        gained = store.compact()
        assert gained > large // 2
        assert store.path.stat().st_size == large - gained
        assert store.rows("SELECT * EXCLUDE (body), md5(body) AS body FROM rejection ORDER BY ALL") == held
        fill(store, days=3)  # the store goes on
        store.close()
        assert oct(store.path.stat().st_mode)[-3:] == "600"
        assert not list(store.path.parent.glob(".*"))
        with open_store(store.path, owner=OWNER) as again:
            assert count(again, "rejection") == 600
            assert count(again, "run") == 3
            required = (
                "SELECT is_nullable FROM duckdb_columns() WHERE table_name = 'rejection' AND column_name = 'code'"
            )
            assert again.rows(required) == [{"is_nullable": False}]

    def test_a_file_with_little_free_room_is_left_alone(self, store: DuckStore) -> None:
        fill(store)
        assert store.compact() == 0

    @pytest.mark.parametrize("at", ["CHECKPOINT", "COPY", "count(*)", "DETACH fresh", "replace", "flush"])
    def test_killed_at_any_point_the_store_is_whole(self, path: Path, at: str) -> None:
        with open_store(path, owner=OWNER) as store:
            self.bulky(store)
            fill(store, days=3)
        code = (
            "import os, signal, sys; from pathlib import Path; import sync.compaction as c\n"
            "from sync import open_store\n"
            "sys.path.insert(0, sys.argv[3]); from sync_stores import OWNER\n"
            "at = sys.argv[2]\n"
            "def die(): os.kill(os.getpid(), signal.SIGKILL)\n"
            "store = open_store(Path(sys.argv[1]), owner=OWNER)\n"
            "class Dying:\n"
            "    def __init__(self, inner): self.inner = inner\n"
            "    def execute(self, sql, *more):\n"
            "        if at in sql: die()\n"
            "        return self.inner.execute(sql, *more)\n"
            "if at == 'replace': Path.replace = lambda *_: die()\n"
            "if at == 'flush': c.flush = lambda path: die() if path.is_dir() else None\n"
            "c.compact(Dying(store._connection), store.path)\n"
        )
        done = subprocess.run(
            [sys.executable, "-c", code, str(path), at, str(Path(__file__).parents[1])], check=False, timeout=60
        )
        assert done.returncode == -signal.SIGKILL
        with open_store(path, owner=OWNER) as store:
            assert count(store, "rejection") == 600
            assert count(store, "run") == 3
            assert not list(path.parent.glob(".*"))

    def test_a_copy_that_fails_leaves_the_store_as_it_was(
        self, store: DuckStore, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.bulky(store)

        def full(self: Path, target: Path) -> None:
            raise OSError(28, os.strerror(28))

        monkeypatch.setattr(Path, "replace", full)
        with pytest.raises(StoreError, match="no room left") as raised:
            store.compact()
        assert "Free space" in raised.value.remedy
        assert count(store, "rejection") == 600
        fill(store, days=1)
        assert not list(store.path.parent.glob(".*"))

    def test_a_copy_that_lacks_rows_never_takes_the_place_of_the_store(self, store: DuckStore) -> None:
        self.bulky(store)

        class Losing:
            """DuckDB, but a row is lost on the way."""

            def __init__(self, inner: duckdb.DuckDBPyConnection) -> None:
                self.inner = inner

            def execute(self, sql: str, *more: object) -> duckdb.DuckDBPyConnection:
                done = self.inner.execute(sql, *more)
                if sql.startswith("COPY"):
                    self.inner.execute("DELETE FROM fresh.main.rejection WHERE native_id = '50'")
                return done

        from sync.compaction import compact

        with pytest.raises(StoreError, match="599 of 600 rows; the store stays as it is"):
            compact(Losing(store._connection), store.path)  # type: ignore[arg-type]
        assert count(store, "rejection") == 600
