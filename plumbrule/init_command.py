"""`plumbrule init`: a configuration, written by asking and by looking."""

from pathlib import Path
from typing import Annotated

import typer

from plumbrule.exits import exits, say
from plumbrule.options import DebugOption

_JIRA = "Jira"
_PWA = "Project Web App (Project Server, Project Online)"
_DATAVERSE = "Dataverse (Planner Premium)"
_ENTRA = "Sign-in through Entra ID"
_FILES = "Plans in files"


def register(main: typer.Typer) -> None:
    """Add the command."""
    main.command()(init)


def init(
    *,
    folder: Annotated[Path, typer.Option("--dir", help="Folder for the configuration.")] = Path(),
    jira: Annotated[
        str | None, typer.Option("--jira", help="Address of Jira, Cloud or Data Center.", rich_help_panel=_JIRA)
    ] = None,
    jira_email: Annotated[
        str | None, typer.Option("--jira-email", help="Cloud: account that owns the API token.", rich_help_panel=_JIRA)
    ] = None,
    jira_user: Annotated[
        str | None,
        typer.Option(
            "--jira-user", help="Data Center: user, to sign in by password in place of a token.", rich_help_panel=_JIRA
        ),
    ] = None,
    jira_secret: Annotated[
        str | None,
        typer.Option(
            "--jira-secret",
            help="Where its token is kept: env:NAME, file:PATH or keyring:SERVICE/NAME.",
            rich_help_panel=_JIRA,
        ),
    ] = None,
    project: Annotated[
        list[str] | None,
        typer.Option(
            "--project", help="Jira projects to read, by key; left out: all. Repeatable.", rich_help_panel=_JIRA
        ),
    ] = None,
    pwa: Annotated[str | None, typer.Option("--pwa", help="Address of Project Web App.", rich_help_panel=_PWA)] = None,
    pwa_auth: Annotated[
        str | None,
        typer.Option(
            "--pwa-auth", help="basic, ntlm, kerberos, device_code, auth_code, bearer or cookie.", rich_help_panel=_PWA
        ),
    ] = None,
    pwa_user: Annotated[
        str | None, typer.Option("--pwa-user", help="Its account, for basic and ntlm.", rich_help_panel=_PWA)
    ] = None,
    pwa_secret: Annotated[
        str | None,
        typer.Option(
            "--pwa-secret",
            help="Where its password is kept: env:NAME, file:PATH or keyring:SERVICE/NAME.",
            rich_help_panel=_PWA,
        ),
    ] = None,
    dataverse: Annotated[
        str | None,
        typer.Option("--dataverse", help="Address of Dataverse, for Planner Premium.", rich_help_panel=_DATAVERSE),
    ] = None,
    dataverse_auth: Annotated[
        str | None,
        typer.Option("--dataverse-auth", help="client_secret, device_code or bearer.", rich_help_panel=_DATAVERSE),
    ] = None,
    dataverse_secret: Annotated[
        str | None,
        typer.Option(
            "--dataverse-secret",
            help="Where its secret is kept: env:NAME, file:PATH or keyring:SERVICE/NAME.",
            rich_help_panel=_DATAVERSE,
        ),
    ] = None,
    tenant: Annotated[
        str | None, typer.Option("--tenant", help="Tenant of Entra ID, where it signs in.", rich_help_panel=_ENTRA)
    ] = None,
    client_id: Annotated[
        str | None, typer.Option("--client-id", help="App registration in that tenant.", rich_help_panel=_ENTRA)
    ] = None,
    files: Annotated[
        str | None,
        typer.Option(
            "--files", help="Plans as files: such as 'plans/*.xml', *.mpp, or a dump's .zip.", rich_help_panel=_FILES
        ),
    ] = None,
    name: Annotated[str | None, typer.Option("--name", help="Name of the portfolio.")] = None,
    timezone: Annotated[str | None, typer.Option("--timezone", help="Its time zone, such as Europe/Berlin.")] = None,
    currency: Annotated[str | None, typer.Option("--currency", help="Currency of amounts, such as EUR.")] = None,
    lang: Annotated[str | None, typer.Option("--lang", help="Language of the page: en or zh-Hans.")] = None,
    join_above: Annotated[
        float | None,
        typer.Option("--join-above", min=0.75, max=1, help="Join projects that are at least so alike (0.75 to 1)."),
    ] = None,
    ca_bundle: Annotated[
        str | None, typer.Option("--ca-bundle", help="File of the certificates to trust, seen from --dir.")
    ] = None,
    allow_http: Annotated[
        bool, typer.Option("--allow-http", help="Allow addresses without encryption; only on a trusted network.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Ask nothing: options and defaults only.")] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Replace a configuration; the old one is kept as .bak.")
    ] = False,
    debug: DebugOption = False,
) -> None:
    """Write a configuration: asks, looks at your tools, proposes how they are read. Reads only; keeps no secret."""
    with exits(debug):
        from plumbrule import log
        from plumbrule.app import system_clock
        from plumbrule.starting.asking import asker
        from plumbrule.starting.conversation import set_up
        from plumbrule.starting.sources import Given

        log.configure("debug" if debug else "error", "auto", ())
        given = Given(
            jira=jira, jira_email=jira_email, jira_user=jira_user, jira_secret=jira_secret,
            projects=tuple(project or ()), pwa=pwa, pwa_auth=pwa_auth, pwa_user=pwa_user, pwa_secret=pwa_secret,
            dataverse=dataverse, dataverse_auth=dataverse_auth, dataverse_secret=dataverse_secret, tenant=tenant,
            client_id=client_id, files=files, name=name, timezone=timezone, currency=currency, language=lang,
            join_above=join_above, ca_bundle=ca_bundle, allow_http=allow_http,
        )  # fmt: skip
        today = system_clock().date()
        say(set_up(given, asker(yes=yes), folder, force=force, today=today))
