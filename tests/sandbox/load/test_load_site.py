"""The big site: complete, the same at every start, in Jira's shapes, and truthful about what it holds."""

from collections import Counter

import pytest
import requests
from openapi_check import check_response, needs_openapi

from sandbox.load.serve import LoadServer
from sandbox.serve import JIRA_EMAIL, JIRA_TOKEN

ISSUES = 437
OURS = ["summary", "status", "project", "parent", "issuetype", "updated", "timespent", "worklog", "customfield_10016"]


@pytest.fixture
def served():
    with LoadServer(ISSUES) as server:
        yield server
        assert server.server.failures == []


@pytest.fixture
def client(served):
    with requests.Session() as session:
        session.auth = (JIRA_EMAIL, JIRA_TOKEN)
        yield Client(session, served.url)


class Client:
    def __init__(self, session, url):
        self.session, self.url = session, url

    def get(self, path, **params):
        return self._read("GET", path, self.session.get(f"{self.url}/rest/api/3{path}", params=params))

    def post(self, path, body):
        return self._read("POST", path, self.session.post(f"{self.url}/rest/api/3{path}", json=body))

    def _read(self, method, path, answer):
        assert answer.status_code == 200, answer.text
        return answer.json()

    def load(self, method, name, body=None):
        return self.session.request(method, f"{self.url}/load/{name}", json=body)

    def search(self, jql, fields=("summary", "updated"), size=100):
        found, token = [], None
        while True:
            body = {"jql": jql, "fields": list(fields), "maxResults": size, "nextPageToken": token}
            page = self.post("/search/jql", body if token else {k: v for k, v in body.items() if v is not None})
            found += page["issues"]
            token = page.get("nextPageToken")
            assert page["isLast"] is (token is None)
            if token is None:
                return found


def test_pages_of_all_projects_together_hold_every_issue_once(client):
    listed = client.get("/project/search", expand="insight")["values"]
    found = [issue for p in listed for issue in client.search(f"project = {p['id']} ORDER BY updated ASC, key ASC")]
    assert len({issue["id"] for issue in found}) == len(found) == ISSUES
    assert sum(project["insight"]["totalIssueCount"] for project in listed) == ISSUES


def test_an_issue_lies_in_the_project_of_its_key(client):
    for issue in client.search("project in (LA, LC, LJ) order by created", OURS):
        assert issue["fields"]["project"]["key"] == issue["key"].partition("-")[0]


def test_every_order_of_updates_is_kept_and_a_bound_in_milliseconds_is_inclusive(client):
    found = client.search("project = LB ORDER BY updated ASC")
    moments = [issue["fields"]["updated"] for issue in found]
    assert moments == sorted(moments)
    assert client.search("project = LB ORDER BY updated DESC") == found[::-1]
    newest = client.search("project = LB AND updated >= 2000000000000")
    assert newest == []


def test_the_insight_of_a_project_tells_its_last_update(client):
    client.load("POST", "touch", {"issues": 3})
    for project in client.get("/project/search", expand="insight")["values"]:
        moments = [issue["fields"]["updated"] for issue in client.search(f"project = {project['id']}")]
        assert project["insight"]["lastIssueUpdateTime"] == max(moments)


def test_what_is_booked_inline_in_the_list_and_in_the_feed_is_the_same_and_adds_up(client):
    inline = {}
    for issue in client.search("updated >= 0", OURS):
        logs = issue["fields"]["worklog"]
        assert logs["total"] == len(logs["worklogs"])
        assert issue["fields"]["timespent"] == sum(one["timeSpentSeconds"] for one in logs["worklogs"])
        inline |= {one["id"]: one for one in logs["worklogs"]}
    assert len(inline) == client.load("GET", "expected").json()["worklogs"] == ISSUES * 3
    some = list(inline)[:1000]
    assert client.post("/worklog/list", {"ids": [int(one) for one in some]}) == [inline[one] for one in some]
    owner = inline[some[0]]["issueId"]
    assert client.get(f"/issue/{owner}/worklog")["worklogs"] == [
        inline[i] for i in inline if inline[i]["issueId"] == owner
    ]


def test_the_feed_of_worklogs_tells_each_once_in_order_and_ends(client):
    since, seen, pages = 0, [], 0
    while True:
        page = client.get("/worklog/updated", since=since)
        seen += [(one["updatedTime"], one["worklogId"]) for one in page["values"]]
        pages += 1
        if page["lastPage"]:
            break
        since = page["until"]
    assert len(set(seen)) == ISSUES * 3
    assert seen == sorted(seen)
    assert pages >= 2


def test_changelogs_of_many_issues_hold_eight_entries_each_over_pages(client):
    ids = [issue["id"] for issue in client.search("project = LD")]
    counts, token = Counter(), None
    while True:
        body = {"issueIdsOrKeys": ids, "maxResults": 100} | ({"nextPageToken": token} if token else {})
        page = client.post("/changelog/bulkfetch", body)
        for log in page["issueChangeLogs"]:
            counts[log["issueId"]] += len(log["changeHistories"])
        token = page.get("nextPageToken")
        if token is None:
            break
    assert counts == dict.fromkeys(ids, 8)


def test_changelogs_tell_of_the_fields_that_are_asked_for(client):
    body = {"issueIdsOrKeys": ["LA-1", "LA-2"], "fieldIds": ["duedate", "assignee"]}
    logs = client.post("/changelog/bulkfetch", body)["issueChangeLogs"]
    fields = [[entry["items"][0]["fieldId"] for entry in log["changeHistories"]] for log in logs]
    assert fields == [["assignee", "duedate"], ["assignee", "duedate"]]


