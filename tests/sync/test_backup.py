"""Backups hold everything, tell damage, and go back in one step; a check of a store finds what is wrong."""

import io
import json
import os
import tarfile
from pathlib import Path

import duckdb
import pytest
from sync_memory import AS_OF, MemoryConnector, contents, small_source
from sync_stores import OWNER

from portfolio.errors import ExitCode, StoreError
from portfolio.model import SCHEMA_VERSION
from sync import DuckStore, check_store, open_store, pull, read_backup, restore_backup, store_copies
from sync.backup import FORMAT, MANIFEST, STORE

SOURCE = small_source()


@pytest.fixture
def store(store: DuckStore) -> DuckStore:
    pull(store, [MemoryConnector(SOURCE)], as_of=AS_OF, run_id="r", progress=lambda _e, _f: None)
    store.put({"run": [{"id": "r", "started_at": AS_OF, "as_of": AS_OF, "outcome": "complete"}]})
    store.measure([], AS_OF.date()).publish([])
    return store


@pytest.fixture
def backup(store: DuckStore, tmp_path: Path) -> Path:
    asked = store.path.parent / "waiver-requests" / "decided"
    asked.mkdir(parents=True)
    (asked / "2026.json").write_text("{}", encoding="utf-8")
    out = tmp_path / "nightly.backup"
    store.back_up(out, beside=["waiver-requests"], moment=AS_OF, version="0.1.0")
    return out


def rewritten(file: Path, change: dict[str, bytes]) -> Path:
    """The same backup with other bytes in some of its files; the list stays."""
    other = file.with_name("other.backup")
    with tarfile.open(file) as old, tarfile.open(other, "w") as new:
        for entry in old.getmembers():
            body = change.get(entry.name, old.extractfile(entry).read())  # type: ignore[union-attr]
            entry.size = len(body)
            new.addfile(entry, io.BytesIO(body))
    return other


def with_list(file: Path, **change: object) -> Path:
    with tarfile.open(file) as old:
        said = json.loads(old.extractfile(MANIFEST).read())  # type: ignore[union-attr]
    return rewritten(file, {MANIFEST: json.dumps({**said, **change}).encode()})


def test_a_backup_says_what_it_holds_and_the_store_goes_on(store: DuckStore, backup: Path) -> None:
    found = read_backup(backup)
    assert (found.made_at, found.plumbrule, found.schema_version) == ("2026-11-23T06:00:00Z", "0.1.0", SCHEMA_VERSION)
    assert list(found.files) == [STORE, "waiver-requests/decided/2026.json"]
    assert found.rows["work_item"] == len(SOURCE.truth()["work_item"])
    assert oct(backup.stat().st_mode)[-3:] == "600"
    assert contents(store) == SOURCE.truth()
    assert tarfile.open(backup).getnames()[0] == MANIFEST  # noqa: SIM115


def test_what_is_restored_elsewhere_is_what_was_backed_up(backup: Path, tmp_path: Path) -> None:
    path = tmp_path / "elsewhere" / "portfolio.duckdb"
    done = restore_backup(backup, path, owner=OWNER, force=False)
    assert done.before is None
    with open_store(path, owner=OWNER) as again:
        assert contents(again) == SOURCE.truth()
        assert again.migrated is None
    assert (path.parent / "waiver-requests" / "decided" / "2026.json").read_text(encoding="utf-8") == "{}"
    assert not list(path.parent.glob(".*"))


def test_a_store_that_is_there_is_replaced_only_when_forced_and_kept(store: DuckStore, backup: Path) -> None:
    store.put({"waiting_status": [{"status": "since the backup"}]})
    store.close()
    with pytest.raises(StoreError, match="there is a store already") as raised:
        restore_backup(backup, store.path, owner=OWNER, force=False)
    assert raised.value.exit_code == ExitCode.STORE
    assert "--force" in raised.value.remedy
    done = restore_backup(backup, store.path, owner=OWNER, force=True)
    assert done.before == store_copies(store.path.parent)[0]
    with duckdb.connect(str(done.before), read_only=True) as kept:
        assert kept.execute("FROM waiting_status").fetchall() == [("since the backup",)]
    with open_store(store.path, owner=OWNER) as again:
        assert again.rows("FROM waiting_status") == []
        assert contents(again) == SOURCE.truth()


def test_a_damaged_store_is_replaced_and_its_log_is_not_read_into_the_new_one(store: DuckStore, backup: Path) -> None:
    store.close()
    store.path.write_bytes(b"\0" * 20_000)
    log = store.path.with_name(f"{store.path.name}.wal")
    log.write_bytes(b"of the damaged one")
    done = restore_backup(backup, store.path, owner=OWNER, force=True)
    assert not log.exists()
    assert done.before is not None
    assert done.before.with_name(f"{done.before.name}.wal").read_bytes() == b"of the damaged one"
    with open_store(store.path, owner=OWNER) as again:
        assert contents(again) == SOURCE.truth()


def test_while_a_run_has_the_store_nothing_is_restored(store: DuckStore, backup: Path) -> None:
    with pytest.raises(StoreError, match="in use by process 4711 on build-host since 2026-11-23 06:00 UTC"):
        restore_backup(backup, store.path, owner=OWNER, force=True)


