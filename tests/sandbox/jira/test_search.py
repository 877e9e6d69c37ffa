"""Search: fields, pages, tokens, and what JQL means."""

from datetime import UTC, datetime, timedelta

import pytest

from sandbox.jira.shapes import epoch_ms


def add_many(site, count, project="BETA"):
    at = datetime(2026, 2, 1, tzinfo=UTC)
    for place in range(count):
        site.add_issue(project, "Task", f"Number {place}", created=at + timedelta(minutes=place))


def pages(api, jql, fields, size):
    token, found = None, []
    while True:
        more = {} if token is None else {"nextPageToken": token}
        answer = api.search(jql, fields, maxResults=size, **more)
        found.append([issue["id"] for issue in answer.json["issues"]])
        token = answer.json.get("nextPageToken")
        assert answer.json["isLast"] is (token is None)
        if token is None:
            return found


def test_without_fields_an_issue_is_its_id_and_nothing_else(api):
    answer = api.get("/search/jql", jql="project = BETA")
    assert answer.json == {"issues": [{"id": "10005"}], "isLast": True}
    assert api.search("project = BETA", ["key"]).json["issues"] == [{"id": "10005", "key": "BETA-1"}]


def test_only_the_fields_that_are_asked_for_come(api):
    issue = api.search("key = ALPHA-2", ["summary", "duedate", "no such field"]).json["issues"][0]
    assert issue["fields"] == {"summary": "Form <b>&", "duedate": "2026-02-01"}
    assert (issue["id"], issue["key"]) == ("10002", "ALPHA-2")


def test_all_fields_but_one_can_be_asked_for(api):
    fields = api.get("/issue/ALPHA-2", fields="*all,-comment").json["fields"]
    assert "comment" not in fields
    assert {"worklog", "summary", "customfield_10016"} <= set(fields)
    assert "worklog" not in api.get("/issue/ALPHA-2", fields="-comment").json["fields"], "not navigable"


def test_a_page_of_real_fields_shrinks_to_a_hundred_however_many_are_asked_for(api, site):
    add_many(site, 250)
    assert [len(page) for page in pages(api, "project = BETA", ["summary"], 5000)] == [100, 100, 51]
    assert [len(page) for page in pages(api, "project = BETA", ["id"], 5000)] == [251]


def test_pages_follow_each_other_without_gap_or_repetition(api, site):
    add_many(site, 25)
    found = [one for page in pages(api, "project = BETA ORDER BY updated DESC, key ASC", ["id"], 4) for one in page]
    assert len(found) == len(set(found)) == 26
    assert found[0] == "10030"


def test_an_issue_edited_between_two_pages_moves_and_hides_no_other(api, site):
    add_many(site, 8)
    jql = "project = BETA ORDER BY updated ASC"
    first = api.search(jql, ["id"], maxResults=4).json
    site.edit_issue("BETA-2", summary="Edited now")
    rest = api.search(jql, ["id"], maxResults=100, nextPageToken=first["nextPageToken"]).json
    both = [issue["id"] for issue in first["issues"] + rest["issues"]]
    assert set(both) == {str(issue.id) for issue in site.issues.values() if issue.project_id == 10001}
    assert both[-1] == str(site.need_issue("BETA-2").id)


def test_a_token_of_another_query_a_broken_one_and_one_of_last_week_are_refused(api, site):
    add_many(site, 3)
    token = api.search("project = BETA", ["id"], maxResults=1).json["nextPageToken"]
    assert api.search("project = ALPHA", ["id"], nextPageToken=token).status == 400
    assert api.search("project = BETA", ["id"], nextPageToken="rubbish!").status == 400
    assert api.search("project = BETA", ["id"], nextPageToken=token).status == 200
    site.wait(days=8)
    assert "expired" in api.search("project = BETA", ["id"], nextPageToken=token).json["errorMessages"][0]


def test_at_most_twenty_worklogs_are_embedded_and_the_true_number_is_told(api):
    worklog = api.search("key = ALPHA-2", ["worklog"]).json["issues"][0]["fields"]["worklog"]
    assert (len(worklog["worklogs"]), worklog["total"], worklog["maxResults"]) == (20, 25, 20)


@pytest.mark.parametrize(
    ("jql", "keys"),
    [
        ("project = ALPHA AND issuetype = Epic", ["ALPHA-1"]),
        ("project = 10001", ["BETA-1"]),
        ('project in ("Alpha portal", BETA) and status = Done', ["BETA-1"]),
        ("key in (ALPHA-1, BETA-1) order by key desc", ["BETA-1", "ALPHA-1"]),
        ("id = 10003", ["ALPHA-3"]),
        ("parent = ALPHA-2", ["ALPHA-3"]),
        ("labels = ui", ["ALPHA-2"]),
        ("labels not in (web) and project = ALPHA", ["ALPHA-3", "ALPHA-4"]),
        ("project = ALPHA and labels is empty", ["ALPHA-3", "ALPHA-4"]),
        ("assignee is not EMPTY", ["ALPHA-2"]),
        ("statusCategory = Done or priority = High", ["ALPHA-4", "BETA-1"]),
        ("statusCategory != 'To Do' and not project = BETA", ["ALPHA-2"]),
        ("due <= 2026-02-01", ["ALPHA-2"]),
        ("project = ALPHA and (type = Risk or type = 'Sub-task') ORDER BY created DESC", ["ALPHA-4", "ALPHA-3"]),
        ("project = ALPHA ORDER BY priority ASC, id DESC", ["ALPHA-4", "ALPHA-3", "ALPHA-2", "ALPHA-1"]),
        ("resolved >= 2026-01-01", ["BETA-1"]),
    ],
)
def test_jql_finds(api, jql, keys):
    assert api.keys(jql) == keys


