"""What issues, projects, worklogs and the site itself say."""

import base64
from datetime import datetime, timedelta, timezone

import pytest
import requests

from sandbox.jira.shapes import duration, epoch_ms, moment
from sandbox.jira.store import UnknownName


def test_an_issue_is_written_as_jira_writes_it(api, site):
    fields = api.get("/issue/ALPHA-2").json["fields"]
    assert fields["created"] == "2026-01-06T09:00:00.000+0000"
    assert fields["duedate"] == "2026-02-01"
    assert fields["parent"]["key"] == "ALPHA-1"
    assert [child["key"] for child in fields["subtasks"]] == ["ALPHA-3"]
    assert (fields["timeoriginalestimate"], fields["timeestimate"], fields["timespent"]) == (57_600, 14_400, 135_000)
    assert fields["aggregatetimeoriginalestimate"] == 64_800
    assert fields["timetracking"]["originalEstimate"] == "2d"
    assert fields["customfield_10016"] == 5.0
    assert fields["customfield_10018"][0]["value"] == "Impediment"
    assert fields["status"]["statusCategory"]["key"] == "indeterminate"
    assert fields["description"]["content"][0]["content"][1] == {"type": "hardBreak"}
    assert fields["issuelinks"][0]["outwardIssue"]["key"] == "BETA-1"
    assert [version["name"] for version in fields["fixVersions"]] == ["1.0"]
    assert fields["summary"] == "Form <b>&"


def test_a_link_is_seen_from_both_ends_with_the_right_direction(api):
    link = api.get("/issue/BETA-1").json["fields"]["issuelinks"][0]
    assert link["inwardIssue"]["key"] == "ALPHA-2"
    assert link["type"]["inward"] == "is blocked by"


def test_an_unset_field_is_null(api):
    fields = api.get("/issue/ALPHA-3").json["fields"]
    assert fields["assignee"] is fields["duedate"] is fields["description"] is fields["timespent"] is None
    assert fields["customfield_10016"] is None
    assert api.get("/issue/BETA-1").json["fields"]["priority"] is None


def test_an_address_is_shown_only_when_the_profile_shows_it(api):
    issue = api.get("/issue/ALPHA-2").json["fields"]
    assert issue["reporter"]["emailAddress"] == "ada@meridian.example"
    assert "emailAddress" not in issue["assignee"]
    assert issue["assignee"]["active"] is False
    assert api.get("/myself").json["emailAddress"] == "pmo-bot@meridian.example"
    assert api.get("/myself").json["timeZone"] == "Europe/Berlin"


def test_a_user_field_carries_the_account_and_options_carry_their_address(api):
    fields = api.get("/issue/ALPHA-4").json["fields"]
    names = {field["name"]: field["id"] for field in api.get("/field").json}
    assert fields[names["Approved by"]]["displayName"] == "Bo Nkemelu"
    assert fields[names["Risk kind"]]["value"] == "Threat"
    assert fields[names["Risk kind"]]["self"].startswith(api.url)


def test_projects_come_in_pages_with_what_was_asked_for(api):
    first = api.get("/project/search", maxResults=1, expand="lead,insight", properties="pmo,nothing").json
    assert (first["total"], first["isLast"], len(first["values"])) == (2, False, 1)
    project = first["values"][0]
    assert project["properties"] == {"pmo": {"initiative": "INI-01"}}
    assert project["lead"]["displayName"] == "Ada Meier"
    assert project["insight"]["totalIssueCount"] == 4
    assert project["projectCategory"]["name"] == "Growth"
    second = api.get("/project/search", maxResults=1, startAt=1).json
    assert (second["isLast"], second["values"][0]["key"]) == (True, "BETA")
    assert "lead" not in second["values"][0]
    assert api.get("/project/search", keys="beta").json["total"] == 1
    assert api.get("/project/search", id="10000").json["total"] == 1


