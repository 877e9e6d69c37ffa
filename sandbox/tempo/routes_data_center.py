"""Routes of Tempo on Jira Data Center: booked time and accounts, beside Jira itself and behind its sign-in.

POST /rest/tempo-timesheets/4/worklogs/search answers a bare list, however long. `worker` is a user key, `started` and
the other moments are the server's wall clock without a zone, and Tempo's id of a worklog is Jira's own. Field names as
captured from real servers by public clients (2021 to 2025).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NoReturn
from zoneinfo import ZoneInfo

from sandbox.http import Handler, Request, Response, Route
from sandbox.jira.records import Issue
from sandbox.jira.shapes import duration
from sandbox.messages import HttpError
from sandbox.tempo.call import Json
from sandbox.tempo.records import Account, AccountLink, Worklog
from sandbox.tempo.routes_worklogs import ACCOUNT_ATTRIBUTE
from sandbox.tempo.site import TempoSite

Admit = Callable[[Request], object]
"""Lets a request of a known person pass, or raises `HttpError` as the Jira server does."""

_LISTS = ("worker", "projectId", "projectKey", "taskId", "taskKey", "accountKey", "teamId")


@dataclass(frozen=True)
class Shelf:
    """A site, and the zone of its server's wall clock."""

    site: TempoSite
    zone: ZoneInfo

    def clock(self, at: datetime) -> str:
        """Write a moment as the server does: `2026-11-20 09:00:00.000`."""
        return at.astimezone(self.zone).strftime("%Y-%m-%d %H:%M:%S.000")


def data_center_routes(site: TempoSite, admit: Admit | None = None, *, time_zone: str = "Europe/Berlin") -> list[Route]:
    """Serve a site below /rest, for those that `admit` lets pass: whom the Jira server knows, unless told otherwise."""
    shelf = Shelf(site, ZoneInfo(time_zone))
    admit = admit or (lambda request: site.jira.access.admit(request, "site", frozenset()))

    def served(answer: Callable[[Shelf, Request], Response]) -> Handler:
        def handle(request: Request) -> Response:
            with site.lock:
                admit(request)
                site.settle()
                return answer(shelf, request)

        return handle

    return [
        Route("POST", "/rest/tempo-timesheets/4/worklogs/search", served(_search)),
        Route("GET", "/rest/tempo-timesheets/4/worklogs/{id}", served(_by_id)),
        Route("GET", "/rest/tempo-accounts/1/account", served(_accounts)),
        Route("GET", "/rest/tempo-accounts/1/account/key/{key}", served(_account)),
        Route("GET", "/rest/tempo-accounts/1/link/project/{id}", served(_links)),
    ]


def _search(shelf: Shelf, request: Request) -> Response:
    body = request.json()
    if not isinstance(body, dict) or any(not isinstance(body.get(name, []), list) for name in _LISTS):
        _refuse(400, "The body must be an object, and its filters lists")
    first, last = _day(body, "from"), _day(body, "to")
    wanted = {name: {str(value) for value in body.get(name) or ()} for name in _LISTS}
    members = {
        person.account_id
        for team in shelf.site.teams.values()
        if str(team.id) in wanted["teamId"]
        for person in team.members
    }
    found = [
        one
        for one in sorted(shelf.site.worklogs.values(), key=lambda one: (one.day, one.start, one.id))
        if (first is None or first <= one.day)
        and (last is None or one.day <= last)
        and _fits(shelf.site, one, wanted)
        and (not wanted["teamId"] or one.author in members)
    ]
    return Response.of_json([_worklog(shelf, one) for one in found])


def _fits(site: TempoSite, one: Worklog, wanted: dict[str, set[str]]) -> bool:
    issue = site.jira.issues[one.issue_id]
    project = site.jira.projects[issue.project_id]
    holds = {
        "worker": one.author,
        "projectId": str(project.id),
        "projectKey": project.key,
        "taskId": str(issue.id),
        "taskKey": site.jira.key_of(issue),
        "accountKey": one.account,
    }
    return all(not wanted[name] or value in wanted[name] for name, value in holds.items())


def _by_id(shelf: Shelf, request: Request) -> Response:
    text = request.params["id"]
    found = shelf.site.worklogs.get(int(text)) if text.isdigit() else None
    if found is None:
        _refuse(404, f"Worklog with id {text} was not found")
    return Response.of_json(_worklog(shelf, found))


