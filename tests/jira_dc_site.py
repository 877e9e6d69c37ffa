"""A Jira Data Center in memory, on a wire of `responses`: enough of REST v2 to read a project that changes meanwhile.

It understands exactly the JQL that a reader may need: `project`, `key in`, `updated >=` and `created >=` with a
relative time or with a date-time in the account's zone, ordered by creation and key. Shapes follow the records of a
public Jira Server.
"""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import responses
from fake_clock import FakeClock

from connectors.jira.client import connection
from connectors.jira.datacenter.reader import JiraDataCenter
from connectors.jira.settings import JiraDataCenterSource
from portfolio.ports import Traffic

SITE = "https://jira.meridian.example"
API = f"{SITE}/rest/api/2"
NOW = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
"""The server's time at the start, which is also that of FakeClock."""
EPIC_FIELD, PARENT_FIELD, SPRINT_FIELD = "customfield_10008", "customfield_10200", "customfield_10007"
FIELDS = [
    {"id": "summary", "name": "Summary", "custom": False, "schema": {"type": "string", "system": "summary"}},
    *(
        {"id": field_id, "name": name, "custom": True, "schema": {"type": "any", "custom": custom}}
        for field_id, name, custom in (
            (EPIC_FIELD, "Epic Link", "com.pyxis.greenhopper.jira:gh-epic-link"),
            (PARENT_FIELD, "Parent Link", "com.atlassian.jpo:jpo-custom-field-parent"),
            (SPRINT_FIELD, "Sprint", "com.pyxis.greenhopper.jira:gh-sprint"),
            ("customfield_10006", "Story Points", "com.atlassian.jira.plugin.system.customfieldtypes:float"),
        )
    ),
]


def user(name: str, **more: Any) -> dict[str, Any]:
    """Somebody as issues show them. `key` is not the user name where somebody was renamed."""
    return {
        "key": f"JIRAUSER-{name}",
        "name": name,
        "displayName": f"{name.title()} Example",
        "emailAddress": f"{name}@meridian.example",
        "active": True,
        "timeZone": "Europe/Berlin",
    } | more


def at(moment: datetime) -> str:
    """A point in time as Jira writes it."""
    return f"{moment:%Y-%m-%dT%H:%M:%S.}{moment.microsecond // 1000:03d}{moment:%z}"


