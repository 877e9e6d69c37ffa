"""`plumbrule rules policy`: what is in force for a project, where each value comes from, and what was not taken."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from plumbrule.exits import exits, say
from plumbrule.options import DEFAULT_CONFIG, ConfigOption, DebugOption, Form, RowForm
from portfolio.errors import ConfigurationError

if TYPE_CHECKING:
    from plumbrule.listing import ColumnKind

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

_COLUMNS: "dict[str, ColumnKind]" = {
    "rule": "text", "title": "text", "key": "text", "value": "text", "origin": "text", "built_in": "text",
    "minimum": "number", "maximum": "number", "stricter": "text", "locked_by": "text", "not_taken": "list",
}  # fmt: skip


def policy(
    *,
    config: ConfigOption = DEFAULT_CONFIG,
    project: _Project = None,
    department: _Department = None,
    programme: _Programme = None,
    rule: _Rule = None,
    on: _Day = None,
    form: RowForm = Form.TABLE,
    debug: DebugOption = False,
) -> None:
    """Show what policy puts in force, with file and line, and what was not taken. Reads no source."""
    with exits(debug):
        from plumbrule.app import open_app
        from plumbrule.listing import Listing
        from plumbrule.listing_forms import written
        from rules.policy.told import policy_told, unit_policy_told

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
        document = told.as_plain()
        rows = [_row(rule, key, value) for rule in document["rules"] for key, value in rule["keys"].items()]
        say(written(Listing(rows, columns=_COLUMNS, prose="\n".join(told.lines()), document=document), form))


def _row(rule: dict[str, Any], key: str, told: dict[str, Any]) -> dict[str, Any]:
    """One parameter, severity or mode, as a row: what is in force, where from, and what was not taken on the way."""
    refused = [step["why"] for step in told["steps"] if step["verdict"] == "refused"]
    return {
        "rule": rule["rule"],
        "title": rule["title"],
        "key": key,
        **{name: told[name] for name in ("value", "origin", "built_in", "minimum", "maximum", "stricter")},
        "locked_by": rule["locked"] and rule["locked"]["by"],
        "not_taken": refused or None,
    }


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
