"""`plumbrule rules policy`: what is in force for a project, where each value comes from, and what was not taken."""

from datetime import datetime
from typing import Annotated, Literal

import typer

from plumbrule.exits import exits, say
from plumbrule.options import DEFAULT_CONFIG, ConfigOption, DebugOption
from portfolio.errors import ConfigurationError

_Project = Annotated[
    str | None, typer.Option("--project", "-p", help="A project's key or id; left out: what holds for every project.")
]
_Department = Annotated[
    str | None, typer.Option("--department", help="A department's key or name: what holds in rules about departments.")
]
_Programme = Annotated[
    str | None, typer.Option("--programme", help="A programme's key or name: what holds in rules about programmes.")
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
    department: _Department = None,
    programme: _Programme = None,
    rule: _Rule = None,
    on: _Day = None,
    output: _Form = "text",
    debug: DebugOption = False,
) -> None:
    """Show what policy puts in force, with file and line, and what was not taken. Reads no source."""
    with exits(debug):
        from plumbrule.app import open_app
        from rules.policy.told import policy_told, unit_policy_told
        from rules.results import as_json

        with open_app(config, debug=debug, with_secrets=False) as app:
            unit = _unit(project, department, programme)
            day = on.date() if on else app.today
            reader = app.latest() if project is not None or unit else None
            try:
                if unit and reader is not None:
                    told = unit_policy_told(app.rules, day, reader, unit, rule)
                else:
                    told = policy_told(app.rules, day, reader, project, rule)
            finally:
                if reader is not None:
                    reader.close()
        say(as_json(told.as_plain()) if output == "json" else "\n".join(told.lines()))


def _unit(project: str | None, department: str | None, programme: str | None) -> tuple[str, str] | None:
    """The department or programme that is named, as its kind and name. Raises ConfigurationError for two subjects."""
    named = {"project": project, "department": department, "programme": programme}
    given = [(kind, name) for kind, name in named.items() if name is not None]
    if len(given) > 1:
        what = f"{' and '.join(f'--{kind}' for kind, _ in given)} do not go together"
        raise ConfigurationError(what, code="usage.one_subject", remedy="name one of them")
    return given[0] if given and project is None else None


def register(commands: typer.Typer) -> None:
    """Add the command to a group."""
    commands.command("policy")(policy)
