"""A backup: one file with the store, what lies beside it and cannot be read again, and a list with checksums.

A plain tar file, so that whoever has nothing but the file can open it: `manifest.json` first, then the store's own
DuckDB file, then files of the folders that were asked for. Nothing is compressed: the store is already.
"""

import hashlib
import io
import json
import re
import tarfile
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from portfolio.errors import StoreError
from portfolio.model import SCHEMA_VERSION
from portfolio.ports import Reader
from sync.compaction import flush
from sync.copies import copy_whole, name_of_copy
from sync.disk import writing
from sync.lock import Lock, Owner
from sync.reading import rows_by_table

FORMAT = "plumbrule.backup/1"
STORE = "portfolio.duckdb"
MANIFEST = "manifest.json"
_BESIDE = re.compile(r"[a-z-]+(/[a-z-]+)?/[A-Za-z0-9][A-Za-z0-9._-]*")
"""Names of files beside the store: none leads out of its folder."""
_PIECE = 2**20


@dataclass(frozen=True)
class Backup:
    """What a backup says of itself. `files` are sizes and checksums (SHA-256) by name, `rows` counts by table."""

    made_at: str
    plumbrule: str
    schema_version: int
    files: Mapping[str, tuple[int, str]]
    rows: Mapping[str, int]

    def as_plain(self) -> dict[str, Any]:
        """For the file, and for machines."""
        return {
            "format": FORMAT,
            "made_at": self.made_at,
            "plumbrule": self.plumbrule,
            "schema_version": self.schema_version,
            "files": [{"name": n, "bytes": size, "sha256": digest} for n, (size, digest) in self.files.items()],
            "rows": dict(self.rows),
        }


def write_backup(
    store: Path, out: Path, *, beside: Iterable[str], moment: datetime, version: str, rows: Mapping[str, int]
) -> Backup:
    """Write the backup of a store's file that nobody has open, whole or not at all. Raises StoreError.

    `beside` are folders beside it whose files come along.
    """
    paths = {STORE: store}
    for folder in beside:
        home = store.parent / folder
        files = sorted(p for p in home.rglob("*") if p.is_file() and not p.name.startswith("."))
        paths |= {p.relative_to(store.parent).as_posix(): p for p in files}
    fresh = out.with_name(f".{out.name}.new")
    with writing(out):
        try:
            sums = {name: (path.stat().st_size, _digest(path)) for name, path in paths.items()}
            made = Backup(f"{moment:%Y-%m-%dT%H:%M:%SZ}", version, SCHEMA_VERSION, sums, rows)
            with tarfile.open(fresh, "w", format=tarfile.PAX_FORMAT) as tar:
                _add_text(tar, MANIFEST, json.dumps(made.as_plain(), indent=2), moment)
                for name, path in paths.items():
                    with path.open("rb") as body:
                        tar.addfile(_entry(name, sums[name][0], moment), body)
            fresh.chmod(0o600)
            flush(fresh)
            fresh.replace(out)
            flush(out.parent)
        finally:
            fresh.unlink(missing_ok=True)
    return made


@dataclass(frozen=True)
class Restored:
    """What was put in place, and where the store that stood there before lies now."""

    backup: Backup
    before: Path | None


def restore_backup(file: Path, store: Path, *, owner: Owner, force: bool) -> Restored:
    """Put the store of a backup in place, after it was compared with its list. Raises StoreError.

    A store that is there is left alone without `force`; with it, it is copied into `backups/` first. Nothing is touched
    before the whole backup was unpacked, compared and opened; then one step puts the store in place.
    """
    with writing(store.parent):
        store.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = Lock.acquire(store.with_name(f"{store.name}.lock"), owner)
    fresh = store.with_name(f".{store.name}.restore")
    try:
        if store.exists() and not force:
            raise StoreError(
                f"there is a store already: {store}",
                code="store.exists",
                remedy="Give --force to put the backup in its place; a copy of it is kept in backups/.",
            )
        with _opened(file) as tar:
            backup = _manifest(tar, file)
            _unpack(tar, STORE, fresh, backup, file)
            _compare(fresh, backup, file)
            before = _aside(store, owner)
            with writing(store):
                fresh.replace(store)
                flush(store.parent)
            for name in backup.files:
                if name != STORE:
                    _unpack(tar, name, store.parent / name, backup, file)
    finally:
        with suppress(OSError):
            fresh.unlink(missing_ok=True)
        lock.release()
    return Restored(backup, before)


def read_backup(file: Path) -> Backup:
    """What a backup says of itself, after every file in it was compared with it. Raises StoreError."""
    with _opened(file) as tar:
        backup = _manifest(tar, file)
        for name in backup.files:
            _check(_piece(tar, name, file), name, backup, file)
    return backup


def _opened(file: Path) -> tarfile.TarFile:
    try:
        return tarfile.open(file, "r:")
    except FileNotFoundError as error:
        raise StoreError(
            f"there is no file {file}", code="backup.absent", remedy="`plumbrule store backup --out FILE` writes one."
        ) from error
    except (tarfile.TarError, OSError) as error:
        raise _unreadable(file, str(error)) from error


