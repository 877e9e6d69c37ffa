"""The command line: parse, call the app, print, exit with a stable code."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from plumbrule import completing
from plumbrule.auth_commands import auth_commands
from plumbrule.completion_command import register as register_completion
from plumbrule.config_commands import config_commands
from plumbrule.exits import complain as _complain
from plumbrule.exits import exits as _exits
from plumbrule.exits import say as _say
from plumbrule.export_command import register as register_export
from plumbrule.init_command import register as register_init
from plumbrule.looking_back import register as register_looking_back
from plumbrule.match_commands import match_commands
from plumbrule.options import (
    DEFAULT_CONFIG,
    AsJson,
    CaseForm,
    ConfigOption,
    DebugOption,
    DocumentForm,
    Form,
    Language,
    MaxChangesOption,
    QuietOption,
    form_of,
)
from plumbrule.query_command import register as register_query
from plumbrule.rules_commands import rules_commands
from plumbrule.runs_commands import runs_commands
from plumbrule.schedule_command import schedule_commands
from plumbrule.serve_command import register as register_serve
from plumbrule.speech import language as spoken_language
from plumbrule.speech import language_of, message, says, speaking
from plumbrule.store_commands import store_commands
from plumbrule.waive_commands import waive_commands
from plumbrule.writing_commands import register as register_writing
from portfolio.errors import ExitCode

main = typer.Typer(
    name="plumbrule",
    help="Holds a project portfolio against the PMO's rules and the approved plan, and says where it leans.",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
)
main.add_typer(config_commands, name="config")
main.add_typer(auth_commands, name="auth")
main.add_typer(match_commands, name="match")
main.add_typer(rules_commands, name="rules")
main.add_typer(waive_commands, name="waive")
main.add_typer(runs_commands, name="runs")
main.add_typer(schedule_commands, name="schedule")
main.add_typer(store_commands, name="store")

register_init(main)
AcceptOption = Annotated[
    bool, typer.Option("--accept-removals", help="Remove records that are gone even where they are suspiciously many.")
]


class FailOn(StrEnum):
    """Least severity at which findings make the exit code 1."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    INFO = "info"
    NEVER = "never"


FailOnOption = Annotated[
    FailOn,
    typer.Option("--fail-on", help="Exit 1 when a finding has this severity or worse: critical … info, or never."),
]
SourceOption = Annotated[
    list[str] | None,
    typer.Option("--source", "-s", help="Only these sources; may be repeated.", autocompletion=completing.sources),
]
LanguageOption = Annotated[list[Language] | None, typer.Option("--lang", help="en or zh-Hans; may be repeated.")]


def _end(summary: Any, fail_on: str, folder: Path) -> NoReturn:
    """Exit with the summary's code; a bug that a run survived leaves its crash file all the same."""
    bugs = [f.bug for f in summary.pulled.failures if f.bug] if summary.pulled else []
    if bugs:
        from plumbrule.crash import write_crash_file

        where = says("please report it with {file}", file=write_crash_file(bugs[0], folder))
        _complain(message("error", "internal", "a bug in Plumbrule", remedy=where))
    raise typer.Exit(summary.exit_code(fail_on))


def _open(config: Path, debug: bool, accept_removals: bool = False, with_rules: bool = True) -> Any:
    from plumbrule.app import open_app

    return open_app(config, debug=debug, accept_removals=accept_removals, with_rules=with_rules, kept=True)


def _aside(text: str, quiet: bool) -> None:
    """The summary where the result is the findings alone."""
    if text and not quiet:
        _complain(text)


def _version(wanted: bool) -> None:
    if wanted:
        from plumbrule import __version__

        _say(__version__)
        raise typer.Exit


def _language(context: typer.Context, wanted: Language | None) -> None:
    """What is asked for, else what the locale says, until the command has ended."""
    context.with_resource(speaking(wanted or language_of(os.environ)))


