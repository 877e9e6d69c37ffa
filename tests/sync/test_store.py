"""The store: exact values, one transaction a page, one owner, growing tables."""

import json
import os
import stat
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sync_memory import AS_OF, contents, entry_row, project_row
from sync_stores import ITEMS, OWNER, commit, item

from portfolio.columns import ColumnRows, columns_of
from portfolio.errors import ExitCode, InternalError, StoreError
from portfolio.model import SCHEMA_VERSION, SOURCE_TABLES
from portfolio.ports import Counts, Page
from sync import DuckStore, Owner, open_store
from sync.batch import batch
from sync.store import ROWS_AT_ONCE


def filled(path: Path) -> None:
    """A closed store whose rows do not fit into its first blocks."""
    with open_store(path, owner=OWNER) as store:
        commit(store, *(item(str(n), title=f"{n} {n * n} {n**3}" * 5) for n in range(4000)))


def damage(path: Path, start: int) -> None:
    """Change a byte of every sector from `start` on, as a failing disk does."""
    with path.open("r+b") as file:
        content = bytearray(file.read())
        for place in range(start + 100, len(content), 512):
            content[place] ^= 0xFF
        file.seek(0)
        file.write(content)


class TestValues:
    def test_amounts_dates_instants_and_lists_come_back_as_they_were(self, store: DuckStore) -> None:
        there = timezone(timedelta(hours=8))
        given = {"estimate_hours": Decimal("0.10"), "planned_cost": Decimal("12345678901234.5678"), "labels": ["a", ""]}
        dates = {"due_date": date(2026, 2, 28), "created_at": datetime(2026, 1, 1, 7, 30, 0, 123456, there)}
        commit(store, item("1", **given, **dates, complete_ratio=Decimal("0.333333"), is_blocked=False))
        (row,) = store.rows("SELECT * FROM work_item")
        assert {name: row[name] for name in given} == given
        assert row["created_at"] == datetime(2025, 12, 31, 23, 30, 0, 123456)
        assert row["due_date"] == date(2026, 2, 28)
        assert row["is_blocked"] is False
        assert row["points"] is None

    def test_a_hundred_tenths_are_ten(self, store: DuckStore) -> None:
        rows = [entry_row("mem", "p", "1", str(n), "0.10") for n in range(100)]
        store.commit("mem", ITEMS, Page({"time_entry": rows}), AS_OF)
        assert store.rows("SELECT sum(hours) AS h FROM time_entry") == [{"h": Decimal("10.00")}]

    def test_amounts_finer_than_the_column_are_rounded_half_even(self, store: DuckStore) -> None:
        commit(store, item("1", estimate_hours=Decimal("0.125")), item("2", estimate_hours=Decimal(1) / 3))
        rows = store.rows("SELECT estimate_hours AS h FROM work_item ORDER BY id")
        assert [row["h"] for row in rows] == [Decimal("0.12"), Decimal("0.33")]

    def test_parameters_are_bound_by_name_and_instants_compared_in_utc(self, store: DuckStore) -> None:
        commit(store, item("1", created_at=AS_OF))
        moment = AS_OF.astimezone(timezone(timedelta(hours=5)))
        sql = "SELECT id FROM work_item WHERE created_at = $moment AND title = $title"
        assert len(store.rows(sql, {"moment": moment, "title": "Item 1"})) == 1

    def test_a_query_that_fails_says_why(self, store: DuckStore) -> None:
        with pytest.raises(StoreError, match="colour"):
            store.rows("SELECT colour FROM work_item")

    @pytest.mark.parametrize(
        ("column", "value", "words"),
        [
            ("estimate_hours", 1.5, "work_item.estimate_hours is 1.5, a float, not hours"),
            ("estimate_hours", Decimal("NaN"), "work_item.estimate_hours cannot hold Decimal('NaN') as hours"),
            ("estimate_hours", Decimal("1E+13"), "work_item.estimate_hours cannot hold"),
            ("title", None, "work_item.title is missing"),
            ("title", "\ud800", "work_item.title cannot hold"),
            ("kind", "ticket", "work_item.kind is 'ticket', none of epic, story"),
            ("due_date", AS_OF, "work_item.due_date is a moment where a date belongs"),
            ("due_date", "2026-01-01", "work_item.due_date is '2026-01-01', a str, not date"),
            ("sequence", 2**63, "work_item.sequence cannot hold"),
            ("sequence", True, "work_item.sequence is True, not integer"),
            ("labels", ["a", 1], "work_item.labels cannot hold"),
            ("is_blocked", 1, "work_item.is_blocked is 1"),
        ],
    )
    def test_a_row_that_does_not_fit_is_set_aside_with_its_column_and_the_others_go_on(
        self, store: DuckStore, column: str, value: Any, words: str
    ) -> None:
        counts = commit(store, item("1"), item("2", **{column: value}), item("3"))
        assert counts == Counts(read=3, changed=2, rejected=1)
        assert [r["native_id"] for r in store.rows("SELECT native_id FROM work_item ORDER BY id")] == ["1", "3"]
        (rejection,) = store.rows("FROM rejection")
        assert rejection["native_id"] == "mem:item:2"
        assert rejection["code"] == "row.does_not_fit"
        assert words in rejection["reason"]
        assert json.loads(rejection["body"])["key"] == "P-2"

    @settings(deadline=None, max_examples=60)
    @given(st.lists(st.tuples(st.sampled_from("abc"), st.decimals(allow_nan=False, places=2) | st.none()), max_size=9))
    def test_whatever_comes_is_kept_or_rejected_and_the_last_wins(self, rows: list[tuple[str, Decimal | None]]) -> None:
        given_rows = [item(native, estimate_hours=hours) for native, hours in rows]
        made = batch(SOURCE_TABLES["work_item"], given_rows)
        fits = {n: h for n, h in rows if h is None or abs(h) < Decimal(10) ** 12}
        kept = {row["native_id"]: row.get("estimate_hours") for row in made.data.to_pylist()}
        assert kept == fits
        assert len(made.rejected) == sum(1 for _, h in rows if h is not None and abs(h) >= Decimal(10) ** 12)
        by_column = batch(SOURCE_TABLES["work_item"], ColumnRows(columns_of(given_rows)))
        assert (by_column.data, by_column.rejected) == (made.data, made.rejected)

    @settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.text(min_size=1, max_size=30))
    def test_any_text_comes_back_or_is_rejected(self, store: DuckStore, text: str) -> None:
        counts = commit(store, item("1", title=text))
        if not counts.rejected:
            assert store.rows("SELECT title FROM work_item") == [{"title": text}]


