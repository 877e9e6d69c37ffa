"""Routes of Tempo about booked time: lists by what was asked, one by id, and the two ways between the ids."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any, Literal

from sandbox.http import Response
from sandbox.tempo.call import JIRA, Call, Json, moment, refuse
from sandbox.tempo.records import Worklog

ACCOUNT_ATTRIBUTE = "_Account_"
"""The work attribute that holds the key of the account that time was booked for."""


@dataclass(frozen=True)
class Wanted:
    """What a list was asked for; an empty set asks for everything."""

    start: date | None = None
    end: date | None = None
    updated_from: datetime | None = None
    projects: frozenset[int] = frozenset()
    issues: frozenset[int] = frozenset()
    authors: frozenset[str] = frozenset()


def of_query(call: Call) -> Response:
    """GET /worklogs?projectId&issueId&from&to&updatedFrom&offset&limit&orderBy."""
    return _answer(call, _asked(call))


def search(call: Call) -> Response:
    """POST /worklogs/search: authorIds, issueIds, projectIds, from, to, updatedFrom in the body."""
    body = call.body()
    return _answer(
        call,
        Wanted(
            start=call.day("from", str(body.get("from") or "")),
            end=call.day("to", str(body.get("to") or "")),
            updated_from=_since(str(body.get("updatedFrom") or "")),
            projects=_numbers(body, "projectIds"),
            issues=_numbers(body, "issueIds"),
            authors=frozenset(map(str, body.get("authorIds") or ())),
        ),
    )


def of_project(call: Call) -> Response:
    """GET /worklogs/project/{id}."""
    number = call.path_number("id")
    if number not in call.site.jira.projects:
        refuse(404, f"Project with id '{number}' not found")
    return _answer(call, _asked(call, projects=frozenset({number})))


def of_issue(call: Call) -> Response:
    """GET /worklogs/issue/{id}."""
    number = call.path_number("id")
    if number not in call.site.jira.issues:
        refuse(404, f"Issue with id '{number}' not found")
    return _answer(call, _asked(call, issues=frozenset({number})))


def of_user(call: Call) -> Response:
    """GET /worklogs/user/{id}."""
    return _answer(call, _asked(call, authors=frozenset({call.request.params["id"]})))


def of_team(call: Call) -> Response:
    """GET /worklogs/team/{id}."""
    team = call.site.teams.get(call.path_number("id"))
    if team is None:
        refuse(404, "Team not found")
    members = frozenset(one.account_id for one in team.members)
    return _answer(call, _asked(call, authors=members), keep=lambda one: one.author in members)


def of_account(call: Call) -> Response:
    """GET /worklogs/account/{key}."""
    key = call.request.params["key"]
    if key not in call.site.accounts:
        refuse(404, f"Account '{key}' not found")
    return _answer(call, _asked(call), keep=lambda one: one.account == key)


def by_id(call: Call) -> Response:
    """GET /worklogs/{id}."""
    call.need("worklogs:view")
    number = call.path_number("id")
    found = call.site.worklogs.get(number)
    if found is None or not _visible(call, found):
        refuse(404, f"Worklog with id '{number}' not found")
    return Response.of_json(worklog_json(call, found))


def to_jira(call: Call) -> Response:
    """POST /worklogs/tempo-to-jira {tempoWorklogIds}: ids that are gone are left out."""
    return _pairs(call, "tempoWorklogIds", lambda one: one.id)


def to_tempo(call: Call) -> Response:
    """POST /worklogs/jira-to-tempo {jiraWorklogIds}."""
    return _pairs(call, "jiraWorklogIds", lambda one: one.jira_id)


def worklog_json(call: Call, one: Worklog) -> Json:
    """Write a worklog: the issue has an id and no key, the author an account id and no name."""
    address = call.link(f"worklogs/{one.id}")
    values = [] if one.account is None else [{"key": ACCOUNT_ATTRIBUTE, "value": one.account}]
    return {
        "self": address,
        "tempoWorklogId": one.id,
        "issue": {"self": f"{JIRA}/rest/api/2/issue/{one.issue_id}", "id": one.issue_id},
        "timeSpentSeconds": one.seconds,
        "billableSeconds": one.billable_seconds,
        "startDate": one.day.isoformat(),
        "startTime": one.start.isoformat(timespec="seconds"),
        "startDateTimeUtc": moment(call.site.moment(one.author, one.day, one.start)),
        "description": one.description,
        "createdAt": moment(one.created),
        "updatedAt": moment(one.updated),
        "author": call.user(one.author),
        "attributes": {"self": f"{address}/work-attribute-values", "values": values},
    }


def _asked(
    call: Call,
    *,
    projects: frozenset[int] | None = None,
    issues: frozenset[int] | None = None,
    authors: frozenset[str] = frozenset(),
) -> Wanted:
    query = {name: list(call.request.query.get(name, ())) for name in ("projectId", "issueId")}
    return Wanted(
        start=call.day("from"),
        end=call.day("to"),
        updated_from=_since(call.request.one("updatedFrom")),
        projects=_numbers(query, "projectId") if projects is None else projects,
        issues=_numbers(query, "issueId") if issues is None else issues,
        authors=authors,
    )


def _answer(call: Call, wanted: Wanted, keep: Callable[[Worklog], bool] = lambda _: True) -> Response:
    call.need("worklogs:view")
    fits = _filter(call, wanted)
    found = [one for one in call.site.worklogs.values() if _visible(call, one) and fits(one) and keep(one)]
    found.sort(key=_order(call), reverse=call.site.descending)
    offset, limit = call.number("offset", 0), call.number("limit", 50, 5000)
    # Only the page is written out: a site has many worklogs and a run asks for many pages.
    shown: list[Json] = [None] * len(found)
    shown[offset : offset + limit] = [worklog_json(call, one) for one in found[offset : offset + limit]]
    return call.page(shown)


def _filter(call: Call, wanted: Wanted) -> Callable[[Worklog], bool]:
    issues = call.site.jira.issues

    def fits(one: Worklog) -> bool:
        return (
            (wanted.start is None or wanted.start <= one.day)
            and (wanted.end is None or one.day <= wanted.end)
            and (wanted.updated_from is None or one.updated >= wanted.updated_from)
            and (not wanted.issues or one.issue_id in wanted.issues)
            and (not wanted.projects or issues[one.issue_id].project_id in wanted.projects)
            and (not wanted.authors or one.author in wanted.authors)
        )

    return fits


def _visible(call: Call, one: Worklog) -> bool:
    return call.site.sees_everyone or one.author == call.site.jira.account


_Key = tuple[Any, ...]
Order = Literal["ID", "START_DATE_TIME", "UPDATED"]


def _order(call: Call) -> Callable[[Worklog], _Key]:
    orders: dict[str, Callable[[Worklog], _Key]] = {
        "ID": lambda one: (one.id,),
        "START_DATE_TIME": lambda one: (one.day, one.start, one.id),
        "UPDATED": lambda one: (one.updated, one.id),
    }
    asked = call.request.one("orderBy", "ID")
    if asked not in orders:
        refuse(400, f"'orderBy' must be one of {', '.join(orders)}")
    return orders[asked]


def _pairs(call: Call, name: str, side: Callable[[Worklog], int]) -> Response:
    call.need("worklogs:view")
    asked = _numbers(call.body(), name)
    found = sorted((one for one in call.site.worklogs.values() if side(one) in asked), key=side)
    return call.page([{"tempoWorklogId": one.id, "jiraWorklogId": one.jira_id} for one in found])


def _since(text: str) -> datetime | None:
    """Read a day, which starts at midnight UTC, or a whole moment with its zone."""
    if not text:
        return None
    try:
        if len(text) == len("2026-01-31"):
            return datetime.combine(date.fromisoformat(text), time(), tzinfo=UTC)
        at = datetime.fromisoformat(text)
    except ValueError:
        refuse(400, "'updatedFrom' must be valid on the format: 'yyyy-MM-dd'")
    if at.tzinfo is None:
        refuse(400, "'updatedFrom' must be valid on the format: 'yyyy-MM-dd'")
    return at


def _numbers(source: Any, name: str) -> frozenset[int]:
    values: Iterable[Any] = source.get(name) or ()
    texts = [str(value) for value in values]
    if not all(text.isdigit() for text in texts):
        refuse(400, f"'{name}' must hold numbers")
    return frozenset(map(int, texts))


ROUTES = (
    ("GET", "/4/worklogs", of_query),
    ("POST", "/4/worklogs/search", search),
    ("POST", "/4/worklogs/tempo-to-jira", to_jira),
    ("POST", "/4/worklogs/jira-to-tempo", to_tempo),
    ("GET", "/4/worklogs/project/{id}", of_project),
    ("GET", "/4/worklogs/issue/{id}", of_issue),
    ("GET", "/4/worklogs/user/{id}", of_user),
    ("GET", "/4/worklogs/team/{id}", of_team),
    ("GET", "/4/worklogs/account/{key}", of_account),
    ("GET", "/4/worklogs/{id}", by_id),
)
