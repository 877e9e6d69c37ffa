"""A store's file that nobody has open, looked at from outside: only what is in it, nothing is made or changed."""

from pathlib import Path

from portfolio.errors import StoreError
from sync.compaction import quoted
from sync.disk import RESTORE, file_fault, said

_NAMES = "SELECT table_name FROM duckdb_tables() WHERE database_name = 'store' AND NOT internal ORDER BY table_name"


def rows_by_table(path: Path, *, fold: bool = False) -> dict[str, int]:
    """Rows of every table. `fold`: also write what was committed last into the main file. Raises StoreError."""
    import duckdb

    connection = duckdb.connect()
    try:
        connection.execute(f"ATTACH {quoted(path)} AS store{'' if fold else ' (READ_ONLY)'}")
        names = [name for (name,) in connection.execute(_NAMES).fetchall()]
        counts = {
            name: int(connection.execute(f'SELECT count(*) FROM store.main."{name}"').fetchall()[0][0])  # noqa: S608 - a name of the catalog
            for name in names
        }
        if fold:
            connection.execute("CHECKPOINT store")
    except duckdb.Error as error:
        raise file_fault(error) or StoreError(
            f"{path} cannot be opened as a store: {said(error)}", code="store.unreadable", remedy=RESTORE
        ) from error
    finally:
        connection.close()
    return counts
