"""`plumbrule runs`: the ledger of runs, and what one of them read and found."""

from pathlib import Path
from typing import Annotated

import typer

from plumbrule.exits import exits, say
from plumbrule.options import DEFAULT_CONFIG, ConfigOption, DebugOption

runs_commands = typer.Typer(help="Runs that were made: when, how they ended, what they read.", no_args_is_help=True)
_Json = Annotated[bool, typer.Option("--json", help="For machines.")]


@runs_commands.command("list")
def list_(
    last: Annotated[int, typer.Option("--last", min=0, help="Only the latest so many; 0: all.")] = 20,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: _Json = False,
    debug: DebugOption = False,
) -> None:
    """Every run, the latest first: id, begin, end, state, and how much it read."""
    with exits(debug):
        from plumbrule.run_ledger import listed

        say(listed(config, last, as_json=as_json))


@runs_commands.command()
def show(
    run: Annotated[str, typer.Argument(help="Id of the run, or its beginning; `latest`.")] = "latest",
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: _Json = False,
    debug: DebugOption = False,
) -> None:
    """One run: what each source was asked and gave, what failed, and what its check found."""
    with exits(debug):
        from plumbrule.run_ledger import shown

        say(shown(Path(config), run, as_json=as_json))
