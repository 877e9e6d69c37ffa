"""`plumbrule store`: backup, restore, verify, check."""

from pathlib import Path
from typing import Annotated

import typer

from plumbrule.exits import exits, say
from plumbrule.options import DEFAULT_CONFIG, AsJson, CaseForm, ConfigOption, DebugOption, Form, form_of

store_commands = typer.Typer(help="The store's file: backup, restore, and whether it is sound.", no_args_is_help=True)
_Json = Annotated[bool, typer.Option("--json", help="For machines.")]
_File = Annotated[Path, typer.Argument(help="A file that `plumbrule store backup` wrote.")]


@store_commands.command()
def backup(
    out: Annotated[Path, typer.Option("--out", "-o", help="File to write.")],
    force: Annotated[bool, typer.Option("--force", help="Replace that file where it is there.")] = False,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: _Json = False,
    debug: DebugOption = False,
) -> None:
    """Write the whole store into one file, with checksums. Refused while a run has the store."""
    with exits(debug):
        from plumbrule.store_keeping import backed_up

        say(backed_up(config, out, force=force, as_json=as_json))


@store_commands.command()
def restore(
    file: _File,
    force: Annotated[
        bool, typer.Option("--force", help="Replace the store that is there; a copy of it is kept in backups/.")
    ] = False,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: _Json = False,
    debug: DebugOption = False,
) -> None:
    """Put a backup in the store's place, after everything in it was compared with its checksums."""
    with exits(debug):
        from plumbrule.store_keeping import restored

        say(restored(config, file, force=force, as_json=as_json))


@store_commands.command()
def verify(file: _File, as_json: _Json = False, debug: DebugOption = False) -> None:
    """Compare a backup with its checksums; needs no configuration and changes nothing."""
    with exits(debug):
        from plumbrule.store_keeping import verified

        say(verified(file, as_json=as_json))


@store_commands.command()
def check(
    config: ConfigOption = DEFAULT_CONFIG,
    form: CaseForm = Form.TABLE,
    as_json: AsJson = False,
    debug: DebugOption = False,
) -> None:
    """Say whether the store is sound: everything can be read, keys and references hold; ends with 6 where not."""
    with exits(debug):
        from plumbrule.store_keeping import checked

        told, code = checked(config, form_of(form, as_json))
        say(told)
        raise typer.Exit(code)
