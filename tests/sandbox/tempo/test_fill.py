"""A part of the company books in Tempo, and no hour is lost or counted twice."""

import pytest

from sandbox.company import build
from sandbox.company.fill import fill_jira
from sandbox.jira.site import JiraSite
from sandbox.tempo import TempoSite, fill_tempo


@pytest.fixture(scope="module")
def company():
    return build()


@pytest.fixture(scope="module")
def filled(company):
    jira = JiraSite()
    fill_jira(company, jira)
    before = {one.id: one.seconds for one in jira.worklogs.values()}
    tempo = TempoSite(jira)
    fill_tempo(company, tempo)
    return jira, tempo, before


def test_the_hours_of_three_projects_are_in_tempo_and_all_hours_stay_in_jira(company, filled):
    jira, tempo, before = filled
    assert {one.id: one.seconds for one in jira.worklogs.values()} == before
    keys = {jira.projects[jira.issues[one.issue_id].project_id].key for one in tempo.worklogs.values()}
    assert keys == {endeavour.tracker.key for endeavour in company.endeavours[:3]}
    for key in keys:
        booked = {one.id for issue in jira.issues_of(jira.need_project(key)) for one in issue.worklogs}
        assert booked == {one.jira_id for one in tempo.worklogs.values() if one.jira_id in booked}
    assert {jira.worklogs[one.jira_id].author for one in tempo.worklogs.values()} == {tempo.app}


def test_a_part_is_billed_and_every_project_has_an_account_with_a_budget(company, filled):
    _, tempo, _ = filled
    spent = sum(one.seconds for one in tempo.worklogs.values())
    billed = sum(one.billable_seconds for one in tempo.worklogs.values())
    assert 0.4 < billed / spent < 0.95
    assert all(0 <= one.billable_seconds <= one.seconds for one in tempo.worklogs.values())
    budgets = [one.monthly_budget for one in tempo.accounts.values() if not one.for_all]
    assert len(budgets) == 3
    assert all(budgets)


def test_last_week_waits_for_approval_and_the_weeks_before_are_approved(filled):
    _, tempo, _ = filled
    states = [one.status for one in tempo.approvals.values()]
    assert states.count("IN_REVIEW") == len(tempo.teams[1].members) > 3
    assert states.count("APPROVED") == 4 * states.count("IN_REVIEW")


def test_the_same_company_books_the_same(company, filled):
    _, tempo, _ = filled
    jira = JiraSite()
    fill_jira(company, jira)
    again = TempoSite(jira)
    fill_tempo(company, again)
    assert again.worklogs == tempo.worklogs
    assert again.approvals == tempo.approvals
