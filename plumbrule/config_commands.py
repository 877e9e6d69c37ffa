"""`plumbrule config`: is the configuration right, what is in force, what could be written."""

import sys
from typing import Annotated

import typer

from plumbrule.exits import exits, say
from plumbrule.mistakes_told import mistakes_in
from plumbrule.options import DEFAULT_CONFIG, CaseForm, ConfigOption, DebugOption, Form

config_commands = typer.Typer(help="Check the configuration, print an example or its schema.", no_args_is_help=True)


@config_commands.command("validate")
@config_commands.command("check")
def check(config: ConfigOption = DEFAULT_CONFIG, form: CaseForm = Form.TABLE, debug: DebugOption = False) -> None:
    """Check the configuration and every rule; shows all mistakes at once and reads no source."""
    with exits(debug), mistakes_in(form, "config check") as say_well:
        from plumbrule.checking import check_everything

        say_well(check_everything(config))


@config_commands.command("show")
def show(
    config: ConfigOption = DEFAULT_CONFIG,
    origin: Annotated[bool, typer.Option("--origin", help="With the line, variable or default that sets it.")] = False,
    debug: DebugOption = False,
) -> None:
    """Print every setting in force, as TOML and without secrets."""
    with exits(debug):
        from plumbrule.config_show import shown

        say(shown(config, origin=origin))


@config_commands.command("migrate")
def migrate(
    config: ConfigOption = DEFAULT_CONFIG,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    debug: DebugOption = False,
) -> None:
    """Write keys of older versions as this one reads them; shows the difference first and keeps the old file."""
    with exits(debug):
        from plumbrule.migrating import migrate as written

        asking = (lambda question: typer.confirm(question, err=True)) if sys.stdin.isatty() else None
        say(written(config, yes=yes, confirm=asking))


@config_commands.command("example")
def print_example() -> None:
    """Print a commented example configuration."""
    from plumbrule.example import example

    sys.stdout.write(example())


@config_commands.command("schema")
def print_schema() -> None:
    """Print the JSON Schema of the configuration, for editors."""
    from plumbrule.example import schema

    sys.stdout.write(schema())
