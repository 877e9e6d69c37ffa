"""Plays a dump of Jira Data Center issues back: one JSON object a line, in the shape of REST v2.

On a Data Center site people and texts stay as they are. For a Cloud site what differs between the two is converted:
users become accounts with an account id, wiki text becomes an Atlassian document. On both, parents come from `parent`
or `epic`, ids and keys stay, and what leads out of the dump is counted, not invented.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import orjson

from sandbox.jira.records import Comment, Issue, Json, Project
from sandbox.jira.site import JiraSite
from sandbox.jira.wiki import document_of_wiki


@dataclass(frozen=True)
class Replayed:
    """What a dump held. The links and parents left out lead to issues that are not in it."""

    issues: int
    unassigned: int
    links: int
    links_left_out: int
    parents_left_out: int


def replay(path: Path, site: JiraSite) -> Replayed:
    """Add every issue of the file to the site."""
    return replay_records((orjson.loads(line) for line in path.read_bytes().splitlines() if line.strip()), site)


def replay_records(records: Iterable[Json], site: JiraSite) -> Replayed:
    """Add decoded issues to the site, then what binds them to each other."""
    known = list(records)
    issues = [_issue(site, record) for record in known]
    links = left_out = orphans = 0
    for record in known:
        fields = record["fields"]
        parent = (fields.get("parent") or fields.get("epic") or {}).get("key")
        found = site.issue(parent) if parent else None
        site.need_issue(record["key"]).parent_id = None if found is None else found.id
        orphans += 1 if parent and found is None else 0
        made, missing = _links(site, record)
        links, left_out = links + made, left_out + missing
    unassigned = sum(1 for issue in issues if issue.assignee is None)
    site.changed()
    return Replayed(len(issues), unassigned, links, left_out, orphans)


def _issue(site: JiraSite, record: Json) -> Issue:
    fields = record["fields"]
    project = _project(site, fields["project"], fields)
    kind = fields["issuetype"]
    _know(site, fields)
    key = site.add_issue(
        project.key,
        kind["name"],
        fields["summary"],
        key=record["key"],
        issue_id=int(record["id"]),
        created=_moment(fields["created"]),
        updated=_moment(fields["updated"]),
        status=fields["status"]["name"],
        reporter=_account(site, fields.get("reporter")),
        creator=_account(site, fields.get("creator")),
        assignee=_account(site, fields.get("assignee")),
        priority=(fields.get("priority") or {}).get("name"),
        labels=fields.get("labels") or [],
        components=[one["name"] for one in fields.get("components") or []],
        versions=[_version(site, project, one) for one in fields.get("fixVersions") or []],
        affects=[_version(site, project, one) for one in fields.get("versions") or []],
        security=(fields.get("security") or {}).get("name"),
        due=None if fields.get("duedate") is None else date.fromisoformat(fields["duedate"]),
        resolution=(fields.get("resolution") or {}).get("name"),
        resolved=None if fields.get("resolutiondate") is None else _moment(fields["resolutiondate"]),
    )
    issue = site.need_issue(key)
    issue.description, issue.environment = (_text(site, fields.get(name)) for name in ("description", "environment"))
    issue.estimate_seconds, issue.remaining_seconds = fields.get("timeoriginalestimate"), fields.get("timeestimate")
    issue.comments = [_comment(site, one) for one in (fields.get("comment") or {}).get("comments") or []]
    if fields.get("flagged"):
        issue.custom |= site.custom_values({"Flagged": True})
    return issue


def _know(site: JiraSite, fields: dict[str, Any]) -> None:
    """Let the site know the names that this issue uses; the dump's level and category win over the site's."""
    kind, status = fields["issuetype"], fields["status"]
    site.add_issue_type(kind["name"], -1 if kind["subtask"] else 0)
    site.add_status(status["name"], status["statusCategory"]["key"])
    held = site.statuses[status["name"]]
    site.statuses[status["name"]] = replace(held, category=status["statusCategory"]["key"])
    for names, field in ((site.priorities, "priority"), (site.resolutions, "resolution")):
        value = fields.get(field)
        if value is not None:
            names.setdefault(value["name"], 10100 + len(names))


def _project(site: JiraSite, written: Json, fields: dict[str, Any]) -> Project:
    known = site.project(written["key"])
    if known is not None:
        return known
    category = (written.get("projectCategory") or {}).get("name")
    lead = _account(site, fields.get("creator")) or site.account
    return site.add_project(
        written["key"], written["name"], lead=lead, category=category, project_id=int(written["id"])
    )


def _account(site: JiraSite, user: Json) -> str | None:
    """Make an account of a Data Center user, whose `key` is what stays when the login changes."""
    if user is None:
        return None
    account_id = str(user["key"]) if site.edition == "data_center" else f"dc:{user['key']}"
    if account_id not in site.users:
        site.add_user(user["displayName"], account_id=account_id, active=user["active"], time_zone=user["timeZone"])
        site.users[account_id].login = str(user["name"])
    return account_id


def _version(site: JiraSite, project: Project, written: Json) -> str:
    name = str(written["name"])
    if not any(one.name == name and one.project_id == project.id for one in site.versions.values()):
        day = written.get("releaseDate")
        release = None if day is None else date.fromisoformat(day)
        site.add_version(project.key, name, release=release, released=written["released"], archived=written["archived"])
    return name


def _text(site: JiraSite, wiki: str | None) -> Json:
    return document_of_wiki(wiki) if site.edition == "cloud" else wiki


def _comment(site: JiraSite, written: Json) -> Comment:
    body = _text(site, written.get("body"))
    author, created = _account(site, written.get("author")), _moment(written["created"])
    number = int(written["id"])
    site.keep_ids_above("comment", number)
    return Comment(number, author, body, created, _moment(written["updated"]))


def _links(site: JiraSite, record: Json) -> tuple[int, int]:
    """Add the outward links, so that none is added from both ends; give how many were added and left out."""
    made = missing = 0
    for link in record["fields"].get("issuelinks") or []:
        other = link.get("outwardIssue") or link.get("inwardIssue")
        if site.issue(other["key"]) is None:
            missing += 1
        elif "outwardIssue" in link:
            kind = link["type"]
            site.add_link_type(kind["name"], kind["outward"], kind["inward"])
            site.add_link(kind["name"], record["key"], other["key"])
            made += 1
    return made, missing


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
