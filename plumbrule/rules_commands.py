"""`plumbrule rules`: write, check, test and try rules; see what they say and why."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from plumbrule import completing
from plumbrule.exits import complain, exits, say
from plumbrule.mistakes_told import mistakes_in
from plumbrule.options import DEFAULT_CONFIG, CaseForm, ConfigOption, DebugOption, Form, Language, RowForm
from plumbrule.policy_command import register as register_policy
from plumbrule.speech import language, says

rules_commands = typer.Typer(help="Write, check, test and try rules; see what they say and why.", no_args_is_help=True)
register_policy(rules_commands)

_Packs = Annotated[
    list[Path] | None, typer.Argument(help="Pack files, or folders of them; left out: those of the configuration.")
]
_Rules = Annotated[list[str] | None, typer.Option("--rule", "-r", help="Only this rule; may be repeated.")]
_Project = Annotated[str | None, typer.Option("--project", "-p", help="Only this project, by key or id.")]


class NewKind(StrEnum):
    """Kinds of rules that `rules new` writes."""

    ROW = "row"
    RATIO = "ratio"
    METRIC = "metric"
    EXPECT = "expect"
    TREND = "trend"
    ATTEST = "attest"


def _required(config: Path) -> bool:
    """A configuration that was named must be there; without one the built-in rules are meant."""
    return config != DEFAULT_CONFIG


def _print(listing: Any, form: Form) -> None:
    from plumbrule.listing_forms import written

    say(written(listing, form))


@contextmanager
def _opened(config: Path, debug: bool) -> Iterator[Any]:
    from plumbrule.app import open_app

    with open_app(config, debug=debug, with_secrets=False) as app:
        yield app


@rules_commands.command()
def check(
    paths: _Packs = None,
    form: CaseForm = Form.TABLE,
    config: ConfigOption = DEFAULT_CONFIG,
    debug: DebugOption = False,
) -> None:
    """Check packs without running anything: every mistake of every file at once, with place and suggestion."""
    with exits(debug), mistakes_in(form, "rules check") as say_well:
        from plumbrule import rule_packs

        say_well(rule_packs.check(paths or (), config, required=_required(config)))


@rules_commands.command("test")
def run_tests(
    paths: _Packs = None,
    rule: _Rules = None,
    form: CaseForm = Form.TABLE,
    config: ConfigOption = DEFAULT_CONFIG,
    debug: DebugOption = False,
) -> None:
    """Run the self-tests of the built-in rules and of yours, at the values that their packs give."""
    with exits(debug), mistakes_in(form, "rules test") as say_well:
        from plumbrule import rule_packs

        say_well(rule_packs.test(paths or (), rule or (), config, required=_required(config)))


@rules_commands.command("list")
def list_rules(
    pack: Annotated[str | None, typer.Option("--pack", help="Only the rules of this pack.")] = None,
    project: Annotated[str | None, typer.Option("--project", "-p", help="With what they said of it last.")] = None,
    form: RowForm = Form.TABLE,
    config: ConfigOption = DEFAULT_CONFIG,
    debug: DebugOption = False,
) -> None:
    """List every rule with its severity, mode and parameters in force; with a project, also what it said of it."""
    with exits(debug):
        from plumbrule import rule_packs

        if project is None:
            _print(rule_packs.listed(rule_packs.rules_in_force(config, required=_required(config)), pack, None), form)
            return
        with _opened(config, debug) as app:
            from plumbrule.rule_runs import results_of

            _print(rule_packs.listed(app.rules, pack, results_of(app, project)), form)


@rules_commands.command()
def columns(
    view: Annotated[str | None, typer.Argument(help="A documented view; left out: the views themselves.")] = None,
    form: RowForm = Form.TABLE,
    config: ConfigOption = DEFAULT_CONFIG,
    debug: DebugOption = False,
) -> None:
    """Say what a rule can look at: columns with type, unit, allowed values, what null means, who can fill them."""
    with exits(debug):
        from plumbrule import rule_packs

        if view is None:
            _print(rule_packs.views(), form)
            return
        capabilities, sources = _capabilities(config, debug)
        _print(rule_packs.columns(view, capabilities, sources), form)


def _capabilities(config: Path, debug: bool) -> tuple[Any, Any]:
    """Of the last snapshot; without one it is told where columns come from, not who can fill them."""
    from portfolio.errors import ConfigurationError

    if not config.exists() and not _required(config):
        return None, ()
    from plumbrule.rule_runs import capabilities_of

    with _opened(config, debug) as app:
        try:
            return capabilities_of(app)
        except ConfigurationError as error:
            if error.code != "usage.nothing_checked":
                raise
            complain(says("note: nothing was pulled yet, so that it is not known which of your sources fill a column"))
            return None, ()


@rules_commands.command()
def functions(form: RowForm = Form.TABLE, debug: DebugOption = False) -> None:
    """Say which functions a condition may call: types, meaning, and the SQL that each becomes on every engine."""
    with exits(debug):
        from plumbrule import rule_packs

        _print(rule_packs.functions(), form)


@rules_commands.command()
def run(
    ids: Annotated[
        list[str] | None, typer.Argument(help="Only these rules; left out: all.", autocompletion=completing.rules)
    ] = None,
    rule: _Rules = None,
    project: _Project = None,
    as_of: Annotated[
        datetime | None, typer.Option("--as-of", formats=["%Y-%m-%d"], help="The day that $as_of stands for.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Also rules that are off: what they would say if they were in force.")
    ] = False,
    everything: Annotated[bool, typer.Option("--all", help="Also outcomes `not applicable`.")] = False,
    form: CaseForm = Form.TABLE,
    config: ConfigOption = DEFAULT_CONFIG,
    debug: DebugOption = False,
) -> None:
    """Evaluate rules on the last snapshot and print what they say. Writes nothing; `plumbrule check` keeps results."""
    with exits(debug):
        from plumbrule import rule_runs
        from portfolio.errors import ExitCode

        with _opened(config, debug) as app:
            only = [name.upper() for name in (*(ids or ()), *(rule or ()))]
            found = rule_runs.run(app, only, project, as_of.date() if as_of else None, forced=dry_run)
        for note in found.notes:
            complain(note)
        _print(found.listing(whole=everything), form)
        complain(found.counted())
        if found.evaluation.errors:
            raise typer.Exit(ExitCode.PARTIAL)


@rules_commands.command()
def explain(
    what: Annotated[str, typer.Argument(help="A finding's id, a rule, a project's key, or an item's key.")],
    config: ConfigOption = DEFAULT_CONFIG,
    lang: Annotated[
        Language | None, typer.Option("--lang", help="Language of the explanation; left out: that of commands.")
    ] = None,
    debug: DebugOption = False,
) -> None:
    """Explain a finding, a rule, a project or an item. The same as `plumbrule explain`."""
    with exits(debug):
        from plumbrule.explaining import explain as explained

        say(explained(what, config, lang or language()))


@rules_commands.command()
def diff(
    old: Annotated[Path, typer.Argument(help="A pack file, or a folder of them.")],
    new: Annotated[Path, typer.Argument(help="The same, changed.")],
    form: RowForm = Form.TABLE,
    config: ConfigOption = DEFAULT_CONFIG,
    debug: DebugOption = False,
) -> None:
    """Show how rules differ, and which findings the new ones would open and close on the last snapshot."""
    with exits(debug):
        from plumbrule.rule_runs import compare, compared

        evaluated = config.exists() or _required(config)
        if evaluated:
            with _opened(config, debug) as app:
                diffs, names = compare(old, new, app)
        else:
            complain(says("note: no configuration, so that only the rules are compared, not what they say"))
            diffs, names = compare(old, new, None)
        _print(compared(diffs, names, evaluated=evaluated), form)


@rules_commands.command()
def new(
    rule_id: Annotated[str, typer.Argument(help="Id of the new rule, such as OWN-01.")],
    kind: Annotated[NewKind, typer.Option("--kind", help="How the rule asks.")] = NewKind.ROW,
    view: Annotated[str | None, typer.Option("--view", help="The view that it looks at.")] = None,
    pack: Annotated[
        Path | None,
        typer.Option("--pack", help="File to write to; left out: such as rules.d/own-01.toml. Added to if there."),
    ] = None,
    debug: DebugOption = False,
) -> None:
    """Write a commented rule to start from. It loads; its self-test fails until the rule is written."""
    with exits(debug):
        from plumbrule import rule_packs

        say(rule_packs.write_new(rule_id, kind.value, view, pack or Path("rules.d") / f"{rule_id.lower()}.toml"))


@rules_commands.command()
def schema(debug: DebugOption = False) -> None:
    """Print the JSON Schema of pack files, for editors."""
    with exits(debug):
        from rules.pack_schema import pack_schema_text

        sys.stdout.write(pack_schema_text())
