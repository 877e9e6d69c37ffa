"""`plumbrule serve`: the web page over the latest check."""

from typing import Annotated

import typer

from plumbrule.exits import exits, say
from plumbrule.options import DEFAULT_CONFIG, ConfigOption, DebugOption


def serve(
    *,
    config: ConfigOption = DEFAULT_CONFIG,
    port: Annotated[
        int | None, typer.Option("--port", min=0, max=65535, help="In place of `port` under [serve]; 0: a free one.")
    ] = None,
    debug: DebugOption = False,
) -> None:
    """Show the latest check in a browser: read-only, on this machine unless people sign in (docs/serve.md)."""
    with exits(debug):
        from plumbrule.web import serving

        serving.serve(config, port, say, debug=debug)


def register(commands: typer.Typer) -> None:
    """Add the command."""
    commands.command("serve")(serve)