class Site:
    """Issues by native id, all of project 10000 (PAY) unless said otherwise."""

    def __init__(self, time: FakeClock) -> None:
        self.time = time
        self.issues: dict[str, dict[str, Any]] = {}
        self.projects = [{"id": "10000", "key": "PAY", "name": "Payments", "lead": user("ada")}]
        self.users = {name: user(name) for name in ("ada", "pat", "rosa")}
        self.properties: dict[str, Any] = {}
        self.versions: list[Any] = []
        self.worklogs: dict[str, list[Any]] = {}
        self.zone = "UTC"
        self.read_in_zone: str | None = None
        """The zone in which the server reads date-times, if not that of the account."""
        self.window = 10_000
        self.most_rows = 1000
        self.deployment = "Server"
        self.asked: list[dict[str, str]] = []
        self.before_search: Callable[[int], None] = lambda number: None
        """Called with the number of the search before it is answered: here the site changes under the pager."""
        self.relative_ignored = False
        self.statuses = [{"id": "3", "name": "To Do", "statusCategory": {"id": 2, "key": "new"}}]
        self.feeds: dict[str, list[dict[str, int]]] = {"updated": [], "deleted": []}
        self.hidden: set[str] = set()
        """Ids of issues that open for nobody whom we are."""
        self.unsearchable: set[str] = set()
        """Ids of archived issues: they open, but search does not know them."""

    def add(self, number: int, created: datetime | None = None, **fields: Any) -> dict[str, Any]:
        """An issue; by default created that many minutes after a day in October, and not changed since."""
        created = created or datetime(2026, 10, 1, 9, 0, tzinfo=UTC) + timedelta(minutes=number)
        issue = {
            "id": str(10_000 + number),
            "key": f"PAY-{number}",
            "fields": {
                "summary": f"Piece {number}",
                "issuetype": {"id": "1", "name": "Story", "subtask": False},
                "project": {"id": "10000", "key": "PAY", "name": "Payments"},
                "status": {"id": "3", "name": "To Do", "statusCategory": {"id": 2, "key": "new", "name": "To Do"}},
                "created": at(created),
                "updated": at(created),
                "labels": [],
                "fixVersions": [],
                "issuelinks": [],
                "assignee": None,
                "reporter": user("rosa"),
                "worklog": {"startAt": 0, "maxResults": 20, "total": 0, "worklogs": []},
            }
            | fields,
            "changelog": {"startAt": 0, "maxResults": 0, "total": 0, "histories": []},
        }
        self.issues[issue["id"]] = issue
        return issue

    def touch(self, number: int, **fields: Any) -> None:
        """A change now."""
        self.issues[str(10_000 + number)]["fields"] |= {"updated": at(self.time.now()), **fields}

    def remove(self, number: int) -> None:
        del self.issues[str(10_000 + number)]

    # what the wire asks

    def search(self, query: dict[str, str]) -> tuple[int, Any]:
        self.asked.append(query)
        self.before_search(len(self.asked))
        start, wanted = int(query.get("startAt", 0)), int(query["maxResults"])
        rows = min(wanted, self.most_rows)
        if start + rows > self.window:
            return 500, {"errorMessages": ["Search limit exceeded."], "errors": {}}
        found = self.matching(query["jql"])
        page = [self.shown(issue, query) for issue in found[start : start + rows]]
        return 200, {"startAt": start, "maxResults": rows, "total": len(found), "issues": page}

    def matching(self, jql: str) -> list[dict[str, Any]]:
        where, _, _order = jql.partition(" ORDER BY ")
        found = [
            issue
            for issue in self.issues.values()
            if any(all(self._holds(one, issue) for one in group.split(" AND ")) for group in _groups(where))
        ]
        return sorted(found, key=lambda i: (_instant(i["fields"]["created"]), int(i["key"].split("-")[1])))

    def _holds(self, clause: str, issue: dict[str, Any]) -> bool:
        if {issue["id"]} & (self.unsearchable | self.hidden):
            return False
        if keys := re.fullmatch(r"key in \((.*)\)", clause):
            return bool({issue["key"], issue["id"]} & set(keys[1].split(", ")))
        if project := re.fullmatch(r"project (?:= |in \()([\d, ]+)\)?", clause):
            return issue["fields"]["project"]["id"] in project[1].split(", ")
        name, value = re.fullmatch(r"(created|updated) >= (.+)", clause).groups()  # type: ignore[union-attr]
        return _instant(issue["fields"][name]) >= self._moment(value)

    def _moment(self, value: str) -> datetime:
        if relative := re.fullmatch(r"-(\d+)m", value):
            back = 0 if self.relative_ignored else int(relative[1])
            return self.time.now() - timedelta(minutes=back)
        local = datetime.fromisoformat(value.strip('"'))
        return local.replace(tzinfo=ZoneInfo(self.read_in_zone or self.zone))

    def shown(self, issue: dict[str, Any], query: dict[str, str]) -> dict[str, Any]:
        names = set(query.get("fields", "").split(","))
        fields = {n: v for n, v in issue["fields"].items() if n in names}
        shown = {"id": issue["id"], "key": issue["key"], "fields": fields}
        return shown | ({"changelog": issue["changelog"]} if query.get("expand") == "changelog" else {})

    def answer(self, path: str, query: dict[str, str]) -> tuple[int, Any]:
        if path == "/search":
            return self.search(query)
        plain: dict[str, Any] = {
            "/serverInfo": {
                "baseUrl": SITE,
                "version": "9.12.2",
                "deploymentType": self.deployment,
                "serverTime": at(self.time.now()),
            },
            "/myself": user("pat", timeZone=self.zone),
            "/status": self.statuses,
            "/issuetype": [{"id": "1", "name": "Story", "subtask": False}],
            "/field": FIELDS,
            "/project": self.projects,
        }
        if path in plain:
            return 200, plain[path]
        return self._one(path, query)

    def _one(self, path: str, query: dict[str, str]) -> tuple[int, Any]:
        none = 404, {"errorMessages": ["no such thing"], "errors": {}}
        if path == "/user":
            for somebody in self.users.values():
                if query.get("key") == somebody["key"] or query.get("username") == somebody["name"]:
                    return 200, somebody
            return none
        if match := re.fullmatch(r"/project/(\d+)/properties/(\w+)", path):
            value = self.properties.get(match[1])
            return none if value is None else (200, {"key": match[2], "value": value})
        if re.fullmatch(r"/project/\d+/versions", path):
            return 200, self.versions
        if match := re.fullmatch(r"/issue/(\d+)/worklog", path):
            found = self.worklogs.get(match[1], [])
            return 200, {"startAt": 0, "maxResults": len(found), "total": len(found), "worklogs": found}
        if match := re.fullmatch(r"/worklog/(updated|deleted)", path):
            since = int(query["since"])
            changes = [change for change in self.feeds[match[1]] if change["updatedTime"] >= since]
            return 200, {"values": changes, "since": since, "until": since, "lastPage": True}
        if (match := re.fullmatch(r"/issue/(\d+)", path)) and match[1] in self.hidden:
            return 403, {"errorMessages": ["You do not have the permission to see the specified issue."], "errors": {}}
        if (match := re.fullmatch(r"/issue/(\d+)", path)) and match[1] in self.issues:
            return 200, self.shown(self.issues[match[1]], query)
        return none


