"""What becomes of stored Jira issues and worklogs that their site no longer shows, or shows otherwise."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from jira_follower import Reader, site, url

from sandbox.jira.records import Worklog
from sandbox.jira.site import JiraSite

__all__ = ["site", "url"]


@pytest.fixture
def edition() -> str:
    return "cloud"


@pytest.fixture
def follower(site: JiraSite, url: str, tmp_path: Path) -> Reader:
    """A store that has read the whole site; two hours ago by the site's time."""
    reader = Reader(tmp_path / "follower", site, url)
    reader.pull()
    site.wait(hours=2)
    return reader


def after(site: JiraSite, follower: Reader, **settings: Any) -> Reader:
    """The next pull, when search has settled and a week has passed, so that everything is counted."""
    site.wait(days=8)
    follower.pull(**settings)
    return follower


def item(follower: Reader, title: str) -> tuple[Any, ...]:
    (row,) = follower.rows(
        "SELECT project_id, is_archived, deleted_at IS NOT NULL AS gone, deleted_reason FROM work_item"
        f" WHERE title = '{title}'"
    )
    return tuple(row.values())


def hours(follower: Reader) -> dict[str, Decimal]:
    rows = follower.rows(
        "SELECT w.title, sum(t.hours) AS hours FROM time_entry t JOIN work_item w ON w.id = t.work_item_id"
        " WHERE t.deleted_at IS NULL GROUP BY ALL"
    )
    return {row["title"]: row["hours"] for row in rows}


PAY, WEB = "jira:project:10000", "jira:project:10001"


def test_an_archived_issue_stays_with_its_cost_and_is_called_archived(site: JiraSite, follower: Reader) -> None:
    before = hours(follower)
    site.archive_issue("PAY-2")
    assert item(after(site, follower), "Risk of PAY") == (PAY, True, False, None)
    assert hours(follower) == before
    assert follower.rows("SELECT state FROM risk WHERE project_id = 'jira:project:10000' AND deleted_at IS NULL") == [
        {"state": "open"}
    ]


def test_an_issue_that_comes_back_from_the_archive_is_open_work_again(site: JiraSite, follower: Reader) -> None:
    site.archive_issue("PAY-1")
    after(site, follower)
    site.archive_issue("PAY-1", archived=False)
    assert item(after(site, follower), "Story of PAY") == (PAY, False, False, None)


def test_an_archived_issue_stays_so_while_nothing_changes(site: JiraSite, follower: Reader) -> None:
    site.archive_issue("PAY-1")
    after(site, follower)
    assert item(after(site, follower), "Story of PAY") == (PAY, True, False, None)


def test_a_deleted_issue_is_gone_with_its_records_and_nobody_says_why(site: JiraSite, follower: Reader) -> None:
    site.delete_issue("PAY-2")
    assert item(after(site, follower), "Risk of PAY") == (PAY, False, True, "absent")
    assert follower.rows("SELECT id FROM risk WHERE project_id = 'jira:project:10000' AND deleted_at IS NULL") == []


def test_a_hidden_issue_that_shows_again_is_back_with_its_records(site: JiraSite, follower: Reader) -> None:
    site.hide_issue("PAY-2")
    assert item(after(site, follower), "Risk of PAY")[2:] == (True, "absent")
    site.hide_issue("PAY-2", hidden=False)
    assert item(after(site, follower), "Risk of PAY") == (PAY, False, False, None)
    assert len(follower.rows("SELECT id FROM risk WHERE project_id = 'jira:project:10000' AND deleted_at IS NULL")) == 1


@pytest.mark.parametrize("edition", ["cloud", "data_center"])
def test_an_issue_that_comes_into_sight_without_an_edit_is_read(site: JiraSite, url: str, tmp_path: Path) -> None:
    site.hide_issue("PAY-2")
    follower = Reader(tmp_path / "follower", site, url)
    follower.pull()
    assert follower.rows("SELECT id FROM work_item WHERE title = 'Risk of PAY'") == []
    site.hide_issue("PAY-2", hidden=False)
    assert item(after(site, follower), "Risk of PAY") == (PAY, False, False, None)


def test_an_issue_moved_among_the_projects_that_are_read_keeps_its_history(site: JiraSite, follower: Reader) -> None:
    site.move_issue("PAY-1", "WEB")
    assert item(after(site, follower), "Story of PAY") == (WEB, False, False, None)


