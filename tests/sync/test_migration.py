"""A store of an older version is copied, brought to the present one, and told; whatever goes wrong, it is as it was."""

import os
import shutil
import signal
import subprocess
import sys
from datetime import date
from pathlib import Path

import duckdb
import first_release
import pytest
from sync_memory import AS_OF, MemoryConnector, contents, small_source
from sync_stores import OWNER

from portfolio.errors import ExitCode, StoreError
from portfolio.model import SCHEMA_VERSION, SOURCE_TABLES, TABLES
from portfolio.model.derive import sql_type
from sync import open_store, pull, store_copies
from sync.migration import STEPS

COPY = "portfolio-v1-20261123T060000Z.duckdb"


@pytest.fixture
def path(path: Path) -> Path:
    """A store of the first release with a finding that came back, seen by two releases, and a source half read."""
    first_release.make(path)
    finding = "('f', 'R-01', 'P', 'project', 'P', 'open', '2026-11-01', '2026-11-20')"
    with duckdb.connect(str(path)) as raw:
        raw.execute(
            "INSERT INTO finding (id, rule_id, project_id, subject_kind, subject_id, state, opened_on, last_seen_on)"
            f" VALUES {finding}"
        )
        raw.execute(
            "INSERT INTO finding_event VALUES ('f', 'reopened', '2026-11-09', NULL),"
            " ('f', 'resolved', '2026-11-05', NULL), ('f', 'opened', '2026-11-01', 'x')"
        )
        raw.execute("INSERT INTO rule_result (rule_id, project_id, outcome) VALUES ('R-01', 'P', 'fail')")
        raw.execute("INSERT INTO project_snapshot VALUES ('P', '2026-11-01', 'eac', 12.5)")
        raw.execute("INSERT INTO cursor (source, stream, partition, position) VALUES ('mem', 'items', 'p', '9')")
    return path


def dump(path: Path) -> dict[str, list[tuple[object, ...]]]:
    with duckdb.connect(str(path), read_only=True) as raw:
        names = [name for (name,) in raw.execute("SELECT table_name FROM duckdb_tables() ORDER BY 1").fetchall()]
        return {name: raw.execute(f'FROM "{name}" ORDER BY ALL').fetchall() for name in names}


def test_a_store_of_the_first_release_has_the_tables_of_today_and_loses_nothing(path: Path) -> None:
    before = dump(path)
    with open_store(path, owner=OWNER) as store:
        told = store.migrated
        assert told is not None
        assert (told.version_before, told.version) == (1, SCHEMA_VERSION)
        for table in TABLES.values():
            found = store.rows(
                "SELECT column_name AS c, data_type AS t, is_nullable AS n FROM duckdb_columns() WHERE table_name = $t",
                {"t": table.name},
            )
            assert {row["c"]: row["t"] for row in found} == {c.name: sql_type(c) for c in table}
            assert {row["c"] for row in found if not row["n"]} == {c.name for c in table if c.required}
        assert store.rows("SELECT event, step FROM finding_event ORDER BY step") == [
            {"event": "opened", "step": 1},
            {"event": "resolved", "step": 2},
            {"event": "reopened", "step": 3},
        ]
        assert store.rows("SELECT id, steps FROM finding") == [{"id": "f", "steps": 3}]
        assert store.rows("SELECT subject_kind, subject_id FROM rule_result") == [
            {"subject_kind": "project", "subject_id": "P"}
        ]
        assert store.rows("SELECT value FROM project_snapshot") == [{"value": 12.5}]
        assert store.positions("mem") == {}, "columns that are new are filled by reading everything once more"
    assert told.read_anew
    assert told.copy is not None
    assert [told.copy] == store_copies(path.parent) == [path.parent / "backups" / COPY]
    assert dump(told.copy) == before
    assert oct(told.copy.stat().st_mode)[-3:] == "600"
    with open_store(path, owner=OWNER) as store:
        assert store.migrated is None, "once is enough"


def test_it_is_told_in_one_line(path: Path) -> None:
    with open_store(path, owner=OWNER) as store:
        assert store.migrated is not None
        line = store.migrated.as_line()
    new = len(TABLES) - first_release.TABLES.count("CREATE TABLE") + 1
    assert line.startswith(f"of version 1 brought to {SCHEMA_VERSION}, {new} tables and ")
    assert line.endswith(f"columns added; all sources are read anew; as it was: {path.parent / 'backups' / COPY}")


def test_what_is_pulled_afterwards_is_what_a_new_store_holds(path: Path) -> None:
    source = small_source()
    with open_store(path, owner=OWNER) as store:
        pull(store, [MemoryConnector(source)], as_of=AS_OF, run_id="r", progress=lambda _e, _f: None)
        assert contents(store) == source.truth()


