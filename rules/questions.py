"""Questions that people write as SQL: one SELECT over documented views, asked of a locked snapshot, within limits.

The gate is that of rules: DuckDB's own parser says what the statement would read, before it is run, on a connection
that reaches no file and no network. A question about some projects sees their rows only: each view is covered by one of
the same name that holds no others, and views that are not about projects cannot be asked.
"""

import re
import threading
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Self

import duckdb

from portfolio.located_toml import suggest
from portfolio.model import TABLES, VIEWS, ddl
from rules.connection import open_locked
from rules.job import Limits
from rules.question_places import said, word
from rules.statement import StatementRefused, check_statement

ABOUT_PROJECTS: frozenset[str] = frozenset(name for name, view in VIEWS.items() if view.column("project_id"))
"""Views of which every row belongs to a project: what a question about some projects may read."""
PARAMETERS = frozenset({"as_of"})
"""`$as_of`: the day of the check."""


class QuestionRefused(Exception):
    """The question cannot be asked, or its answer cannot be used. The text says why, for whoever wrote it.

    `place` is where in the SQL, in characters: offset and width; None where that is not known. `hint` is what may be
    meant.
    """

    def __init__(self, what: str, place: tuple[int, int] | None = None, hint: str = "") -> None:
        super().__init__(what)
        self.place = place
        self.hint = hint


@dataclass(frozen=True)
class Answer:
    """Names of the columns, and the rows. `is_cut`: there are more than these."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    is_cut: bool = False


class Draft:
    """Checks questions without data, against empty views. A context manager, for several questions."""

    def __enter__(self) -> Self:
        self._connection = duckdb.connect(":memory:", config={"threads": 1})
        self._connection.execute("SET errors_as_json = true")  # they tell the place
        for view in VIEWS.values():
            self._connection.execute(ddl(view))
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def check(self, sql: str, *, scoped: bool = False) -> tuple[str, ...]:
        """The names of the columns that it answers with. `scoped`: it will be asked about some projects only. Raises
        QuestionRefused."""
        with _told(scoped, sql):
            _check(self._connection, sql, ABOUT_PROJECTS if scoped else frozenset(VIEWS))
            bound = _bound(self._connection, sql, date(2000, 1, 1))
            # described, not run: what calls itself for ever needs no data to do so
            return tuple(str(row[0]) for row in self._connection.execute(f"{_DESCRIBE}{sql}", bound).fetchall())


class Asking:
    """Asks a snapshot. A context manager, for several questions. `within`: only rows of these projects are seen."""

    def __init__(self, path: Path, *, as_of: date, limits: Limits, within: Collection[str] | None = None) -> None:
        self._path = path
        self._as_of = as_of
        self._limits = limits
        self._within = within

    def __enter__(self) -> Self:
        self._connection = open_locked(self._path, self._limits)
        if self._within is not None:
            _cover(self._connection, sorted(self._within))
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def ask(self, sql: str, most_rows: int) -> Answer:
        """The answer. Raises QuestionRefused: also where it takes too long, or has more rows than allowed."""
        answer = self.first(sql, most_rows)
        if answer.is_cut:
            raise QuestionRefused(f"it answers with more than {most_rows:,} rows")
        return answer

    def first(self, sql: str, most_rows: int) -> Answer:
        """The first rows of the answer. Raises QuestionRefused: also where it takes too long."""
        scoped = self._within is not None
        with _told(scoped, sql), _interrupted(self._connection, self._limits.rule_seconds):
            _check(self._connection, sql, ABOUT_PROJECTS if scoped else frozenset(VIEWS))
            cursor = self._connection.execute(sql, _bound(self._connection, sql, self._as_of))
            columns = tuple(column[0] for column in cursor.description or ())
            rows = cursor.fetchmany(most_rows + 1)
        kept = rows[:most_rows]
        return Answer(columns, tuple(tuple(row) for row in kept), is_cut=len(rows) > most_rows)


def _check(connection: duckdb.DuckDBPyConnection, sql: str, documented: frozenset[str]) -> None:
    """The gate; and no part of the statement may be called as something else that the file or DuckDB has, since where
    the part is not in sight the name would mean that."""
    for name in sorted(check_statement(connection, sql, documented)):
        hidden = name.lower() in _OTHERS or name.lower().startswith(_INTERNAL)
        if hidden or not _PLAIN.fullmatch(name) or (name.lower() in VIEWS and name not in documented):
            raise QuestionRefused(f"a part of it is called `{name}`; give it another name", word(sql, name))


_DESCRIBE = "DESCRIBE "
_QUOTED = re.compile(r"`([^`]+)`")
_OTHERS = frozenset(TABLES) - frozenset(VIEWS) | {"context", "asked_about"}
_INTERNAL = ("duckdb_", "pragma_", "sqlite_", "pg_")
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def _cover(connection: duckdb.DuckDBPyConnection, projects: Sequence[str]) -> None:
    """Temporary views go before tables of the same name; a statement cannot name what they cover."""
    connection.execute(
        "CREATE TEMP TABLE asked_about AS SELECT unnest($projects) AS project_id", {"projects": projects}
    )
    [(home,)] = connection.execute("SELECT current_database()").fetchall()
    name = home.replace('"', '""')
    held = connection.execute("SELECT table_name FROM duckdb_tables() WHERE database_name = current_database()")
    for (view,) in held.fetchall():
        if view in ABOUT_PROJECTS:
            connection.execute(
                f'CREATE TEMP VIEW "{view}" AS SELECT * FROM "{name}".main."{view}" '  # noqa: S608 - declared names
                "WHERE project_id IN (SELECT project_id FROM temp.asked_about)"
            )


def _bound(connection: duckdb.DuckDBPyConnection, sql: str, as_of: date) -> dict[str, Any]:
    [statement] = connection.extract_statements(sql)
    unknown = sorted(statement.named_parameters - PARAMETERS)
    if unknown:
        raise QuestionRefused(f"there is no parameter `${unknown[0]}`; known: $as_of", word(sql, unknown[0]))
    return dict.fromkeys(statement.named_parameters, as_of)


@contextmanager
def _told(scoped: bool, sql: str) -> Iterator[None]:
    """What DuckDB says, in a line, with its place in the SQL."""
    try:
        yield
    except duckdb.InterruptException:
        raise QuestionRefused("it takes too long") from None
    except StatementRefused as error:
        told = str(error).removesuffix("; nothing was run")
        named = _QUOTED.search(told)
        place, hint = (word(sql, named[1]), suggest(named[1], VIEWS)) if named else (None, "")
        if scoped and "is not a documented view" in told and any(f"`{name}`" in told for name in VIEWS):
            told = told.replace("is not a documented view", "is not about projects, and the report is about some only")
            hint = ""
        raise QuestionRefused(told, place, hint) from None
    except duckdb.Error as error:
        raise QuestionRefused(*said(str(error), sql, _DESCRIBE)) from None


@contextmanager
def _interrupted(connection: duckdb.DuckDBPyConnection, seconds: float) -> Iterator[None]:
    timer = threading.Timer(seconds, connection.interrupt)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
