"""One issue of a Data Center and what belongs to it: people, parents, histories, worklogs, sprints."""

from datetime import UTC, datetime

from jira_dc_pulls import keys, pull, site, time, wire
from jira_dc_site import EPIC_FIELD, PARENT_FIELD, SPRINT_FIELD, user

from portfolio.ports import Partition

__all__ = ["site", "time", "wire"]


def test_people_are_known_by_their_key_and_may_hide_their_mail(wire, site, time):
    hidden = user("rosa")
    del hidden["emailAddress"]
    gone = {"key": "JIRAUSER10100", "name": "user-57690", "displayName": "user-57690", "active": False}
    site.add(1, reporter=hidden, assignee=gone)
    (page,) = pull(time)
    accounts = {row["id"]: (row["name"], row["email"], row["active"]) for row in page.rows["account"]}
    assert accounts == {
        "dc:account:JIRAUSER-rosa": ("Rosa Example", None, True),
        "dc:account:JIRAUSER10100": ("user-57690", None, False),
    }
    assert page.rows["work_item"][0]["assignee_id"] == "dc:account:JIRAUSER10100"


def test_an_epic_is_the_parent_of_its_issues_and_what_is_above_it_of_the_epic(wire, site, time):
    site.add(1, issuetype={"id": "5", "name": "Initiative", "subtask": False})
    site.add(2, issuetype={"id": "4", "name": "Epic", "subtask": False}, **{PARENT_FIELD: "PAY-1"})
    site.add(3, **{EPIC_FIELD: "PAY-2"})
    site.add(4, parent={"id": "10003", "key": "PAY-3"}, **{EPIC_FIELD: None})
    site.add(5, **{EPIC_FIELD: "HIDDEN-7"})
    (page,) = pull(time)
    parents = {row["key"]: row["parent_id"] for row in page.rows["work_item"]}
    assert parents == {
        "PAY-1": None,
        "PAY-2": "dc:item:10001",
        "PAY-3": "dc:item:10002",
        "PAY-4": "dc:item:10003",
        "PAY-5": None,
    }
    assert [asked["jql"] for asked in site.asked[1:]] == ["key in (HIDDEN-7) ORDER BY key ASC"]
    assert site.asked[1]["validateQuery"] == "false"


def test_parents_are_found_though_pages_are_small(wire, site, time):
    site.most_rows = 2
    for number in range(1, 6):
        site.add(900 + number)["fields"]["project"] = {"id": "10001", "key": "OTHER"}
        site.add(number, **{EPIC_FIELD: f"PAY-{900 + number}"})
    rows = [row for page in pull(time) for row in page.rows["work_item"]]
    assert {row["parent_id"] for row in rows} == {f"dc:item:{10_900 + number}" for number in range(1, 6)}


def test_a_parent_in_another_project_is_asked_for_once(wire, site, time):
    epic = site.add(900)
    epic["fields"]["project"] = {"id": "10001", "key": "OTHER"}
    for number in range(1, 151):
        site.add(number, **{EPIC_FIELD: "PAY-900"})
    rows = [row for page in pull(time) for row in page.rows["work_item"]]
    assert {row["parent_id"] for row in rows} == {"dc:item:10900"}
    assert len([asked for asked in site.asked if asked["jql"].startswith("key in")]) == 1


def history(number, *items, created="2026-10-02T09:00:00.000+0000"):
    return {"id": str(number), "author": user("ada"), "created": created, "items": list(items)}


def item(name, before, after, kind="jira"):
    return {"field": name, "fieldtype": kind, "fromString": before, "toString": after}


def test_histories_name_their_fields_as_data_center_does(wire, site, time):
    issue = site.add(1)
    issue["changelog"] |= {
        "total": 2,
        "histories": [
            history(1, item("status", "To Do", "Doing"), item("Fix Version", None, "1.0")),
            history(2, item("Epic Link", None, "PAY-9", "custom"), item("Story Points", "3", "5", "custom")),
        ],
    }
    (page,) = pull(time)
    changes = {row["field"]: row["field_class"] for row in page.rows["field_change"]}
    assert changes == {"status": "status", "Fix Version": "scope", "Epic Link": "parent", "Story Points": "estimate"}
    (row,) = page.rows["work_item"]
    assert row["status_changed_at"] == datetime(2026, 10, 2, 9, 0, tzinfo=UTC)


def test_a_history_that_search_cuts_is_asked_for_alone(wire, site, time):
    issue = site.add(1)
    cut = [history(n, item("status", "A", "B")) for n in range(3)]
    issue["changelog"] |= {"total": 5, "histories": cut}
    whole = [history(n, item("status", "A", "B")) for n in range(5)]
    wire.on("/issue/10001", 200, {"id": "10001", "fields": {}, "changelog": {"total": 5, "histories": whole}})
    (page,) = pull(time)
    assert len(page.rows["field_change"]) == 5
    assert page.rejected == []


