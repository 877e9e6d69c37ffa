"""`plumbrule auth`: who is signed in to which source, and letting a person sign in."""

from typing import Annotated

import typer

from plumbrule import completing
from plumbrule.exits import exits, say
from plumbrule.options import DEFAULT_CONFIG, ConfigOption, DebugOption, Form, RowForm

auth_commands = typer.Typer(
    help="Sign in to sources where a person must, see who is signed in, sign out.", no_args_is_help=True
)
_Source = Annotated[
    str,
    typer.Argument(
        help="The source or receiver, by its name in the configuration.",
        autocompletion=completing.sources_and_receivers,
    ),
]


@auth_commands.command()
def login(
    source: _Source,
    config: ConfigOption = DEFAULT_CONFIG,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Only show the address; open no browser.")] = False,
    debug: DebugOption = False,
) -> None:
    """Sign in to a source as a person; the sign-in is kept beside the store and renewed by each run."""
    with exits(debug):
        from plumbrule import signing_in

        say(signing_in.login(config, source, tell=say, browser=not no_browser, debug=debug))


@auth_commands.command()
def status(config: ConfigOption = DEFAULT_CONFIG, form: RowForm = Form.TABLE, debug: DebugOption = False) -> None:
    """Show how each source signs in, who is signed in and until when; asks no other machine."""
    with exits(debug):
        from plumbrule import signing_in

        told, code = signing_in.status(config, form, debug=debug)
        say(told)
        raise typer.Exit(code)


@auth_commands.command()
def logout(source: _Source, config: ConfigOption = DEFAULT_CONFIG, debug: DebugOption = False) -> None:
    """Forget the sign-in of a source on this machine."""
    with exits(debug):
        from plumbrule import signing_in

        say(signing_in.logout(config, source, debug=debug))
