"""The system fields of an issue and how each is written as JSON; worklogs and comments, also for pages of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from sandbox.jira.records import Comment, Issue, Json, Link, Worklog
from sandbox.jira.references import References
from sandbox.jira.shapes import duration, moment, moment_or_none, stable_number
from sandbox.jira.store import Store

EMBEDDED_WORKLOGS = 20
"""An issue carries this many worklogs at most, whatever their number (seen on real sites; the document is silent)."""


@dataclass(frozen=True)
class SystemField:
    """A field of every site: its name, its schema type and items, and how an issue's value is written."""

    id: str
    name: str
    type: str
    write: Callable[[References, Issue], Json]
    items: str | None = None
    navigable: bool = True

    def schema(self) -> dict[str, Json]:
        """Give the JSON schema that `GET /field` shows."""
        return {"type": self.type, **({"items": self.items} if self.items else {}), "system": self.id}


def worklog_json(refs: References, worklog: Worklog) -> dict[str, Json]:
    """Write a worklog; the comment is an Atlassian document and may be missing."""
    comment = {} if worklog.comment is None else {"comment": worklog.comment}
    authors = {"author": worklog.author, "updateAuthor": worklog.update_author}
    return {
        "self": refs.link(f"issue/{worklog.issue_id}/worklog/{worklog.id}"),
        **{name: refs.account(account) for name, account in authors.items() if account is not None},
        **comment,
        "created": moment(worklog.created),
        "updated": moment(worklog.updated),
        "started": moment(worklog.started),
        "timeSpent": duration(worklog.seconds),
        "timeSpentSeconds": worklog.seconds,
        "id": str(worklog.id),
        "issueId": str(worklog.issue_id),
    }


def comment_json(refs: References, issue: Issue, comment: Comment) -> dict[str, Json]:
    """Write a comment."""
    author = (
        {} if comment.author is None else {name: refs.account(comment.author) for name in ("author", "updateAuthor")}
    )
    return {
        "self": refs.link(f"issue/{issue.id}/comment/{comment.id}"),
        "id": str(comment.id),
        **author,
        "body": comment.body,
        **_comment_properties(refs, comment),
        "created": moment(comment.created),
        "updated": moment(comment.updated),
        **({"jsdPublic": True} if refs.store.edition == "cloud" else {}),
    }


def _comment_properties(refs: References, comment: Comment) -> dict[str, Json]:
    if refs.store.edition == "data_center" or not comment.properties:
        return {}
    return {"properties": [{"key": key, "value": value} for key, value in comment.properties.items()]}


def spent_seconds(issue: Issue) -> int | None:
    """Add up the issue's worklogs; nothing booked is null in Jira."""
    return sum(worklog.seconds for worklog in issue.worklogs) or None


def _named(texts: Iterable[str], refs: References, kind: str) -> Json:
    numbered = [(stable_number(text), text) for text in texts]
    return [{"self": refs.link(f"{kind}/{number}"), "id": str(number), "name": text} for number, text in numbered]


def _security(refs: References, name: str | None) -> Json:
    if name is None:
        return None
    number = str(stable_number(name))
    return {"self": refs.link(f"securitylevel/{number}"), "id": number, "name": name, "description": ""}


def _worklogs(refs: References, issue: Issue) -> Json:
    seen = refs.store.shown_worklogs(issue)
    shown = [worklog_json(refs, one) for one in seen[:EMBEDDED_WORKLOGS]]
    return {"startAt": 0, "maxResults": EMBEDDED_WORKLOGS, "total": len(seen), "worklogs": shown}


def _comments(refs: References, issue: Issue) -> Json:
    shown = [comment_json(refs, issue, one) for one in issue.comments]
    link = refs.link(f"issue/{issue.id}/comment")
    return {"comments": shown, "self": link, "maxResults": len(shown), "total": len(shown), "startAt": 0}


def _links(refs: References, issue: Issue) -> Json:
    return [_link(refs, issue, link) for link in refs.store.links_of(issue)]


def _link(refs: References, issue: Issue, link: Link) -> Json:
    kind = refs.store.link_types[link.type]
    outward = link.source == issue.id
    other = refs.store.issues[link.target if outward else link.source]
    about = {"id": str(kind.id), "name": kind.name, "inward": kind.inward, "outward": kind.outward}
    return {
        "id": str(link.id),
        "self": refs.link(f"issueLink/{link.id}"),
        "type": about | {"self": refs.link(f"issueLinkType/{kind.id}")},
        ("outwardIssue" if outward else "inwardIssue"): refs.issue(other),
    }


def _tracking(refs: References, issue: Issue) -> Json:
    known = {
        "originalEstimate": issue.estimate_seconds,
        "remainingEstimate": issue.remaining_seconds,
        "timeSpent": spent_seconds(issue),
    }
    told: dict[str, Json] = {name: duration(value) for name, value in known.items() if value is not None}
    return told | {f"{name}Seconds": value for name, value in known.items() if value is not None}


