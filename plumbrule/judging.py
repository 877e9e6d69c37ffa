"""Measure and check: views into a snapshot, rules onto the snapshot, findings into the ledger, snapshot to readers."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from plumbrule.levels import level_rows
from plumbrule.owners import owners
from plumbrule.settings import Settings
from plumbrule.verdicts import STATUS_NUMBERS, result_rows
from plumbrule.waiving import FINDINGS, on_unplaced, overlay_on, register_at
from plumbrule.wordings import Told, Wordings, languages_of
from portfolio.errors import Problem
from portfolio.model import VIEWS_OF_CHECKS
from portfolio.model.checks import OUTCOMES
from reports.diff.difference import TABLES_READ
from reports.facts import LEDGER_TABLES_READ
from reports.inputs import Colour
from rules.connection import Limits
from rules.evaluate import evaluate
from rules.findings import dated, under_waivers, update_findings, watched
from rules.health import health
from rules.history import kept_measures, kept_of_others, measures_sql
from rules.lineage import Capabilities
from rules.measures import views_of_checks, views_of_sources
from rules.policy.force import in_force
from rules.policy.record import rule_runs
from rules.results import Evaluation
from rules.ruleset import Rule, RuleSet
from rules.score import Scores, score
from rules.variant import Variant
from rules.waivers import RECORDS_READ, Register, Waiver, state_rows
from sync import DuckStore, FileSnapshot

PUBLISHED = tuple(
    sorted(
        {*LEDGER_TABLES_READ, *RECORDS_READ, *TABLES_READ}
        | {"rule_result", "capability", "waiver_state", "level_score", "person"}
    )
)
"""Ledger tables that a published snapshot holds beside the documented views."""
_INCOMPLETE = """
SELECT ip.initiative_id AS id FROM initiative_project ip JOIN project p ON p.id = ip.project_id
LEFT JOIN source_state s ON s.source = p.source WHERE s.outcome IS DISTINCT FROM 'complete'
UNION SELECT r.target_id AS id FROM reference_match r LEFT JOIN source_state s ON s.source = r.source
WHERE r.kind = 'project' AND r.target_id IS NOT NULL AND s.outcome IS DISTINCT FROM 'complete' ORDER BY id
"""
_INCOMPLETE_OTHERS = """
SELECT DISTINCT subject_kind, subject_id FROM subject_sources WHERE outcome IS DISTINCT FROM 'complete' ORDER BY ALL
"""
_SOURCES = "SELECT source, outcome, complete_at FROM source_state ORDER BY source"


@dataclass(frozen=True)
class Judgement:
    """What a check found. `waived` are open findings under waiver; `open_findings` are all others."""

    open_findings: list[dict[str, Any]]
    waived: list[dict[str, Any]]
    opened: int
    resolved: int
    outcomes: Mapping[str, int]
    computed: Mapping[str, int]
    errors: Mapping[str, str]
    refused: Sequence[Problem] = ()
    """What policy files say and was not taken."""
    unused: Sequence[Problem] = ()
    """Policies of units that no project lies in."""
    objections: Sequence[Problem] = ()
    unfilled: Sequence[str] = ()
    """Rules that are unknown wherever they apply, because no source holds what they read."""


def judge(
    store: DuckStore,
    rules: RuleSet,
    settings: Settings,
    *,
    today: date,
    waivers: Sequence[Waiver] = (),
    wordings: Wordings | None = None,
) -> Judgement:
    """Measure, evaluate, bring the findings up to date, publish the snapshot. Raises StoreError.

    The words in the other languages of pages and reports are told too where there are `wordings` to keep them.
    """
    waiting = {name.strip().lower() for name in settings.portfolio.waiting_statuses}
    store.put({"waiting_status": [{"status": name} for name in sorted(waiting)]}, replace=["waiting_status"])
    snapshot = store.measure(views_of_sources(), today)
    try:
        return _Judge(store, snapshot, rules, settings, today=today, waivers=waivers, wordings=wordings).judge()
    except BaseException:
        snapshot.discard()
        raise


def limits_of(settings: Settings) -> Limits:
    """What an evaluation may use."""
    return Limits(rule_seconds=settings.rules.timeout_seconds, memory_mb=settings.rules.memory_megabytes)


class _Judge:
    """One check: all rules but those about findings and waivers, then these, on what the others found."""

    def __init__(
        self,
        store: DuckStore,
        snapshot: FileSnapshot,
        rules: RuleSet,
        settings: Settings,
        *,
        today: date,
        waivers: Sequence[Waiver],
        wordings: Wordings | None,
    ) -> None:
        self.store = store
        self.snapshot = snapshot
        self.rules = rules
        self.settings = settings
        self.today = today
        self.force = in_force(rules, snapshot, today)
        self.register: Register = register_at(snapshot, store, settings, rules, waivers, today=today)
        self.owner_of = owners(snapshot, rules, settings.rules.owners)
        self.incomplete = [row["id"] for row in store.rows(_INCOMPLETE)]
        self.others = [(row["subject_kind"], row["subject_id"]) for row in snapshot.rows(_INCOMPLETE_OTHERS)]
        self.capabilities = store.rows("SELECT * FROM capability")
        self.events: Counter[str] = Counter()
        self.wordings = wordings
        self.told = Told(languages_of(settings)[1:] if wordings is not None else ())
        self.findings: list[dict[str, Any]] = store.rows(FINDINGS)
        """As they stand in the store, which is not asked again: they are many, and nobody else may write there."""

    def judge(self) -> Judgement:
        """All of it, in order."""
        about_checks = tuple(v for v in self.force.variants if _reads_checks(v.rule))
        others = tuple(v for v in self.force.variants if not _reads_checks(v.rule))
        evaluation = self._noted(others, leave=about_checks)
        self.snapshot.extend(views_of_checks())
        if about_checks:
            more = self._noted(about_checks, leave=others)
            runs = sorted([*evaluation.runs, *more.runs], key=lambda run: run.rule_id)
            evaluation = replace(evaluation, runs=tuple(runs))
        return self._concluded(evaluation)

    def _evaluated(self, chosen: tuple[Variant, ...]) -> Evaluation:
        ids = {variant.rule.id for variant in chosen}
        return evaluate(
            self.rules,
            self.snapshot.path,
            self.capabilities,
            as_of=self.today,
            watched=watched(self.findings),
            limits=limits_of(self.settings),
            variants=chosen,
            off={rule: projects for rule, projects in self.force.off.items() if rule in ids},
            kinds={finding["subject_kind"] for finding in self.findings},
            also=self.told.languages,
        )

    def _noted(self, chosen: tuple[Variant, ...], leave: tuple[Variant, ...]) -> Evaluation:
        """Evaluate; findings, their events and the waivers over them go into the ledger in one step. What comes back
        has results and no failures any more: there may be many, and each became a finding.
        """
        before = self.findings
        evaluation = self._evaluated(chosen)
        self.told.note(evaluation)
        left = {variant.rule.id for variant in leave}
        update = update_findings(
            before,
            evaluation,
            incomplete=self.incomplete,
            rules=self.rules,
            leave=left,
            incomplete_others=self.others,
        )
        evaluation = replace(evaluation, runs=tuple(replace(run, leaning=()) for run in evaluation.runs))
        covered = self.register.covered(update.findings)
        update = under_waivers(before, update, covered, self.today)
        findings = dated(_given_away(update.findings), self.settings.rules.fix_within_days, self.owner_of)
        changed, replaced = _changed(before, findings)
        self.store.put(
            {
                "finding": changed,
                "finding_event": update.events,
                "waiver_state": state_rows(
                    self.register, findings, covered, self.store.rows("SELECT * FROM waiver_state")
                ),
            },
            replace=[*replaced, "waiver_state"],
        )
        self.findings = findings
        self.events.update(event["event"] for event in update.events)
        return evaluation

    def _concluded(self, evaluation: Evaluation) -> Judgement:
        """Results and history, on top of the findings; then the snapshot is for everybody."""
        results = list(result_rows(evaluation))
        findings = self.findings
        overlay = overlay_on(self.register, findings)
        computed = {p: h.computed for p, h in health(self.rules, results, overlay.softened).items()}
        scores = score(self.rules, results, overlay.waived)
        kept = self.settings.rules
        self.store.put(
            {
                "rule_result": results,
                "project_snapshot": _history(self.snapshot, self.rules, scores, computed, self.today),
                "subject_snapshot": _history_of_others(self.snapshot, self.rules, self.today),
                "level_score": level_rows(self.snapshot, self.rules, scores, self.today, kept.weigh_by),
                "rule_run": rule_runs(self.rules, self.force, evaluation, self.store.rows(_SOURCES)),
            },
            replace=["rule_result"],
        )
        self.store.forget("rule_run", "as_of", self.today - timedelta(days=kept.keep_runs_days))
        self.snapshot.publish(PUBLISHED)
        if self.wordings is not None:
            self.wordings.keep(self.snapshot.path, self.told.wordings)
        outcomes = Counter(result.outcome for result in evaluation.results)
        colours = Counter(computed.values())
        still_open = [f for f in findings if f["state"] == "open" and f["mode"] == "enforce"]
        return Judgement(
            open_findings=[f for f in still_open if not f["waived_by"]],
            waived=[f for f in still_open if f["waived_by"]],
            opened=self.events["opened"] + self.events["reopened"],
            resolved=self.events["resolved"] + self.events["closed"],
            outcomes={name: outcomes[name] for name in OUTCOMES if outcomes[name]},
            computed={name: colours[name] for name in ("red", "amber", "green", "unknown") if colours[name]},
            errors=evaluation.errors,
            objections=on_unplaced(self.register),
            refused=self.force.problems,
            unused=self.force.notes,
            unfilled=_unfilled(evaluation, [v.rule for v in self.force.variants], self.capabilities),
        )


def _unfilled(evaluation: Evaluation, rules: Sequence[Rule], capabilities: Sequence[Mapping[str, Any]]) -> list[str]:
    """Rules that no source feeds: wherever they apply their verdict is unknown for that reason, or they look at records
    that no source has, and so apply nowhere."""
    said: dict[str, set[str | None]] = {rule.id: set() for rule in rules}
    for result in evaluation.results:
        if result.outcome != "not_applicable":
            said.setdefault(result.rule_id, set()).add(result.reason if result.outcome == "unknown" else None)
    known, sources = Capabilities(capabilities), {str(row["source"]) for row in capabilities}
    empty = {rule.id for rule in rules if known.cannot_hold_rows(rule.view, sources)}
    unknown = {"not_provided_by_source"}
    return sorted(rule for rule, reasons in said.items() if reasons == unknown or (not reasons and rule in empty))


def _given_away(rows: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The rows in their order; the list lets each go, so that rows made of them do not stand beside them all."""
    rows.reverse()
    while rows:
        yield rows.pop()


