"""`plumbrule diff` and `plumbrule lessons`: what changed between two checks, and what earlier projects left behind."""

from typing import Annotated

import typer

from plumbrule.exits import exits, say
from plumbrule.options import DEFAULT_CONFIG, ConfigOption, DebugOption, Form, Language, RowForm
from plumbrule.speech import language


def register(main: typer.Typer) -> None:
    """Add the commands."""
    main.command()(diff)
    main.command()(lessons)


def diff(
    *,
    runs: Annotated[
        list[str] | None,
        typer.Argument(
            help="Two runs (id or its beginning), days or `latest`; left out: last Monday's and the latest."
        ),
    ] = None,
    form: RowForm = Form.TABLE,
    lang: Annotated[
        Language | None, typer.Option("--lang", help="en or zh-Hans; left out: the language of commands.")
    ] = None,
    rows: Annotated[int, typer.Option("--rows", min=0, help="Rows of each table at most; 0: all. JSON has all.")] = 50,
    config: ConfigOption = DEFAULT_CONFIG,
    debug: DebugOption = False,
) -> None:
    """Say what changed between two checks: findings, statuses, measures that moved, projects."""
    with exits(debug):
        from plumbrule.diff_command import diff as answered

        if len(runs or ()) > 2:
            raise typer.BadParameter("give two runs at most")
        say(answered(config, runs or (), form, (lang or language()).value, rows))


def lessons(
    *,
    like: Annotated[
        str | None,
        typer.Option("--like", help="Earlier projects like this one (key or name), and what became of them."),
    ] = None,
    search: Annotated[
        str | None, typer.Option("--search", help='Records that hold all of these words; "several words" as one.')
    ] = None,
    kind: Annotated[
        str | None,
        typer.Option(
            "--kind", help="Only records of this kind: person, report, budget, risk, measure, finding, lesson."
        ),
    ] = None,
    form: RowForm = Form.TABLE,
    config: ConfigOption = DEFAULT_CONFIG,
    debug: DebugOption = False,
) -> None:
    """Search what earlier projects left behind; without a question: what repeats, and how estimates turned out."""
    with exits(debug):
        from plumbrule.lessons_command import lessons as answered

        say(answered(config, form, like=like, search=search, kind=kind))