def _with_subtasks(one: Callable[[Issue], int | None]) -> Callable[[References, Issue], Json]:
    def total(refs: References, issue: Issue) -> Json:
        values = [one(each) for each in (issue, *refs.store.subtasks_of(issue))]
        known = [value for value in values if value is not None]
        return sum(known) if known else None

    return total


def _parent(refs: References, issue: Issue) -> Json:
    parent = None if issue.parent_id is None else refs.store.issues.get(issue.parent_id)
    return None if parent is None else refs.issue(parent)


def _day(day: object) -> Json:
    return None if day is None else str(day)


_S = SystemField
SYSTEM: dict[str, SystemField] = {
    field.id: field
    for field in (
        _S("summary", "Summary", "string", lambda _, i: i.summary),
        _S("issuetype", "Issue Type", "issuetype", lambda r, i: r.issue_type(r.store.issue_types[i.type])),
        _S("project", "Project", "project", lambda r, i: r.project(r.store.projects[i.project_id])),
        _S("parent", "Parent", "issuelink", _parent),
        _S("status", "Status", "status", lambda r, i: r.status(r.store.statuses[i.status])),
        _S(
            "statuscategorychangedate",
            "Status Category Changed",
            "datetime",
            lambda _, i: moment_or_none(i.status_changed),
        ),
        _S("priority", "Priority", "priority", lambda r, i: r.priority(i.priority) if i.priority else None),
        _S("resolution", "Resolution", "resolution", lambda r, i: r.resolution(i.resolution) if i.resolution else None),
        _S("resolutiondate", "Resolved", "datetime", lambda _, i: moment_or_none(i.resolved)),
        _S("assignee", "Assignee", "user", lambda r, i: r.account(i.assignee)),
        _S("reporter", "Reporter", "user", lambda r, i: r.account(i.reporter)),
        _S("creator", "Creator", "user", lambda r, i: r.account(i.creator)),
        _S("created", "Created", "datetime", lambda _, i: moment(i.created)),
        _S("updated", "Updated", "datetime", lambda _, i: moment(i.updated)),
        _S("duedate", "Due date", "date", lambda _, i: _day(i.due)),
        _S("labels", "Labels", "array", lambda _, i: i.labels, "string"),
        _S("components", "Components", "array", lambda r, i: _named(i.components, r, "component"), "component"),
        _S(
            "fixVersions",
            "Fix versions",
            "array",
            lambda r, i: [r.version(r.store.versions[v]) for v in i.versions],
            "version",
        ),
        _S(
            "versions",
            "Affects versions",
            "array",
            lambda r, i: [r.version(r.store.versions[v]) for v in i.affects],
            "version",
        ),
        _S("security", "Security Level", "securitylevel", lambda r, i: _security(r, i.security)),
        _S("timeoriginalestimate", "Original estimate", "number", lambda _, i: i.estimate_seconds),
        _S("timeestimate", "Remaining Estimate", "number", lambda _, i: i.remaining_seconds),
        _S("timespent", "Time Spent", "number", lambda _, i: spent_seconds(i)),
        _S(
            "aggregatetimeoriginalestimate",
            "Σ Original Estimate",
            "number",
            _with_subtasks(lambda i: i.estimate_seconds),
        ),
        _S("aggregatetimeestimate", "Σ Remaining Estimate", "number", _with_subtasks(lambda i: i.remaining_seconds)),
        _S("aggregatetimespent", "Σ Time Spent", "number", _with_subtasks(spent_seconds)),
        _S("subtasks", "Sub-tasks", "array", lambda r, i: [r.issue(c) for c in r.store.subtasks_of(i)], "issuelinks"),
        _S("issuelinks", "Linked Issues", "array", _links, "issuelinks"),
        _S("description", "Description", "string", lambda _, i: i.description),
        _S("environment", "Environment", "string", lambda _, i: i.environment),
        _S("timetracking", "Time tracking", "timetracking", _tracking, None, False),
        _S("worklog", "Log Work", "array", _worklogs, "worklog", False),
        _S("comment", "Comment", "comments-page", _comments, None, False),
        _S("attachment", "Attachment", "array", lambda _r, _i: [], "attachment", False),
    )
}


def _parent_of_subtask(refs: References, issue: Issue) -> Json:
    return _parent(refs, issue) if refs.store.issue_types[issue.type].level < 0 else None


DATA_CENTER: dict[str, SystemField] = {
    name: replace(field, write=_parent_of_subtask) if name == "parent" else field
    for name, field in SYSTEM.items()
    if name != "statuscategorychangedate"
}
DATA_CENTER["archiveddate"] = _S("archiveddate", "Archived", "datetime", lambda _, i: moment_or_none(i.archived))
"""The fields of a Data Center site: only sub-tasks have a `parent` (epics: see `registry.EPIC_LINK`)."""


def system_fields(store: Store) -> dict[str, SystemField]:
    """Give the fields that every site of this edition has."""
    return SYSTEM if store.edition == "cloud" else DATA_CENTER