def _manifest(tar: tarfile.TarFile, file: Path) -> Backup:
    """The list of a backup that this Plumbrule can use. Raises StoreError."""
    try:
        said = json.loads(_piece(tar, MANIFEST, file).read())
        if said["format"] != FORMAT:
            raise ValueError(f"its format is {said['format']!r}")
        files = {each["name"]: (int(each["bytes"]), str(each["sha256"])) for each in said["files"]}
        rows = {str(name): int(count) for name, count in said["rows"].items()}
        backup = Backup(said["made_at"], said["plumbrule"], int(said["schema_version"]), files, rows)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _unreadable(file, f"its list cannot be used: {error}") from error
    strange = [name for name in files if name != STORE and not _BESIDE.fullmatch(name)]
    if STORE not in files or strange:
        raise _unreadable(file, f"it lists {strange[0]!r}" if strange else "it holds no store")
    if backup.schema_version > SCHEMA_VERSION:
        raise StoreError(
            f"{file} holds version {backup.schema_version} of the tables, this Plumbrule knows {SCHEMA_VERSION}",
            code="store.version",
            remedy=f"Use Plumbrule {backup.plumbrule}, which made it, or a newer one.",
        )
    return backup


def _piece(tar: tarfile.TarFile, name: str, file: Path) -> IO[bytes]:
    try:
        found = tar.extractfile(name)
    except (KeyError, tarfile.TarError) as error:
        raise _unreadable(file, f"{name} is not in it") from error
    if found is None:
        raise _unreadable(file, f"{name} is no file in it")
    return found


def _unpack(tar: tarfile.TarFile, name: str, target: Path, backup: Backup, file: Path) -> None:
    with writing(target):
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with target.open("wb") as out:
            _check(_piece(tar, name, file), name, backup, file, out)
        target.chmod(0o600)
        flush(target)


def _check(body: IO[bytes], name: str, backup: Backup, file: Path, out: IO[bytes] | None = None) -> None:
    """Read it to its end, and compare it with what the list says of it."""
    summed, size = hashlib.sha256(), 0
    while piece := _read(body, file):
        summed.update(piece)
        size += len(piece)
        if out is not None:
            out.write(piece)
    if (size, summed.hexdigest()) != backup.files[name]:
        raise _unreadable(file, f"{name} in it is not as it was written: its checksum differs")


def _read(body: IO[bytes], file: Path) -> bytes:
    try:
        return body.read(_PIECE)
    except (tarfile.TarError, OSError) as error:
        raise _unreadable(file, str(error)) from error


def _compare(fresh: Path, backup: Backup, file: Path) -> None:
    """The unpacked store opens and holds as many rows as the backup says."""
    found = rows_by_table(fresh)
    wrong = [name for name, count in backup.rows.items() if found.get(name) != count]
    if wrong:
        raise _unreadable(file, f"table {wrong[0]} has {found.get(wrong[0])} rows, not {backup.rows[wrong[0]]}")


def _aside(store: Path, owner: Owner) -> Path | None:
    """Keep the store that is there. What it has not folded in yet is folded in first, if it can still be opened."""
    target = name_of_copy(store, "replaced", owner.since)
    if store.exists():
        with suppress(StoreError):
            rows_by_table(store, fold=True)
        copy_whole(store, target)
    log = store.with_name(f"{store.name}.wal")
    if log.exists():  # it cannot be opened; the log must not be read into the restored one
        with writing(log):
            target.parent.mkdir(mode=0o700, exist_ok=True)
            log.replace(target.with_name(f"{target.name}.wal"))
    return target if target.exists() else None


def _unreadable(file: Path, why: str) -> StoreError:
    return StoreError(
        f"{file} cannot be used as a backup: {why}",
        code="backup.unreadable",
        remedy="Take another backup; nothing was changed.",
    )


def _digest(path: Path) -> str:
    with path.open("rb") as body:
        return hashlib.file_digest(body, "sha256").hexdigest()


def _entry(name: str, size: int, moment: datetime) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode, entry.mtime = size, 0o600, int(moment.timestamp())
    return entry


def _add_text(tar: tarfile.TarFile, name: str, text: str, moment: datetime) -> None:
    body = text.encode()
    tar.addfile(_entry(name, len(body), moment), io.BytesIO(body))


def count_rows(store: Reader) -> dict[str, int]:
    """Rows of every table of an open store."""
    names = [row["name"] for row in store.rows(TABLE_NAMES)]
    return {name: int(store.rows(f'SELECT count(*) AS n FROM "{name}"')[0]["n"]) for name in names}  # noqa: S608 - a name of the catalog


TABLE_NAMES = (
    "SELECT table_name AS name FROM duckdb_tables() WHERE database_name = current_catalog() AND NOT internal"
    " ORDER BY table_name"
)
