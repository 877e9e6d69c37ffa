"""Whether a store is sound: every value can be read, keys are unique, references lead somewhere, the snapshot opens."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from portfolio.counted import counted
from portfolio.errors import StoreError
from portfolio.model import TABLES
from portfolio.ports import Reader
from sync.snapshot import LATEST, SNAPSHOTS, open_snapshot

REFERENCES = (
    ("work_item", "project_id", "project", "id"),
    ("assignment", "work_item_id", "work_item", "id"),
    ("initiative_project", "initiative_id", "initiative", "id"),
    ("initiative_project", "project_id", "project", "id"),
    ("account_person", "person_id", "person", "id"),
    ("finding_event", "finding_id", "finding", "id"),
    ("stream_run", "run_id", "run", "id"),
    ("source_run", "run_id", "run", "id"),
)
"""Column -> column: what we write together, in one transaction, so that one without the other is damage. Others may
lead nowhere on purpose: an issue may name one that nobody may see."""


@dataclass(frozen=True)
class Checked:
    """One thing that was looked at; `wrong` is empty where it is as it should be."""

    subject: str
    found: str
    wrong: str = ""


def check(store: Reader, folder: Path) -> Iterator[Checked]:
    """Look at everything, in order. What cannot be read is a line, not an exception."""
    rows = 0
    for table in TABLES.values():
        try:
            # DuckDB compares checksums of the blocks that it reads: so every column is read.
            [found] = store.rows(f"SELECT count(*) AS n, bit_xor(hash(t)) AS all_of_it FROM {table.name} t")  # noqa: S608 - a name of the model
            rows += int(found["n"])
        except StoreError as error:
            yield Checked(f"table {table.name}", "", error.what)
    yield Checked("tables", f"{counted(len(TABLES), 'table')}, {counted(rows, 'row')} read")
    yield from _keys(store)
    yield from _references(store)
    yield _snapshot(folder)


def _keys(store: Reader) -> Iterator[Checked]:
    doubled = 0
    for table in TABLES.values():
        key = ", ".join(table.key)
        sql = f"SELECT count(*) AS n FROM (SELECT {key} FROM {table.name} GROUP BY ALL HAVING count(*) > 1)"  # noqa: S608 - names of the model
        if n := _count(store, sql):
            doubled += 1
            yield Checked(f"key of {table.name}", "", f"{counted(n, 'row')} there more than once ({key})")
    yield Checked("keys", f"{len(TABLES) - doubled} unique")


def _references(store: Reader) -> Iterator[Checked]:
    for table, column, target, key in REFERENCES:
        sql = f"SELECT count(*) AS n FROM {table} WHERE {column} IS NOT NULL AND {column} NOT IN (SELECT {key} FROM {target})"  # noqa: S608, E501 - our own names
        if n := _count(store, sql):
            yield Checked(
                f"{table}.{column}", "", f"{counted(n, 'row names', 'rows name')} a {target} that is not there"
            )
    yield Checked("references", f"{len(REFERENCES)} followed")


def _count(store: Reader, sql: str) -> int:
    """0 where it cannot be counted: then the table was told already."""
    try:
        return int(store.rows(sql)[0]["n"])
    except StoreError:
        return 0


def _snapshot(folder: Path) -> Checked:
    path = folder / SNAPSHOTS / LATEST
    if not path.exists():
        return Checked("snapshot", "none yet; `plumbrule run` leaves one")
    try:
        reader = open_snapshot(path)
        try:
            day = reader.rows("SELECT as_of FROM context")[0]["as_of"]
            names = [row["name"] for row in reader.rows("SELECT table_name AS name FROM duckdb_tables()")]
            for name in names:
                reader.rows(f'SELECT count(*), bit_xor(hash(t)) FROM "{name}" t')  # noqa: S608 - a name of the catalog
        finally:
            reader.close()
    except StoreError as error:
        return Checked("snapshot", "", f"{path} cannot be read: {error.what}; `plumbrule check` makes a new one")
    return Checked("snapshot", f"of {day}, {counted(len(names), 'table')}")
