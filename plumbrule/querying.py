"""`plumbrule query`: one SELECT asked of the latest check, read-only and within limits; and what can be asked."""

import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TypeVar

from plumbrule.answers import as_listing
from plumbrule.app import open_app
from plumbrule.judging import limits_of
from plumbrule.listing import Listing
from plumbrule.listing_forms import written
from plumbrule.options import Form
from plumbrule.reporting import moment_of
from plumbrule.settings import Settings
from plumbrule.speech import message, says
from portfolio.errors import ConfigurationError, Problem
from portfolio.located_toml import suggest
from portfolio.model import VIEWS
from rules.questions import Answer, Asking, Draft, QuestionRefused

T = TypeVar("T")
_LONGEST = 100_000
"""Characters of a question."""


@dataclass(frozen=True)
class Question:
    """The SQL, and what a mistake in it is said to stand in."""

    sql: str
    file: str


def question(sql: str | None, file: Path | None) -> Question:
    """The SQL of the argument, of a file, or (`-`) of standard input. Raises ConfigurationError where there is none, or
    two."""
    if (sql is None) == (file is None):
        raise ConfigurationError(
            "give the SQL as one text in quotes, or its file by --file; not both" if sql else "no SQL is given",
            code="query.none",
            remedy='such as: plumbrule query "SELECT key, name FROM projects"; `--list` tells what can be asked',
        )
    if sql == "-" or (file is not None and str(file) == "-"):
        return _checked(Question(sys.stdin.read(), says("standard input")))
    if file is None:
        return _checked(Question(str(sql), "query"))
    try:
        return _checked(Question(file.read_text(encoding="utf-8-sig"), str(file)))
    except UnicodeDecodeError as error:
        raise ConfigurationError(
            f"{file} is not UTF-8 (byte {error.start})", code="query.encoding", remedy="save it as UTF-8"
        ) from None


def asked(config: Path, asking: Question, form: Form, rows: int) -> tuple[str, str]:
    """The answer, and a note where there are more rows than shown. Raises ConfigurationError, with the place, for what
    cannot be asked, and before the first check."""
    with Draft() as draft:
        _try(lambda: draft.check(asking.sql), asking)
    with open_app(config, with_secrets=False, with_rules=False) as app, closing(app.latest()) as reader:
        today = moment_of(reader, app.settings)[1]
        answer = _try(lambda: _answer(reader.path, app.settings, today, asking.sql, rows), asking)
    told = written(as_listing(answer, form), form)
    if not answer.is_cut:
        return told, ""
    cut = says("the first {rows:,} rows; there are more", rows=rows)
    more = message("note", "query.cut", cut, remedy="give --rows, or LIMIT and ORDER BY")
    return told, more


def views(form: Form) -> str:
    """Every view that can be asked, with what its rows are."""
    rows = [{"view": view.name, "columns": len(view.columns), "rows_are": view.doc} for view in VIEWS.values()]
    return written(Listing(rows), form)


def described(name: str, form: Form) -> str:
    """The columns of a view: kind, unit, what they are and what an empty value means. Raises ConfigurationError."""
    view = VIEWS.get(name)
    if view is None:
        raise ConfigurationError(
            f"there is no view `{name}`",
            code="query.unknown_view",
            remedy=suggest(name, VIEWS) or "`plumbrule query --list` tells all of them",
        )
    rows = [
        {
            "column": column.name,
            "kind": column.kind.value,
            "unit": column.unit,
            "what": says("{doc}; one of {column}", doc=column.doc, column=", ".join(column.values))
            if column.values
            else column.doc,
            "empty_means": column.null,
        }
        for column in view.columns
    ]
    told = written(Listing(rows), form)
    return f"{view.name}: {view.doc}\n\n{told}" if form is Form.TABLE else told


def _answer(path: Path, settings: Settings, today: date, sql: str, rows: int) -> Answer:
    with Asking(path, as_of=today, limits=limits_of(settings)) as asking:
        return asking.first(sql, rows)


def _checked(asking: Question) -> Question:
    if not asking.sql.strip():
        raise ConfigurationError(f"{asking.file} holds no SQL", code="query.none", remedy="write one SELECT")
    if len(asking.sql) > _LONGEST:
        raise ConfigurationError(
            f"{asking.file} holds {len(asking.sql):,} characters; at most {_LONGEST:,} are read",
            code="query.too_long",
            remedy="ask less at once",
        )
    return asking


def _try(ask: Callable[[], T], asking: Question) -> T:
    try:
        return ask()
    except QuestionRefused as error:
        problem = _problem(asking, error)
        raise ConfigurationError(
            "the question was not asked",
            code="query.refused",
            remedy="docs/query.md says what may be asked; `plumbrule query --describe VIEW` tells its columns",
            problems=[problem],
        ) from None


def _problem(asking: Question, error: QuestionRefused) -> Problem:
    """The mistake at its line and column."""
    what = str(error).partition(" Error: ")
    words = what[2] or what[0]
    told = f"{words[:1].lower()}{words[1:]}"
    if error.place is None:
        return Problem(asking.file, 0, 0, "query.sql", told, help=error.hint)
    offset, width = error.place
    before = asking.sql[:offset]
    line, column = before.count("\n"), offset - (before.rfind("\n") + 1)
    shown = asking.sql.split("\n")[line].replace("\t", " ").rstrip("\r")
    return Problem(asking.file, line + 1, column + 1, "query.sql", told, width, shown, error.hint)
