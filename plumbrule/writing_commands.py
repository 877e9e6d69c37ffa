"""`plumbrule plan` and `plumbrule apply`: every write shown, and exactly those made."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from plumbrule.exits import complain, exits, say
from plumbrule.options import (
    DEFAULT_CONFIG,
    ConfigOption,
    DebugOption,
    Form,
    MaxChangesOption,
    QuietOption,
    RowForm,
)
from plumbrule.speech import says, spoken_lines
from portfolio.counted import counted
from portfolio.errors import ConfigurationError


def register(main: typer.Typer) -> None:
    """Add the commands."""
    main.command()(plan)
    main.command()(apply)


def plan(
    *,
    config: ConfigOption = DEFAULT_CONFIG,
    out: Annotated[Path | None, typer.Option("--out", "-o", help="Save the plan for `apply`.")] = None,
    out_dir: Annotated[
        Path | None, typer.Option("--out-dir", help="Write all that would be sent into this folder, with an index.")
    ] = None,
    detailed_exitcode: Annotated[bool, typer.Option(help="Exit 10 when there are changes.")] = False,
    form: RowForm = Form.TABLE,
    debug: DebugOption = False,
) -> None:
    """Show every write that would bring the tools up to date. Writes nothing."""
    with exits(debug):
        from plumbrule.app import open_app
        from plumbrule.listing_forms import written
        from plumbrule.planned import listing
        from reports.plan_file import save_plan

        app = open_app(config, debug=debug, kept=True)
        with app:
            made = app.plan()
            notes = app.notes(made)
        if out is not None:
            save_plan(made, out)
        if out_dir is not None:
            from plumbrule.plan_folder import write_plan_folder

            notes.append(
                says(
                    "What would be sent: {write_plan_folder}",
                    write_plan_folder=write_plan_folder(made, app.settings, out_dir),
                )
            )
        if form is Form.TABLE:
            say("\n".join([written(listing(made), form), *notes]))
        else:
            say(written(listing(made), form))
            for note in notes:
                complain(note)
        if detailed_exitcode and made.changes:
            raise typer.Exit(10)


def apply(
    *,
    plan_file: Annotated[Path | None, typer.Argument(help="A plan saved by `plumbrule plan --out`.")] = None,
    config: ConfigOption = DEFAULT_CONFIG,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    max_changes: MaxChangesOption = None,
    quiet: QuietOption = False,
    debug: DebugOption = False,
) -> None:
    """Carry out a plan: exactly the writes that it shows, no other."""
    with exits(debug):
        from plumbrule.app import open_app
        from plumbrule.console import reporter
        from reports.plan_file import load_plan
        from reports.plan_text import plan_text

        app = open_app(config, debug=debug, kept=True)
        app.require_permission_to_write()
        with app:
            made = load_plan(plan_file) if plan_file else app.plan()
            app.guard(made, max_changes)
            if made.changes and not yes:
                say(spoken_lines(plan_text(made)))
                if not sys.stdin.isatty():
                    raise ConfigurationError(
                        "not on a terminal", code="plan.unconfirmed", remedy="add --yes to write without asking"
                    )
                typer.confirm(says("Write {made}?", made=counted(len(made.changes), "change")), abort=True)
            with reporter(quiet) as progress:
                summary = app.apply(made, progress)
        say(summary.as_text())
        raise typer.Exit(summary.exit_code("never"))
