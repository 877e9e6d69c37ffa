"""`plumbrule rules policy`: what is in force for a project, where each value comes from, and what was not taken."""

from datetime import datetime
from typing import Annotated, Literal

import typer

from plumbrule.exits import exits, say
from plumbrule.options import DEFAULT_CONFIG, ConfigOption, DebugOption

_Project = Annotated[
    str | None, typer.Option("--project", "-p", help="A project's key or id; left out: what holds for every project.")
]
_Rule = Annotated[
    str | None, typer.Option("--rule", "-r", help="A rule's id; left out: all that policy says something of.")
]
_Day = Annotated[
    datetime | None, typer.Option("--on", formats=["%Y-%m-%d"], help="As it is on that day; left out: today.")
]
_Form = Annotated[Literal["text", "json"], typer.Option("--format", help="text or json.")]


def policy(
    *,
    config: ConfigOption = DEFAULT_CONFIG,
    project: _Project = None,
    rule: _Rule = None,
    on: _Day = None,
    output: _Form = "text",
    debug: DebugOption = False,
) -> None:
    """Show what policy puts in force, with file and line, and what was not taken. Reads no source."""
    with exits(debug):
        from plumbrule.app import open_app
        from rules.policy.told import policy_told
        from rules.results import as_json

        with open_app(config, debug=debug, with_secrets=False) as app:
            reader = app.latest() if project is not None else None
            try:
                told = policy_told(app.rules, on.date() if on else app.today, reader, project, rule)
            finally:
                if reader is not None:
                    reader.close()
        say(as_json(told.as_plain()) if output == "json" else "\n".join(told.lines()))


def register(commands: typer.Typer) -> None:
    """Add the command to a group."""
    commands.command("policy")(policy)