def test_a_deleted_project_is_listed_only_when_asked_for(api, site):
    site.need_project("BETA").status = "deleted"
    assert api.get("/project/search").json["total"] == 1
    assert api.get("/project/search", status="deleted").json["values"][0]["deleted"] is True
    assert api.get("/project/BETA").status == 404


def test_versions_tell_dates_as_dates_and_whether_they_are_overdue(api):
    version = api.get("/project/ALPHA/version").json["values"][0]
    assert (version["startDate"], version["releaseDate"], version["overdue"]) == ("2026-01-01", "2026-03-01", True)


def test_worklogs_of_an_issue_come_oldest_first_in_pages_and_within_bounds(api, site):
    page = api.get("/issue/ALPHA-2/worklog", startAt=20, maxResults=10).json
    assert (page["total"], len(page["worklogs"]), page["startAt"]) == (25, 5, 20)
    assert page["worklogs"][0]["timeSpent"] == "1h 30m"
    bound = epoch_ms(site.need_issue("ALPHA-2").worklogs[22].started)
    assert len(api.get("/issue/ALPHA-2/worklog", startedAfter=bound).json["worklogs"]) == 3
    assert len(api.get("/issue/ALPHA-2/worklog", startedBefore=bound).json["worklogs"]) == 23


def test_the_feed_of_worklogs_is_inclusive_and_blind_to_the_last_minute(api, site):
    site.edit_worklog(20001, hours=2)
    now = epoch_ms(site.now)
    assert api.get("/worklog/updated", since=now).json["values"] == []
    site.wait(minutes=1)
    feed = api.get("/worklog/updated", since=now).json
    assert feed["values"] == [{"worklogId": 20001, "updatedTime": now, "properties": []}]
    assert (feed["lastPage"], feed["until"]) == (True, now)
    assert api.get("/worklog/updated", since=now + 1).json["values"] == []


def test_the_feed_of_worklogs_ends_a_page_at_a_thousand(api, site):
    start = site.need_issue("ALPHA-1").created
    for minute in range(1100):
        author = site.account
        site.add_worklog("ALPHA-1", author=author, started=start + timedelta(days=60, minutes=minute), hours=1)
    first = api.get("/worklog/updated", since=0).json
    assert (len(first["values"]), first["lastPage"]) == (1000, False)
    rest = api.get("/worklog/updated", since=first["until"]).json
    assert rest["values"][0] == first["values"][-1], "since is inclusive"
    assert (len(rest["values"]), rest["lastPage"]) == (126, True)


def test_a_deleted_worklog_is_told_and_silently_left_out_of_lists(api, site):
    assert api.delete("/issue/ALPHA-2/worklog/20001").status == 204
    site.wait(minutes=2)
    assert [one["worklogId"] for one in api.get("/worklog/deleted", since=0).json["values"]] == [20001]
    assert [one["id"] for one in api.post("/worklog/list", {"ids": [20001, 20002]}).json] == ["20002"]
    assert api.get("/issue/ALPHA-2").json["fields"]["timespent"] == 24 * 5400


def test_the_changelog_of_many_issues_comes_by_time_and_in_pages(api):
    body = {"issueIdsOrKeys": ["ALPHA-2", "ALPHA-1", "NONE-1"], "maxResults": 2}
    first = api.post("/changelog/bulkfetch", body).json
    assert [log["issueId"] for log in first["issueChangeLogs"]] == ["10002", "10001"]
    rest = api.post("/changelog/bulkfetch", body | {"nextPageToken": first["nextPageToken"]}).json
    assert "nextPageToken" not in rest
    items = [item for log in rest["issueChangeLogs"] for entry in log["changeHistories"] for item in entry["items"]]
    assert [item["fieldId"] for item in items] == ["duedate", "assignee"]
    assert items[0]["to"] == "2026-02-01"
    assert items[1]["toString"] == "Bo Nkemelu"
    only = api.post("/changelog/bulkfetch", {"issueIdsOrKeys": ["ALPHA-2"], "fieldIds": ["status"]}).json
    assert len(only["issueChangeLogs"][0]["changeHistories"]) == 1
    status = only["issueChangeLogs"][0]["changeHistories"][0]["items"][0]
    assert (status["fromString"], status["toString"], status["to"]) == ("To Do", "In Progress", "10200")


