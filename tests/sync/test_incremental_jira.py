"""Whatever people do in Jira between two pulls: the store that follows shows the rules what a fresh store shows."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path

import pytest
from jira_follower import Reader, edition, site, url

from sandbox.jira.site import JiraSite

__all__ = ["edition", "site", "url"]


def delete_a_worklog(site: JiraSite) -> None:
    site.delete_worklog(site.need_issue("WEB-1").worklogs[0].id)


def correct_a_worklog(site: JiraSite) -> None:
    site.edit_worklog(site.need_issue("PAY-1").worklogs[0].id, hours=7)


def move_to_another_project(site: JiraSite) -> None:
    site.move_issue("PAY-2", "WEB")


def move_and_hide_the_target(site: JiraSite) -> None:
    site.move_issue("PAY-2", "WEB")
    site.hidden_projects.add("WEB")


def delete_an_issue(site: JiraSite) -> None:
    site.delete_issue("PAY-3")


def rename_a_project(site: JiraSite) -> None:
    site.need_project("PAY").name = "Payments, renamed"
    site.changed()


def give_a_project_another_key(site: JiraSite) -> None:
    project = site.need_project("PAY")
    project.key = "PAYMENTS"
    for issue in site.issues_of(project):
        site.register_key(issue)
    site.changed()


def state_another_currency(site: JiraSite) -> None:
    site.set_project_property("WEB", "pmo", {"initiative": "WEB", "currency": "SEK"})


EVERYTHING: tuple[Callable[[JiraSite], None], ...] = (
    correct_a_worklog,
    delete_a_worklog,
    move_to_another_project,
    delete_an_issue,
    rename_a_project,
    give_a_project_another_key,
    state_another_currency,
)


@pytest.mark.parametrize(
    "edits", [EVERYTHING, (move_and_hide_the_target,)], ids=["a busy day", "an issue is moved out of sight"]
)
def test_a_later_pull_shows_what_a_first_one_shows(
    edits: Sequence[Callable[[JiraSite], None]], site: JiraSite, url: str, tmp_path: Path
) -> None:
    follower = Reader(tmp_path / "follower", site, url)
    follower.pull()
    for edit in edits:
        site.wait(hours=2)
        edit(site)
    site.wait(hours=2)

    after = follower.pull_and_show()

    assert after == Reader(tmp_path / "fresh", site, url).pull_and_show()


def test_another_mapping_reaches_issues_that_nobody_edits(site: JiraSite, url: str, tmp_path: Path) -> None:
    remapped = {"mapping": {"kinds": {"Risk": "task", "Bug": "risk"}}}
    follower = Reader(tmp_path / "follower", site, url)
    follower.pull()
    site.wait(hours=2)

    after = follower.pull_and_show(**remapped)

    assert {row["title"] for row in after["risks"]} == {"Bug of PAY", "Bug of WEB"}


@pytest.mark.parametrize("edition", ["cloud"], indirect=True)
def test_where_nothing_changed_only_the_catalogue_is_asked_for(site: JiraSite, url: str, tmp_path: Path) -> None:
    follower = Reader(tmp_path / "follower", site, url)
    follower.pull()
    site.wait(hours=2)
    follower.pull()  # takes the first census
    site.wait(hours=2)

    follower.pull()

    assert {path.rpartition("/api/3/")[2]: times for path, times in follower.requests.items()} == {
        "serverInfo": 1,
        "myself": 1,
        "field": 1,
        "project/search": 1,
        "worklog/updated": 1,
        "worklog/deleted": 1,
    }


@pytest.mark.parametrize("edition", ["data_center"], indirect=True)
def test_where_nothing_changed_data_center_is_searched_once_a_project_and_counted_twice(
    site: JiraSite, url: str, tmp_path: Path
) -> None:
    follower = Reader(tmp_path / "follower", site, url)
    follower.pull()
    site.wait(hours=2)
    follower.pull()  # takes the first census
    site.wait(hours=2)

    follower.pull()

    asked = {path.rpartition("/api/2/")[2]: times for path, times in follower.requests.items()}
    assert asked["search"] == 2 + 2, "what changed in each project; what was created, and what there is"
    assert "project/{id}/versions" not in asked
    assert (asked["worklog/updated"], asked["worklog/deleted"]) == (1, 1)


@pytest.mark.parametrize("edition", ["data_center"], indirect=True)
def test_archived_deleted_and_moved_issues_are_told_apart(site: JiraSite, url: str, tmp_path: Path) -> None:
    follower = Reader(tmp_path / "follower", site, url)
    follower.pull()
    site.wait(hours=2)
    site.archive_issue("PAY-1")
    site.delete_issue("PAY-3")
    site.move_issue("PAY-4", "WEB")
    follower.pull()
    with follower._store() as store:
        rows = store.rows("SELECT title, deleted_reason, is_archived FROM work_item WHERE title LIKE '%of PAY'")
    assert {row["title"]: (row["deleted_reason"], row["is_archived"]) for row in rows} == {
        "Story of PAY": (None, True),
        "Risk of PAY": (None, False),
        "Bug of PAY": ("deleted", False),
        "Task of PAY": (None, False),
    }


def test_who_made_an_issue_what_it_concerns_and_its_sums_reach_the_view(
    site: JiraSite, url: str, tmp_path: Path
) -> None:
    ada = next(one.account_id for one in site.users.values() if one.name.startswith("Ada"))
    site.add_version("PAY", "1.1")
    epic = site.add_issue(
        "PAY",
        "Story",
        "With a part below it",
        created=site.now,
        reporter=ada,
        creator=site.account,
        components=["Ledger"],
        affects=["1.0"],
        versions=["1.0", "1.1"],
        security="Internal only",
        estimate_hours=Decimal(8),
    )
    site.add_issue("PAY", "Sub-task", "Part", created=site.now, parent=epic, estimate_hours=Decimal(3))
    shown = Reader(tmp_path / "reader", site, url).pull_and_show()
    rows = {row["title"]: row for row in shown["work_items"]}
    row = rows["With a part below it"]
    assert row["creator_id"] not in (None, rows["Story of PAY"]["assignee_id"])
    assert (row["components"], row["affected_versions"], row["fix_versions"], row["security_level"]) == (
        ["Ledger"],
        ["1.0"],
        ["1.0", "1.1"],
        "Internal only",
    )
    assert (row["estimate_hours"], row["aggregate_estimate_hours"], row["aggregate_spent_hours"]) == (8, 11, None)
    assert (rows["Story of PAY"]["components"], rows["Story of PAY"]["security_level"]) == ([], None)