def test_a_touch_changes_what_it_says_in_every_project_and_nothing_else(client):
    before = {issue["id"]: issue for issue in client.search("updated >= 0", OURS)}
    touched = client.load("POST", "touch", {"percent": 5}).json()["touched"]
    after = {issue["id"]: issue for issue in client.search("updated >= 0", OURS)}
    changed = [number for number in after if after[number] != before[number]]
    assert len(changed) == touched == len(client.search("updated >= -2h"))
    assert {after[number]["fields"]["project"]["key"] for number in changed} == {
        f"L{letter}" for letter in "ABCDEFGHIJ"
    }
    expected = client.load("GET", "expected").json()
    assert expected == {"issues": ISSUES, "worklogs": ISSUES * 3 + touched, "changes": ISSUES * 8 + touched}


def test_requests_are_counted_by_endpoint_without_ids(client):
    client.load("DELETE", "requests")
    client.get("/issue/100001", fields="summary")
    client.get("/issue/LB-1", fields="summary")
    client.get("/myself")
    counted = client.load("GET", "requests").json()
    by_endpoint = {"GET /rest/api/3/issue/{id}": 2, "GET /rest/api/3/myself": 1}
    assert counted == {"total": 3, "by_endpoint": by_endpoint, "most_at_once": 1}


def test_a_stranger_is_not_let_in(served):
    assert requests.get(f"{served.url}/rest/api/3/project/search").status_code == 401


@pytest.mark.parametrize(
    "jql", ["", "ORDER BY updated", "assignee = me", "project = NOPE", "updated >= 'soon'", "key = LA-1 ORDER BY votes"]
)
def test_a_query_that_it_cannot_answer_is_refused_and_never_answered_empty(client, jql):
    answer = client.session.post(f"{client.url}/rest/api/3/search/jql", json={"jql": jql, "fields": ["summary"]})
    assert answer.status_code == 400
    assert answer.json()["errorMessages"]


def test_a_missing_issue_is_told_and_does_not_fail_its_neighbours(client):
    page = client.post("/issue/bulkfetch", {"issueIdsOrKeys": ["100000", "999999"], "fields": ["summary"]})
    assert [issue["id"] for issue in page["issues"]] == ["100000"]
    assert [error["id"] for error in page["issueErrors"]] == ["999999"]


def test_two_starts_serve_the_same_bytes(client):
    with LoadServer(ISSUES) as other, requests.Session() as session:
        session.auth = (JIRA_EMAIL, JIRA_TOKEN)
        body = {"jql": "project = LC ORDER BY key", "fields": ["*all"], "expand": "changelog"}
        texts = [
            session.post(f"{url}/rest/api/3/search/jql", json=body).text.replace(url, "")
            for url in (client.url, other.url)
        ]
        assert texts[0] == texts[1]


@needs_openapi
@pytest.mark.parametrize(
    ("method", "path", "ask"),
    [
        ("POST", "/search/jql", {"jql": "project = LA", "fields": ["*all"], "maxResults": 15, "expand": "changelog"}),
        ("POST", "/search/jql", {"jql": "project = LA", "fields": ["id", "key"], "maxResults": 5000}),
        ("POST", "/search/approximate-count", {"jql": "project = LA"}),
        ("POST", "/issue/bulkfetch", {"issueIdsOrKeys": ["LA-1", "LA-2", "NO-1"], "expand": ["changelog"]}),
        ("POST", "/changelog/bulkfetch", {"issueIdsOrKeys": ["LA-1", "100011"], "maxResults": 10}),
        ("POST", "/worklog/list", {"ids": [6400000, 6400001]}),
        ("GET", "/issue/LA-2", {"expand": "changelog"}),
        ("GET", "/issue/LA-2/worklog", {}),
        ("GET", "/issue/LA-2/changelog", {"maxResults": 3}),
        ("GET", "/worklog/updated", {"since": "0"}),
        ("GET", "/worklog/deleted", {"since": "0"}),
        ("GET", "/project/search", {"expand": "insight,lead"}),
        ("GET", "/project/LA/version", {}),
        ("GET", "/field", {}),
        ("GET", "/status", {}),
        ("GET", "/serverInfo", {}),
        ("GET", "/myself", {}),
        ("GET", "/mypermissions", {"permissions": "BROWSE_PROJECTS"}),
    ],
)
def test_answers_keep_to_atlassians_document(client, method, path, ask):
    client.load("POST", "touch", {"percent": 50})
    answer = client.get(path, **ask) if method == "GET" else client.post(path, ask)
    assert check_response(method, f"/rest/api/3{path}", 200, answer) == []


def test_version_2_tells_the_same_with_plain_text_and_its_own_links(client):
    body = {"jql": "project = LB ORDER BY key", "fields": ["*all"], "expand": "transitions", "maxResults": 3}
    newer = client.post("/search/jql", body)["issues"]
    answer = client.session.post(f"{client.url}/rest/api/2/search/jql", json=body)
    older = answer.json()["issues"]
    assert [issue["id"] for issue in older] == [issue["id"] for issue in newer]
    assert isinstance(newer[0]["fields"]["description"], dict)
    assert isinstance(older[0]["fields"]["description"], str)
    assert "/rest/api/3/" not in answer.text
    assert len(older[0]["transitions"]) == 4


def test_a_client_that_does_not_unpack_gets_plain_bytes(client):
    body = {"jql": "project = LB", "fields": ["summary"]}
    url = f"{client.url}/rest/api/3/search/jql"
    plain = client.session.post(url, json=body, headers={"Accept-Encoding": "identity"})
    packed = client.session.post(url, json=body)
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert plain.json() == packed.json()
