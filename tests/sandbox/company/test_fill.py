"""The company moved into its two tools."""

from collections import Counter
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from sandbox.company import Company, build
from sandbox.company.fill import fill_jira, fill_pwa
from sandbox.jira.site import JiraSite
from sandbox.pwa import PwaSite


@pytest.fixture(scope="module")
def jira(company: Company) -> JiraSite:
    site = JiraSite()
    fill_jira(company, site)
    return site


@pytest.fixture(scope="module")
def pwa(company: Company) -> PwaSite:
    site = PwaSite()
    fill_pwa(company, site)
    return site


def test_the_tracker_holds_every_issue_worklog_and_link_under_its_key(company: Company, jira: JiraSite) -> None:
    issues = [i for e in company.endeavours for i in e.tracker.issues]
    assert len(jira.issues) == len(issues)
    assert len(jira.worklogs) == sum(len(i.worklogs) for i in issues)
    assert len(jira.links) == len(company.links)
    assert all(jira.issue(i.key) is not None for i in issues)


def test_the_trackers_present_is_six_in_the_morning_utc(company: Company, jira: JiraSite) -> None:
    assert jira.now == datetime(2026, 11, 23, 6, tzinfo=UTC)
    assert max(i.updated for i in jira.issues.values()) < jira.now


def test_the_pmo_property_names_the_manager_by_account(jira: JiraSite) -> None:
    project = jira.need_project("CPOR")
    assert project.properties["pmo"]["initiative"] == "INI-01"
    assert jira.users[project.properties["pmo"]["manager"]].name == "Ingrid Solberg"


def test_fields_that_nobody_filled_are_absent(jira: JiraSite) -> None:
    assert "method" not in jira.need_project("IAM").properties["pmo"]
    assert "goal" not in jira.need_project("PAY").properties["pmo"]


def test_hidden_addresses_and_leavers_are_marked_on_accounts(jira: JiraSite) -> None:
    accounts = {u.name: u for u in jira.users.values()}
    assert not accounts["Jan Novák"].email_visible
    assert not accounts["Henrik Dahl"].active


def test_deciders_are_accounts(jira: JiraSite) -> None:
    gate = next(i for i in jira.issues.values() if i.type == "Gate" and i.status == "Passed")
    field = next(f for f in jira.custom_fields.values() if f.name == "Decided by")
    assert gate.custom[field.id] in jira.users


def test_the_plans_rows_add_up_as_the_feed_serves_them(pwa: PwaSite) -> None:
    for project in pwa.rows("Projects", ProjectType=0):
        tasks = pwa.rows("Tasks", ProjectId=project["ProjectId"])
        leaves = [t for t in tasks if not t["TaskIsSummary"]]
        assert project["ProjectActualCost"] == sum(t["TaskActualCost"] for t in leaves)  # type: ignore[misc]
        made = pwa.rows("Assignments", ProjectId=project["ProjectId"])
        assert project["ProjectWork"] == sum(a["AssignmentWork"] for a in made)  # type: ignore[misc]


def test_the_hidden_timesheet_project_is_there_for_connectors_to_leave_out(pwa: PwaSite) -> None:
    assert len(pwa.rows("Projects", ProjectType=7)) == 1


def test_baseline_zero_of_the_project_is_the_sum_of_its_tasks(company: Company, pwa: PwaSite) -> None:
    project = pwa.project_id("Warehouse Automation")
    [whole] = pwa.rows("ProjectBaselines", ProjectId=project)
    leaves = {t["TaskId"] for t in pwa.rows("Tasks", ProjectId=project, TaskIsSummary=False)}
    rows = [b for b in pwa.rows("TaskBaselines", ProjectId=project) if b["TaskId"] in leaves]
    assert whole["ProjectBaselineCost"] == sum(b["TaskBaselineCost"] for b in rows)  # type: ignore[misc]


def test_no_baseline_is_no_row_and_an_empty_one_is_rows_of_zeros(pwa: PwaSite) -> None:
    assert pwa.rows("TaskBaselines", ProjectId=pwa.project_id("Payroll Harmonisation")) == []
    empty = pwa.rows("TaskBaselines", ProjectId=pwa.project_id("Record to Report 2026"))
    assert empty
    assert {(b["TaskBaselineCost"], b["TaskBaselineWork"], b["TaskBaselineStartDate"]) for b in empty} == {
        (Decimal(0), Decimal(0), None)
    }


def test_plans_without_key_have_none_in_the_feed(pwa: PwaSite) -> None:
    keys = {str(r["ProjectName"]): r["InitiativeKey"] for r in pwa.rows("Projects", ProjectType=0)}
    assert {name for name, key in keys.items() if key is None} == {
        "Vendor Scorecards roll-out", "Record to Report 2026", "Energy Monitoring in the Plants",
    }  # fmt: skip


def test_the_generic_consultant_is_a_generic_resource(pwa: PwaSite) -> None:
    [generic] = pwa.rows("Resources", ResourceIsGeneric=True)
    assert pwa.rows("Assignments", ResourceId=generic["ResourceId"])


def test_timesheet_days_add_up_to_their_lines(pwa: PwaSite) -> None:
    assert pwa.rows("TimesheetLines")
    for line in pwa.rows("TimesheetLines"):
        days = pwa.rows("TimesheetLineActualDataSet", TimesheetLineId=line["TimesheetLineId"])
        assert line["ActualWorkBillable"] == sum(d["ActualWorkBillable"] for d in days)  # type: ignore[misc]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_companies_of_other_seeds_fill_a_site_too(seed: int) -> None:
    site = JiraSite()
    fill_jira(build(seed=seed), site)
    assert len(site.issues) > 1000


def test_two_fillings_of_one_company_agree(company: Company, pwa: PwaSite) -> None:
    again = PwaSite()
    fill_pwa(company, again)
    assert again.sets == pwa.sets
    assert again.links == pwa.links


def test_every_role_is_a_group(company, jira):
    assert {name: len(group.members) for name, group in jira.groups.items()} == Counter(p.role for p in company.people)
