"""A Project Web App site with everything in it, and plans that differ."""

from collections import Counter, defaultdict
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as some

from sandbox.company import Company
from sandbox.company.complete_plans import COLLECTED, IN_DOLLARS, complete_pwa
from sandbox.company.fill import fill_pwa
from sandbox.company.spreading import evenly, from_the_start
from sandbox.pwa import PwaSite
from sandbox.pwa.site import SPREAD


@pytest.fixture(scope="module")
def site(company: Company) -> PwaSite:
    site = PwaSite()
    fill_pwa(company, site)
    complete_pwa(company, site)
    return site


def plan_of(company: Company, key: str):
    return company.of(key).plan


amounts = some.decimals(0, 100_000, places=2)


@given(amounts, some.integers(1, 300))
def test_equal_parts_add_up_to_the_last_place(total: Decimal, parts: int) -> None:
    shares = evenly(total, parts)
    assert sum(shares) == total and len(shares) == parts
    assert min(shares) >= 0


@given(amounts, some.lists(amounts, min_size=1, max_size=40))
def test_what_is_done_lies_at_the_beginning(done: Decimal, planned: list[Decimal]) -> None:
    spent = from_the_start(done, planned)
    assert sum(spent) == min(done, sum(planned))
    begun = [place for place, one in enumerate(spent) if one < planned[place]]
    assert all(spent[place] == 0 for place in begun[1:])


def test_two_projects_have_their_days_collected_and_the_others_say_they_have_not(
    company: Company, site: PwaSite
) -> None:
    collected = {plan_of(company, key).guid for key in COLLECTED}
    for name in SPREAD:
        assert {row["ProjectId"] for row in site.rows(name)} == collected, name
    said = {row["ProjectId"]: row["ProjectTimephased"] for row in site.rows("Projects", ProjectType=0)}
    assert {guid for guid, kept in said.items() if kept != "Disabled"} == collected


def test_days_add_up_to_the_plan(company: Company, site: PwaSite) -> None:
    plan = plan_of(company, COLLECTED[0])
    own = site.rows("TaskTimephasedDataSet", ProjectId=plan.guid)
    sums: dict[str, Counter[str]] = defaultdict(Counter)
    for row in own:
        for column in ("TaskWork", "TaskActualWork", "TaskCost", "TaskActualCost"):
            sums[str(row["TaskId"])][column] += row[column]
    for task in [*plan.leaves, plan.tasks[0]]:
        found = [sums[task.guid][c] for c in ("TaskWork", "TaskActualWork", "TaskCost")]
        assert found == [task.work, task.actual_work, task.cost], task.name
        assert abs(sums[task.guid]["TaskActualCost"] - task.actual_cost) < Decimal("0.01") * len(plan.leaves)
    assert {r["TaskIsProjectSummary"] for r in own if r["TaskId"] == plan.tasks[0].guid} == {True}


def test_assignments_and_baselines_add_up_too(company: Company, site: PwaSite) -> None:
    plan = plan_of(company, COLLECTED[0])
    totals: Counter[str] = Counter()
    for row in site.rows("AssignmentTimephasedDataSet", ProjectId=plan.guid):
        totals["work"] += row["AssignmentWork"]
        assert row["TimeByDay"].weekday() < 5
    for row in site.rows("AssignmentBaselineTimephasedDataSet", ProjectId=plan.guid):
        totals["approved"] += row["AssignmentBaselineWork"]
    for row in site.rows("TaskBaselineTimephasedDataSet", ProjectId=plan.guid):
        totals["money"] += row["TaskBaselineCost"]
    assert totals["work"] == sum(a.work for a in plan.assignments)
    assert totals["approved"] == sum(a.baseline_work for a in plan.assignments)
    assert totals["money"] == sum(t.baseline_cost for t in plan.leaves)


def test_assignment_baselines_follow_the_plans(company: Company, site: PwaSite) -> None:
    rows = Counter(str(r["ProjectId"]) for r in site.rows("AssignmentBaselines"))
    for endeavour in company.endeavours:
        if endeavour.plan is not None:
            has_one = endeavour.plan.baseline_on is not None
            assert rows[endeavour.plan.guid] == (len(endeavour.plan.assignments) if has_one else 0)
    zeros = plan_of(company, "INI-12")
    assert {r["AssignmentBaselineWork"] for r in site.rows("AssignmentBaselines", ProjectId=zeros.guid)} == {0}


def test_plans_differ_in_currency_and_in_the_age_of_earned_value(company: Company, site: PwaSite) -> None:
    money = {row["ProjectId"]: row["ProjectCurrency"] for row in site.rows("Projects", ProjectType=0)}
    assert {guid for guid, code in money.items() if code == "USD"} == {plan_of(company, IN_DOLLARS).guid}
    assert len(site.rows("Projects", ProjectEarnedValueIsStale=True)) == 1


def test_stages_are_entered_in_order_and_one_is_current(site: PwaSite) -> None:
    stages = defaultdict(list)
    for row in site.rows("ProjectWorkflowStageDataSet"):
        stages[row["ProjectId"]].append(row)
    for own in stages.values():
        entered = [row["StageEntryDate"] for row in own if row["StageEntryDate"]]
        assert entered == sorted(entered) and len(own) == 4
        assert [row["StageStatus"] for row in own].count(1) == 1
    assert len(site.rows("Deliverables")) == 4
    assert len(site.rows("Engagements")) == 2
    assert site.rows("Engagements")[0]["CommittedFinishDate"].date() > date(2026, 11, 20)


def test_a_deleted_project_takes_its_days_along(company: Company) -> None:
    site = PwaSite()
    fill_pwa(company, site)
    complete_pwa(company, site)
    gone = plan_of(company, COLLECTED[0]).guid
    site.delete_project(gone)
    assert all(row["ProjectId"] != gone for name in SPREAD for row in site.rows(name))
