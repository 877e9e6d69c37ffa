"""Real plans, read by us and by an independent reader whose results lie beside them (tests/oracle_plans.py)."""

from collections import Counter
from decimal import Decimal
from functools import cache
from zoneinfo import ZoneInfo

import pytest

from connectors.msproject import mspdi
from connectors.msproject.mspdi import Reading
from tests.oracle_plans import PLANS, Judge, Rows, judge, oracle
from tests.shared_data import needs_shared

pytestmark = needs_shared
NAMES = ("Software_Development", "HomeMovePlan", "sample", "project")
_LEAST = {"Software_Development": 5800, "HomeMovePlan": 10_300, "sample": 4600, "project": 820}
"""Values that are compared, rounded down: fewer, and the comparison has lost something."""


@cache
def ours(name: str) -> tuple[Rows, list[str]]:
    tables: Rows = {}
    rejected: list[str] = []
    for part in mspdi.parts(PLANS / f"{name}.xml", Reading("plans", ZoneInfo("UTC"), timephased=True)):
        for table, rows in part.tables.items():
            tables.setdefault(table, []).extend(rows)
        rejected += [r.reason for r in part.rejected]
    return tables, rejected


@cache
def judged(name: str) -> Judge:
    return judge(ours(name)[0], oracle(name))


@pytest.mark.parametrize("name", NAMES)
def test_nothing_of_a_real_plan_is_rejected(name):
    assert ours(name)[1] == []


@pytest.mark.parametrize("name", NAMES)
def test_every_value_agrees_with_the_independent_reader(name, record_property):
    found = judged(name)
    record_property("values compared", found.compared.total())
    print(f"{name}: {found.compared.total()} values compared")
    assert found.wrong == []
    assert found.compared.total() >= _LEAST[name]


def test_thousands_of_values_of_every_kind_are_compared(capsys):
    total: Counter[str] = Counter()
    for name in NAMES:
        total += judged(name).compared
    by_kind: Counter[str] = Counter()
    for place, count in total.items():
        by_kind[place.partition(".")[0]] += count
    with capsys.disabled():
        print(f"\n{total.total()} values of {len(NAMES)} real plans compared: {dict(by_kind)}")
    assert set(by_kind) == {"task", "link", "project", "resource", "assignment", "spread", "counts"}
    assert min(by_kind[kind] for kind in ("task", "link", "resource", "assignment", "spread")) >= 700
    assert total.total() >= 20_000


def test_the_software_plan_costs_149000_against_a_baseline_of_139600():
    tables, _ = ours("Software_Development")
    (project,) = tables["project"]
    assert len(tables["work_item"]) == 87
    assert (project["name"], project["currency"], project["planned_cost"]) == ("Software Development", "USD", 149000)
    (baseline,) = [b for b in tables["baseline"] if b["owner_kind"] == "project"]
    assert (baseline["number"], baseline["cost"], baseline["work_hours"]) == (0, 139600, 1532)


def test_a_baseline_of_zeros_is_kept_as_rows_of_zeros():
    baselines = [b for b in ours("project")[0]["baseline"] if b["owner_kind"] == "work_item"]
    assert len(baselines) == 11
    assert {b["work_hours"] for b in baselines} == {Decimal(0)}
