"""Computed status per project and dimension, with its reasons. Held beside the reported status: the product's point.

red     an enforced rule of severity critical or high fails
amber   another enforced rule fails, or one warns; also a failure under waiver, or one that still waits to be a finding
unknown nothing could be evaluated, or a key rule could not
green   evaluated, and nothing leans
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from portfolio.model.checks import SEVERITIES
from rules.ruleset import RuleSet

Colour = Literal["red", "amber", "green", "unknown"]
DIMENSIONS = ("schedule", "cost", "scope", "resources", "compliance", "quality")
"""In the order of reports."""

DECISIVE_DIMENSIONS = ("schedule", "cost", "scope")
"""A project whose state is unknown in one of these is not green."""

Row = Mapping[str, Any]


@dataclass(frozen=True)
class HealthReason:
    """One rule's say on a colour: a failure, a warning, or what could not be evaluated. `softened`: see `health`."""

    rule_id: str
    severity: str
    dimension: str
    outcome: str
    message: str
    softened: bool = False


@dataclass(frozen=True)
class Health:
    """Computed status of one project, by dimension and over all; `reasons` explain all that is not green."""

    project_id: str
    computed: Colour
    dimensions: Mapping[str, Colour]
    reasons: tuple[HealthReason, ...]


Pairs = Collection[tuple[str, str]]


def health(ruleset: RuleSet, results: Iterable[Row], softened: Pairs = ()) -> dict[str, Health]:
    """Status of each project from rows of `rule_result`. What was only observed for the project does not colour.

    Failures of the (rule, project) pairs in `softened`, which are under waiver or still wait to become findings, make
    amber at most; they never leave a project green.
    """
    rules = {r.id: r for r in ruleset.known}
    by_project: dict[str, dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for row in results:
        if row["project_id"] is None:  # of another subject: a department has no colour
            continue
        dimensions = by_project[row["project_id"]]
        if row["rule_id"] in rules and row["mode"] == "enforce":
            dimensions[rules[row["rule_id"]].dimension].append(row)
    keys = {r.id for r in rules.values() if r.key}
    found = {}
    for project, rows in sorted(by_project.items()):
        colours = {name: _colour(rows.get(name, []), keys, softened) for name in DIMENSIONS}
        told = [r for name in DIMENSIONS for r in _reasons(ruleset, name, rows.get(name, []), colours[name], keys)]
        reasons = [replace(r, softened=r.outcome == "fail" and (r.rule_id, project) in softened) for r in told]
        found[project] = Health(project, _overall(colours), colours, tuple(sorted(reasons, key=_weight)))
    return found


def _colour(rows: list[Row], keys: set[str], softened: Pairs) -> Colour:
    fails = [r for r in rows if r["outcome"] == "fail"]
    hard = [r for r in fails if (r["rule_id"], r["project_id"]) not in softened]
    if any(r["severity"] in ("critical", "high") for r in hard):
        return "red"
    if fails or any(r["outcome"] == "warn" for r in rows):
        return "amber"
    if not any(r["outcome"] == "pass" for r in rows) or any(_leaves_open(r, keys) for r in rows):
        return "unknown"
    return "green"


def _leaves_open(row: Row, keys: set[str]) -> bool:
    return row["rule_id"] in keys and row["outcome"] in ("unknown", "error")


def _overall(colours: Mapping[str, Colour]) -> Colour:
    worst: Colour
    for worst in ("red", "amber"):
        if worst in colours.values():
            return worst
    return "unknown" if any(colours[name] == "unknown" for name in DECISIVE_DIMENSIONS) else "green"


def _reasons(
    ruleset: RuleSet, dimension: str, rows: list[Row], colour: Colour, keys: set[str]
) -> Iterable[HealthReason]:
    for row in rows:
        explains_unknown = colour == "unknown" and row["outcome"] in ("unknown", "error")
        if row["outcome"] in ("fail", "warn") or explains_unknown or _leaves_open(row, keys):
            message = row["message"] or why_unknown(ruleset, row)
            yield HealthReason(row["rule_id"], row["severity"], dimension, row["outcome"], message)


_UNKNOWN_WORDS = {
    "en": {
        None: "{title}: not evaluated",
        "missing_value": "{title}: cannot be evaluated, data are missing ({missing})",
        "not_provided_by_source": "{title}: cannot be evaluated, no source of the project has the data ({missing})",
        "no_baseline": "{title}: cannot be evaluated without a baseline",
        "no_status_date": "{title}: cannot be evaluated without a status date",
        "insufficient_history": "{title}: too little history to evaluate",
        "stale_sync": "{title}: the data is too old to evaluate ({missing})",
        "ambiguous_mapping": "{title}: the mapping is ambiguous",
    },
    "zh-Hans": {
        None: "{title}：未评估",
        "missing_value": "{title}：缺少数据，无法评估（{missing}）",
        "not_provided_by_source": "{title}：项目的数据源均不提供所需数据，无法评估（{missing}）",
        "no_baseline": "{title}：没有基准，无法评估",
        "no_status_date": "{title}：没有状态日期，无法评估",
        "insufficient_history": "{title}：历史数据不足，无法评估",
        "stale_sync": "{title}：数据过旧，无法评估（{missing}）",
        "ambiguous_mapping": "{title}：映射不明确",
    },
}


def why_unknown(ruleset: RuleSet, row: Row) -> str:
    """Why the rule of that row of `rule_result` could not be evaluated, with its title, in the rule set's language."""
    rule = ruleset.get(row["rule_id"])
    title = rule.title.said_in(ruleset.language) if rule else row["rule_id"]
    words = _UNKNOWN_WORDS[ruleset.language]
    template = words.get(row["reason"], words[None])
    if "{missing}" in template and not row["missing"]:
        template = words[None]
    return template.format(title=title, missing=row["missing"])


def _weight(reason: HealthReason) -> tuple[int, bool, int, str]:
    order = ("fail", "warn", "error", "unknown")
    severity = SEVERITIES.index(reason.severity)
    return order.index(reason.outcome), reason.softened, severity, reason.rule_id