def test_events_that_were_half_counted_are_counted_once(path: Path) -> None:
    """A release between the first and this one counted steps of new events only."""
    with duckdb.connect(str(path)) as raw:
        raw.execute("ALTER TABLE finding_event ADD COLUMN step BIGINT")
        raw.execute("INSERT INTO finding_event VALUES ('f', 'resolved', '2026-11-12', NULL, 1)")
        raw.execute("INSERT INTO finding_event VALUES ('f', 'reopened', '2026-11-12', NULL, 2)")
        raw.execute("INSERT INTO finding_event VALUES ('g', 'opened', '2026-11-12', NULL, 1)")
    with open_store(path, owner=OWNER) as store:
        found = store.rows("SELECT happened_on, event, step FROM finding_event WHERE finding_id = 'f' ORDER BY step")
    assert [row["step"] for row in found] == [1, 2, 3, 4, 5]
    assert [row["event"] for row in found][3:] == ["resolved", "reopened"]
    assert found[-1]["happened_on"] == date(2026, 11, 12)


def test_a_step_that_fails_leaves_the_store_as_it_was(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = dump(path)
    monkeypatch.setitem(STEPS, 1, (*STEPS[1], "UPDATE finding SET steps = 'many'"))  # type: ignore[misc]
    with pytest.raises(StoreError, match="could not be brought from version 1 to 2") as raised:
        open_store(path, owner=OWNER)
    assert (raised.value.code, raised.value.exit_code) == ("store.migration", ExitCode.STORE)
    assert "It is as it was" in raised.value.remedy
    assert dump(path) == before
    assert store_copies(path.parent) == []
    monkeypatch.undo()
    open_store(path, owner=OWNER).close()


def test_without_room_for_the_copy_nothing_is_changed(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = dump(path)

    def full(_: Path, target: Path) -> None:
        target.write_bytes(b"half")
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(shutil, "copyfile", full)
    with pytest.raises(StoreError, match="no room left") as raised:
        open_store(path, owner=OWNER)
    assert "Free space" in raised.value.remedy
    assert dump(path) == before
    assert list((path.parent / "backups").iterdir()) == []


@pytest.mark.parametrize(
    "at", ["CHECKPOINT", "DETACH", "ATTACH", "ALTER", "UPDATE finding SET", "UPDATE plumbrule", "begin"]
)
def test_killed_at_any_point_the_next_opening_ends_it(path: Path, at: str) -> None:
    code = (
        "import os, signal, sys; from pathlib import Path; import sync.store as s\n"
        "sys.path.insert(0, sys.argv[3]); from sync_stores import OWNER\n"
        "at, real, count = sys.argv[2], s._connect, [0]\n"
        "def die(): os.kill(os.getpid(), signal.SIGKILL)\n"
        "class Dying:\n"
        "    def __init__(self, inner): self.inner = inner\n"
        "    def __getattr__(self, name): die() if name == at else None; return getattr(self.inner, name)\n"
        "    def execute(self, sql, *more):\n"
        "        die() if sql.strip().startswith(at) else None\n"
        "        return self.inner.execute(sql, *more)\n"
        "s._connect = lambda path: Dying(real(path))\n"
        "s.open_store(Path(sys.argv[1]), owner=OWNER)\n"
    )
    before = dump(path)
    done = subprocess.run(
        [sys.executable, "-c", code, str(path), at, str(Path(__file__).parents[1])], check=False, timeout=60
    )
    assert done.returncode == -signal.SIGKILL
    with open_store(path, owner=OWNER) as store:
        assert store.migrated is not None
        assert store.rows("SELECT steps FROM finding") == [{"steps": 3}]
        copy = store.migrated.copy
    assert copy is not None
    assert dump(copy) == before
    assert not list(copy.parent.glob(".*"))


def test_a_column_that_only_a_newer_plumbrule_can_have_made_is_refused(path: Path) -> None:
    """An older Plumbrule that wrote rows without it would lose what it holds."""
    with open_store(path, owner=OWNER):
        pass
    with duckdb.connect(str(path)) as raw:
        raw.execute("ALTER TABLE work_item ADD COLUMN of_tomorrow VARCHAR")
    with pytest.raises(
        StoreError, match=r"has a column work_item\.of_tomorrow that this Plumbrule does not know"
    ) as raised:
        open_store(path, owner=OWNER)
    assert raised.value.remedy == "Use the Plumbrule that wrote it, or a newer one."


def test_tables_of_others_in_the_file_are_left_alone(path: Path) -> None:
    with duckdb.connect(str(path)) as raw:
        raw.execute("CREATE TABLE notes_of_the_admin AS SELECT 1 AS one")
    with open_store(path, owner=OWNER) as store:
        assert store.rows("FROM notes_of_the_admin") == [{"one": 1}]


def test_every_older_version_has_a_way_to_the_present_one() -> None:
    assert sorted(STEPS) == list(range(1, SCHEMA_VERSION))
    assert set(SOURCE_TABLES) <= set(TABLES)
