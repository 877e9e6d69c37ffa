"""Every leaning that the cast's table tells has come true in the records."""

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal

import pytest

from sandbox.company import PROFILES, Company
from sandbox.company.leanings import LATE_SUPPLIER, PUNCTUAL_SUPPLIER, UNOWNED_SUPPLIER
from sandbox.company.people import LEFT, STRETCHED
from sandbox.company.records import Issue, IssueLink, Plan
from sandbox.company.workdays import monday, workdays

HEALTHY = ("INI-01", "INI-06", "INI-13", "INI-14", "INI-15", "ENRG")


def plan_of(company: Company, key: str) -> Plan:
    plan = company.of(key).plan
    assert plan
    return plan


def of_type(company: Company, key: str, kind: str) -> list[Issue]:
    return [i for i in company.of(key).tracker.issues if i.type == kind]


@pytest.mark.parametrize("profile", [p for p in PROFILES if p.has_plan and p.baseline == "full"], ids=lambda p: p.key)
def test_the_cost_index_comes_out_as_told(company: Company, profile) -> None:
    top = plan_of(company, profile.key).tasks[0]
    assert float(top.earned_value / top.actual_cost) == pytest.approx(profile.cpi, abs=0.025)


@pytest.mark.parametrize("profile", [p for p in PROFILES if p.has_plan], ids=lambda p: p.key)
def test_the_slip_comes_out_as_told(company: Company, profile) -> None:
    top = plan_of(company, profile.key).tasks[0]
    assert len(workdays(top.baseline_finish, top.finish)) - 1 == profile.slip_days


def test_healthy_projects_are_on_time_and_cost_and_say_so(company: Company) -> None:
    for key in HEALTHY:
        top = plan_of(company, key).tasks[0]
        assert top.earned_value / top.planned_value > Decimal("0.97")
        assert {i.custom["Reported health"] for i in of_type(company, key, "Status Report")} <= {"Green"}


def test_the_late_project_has_negative_float_and_due_dates_moved_more_than_twice(company: Company) -> None:
    assert min(t.slack_days for t in plan_of(company, "INI-03").leaves) == -30
    moved = [sum(c.field == "duedate" for c in i.history) for i in company.of("INI-03").tracker.issues]
    assert max(moved) > 2


def test_the_watermelon_is_reported_green_and_computes_red(company: Company) -> None:
    top = plan_of(company, "INI-05").tasks[0]
    assert top.earned_value / top.actual_cost < Decimal("0.85")
    assert {i.custom["Reported health"] for i in of_type(company, "INI-05", "Status Report")} == {"Green"}
    assert plan_of(company, "INI-05").reported_health == "Green"


def test_scope_creeps_without_a_change_request(company: Company) -> None:
    plan = plan_of(company, "INI-04")
    work = [i for i in company.of("INI-04").tracker.issues if i.type in ("Story", "Task")]
    before = sum(i.estimate_hours or 0 for i in work if i.created.date() <= (plan.baseline_on or date.min))
    after = sum(i.estimate_hours or 0 for i in work if i.created.date() > (plan.baseline_on or date.min))
    asked = sum(Decimal(str(i.custom["Effort change (hours)"])) for i in of_type(company, "INI-04", "Change Request"))
    assert Decimal("0.2") < after / before < Decimal("0.45")
    assert asked < after / 10


def test_approved_growth_is_covered_to_the_hour(company: Company) -> None:
    wishes = [i for i in of_type(company, "INI-09", "Story") if "customer-wish" in i.labels]
    covered = [i.custom["Effort change (hours)"] for i in of_type(company, "INI-09", "Change Request")]
    assert wishes
    assert sum(i.estimate_hours or 0 for i in wishes) in covered


def test_one_plan_has_no_baseline_and_one_a_baseline_of_zeros(company: Company) -> None:
    kinds = {e.key: e.plan.baseline_kind for e in company.endeavours if e.plan}
    assert [key for key, kind in kinds.items() if kind == "none"] == ["INI-08"]
    assert [key for key, kind in kinds.items() if kind == "zeros"] == ["INI-12"]
    assert plan_of(company, "INI-08").baseline_on is None
    assert sum(t.baseline_cost + t.baseline_work for t in plan_of(company, "INI-12").tasks) == 0


