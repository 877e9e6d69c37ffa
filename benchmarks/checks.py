"""Twenty checks that every tool of data quality knows, written once for all who run them. Pure.

Nulls follow the tools' custom: what is not there is neither in a range nor out of it, and only `not_null` counts it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Literal

Sort = Literal["not_null", "allowed", "between", "at_most", "refers", "unique", "since", "share"]
SINCE = "2026-03-02"
"""Items untouched since then are stale: 120 days before the day of the portfolio."""
IDLE_DAYS = 120
COLUMNS = {
    "item_id": "VARCHAR",
    "project_id": "VARCHAR",
    "title": "VARCHAR",
    "kind": "VARCHAR",
    "status_category": "VARCHAR",
    "priority": "VARCHAR",
    "assignee_id": "VARCHAR",
    "created_on": "TIMESTAMP",
    "due_date": "TIMESTAMP",
    "resolved_on": "TIMESTAMP",
    "last_activity_on": "TIMESTAMP",
    "estimate_hours": "DOUBLE",
    "remaining_hours": "DOUBLE",
    "spent_hours": "DOUBLE",
    "points": "DOUBLE",
}
"""What the others get of view work_items: days as moments and decimals as floats, with which they are quickest."""


@dataclass(frozen=True)
class Check:
    """One check of a column of the items. What the other fields mean depends on the sort."""

    name: str
    sort: Sort
    column: str
    values: tuple[str, ...] = field(default=())
    low: float = 0
    high: float = 0
    other: str = ""

    @property
    def failing(self) -> str:
        """The condition that a failing row meets, as SQL; empty where one row alone does not tell."""
        column = self.column
        quoted = ", ".join(f"'{value}'" for value in self.values)
        return {
            "not_null": f"{column} IS NULL",
            "allowed": f"{column} NOT IN ({quoted})",
            "between": f"({column} < {self.low:g} OR {column} > {self.high:g})",
            "at_most": f"{column} > {self.other}",
            "since": f"{column} < DATE '{SINCE}'",
            "share": f"{column} IN ({quoted})",
            "refers": "",
            "unique": "",
        }[self.sort]

    @property
    def counted(self) -> str:
        """A SELECT of the number of failing rows of `items`."""
        if self.sort == "refers":
            return (
                f"SELECT count(*) FROM items LEFT JOIN {self.other} AS o USING ({self.column})"
                f" WHERE o.{self.column} IS NULL AND items.{self.column} IS NOT NULL"
            )
        if self.sort == "unique":
            return (
                f"SELECT coalesce(sum(n), 0) FROM (SELECT count(*) AS n FROM items GROUP BY {self.column}"
                " HAVING count(*) > 1)"
            )
        return f"SELECT count(*) FROM items WHERE {self.failing}"

    @property
    def rule(self) -> str:
        """What is written after `count_when` or `fail_when` in a rule of ours; empty where no rule is needed."""
        if self.sort == "since":
            return f"idle_days > {IDLE_DAYS}"
        return self.failing


CHECKS = (
    Check("has_status", "not_null", "status_category"),
    Check("has_due_date", "not_null", "due_date"),
    Check("has_estimate", "not_null", "estimate_hours"),
    Check("has_title", "not_null", "title"),
    Check("has_kind", "not_null", "kind"),
    Check("known_status", "allowed", "status_category", ("todo", "in_progress", "done")),
    Check("known_kind", "allowed", "kind", ("story", "task", "bug", "epic", "summary")),
    Check("known_priority", "allowed", "priority", ("High", "Medium", "Low")),
    Check("estimate_in_range", "between", "estimate_hours", low=5, high=74),
    Check("spent_in_range", "between", "spent_hours", low=0, high=48),
    Check("points_in_range", "between", "points", low=0, high=6),
    Check("remaining_within_estimate", "at_most", "remaining_hours", other="estimate_hours"),
    Check("spent_within_estimate", "at_most", "spent_hours", other="estimate_hours"),
    Check("created_before_due", "at_most", "created_on", other="due_date"),
    Check("created_before_resolved", "at_most", "created_on", other="resolved_on"),
    Check("resolved_before_due", "at_most", "resolved_on", other="due_date"),
    Check("project_exists", "refers", "project_id", other="projects"),
    Check("id_is_unique", "unique", "item_id"),
    Check("is_fresh", "since", "last_activity_on"),
    Check("few_milestones", "share", "kind", ("milestone",), high=0.002),
)
"""`few_milestones`: the share of items of these kinds is at most `high`."""


SIMPLE = tuple(
    one
    for one in CHECKS
    if one.name
    in (
        "has_status",
        "has_due_date",
        "has_title",
        "has_kind",
        "known_status",
        "known_priority",
        "created_before_resolved",
    )
)
"""Those of which nothing or next to nothing fails: what a rule costs by itself, and not what its findings cost."""


def as_json(checks: Sequence[Check] = CHECKS) -> str:
    """The checks for programs in other environments, each with its condition in SQL."""
    return json.dumps(
        [{**asdict(one), "failing": one.failing, "counted": one.counted, "since": SINCE} for one in checks]
    )


def pack(checks: Sequence[Check], rules: int | None = None) -> str:
    """The same as a pack of ours. Ids of rules count up; `rules`: they are repeated until there are so many.

    Two need no rule: an id is the key of its table, and an item whose project is not there is in no view.
    """
    told = [one for one in checks if one.rule]
    parts = ['schema = 1\n[pack]\nid = "bench"\ntitle = { en = "Twenty checks", zh-Hans = "二十项检查" }\n']
    parts += [_rule(number, told[number % len(told)]) for number in range(rules or len(told))]
    return "\n".join(parts)


def rule_ids(checks: Sequence[Check]) -> dict[str, str]:
    """Name of the check -> id of its rule in `pack`."""
    return {one.name: _id(number) for number, one in enumerate(one for one in checks if one.rule)}


def _id(number: int) -> str:
    return f"BEN-{number + 1:02}"


def _rule(number: int, check: Check) -> str:
    condition = f'fail_when = "{check.rule}"'
    if check.sort == "share":
        condition = f'kind = "ratio"\ncount_when = "{check.rule}"\nfail_when = "ratio > {check.high:g}"'
    return f"""[[rule]]
id = "{_id(number)}"
title = {{ en = "{check.name} {number}", zh-Hans = "{check.name} {number}" }}
view = "work_items"
{condition}
max_missing = 1
severity = "low"
family = "HYG"
dimension = "quality"
message = {{ en = "{check.name}", zh-Hans = "{check.name}" }}
why = {{ en = "It is checked.", zh-Hans = "检查。" }}
fix = {{ en = "Set it right.", zh-Hans = "请更正。" }}
evidence = {{ columns = ["key", "{check.column}"], order_by = "key" }}
"""
