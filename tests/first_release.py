"""A store as the first release made it: the tables of that release, as its own file declared them, and rows in them."""

from pathlib import Path

import duckdb

TABLES = (Path(__file__).parent / "first_release.sql").read_text(encoding="utf-8")


def make(path: Path) -> None:
    """A store of the first release, empty."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(path)) as store:
        store.execute(TABLES)
        store.execute("INSERT INTO plumbrule_meta VALUES (1)")


def as_first_release(path: Path) -> None:
    """Put in place of a store of today one of the first release that holds the same, as far as it could."""
    old = path.with_name("old.duckdb")
    make(old)
    with duckdb.connect() as both:
        both.execute(f"ATTACH '{path}' AS today (READ_ONLY)")
        both.execute(f"ATTACH '{old}' AS first")
        columns: dict[str, list[tuple[str, bool]]] = {}
        for table, column, is_nullable in both.execute(
            "SELECT table_name, column_name, is_nullable FROM duckdb_columns()"
            " WHERE database_name = 'first' AND table_name <> 'plumbrule_meta' ORDER BY ALL"
        ).fetchall():
            columns.setdefault(table, []).append((column, is_nullable))
        for table, named in columns.items():
            names = ", ".join(f'"{name}"' for name, _ in named)
            known = " AND ".join(
                [f'"{name}" IS NOT NULL' for name, is_nullable in named if not is_nullable] or ["true"]
            )
            both.execute(f'INSERT INTO first."{table}" ({names}) SELECT {names} FROM today."{table}" WHERE {known}')
    old.replace(path)