def _changed(
    before: Sequence[dict[str, Any]], findings: Sequence[dict[str, Any]]
) -> tuple[Sequence[dict[str, Any]], list[str]]:
    """The findings to write, and the table if it must be emptied first: where some are gone or most are different."""
    known = {row["id"]: row for row in before}
    changed = [row for row in findings if (old := known.get(row["id"])) is not row and old != row]
    is_gone = len(known) > sum(row["id"] in known for row in findings)
    if is_gone or len(changed) * 2 > len(findings):
        return findings, ["finding"]
    return changed, []


def _reads_checks(rule: Rule) -> bool:
    """The rule looks at findings or waivers, which are known once the others were evaluated."""
    return rule.view in VIEWS_OF_CHECKS or (rule.related is not None and rule.related.view in VIEWS_OF_CHECKS)


def _history(
    snapshot: FileSnapshot, rules: RuleSet, scores: Scores, computed: Mapping[str, Colour], today: date
) -> list[dict[str, Any]]:
    """Rows of `project_snapshot`: the measures of the day that trends and comparisons look back on."""
    rows = []
    for measured in snapshot.rows(measures_sql(kept_measures(rules))):
        project = measured.pop("project_id")
        found = scores.projects.get(project)
        measured["score"] = found.score if found else None
        measured["coverage"] = found.coverage if found else None
        measured["computed_status"] = STATUS_NUMBERS.get(computed.get(project, "unknown"))
        rows += [
            {"project_id": project, "taken_on": today, "measure": m, "value": None if v is None else float(v)}
            for m, v in measured.items()
        ]
    return rows


def _history_of_others(snapshot: FileSnapshot, rules: RuleSet, today: date) -> list[dict[str, Any]]:
    """Rows of `subject_snapshot`: what trends of programmes, departments, people and the organisation look back on."""
    rows = []
    for kind, measure, sql in kept_of_others(rules):
        for found in snapshot.rows(sql):
            value = None if found["value"] is None else float(found["value"])
            told = {"subject_kind": kind, "subject_id": found["id"], "taken_on": today}
            rows.append({**told, "measure": measure, "value": value})
    return rows