@pytest.mark.parametrize(
    ("jql", "words"),
    [
        ("", "Unbounded"),
        ("ORDER BY created", "Unbounded"),
        ("project = NONE", "does not exist for the field 'project'"),
        ("key = ALPHA-99", "does not exist for field 'key'"),
        ("colour = red", "Field 'colour' does not exist"),
        ("project = ALPHA ORDER BY colour", "Field 'colour' does not exist"),
        ("updated >= yesterday", "Date value 'yesterday' is invalid"),
        ("due >= soon", "Date value 'soon' is invalid"),
        ("labels > a", "not supported by the 'labels' field"),
        ("project ~ ALPHA", "Expecting operator but got '~'"),
        ("project = ALPHA labels = x", "Expecting either 'OR' or 'AND' but got 'labels'"),
        ("project = ALPHA AND", "ended too early"),
        ("(project = ALPHA", "Expecting ')' but got 'the end'"),
        ("labels is blue", "followed by EMPTY"),
        ('project = "ALPHA', "cannot be read"),
        ("project = ALPHA ORDER BY " + ", ".join(["key"] * 8), "seven fields at most"),
    ],
)
def test_jql_that_cannot_be_read_is_refused_in_words(api, jql, words):
    answer = api.search(jql)
    assert answer.status == 400
    assert words in answer.json["errorMessages"][0]


def test_a_number_in_a_query_is_milliseconds_whatever_the_zone(api, site):
    created = site.need_issue("ALPHA-4").created
    assert api.keys(f"project = ALPHA AND created >= {epoch_ms(created)}") == ["ALPHA-4"]
    assert api.keys(f"project = ALPHA AND created > {epoch_ms(created)}") == []


def test_a_written_time_is_read_in_the_zone_of_the_account(api, site):
    # ALPHA-4 was made on 2026-01-08 at 09:00 UTC, which is 10:00 in Berlin and 23:00 in Kiritimati.
    assert api.keys('project = ALPHA AND created >= "2026-01-08 10:00"') == ["ALPHA-4"]
    assert api.keys('project = ALPHA AND created >= "2026-01-08 10:01"') == []
    site.users[site.account].time_zone = "Pacific/Kiritimati"
    site.changed()
    assert api.keys('project = ALPHA AND created >= "2026/01/08 23:00"') == ["ALPHA-4"]
    assert api.keys('project = ALPHA AND created >= "2026/01/08 23:01"') == []


def test_a_relative_time_counts_back_from_the_sites_now(api, site):
    site.edit_issue("ALPHA-1", summary="Fresh")
    assert api.keys("updated >= -5m") == ["ALPHA-1"]
    site.wait(minutes=6)
    assert api.keys("updated >= -5m") == []
    assert len(api.keys("updated >= -60w")) == 5


def test_archived_issues_and_projects_leave_search_but_open_by_key(api, site):
    site.archive_issue("ALPHA-4")
    assert "ALPHA-4" not in api.keys("project = ALPHA")
    assert api.get("/issue/ALPHA-4").status == 200
    site.need_project("BETA").status = "archived"
    site.changed()
    assert api.keys("key = BETA-1") == []


def test_a_project_that_the_account_may_not_see_does_not_exist_for_it(api, site):
    site.hidden_projects.add("BETA")
    assert api.search("project = BETA").status == 400
    assert api.get("/issue/BETA-1").status == 404
    assert api.get("/project/BETA").status == 404
    assert [one["key"] for one in api.get("/project/search").json["values"]] == ["ALPHA"]
    assert api.keys("created >= 0 ORDER BY key ASC")[-1] == "ALPHA-4"


def test_bulk_fetch_follows_moves_orders_by_id_and_tells_what_it_could_not_read(api, site):
    site.move_issue("ALPHA-2", "BETA")
    body = {"issueIdsOrKeys": ["BETA-1", "ALPHA-2", "99999"], "fields": ["summary"]}
    answer = api.post("/issue/bulkfetch", body).json
    assert [(one["id"], one["key"]) for one in answer["issues"]] == [("10002", "BETA-2"), ("10005", "BETA-1")]
    assert [error["id"] for error in answer["issueErrors"]] == ["99999"]


def test_an_unreadable_body_is_refused(api):
    answer = api.session.post(f"{api.url}/rest/api/3/search/jql", data="{")
    assert answer.status_code == 400
    assert "not JSON" in answer.json()["errorMessages"][0]