def test_a_history_that_is_never_given_whole_is_told(wire, site, time):
    issue = site.add(1)
    issue["changelog"] |= {"total": 5, "histories": [history(1, item("status", "A", "B"))]}
    (page,) = pull(time)
    assert [(r.code, "PAY-1" in r.reason) for r in page.rejected] == [("history.cut", True)]
    assert len(page.rows["field_change"]) == 1


def test_without_histories_none_are_asked_for(wire, site, time):
    site.add(1)
    (page,) = pull(time, histories=False)
    assert "expand" not in site.asked[0]
    assert page.rows["work_item"][0]["status_changed_at"] is None


def worklog(number, seconds=3600):
    moment = "2026-10-02T09:00:00.000+0000"
    return {
        "id": str(number),
        "author": user("ada"),
        "started": moment,
        "created": moment,
        "updated": moment,
        "timeSpentSeconds": seconds,
    }


def test_more_than_twenty_worklogs_are_read_from_the_issue_itself(wire, site, time):
    everything = [worklog(n) for n in range(45)]
    site.add(1, timespent=45 * 3600, worklog={"startAt": 0, "maxResults": 20, "total": 45, "worklogs": everything[:20]})
    site.worklogs["10001"] = everything
    (page,) = pull(time)
    assert len(page.rows["time_entry"]) == 45
    assert page.rejected == []


def test_worklogs_that_do_not_make_the_sum_are_read_again_and_told(wire, site, time):
    shown = [worklog(1), worklog(2)]
    site.add(1, timespent=3 * 3600, worklog={"startAt": 0, "maxResults": 20, "total": 2, "worklogs": shown})
    site.worklogs["10001"] = shown
    (page,) = pull(time)
    assert [(r.code, "2.00 h" in r.reason, "3.00 h" in r.reason) for r in page.rejected] == [
        ("worklog.difference", True, True)
    ]
    assert wire.paths.count("/issue/10001") == 1


BOOKED = Partition("worklogs", "site")


def test_a_worklog_corrected_without_its_issue_is_read_and_a_deleted_one_goes(wire, site, time):
    site.add(1, timespent=3600, worklog={"startAt": 0, "maxResults": 20, "total": 1, "worklogs": [worklog(1)]})
    (begun,) = pull(time, partition=BOOKED)
    time.seconds = 3600
    corrected = worklog(1) | {"issueId": "10001", "timeSpentSeconds": 7200}
    site.worklogs["10001"] = [corrected]
    site.issues["10001"]["fields"] |= {"timespent": 7200, "worklog": {"total": 1, "worklogs": [corrected]}}
    stamp = round(time.now().timestamp() * 1000)
    site.feeds["updated"] = [{"worklogId": 1, "updatedTime": stamp}]
    site.feeds["deleted"] = [{"worklogId": 7, "updatedTime": stamp}]
    first, last = pull(time, begun.position, BOOKED)
    assert [(row["id"], row["hours"]) for row in first.rows["time_entry"]] == [("dc:time:1", 2)]
    assert [(s.table, s.value, s.reason) for s in last.scopes] == [("time_entry", "dc:time:7", "deleted")]


def test_without_worklogs_nothing_is_said_about_time(wire, site, time):
    site.add(1, worklog={"startAt": 0, "maxResults": 20, "total": 1, "worklogs": [worklog(1)]})
    (page,) = pull(time, worklogs=False)
    assert "worklog" not in site.asked[0]["fields"]
    assert "time_entry" not in page.rows
    assert not [scope for scope in page.scopes if scope.table == "time_entry"]


def test_a_sprint_printed_as_an_object_is_read(wire, site, time):
    printed = (
        "com.atlassian.greenhopper.service.sprint.Sprint@57910277[id=31,rapidViewId=7,state=ACTIVE,"
        "name=Sprint 3, the long one,startDate=2026-10-01T08:00:00.000Z,endDate=<null>,completeDate=<null>,"
        "sequence=31,goal=Pay, at last]"
    )
    over = printed.replace("id=31", "id=30").replace("ACTIVE", "CLOSED").replace("Sprint 3", "Sprint 2")
    site.add(1, **{SPRINT_FIELD: [over, printed]})
    (page,) = pull(time)
    (_, row) = sorted(page.rows["sprint"], key=lambda row: row["id"])
    assert (row["id"], row["name"], row["state"]) == ("dc:sprint:31", "Sprint 3, the long one", "active")
    assert (row["board"], row["goal"], row["end_at"]) == ("7", "Pay, at last", None)
    assert row["start_at"] == datetime(2026, 10, 1, 8, 0, tzinfo=UTC)
    assert page.rows["work_item"][0]["sprint_id"] == "dc:sprint:31"


def test_a_malformed_issue_does_not_stop_its_page(wire, site, time):
    site.add(1, updated="yesterday")
    site.add(2)
    (page,) = pull(time)
    assert keys([page]) == ["PAY-2"]
    assert [r.native_id for r in page.rejected] == ["dc:item:10001"]
