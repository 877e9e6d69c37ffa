"""Moves the company into the tools it uses: its trackers into a Jira site, its plans into a Project Web App."""

from collections.abc import Mapping
from datetime import UTC, datetime, time
from typing import cast

from sandbox.company.fill_plans import fill_pwa
from sandbox.company.planted_daily import WITH_VENDOR
from sandbox.company.planted_governance import FIELDS, PROPOSAL
from sandbox.company.records import Company, Issue, Tracker, Value
from sandbox.jira.site import JiraSite

__all__ = ["fill_jira", "fill_pwa"]

PERSON_FIELDS = ("Approved by", "Decided by", "Requested by")
RECORDED = ("Recorded", "done")
"""A status of governance records that the site's workflow has to be given first."""


def fill_jira(company: Company, site: JiraSite) -> None:
    """Fill an empty site: accounts, a group for each role, projects with releases, boards and sprints, issues with
    history and worklogs, links.

    The site's present becomes six o'clock UTC of the company's day.
    """
    site.now = datetime.combine(company.today, time(6), tzinfo=UTC)
    site.add_status(*RECORDED)
    site.add_status(*WITH_VENDOR)
    site.add_issue_type(PROPOSAL)
    for name, kind in FIELDS:
        site.add_custom_field(name, kind)
    accounts = {
        p.id: site.add_user(p.name, email=p.email, email_visible=not p.email_hidden, active=p.active)
        for p in company.people
    }
    for role in dict.fromkeys(p.role for p in company.people):
        site.add_group(role, [accounts[p.id] for p in company.people if p.role == role])
    for endeavour in company.endeavours:
        _fill_project(site, endeavour.tracker, accounts)
    for link in company.links:
        site.add_link(link.type, link.source, link.target)


def _fill_project(site: JiraSite, tracker: Tracker, accounts: Mapping[str, str]) -> None:
    pmo = {name: accounts[value] if name == "manager" else value for name, value in tracker.pmo.items()}
    site.add_project(tracker.key, tracker.name, lead=accounts[tracker.lead], category=tracker.category, pmo=pmo)
    for version in tracker.versions:
        site.add_version(
            tracker.key, version.name, start=version.start, release=version.release, released=version.released
        )
    sprints = _fill_sprints(site, tracker)
    for issue in tracker.issues:
        _fill_issue(site, tracker.key, issue, accounts, sprints)


def _fill_sprints(site: JiraSite, tracker: Tracker) -> dict[int, int]:
    """Give the site's id of each sprint by its number."""
    if not tracker.sprints:
        return {}
    board = site.add_board(tracker.key, f"{tracker.key} board")
    return {
        one.number: site.add_sprint(
            board, one.name, start=one.start, end=one.end, state=one.state, completed=one.completed, goal=one.goal
        )
        for one in tracker.sprints
    }


def _fill_issue(
    site: JiraSite, project: str, issue: Issue, accounts: Mapping[str, str], sprints: Mapping[int, int]
) -> None:
    moves = [c.at for c in issue.history if c.field == "status"]
    site.add_issue(
        project,
        issue.type,
        issue.summary,
        key=issue.key,
        created=issue.created,
        updated=issue.updated,
        status=issue.status,
        reporter=accounts[issue.reporter],
        assignee=accounts[issue.assignee] if issue.assignee else None,
        priority=issue.priority,
        parent=issue.parent,
        labels=issue.labels,
        versions=[issue.version] if issue.version else [],
        sprints=[sprints[number] for number in issue.sprints],
        due=issue.due,
        description=issue.description or None,
        resolved=issue.resolved,
        status_changed=moves[-1] if moves else issue.created,
        estimate_hours=issue.estimate_hours,
        remaining_hours=issue.remaining_hours,
        custom=_custom(issue, accounts),
    )
    for change in issue.history:
        before, after = change.before, change.after
        if change.field == "assignee":
            before, after = (accounts[v] if v else None for v in (before, after))
        if change.field == "Sprint":
            before, after = (_renumbered(v, sprints) if v else None for v in (before, after))
        site.add_history(
            issue.key, at=change.at, author=accounts[change.author], field=change.field, before=before, after=after
        )
    for log in issue.worklogs:
        site.add_worklog(
            issue.key,
            author=accounts[log.author],
            started=log.started,
            hours=log.hours,
            created=log.created,
            comment=log.comment or None,
        )


def _renumbered(numbers: str, sprints: Mapping[int, int]) -> str:
    return ",".join(str(sprints[int(number)]) for number in numbers.split(","))


def _custom(issue: Issue, accounts: Mapping[str, str]) -> dict[str, Value]:
    values = {n: accounts[cast("str", v)] if n in PERSON_FIELDS else v for n, v in issue.custom.items()}
    return {**values, "Flagged": "Impediment"} if issue.flagged else values
