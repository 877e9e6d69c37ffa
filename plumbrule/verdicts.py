"""Carries the rules' verdicts over to the reports: the two never know each other."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from plumbrule.waiving import Overlay
from portfolio.ports import Reader
from reports.inputs import (
    STATUS_COLOURS,
    Colour,
    PortfolioScore,
    Previous,
    ProjectHealth,
    Reason,
    RuleText,
    Score,
    WaivedFinding,
)
from rules.health import Health, Pairs, health
from rules.results import Evaluation
from rules.ruleset import RuleSet
from rules.score import Scores, score

RESULTS = "SELECT * FROM rule_result ORDER BY rule_id, project_id"
STATUS_NUMBERS: Mapping[Colour, float] = {colour: number for number, colour in STATUS_COLOURS.items()}
"""The number by which a computed status is kept."""
_WORST_FIRST: tuple[Colour, ...] = ("red", "amber", "unknown", "green")

Row = Mapping[str, Any]


def in_language(rules: RuleSet, language: str) -> RuleSet:
    """The same rules with messages in another language."""
    return replace(rules, language=language)


def computed_health(reader: Reader, rules: RuleSet, softened: Pairs = ()) -> dict[str, Health]:
    """Computed status of each project, from the results of a published snapshot. `softened` as for `health`."""
    return health(rules, reader.rows(RESULTS), softened)


def project_health(found: Mapping[str, Health], waived: Pairs = ()) -> dict[str, ProjectHealth]:
    """For the report. Its compliance column also answers for quality. `waived` are (rule, project) under waiver."""
    return {project: _project_health(h, waived) for project, h in found.items()}


def _project_health(found: Health, waived: Pairs) -> ProjectHealth:
    colours: dict[str, Colour] = dict(found.dimensions)
    quality = colours.pop("quality", None)
    if quality in ("red", "amber"):
        colours["compliance"] = min((quality, colours["compliance"]), key=_WORST_FIRST.index)
    reasons = (
        Reason(
            r.rule_id,
            r.severity,
            r.message,
            "compliance" if r.dimension == "quality" else r.dimension,
            r.outcome,
            waived=(r.rule_id, found.project_id) in waived,
        )
        for r in found.reasons
    )
    return ProjectHealth(found.project_id, found.computed, colours, tuple(reasons))


def rule_texts(rules: RuleSet) -> dict[str, RuleText]:
    """Every rule in the rule set's language."""
    told = rules.language
    return {
        r.id: RuleText(r.id, r.title.said_in(told), r.why.said_in(told), r.fix.said_in(told), r.dimension, r.severity)
        for r in rules.known
    }


def report_scores(
    found: Scores, reader: Reader, within: Collection[str] | None = None
) -> tuple[dict[str, Score], PortfolioScore]:
    """Scores for the report, with the history of the portfolio, or of these projects, from the kept measures."""
    projects = {p: Score(s.score, s.score_unwaived, s.coverage) for p, s in found.projects.items()}
    history = reader.rows(
        "SELECT taken_on, avg(value) AS score FROM project_snapshot WHERE measure = 'score' AND value IS NOT NULL "
        "AND ($everywhere OR list_contains($projects, project_id)) GROUP BY taken_on ORDER BY taken_on",
        {"everywhere": within is None, "projects": sorted(within or ())},
    )
    past = tuple((row["taken_on"], Decimal(str(round(row["score"], 4)))) for row in history)
    whole = found.portfolio
    return projects, PortfolioScore(whole.score, whole.score_unwaived, whole.coverage, past)


def previous_states(reader: Reader, on: date) -> dict[str, Previous]:
    """What each project looked like on the latest kept day that is not after `on`."""
    rows = reader.rows(
        "SELECT project_id, measure, value FROM project_snapshot WHERE measure IN ('computed_status', 'slip_days') "
        "AND taken_on = (SELECT max(taken_on) FROM project_snapshot WHERE taken_on <= $on)",
        {"on": on},
    )
    found: dict[str, dict[str, float | None]] = {}
    for row in rows:
        found.setdefault(row["project_id"], {})[row["measure"]] = row["value"]
    return {
        project: Previous(project, _colour(m.get("computed_status")), _whole(m.get("slip_days")))
        for project, m in found.items()
    }


def scores_of(reader: Reader, rules: RuleSet, waived: Pairs = (), within: Collection[str] | None = None) -> Scores:
    """Scores from the results of a published snapshot, of all projects or of these. `waived` are (rule, project) under
    waiver."""
    results = reader.rows(RESULTS)
    if within is not None:
        results = [row for row in results if row["project_id"] in within]
    return score(rules, results, waived)


def waived_findings(overlay: Overlay) -> dict[str, WaivedFinding]:
    """What the report says of each finding under waiver, by finding id."""
    told = {}
    for finding, waived in overlay.covered.items():
        standing = overlay.register.get(waived.waiver_id)
        assert standing is not None  # noqa: S101 - the overlay is made of the register
        w = standing.waiver
        told[finding] = WaivedFinding(
            w.id, w.reason, w.requested_by, w.approved_by, w.ticket, waived.until, w.compensating
        )
    return told


def result_rows(evaluation: Evaluation) -> Iterable[Row]:
    """Rows of `rule_result`."""
    return [result.row() for result in evaluation.results]


def _colour(number: float | None) -> Colour | None:
    return STATUS_COLOURS.get(number) if number is not None else "unknown"


def _whole(value: float | None) -> int | None:
    return None if value is None else int(value)