def _accounts(shelf: Shelf, request: Request) -> Response:
    archived_too = request.one("skipArchived", "true").lower() == "false"
    found = [one for one in shelf.site.accounts.values() if archived_too or one.status != "ARCHIVED"]
    return Response.of_json([_account_json(shelf, one) for one in found])


def _account(shelf: Shelf, request: Request) -> Response:
    found = shelf.site.accounts.get(request.params["key"])
    if found is None:
        _refuse(404, f"Account {request.params['key']} was not found")
    return Response.of_json(_account_json(shelf, found))


def _links(shelf: Shelf, request: Request) -> Response:
    found = [one for one in shelf.site.account_links.values() if str(one.project_id) == request.params["id"]]
    return Response.of_json([_link_json(shelf, one) for one in found])


def _worklog(shelf: Shelf, one: Worklog) -> Json:
    site = shelf.site
    started = datetime.combine(one.day, one.start, tzinfo=ZoneInfo(site.jira.users[one.author].time_zone))
    return {
        "tempoWorklogId": one.id,
        "originId": one.jira_id,
        "originTaskId": one.issue_id,
        "worker": one.author,
        "updater": one.author,
        "issue": _issue(site, site.jira.issues[one.issue_id], one.account),
        "timeSpent": duration(one.seconds),
        "timeSpentSeconds": one.seconds,
        "billableSeconds": one.billable_seconds,
        "comment": one.description,
        "started": shelf.clock(started),
        "dateCreated": shelf.clock(one.created),
        "dateUpdated": shelf.clock(one.updated),
        "location": {"id": 1, "name": "Default Location"},
        "attributes": _attributes(one),
    }


def _attributes(one: Worklog) -> Json:
    if one.account is None:
        return {}
    shared = {"workAttributeId": 1, "type": "ACCOUNT", "key": ACCOUNT_ATTRIBUTE, "name": "Account"}
    return {ACCOUNT_ATTRIBUTE: {**shared, "value": one.account}}


def _issue(site: TempoSite, issue: Issue, account: str | None) -> Json:
    project = site.jira.projects[issue.project_id]
    booked = {} if account is None else {"accountKey": account}
    return {
        "id": issue.id,
        "key": site.jira.key_of(issue),
        "summary": issue.summary,
        "projectId": project.id,
        "projectKey": project.key,
        "issueType": issue.type,
        "issueStatus": issue.status,
        "reporterKey": issue.reporter,
        "estimatedRemainingSeconds": issue.remaining_seconds,
        "components": issue.components,
        "versions": [],
        "internalIssue": False,
        **booked,
    }


def _account_json(shelf: Shelf, one: Account) -> Json:
    lead = shelf.site.jira.users[one.lead]
    given: dict[str, Any] = {
        "monthlyBudget": one.monthly_budget,
        "customer": None
        if one.customer is None
        else {"id": one.customer.id, "key": one.customer.key, "name": one.customer.name},
        "category": None
        if one.category is None
        else {"id": one.category.id, "key": one.category.key, "name": one.category.name},
    }
    return {
        "id": one.id,
        "key": one.key,
        "name": one.name,
        "status": one.status,
        "global": one.for_all,
        "leadUsername": one.lead,
        "lead": {"key": one.lead, "displayName": lead.name},
        **{name: value for name, value in given.items() if value is not None},
    }


def _link_json(shelf: Shelf, one: AccountLink) -> Json:
    account = shelf.site.accounts[one.account]
    return {
        "id": one.id,
        "accountId": account.id,
        "scope": one.project_id,
        "scopeType": "PROJECT",
        "linkType": "MANUAL",
        "defaultAccount": one.default,
        "key": shelf.site.jira.projects[one.project_id].key,
    }


def _day(body: dict[str, Any], name: str) -> date | None:
    text = body.get(name)
    try:
        return date.fromisoformat(text) if text else None
    except (TypeError, ValueError):
        _refuse(400, f"'{name}' must be a day: yyyy-MM-dd")


def _refuse(status: int, message: str) -> NoReturn:
    raise HttpError(Response.of_json({"errorMessages": [message], "errors": {}}, status=status))
