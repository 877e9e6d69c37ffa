"""Moves a part of the company's booked time into a pretend Tempo, with accounts, budgets, teams and approvals."""

from datetime import timedelta
from decimal import Decimal

from sandbox.company.records import Company, Endeavour
from sandbox.jira.records import Worklog as JiraWorklog
from sandbox.tempo.site import Booked, TempoSite

SHARED_ACCOUNT = "INTERNAL"
_BILLABLE = (Decimal(1), Decimal("0.75"), Decimal(1), Decimal(0))
"""Shares of worklogs that are billed to the project, by the remainder of their ids."""
_WEEKS_APPROVED = 4


def fill_tempo(company: Company, tempo: TempoSite, *, projects: int = 3) -> None:
    """Book the time of the first `projects` of the company in Tempo instead of in Jira.

    The Jira site must hold the company already. Each of those projects gets an account for what it is budgeted, linked
    as its default; time that is not billed goes to one shared account. Hours in Jira stay as they were. The people of
    the first project are a team: last week's timesheets wait for approval, the four weeks before are approved.
    """
    chosen = company.endeavours[:projects]
    by_name = {person.name: account for account, person in tempo.jira.users.items()}
    accounts = {person.id: by_name[person.name] for person in company.people}
    tempo.add_customer("MERIDIAN", company.name)
    tempo.add_category("CAPEX", "Capitalised work", "CAPITALIZED")
    tempo.add_category("OPEX", "Operations", "OPERATIONAL")
    lead = accounts[chosen[0].tracker.lead]
    tempo.add_account(SHARED_ACCOUNT, "Internal work", lead=lead, for_all=True, category="OPEX")
    for endeavour in chosen:
        _fill_project(tempo, endeavour, accounts[endeavour.tracker.lead])
    workers = sorted({one.author for one in tempo.worklogs.values()} & set(accounts.values()))
    team = tempo.add_team("Delivery", workers, lead=lead, summary="Those who book in Tempo")
    _approve(company, tempo, [member.account_id for member in team.members], lead)


def _fill_project(tempo: TempoSite, endeavour: Endeavour, lead: str) -> None:
    jira, key = tempo.jira, endeavour.tracker.key
    project = jira.need_project(key)
    worklogs = [one for issue in jira.issues_of(project) for one in list(issue.worklogs)]
    account = f"{key}-CAPEX"
    budget = _hours_a_month(worklogs)
    tempo.add_account(
        account,
        f"{endeavour.tracker.name}: capital",
        lead=lead,
        monthly_budget=budget,
        customer="MERIDIAN",
        category="CAPEX",
    )
    tempo.link_account(account, key, default=True)
    for one in worklogs:
        share = _BILLABLE[one.id % len(_BILLABLE)]
        billed = Decimal(one.seconds) / 3600 * share
        tempo.adopt(one.id, Booked(billed, account if share else SHARED_ACCOUNT))


def _hours_a_month(worklogs: list[JiraWorklog]) -> int | None:
    """Give the mean hours of a month with bookings, rounded to tens: a budget that some months keep and some do not."""
    months = {(one.started.year, one.started.month) for one in worklogs}
    hours = sum(one.seconds for one in worklogs) / 3600
    return round(hours / len(months) / 10) * 10 if months else None


def _approve(company: Company, tempo: TempoSite, people: list[str], lead: str) -> None:
    last_week = company.today - timedelta(days=7)
    for person in people:
        for weeks in range(1, _WEEKS_APPROVED + 1):
            tempo.submit(person, last_week - timedelta(weeks=weeks), reviewer=lead)
            tempo.approve(person, last_week - timedelta(weeks=weeks), by=lead)
        tempo.submit(person, last_week, reviewer=lead)
