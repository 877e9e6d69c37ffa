"""What checks keep of each project, and how rules see it."""

from datetime import timedelta
from typing import Any

from rule_packs import build

from rules.history import kept_measures, measures_sql
from rules.load import load_rules
from rules.ruleset import RuleSet
from tests.measured import AS_OF, Portfolio, asked


def test_every_measure_that_a_trend_asks_for_is_kept_also_while_its_rule_is_off(told: Portfolio) -> None:
    asked = build('kind = "trend"\nmetric = "schedule.open_ratio"\nfail_when = "falls for 3"')
    also = build('kind = "trend"\nmetric = "evm.cpi"\nfail_when = "falls for 3"')
    kept = kept_measures(RuleSet((also,), (asked,)))
    assert kept["schedule.open_ratio"] == "schedule.open_ratio" and kept["evm.cpi"] == "cpi"
    told.initiative("A", told.plan())
    [row] = [dict(zip(["project_id", *kept.values()], r, strict=True)) for r in _rows(told, measures_sql(kept))]
    assert row["project_id"] == "A" and set(row) == {"project_id", *kept.values()}


def test_history_is_shown_under_the_names_that_rules_use(told: Portfolio) -> None:
    told.initiative("A", told.plan())
    for name, full in kept_measures(load_rules()).items():
        told.add("project_snapshot", project_id="A", taken_on=AS_OF, measure=full, value=1)
        assert {"taken_on": AS_OF, "measure": name, "value": 1.0, "project_id": "A"} in told.view("snapshots")
    told.add("project_snapshot", project_id="A", taken_on=AS_OF + timedelta(days=1), measure="late", value=1)
    told.add("project_snapshot", project_id="gone", taken_on=AS_OF, measure="gone", value=1)
    assert not {"late", "gone"} & {r["measure"] for r in told.view("snapshots")}


def _rows(told: Portfolio, sql: str) -> list[tuple[Any, ...]]:
    return asked(told.connection, sql).fetchall()
