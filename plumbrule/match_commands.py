"""`plumbrule match`: which projects, and which logins, are likely one, and joining them in the configuration."""

import sys
from typing import Annotated

import typer

from plumbrule.exits import complain, exits, say
from plumbrule.options import DEFAULT_CONFIG, ConfigOption, DebugOption, Form, RowForm

match_commands = typer.Typer(
    help="Projects and logins that are likely one: list them, join them.", no_args_is_help=True
)


@match_commands.command()
def suggest(
    *,
    form: RowForm = Form.TABLE,
    least: Annotated[float, typer.Option("--above", min=0, max=1, help="Only joins at least so likely, 0 to 1.")] = 0.0,
    config: ConfigOption = DEFAULT_CONFIG,
    debug: DebugOption = False,
) -> None:
    """List the joins that the latest run found likely and did not make: id, score, both sides, reason."""
    with exits(debug):
        from plumbrule import match_desk

        say(match_desk.as_text(match_desk.likely(config, least), form, config))


@match_commands.command()
def accept(
    *,
    ids: Annotated[list[str] | None, typer.Argument(help="Ids of joins, as `match suggest` tells them.")] = None,
    above: Annotated[
        float | None, typer.Option("--above", min=0, max=1, help="In place of ids: all that are at least so likely.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    config: ConfigOption = DEFAULT_CONFIG,
    debug: DebugOption = False,
) -> None:
    """Write joins into the configuration, where comments and all else stay as they are; shows the difference first."""
    with exits(debug):
        from plumbrule import match_desk

        edit = match_desk.proposed(config, ids or (), above)
        say(edit.diff)
        asking = (lambda question: typer.confirm(question, err=True)) if sys.stdin.isatty() else None
        complain(match_desk.accept(edit, yes=yes, confirm=asking))
