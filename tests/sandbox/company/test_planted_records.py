"""Faults of mandates, single tasks, daily work and waivers have come true in the records, and nowhere else."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import cast

from sandbox.company import Company
from sandbox.company import planted_daily as daily
from sandbox.company import planted_mandate as mandate
from sandbox.company import planted_plans as plans
from sandbox.company import planted_waivers as waivers
from sandbox.company.leanings import PROFILES
from sandbox.company.people import person_id
from sandbox.company.records import Issue
from sandbox.company.truth import ELSEWHERE, truth
from sandbox.tables import people


def of_type(company: Company, kind: str) -> list[tuple[str, Issue]]:
    return [(e.key, i) for e in company.endeavours for i in e.tracker.issues if i.type == kind]


def test_one_project_has_nobody_above_it_in_any_tool(company: Company) -> None:
    bare = [e for e in company.endeavours if "sponsor" not in e.tracker.pmo]
    unnamed = {key for key, i in of_type(company, "Gate") if i.status == "Passed" and "Decided by" not in i.custom}

    assert [e.key for e in bare] == [mandate.NOBODY_ABOVE] == sorted(unnamed)
    assert bare[0].plan and bare[0].plan.fields["Sponsor"] is None


def test_one_managers_name_is_that_of_somebody_who_left(company: Company) -> None:
    gone = [e.key for e in company.endeavours if not company.person(e.tracker.pmo["manager"]).active]

    assert gone == [mandate.MANAGER_LEFT]


def test_one_project_has_no_method_and_a_programme_that_no_unit_is_called(company: Company) -> None:
    units = {str(row[0]) for row in people.organisation(company)[1:]}
    strange = {e.key for e in company.endeavours if e.tracker.pmo["programme"] not in units}
    plain = {e.key for e in company.endeavours if "method" not in e.tracker.pmo and e.plan is None}

    assert strange == plain == {mandate.UNDESCRIBED}


def test_one_register_of_risks_is_short(company: Company) -> None:
    found = [key for key, _ in of_type(company, "Risk")]

    assert {key for key in found if found.count(key) < 3} == {mandate.FEW_RISKS}


def test_one_approved_change_waits_to_be_carried_out(company: Company) -> None:
    ((key, change),) = [(k, i) for k, i in of_type(company, "Change Request") if i.status == "Approved"]
    decided = cast("date", change.custom["Decided on"])

    assert key == mandate.NOT_CARRIED_OUT
    assert change.resolved is None
    assert change.history[-1].at.date() == decided < company.today - timedelta(days=30)


def test_one_task_of_the_next_weeks_lost_its_person(company: Company) -> None:
    soon = company.today + timedelta(days=30)
    vacant = [(e.key, a) for e in company.endeavours if e.plan for a in e.plan.assignments if a.person is None]

    assert [key for key, a in vacant if a.start <= soon] == [plans.UNFILLED]


def test_one_task_lasts_a_quarter_and_ends_before_its_plan(company: Company) -> None:
    long = [(e, t) for e in company.endeavours if e.plan for t in e.plan.leaves if t.days > 44]
    ((endeavour, task),) = long

    assert endeavour.key == plans.NEVER_SPLIT and endeavour.plan
    assert task.days == plans.LONG_DAYS and task.slack_days > 0
    assert task.finish < endeavour.plan.finish
    assert next(t.finish for t in endeavour.plan.tasks if t.guid == task.parent) >= task.finish


def test_one_plan_ended_with_a_task_that_is_not_done(company: Company) -> None:
    late = {
        e.key for e in company.endeavours if e.plan for t in e.plan.leaves
        if t.percent < 100 and e.plan.finish < company.today
    }  # fmt: skip

    assert late == {plans.NOT_RESCHEDULED}


def test_one_critical_defect_has_taken_more_than_it_was_estimated_at(company: Company) -> None:
    ((key, defect),) = [(k, i) for k, i in of_type(company, "Bug") if i.priority == "Highest"]
    booked = sum((log.hours for log in defect.worklogs), Decimal(0))

    assert key == daily.UNTAMED
    assert defect.category == "indeterminate"
    assert defect.estimate_hours and booked - defect.estimate_hours > 8


def test_two_items_stand_in_a_status_without_category(company: Company) -> None:
    lost = [(e.key, i.status) for e in company.endeavours for i in e.tracker.issues if i.category == "undefined"]

    assert lost == [(daily.UNKNOWN_STATUS, daily.WITH_VENDOR[0])] * 2


def test_somebody_who_is_not_in_the_plan_booked_on_one_project(company: Company) -> None:
    strangers = {
        e.key for e in company.endeavours if e.plan for i in e.tracker.issues for w in i.worklogs
        if w.author not in {a.person for a in e.plan.assignments}
    }  # fmt: skip

    assert strangers == {daily.HELPED}


def test_a_waiver_was_renewed_three_times_without_a_gap(company: Company) -> None:
    own = [i for i in company.of(waivers.RENEWED).tracker.issues if i.type == "Waiver"]
    days = [(cast("date", i.custom["Starts"]), cast("date", i.custom["Expires"])) for i in own]

    assert len(own) == 4
    assert all(later[0] - earlier[1] == timedelta(days=1) for earlier, later in pairwise(days))
    assert days[-1][0] < company.today < days[-1][1] - timedelta(days=14)


def test_nobody_grants_a_planted_waiver_to_himself(company: Company) -> None:
    sponsors = {person_id(p.sponsor) for p in PROFILES}
    for key in waivers.COME_LAST:
        last = company.of(key).tracker.issues[-1]
        assert last.type == "Waiver"
        assert last.custom.get("Approved by") in {None, *sponsors}


def test_every_check_is_planted_or_said_to_be_elsewhere() -> None:
    planted = truth()

    assert not {check for check, who in planted.items() if who} & set(ELSEWHERE)
    assert {check for check, who in planted.items() if not who} <= set(ELSEWHERE)
