"""The Data Center edition: REST v2, users by name and key, wiki text, a result window, a bucket of requests."""

from datetime import timedelta

import pytest
import requests

from sandbox.jira.datacenter.limits import Bucket, Limits
from sandbox.jira.serving import serve_jira
from sandbox.jira.site import JiraSite

EPIC_LINK, EPIC_NAME, PARENT_LINK = "customfield_10101", "customfield_10102", "customfield_10103"


class Client:
    def __init__(self, server):
        self.server, self.session = server, requests.Session()
        self.session.headers["Authorization"] = "Bearer sandbox-token"

    def call(self, method, path, **more):
        return self.session.request(method, f"{self.server.url}/rest/api/2{path}", **more)

    def get(self, path, **query):
        return self.call("GET", path, params=query)

    def search(self, jql, **query):
        answer = self.get("/search", jql=jql, **query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def keys(self, jql, **query):
        return [one["key"] for one in self.search(jql, fields="summary", **query)["issues"]]


@pytest.fixture
def limits():
    return Limits()


@pytest.fixture
def site(fill_site):
    site = JiraSite(edition="data_center", time_zone="Pacific/Kiritimati")
    fill_site(site)
    return site


@pytest.fixture
def api(site, limits):
    with serve_jira(site, limits=limits) as server:
        yield Client(server)
        assert server.failures == []


def test_the_site_tells_its_edition_and_version(api, limits):
    told = api.get("/serverInfo").json()
    assert (told["deploymentType"], told["versionNumbers"][0]) == ("Server", 10)
    limits.version = (9, 12, 4)
    assert api.get("/serverInfo").json()["version"] == "9.12.4"


def test_a_user_is_a_name_and_a_key_without_account_id(api, site):
    me = api.get("/myself").json()
    assert (me["name"], me["key"], me["timeZone"]) == ("pmo-bot", site.account, "Pacific/Kiritimati")
    assert "accountId" not in me
    assert api.get("/user", username="ada").json()["displayName"] == "Ada Meier"
    assert api.get("/user", key=me["key"]).json()["name"] == "pmo-bot"
    assert api.get("/user", username="nobody").status_code == 404
    assert [one["name"] for one in api.get("/user/search", username=".").json()] == ["pmo-bot", "ada"]
    assert len(api.get("/user/search", username=".", includeInactive="true").json()) == 3


@pytest.mark.parametrize(
    ("auth", "status"),
    [
        ({"auth": ("pmo-bot", "sandbox-token")}, 200),
        ({"headers": {"Authorization": "Bearer sandbox-token"}}, 200),
        ({"auth": ("pmo-bot", "wrong")}, 401),
        ({"auth": ("pmo-bot@meridian.example", "sandbox-token")}, 401),
        ({"headers": {"Authorization": "Bearer wrong"}}, 401),
        ({}, 401),
    ],
)
def test_a_token_and_a_password_let_in_and_nothing_else(api, auth, status):
    answer = requests.get(f"{api.server.url}/rest/api/2/myself", **auth)
    assert answer.status_code == status


def test_all_permissions_are_told_whether_asked_or_not(api, site):
    site.granted.discard("EDIT_ISSUES")
    told = api.get("/mypermissions", projectKey="ALPHA").json()["permissions"]
    assert told["BROWSE_PROJECTS"]["havePermission"]
    assert not told["EDIT_ISSUES"]["havePermission"]
    assert api.get("/mypermissions", projectKey="NONE").status_code == 404


def test_a_group_tells_its_members(api):
    page = api.get("/group/member", groupname="developers", includeInactiveUsers="true").json()
    assert [one["name"] for one in page["values"]] == ["ada", "bo"]


def test_the_names_of_the_site_are_lists(api):
    for path in ("/status", "/priority", "/resolution", "/issuetype"):
        assert {"id", "name", "self"} <= set(api.get(path).json()[0]), path
    assert "hierarchyLevel" not in api.get("/issuetype").json()[0]
    assert api.get("/configuration").json()["timeTrackingConfiguration"]["workingHoursPerDay"] == 8
    assert api.get("/issueLinkType").json()["issueLinkTypes"][0]["name"] == "Blocks"


def test_projects_come_whole_and_archived_ones_only_on_request(api, site):
    site.need_project("BETA").status = "archived"
    assert [one["key"] for one in api.get("/project").json()] == ["ALPHA"]
    both = api.get("/project", includeArchived="true", expand="lead,projectKeys,description").json()
    assert [(one["key"], one["archived"], one["projectKeys"]) for one in both] == [
        ("ALPHA", False, ["ALPHA"]),
        ("BETA", True, ["BETA"]),
    ]
    assert both[0]["lead"]["name"] == "ada"
    assert api.get("/project/ALPHA").json()["versions"][0]["name"] == "1.0"
    assert [one["name"] for one in api.get("/project/ALPHA/versions").json()] == ["1.0"]
    assert api.get("/project/ALPHA/version").json()["total"] == 1


def test_a_search_pages_by_place_and_tells_the_total(api):
    jql = "project = ALPHA ORDER BY created ASC, key ASC"
    first = api.search(jql, maxResults=3, fields="summary")
    assert (first["startAt"], first["maxResults"], first["total"], len(first["issues"])) == (0, 3, 4, 3)
    assert api.keys(jql, startAt=3, maxResults=3) == ["ALPHA-4"]
    assert api.keys(jql, startAt=9) == []
    assert api.search(jql, maxResults=0)["issues"] == []
    posted = api.call("POST", "/search", json={"jql": jql, "startAt": 1, "maxResults": 1, "fields": ["summary"]})
    assert [one["key"] for one in posted.json()["issues"]] == ["ALPHA-2"]
    assert api.search("")["total"] == 5, "an unrestricted query is allowed here"


def test_a_page_is_never_larger_than_the_administrator_lets_it(api, limits):
    limits.page = 2
    page = api.search("project = ALPHA", maxResults=1000)
    assert (page["maxResults"], len(page["issues"])) == (2, 2)


def test_a_page_beyond_the_window_is_an_error(api, limits):
    limits.window = 4
    assert api.get("/search", jql="", startAt=2, maxResults=2).status_code == 200
    beyond = api.get("/search", jql="", startAt=3, maxResults=2)
    assert beyond.status_code == 400
    assert "requests 5 results" in beyond.json()["errorMessages"][0]


def test_moments_in_a_query_are_in_the_zone_of_the_account(api, site):
    # The story was made on 2026-01-06 at 09:00 UTC, which is 23:00 in Kiritimati (UTC+14).
    assert "ALPHA-2" in api.keys('created >= "2026-01-06 23:00" AND created < "2026-01-06 23:01"')
    assert "ALPHA-2" not in api.keys('created >= "2026-01-06 23:01"')
    site.now = site.need_issue("ALPHA-2").updated + timedelta(minutes=90)
    assert "ALPHA-2" in api.keys("updated >= -90m")
    assert "ALPHA-2" not in api.keys("updated >= -89m")


def test_moments_as_numbers_can_be_switched_off(api, limits):
    assert len(api.keys("created >= 0")) == 5
    limits.epoch_ms = False
    assert api.get("/search", jql="created >= 0").status_code == 400


def test_an_issue_that_does_not_exist_is_an_error_unless_the_query_is_not_checked(api):
    assert api.get("/search", jql="id in (10001, 99999)").status_code == 400
    assert api.keys("id in (10001, 99999)", validateQuery="warn") == ["ALPHA-1"]
    body = {"jql": "key in (ALPHA-1, NONE-1)", "validateQuery": False, "fields": ["summary"]}
    assert len(api.call("POST", "/search", json=body).json()["issues"]) == 1


def test_epics_are_told_by_custom_fields_and_sub_tasks_by_their_parent(api):
    kinds = {one["id"]: one["schema"]["custom"] for one in api.get("/field").json() if one["custom"]}
    assert kinds[EPIC_LINK].endswith(":gh-epic-link")
    assert kinds[EPIC_NAME].endswith(":gh-epic-label")
    assert kinds[PARENT_LINK].endswith(":jpo-custom-field-parent")
    fields = {one["key"]: one["fields"] for one in api.search("project = ALPHA", fields="*all")["issues"]}
    assert fields["ALPHA-2"][EPIC_LINK] == "ALPHA-1"
    assert "parent" not in fields["ALPHA-2"]
    assert fields["ALPHA-1"][EPIC_NAME] == "Sign in"
    assert fields["ALPHA-3"]["parent"]["key"] == "ALPHA-2"
    assert fields["ALPHA-3"][EPIC_LINK] is None
    assert "statuscategorychangedate" not in fields["ALPHA-2"]
    assert "hierarchyLevel" not in fields["ALPHA-2"]["issuetype"]


def test_an_epic_below_a_higher_level_is_told_by_parent_link(api, site):
    site.add_issue_type("Initiative", 2)
    above = site.add_issue("BETA", "Initiative", "Grow", created=site.now)
    site.need_issue("ALPHA-1").parent_id = site.need_issue(above).id
    assert api.get("/issue/ALPHA-1").json()["fields"][PARENT_LINK] == above


def test_the_history_comes_in_the_search_oldest_first_with_empty_values_and_without_field_ids(api, site):
    site.edit_issue("ALPHA-2", assignee=None)
    issue = api.search("key = ALPHA-2", expand="changelog", fields="summary")["issues"][0]
    log = issue["changelog"]
    assert log["total"] == 4
    assert [one["created"][:10] for one in log["histories"]] == ["2026-01-05", "2026-01-06", "2026-01-07", "2026-11-23"]
    item = log["histories"][-1]["items"][0]
    assert (item["field"], item["to"], item["toString"]) == ("assignee", None, None)
    assert "fieldId" not in item
    assert log["histories"][0]["author"]["name"] == "ada"
    assert "changelog" not in api.search("key = ALPHA-2")["issues"][0]
    assert api.get("/issue/ALPHA-2", expand="changelog").json()["changelog"]["total"] == 4


def test_texts_are_wiki_text_and_stay_as_they_were_written(api):
    assert api.get("/issue/ALPHA-2").json()["fields"]["description"] == "Two\nlines\n\nand more"
    wiki = "h2. *Late*\n\n# one [page|https://pmo.example]"
    made = api.call("POST", "/issue/ALPHA-2/comment", json={"body": wiki})
    assert (made.status_code, made.json()["body"]) == (201, wiki)
    path = f"/issue/ALPHA-2/comment/{made.json()['id']}"
    assert api.call("PUT", path, json={"body": "{color:red}new{color}"}).json()["body"] == "{color:red}new{color}"
    assert api.call("POST", "/issue/ALPHA-2/comment", json={"body": {"type": "doc"}}).status_code == 400
    assert api.call("POST", "/issue/ALPHA-2/comment", json={"body": " "}).status_code == 400
    assert api.call("DELETE", path).status_code == 204


def test_the_worklogs_of_an_issue_come_whole(api, site):
    whole = api.get("/issue/ALPHA-2/worklog", maxResults=5).json()
    assert (whole["total"], len(whole["worklogs"]), whole["worklogs"][0]["comment"]) == (25, 25, "Work")
    assert len(api.get("/issue/ALPHA-2").json()["fields"]["worklog"]["worklogs"]) == 20
    feed = api.get("/worklog/updated", since=0).json()
    assert feed["self"].startswith(f"{api.server.url}/rest/api/2/worklog")
    ids = [one["worklogId"] for one in feed["values"]]
    assert len(api.call("POST", "/worklog/list", json={"ids": ids}).json()) == 25
    site.delete_worklog(ids[0])
    site.wait(minutes=2)
    assert api.get("/worklog/deleted", since=0).json()["values"][0]["worklogId"] == ids[0]


def test_an_issue_is_created_edited_and_closed(api, site):
    fields = {
        "project": {"key": "BETA"}, "issuetype": {"name": "Task"}, "summary": "Re-plan", "description": "h1. Why",
        "labels": ["pmo-late"], "assignee": {"name": "ada"}, "duedate": "2026-12-01",
    }  # fmt: skip
    made = api.call("POST", "/issue", json={"fields": fields})
    assert made.status_code == 201
    key = made.json()["key"]
    edit = {"update": {"labels": [{"add": "x"}, {"remove": "pmo-late"}]}, "fields": {"assignee": {"name": "bo"}}}
    assert api.call("PUT", f"/issue/{key}", json=edit, params={"notifyUsers": "false"}).status_code == 204
    now = api.get(f"/issue/{key}").json()["fields"]
    assert (now["labels"], now["assignee"]["name"], now["description"]) == (["x"], "bo", "h1. Why")
    moves = api.get(f"/issue/{key}/transitions").json()["transitions"]
    done = next(one["id"] for one in moves if one["to"]["statusCategory"]["key"] == "done")
    assert api.call("POST", f"/issue/{key}/transitions", json={"transition": {"id": done}}).status_code == 204
    assert api.get(f"/issue/{key}").json()["fields"]["resolution"]["name"] == "Done"
    assert site.mails == [f"{key}: created", f"{key}: Done"]
    assert api.call("PUT", f"/issue/{key}", json={"fields": {"assignee": {"accountId": "x"}}}).status_code == 400
    assert api.call("DELETE", f"/issue/{key}").status_code == 204


def test_properties_and_web_links_are_as_on_cloud(api):
    assert api.call("PUT", "/issue/ALPHA-2/properties/plumbrule", json={"a": 1}).status_code == 201
    assert api.get("/issue/ALPHA-2", properties="plumbrule").json()["properties"] == {"plumbrule": {"a": 1}}
    assert api.call("PUT", "/project/ALPHA/properties/plumbrule", json={"a": 1}).status_code == 201
    assert api.get("/project/ALPHA/properties/pmo").json()["value"] == {"initiative": "INI-01"}
    link = {"globalId": "g", "object": {"title": "Late", "url": "https://pmo.example/2"}}
    statuses = [api.call("POST", "/issue/ALPHA-2/remotelink", json=link).status_code for _ in range(2)]
    assert statuses == [201, 200]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/search/jql"),
        ("POST", "/issue/bulkfetch"),
        ("POST", "/changelog/bulkfetch"),
        ("GET", "/issue/ALPHA-2/changelog"),
        ("POST", "/search/approximate-count"),
        ("POST", "/bulk/issues/fields"),
        ("GET", "/project/search"),
    ],
)
def test_what_only_cloud_has_is_not_there(api, method, path):
    assert api.call(method, path, json={}).status_code in (404, 405)
    assert requests.get(f"{api.server.url}/rest/api/3/serverInfo").status_code == 404


