"""The only place that wires the house together: what each command does, in which order.

The clock is read here and nowhere below. One `App` is one command: it opens the store when it is first needed and lets
it go with the block.
"""

import os
import secrets
import signal
import socket
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from pydantic import BaseModel, SecretStr

from plumbrule import __version__, log
from plumbrule.config_file import LoadedConfig, Secrets, load_settings
from plumbrule.console import Reporter
from plumbrule.fingerprint import config_hash
from plumbrule.garbage import rarely_collected
from plumbrule.holdings import complete_at, held
from plumbrule.latest import latest_check
from plumbrule.matching import Objections
from plumbrule.settings import Language
from plumbrule.summary import Summary
from plumbrule.summary_lines import Written
from plumbrule.wiring import connected
from plumbrule.wordings import Wordings
from portfolio.errors import PlanRefused, StoreError
from reports.formats import require_installed
from sync import (
    Brake,
    DuckStore,
    FileReader,
    Owner,
    PullReport,
    begin_run,
    end_run,
    open_store,
    pull,
    stop_on_signals,
)

if TYPE_CHECKING:
    from plumbrule.judging import Judgement
    from plumbrule.notes import Note
    from plumbrule.pruning import Pruned
    from plumbrule.waiving import Overlay
    from reports.plan import Plan
    from rules.ruleset import RuleSet
    from rules.waivers import Waiver

Clock = Callable[[], datetime]
STORE_FILE = "portfolio.duckdb"


def system_clock() -> datetime:
    """Now, in UTC."""
    return datetime.now(UTC)


def open_app(
    config: Path,
    *,
    debug: bool = False,
    clock: Clock = system_clock,
    accept_removals: bool = False,
    with_rules: bool = True,
    with_secrets: Secrets = True,
    waivers_may_lack: bool = False,
    kept: bool = False,
) -> "App":
    """Read the configuration and every rule, and set up logging. Raises ConfigurationError with all mistakes.

    `accept_removals` releases the brake on records that vanished in great number. Without rules the app can only pull,
    and starts in half the time. Without secrets it reaches no source; where sections are named, those of these are
    looked up. `waivers_may_lack` takes a waiver file that does not exist yet for an empty one. Compiled rules are taken
    from the store's folder, and with `kept` kept there too: not for commands that promise to write nothing.
    """
    rules: RuleSet | None = None
    waivers: Sequence[Waiver] = ()
    if with_rules:
        from plumbrule.checking import load_everything

        loaded, rules, waivers = load_everything(
            config, with_secrets=with_secrets, waivers_may_lack=waivers_may_lack, kept="renewed" if kept else "read"
        )
    else:
        loaded = load_settings(config, with_secrets=with_secrets)
    level = "debug" if debug else loaded.settings.log.level
    log.configure(level, loaded.settings.log.format, secrets_of(loaded.settings))
    return App(loaded, rules, clock, None if accept_removals else Brake(), waivers)


