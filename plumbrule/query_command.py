"""`plumbrule query`: read-only SQL on the latest check."""

from pathlib import Path
from typing import Annotated

import typer

from plumbrule import completing
from plumbrule.exits import complain, exits, say
from plumbrule.options import DEFAULT_CONFIG, ConfigOption, DebugOption, Form, RowForm

_MOST_ROWS = 100_000


def register(main: typer.Typer) -> None:
    """Add the command."""
    main.command()(query)


def query(
    *,
    sql: Annotated[
        str | None, typer.Argument(help="One SELECT over the documented views; - reads it from standard input.")
    ] = None,
    file: Annotated[Path | None, typer.Option("--file", "-f", help="File that holds the SQL.")] = None,
    form: RowForm = Form.TABLE,
    rows: Annotated[int, typer.Option("--rows", min=1, max=_MOST_ROWS, help="Rows at most.")] = 1000,
    list_: Annotated[
        bool, typer.Option("--list", help="The views that can be asked, and what their rows are.")
    ] = False,
    describe: Annotated[
        str | None,
        typer.Option(
            "--describe",
            help="The columns of a view: kind, unit, meaning of an empty value.",
            autocompletion=completing.views,
        ),
    ] = None,
    config: ConfigOption = DEFAULT_CONFIG,
    debug: DebugOption = False,
) -> None:
    """Ask the latest check by SQL: one SELECT, read-only, over the documented views (docs/query.md)."""
    with exits(debug):
        from plumbrule import querying

        if list_ or describe is not None:
            say(querying.views(form) if describe is None else querying.described(describe, form))
            return
        answer, note = querying.asked(config, querying.question(sql, file), form, rows)
        say(answer)
        if note:
            complain(note)