def test_an_issue_moved_to_a_project_that_is_not_read_is_called_moved(site: JiraSite, url: str, tmp_path: Path) -> None:
    follower = Reader(tmp_path / "narrow", site, url)
    follower.pull(projects=["PAY"])
    site.wait(hours=2)
    site.move_issue("PAY-1", "WEB")
    assert item(after(site, follower, projects=["PAY"]), "Story of PAY") == (PAY, False, True, "moved")


def test_a_worklog_that_was_corrected_behind_its_issues_back_is_found(site: JiraSite, follower: Reader) -> None:
    """As an import or an app may do: the issue's `updated` stays."""
    worklog = site.need_issue("PAY-1").worklogs[0]
    worklog.seconds, worklog.updated = 5 * 3600, site.now
    site.changed()
    site.wait(minutes=30)
    follower.pull()
    assert hours(follower)["Story of PAY"] == Decimal("5.00")


def test_a_worklog_that_was_deleted_behind_its_issues_back_is_found(site: JiraSite, follower: Reader) -> None:
    issue = site.need_issue("PAY-1")
    updated = issue.updated
    site.delete_worklog(issue.worklogs[0].id)
    issue.updated = updated
    site.changed()
    site.wait(minutes=30)
    follower.pull()
    assert "Story of PAY" not in hours(follower)
    (row,) = follower.rows("SELECT deleted_reason FROM time_entry WHERE deleted_at IS NOT NULL")
    assert row == {"deleted_reason": "deleted"}


def many_worklogs(site: JiraSite) -> list[Worklog]:
    """Three times as many as one page of the lists of changes holds, on two issues, beside as many others there."""
    at = site.now - timedelta(days=9)
    for key in ("PAY-3", "WEB-4"):
        site.add_worklogs_at_once(key, 1500, author=site.account, at=at - timedelta(days=9))
        site.add_worklogs_at_once(key, 1500, author=site.account, at=at)
    return [one for key in ("PAY-3", "WEB-4") for one in site.need_issue(key).worklogs if one.started == at]


@pytest.mark.parametrize("edition", ["cloud", "data_center"])
def test_worklogs_corrected_by_the_thousand_in_one_moment_are_all_found(
    site: JiraSite, url: str, tmp_path: Path
) -> None:
    """As an import does, behind the issues' back: `worklog/updated` tells the first thousand of a moment, no more."""
    worklogs = many_worklogs(site)
    follower = Reader(tmp_path / "follower", site, url)
    follower.pull()
    site.wait(hours=2)
    for worklog in worklogs:
        worklog.seconds, worklog.updated = 2 * 3600, site.now
    site.changed()
    site.wait(minutes=30)
    follower.pull()
    assert hours(follower)["Bug of PAY"] == 3 + 1500 + 2 * 1500
    assert hours(follower)["Task of WEB"] == 4 + 1500 + 2 * 1500


@pytest.mark.parametrize("edition", ["cloud", "data_center"])
def test_worklogs_deleted_by_the_thousand_in_one_moment_are_all_gone(site: JiraSite, url: str, tmp_path: Path) -> None:
    worklogs = many_worklogs(site)
    follower = Reader(tmp_path / "follower", site, url)
    follower.pull()
    site.wait(hours=2)
    before = {key: site.need_issue(key).updated for key in ("PAY-3", "WEB-4")}
    for worklog in worklogs:
        site.delete_worklog(worklog.id)
    for key, updated in before.items():
        site.need_issue(key).updated = updated
    site.changed()
    site.wait(minutes=30)
    follower.pull()
    assert hours(follower)["Bug of PAY"] == 3 + 1500
    assert hours(follower)["Task of WEB"] == 4 + 1500


def test_worklogs_that_only_others_may_see_are_told_as_a_difference(site: JiraSite, follower: Reader) -> None:
    issue = site.need_issue("PAY-1")
    site.hide_worklog(issue.worklogs[0].id)
    site.edit_issue("PAY-1", summary="Story of PAY")
    issue.updated = site.now
    site.wait(minutes=30)
    follower.pull()
    (told,) = follower.rows("SELECT code, reason FROM rejection")
    assert told["code"] == "worklog.difference"
    assert "make 0.00 h, Jira says 3.00 h" in told["reason"]


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Honolulu"], ids=["14 hours ahead", "10 hours behind"])
def test_nothing_is_missed_whatever_the_zone_of_the_account(
    zone: str, site: JiraSite, follower: Reader, url: str, tmp_path: Path
) -> None:
    """JQL reads dates in the account's zone; many readers lost hours of changes, or read hours twice."""
    site.users[site.account].time_zone = zone
    site.edit_issue("PAY-1", summary="Edited in another zone")
    follower.pull()
    assert item(follower, "Edited in another zone") == (PAY, False, False, None)


