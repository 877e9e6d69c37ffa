"""The score of each PMO level: kept with each check, and carried over to the report with its history."""

from datetime import date
from decimal import Decimal
from typing import Any, Literal, cast

from portfolio.ports import Reader
from reports.inputs import LevelScore, PortfolioScore
from rules.policy.levels import level_scores
from rules.ruleset import RuleSet
from rules.score import Scores, without_waived

Basis = Literal["equal", "budget"]
_HISTORY = """
SELECT level, unit, taken_on, score FROM level_score WHERE score IS NOT NULL AND taken_on <= $today
ORDER BY level, unit, taken_on
"""


def level_rows(reader: Reader, rules: RuleSet, scores: Scores, today: date, basis: Basis) -> list[dict[str, Any]]:
    """Rows of table `level_score`, from a snapshot."""
    return [found.row(today) for found in level_scores(rules, reader, scores, today, basis)]


def report_levels(reader: Reader, rules: RuleSet, scores: Scores, today: date, basis: Basis) -> tuple[LevelScore, ...]:
    """For the report, from a published snapshot."""
    history: dict[tuple[str, str], list[tuple[date, Decimal]]] = {}
    for row in reader.rows(_HISTORY, {"today": today}):
        past = history.setdefault((row["level"], row["unit"]), [])
        past.append((row["taken_on"], Decimal(str(round(row["score"], 4)))))
    return tuple(
        LevelScore(
            level=cast("Any", found.level),
            unit=found.unit,
            name=found.name,
            depth=found.depth,
            owner=found.owner,
            pmo_level=cast("Any", found.pmo_level),
            projects=found.projects,
            scored=found.scored,
            score=found.score,
            coverage=found.coverage,
            grade=found.grade,
            worst_tenth=found.worst_tenth,
            capped=found.capped,
            basis=found.basis,
            unweighed=found.unweighed,
            history=tuple(history.get((found.level, found.unit), ())),
        )
        for found in level_scores(rules, reader, scores, today, basis)
    )


def of_organisation(
    found: LevelScore, scores: Scores, reader: Reader, rules: RuleSet, *, today: date, basis: Basis
) -> PortfolioScore:
    """The score of the whole portfolio, which is that of the organisation, and what it were without waived failures."""
    unwaived = level_scores(rules, reader, without_waived(scores), today, basis)[0].score
    return PortfolioScore(found.score, unwaived, found.coverage, found.history)
