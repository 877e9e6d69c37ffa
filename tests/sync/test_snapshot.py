"""Snapshots: exactly the declared columns, published in one step, readable by others."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from sync_memory import AS_OF, MemoryConnector, small_source

from portfolio.errors import StoreError
from portfolio.model import TABLES, VIEWS
from portfolio.model.column import Table, integer, key_text
from portfolio.model.derive import sql_type
from portfolio.ports import Computed
from sync import DuckStore, FileSnapshot, Owner, open_snapshot, open_store, pull
from sync.views import DISTINCT

DAY = date(2026, 11, 23)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[DuckStore]:
    with open_store(tmp_path / "portfolio.duckdb", owner=Owner(1, "host", AS_OF)) as opened:
        connector = MemoryConnector(small_source())
        pull(opened, [connector], as_of=AS_OF, run_id="r1", progress=lambda _event, _fields: None)
        yield opened


def select_for(view: str, **columns: str) -> str:
    """A SELECT with all declared columns of a view, null but for those given."""
    listed = ", ".join(f"{columns.get(name, 'NULL')} AS {name}" for name in VIEWS[view].names)
    return f"SELECT {listed} FROM project WHERE deleted_at IS NULL"


def with_values(**columns: str) -> str:
    """A SELECT of the projects with those columns."""
    return select_for("projects", project_id="id", key="key", name="name", **columns)


PROJECTS = ("projects", select_for("projects", project_id="id", key="key", name="name", budget_cost="1.5"))


def test_a_view_becomes_a_table_with_the_declared_types(store: DuckStore) -> None:
    snapshot = store.measure([PROJECTS], DAY)
    found = snapshot.rows("SELECT column_name, data_type FROM duckdb_columns() WHERE table_name = 'projects'")
    assert {row["column_name"]: row["data_type"] for row in found} == {c.name: sql_type(c) for c in VIEWS["projects"]}
    rows = snapshot.rows("SELECT project_id, budget_cost FROM projects ORDER BY project_id LIMIT 1")
    assert rows == [{"project_id": "mem:project:p0", "budget_cost": Decimal("1.5000")}]


def test_a_view_sees_the_moment_the_tables_and_the_views_before_it(store: DuckStore) -> None:
    step = ("open_items", "SELECT project_id, count(*) AS n, as_of FROM work_item, context GROUP BY ALL")
    last = ("projects", select_for("projects", project_id="id", key="key", name="name", open_items="n").replace(
        "FROM project", "FROM project JOIN open_items ON open_items.project_id = project.id"
    ))  # fmt: skip
    snapshot = store.measure([step, last], DAY)
    assert snapshot.rows("SELECT DISTINCT open_items FROM projects") == [{"open_items": 5}]
    assert snapshot.rows("FROM context") == [{"as_of": DAY}]


def test_steps_on_the_way_and_stored_tables_are_not_in_the_file(store: DuckStore) -> None:
    snapshot = store.measure([("a_step", "SELECT 1 AS x"), PROJECTS], DAY)
    names = snapshot.rows("SELECT table_name FROM duckdb_tables() ORDER BY 1")
    assert [row["table_name"] for row in names] == ["context", "projects"]


LENGTHS = Table("_lengths", "Lengths of names.", (key_text("id", "project"), integer("letters", "length")), key=("id",))


def lengths(*, named: pa.Table) -> pa.Table:
    return pa.table({"letters": pc.utf8_length(named["name"]), "id": named["id"]})


def test_a_step_can_be_a_function_of_what_was_made_before_it(store: DuckStore) -> None:
    step = ("_lengths", Computed(LENGTHS, {"named": "SELECT id, name FROM project"}, lengths))
    last = ("projects", select_for("projects", project_id="id", key="key", name="name", open_items="letters").replace(
        "FROM project", "FROM project JOIN _lengths USING (id)"
    ))  # fmt: skip
    rows = store.measure([step, last], DAY).rows("SELECT name, open_items FROM projects")
    assert rows
    assert all(row["open_items"] == len(row["name"]) for row in rows)


@pytest.mark.parametrize(
    ("returned", "words"),
    [
        ({"id": ["a"]}, "view _lengths does not have column letters"),
        ({"id": ["a"], "letters": [1], "colour": ["red"]}, "view _lengths has undeclared column colour"),
        ({"id": ["a"], "letters": ["many"]}, "view _lengths: .*many"),
    ],
)
def test_a_function_that_does_not_keep_to_its_declaration_is_named(
    store: DuckStore, returned: dict[str, list[object]], words: str
) -> None:
    step = ("_lengths", Computed(LENGTHS, {}, lambda: pa.table(returned)))
    with pytest.raises(StoreError, match=words):
        store.measure([step], DAY)
    assert list((store.path.parent / "snapshots").iterdir()) == []


def test_a_step_that_is_not_stored_is_worked_out_by_whoever_reads_it(store: DuckStore) -> None:
    step = ("a_step", "-- Not stored: it is quick.\nSELECT id, random() AS drawn, NULL AS nothing FROM project")
    twice = ("another", "SELECT a.drawn = b.drawn AS same FROM a_step AS a JOIN a_step AS b USING (id)")
    last = ("projects", with_values(goal="(SELECT bool_or(same) FROM another)"))
    snapshot = store.measure([step, twice, last], DAY)
    assert snapshot.rows("SELECT DISTINCT goal FROM projects") == [{"goal": "false"}]
    assert snapshot.rows("SELECT count(*) AS n FROM duckdb_views() WHERE NOT internal") == [{"n": 0}]


def test_a_step_may_have_columns_of_any_name_and_of_no_type(store: DuckStore) -> None:
    step = ("a_step", 'SELECT 1 AS "order", NULL AS "select", \'x\' AS title, [1] AS key FROM project')
    last = ("projects", with_values(open_items='(SELECT max("order") FROM a_step)'))
    assert store.measure([step, last], DAY).rows("SELECT DISTINCT open_items AS n FROM projects") == [{"n": 1}]


def test_texts_that_hardly_repeat_are_compressed_as_such(store: DuckStore) -> None:
    many = "(SELECT range || '-of-many' FROM range(300000)) AS r(text)"
    columns = {"item_id": "text", "project_id": "text[:1]", "title": "text"}
    listed = ", ".join(f"{columns.get(name, 'NULL')} AS {name}" for name in VIEWS["work_items"].names)
    snapshot = store.measure([("work_items", f"SELECT {listed} FROM {many}")], DAY)
    segments = "pragma_storage_info('work_items') WHERE segment_type = 'VARCHAR'"
    found = snapshot.rows(f"SELECT DISTINCT column_name AS name, compression AS how FROM {segments}")
    how = {row["name"]: row["how"] for row in found}
    assert (how["item_id"], how["title"]) == ("ZSTD", "ZSTD")
    assert how["project_id"] != "ZSTD"


def test_columns_that_hardly_repeat_are_columns_of_a_view_or_a_step() -> None:
    assert {name for view in VIEWS.values() for name in view.names} >= DISTINCT


def settings(store: DuckStore) -> dict[str, str]:
    """How DuckDB is set."""
    names = ("memory_limit", "preserve_insertion_order", "disabled_optimizers", "threads")
    found = store.rows("SELECT name, value FROM duckdb_settings() WHERE list_contains($names, name)", {"names": names})
    return {row["name"]: row["value"] for row in found}


def test_measuring_keeps_to_the_memory_that_is_set_and_leaves_no_setting_behind(tmp_path: Path) -> None:
    owner = Owner(1, "host", AS_OF)
    with open_store(tmp_path / "portfolio.duckdb", owner=owner, measuring_megabytes=300) as store:
        before = settings(store)
        held, off = "current_setting('memory_limit')", "current_setting('disabled_optimizers')"
        otherwise = f"{held} <> '286.1 MiB' OR {off} NOT LIKE '%build_side_probe_side%'"
        store.measure([("_seen", f"SELECT CASE WHEN {otherwise} THEN error({held}) END")], DAY).discard()
        assert settings(store) == before
        with pytest.raises(StoreError, match="view _large takes more memory") as caught:
            store.measure([("_large", "SELECT list(n || repeat('x', 400)) AS all_of_it FROM range(2000000) r(n)")], DAY)
        assert "memory_megabytes" in (caught.value.remedy or "")
        assert settings(store) == before
        assert not list((tmp_path / "snapshots").iterdir())


def test_a_reader_takes_no_more_than_its_share_of_memory(store: DuckStore) -> None:
    (row,) = store.measure([PROJECTS], DAY).rows("SELECT current_setting('memory_limit') AS held")
    assert row["held"] == "488.2 MiB"


def test_measuring_twice_is_no_conflict(store: DuckStore) -> None:
    one, two = store.measure([PROJECTS], DAY), store.measure([PROJECTS], DAY)
    assert one.path != two.path
    assert one.rows("FROM projects ORDER BY 1") == two.rows("FROM projects ORDER BY 1")


@pytest.mark.parametrize(
    ("view", "words"),
    [
        (("projects", "SELECT 'x' AS project_id"), "view projects does not have column key, name"),
        (("projects", PROJECTS[1].replace("SELECT ", "SELECT 1 AS colour, ")), "has undeclared column colour"),
        (("projects", "SELECT colour FROM project"), "view projects: .*colour"),
        (("projects", PROJECTS[1].replace("1.5", "'much'")), "view projects: .*much"),
        (("work_item", "SELECT 1"), "view work_item has the name of a stored table"),
    ],
)
def test_a_view_that_is_not_as_declared_is_named_and_leaves_no_file(
    store: DuckStore, view: tuple[str, str], words: str
) -> None:
    with pytest.raises(StoreError, match=words):
        store.measure([view], DAY)
    assert list((store.path.parent / "snapshots").iterdir()) == []
    store.measure([PROJECTS], DAY)


def test_publishing_adds_ledger_tables_and_replaces_the_latest_in_one_step(store: DuckStore) -> None:
    store.measure([PROJECTS], DAY).publish(["stream_run"])
    latest = store.path.parent / "snapshots" / "latest.duckdb"
    reader = open_snapshot(latest)
    store.put({"stream_run": [{"run_id": "r2", "source": "s", "stream": "x", "partition": "y"}]})
    store.measure([PROJECTS], DAY).publish(["stream_run"])
    count = "SELECT count(*) AS n FROM stream_run"
    assert reader.rows(count) == [{"n": 4}], "who reads the one before reads on"
    assert open_snapshot(latest).rows(count) == [{"n": 5}]


def test_a_published_snapshot_can_still_be_read_by_its_maker(store: DuckStore) -> None:
    snapshot = store.measure([PROJECTS], DAY)
    snapshot.publish(["cursor"])
    assert snapshot.rows("SELECT count(*) AS n FROM cursor") == [{"n": 3}]
    assert snapshot.path.name == "snapshot-20261123-1.duckdb"


def test_publishing_goes_on_while_another_process_reads_the_unpublished_file(store: DuckStore) -> None:
    snapshot = store.measure([PROJECTS], DAY)
    code = (
        "import duckdb, sys; c = duckdb.connect(sys.argv[1], read_only=True); print('open', flush=True)\n"
        "sys.stdin.read(); print(c.execute('SELECT count(*) FROM projects').fetchone()[0])"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(snapshot.path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout
        assert other.stdout.readline() == "open\n"
        snapshot.publish([])
        assert other.communicate()[0] == "3\n"


def test_the_last_five_are_kept(store: DuckStore) -> None:
    for _ in range(7):
        store.measure([], DAY).publish([])
    names = sorted(path.name for path in (store.path.parent / "snapshots").iterdir())
    assert names == ["latest.duckdb", *(f"snapshot-20261123-{n}.duckdb" for n in range(3, 8))]


def test_a_discarded_snapshot_leaves_nothing(store: DuckStore) -> None:
    snapshot: FileSnapshot = store.measure([PROJECTS], DAY)
    snapshot.discard()
    assert list((store.path.parent / "snapshots").iterdir()) == []


@pytest.mark.parametrize(
    "sql",
    ["DELETE FROM projects", "CREATE TABLE x (y INTEGER)", "FROM read_csv('/etc/passwd')", "ATTACH 'x.duckdb' AS x"],
)
def test_a_reader_cannot_write_nor_reach_other_files(store: DuckStore, sql: str) -> None:
    with pytest.raises(StoreError):
        store.measure([PROJECTS], DAY).rows(sql)


def test_a_missing_snapshot_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="there is no snapshot") as raised:
        open_snapshot(tmp_path / "latest.duckdb")
    assert "plumbrule run" in raised.value.remedy


def test_a_file_that_is_no_snapshot_is_refused(tmp_path: Path) -> None:
    (tmp_path / "latest.duckdb").write_text("not a database" * 5000)
    with pytest.raises(StoreError, match="cannot be read as a snapshot"):
        open_snapshot(tmp_path / "latest.duckdb")


def test_no_view_has_the_name_of_a_stored_table() -> None:
    assert not set(VIEWS) & set(TABLES)


def test_what_a_killed_run_left_unfinished_is_swept_and_published_ones_stay(store: DuckStore) -> None:
    store.measure([], DAY).publish([])
    folder = store.path.parent / "snapshots"
    (folder / ".work-20200101-1.duckdb").write_text("half")
    store.close()
    with open_store(store.path, owner=Owner(1, "host", AS_OF)):
        assert sorted(path.name for path in folder.iterdir()) == ["latest.duckdb", "snapshot-20261123-1.duckdb"]


def test_a_file_of_another_name_beside_the_snapshots_is_left_alone(store: DuckStore) -> None:
    store.measure([PROJECTS], DAY).publish([])
    stranger = store.path.parent / "snapshots" / "snapshot-foo.duckdb"
    stranger.write_text("mine")
    for _ in range(6):
        store.measure([PROJECTS], DAY).publish([])
    assert stranger.read_text() == "mine"
    kept = {path.name for path in stranger.parent.glob("snapshot-2*")}
    assert kept == {f"snapshot-20261123-{number}.duckdb" for number in range(3, 8)}


def test_views_added_later_are_measured_within_the_limits_of_measuring(tmp_path: Path) -> None:
    path, owner = tmp_path / "portfolio.duckdb", Owner(1, "host", AS_OF)
    name, told = PROJECTS[0], "current_setting('memory_limit')"
    with open_store(path, owner=owner, measuring_megabytes=300) as store:
        before = store.rows(f"SELECT {told} AS n")
        snapshot = store.measure([], DAY)
        snapshot.extend([(name, select_for(name, project_id=told).partition(" FROM ")[0])])
        [row] = snapshot.rows(f"SELECT project_id FROM {name}")
        assert row["project_id"] == "286.1 MiB"
        assert store.rows(f"SELECT {told} AS n") == before
        with pytest.raises(StoreError):
            snapshot.extend([(name, "SELECT 1 AS not_declared")])
        assert store.rows(f"SELECT {told} AS n") == before