def test_every_answer_tells_of_the_bucket_and_an_empty_one_is_429_until_it_is_filled(api, limits):
    now = [0.0]
    limits.bucket = Bucket(2, 1, interval_seconds=10, clock=lambda: now[0])
    first, second, third = (api.get("/myself") for _ in range(3))
    assert (first.status_code, first.headers["X-RateLimit-Remaining"], first.headers["retry-after"]) == (200, "1", "0")
    assert (second.headers["X-RateLimit-Remaining"], second.headers["retry-after"]) == ("0", "10")
    assert (third.status_code, third.headers["retry-after"]) == (429, "10")
    assert (third.headers["X-RateLimit-FillRate"], third.headers["X-RateLimit-Interval-Seconds"]) == ("1", "10")
    now[0] = 10.0
    assert api.get("/myself").status_code == 200
    limits.bucket = None
    assert "X-RateLimit-Limit" not in api.get("/myself").headers


def test_what_was_written_is_there_after_a_restart_also_what_was_created(fill_site, tmp_path):
    answers = []
    for _ in range(2):
        site = JiraSite(edition="data_center")
        fill_site(site)
        with serve_jira(site, state=tmp_path / "jira.json") as server:
            api = Client(server)
            if not answers:
                fields = {"project": {"key": "BETA"}, "issuetype": {"name": "Task"}, "summary": "Made"}
                key = api.call("POST", "/issue", json={"fields": fields}).json()["key"]
                api.call("POST", f"/issue/{key}/transitions", json={"transition": {"id": "300"}})
            answers.append(str(api.get(f"/issue/{key}").json()).replace(server.url, ""))
    assert answers[0] == answers[1]
    assert "'name': 'Done'" in answers[1]