def test_nothing_is_missed_where_a_bound_is_read_hours_too_late(site: JiraSite, follower: Reader) -> None:
    """Nothing in the answer shows it; but Jira's list of projects tells of a change that did not come."""
    site.reads_late = timedelta(hours=14)
    site.edit_issue("PAY-1", summary="Edited in between")
    site.wait(minutes=30)
    follower.pull()
    assert item(follower, "Edited in between") == (PAY, False, False, None)
    assert follower.requests["POST /rest/api/3/search/jql"] == 2


def test_a_change_that_nobody_shows_us_costs_a_second_search_for_a_day(site: JiraSite, follower: Reader) -> None:
    site.edit_issue("PAY-1", summary="Out of our sight")
    site.hide_issue("PAY-1")
    site.wait(minutes=30)
    follower.pull()
    first = follower.requests["POST /rest/api/3/search/jql"]
    site.edit_issue("WEB-1", summary="Edited after it")
    site.wait(days=1)
    follower.pull()
    assert (first, follower.requests["POST /rest/api/3/search/jql"]) == (2, 1)
    assert item(follower, "Edited after it") == (WEB, False, False, None)


def test_an_issue_deleted_while_another_is_created_is_gone_with_the_next_pull(site: JiraSite, follower: Reader) -> None:
    """The number of issues stays; but one is new, so one must be gone."""
    site.delete_issue("PAY-2")
    site.add_issue("PAY", "Task", "In its place", created=site.now)
    site.wait(minutes=30)
    follower.pull()
    assert item(follower, "Risk of PAY") == (PAY, False, True, "absent")
    assert item(follower, "In its place") == (PAY, False, False, None)


def test_new_issues_alone_call_for_no_census(site: JiraSite, follower: Reader) -> None:
    for number in range(3):
        site.wait(minutes=30)
        site.add_issue("PAY", "Task", f"New {number}", created=site.now)
        site.wait(minutes=30)
        follower.pull()
        assert follower.requests["POST /rest/api/3/search/jql"] == 1, "what changed, and no list of ids"
    site.delete_issue("PAY-2")
    site.wait(minutes=30)
    follower.pull()
    assert item(follower, "Risk of PAY") == (PAY, False, True, "absent")


def test_an_archived_project_stays_and_its_issues_are_archived_with_it(site: JiraSite, follower: Reader) -> None:
    before = hours(follower)
    site.set_project_status("WEB", "archived")
    assert item(after(site, follower), "Story of WEB") == (WEB, True, False, None)
    assert hours(follower) == before
    (row,) = follower.rows("SELECT archived, deleted_at FROM project WHERE key = 'WEB'")
    assert row == {"archived": True, "deleted_at": None}


def test_a_deleted_project_and_one_out_of_sight_are_told_apart(site: JiraSite, follower: Reader) -> None:
    site.set_project_status("WEB", "deleted")
    gone = "SELECT deleted_reason FROM project WHERE key = 'WEB' AND deleted_at IS NOT NULL"
    assert after(site, follower).rows(gone) == [{"deleted_reason": "deleted"}]
    site.set_project_status("WEB", "live")
    assert after(site, follower).rows(gone) == []
    site.hidden_projects.add("WEB")
    assert after(site, follower).rows(gone) == [{"deleted_reason": "absent"}]


@pytest.mark.parametrize("edition", ["cloud", "data_center"])
def test_a_site_of_long_worklog_lists_is_read_from_its_own_lists(site: JiraSite, url: str, tmp_path: Path) -> None:
    """Eight issues of 25 worklogs: one page of ids and one of worklogs in place of eight lists."""
    for key in ("PAY", "WEB"):
        for number in range(1, 5):
            for day in range(24):
                at = site.now - timedelta(days=day + 1, minutes=number)
                site.add_worklog(f"{key}-{number}", author=site.account, started=at, hours=1)
    follower = Reader(tmp_path / "follower", site, url)
    follower.pull()
    assert hours(follower) == {
        f"{kind} of {key}": Decimal(24 + spent)
        for key, spent in (("PAY", 3), ("WEB", 4))
        for kind in ("Story", "Risk", "Bug", "Task")
    }
    asked = {path.partition("/api/")[2][2:]: times for path, times in follower.requests.items()}
    assert "issue/{id}/worklog" not in {path for path in asked if asked[path]}
    assert asked["worklog/list"] == 1
    assert follower.rows("SELECT * FROM rejection") == []
