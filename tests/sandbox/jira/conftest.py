"""A small Jira site, served, and a client that holds every exchange against Atlassian's document."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import requests
from openapi_check import DOCUMENT, check_request, check_response

from sandbox.http import Server
from sandbox.jira.routes import BASE, routes
from sandbox.jira.site import JiraSite

ACCOUNT = ("pmo-bot@meridian.example", "sandbox-token")
START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


@dataclass
class Answer:
    status: int
    json: Any
    headers: Any


class Api:
    """Sends requests below /rest/api/3. With `checked`, both ways must agree with the document, where it is at hand."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.session = requests.Session()
        self.session.auth = ACCOUNT

    def call(self, method, path, *, json=None, checked=True, **query) -> Answer:
        path = BASE + path
        listed = {name: ",".join(value) if isinstance(value, list) else str(value) for name, value in query.items()}
        if checked and DOCUMENT.is_file():
            assert check_request(method, path, listed, json) == []
        got = self.session.request(method, self.url + path, params=listed, json=json, allow_redirects=False)
        is_json = got.headers.get("Content-Type", "").startswith("application/json")
        document = got.json() if is_json and got.content else None
        if checked and DOCUMENT.is_file():
            assert check_response(method, path, got.status_code, document) == []
        return Answer(got.status_code, document, got.headers)

    def get(self, path, **query):
        return self.call("GET", path, **query)

    def post(self, path, json, **query):
        return self.call("POST", path, json=json, **query)

    def put(self, path, json, **query):
        return self.call("PUT", path, json=json, **query)

    def delete(self, path, **query):
        return self.call("DELETE", path, **query)

    def search(self, jql, fields=("summary",), **more):
        return self.post("/search/jql", {"jql": jql, "fields": list(fields), **more})

    def keys(self, jql):
        answer = self.search(jql, ["key"], maxResults=5000)
        assert answer.status == 200, answer.json
        return [issue["key"] for issue in answer.json["issues"]]


def fill(site: JiraSite) -> None:
    """ALPHA: an epic, a story with a sub-task, a risk; BETA: a task that the story blocks. Made one day apart each."""
    ada = site.add_user("Ada Meier", email="ada@meridian.example")
    bo = site.add_user("Bo Nkemelu", email="bo@meridian.example", email_visible=False, active=False)
    site.add_group("developers", [bo, ada])
    site.add_project(
        "ALPHA", "Alpha portal", lead=ada, category="Growth", description="First", pmo={"initiative": "INI-01"}
    )
    site.add_project("BETA", "Beta", lead=bo)
    site.add_version("ALPHA", "1.0", start=date(2026, 1, 1), release=date(2026, 3, 1))

    def add(key, kind, summary, day, **more):
        at = START + timedelta(days=day)
        return site.add_issue(key.split("-")[0], kind, summary, key=key, created=at, reporter=ada, **more)

    add("ALPHA-1", "Epic", "Sign in", 0, labels=["web"])
    story = add(
        "ALPHA-2", "Story", "Form <b>&", 1, parent="ALPHA-1", assignee=bo, versions=["1.0"], due=date(2026, 2, 1),
        estimate_hours=16, remaining_hours=4, description="Two\nlines\n\nand more", status="In Progress",
        labels=["web", "ui"], components=["login"],
        custom={"Story Points": 5, "Flagged": True, "Start date": date(2026, 1, 6)},
    )  # fmt: skip
    add("ALPHA-3", "Sub-task", "Field", 2, parent="ALPHA-2", estimate_hours=2)
    add("ALPHA-4", "Risk", "Late", 3, priority="High", custom={"Risk kind": "Threat", "Approved by": bo})
    add("BETA-1", "Task", "Consumer", 4, status="Done", resolved=START + timedelta(days=9), priority=None)
    site.add_link("Blocks", "ALPHA-2", "BETA-1")
    for day in range(25):
        site.add_worklog(story, author=bo, started=START + timedelta(days=day), hours=1.5, comment="Work")
    site.add_history(story, at=START, author=ada, field="status", before="To Do", after="In Progress")
    site.add_history(story, at=START + timedelta(days=1), author=bo, field="duedate", before=None, after="2026-02-01")
    site.add_history(story, at=START + timedelta(days=2), author=ada, field="assignee", before=ada, after=bo)
    site.add_history("ALPHA-1", at=START + timedelta(hours=5), author=None, field="Story Points", before="3", after="5")


@pytest.fixture
def fill_site():
    return fill


@pytest.fixture
def site():
    site = JiraSite()
    fill(site)
    return site


@pytest.fixture
def server(site):
    with Server(routes(site)) as server:
        yield server
        assert server.failures == []


@pytest.fixture
def api(server):
    return Api(server.url)


@pytest.fixture
def serve(tmp_path):
    """Serve another process's view: the same filled world from the same state file."""
    opened = []

    def start(state=tmp_path / "jira.json"):
        site = JiraSite()
        fill(site)
        server = Server(routes(site, state)).start()
        opened.append(server)
        return Api(server.url), site

    yield start
    for server in opened:
        server.close()
