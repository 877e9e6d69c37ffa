"""Jira on a bad day, and what the store holds after the next good one: the same as a store that is read afresh."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from jira_follower import LONG_AGO, Reader, edition

from sandbox.faults import refused
from sandbox.http import Server
from sandbox.jira.records import Edition
from sandbox.jira.serving import serve_jira
from sandbox.jira.site import JiraSite
from sandbox.messages import Request, Response

__all__ = ["edition"]


@pytest.fixture
def site(edition: Edition) -> JiraSite:
    """Two projects of 250 issues: three pages of a search each."""
    site = JiraSite(edition=edition)
    for key in ("PAY", "WEB"):
        site.add_project(key, f"Project {key}", lead=site.account, pmo={"initiative": key, "currency": "EUR"})
        for number in range(250):
            site.add_issue(key, "Task", f"{key} {number}", created=LONG_AGO + timedelta(minutes=number))
    return site


@pytest.fixture
def server(site: JiraSite) -> Iterator[Server]:
    with serve_jira(site) as running:
        yield running
        assert running.failures == []


@pytest.fixture
def follower(tmp_path: Path, site: JiraSite, server: Server) -> Reader:
    return Reader(tmp_path / "follower", site, server.url)


def after_searches(count: int, act: Callable[[], Any]) -> Callable[[Request], Response | None]:
    """A gate that acts once, before the answer to the search after so many."""
    seen = 0

    def gate(request: Request) -> Response | None:
        nonlocal seen
        if "/search" in request.path and "/project/search" not in request.path:
            seen += 1
            if seen == count + 1:
                act()
        return None

    return gate


def test_a_token_that_ends_in_mid_run_keeps_what_was_read_and_the_next_run_goes_on(
    site: JiraSite, server: Server, follower: Reader, tmp_path: Path
) -> None:
    searched = "/search/jql" if site.edition == "cloud" else "/api/2/search"
    server.inject(refused(401), times=1000, path=searched, after=4)
    report = follower.attempt()
    assert {failure.code for failure in report.failures} == {"sign_in.refused"}
    server.faults = type(server.faults)()
    site.wait(hours=2)

    shown = follower.pull_and_show()

    assert shown == Reader(tmp_path / "fresh", site, server.url).pull_and_show()
    assert len(shown["work_items"]) == 500


def test_pages_that_change_under_the_pager_lose_nothing(
    site: JiraSite, server: Server, follower: Reader, tmp_path: Path
) -> None:
    """Issues of the pages before and of those to come are edited, deleted, moved, created, while the first is read."""

    def work() -> None:
        for key in ("PAY", "WEB"):
            for number in (3, 99, 100, 101, 180):
                site.edit_issue(f"{key}-{number}", summary=f"Edited {number}")
            for number in (1, 2, 50, 150, 200, 250):
                site.delete_issue(f"{key}-{number}")
            site.add_issue(key, "Task", f"New in {key}", created=site.now)
        site.move_issue("PAY-4", "WEB")

    server.gates.append(after_searches(2, work))
    follower.pull()
    expected = {f"{key} {number}" for key in ("PAY", "WEB") for number in range(250)}
    touched = {n - 1 for n in (1, 2, 3, 4, 50, 99, 100, 101, 150, 180, 200, 250)}
    untouched = {title for title in expected if int(title.rpartition(" ")[2]) not in touched}
    titles = {row["title"] for row in follower.rows("SELECT title FROM work_item WHERE deleted_at IS NULL")}
    assert untouched <= titles, "what nobody touches is read by the very pull that others disturb"
    site.wait(hours=2)

    shown = follower.pull_and_show()

    assert shown == Reader(tmp_path / "fresh", site, server.url).pull_and_show()
    assert len(shown["work_items"]) == 500 - 12 + 2


@pytest.mark.parametrize("edition", ["cloud"])
def test_two_projects_that_had_the_same_key_one_after_the_other_stay_apart(
    site: JiraSite, server: Server, follower: Reader, tmp_path: Path
) -> None:
    """A key is free again once its project has another; the issues keep their ids and their project."""
    follower.pull()
    site.wait(hours=2)
    old = site.need_project("PAY")
    old.key = "OLD"
    for issue in site.issues_of(old):
        site.register_key(issue)
    site.add_project("PAY", "Another with that key", lead=site.account, pmo={"initiative": "NEW", "currency": "EUR"})
    site.add_issue("PAY", "Task", "First of the other", created=site.now)
    site.changed()
    site.wait(hours=2)

    shown = follower.pull_and_show()

    assert shown == Reader(tmp_path / "fresh", site, server.url).pull_and_show()
    keys = {row["title"]: (row["key"], row["source_project_id"]) for row in shown["work_items"]}
    assert keys["PAY 0"] == ("OLD-1", "jira:project:10000")
    assert keys["First of the other"][0] == "PAY-1"
    assert keys["First of the other"][1] != "jira:project:10000"
