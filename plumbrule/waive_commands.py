"""`plumbrule waive`: write down that a failure is accepted for a time, see which are, end one, decide requests."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from plumbrule.exits import exits, say
from plumbrule.options import DEFAULT_CONFIG, AsJson, ConfigOption, DebugOption, Form, RowForm, form_of

waive_commands = typer.Typer(
    help="Accept a failure for a time: add, list and revoke waivers (docs/waivers.md).", no_args_is_help=True
)
_File = Annotated[Path | None, typer.Option("--file", help="Which waiver file, where several are configured.")]


@waive_commands.command()
def add(  # noqa: PLR0917 - options of a command, which Typer passes by name
    what: Annotated[
        list[str] | None,
        typer.Argument(help="Id of a finding, or rule and subject as a report quotes them: SCH-06, PAY-12."),
    ] = None,
    reason: Annotated[str, typer.Option("--reason", help="Why the failure is accepted.")] = "",
    requested_by: Annotated[str, typer.Option("--requested-by", help="Who asks.")] = "",
    approved_by: Annotated[str, typer.Option("--approved-by", help="Who grants it; somebody else.")] = "",
    ticket: Annotated[str, typer.Option("--ticket", help="Where it was decided.")] = "",
    expires: Annotated[datetime | None, typer.Option("--expires", help="Last day.", formats=["%Y-%m-%d"])] = None,
    starts: Annotated[
        datetime | None, typer.Option("--starts", help="First day; left out: today.", formats=["%Y-%m-%d"])
    ] = None,
    rule: Annotated[list[str] | None, typer.Option("--rule", help="A rule, in place of WHAT; may be repeated.")] = None,
    project: Annotated[str | None, typer.Option("--project", help="Key of the project, in place of WHAT.")] = None,
    item: Annotated[str | None, typer.Option("--item", help="Key of the item, in place of WHAT.")] = None,
    department: Annotated[
        str | None, typer.Option("--department", help="Name or id of the department, in place of WHAT.")
    ] = None,
    programme: Annotated[
        str | None, typer.Option("--programme", help="Name or id of the programme, in place of WHAT.")
    ] = None,
    person: Annotated[str | None, typer.Option("--person", help="Name or id of the person, in place of WHAT.")] = None,
    organisation: Annotated[
        bool, typer.Option("--organisation", help="The organisation itself, in place of WHAT.")
    ] = False,
    until_value: Annotated[
        float | None, typer.Option("--until-value", help="Accepted only while the value is no worse.")
    ] = None,
    compensating: Annotated[str | None, typer.Option("--compensating", help="What is done instead.")] = None,
    renews: Annotated[str | None, typer.Option("--renews", help="Id of the waiver that this one renews.")] = None,
    file: _File = None,
    config: ConfigOption = DEFAULT_CONFIG,
    debug: DebugOption = False,
) -> None:
    """Write a waiver into the site's waiver file. What could not be loaded is refused, and nothing is written."""
    with exits(debug):
        from plumbrule import waiver_desk

        asked = waiver_desk.Asked(
            what=" ".join(what or ()),
            rules=tuple(rule or ()),
            project=project,
            item=item,
            department=department,
            programme=programme,
            person=person,
            organisation=organisation,
            reason=reason,
            requested_by=requested_by,
            approved_by=approved_by,
            ticket=ticket,
            starts=starts.date() if starts else None,
            expires=expires.date() if expires else None,
            until_value=until_value,
            compensating=compensating,
            renews=renews,
        )
        say(waiver_desk.add(config, asked, file))


@waive_commands.command("list")
def list_(
    config: ConfigOption = DEFAULT_CONFIG,
    form: RowForm = Form.TABLE,
    as_json: AsJson = False,
    debug: DebugOption = False,
) -> None:
    """Every waiver, from files and tools: where it stands, until when, what it covers."""
    with exits(debug):
        from plumbrule import waiver_desk

        say(waiver_desk.listed(config, form_of(form, as_json)))


@waive_commands.command()
def revoke(
    waiver: Annotated[str, typer.Argument(help="Id of the waiver.")],
    config: ConfigOption = DEFAULT_CONFIG,
    debug: DebugOption = False,
) -> None:
    """End a waiver of a file today; it stays written there, with its day."""
    with exits(debug):
        from plumbrule import waiver_desk

        say(waiver_desk.revoke(config, waiver))


@waive_commands.command()
def requests(
    config: ConfigOption = DEFAULT_CONFIG,
    form: RowForm = Form.TABLE,
    as_json: AsJson = False,
    debug: DebugOption = False,
) -> None:
    """What people asked for on the web page (`plumbrule serve`), and nobody decided yet."""
    with exits(debug):
        from plumbrule import request_desk

        say(request_desk.listed(config, form_of(form, as_json)))


@waive_commands.command()
def grant(  # noqa: PLR0917 - options of a command, which Typer passes by name
    finding: Annotated[str, typer.Argument(help="Id of the finding that the request is about.")],
    approved_by: Annotated[
        str, typer.Option("--approved-by", help="Who grants it; somebody else than who asked.")
    ] = "",
    ticket: Annotated[str, typer.Option("--ticket", help="Where it was decided.")] = "",
    expires: Annotated[
        datetime | None, typer.Option("--expires", help="Last day; left out: as asked for.", formats=["%Y-%m-%d"])
    ] = None,
    file: _File = None,
    config: ConfigOption = DEFAULT_CONFIG,
    debug: DebugOption = False,
) -> None:
    """Write the waiver that somebody asked for on the web page, as `waive add` would."""
    with exits(debug):
        from plumbrule import request_desk

        last = expires.date() if expires else None
        say(request_desk.grant(config, finding, approved_by=approved_by, ticket=ticket, expires=last, file=file))


@waive_commands.command()
def refuse(
    finding: Annotated[str, typer.Argument(help="Id of the finding that the request is about.")],
    refused_by: Annotated[str, typer.Option("--refused-by", help="Who refuses it.")] = "",
    reason: Annotated[str, typer.Option("--reason", help="Why.")] = "",
    config: ConfigOption = DEFAULT_CONFIG,
    debug: DebugOption = False,
) -> None:
    """Refuse what somebody asked for on the web page; it is kept with the reason."""
    with exits(debug):
        from plumbrule import request_desk

        say(request_desk.refuse(config, finding, refused_by=refused_by, reason=reason))