@pytest.mark.parametrize(
    ("harm", "why"),
    [
        (lambda file: rewritten(file, {STORE: b"x" * 100}), "its checksum differs"),
        (lambda file: rewritten(file, {"waiver-requests/decided/2026.json": b"[]"}), "its checksum differs"),
        (lambda file: with_list(file, format="plumbrule.backup/9"), "its format is 'plumbrule.backup/9'"),
        (lambda file: with_list(file, files=[]), "it holds no store"),
        (lambda file: with_list(file, rows={"work_item": 1}), "not 1"),
        (lambda file: rewritten(file, {MANIFEST: b"{"}), "its list cannot be used"),
    ],
    ids=["store changed", "another file changed", "format", "empty", "rows", "list cut"],
)
def test_a_backup_that_is_not_as_it_was_written_changes_nothing(
    store: DuckStore, backup: Path, harm: object, why: str
) -> None:
    store.close()
    before = store.path.read_bytes()
    with pytest.raises(StoreError, match=why) as raised:
        restore_backup(harm(backup), store.path, owner=OWNER, force=True)  # type: ignore[operator]
    assert raised.value.code == "backup.unreadable"
    if "another" not in why and "checksum" not in why:
        assert store.path.read_bytes() == before
    with open_store(store.path, owner=OWNER) as again:
        assert contents(again) == SOURCE.truth()
    assert not list(store.path.parent.glob(".*"))


@pytest.mark.parametrize("name", ["../evil", "/etc/evil", "waiver-requests/../../evil", "portfolio.duckdb.lock"])
def test_names_that_lead_out_of_the_folder_are_refused(backup: Path, tmp_path: Path, name: str) -> None:
    with tarfile.open(backup) as old:
        said = json.loads(old.extractfile(MANIFEST).read())  # type: ignore[union-attr]
    said["files"].append({"name": name, "bytes": 0, "sha256": ""})
    file = rewritten(backup, {MANIFEST: json.dumps(said).encode()})
    with pytest.raises(StoreError, match="it lists"):
        restore_backup(file, tmp_path / "new" / "portfolio.duckdb", owner=OWNER, force=False)


def test_a_backup_of_a_newer_plumbrule_is_refused_with_its_version(backup: Path, tmp_path: Path) -> None:
    file = with_list(backup, schema_version=SCHEMA_VERSION + 1, plumbrule="9.0.0")
    with pytest.raises(StoreError, match="this Plumbrule knows") as raised:
        restore_backup(file, tmp_path / "new" / "portfolio.duckdb", owner=OWNER, force=False)
    assert raised.value.remedy == "Use Plumbrule 9.0.0, which made it, or a newer one."


def test_a_file_that_is_no_backup_and_none_at_all_are_told(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="there is no file"):
        read_backup(tmp_path / "none")
    (tmp_path / "text").write_text("hello", encoding="utf-8")
    with pytest.raises(StoreError, match="cannot be used as a backup"):
        read_backup(tmp_path / "text")


def test_a_cut_off_backup_is_told(backup: Path) -> None:
    os.truncate(backup, backup.stat().st_size // 2)
    with pytest.raises(StoreError, match="cannot be used as a backup"):
        read_backup(backup)


def test_without_room_there_is_no_half_backup_and_the_store_goes_on(store: DuckStore, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no-such-folder/b cannot be written"):
        store.back_up(tmp_path / "no-such-folder" / "b", beside=[], moment=AS_OF, version="0")
    assert contents(store) == SOURCE.truth()


class TestCheck:
    def test_a_sound_store_is_told_in_four_lines(self, store: DuckStore) -> None:
        found = list(check_store(store, store.path.parent))
        assert [one.subject for one in found] == ["tables", "keys", "references", "snapshot"]
        assert not any(one.wrong for one in found)
        assert "of 2026-11-23" in found[-1].found

    @pytest.mark.parametrize(
        ("harm", "subject", "wrong"),
        [
            ("INSERT INTO work_item SELECT * FROM work_item LIMIT 1", "key of work_item", "1 row there more than once"),
            ("DELETE FROM project", "work_item.project_id", "name a project that is not there"),
            (
                "INSERT INTO finding_event (finding_id, event, happened_on) VALUES ('f', 'opened', '2026-01-01')",
                "finding_event.finding_id",
                "1 row names a finding",
            ),
        ],
        ids=["doubled", "without project", "event of nothing"],
    )
    def test_what_contradicts_itself_is_named(self, store: DuckStore, harm: str, subject: str, wrong: str) -> None:
        with store._transaction():
            store._connection.execute(harm)
        found = {one.subject: one.wrong for one in check_store(store, store.path.parent) if one.wrong}
        assert wrong in found[subject]

    def test_a_damaged_snapshot_says_how_to_make_a_new_one(self, store: DuckStore) -> None:
        (store.path.parent / "snapshots" / "latest.duckdb").write_bytes(b"x" * 9000)
        [last] = [one for one in check_store(store, store.path.parent) if one.wrong]
        assert last.subject == "snapshot"
        assert "`plumbrule check` makes a new one" in last.wrong

    def test_damage_within_the_file_is_found_although_it_opens(self, path: Path) -> None:
        with open_store(path, owner=OWNER) as store, store._transaction():
            store._connection.execute(
                "INSERT INTO rejection (source, stream, native_id, code, reason, body)"
                " SELECT 's', 'x', i::VARCHAR, 'c', 'r', repeat(md5(i::VARCHAR), 20) FROM range(20000) t(i)"
            )
        with path.open("r+b") as file:
            file.seek(path.stat().st_size // 2)
            file.write(b"\xff" * 300_000)
        with open_store(path, owner=OWNER) as store:
            wrong = [one for one in check_store(store, path.parent) if one.wrong]
        assert wrong[0].subject == "table rejection"
        assert "damaged" in wrong[0].wrong


def test_the_format_is_told_by_its_name() -> None:
    assert FORMAT == "plumbrule.backup/1"
