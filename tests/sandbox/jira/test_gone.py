"""Issues that are no longer where they were: moved, renamed, archived, deleted, hidden. Search tells none apart."""

import pytest
import requests

from sandbox.jira.serving import serve_jira
from sandbox.jira.site import JiraSite


def fetched(api, *ids):
    answer = api.post("/issue/bulkfetch", {"issueIdsOrKeys": list(ids), "fields": ["project"]})
    keys = [issue["key"] for issue in answer.json["issues"]]
    return keys, [error["id"] for error in answer.json["issueErrors"]]


def test_a_moved_issue_keeps_its_id_and_is_found_by_either_key(api, site):
    assert site.move_issue("ALPHA-4", "BETA") == "BETA-2"
    assert fetched(api, "10004", "ALPHA-4") == (["BETA-2"], [])
    assert "ALPHA-4" not in api.keys("project = ALPHA")
    assert api.get("/issue/ALPHA-4").json["key"] == "BETA-2"


def test_an_archived_issue_leaves_search_and_opens_but_cannot_be_edited(api, site):
    site.archive_issue("ALPHA-4")
    assert api.keys("key = ALPHA-4") == []
    assert fetched(api, "10004") == (["ALPHA-4"], [])
    assert api.put("/issue/ALPHA-4/properties/p", 1).status == 403
    site.archive_issue("ALPHA-4", archived=False)
    assert api.keys("key = ALPHA-4") == ["ALPHA-4"]
    assert api.put("/issue/ALPHA-4/properties/p", 1).status == 201


def test_deleted_and_hidden_issues_are_told_alike(api, site):
    site.delete_issue("ALPHA-4")
    site.hide_issue("ALPHA-1")
    assert fetched(api, "10001", "10004", "10002") == (["ALPHA-2"], ["10001", "10004"])
    assert api.keys("project = ALPHA") == ["ALPHA-2", "ALPHA-3"]
    assert [api.search(f"key = {key}").status for key in ("ALPHA-1", "ALPHA-4")] == [400, 400]
    assert [api.get(f"/issue/{key}").status for key in ("ALPHA-1", "ALPHA-4")] == [404, 404]
    assert api.post("/changelog/bulkfetch", {"issueIdsOrKeys": ["ALPHA-1"]}).json["issueChangeLogs"] == []
    site.hide_issue("ALPHA-1", hidden=False)
    assert fetched(api, "10001") == (["ALPHA-1"], [])


def test_the_worklogs_of_a_hidden_issue_are_hidden_too(api, site):
    site.hide_issue("ALPHA-2")
    assert api.get("/worklog/updated", since=0).json["values"] == []
    assert api.post("/worklog/list", {"ids": [20001]}).json == []


def test_a_hidden_worklog_counts_in_the_time_spent_and_is_told_nowhere(api, site):
    site.hide_worklog(20001)
    issue = api.get("/issue/ALPHA-2").json["fields"]
    told = api.get("/issue/ALPHA-2/worklog").json
    assert (told["total"], issue["worklog"]["total"]) == (24, 24)
    assert issue["timespent"] == sum(one["timeSpentSeconds"] for one in told["worklogs"]) + 5400
    assert 20001 not in [one["worklogId"] for one in api.get("/worklog/updated", since=0).json["values"]]
    assert api.post("/worklog/list", {"ids": [20001]}).json == []


def test_an_archived_project_is_listed_apart_and_its_issues_open(api, site):
    site.set_project_status("BETA", "archived")
    assert [one["key"] for one in api.get("/project/search").json["values"]] == ["ALPHA"]
    [beta] = api.get("/project/search", status="archived").json["values"]
    assert (beta["key"], beta["archived"]) == ("BETA", True)
    assert api.get("/issue/BETA-1").status == 200
    assert api.keys("key = BETA-1") == []
    assert api.put("/issue/BETA-1/properties/p", 1).status == 403


def test_the_issues_of_a_deleted_project_are_not_found_until_it_is_back(api, site):
    site.set_project_status("BETA", "deleted")
    assert (api.get("/project/BETA").status, api.get("/issue/BETA-1").status) == (404, 404)
    assert [one["deleted"] for one in api.get("/project/search", status="deleted").json["values"]] == [True]
    assert fetched(api, "10005") == ([], ["10005"])
    site.set_project_status("BETA", "live")
    assert fetched(api, "10005") == (["BETA-1"], [])


def test_a_renamed_project_is_found_by_its_former_key_and_so_are_its_issues(api, site):
    before = api.get("/issue/ALPHA-2").json["fields"]["updated"]
    site.rename_project("ALPHA", "OMEGA")
    assert api.get("/project/ALPHA").json["key"] == "OMEGA"
    found = api.get("/issue/ALPHA-2").json
    assert (found["key"], found["fields"]["updated"]) == ("OMEGA-2", before)
    assert api.keys("project = ALPHA AND key = OMEGA-2") == ["OMEGA-2"]


def test_a_key_that_was_given_again_leads_to_the_project_that_holds_it_now(api, site):
    site.set_project_status("BETA", "deleted")
    again = site.add_project("BETA", "Beta once more", lead=site.account)
    assert api.get("/project/BETA").json["id"] == str(again.id)
    site.rename_project("ALPHA", "OMEGA")
    other = site.add_project("ALPHA", "Another Alpha", lead=site.account)
    assert api.get("/project/ALPHA").json["id"] == str(other.id)
    assert api.keys("project = ALPHA") == []
    assert len(api.keys("project = OMEGA")) == 4


@pytest.fixture
def data_center(fill_site):
    site = JiraSite(edition="data_center")
    fill_site(site)
    with serve_jira(site) as server:

        def get(path):
            return requests.get(f"{server.url}/rest/api/2{path}", auth=("pmo-bot", "sandbox-token"))

        yield site, get
        assert server.failures == []


def test_on_data_center_an_archived_issue_tells_since_when(data_center):
    site, get = data_center
    site.archive_issue("ALPHA-4")
    assert get("/search?jql=key=ALPHA-4").json()["total"] == 0
    assert get("/issue/ALPHA-4").json()["fields"]["archiveddate"].startswith("2026-11-23T06:00")
    assert get("/issue/ALPHA-1").json()["fields"]["archiveddate"] is None