def test_papers_are_missing_where_told_and_only_there(company: Company) -> None:
    without_charter = [
        e.key for e in company.endeavours
        if not any(i.custom.get("Document type") == "Charter" for i in e.tracker.issues)
    ]  # fmt: skip
    without_stakeholders = [
        e.key for e in company.endeavours if not any(i.type == "Stakeholder" for i in e.tracker.issues)
    ]
    assert without_charter == ["INI-08"]
    assert without_stakeholders == ["INI-08"]


def test_one_manager_has_not_reported_for_six_weeks_the_others_did_last_week(company: Company) -> None:
    last = {
        e.key: max(i.custom["Reported on"] for i in of_type(company, e.key, "Status Report"))  # type: ignore[type-var]
        for e in company.endeavours if of_type(company, e.key, "Status Report")
    }  # fmt: skip
    silent = [key for key, day in last.items() if company.today - day > timedelta(days=14)]  # type: ignore[operator]
    assert silent == ["INI-08"]
    assert company.today - last["INI-08"] > timedelta(weeks=6)  # type: ignore[operator]


def test_time_was_booked_before_approval_in_one_project_only(company: Company) -> None:
    early = []
    for endeavour in company.endeavours:
        first = next(i for i in endeavour.tracker.issues if i.custom.get("Gate number") == 1)
        approved = first.custom["Decided on"]
        logs = [w.started.date() for i in endeavour.tracker.issues for w in i.worklogs]
        if any(day < approved for day in logs):  # type: ignore[operator]
            early.append(endeavour.key)
    assert early == ["INI-08"]


def test_invoices_without_a_budget_line_and_without_a_budget(company: Company) -> None:
    bare = [
        (e.key, i.status) for e in company.endeavours for i in e.tracker.issues
        if i.type == "Invoice" and "Budget line" not in i.custom
    ]  # fmt: skip
    assert bare == [("INI-02", "Received")] * 3
    assert [e.key for e in company.endeavours if e.plan and e.plan.budget is None] == ["INI-04"]


def test_neglected_risks_have_neither_owner_nor_response_and_are_stale(company: Company) -> None:
    bad = [
        (e.key, i) for e in company.endeavours for i in e.tracker.issues
        if i.type == "Risk" and i.assignee is None and "Response" not in i.custom
    ]  # fmt: skip
    assert {key for key, _ in bad} == {"INI-02"}
    assert len(bad) == 3
    assert all((company.today - i.custom["Reviewed on"]).days > 90 for _, i in bad)  # type: ignore[operator]
    assert all(i.due and i.due < company.today for _, i in bad)


def test_change_requests_wait_for_more_than_a_month_in_one_project_only(company: Company) -> None:
    waiting = [
        (e.key, (company.today - i.created.date()).days) for e in company.endeavours for i in e.tracker.issues
        if i.type == "Change Request" and i.status == "Raised"
    ]  # fmt: skip
    assert {key for key, _ in waiting} == {"INI-11"}
    assert min(days for _, days in waiting) >= 40


def test_the_poor_plan_lacks_logic_and_has_hard_constraints_and_high_float(company: Company) -> None:
    plan = plan_of(company, "INI-08")
    open_tasks = [t for t in plan.leaves if t.percent < 100]
    linked = {k.before for k in plan.links} & {k.after for k in plan.links}
    assert sum(t.guid not in linked for t in open_tasks) > len(open_tasks) / 4
    assert sum(t.constraint in (2, 3) for t in open_tasks) > len(open_tasks) / 20
    assert max(t.slack_days for t in open_tasks) > 44


def test_the_other_plans_keep_their_logic(company: Company) -> None:
    for endeavour in company.endeavours:
        if endeavour.plan and endeavour.key != "INI-08":
            linked = {k.before for k in endeavour.plan.links} & {k.after for k in endeavour.plan.links}
            assert all(t.guid in linked and not t.constraint for t in endeavour.plan.leaves)


def test_leads_occur_in_one_plan_only(company: Company) -> None:
    leads = [e.key for e in company.endeavours if e.plan and any(k.lag_days < 0 for k in e.plan.links)]
    assert leads == ["INI-02"]


