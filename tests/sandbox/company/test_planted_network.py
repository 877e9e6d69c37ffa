"""Faults in the networks of plans are where the truth about them says, and nowhere else."""

from datetime import date, datetime

from sandbox.company import Company
from sandbox.company.fill_plans import fill_pwa
from sandbox.company.planted_network import AHEAD, LAGS, OTHER_ENDS, OUTSIDE, TRUTH, UNDATED, at_the_server
from sandbox.company.records import Plan, PlanLink
from sandbox.pwa.site import PwaSite


def plans(company: Company) -> dict[str, Plan]:
    return {e.key: e.plan for e in company.endeavours if e.plan}


def open_links(plan: Plan) -> list[PlanLink]:
    left = {t.guid for t in plan.tasks if t.kind != "summary" and t.percent < 100}
    return [link for link in plan.links if link.after in left]


def test_leads_lags_and_other_ends_are_in_one_plan_each(company: Company) -> None:
    links = {key: open_links(plan) for key, plan in plans(company).items()}

    assert {key for key, own in links.items() if any(k.lag_days < 0 for k in own)} == TRUTH["SCH-02"]
    assert {k for k, own in links.items() if sum(x.lag_days > 0 for x in own) > 0.05 * len(own)} == TRUTH["SCH-03"]
    assert {k for k, own in links.items() if sum(x.type != "FS" for x in own) > 0.1 * len(own)} == TRUTH["SCH-04"]


def test_a_lag_moves_no_task_and_leaves_no_float_where_it_is(company: Company) -> None:
    plan = plans(company)[LAGS]
    tasks = {t.guid: t for t in plan.tasks}

    lagging = [link for link in plan.links if link.lag_days > 0]

    assert lagging
    for link in lagging:
        assert tasks[link.before].finish < tasks[link.after].start
        assert tasks[link.before].slack_days == 0


def test_what_starts_with_a_milestone_starts_when_it_did(company: Company) -> None:
    plan = plans(company)[OTHER_ENDS]
    points = {t.guid for t in plan.tasks if t.kind == "milestone"}

    assert {link.before for link in plan.links if link.type == "SS"} <= points


def test_one_open_item_ends_after_its_open_epic(company: Company) -> None:
    outside = set()
    for endeavour in company.endeavours:
        held = {i.key: i for i in endeavour.tracker.issues if i.category != "done"}
        for issue in held.values():
            epic = held.get(issue.parent or "")
            if issue.due and epic and epic.due and issue.due > epic.due:
                outside.add(endeavour.key)

    assert outside == {OUTSIDE} == TRUTH["SCH-20"]


def test_one_task_has_no_dates_at_the_server_and_one_begins_in_the_future(company: Company) -> None:
    site = PwaSite()
    fill_pwa(company, site)
    at_the_server(company, site)

    blank = [row for row in site.rows("Tasks") if row["TaskStartDate"] is None]
    status: dict[object, date] = {plan.guid: plan.status_date for plan in plans(company).values()}
    starts = [(row["ProjectId"], row["TaskActualStartDate"]) for row in site.rows("Tasks")]
    ahead = {guid for guid, start in starts if isinstance(start, datetime) and start.date() > status[guid]}

    manual = [(row["ProjectId"], row["TaskDuration"], row["TaskIsManuallyScheduled"]) for row in blank]
    assert manual == [(plans(company)[UNDATED].guid, None, True)]
    assert ahead == {plans(company)[AHEAD].guid}


def test_the_truth_names_projects_that_there_are(company: Company) -> None:
    assert {key for keys in TRUTH.values() for key in keys} <= {e.key for e in company.endeavours}