def test_an_entry_without_author_has_none(api):
    entry = api.get("/issue/ALPHA-1/changelog").json["values"][0]
    assert "author" not in entry


def test_an_edit_moves_updated_writes_the_changelog_and_resolves(api, site):
    site.wait(hours=1)
    site.edit_issue("ALPHA-2", status="Done", due=None, custom={"Story Points": 8})
    issue = api.get("/issue/ALPHA-2", expand="changelog").json
    assert issue["fields"]["updated"] == "2026-11-23T07:00:00.000+0000"
    assert issue["fields"]["resolution"]["name"] == "Done"
    assert issue["fields"]["resolutiondate"] == "2026-11-23T07:00:00.000+0000"
    newest = issue["changelog"]["histories"][0]
    assert [item["field"] for item in newest["items"]] == ["status", "duedate", "Story Points"]
    site.edit_issue("ALPHA-2", status="To Do")
    assert api.get("/issue/ALPHA-2").json["fields"]["resolution"] is None


def test_a_moved_issue_keeps_its_id_and_its_old_key(api, site):
    assert site.move_issue("ALPHA-2", "BETA") == "BETA-2"
    moved = api.get("/issue/ALPHA-2").json
    assert (moved["id"], moved["key"], moved["fields"]["project"]["key"]) == ("10002", "BETA-2", "BETA")


def test_a_deleted_issue_takes_its_sub_tasks_worklogs_and_links_along(api, site):
    assert api.delete("/issue/ALPHA-2").status == 400
    assert api.delete("/issue/ALPHA-2", deleteSubtasks="true").status == 204
    assert api.get("/issue/ALPHA-3").status == 404
    assert api.get("/issue/BETA-1").json["fields"]["issuelinks"] == []
    assert len(site.deleted_worklogs) == 25


@pytest.mark.parametrize(
    "header",
    [
        None,
        "Basic !!!",
        "Basic " + base64.b64encode(b"pmo-bot@meridian.example:wrong").decode(),
        "Basic " + base64.b64encode(b"someone@meridian.example:sandbox-token").decode(),
    ],
)
def test_a_stranger_is_answered_with_401(server, header):
    answer = requests.get(f"{server.url}/rest/api/3/myself", headers={"Authorization": header} if header else {})
    assert answer.status_code == 401
    assert "authenticated" in answer.text
    assert "WWW-Authenticate" in answer.headers


def test_a_bearer_token_at_a_cloud_site_itself_is_answered_as_atlassian_does(server):
    answer = requests.get(f"{server.url}/rest/api/3/myself", headers={"Authorization": "Bearer sandbox-token"})
    assert (answer.status_code, answer.json()) == (403, {"error": "Failed to parse Connect Session Auth Token"})


def test_a_group_tells_its_active_members_and_the_others_on_request(api, site):
    page = api.get("/group/member", groupname="developers").json
    assert ([one["displayName"] for one in page["values"]], page["isLast"]) == (["Ada Meier"], True)
    number = site.groups["developers"].id
    assert api.get("/group/member", groupId=number, includeInactiveUsers="true").json["total"] == 2
    assert api.get("/group/member", groupname="nobody").status == 404
    assert api.get("/group/member").status == 400
    site.granted.discard("USER_PICKER")
    assert api.get("/group/member", groupname="developers").status == 403
    assert api.get("/users/search").status == 403


def test_permissions_that_were_taken_are_told_and_missed(api, site):
    site.granted -= {"ADMINISTER_PROJECTS", "EDIT_ISSUES", "LINK_ISSUES", "ADD_COMMENTS", "DELETE_ISSUES"}
    told = api.get("/mypermissions", permissions="EDIT_ISSUES,BULK_CHANGE,ADMINISTER").json["permissions"]
    assert {name: one["havePermission"] for name, one in told.items()} == {
        "EDIT_ISSUES": False,
        "BULK_CHANGE": True,
        "ADMINISTER": False,
    }
    assert api.put("/project/ALPHA/properties/p", {}).status == 403
    assert api.put("/issue/ALPHA-1/properties/p", {}).status == 403
    assert api.delete("/issue/ALPHA-1/remotelink", globalId="x").status == 403
    assert api.delete("/issue/ALPHA-1").status == 403