def _groups(where: str) -> list[str]:
    """Clauses that are joined by OR, each in brackets of its own."""
    return where[1:-1].split(") OR (") if where.startswith("(") else [where]


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


class Wire:
    """The site's requests; `on` answers a path otherwise, once for each answer given."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.paths: list[str] = []
        self._instead: dict[str, list[tuple[int, Any, dict[str, str]]]] = {}

    def on(self, path: str, status: int, body: Any = None, headers: dict[str, str] | None = None) -> None:
        self._instead.setdefault(path, []).append((status, body, headers or {}))

    def __call__(self, request: Any) -> tuple[int, dict[str, str], str]:
        parts = urlsplit(request.url)
        path = parts.path.removeprefix("/rest/api/2")
        self.paths.append(path)
        if request.method == "POST":
            wanted = set(json.loads(request.body)["ids"])
            logs = [log for logs in self.site.worklogs.values() for log in logs if int(log["id"]) in wanted]
            return 200, {"Content-Type": "application/json"}, json.dumps(logs)
        headers: dict[str, str] = {}
        if self._instead.get(path):
            status, body, headers = self._instead[path].pop(0)
        else:
            status, body = self.site.answer(path, {k: v[0] for k, v in parse_qs(parts.query).items()})
        text = body if isinstance(body, str) else json.dumps(body)
        return status, {"Content-Type": "application/json", **headers}, text


@contextmanager
def wired(site: Site) -> Iterator[Wire]:
    """The site on the wire."""
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        wire = Wire(site)
        mock.add_callback("GET", re.compile(re.escape(API) + "/.*"), callback=wire)
        mock.add_callback("POST", f"{API}/worklog/list", callback=wire)
        yield wire


def settings(**more: Any) -> JiraDataCenterSource:
    return JiraDataCenterSource(url=SITE, token="pat-of-a-person", **more)


def reader(time: FakeClock, **more: Any) -> JiraDataCenter:
    chosen = settings(**more)
    return JiraDataCenter("dc", chosen, connection(chosen, Traffic(), time.clock), time.clock)
