"""`plumbrule runs`: the ledger of runs, and what one of them read and found."""

from pathlib import Path
from typing import Annotated

import typer

from plumbrule.exits import exits, say
from plumbrule.options import DEFAULT_CONFIG, AsJson, ConfigOption, DebugOption, Form, RowForm, form_of

runs_commands = typer.Typer(help="Runs that were made: when, how they ended, what they read.", no_args_is_help=True)


@runs_commands.command("list")
def list_(
    last: Annotated[int, typer.Option("--last", min=0, help="Only the latest so many; 0: all.")] = 20,
    config: ConfigOption = DEFAULT_CONFIG,
    form: RowForm = Form.TABLE,
    as_json: AsJson = False,
    debug: DebugOption = False,
) -> None:
    """Every run, the latest first: id, begin, end, state, and how much it read."""
    with exits(debug):
        from plumbrule.run_ledger import listed

        say(listed(config, last, form_of(form, as_json)))


@runs_commands.command()
def show(
    run: Annotated[str, typer.Argument(help="Id of the run, or its beginning; `latest`.")] = "latest",
    config: ConfigOption = DEFAULT_CONFIG,
    form: RowForm = Form.TABLE,
    as_json: AsJson = False,
    debug: DebugOption = False,
) -> None:
    """One run: what each source was asked and gave, what failed, and what its check found."""
    with exits(debug):
        from plumbrule.run_ledger import shown

        say(shown(Path(config), run, form_of(form, as_json)))


@runs_commands.command()
def prune(
    *,
    keep: Annotated[
        int | None, typer.Option("--keep", min=1, help="Tell only the latest so many runs in full; left out: [store].")
    ] = None,
    older_than: Annotated[
        str | None, typer.Option("--older-than", help="Tell runs in full that are younger than this, such as 90d.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would go; delete nothing.")] = False,
    config: ConfigOption = DEFAULT_CONFIG,
    form: RowForm = Form.TABLE,
    as_json: AsJson = False,
    debug: DebugOption = False,
) -> None:
    """Let go of what need not be kept: details of old runs, old measures, snapshots, crash files, copies of the store.

    The latest good run, findings with their events, and what `diff` and trends look back on stay.
    """
    with exits(debug):
        from plumbrule.pruning import pruned

        say(pruned(config, keep, older_than, form_of(form, as_json), dry_run=dry_run))