def test_the_closing_project_has_loose_ends_unpaid_invoices_and_no_acceptance(company: Company) -> None:
    issues = company.of("INI-12").tracker.issues
    assert plan_of(company, "INI-12").tasks[0].percent == 99
    assert sum(i.type == "Task" and i.category != "done" for i in issues) == 4
    unpaid = [i for i in issues if i.type == "Invoice" and i.status == "Received"]
    assert len(unpaid) == 2 and all(i.due and i.due < company.today for i in unpaid)
    assert not any(i.custom.get("Document type") == "Acceptance" for i in issues)
    assert any(i.custom.get("Document type") == "End report" for i in issues)


def test_open_work_is_assigned_to_somebody_who_has_left_in_one_plan_only(company: Company) -> None:
    left = {
        e.key for e in company.endeavours if e.plan
        for a in e.plan.assignments if a.person == LEFT and a.actual_work < a.work
    }  # fmt: skip
    assert left == {"INI-07"}


def test_two_shared_people_are_overloaded_in_the_coming_weeks_and_nobody_else_is(company: Company) -> None:
    week = monday(company.today)
    load: dict[str, Decimal] = defaultdict(Decimal)
    for endeavour in company.endeavours:
        for made in endeavour.plan.assignments if endeavour.plan else ():
            if made.person and made.start <= week + timedelta(days=11) and made.finish >= week + timedelta(days=7):
                load[made.person] += made.units
    assert {person for person, units in load.items() if units > 1} == set(STRETCHED)
    assert all(load[person] >= Decimal("1.2") for person in STRETCHED)


def test_one_day_of_fourteen_hours_and_time_on_work_long_done(company: Company) -> None:
    days: dict[tuple[str, date], Decimal] = defaultdict(Decimal)
    for endeavour in company.endeavours:
        for log in (w for i in endeavour.tracker.issues for w in i.worklogs):
            days[log.author, log.started.date()] += log.hours
    [((author, day), hours)] = [(who, total) for who, total in days.items() if total > 12]
    issues = company.of("INI-09").tracker.issues
    assert hours == 14
    assert any((w.author, w.started.date()) == (author, day) for i in issues for w in i.worklogs)
    late = [w for i in issues for w in i.worklogs if i.resolved and w.started > i.resolved + timedelta(days=30)]
    assert len(late) == 3


def test_neglected_work_is_unowned_stale_blocked_or_unsized(company: Company) -> None:
    issues = [i for i in company.of("INI-09").tracker.issues if i.type == "Task"]
    running = [i for i in issues if i.category == "indeterminate"]
    assert sum(i.assignee is None for i in running) == 2
    blocked = [i for i in running if i.flagged and i.status == "Blocked"]
    assert len(blocked) == 2 and all((company.today - i.updated.date()).days > 20 for i in blocked)
    assert sum(i.status == "In Progress" and (company.today - i.updated.date()).days > 30 for i in running) == 2
    assert sum(i.estimate_hours is None for i in issues) == 6


def across(company: Company, pair: tuple[str, str]) -> list[tuple[Issue, Issue]]:
    issues = {i.key: i for e in company.endeavours for i in e.tracker.issues}
    links: list[IssueLink] = [
        k for k in company.links
        if k.type == "Blocks" and (k.source.split("-")[0], k.target.split("-")[0]) == pair
    ]  # fmt: skip
    return [(issues[k.source], issues[k.target]) for k in links]


def test_a_supplier_in_another_project_finishes_after_its_consumer_needs_it(company: Company) -> None:
    [(supplier, consumer)] = across(company, LATE_SUPPLIER)
    assert supplier.due and supplier.due > consumer.custom["Start date"]  # type: ignore[operator]
    assert "done" not in (supplier.category, consumer.category)


def test_another_supplier_is_in_time(company: Company) -> None:
    [(supplier, consumer)] = across(company, PUNCTUAL_SUPPLIER)
    assert supplier.due and supplier.due < consumer.custom["Start date"]  # type: ignore[operator]


def test_a_third_suppliers_work_has_no_owner(company: Company) -> None:
    [(supplier, _)] = across(company, UNOWNED_SUPPLIER)
    assert supplier.assignee is None