class App:
    """One command's view of the house. What a command does not need is not loaded for it."""

    def __init__(
        self,
        config: LoadedConfig,
        rules: "RuleSet | None",
        clock: Clock,
        brake: Brake | None,
        waivers: "Sequence[Waiver]" = (),
    ) -> None:
        self.config = config
        self._rules = rules
        self.waivers = waivers
        self.settings = config.settings
        self._clock = clock
        self._brake = brake
        self.as_of = (self.settings.portfolio.as_of or clock()).astimezone(UTC)
        self.today: date = self.as_of.astimezone(self.settings.portfolio.zone).date()
        self._store: DuckStore | None = None
        self._objections = Objections()
        self._terminated = False
        self._run_id: str | None = None
        self._wordings = Wordings()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._store is not None:
            self._store.close()
            self._store = None

    def now(self) -> datetime:
        """The clock's moment, UTC."""
        return self._clock()

    # -- steps -------------------------------------------------------------------------------------------------------

    def run(
        self, progress: Reporter, sources: Collection[str] | None = None, max_changes: int | None = None
    ) -> Summary:
        """Pull, match, measure, check, report, plan, apply where allowed.

        The page is there also when the writes are refused or stopped; the summary then says why. Raises
        ConfigurationError, before anything is read, where a format of the report needs what is not installed.
        """
        require_installed([*self.settings.report.formats, *(f for r in self.settings.reports for f in r.formats)])
        report = self._pull(progress, sources)
        if report.outcome in ("interrupted", "failed"):
            migrated = self._store.migrated if self._store else None
            ages = complete_at(self.store)
            stopped = Summary(self._said_as_of, pulled=report, terminated=self._terminated, migrated=migrated)
            return replace(stopped, complete_at=ages, run_id=self._run_id)
        judgement = self._judge(progress, self._wordings)  # pages and reports follow, in several languages
        pages = self.report(progress)
        progress.step("plan")
        plan = self.plan()
        written = Written(len(plan.changes), allowed=False)
        if self.settings.writeback.enabled:
            written = self._apply_guarded(plan, progress, max_changes)
        told = self._summary(judgement, pulled=report, written=written, pages=pages)
        return replace(told, pruned=self._prune())

    def pull(self, progress: Reporter, sources: Collection[str] | None = None) -> Summary:
        """Pull only."""
        report = self._pull(progress, sources)
        return Summary(
            self._said_as_of,
            pulled=report,
            terminated=self._terminated,
            counts=held(self.store, matched=False),
            complete_at=complete_at(self.store),
            migrated=self._store.migrated if self._store else None,
            run_id=self._run_id,
        )

    def check(self, progress: Reporter) -> Summary:
        """Match, measure and check what the store holds."""
        return self._summary(self._judge(progress))

    def report(self, progress: Reporter, languages: Sequence[str] | None = None) -> list[Path]:
        """Write the pages from the latest published snapshot."""
        from plumbrule.reporting import write_pages

        progress.step("write the report")
        chosen = self._languages(languages)
        reader = self.latest()
        try:
            with rarely_collected():  # a book of a large portfolio is a million cells
                overlay = self.overlay(reader)
                return write_pages(reader, self.settings, self.rules, chosen, overlay, wordings=self._wordings)
        finally:
            reader.close()

    def plan(self) -> "Plan":
        """Every write that would bring the tools up to date with the latest published snapshot."""
        from plumbrule.publishing import desired, ledger, make_plan

        reader = self.latest()
        try:
            given = reader, self.store, self.settings, self.rules, self.overlay(reader)
            marks = desired(*given, today=self.today, wordings=self._wordings)
        finally:
            reader.close()
        rows = ledger(self.store, self.settings)
        return make_plan(marks, rows, self.as_of, self._plan_digest, self.settings, today=self.today)

    def apply(self, plan: "Plan", progress: Reporter) -> Summary:
        """Carry out a plan. Raises PlanRefused when the ledger moved since it was made, or write-back is off."""
        from plumbrule.publishing import ledger
        from reports.plan import check_drift

        self.require_permission_to_write()
        check_drift(plan, ledger(self.store, self.settings), self._plan_digest)
        return Summary(self._said_as_of, written=self._apply(plan, progress))

    def require_permission_to_write(self) -> None:
        """Raises ConfigurationError while write-back is off."""
        from plumbrule.publishing import require_permission_to_write

        require_permission_to_write(self.settings)

    def notes(self, plan: "Plan") -> list[str]:
        """What to know before that plan is carried out, while the app is open."""
        from plumbrule.gone import on_gone
        from plumbrule.notes import on_configuration, on_plan
        from plumbrule.publishing import ledger

        settings, rows = self.settings, ledger(self.store, self.settings)
        found = [*on_configuration(settings, planning=True), *on_plan(plan, settings), *self._on_audiences()]
        return [note.render() for note in (*found, *on_gone(plan, rows, self.store, settings))]

    def guard(self, plan: "Plan", max_changes: int | None) -> None:
        """Raises PlanRefused for more changes than allowed."""
        from reports.plan import check_size

        check_size(plan, max_changes if max_changes is not None else self.settings.writeback.max_changes)

    def _on_audiences(self) -> list["Note"]:
        from plumbrule.audience import on_audiences

        reader = self.latest()
        try:
            return list(on_audiences(reader, self.settings))
        finally:
            reader.close()

    # -- parts -------------------------------------------------------------------------------------------------------

    @cached_property
    def rules(self) -> "RuleSet":
        """The rules as the organisation sets them today; for some projects policy may set them otherwise."""
        from rules.policy.force import at_organisation

        assert self._rules is not None  # noqa: S101 - only `pull` is opened without them
        return at_organisation(self._rules, self.today)

    def overlay(self, reader: FileReader) -> "Overlay":
        """What the waivers of this moment do to the findings of a published snapshot."""
        from plumbrule.waiving import overlay_at

        return overlay_at(reader, self.settings, self.rules, self.waivers, self.today)

    @property
    def store(self) -> DuckStore:
        """The store, opened when first needed. Raises StoreError when another process has it."""
        if self._store is None:
            self._store = open_store(
                self.settings.store.folder / STORE_FILE,
                owner=self.owner,
                brake=self._brake,
                measuring_megabytes=self.settings.rules.memory_megabytes,
                keep_snapshots=self.settings.store.keep_snapshots,
            )
            if self._store.migrated is not None:
                log.told_migration(self._store.migrated.as_line())
        return self._store

    @cached_property
    def owner(self) -> Owner:
        """Who opens the store, and since when."""
        return Owner(os.getpid(), socket.gethostname(), self._clock())

    @property
    def _plan_digest(self) -> str:
        """Whether writing is allowed is no part of what is written."""
        allowed = self.settings.writeback.model_copy(update={"enabled": True})
        return config_hash(self.settings.model_copy(update={"writeback": allowed}))

    @property
    def _said_as_of(self) -> str:
        return f"{self.as_of:%Y-%m-%dT%H:%M:%SZ}"

    def _pull(self, progress: Reporter, sources: Collection[str] | None) -> PullReport:
        progress.step("pull")
        run_id = f"{self._clock():%Y%m%dT%H%M%SZ}-{secrets.token_hex(4)}"
        log.bind(run_id=run_id)
        self._run_id = run_id
        with rarely_collected(), connected(self.settings, sources) as connectors, stop_on_signals() as stop:
            begin_run(
                self.store,
                run_id,
                owner=self.owner,
                as_of=self.as_of,
                version=__version__,
                config_hash=config_hash(self.settings),
            )
            report = pull(self.store, connectors, as_of=self.as_of, run_id=run_id, progress=progress, stop=stop)
            end_run(self.store, run_id, ended_at=self._clock(), outcome=report.outcome)
            self._terminated = report.outcome == "interrupted" and stop.signal_number == signal.SIGTERM
        return report

    def _judge(self, progress: Reporter, wordings: Wordings | None = None) -> "Judgement":
        from plumbrule.judging import judge
        from plumbrule.matching import match

        progress.step("match")
        self._objections = match(self.store, self.config, self.as_of)
        progress.step("measure and check")
        with rarely_collected():  # findings of a large portfolio are a million dictionaries
            settings, today, waivers = self.settings, self.today, self.waivers
            return judge(self.store, self.rules, settings, today=today, waivers=waivers, wordings=wordings)

    def _prune(self) -> "Pruned | StoreError":
        """What the settings let go of. A run that could not is as good as any: the next one tries again."""
        from plumbrule.pruning import prune

        try:
            return prune(self.store, self.settings.store, self.today)
        except StoreError as error:
            return error

    def _apply_guarded(self, plan: "Plan", progress: Reporter, max_changes: int | None) -> Written:
        try:
            self.guard(plan, max_changes)
        except PlanRefused as refusal:
            return Written(len(plan.changes), stopped=refusal)
        return self._apply(plan, progress)

    def _apply(self, plan: "Plan", progress: Reporter) -> Written:
        from plumbrule.publishing import apply_changes

        progress.step("write back")
        return apply_changes(plan, self.store, self.settings, self.as_of)

    def latest(self) -> FileReader:
        """The latest published snapshot. Raises ConfigurationError before the first run."""
        return latest_check(self.settings.store.folder)

    def _languages(self, wanted: Sequence[str] | None) -> list[Language]:
        known: tuple[Language, ...] = ("en", "zh-Hans")
        return [language for language in known if language in (wanted or ())] or list(self.settings.report.languages)

    def _summary(
        self,
        judgement: "Judgement",
        pulled: PullReport | None = None,
        written: Written | None = None,
        pages: Sequence[Path] = (),
    ) -> Summary:
        return Summary(
            self._said_as_of,
            pulled=pulled,
            counts=held(self.store),
            complete_at=complete_at(self.store),
            findings=judgement.open_findings,
            waived=judgement.waived,
            opened=judgement.opened,
            resolved=judgement.resolved,
            outcomes=judgement.outcomes,
            rule_errors=judgement.errors,
            objections=[*self._objections.problems, *judgement.refused, *judgement.objections],
            notes=judgement.unused,
            unfilled=judgement.unfilled,
            unknown=self._objections.unknown,
            circles=self._objections.circles,
            likely=self._objections.likely,
            doubled=self._objections.doubled,
            computed=judgement.computed,
            written=written,
            pages=pages,
            migrated=self.store.migrated,
            run_id=self._run_id,
        )


def secrets_of(settings: BaseModel) -> list[str]:
    """Every secret value in the settings, for the log's redaction."""
    found: list[str] = []
    for value in dict(settings).values():
        if isinstance(value, SecretStr):
            found.append(value.get_secret_value())
        elif isinstance(value, BaseModel):
            found.extend(secrets_of(value))
        elif isinstance(value, dict):
            found.extend(s for v in value.values() if isinstance(v, BaseModel) for s in secrets_of(v))
    return found