def test_pages_of_the_file_are_let_go_of_between_transactions(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    filled(path)
    held = "SELECT sum(memory_usage_bytes) AS n FROM duckdb_memory() WHERE tag = 'BASE_TABLE'"
    limit = "SELECT current_setting('memory_limit') AS n"
    with open_store(path, owner=OWNER) as store:
        store.rows("SELECT sum(length(title)) FROM work_item")
        before, limits = store.rows(held), store.rows(limit)
        monkeypatch.setattr("sync.store.KEPT_MEMORY", "1KB")
        commit(store, item("1", title="another"))
        assert store.rows(held)[0]["n"] < before[0]["n"]
        assert store.rows(limit) == limits


class TestPages:
    def test_a_second_reading_changes_nothing(self, store: DuckStore) -> None:
        rows = [item("1", estimate_hours=Decimal("1.5"), labels=["x"]), item("2")]
        assert commit(store, *rows).changed == 2
        assert commit(store, *rows).changed == 0
        assert commit(store, rows[0], {**rows[1], "title": "new"}).changed == 1

    def test_of_one_id_twice_on_a_page_the_last_wins(self, store: DuckStore) -> None:
        commit(store, item("1", title="old"), item("1", title="new"))
        assert store.rows("SELECT title FROM work_item") == [{"title": "new"}]

    def test_rows_and_cursor_are_committed_together_or_not_at_all(self, store: DuckStore) -> None:
        commit(store, item("1"), position="1")
        broken = Page({"work_item": [item("2")], "time_entry": [{"colour": "red"}]}, "2")
        with pytest.raises(InternalError, match="time_entry has no column colour"):
            store.commit("mem", ITEMS, broken, AS_OF)
        assert set(contents(store)["work_item"]) == {"mem:item:1"}
        assert store.positions("mem") == {ITEMS: "1"}

    def test_a_page_without_position_leaves_the_cursor(self, store: DuckStore) -> None:
        commit(store, item("1"), position="1")
        commit(store, item("2"))
        assert store.positions("mem") == {ITEMS: "1"}
        assert store.positions("other") == {}

    def test_our_own_rows_must_fit(self, store: DuckStore) -> None:
        with pytest.raises(InternalError, match=r"run\.outcome"):
            store.put({"run": [{"id": "r", "outcome": "fine"}]})
        assert store.rows("FROM run") == []

    def test_replaced_tables_are_emptied_first(self, store: DuckStore) -> None:
        store.put({"person": [{"id": "a"}, {"id": "b"}]})
        store.put({"person": [{"id": "c"}]}, replace=["person"])
        assert [row["id"] for row in store.rows("FROM person")] == ["c"]

    def test_many_rows_are_put_in_parts_of_which_the_last_of_a_key_stays(self, store: DuckStore) -> None:
        people = [{"id": str(n % ROWS_AT_ONCE), "name": str(n)} for n in range(ROWS_AT_ONCE + 2)]
        store.put({"person": people})
        counted = "SELECT count(*) AS n, count(DISTINCT id) AS ids FROM person"
        assert store.rows(counted) == [{"n": ROWS_AT_ONCE, "ids": ROWS_AT_ONCE}]
        [row] = store.rows("SELECT name FROM person WHERE id = '1'")
        assert row["name"] == str(ROWS_AT_ONCE + 1)

    def test_a_row_that_does_not_fit_in_a_later_part_takes_back_the_earlier(self, store: DuckStore) -> None:
        people = [{"id": str(n), "name": "x"} for n in range(ROWS_AT_ONCE)]
        with pytest.raises(InternalError):
            store.put({"person": [*people, {"id": None, "name": "x"}]})
        assert store.rows("SELECT * FROM person") == []

    def test_of_our_own_tables_old_days_can_be_forgotten(self, store: DuckStore) -> None:
        days = [date(2026, 1, n) for n in (1, 2, 3)]
        store.put({"project_snapshot": [{"project_id": "p", "taken_on": d, "measure": "cpi"} for d in days]})
        store.forget("project_snapshot", "taken_on", days[1])
        assert [row["taken_on"] for row in store.rows("FROM project_snapshot ORDER BY taken_on")] == days[1:]


class TestOneOwner:
    def test_a_second_process_is_told_who_has_the_store(self, store: DuckStore) -> None:
        code = (
            "import sys; from datetime import datetime; from pathlib import Path; from sync import open_store, Owner\n"
            "try: open_store(Path(sys.argv[1]), owner=Owner(2, 'other', datetime(2026, 1, 1)))\n"
            "except Exception as e: print(e, '|', e.remedy, '|', int(e.exit_code))"
        )
        done = subprocess.run(
            [sys.executable, "-c", code, str(store.path)], capture_output=True, text=True, check=True, timeout=60
        )
        assert done.stdout.startswith("the store is in use by process 4711 on build-host since 2026-11-23 06:00 UTC")
        assert "Wait until that run has ended" in done.stdout
        assert done.stdout.strip().endswith("| 6")

    @pytest.mark.parametrize(
        ("later", "age"),
        [
            (timedelta(0), " (less than a minute ago)"),
            (timedelta(minutes=5), " (5 min ago)"),
            (timedelta(hours=2, minutes=5), " (2 h 5 min ago)"),
            (timedelta(days=3, minutes=59), " (3 d 59 min ago)"),
            (timedelta(days=3, hours=4, minutes=59), " (3 d 4 h ago)"),
            (timedelta(minutes=-1), ""),
        ],
    )
    def test_and_since_when_and_how_long_that_is(self, store: DuckStore, later: timedelta, age: str) -> None:
        with pytest.raises(StoreError) as raised:
            open_store(store.path, owner=Owner(2, "other", AS_OF + later))
        assert raised.value.what == f"the store is in use by process 4711 on build-host since 2026-11-23 06:00 UTC{age}"

    def test_so_is_a_second_opening_in_the_same_process(self, store: DuckStore) -> None:
        with pytest.raises(StoreError, match="process 4711 on build-host"):
            open_store(store.path, owner=Owner(1, "x", AS_OF))

    def test_another_program_with_the_file_open_is_named_by_its_process(self, path: Path) -> None:
        open_store(path, owner=OWNER).close()
        code = "import duckdb,sys; c=duckdb.connect(sys.argv[1]); print('open', flush=True); sys.stdin.read()"
        with subprocess.Popen(
            [sys.executable, "-c", code, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        ) as other:
            assert other.stdout
            other.stdout.readline()
            with pytest.raises(StoreError, match=f"in use by process {other.pid}") as raised:
                open_store(path, owner=OWNER)
            other.communicate()
        assert raised.value.exit_code == ExitCode.STORE

    def test_the_name_of_a_dead_owner_is_written_over(self, path: Path) -> None:
        path.parent.mkdir()
        path.with_name(f"{path.name}.lock").write_text('{"process_id": 1, "host": "gone", "since": "long ago"}')
        with open_store(path, owner=OWNER):
            assert "build-host" in path.with_name(f"{path.name}.lock").read_text()
        assert path.with_name(f"{path.name}.lock").read_text() == ""

    def test_a_lock_without_a_name_still_holds(self, store: DuckStore) -> None:
        store.path.with_name(f"{store.path.name}.lock").write_text("")
        with pytest.raises(StoreError, match="in use by another process"):
            open_store(store.path, owner=OWNER)

    def test_a_lock_that_is_no_file_is_refused_with_the_next_step(self, path: Path) -> None:
        path.with_name(f"{path.name}.lock").mkdir(parents=True)
        with pytest.raises(StoreError, match="cannot be opened") as raised:
            open_store(path, owner=OWNER)
        assert raised.value.code == "store.lock"

    def test_closing_twice_does_no_harm_and_frees_the_store(self, path: Path) -> None:
        store = open_store(path, owner=OWNER)
        store.close()
        store.close()
        open_store(path, owner=OWNER).close()

    def test_only_its_owner_may_read_the_files(self, store: DuckStore) -> None:
        commit(store, item("1"))
        store.measure([], AS_OF.date()).publish([])
        files = [path for path in store.path.parent.rglob("*") if path.is_file()]
        assert len(files) >= 4
        assert {path.name: oct(stat.S_IMODE(path.stat().st_mode)) for path in files} == {
            path.name: "0o600" for path in files
        }
        assert stat.S_IMODE(store.path.parent.stat().st_mode) == 0o700


class TestTables:
    def test_a_store_of_fewer_columns_grows_and_everything_is_read_anew(self, path: Path) -> None:
        with open_store(path, owner=OWNER) as store:
            commit(store, item("1", points=Decimal(3)), position="1")
        with duckdb.connect(str(path)) as raw:
            raw.execute("ALTER TABLE work_item DROP COLUMN points")
        with open_store(path, owner=OWNER) as store:
            assert store.rows("SELECT title, points FROM work_item") == [{"title": "Item 1", "points": None}]
            assert store.positions("mem") == {}
            commit(store, item("1", points=Decimal(3)))
            assert store.rows("SELECT points FROM work_item") == [{"points": Decimal("3.00")}]

    def test_a_table_that_is_new_is_made(self, path: Path) -> None:
        open_store(path, owner=OWNER).close()
        with duckdb.connect(str(path)) as raw:
            raw.execute("DROP TABLE sprint" if "sprint" in SOURCE_TABLES else "DROP TABLE version")
            raw.execute("INSERT INTO cursor VALUES ('mem', 'items', 'p', '1', NULL)")
        with open_store(path, owner=OWNER) as store:
            assert store.rows("FROM version") == []

    @pytest.mark.parametrize(
        ("statement", "words", "remedy"),
        [
            (f"UPDATE plumbrule_meta SET schema_version = {SCHEMA_VERSION + 1}", "has version 3", "or a newer one"),
            ("UPDATE plumbrule_meta SET schema_version = 0", "has version 0", "aside"),
            ("DROP TABLE plumbrule_meta", "something else", "folder of its own"),
            ("ALTER TABLE work_item ALTER points TYPE DOUBLE", "work_item.points of the store is DOUBLE", "aside"),
        ],
        ids=["newer", "before the first", "not ours", "another type"],
    )
    def test_what_cannot_be_used_as_it_is_is_refused_with_the_next_step(
        self, path: Path, statement: str, words: str, remedy: str
    ) -> None:
        open_store(path, owner=OWNER).close()
        with duckdb.connect(str(path)) as raw:
            raw.execute(statement)
        for _ in range(2):  # refused without harm, and without keeping the lock
            with pytest.raises(StoreError, match=words) as raised:
                open_store(path, owner=OWNER)
        assert remedy in raised.value.remedy

    def test_a_file_that_is_no_database_is_refused_with_the_next_step(self, path: Path) -> None:
        path.parent.mkdir()
        path.write_bytes(os.urandom(40_000))
        with pytest.raises(StoreError, match="cannot be opened as a store") as raised:
            open_store(path, owner=OWNER)
        assert "move it aside" in raised.value.remedy

    @pytest.mark.parametrize("harm", ["changed", "cut off"])
    def test_a_damaged_file_is_told_as_damaged_and_not_as_in_use(self, path: Path, harm: str) -> None:
        filled(path)
        damage(path, start=0) if harm == "changed" else os.truncate(path, 20_000)
        with pytest.raises(StoreError) as raised:
            open_store(path, owner=OWNER)
        assert raised.value.code == "store.unreadable"
        assert "move it aside" in raised.value.remedy

    @pytest.mark.parametrize(
        "act",
        [
            lambda store: store.rows("SELECT max(title), sum(length(id)) FROM work_item"),
            lambda store: commit(store, item("7", title="another")),
            lambda store: store.measure([("step", "SELECT max(title) FROM work_item")], AS_OF.date()),
        ],
        ids=["query", "write", "measure"],
    )
    def test_damage_that_shows_late_has_the_same_remedy(self, path: Path, act: Callable[[DuckStore], Any]) -> None:
        filled(path)
        with open_store(path, owner=OWNER) as store:
            damage(path, start=3 * 4096)
            with pytest.raises(StoreError, match="damaged") as raised:
                act(store)
        assert raised.value.code == "store.unreadable"
        assert "move it aside" in raised.value.remedy

    def test_a_path_with_a_quote_and_blanks_is_fine(self, tmp_path: Path) -> None:
        with open_store(tmp_path / "PMO's store" / "it's ours.duckdb", owner=OWNER) as store:
            store.commit("mem", ITEMS, Page({"project": [project_row("mem", "p")]}), AS_OF)
            store.measure([], AS_OF.date()).publish([])
            assert len(store.rows("FROM project")) == 1


def test_instants_without_zone_are_taken_for_utc(path: Path) -> None:
    with open_store(path, owner=OWNER) as store:
        commit(store, item("1", created_at=datetime(2026, 1, 1), updated_at=datetime(2026, 1, 1, tzinfo=UTC)))
        assert store.rows("SELECT created_at = updated_at AS same FROM work_item") == [{"same": True}]
