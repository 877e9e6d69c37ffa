"""`plumbrule schedule print`: what a scheduler needs to run this configuration, as text to install."""

import sys
from pathlib import Path
from typing import Annotated, get_args

import typer

from plumbrule.exits import exits, say
from plumbrule.options import DEFAULT_CONFIG, ConfigOption, DebugOption
from portfolio.errors import ConfigurationError

schedule_commands = typer.Typer(help="Print entries for cron, systemd or Kubernetes.", no_args_is_help=True)


@schedule_commands.command("print")
def schedule_print(
    scheduler: Annotated[str, typer.Argument(help="cron, systemd or k8s.")],
    at: Annotated[str, typer.Option("--at", help="Time of day, in the portfolio's zone.")] = "05:30",
    days: Annotated[str, typer.Option("--days", help="Such as mon-fri or mon,thu; left out: every day.")] = "",
    config: ConfigOption = DEFAULT_CONFIG,
    debug: DebugOption = False,
) -> None:
    """Print what makes a scheduler call `plumbrule run` at that time; installs nothing."""
    with exits(debug):
        say(printed(scheduler, at, days, config).rstrip("\n"))


def printed(scheduler: str, at: str, days: str, config: Path) -> str:
    """The entry as text. Raises ConfigurationError for words that mean nothing, or a configuration with mistakes."""
    from plumbrule.app import secrets_of
    from plumbrule.config_file import load_settings
    from plumbrule.schedulers import Job, Scheduler, clock_time, entry, weekdays

    known: tuple[Scheduler, ...] = get_args(Scheduler)
    wanted = next((name for name in known if name == scheduler), None)
    if wanted is None:
        raise ConfigurationError(
            f"there is no scheduler {scheduler!r}", code="usage.scheduler", remedy=f"choose one of {', '.join(known)}"
        )
    settings = load_settings(config, with_secrets=False).settings
    config = config.resolve()
    references = {reference.partition(":") for reference in secrets_of(settings)}
    return entry(
        wanted,
        Job(
            program=Path(sys.executable).parent / "plumbrule",
            config=config,
            folder=config.parent,
            at=clock_time(at),
            days=weekdays(days),
            zone=settings.portfolio.timezone,
            writes=(settings.store.folder, settings.report.folder),
            secrets=sorted(name for scheme, _, name in references if scheme == "env"),
        ),
    )
