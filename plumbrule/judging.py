"""Measure and check: views into a snapshot, rules onto the snapshot, findings into the ledger, snapshot to readers."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from plumbrule.levels import level_rows
from plumbrule.settings import Settings
from plumbrule.verdicts import STATUS_NUMBERS, result_rows
from portfolio.errors import Problem
from portfolio.model.ledger import OUTCOMES
from reports.facts import LEDGER_TABLES_READ
from reports.inputs import Colour
from rules.connection import Limits
from rules.evaluate import evaluate
from rules.findings import update_findings, watched
from rules.health import health
from rules.history import kept_measures, measures_sql
from rules.measures import views
from rules.policy.force import in_force
from rules.policy.record import rule_runs
from rules.results import Evaluation
from rules.ruleset import RuleSet
from rules.score import Scores, score
from sync import DuckStore, FileSnapshot

PUBLISHED = tuple(
    sorted({*LEDGER_TABLES_READ, "rule_result", "finding_event", "project_snapshot", "capability", "level_score"})
)
"""Ledger tables that a published snapshot holds beside the documented views."""
_INCOMPLETE = """
SELECT ip.initiative_id AS id FROM initiative_project ip JOIN project p ON p.id = ip.project_id
LEFT JOIN source_state s ON s.source = p.source WHERE s.outcome IS DISTINCT FROM 'complete'
UNION SELECT r.target_id AS id FROM reference_match r LEFT JOIN source_state s ON s.source = r.source
WHERE r.kind = 'project' AND r.target_id IS NOT NULL AND s.outcome IS DISTINCT FROM 'complete' ORDER BY id
"""
_SOURCES = "SELECT source, outcome, complete_at FROM source_state ORDER BY source"


@dataclass(frozen=True)
class Judgement:
    """What a check found."""

    open_findings: list[dict[str, Any]]
    opened: int
    resolved: int
    outcomes: Mapping[str, int]
    computed: Mapping[str, int]
    errors: Mapping[str, str]
    refused: Sequence[Problem] = ()
    """What policy files say and was not taken."""
    unused: Sequence[Problem] = ()
    """Policies of units that no project lies in."""


def judge(store: DuckStore, rules: RuleSet, settings: Settings, as_of: datetime, today: date) -> Judgement:
    """Measure, evaluate, bring the findings up to date, publish the snapshot. Raises StoreError."""
    snapshot = store.measure(views(), today)
    try:
        return _judge(store, snapshot, rules, settings, today)
    except BaseException:
        snapshot.discard()
        raise


def limits_of(settings: Settings) -> Limits:
    """What an evaluation may use."""
    return Limits(rule_seconds=settings.rules.timeout_seconds, memory_mb=settings.rules.memory_megabytes)


def _judge(store: DuckStore, snapshot: FileSnapshot, rules: RuleSet, settings: Settings, today: date) -> Judgement:
    before = store.rows("SELECT * FROM finding")
    force = in_force(rules, snapshot, today)
    evaluation = evaluate(
        rules,
        snapshot.path,
        store.rows("SELECT * FROM capability"),
        as_of=today,
        watched=watched(before),
        limits=limits_of(settings),
        variants=force.variants,
        off=force.off,
    )
    incomplete = [row["id"] for row in store.rows(_INCOMPLETE)]
    update = update_findings(before, evaluation, incomplete=incomplete)
    results = list(result_rows(evaluation))
    scores = score(rules, results)
    computed = {project: h.computed for project, h in health(rules, results).items()}
    store.put(
        {
            "rule_result": results,
            "finding": update.findings,
            "finding_event": update.events,
            "project_snapshot": _history(snapshot, rules, scores, computed, today),
            "level_score": level_rows(snapshot, rules, scores, today, settings.rules.weigh_by),
            "rule_run": rule_runs(rules, force, evaluation, store.rows(_SOURCES)),
        },
        replace=["rule_result"],
    )
    store.forget("rule_run", "as_of", today - timedelta(days=settings.rules.keep_runs_days))
    snapshot.publish(PUBLISHED)
    judgement = _judgement(evaluation, update.findings, update.events, computed)
    return replace(judgement, refused=force.problems, unused=force.notes)


def _judgement(
    evaluation: Evaluation, findings: list[dict[str, Any]], events: list[dict[str, Any]], computed: Mapping[str, Colour]
) -> Judgement:
    outcomes = Counter(result.outcome for result in evaluation.results)
    colours = Counter(computed.values())
    happened = Counter(event["event"] for event in events)
    return Judgement(
        open_findings=[f for f in findings if f["state"] == "open" and f["mode"] == "enforce"],
        opened=happened["opened"] + happened["reopened"],
        resolved=happened["resolved"] + happened["closed"],
        outcomes={name: outcomes[name] for name in OUTCOMES if outcomes[name]},
        computed={name: colours[name] for name in ("red", "amber", "green", "unknown") if colours[name]},
        errors=evaluation.errors,
    )


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