@main.callback()
def options(
    context: typer.Context,
    language: Annotated[
        Language | None,
        typer.Option(
            "--language", help="Language of what commands print: en or zh-Hans; left out: LC_ALL, LC_MESSAGES, LANG."
        ),
    ] = None,
    _shown: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Holds a project portfolio against the PMO's rules and the approved plan, and says where it leans."""
    _language(context, language)


@contextmanager
def _running(
    command: str, config: Path, debug: bool, quiet: bool, accept_removals: bool = False, with_rules: bool = True
) -> Iterator[tuple[Any, Any]]:
    """The app, open, and what shows its progress; traces and metrics follow it where they are switched on."""
    from plumbrule.garbage import rarely_collected

    with rarely_collected():  # loading makes a hundred thousand objects that all stay
        from plumbrule.console import reporter
        from plumbrule.telemetry import traced

        app = _open(config, debug, accept_removals, with_rules)
    with app, reporter(quiet) as shown, traced(app.settings.telemetry, shown, command) as progress:
        yield app, progress


@main.command()
def demo(
    folder: Annotated[Path, typer.Option("--dir", help="Folder for the demo's store and pages.")] = Path("demo"),
    keep: Annotated[bool, typer.Option("--keep", help="Keep the pretend company running until Ctrl-C.")] = False,
    quiet: QuietOption = False,
    debug: DebugOption = False,
) -> None:
    """Run everything against a pretend company served on this machine; no account needed."""
    with _exits(debug, lambda: folder):
        from plumbrule.console import reporter
        from plumbrule.demo import run_demo

        with run_demo(folder, debug=debug) as (url, run_once):
            with reporter(quiet) as progress:
                _say(run_once(progress))
            if keep:
                _say(says("The pretend company stays at {url} until Ctrl-C.", url=url))
                signal.pause()


@main.command()
def run(
    config: ConfigOption = DEFAULT_CONFIG,
    source: SourceOption = None,
    fail_on: FailOnOption = FailOn.NEVER,
    form: CaseForm = Form.TABLE,
    accept_removals: AcceptOption = False,
    max_changes: MaxChangesOption = None,
    every: Annotated[
        str | None, typer.Option("--every", help="Stay and run again at this interval, such as 30m, 24h or 1d.")
    ] = None,
    jitter: Annotated[
        str, typer.Option("--jitter", help="With --every: begin up to this much later, by chance.")
    ] = "1s",
    health: Annotated[
        Path | None,
        typer.Option("--health", help="With --every: file that tells how it goes; left out: beside the store."),
    ] = None,
    quiet: QuietOption = False,
    debug: DebugOption = False,
) -> None:
    """Pull, match, measure, check, plan, apply (if allowed) and report: what a scheduler calls."""
    with _exits(debug):
        if every is not None:
            from plumbrule.repeating import again

            options = [f"--source={name}" for name in source or ()] + [f"--fail-on={fail_on.value}"]
            options += [f"--format={form.value}"] + ["--accept-removals"] * accept_removals
            options += [] if max_changes is None else [f"--max-changes={max_changes}"]
            raise typer.Exit(again(config, options, every, jitter, health, say=_complain))
        from plumbrule.findings_told import told

        with _running("run", config, debug, quiet, accept_removals) as (app, progress):
            summary = app.run(progress, sources=source, max_changes=max_changes)
            progress.ended(summary, summary.exit_code(fail_on.value), app.now())
            result, aside = told(app, summary, form)
        _say(result)
        _aside(aside, quiet)
        _end(summary, fail_on.value, app.settings.store.folder)


@main.command("health")
def health_check(
    within: Annotated[
        str, typer.Option("--within", help="A run must have ended well in this time, such as 26h.")
    ] = "26h",
    health: Annotated[Path | None, typer.Option("--health", help="The file; left out: beside the store.")] = None,
    config: ConfigOption = DEFAULT_CONFIG,
    debug: DebugOption = False,
) -> None:
    """Say whether a loop of runs (`run --every`) is well; ends with 3 where it is not. For monitors and containers."""
    with _exits(debug):
        from plumbrule.repeating import is_well

        well, line = is_well(config, health, within)
        _say(line)
        raise typer.Exit(ExitCode.DONE if well else ExitCode.PARTIAL)


@main.command()
def pull(
    config: ConfigOption = DEFAULT_CONFIG,
    source: SourceOption = None,
    accept_removals: AcceptOption = False,
    quiet: QuietOption = False,
    debug: DebugOption = False,
) -> None:
    """Read what changed in the sources since the last time."""
    with _exits(debug):
        with _running("pull", config, debug, quiet, accept_removals, with_rules=False) as (app, progress):
            summary = app.pull(progress, sources=source)
            progress.ended(summary, summary.exit_code("never"), app.now())
        _say(summary.as_text())
        _end(summary, "never", app.settings.store.folder)


@main.command()
def check(
    config: ConfigOption = DEFAULT_CONFIG,
    fail_on: FailOnOption = FailOn.HIGH,
    form: CaseForm = Form.TABLE,
    quiet: QuietOption = False,
    debug: DebugOption = False,
) -> None:
    """Measure the stored portfolio and hold it against the rules; reads no source."""
    with _exits(debug):
        from plumbrule.findings_told import told

        with _running("check", config, debug, quiet) as (app, progress):
            summary = app.check(progress)
            progress.ended(summary, summary.exit_code(fail_on.value), app.now())
            result, aside = told(app, summary, form)
        _say(result)
        _aside(aside, quiet)
        raise typer.Exit(summary.exit_code(fail_on.value))


@main.command()
def report(
    config: ConfigOption = DEFAULT_CONFIG,
    lang: LanguageOption = None,
    quiet: QuietOption = False,
    debug: DebugOption = False,
) -> None:
    """Write the page from the latest checked state."""
    with _exits(debug):
        with _running("report", config, debug, quiet) as (app, progress):
            paths = app.report(progress, languages=lang)
        for path in paths:
            _say(str(path))


register_writing(main)


@main.command()
def doctor(
    source: Annotated[
        list[str] | None,
        typer.Argument(
            help="Only these sources and receivers; left out: all.", autocompletion=completing.sources_and_receivers
        ),
    ] = None,
    config: ConfigOption = DEFAULT_CONFIG,
    form: CaseForm = Form.TABLE,
    as_json: AsJson = False,
    debug: DebugOption = False,
) -> None:
    """Look at each source and receiver before a run does: sign-in, rights, what is visible, what expires."""
    with _exits(debug):
        from plumbrule import doctor
        from plumbrule.listing_forms import written

        found = doctor.examine(config, source or (), debug=debug)
        _say(written(doctor.listing(found), form_of(form, as_json)))
        raise typer.Exit(doctor.exit_code(found))


@main.command()
def explain(
    what: Annotated[
        str,
        typer.Argument(
            help="A finding's id, a rule, a project's key, an item's key, an error's code, or `exit-codes`.",
            autocompletion=completing.rules,
        ),
    ],
    config: ConfigOption = DEFAULT_CONFIG,
    lang: Annotated[
        Language | None, typer.Option("--lang", help="Language of the explanation; left out: that of commands.")
    ] = None,
    debug: DebugOption = False,
) -> None:
    """Say in plain words what a rule checks, why a project or an item is flagged, or all about one finding."""
    with _exits(debug):
        from plumbrule.explaining import explain as explained

        _say(explained(what, config, lang or spoken_language()))


register_looking_back(main)
register_export(main)
register_query(main)
register_serve(main)


@main.command()
def version(form: DocumentForm = Form.TABLE) -> None:
    """Print the version; as JSON with those of Python, the store and the libraries that matter."""
    from plumbrule.versions import as_json, as_text

    _say(as_json() if form is Form.JSON else as_text())


register_completion(main)


if __name__ == "__main__":
    main()