def test_every_answer_tells_the_burst_limit(api):
    assert api.get("/myself").headers["X-RateLimit-Limit"] == "100"
    assert api.get("/issue/NONE-1").headers["X-RateLimit-Remaining"] == "99"


@pytest.mark.parametrize(
    ("fill", "words"),
    [
        (lambda s: s.add_issue("NONE", "Task", "x", created=s.now), "no project 'NONE'. It has: ALPHA, BETA"),
        (lambda s: s.add_issue("ALPHA", "Wish", "x", created=s.now), "no issue type 'Wish'"),
        (lambda s: s.add_issue("ALPHA", "Task", "x", created=s.now, status="Odd"), "no status 'Odd'"),
        (lambda s: s.add_issue("ALPHA", "Task", "x", created=s.now, priority="Odd"), "no priority 'Odd'"),
        (lambda s: s.add_issue("ALPHA", "Task", "x", created=s.now, versions=["9"]), "no version in ALPHA '9'"),
        (lambda s: s.add_issue("ALPHA", "Task", "x", created=s.now, custom={"Hue": 1}), "no custom field 'Hue'"),
        (lambda s: s.add_issue("ALPHA", "Task", "x", created=s.now, assignee="me"), "no account 'me'"),
        (lambda s: s.add_issue("ALPHA", "Task", "x", created=s.now, custom={"Decided by": "me"}), "no account 'me'"),
        (lambda s: s.add_link("Hates", "ALPHA-1", "BETA-1"), "no link type 'Hates'"),
        (lambda s: s.edit_issue("ALPHA-1", custom={"Hue": "red"}), "no custom field 'Hue'"),
        (lambda s: s.edit_issue("ALPHA-77", summary="x"), "no issue 'ALPHA-77'"),
    ],
)  # fmt: skip
def test_filling_refuses_names_that_the_site_does_not_have(site, fill, words):
    with pytest.raises(UnknownName, match=words):
        fill(site)


def test_a_changelog_of_an_unknown_field_is_refused(site):
    with pytest.raises(UnknownName, match="no field 'hue'"):
        site.add_history("ALPHA-1", at=site.now, author=None, field="hue", before=None, after="red")


def test_names_that_the_site_lacks_can_be_added(api, site):
    site.add_status("Parked", "indeterminate")
    site.add_issue_type("Wish")
    site.add_custom_field("Hue", "text")
    site.add_link_type("Hates", "hates", "is hated by")
    key = site.add_issue("ALPHA", "Wish", "x", created=site.now, status="Parked", custom={"Hue": "red"})
    site.add_link("Hates", key, "ALPHA-1")
    fields = api.get(f"/issue/{key}").json["fields"]
    assert (fields["status"]["name"], fields["issuetype"]["name"]) == ("Parked", "Wish")
    assert fields["issuelinks"][0]["type"]["outward"] == "hates"
    assert "red" in fields.values()


@pytest.mark.parametrize(("seconds", "text"), [(0, "0m"), (90 * 60, "1h 30m"), (144_000 + 8 * 3600, "1w 1d")])
def test_a_duration_is_written_with_days_of_eight_hours(seconds, text):
    assert duration(seconds) == text


def test_a_moment_is_written_in_utc_with_milliseconds_and_no_colon():
    west = timezone(timedelta(hours=-7))
    assert moment(datetime(2022, 6, 9, 16, 29, 31, 871_999, west)) == "2022-06-09T23:29:31.871+0000"
    assert moment(datetime(2022, 6, 9, tzinfo=west)) == "2022-06-09T07:00:00.000+0000"
