"""Plans: sums are sums, costs are work times rate, dates keep the network's order."""

from datetime import date
from decimal import Decimal

import pytest

from sandbox.company import Company
from sandbox.company.costing import GENERIC_RATE
from sandbox.company.records import Plan, PlanTask
from sandbox.company.workdays import add_workdays, workdays_between

AMOUNTS = (
    "work",
    "actual_work",
    "cost",
    "actual_cost",
    "baseline_work",
    "baseline_cost",
    "planned_value",
    "earned_value",
)


def plans_of(company: Company) -> list[Plan]:
    return [e.plan for e in company.endeavours if e.plan]


@pytest.mark.parametrize("amount", AMOUNTS)
def test_summaries_hold_the_sum_of_what_is_below_them(company: Company, amount: str) -> None:
    for plan in plans_of(company):
        for task in plan.tasks:
            if task.kind == "summary":
                below = [t for t in plan.tasks if t.parent == task.guid]
                assert getattr(task, amount) == sum(getattr(t, amount) for t in below), (plan.name, task.name)


def test_a_task_costs_its_peoples_hours_at_their_rates_and_its_purchases(company: Company) -> None:
    for plan in plans_of(company):
        for task in plan.leaves:
            own = [a for a in plan.assignments if a.task == task.guid]
            rates = [company.person(a.person).rate if a.person else GENERIC_RATE for a in own]
            assert task.cost == sum(a.work * r for a, r in zip(own, rates, strict=True)) + task.fixed_cost
            assert task.work == sum(a.work for a in own)
            assert all(a.cost == a.work * r for a, r in zip(own, rates, strict=True))


def test_actuals_follow_progress(company: Company) -> None:
    for plan in plans_of(company):
        for task in plan.leaves:
            assert abs(task.actual_cost - task.cost * task.percent / 100) < Decimal(2)
            assert (task.actual_start is not None) == (task.percent > 0)
            assert (task.actual_finish is not None) == (task.percent == 100)


def test_nothing_is_done_after_the_status_date_and_nothing_due_by_then_is_left_as_it_was(company: Company) -> None:
    behind = []
    for plan in plans_of(company):
        for task in plan.tasks:
            if task.kind == "summary":
                continue
            done = task.actual_finish is not None and task.actual_finish > plan.status_date
            left = task.percent < 100 and task.finish <= plan.status_date
            idle = task.percent == 0 and task.start <= plan.status_date and task.kind == "task"
            if left and plan.key is None and plan.finish < plan.status_date:
                behind.append((plan.name, task.percent))
            else:
                assert not (done or left or idle), (plan.name, task.name)
    assert behind == [("Record to Report 2026", 80), ("Record to Report 2026", 0)], "the one that nobody rescheduled"


def test_dates_are_working_days_in_order(company: Company) -> None:
    for plan in plans_of(company):
        for task in plan.tasks:
            assert task.start <= task.finish and task.baseline_start <= task.baseline_finish
            assert {task.start.weekday(), task.finish.weekday(), task.baseline_finish.weekday()} <= {0, 1, 2, 3, 4}


def test_successors_start_after_their_predecessors_end(company: Company) -> None:
    def begins(task: PlanTask) -> date:
        """A milestone at the end of a day starts nothing before the next day."""
        return task.start if task.kind == "task" else add_workdays(task.start, 1)

    for plan in plans_of(company):
        tasks = {t.guid: t for t in plan.tasks}
        for link in plan.links:
            before, after = tasks[link.before], tasks[link.after]
            if link.type == "FS" and before.name != "Project start":
                assert workdays_between(before.finish, begins(after)) >= 1 + min(0, link.lag_days), (
                    plan.name,
                    after.name,
                )


def test_the_longest_chain_of_a_plan_on_time_has_no_float_and_no_plan_on_time_has_negative_float(
    company: Company,
) -> None:
    for key in ("INI-01", "INI-06"):
        plan = company.of(key).plan
        assert plan
        assert min(t.slack_days for t in plan.leaves if t.percent < 100) == 0


def test_planned_value_grows_evenly_over_a_tasks_approved_time(company: Company) -> None:
    plan = company.of("INI-03").plan
    assert plan
    for task in plan.leaves:
        elapsed = max(0, min(workdays_between(task.baseline_start, plan.status_date) + 1, task.baseline_days))
        assert abs(task.planned_value - task.baseline_cost * elapsed / task.baseline_days) < Decimal("0.01")


def test_phases_hold_tasks_and_end_in_a_milestone(company: Company) -> None:
    for plan in plans_of(company):
        phases = [t for t in plan.tasks if t.level == 1]
        assert len(phases) == 6
        for phase in phases:
            kinds = [t.kind for t in plan.tasks if t.parent == phase.guid]
            assert "task" in kinds and kinds[-1] == "milestone"


def test_rows_are_numbered_from_the_project_summary_down(company: Company) -> None:
    for plan in plans_of(company):
        assert [t.index for t in plan.tasks] == list(range(len(plan.tasks)))
        assert plan.tasks[0].level == 0 and plan.tasks[0].name == plan.name
        assert len({t.guid for t in plan.tasks}) == len(plan.tasks)
